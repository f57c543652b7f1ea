//! Which roles an introduction brings, and what a user login adds, under each policy a
//! gateway may have (TR-064 Issue 2, Appendix I.1.3).

use dp_credentials::secrets::Secret;
use lanside_e2e::{options, Workbench};
use lanside_gateway::options::{Model, Options, RolePolicy};
use management::view::{Code, EditState};

const USER: &str = "anna";
const PASSWORD: &str = "Leuchtturm 1887";

fn policy(friendly_name: &str, role_policy: RolePolicy) -> Options {
    Options {
        role_policy,
        model: Model::Minimal,
        users: vec![format!("{USER}:{PASSWORD}").parse().expect("a user")],
        ..options(friendly_name)
    }
}

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn has(roles: &[String], role: &str) -> bool {
    roles.iter().any(|held| held == role)
}

#[tokio::test]
async fn under_label_pin_the_pin_gives_admin() {
    let bench = Workbench::new(policy("Label", RolePolicy::LabelPin)).await;
    let roles = bench
        .pair(&bench.gateway.pin())
        .await
        .expect("paired")
        .roles;
    assert!(has(&roles, "Admin"), "{roles:?}");
}

#[tokio::test]
async fn under_basic_a_user_has_to_log_in_and_stays_logged_in() {
    let mut bench = Workbench::new(policy("Basic", RolePolicy::Basic)).await;
    let udn = bench.udn();
    let roles = bench
        .pair(&bench.gateway.pin())
        .await
        .expect("paired")
        .roles;
    assert!(has(&roles, "Basic") && !has(&roles, "Admin"), "{roles:?}");

    let edit = [(
        "Device.Time.NTPServer1".to_owned(),
        "ntp.example".to_owned(),
    )];
    let session = bench.session().await;
    let edits = bench
        .management
        .prepare(&session, &edit)
        .await
        .expect("checked");
    let (view, error) = bench
        .management
        .apply(&session, edits, None)
        .await
        .expect("sent");
    assert_eq!(view.changes[0].state, EditState::Refused);
    let error = error.expect("Basic may not write");
    assert!(
        matches!(error.code(), Code::NotAuthorized | Code::ActionRefused),
        "{error}"
    );

    let roles = bench
        .management
        .log_in(&udn, USER, password(PASSWORD))
        .await
        .expect("logged in")
        .roles;
    assert!(has(&roles, "Admin"), "{roles:?}");
    let edits = bench
        .management
        .prepare(&session, &edit)
        .await
        .expect("checked");
    let (view, error) = bench
        .management
        .apply(&session, edits, None)
        .await
        .expect("sent");
    assert!(error.is_none() && view.changes[0].verified, "{error:?}");

    bench.restart_management().await;
    let view = bench.management.open_view(&udn).await.expect("it opens");
    assert_eq!(view.user.as_deref(), Some(USER));
    assert!(has(&view.roles, "Admin"), "{view:?}");

    let roles = bench
        .management
        .log_out(&udn)
        .await
        .expect("logged out")
        .roles;
    assert!(!has(&roles, "Admin"), "{roles:?}");
    bench.restart_management().await;
    let view = bench.management.open_view(&udn).await.expect("it opens");
    assert_eq!(view.user, None);
    assert!(!has(&view.roles, "Admin"), "{view:?}");
}

#[tokio::test]
async fn under_auto_admin_the_first_visitor_is_administrator() {
    let bench = Workbench::new(policy("First come", RolePolicy::AutoAdmin)).await;
    let roles = bench
        .pair(&bench.gateway.pin())
        .await
        .expect("paired")
        .roles;
    assert!(has(&roles, "Admin"), "{roles:?}");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_kept() {
    let bench = Workbench::paired(policy("Wrong password", RolePolicy::Basic)).await;
    let udn = bench.udn();
    for (name, wrong) in [(USER, "Leuchtturm 1888"), ("bruno", PASSWORD)] {
        let error = bench
            .management
            .log_in(&udn, name, password(wrong))
            .await
            .expect_err("wrong");
        assert_eq!(error.code(), Code::PinRejected, "{name}: {error} {error:?}");
        assert!(
            error
                .failure()
                .next
                .is_some_and(|next| next.contains("password")),
            "{:?}",
            error.failure()
        );
    }
    let view = bench
        .management
        .open_view(&udn)
        .await
        .expect("it is still open");
    assert_eq!(view.user, None);
    assert!(!has(&view.roles, "Admin"), "{view:?}");
}

#[tokio::test]
async fn nobody_logs_in_at_a_gateway_that_was_never_introduced() {
    let bench = Workbench::new(policy("Stranger", RolePolicy::Basic)).await;
    bench.session().await;
    bench.forget_requests();
    let error = bench
        .management
        .log_in(&bench.udn(), USER, password(PASSWORD))
        .await
        .expect_err("not paired");
    assert_eq!(error.code(), Code::NotAuthorized, "{error}");
    assert_eq!(
        bench.records(),
        [],
        "a stranger could try our answer against passwords"
    );
}

#[tokio::test]
async fn a_password_that_was_changed_ends_the_kept_login() {
    let mut bench = Workbench::paired(policy("Changed password", RolePolicy::Basic)).await;
    let udn = bench.udn();
    bench
        .management
        .log_in(&udn, USER, password(PASSWORD))
        .await
        .expect("logged in");
    bench.inject("refuse:UserLogin:701").await;
    bench.restart_management().await;
    let view = bench
        .management
        .open_view(&udn)
        .await
        .expect("it opens with fewer roles");
    assert_eq!(view.user, None);
    bench.gateway.clear_faults();
    bench.restart_management().await;
    assert_eq!(
        bench
            .management
            .open_view(&udn)
            .await
            .expect("it opens")
            .user,
        None,
        "the login was forgotten"
    );
}

#[tokio::test]
async fn the_roles_an_action_needs_are_told() {
    let bench = Workbench::paired(policy("Needed", RolePolicy::LabelPin)).await;
    let udn = bench.udn();
    let roles = bench
        .management
        .roles(&udn, Some("BasicManagement/Reboot"))
        .await
        .expect("roles");
    assert!(has(&roles.roles, "Admin"), "{roles:?}");
    assert!(has(&roles.needed, "Admin"), "{roles:?}");
    let error = bench
        .management
        .roles(&udn, Some("Reboot"))
        .await
        .expect_err("no service named");
    assert_eq!(error.code(), Code::Usage, "{error}");
    let error = bench
        .management
        .roles(&udn, Some("Juggling/Reboot"))
        .await
        .expect_err("no such service");
    assert_eq!(error.code(), Code::Usage, "{error}");
}
