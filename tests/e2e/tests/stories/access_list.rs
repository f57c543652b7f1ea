//! Who a gateway knows, and how that is changed: through the application and through the
//! program.

use dp_credentials::secrets::Secret;
use lanside_e2e::{keys, options, paired, Lanside, Workbench};
use lanside_gateway::acl::MAKERS_PARTS;
use lanside_gateway::options::{Model, Options, RolePolicy};
use lanside_gateway::quirks::Quirk;
use management::access::{AccessView, IdentityKind, IdentityView};
use management::view::Code;
use management::{introduction_control, Management, Proof};
use serde_json::{json, Value};

const PASSWORD: &str = "Leuchtturm 1887";
const OTHER_PASSWORD: &str = "Nebelhorn 1911";

fn gateway(friendly_name: &str, role_policy: RolePolicy) -> Options {
    Options {
        role_policy,
        model: Model::Minimal,
        users: vec![format!("anna:{PASSWORD}").parse().expect("a user")],
        ..options(friendly_name)
    }
}

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn roles(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn find<'a>(view: &'a AccessView, name: &str) -> Option<&'a IdentityView> {
    view.identities
        .iter()
        .find(|identity| identity.name == name)
}

fn this_computer(view: &AccessView) -> &IdentityView {
    let mut own = view
        .identities
        .iter()
        .filter(|known| known.is_this_computer);
    let first = own.next().expect("this computer is in the list");
    assert!(own.next().is_none(), "{view:?}");
    first
}

/// Everything that may change the list and was sent.
fn changes(bench: &Workbench) -> Vec<String> {
    let changing = |action: &String| {
        action.ends_with("ForIdentity")
            || ["AddIdentityList", "RemoveIdentity", "SetUserLoginPassword"]
                .contains(&action.as_str())
    };
    bench.actions().into_iter().filter(changing).collect()
}

async fn pair(management: &Management, bench: &Workbench) {
    let (_control, signals) = introduction_control();
    let proof = Proof::pin(&bench.gateway.pin()).expect("a PIN");
    management
        .pair(&bench.udn(), proof, signals, |_| {})
        .await
        .expect("paired");
}

#[tokio::test]
async fn a_user_is_added_logs_in_elsewhere_and_gets_another_password() {
    let bench = Workbench::paired(gateway("Users", RolePolicy::Basic)).await;
    let (udn, here) = (bench.udn(), &bench.management);
    here.log_in(&udn, "anna", password(PASSWORD))
        .await
        .expect("logged in");
    bench.forget_requests();
    let added = here
        .add_user(&udn, "bea", password(PASSWORD), &roles(&["Basic", "Admin"]))
        .await
        .expect("added");
    assert_eq!(
        changes(&bench),
        [
            "AddIdentityList",
            "SetUserLoginPassword",
            "AddRolesForIdentity"
        ],
        "the order of the standard"
    );
    assert!(added.verified);
    let view = added.access.expect("the list");
    let bea = find(&view, "bea").expect("she is in the list");
    assert_eq!(bea.kind, IdentityKind::User);
    assert!(bea.roles.contains(&"Admin".to_owned()), "{bea:?}");
    assert!(find(&view, "anna").is_some_and(|anna| anna.is_logged_in));

    let (there, _dir) = bench.stranger().await;
    pair(&there, &bench).await;
    let held = there
        .log_in(&udn, "bea", password(PASSWORD))
        .await
        .expect("logged in")
        .roles;
    assert!(held.contains(&"Admin".to_owned()), "{held:?}");

    let changed = here
        .change_password(&udn, "bea", password(OTHER_PASSWORD))
        .await
        .expect("changed");
    assert!(changed.verified, "the challenge shows the new salt");
    let error = there
        .log_in(&udn, "bea", password(PASSWORD))
        .await
        .expect_err("the old password");
    assert_eq!(error.code(), Code::PinRejected, "{error}");
    there
        .log_in(&udn, "bea", password(OTHER_PASSWORD))
        .await
        .expect("the new one");

    let error = here
        .add_user(&udn, "bea", password(PASSWORD), &[])
        .await
        .expect_err("the name is taken");
    assert_eq!(error.code(), Code::Usage, "{error}");
    let gone = here
        .remove_identity(&udn, "bea", None)
        .await
        .expect("removed");
    assert!(gone.verified && find(&gone.access.expect("the list"), "bea").is_none());
    let held = there.roles(&udn, None).await.expect("roles").roles;
    assert!(
        !held.contains(&"Admin".to_owned()),
        "her rights ended: {held:?}"
    );
}

#[tokio::test]
async fn who_changes_their_own_password_stays_logged_in() {
    let mut bench = Workbench::paired(gateway("Own password", RolePolicy::Basic)).await;
    let udn = bench.udn();
    let log_in = bench.management.log_in(&udn, "anna", password(PASSWORD));
    log_in.await.expect("logged in");
    let changed = bench
        .management
        .change_password(&udn, "anna", password(OTHER_PASSWORD))
        .await
        .expect("changed");
    assert!(changed.verified);
    bench.restart_management().await;
    let view = bench.management.open_view(&udn).await.expect("it opens");
    assert_eq!(view.user.as_deref(), Some("anna"));
    assert!(view.roles.contains(&"Admin".to_owned()), "{view:?}");
}

#[tokio::test]
async fn a_colleagues_computer_is_let_in_by_its_identity() {
    let bench = Workbench::paired(gateway("Laptop", RolePolicy::LabelPin)).await;
    let (udn, here) = (bench.udn(), &bench.management);
    let (there, _dir) = bench.stranger().await;
    let id = there
        .identity()
        .await
        .expect("an identity")
        .uuid()
        .to_string();
    let added = here
        .add_control_point(
            &udn,
            &format!("uuid:{id}"),
            "Bea's laptop",
            &roles(&["Basic"]),
        )
        .await
        .expect("added");
    let view = added.access.expect("the list");
    let laptop = find(&view, "Bea's laptop").expect("it is in the list");
    assert_eq!(laptop.id.as_deref(), Some(id.as_str()));
    assert_eq!(laptop.key, format!("control-point:{id}"));
    assert!(!laptop.introduced && !laptop.is_this_computer);
    assert!(laptop.roles.contains(&"Basic".to_owned()), "{laptop:?}");

    let granted = here
        .grant_role(&udn, "Bea's laptop", "Admin")
        .await
        .expect("granted");
    let view = granted.access.expect("the list");
    let laptop = find(&view, "Bea's laptop").expect("it is in the list");
    assert!(laptop.roles.contains(&"Admin".to_owned()), "{laptop:?}");
    let revoked = here
        .revoke_role(&udn, &id.to_uppercase(), "Admin", None)
        .await
        .expect("not ours: no name needed");
    let view = revoked.access.expect("the list");
    let laptop = find(&view, "Bea's laptop").expect("it is in the list");
    assert!(!laptop.roles.contains(&"Admin".to_owned()), "{laptop:?}");

    let error = here
        .rename_control_point(&udn, &id, "Desk")
        .await
        .expect_err("what is in the list stays as it is");
    assert_eq!(error.code(), Code::ActionRefused, "{error}");
    assert!(
        error.failure().message.contains("kept the old name"),
        "{error:?}"
    );
    for (who, role) in [(id.as_str(), "King"), ("nobody", "Basic")] {
        bench.forget_requests();
        let error = here
            .grant_role(&udn, who, role)
            .await
            .expect_err("no such thing");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(changes(&bench).is_empty());
    }

    pair(&there, &bench).await;
    let view = there.access(&udn).await.expect("the list");
    let own = this_computer(&view);
    assert!(
        own.introduced && own.alias.as_deref() == Some("Bea's laptop"),
        "{own:?}"
    );
}

#[tokio::test]
async fn the_own_branch_is_sawn_off_only_with_the_gateways_name() {
    let bench = Workbench::paired(gateway("Own branch", RolePolicy::LabelPin)).await;
    let (udn, here) = (bench.udn(), &bench.management);
    let view = here.access(&udn).await.expect("the list");
    let own = this_computer(&view);
    assert!(own.removal_needs_name && own.admin_needs_name, "{own:?}");
    let key = own.key.clone();
    bench.forget_requests();
    for typed in [None, Some(""), Some("own branch"), Some("yes")] {
        let error = here
            .revoke_role(&udn, &key, "Admin", typed)
            .await
            .expect_err("our own last Admin");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(error.to_string().contains("Own branch"), "{error}");
        let error = here
            .remove_identity(&udn, &key, typed)
            .await
            .expect_err("this computer");
        assert_eq!(error.code(), Code::Usage, "{error}");
    }
    assert!(
        changes(&bench).is_empty(),
        "nothing was sent: {:?}",
        changes(&bench)
    );

    let removed = here
        .remove_identity(&udn, &key, Some("Own branch"))
        .await
        .expect("the name was typed, and anna is still there");
    assert!(removed.verified && removed.access.is_none(), "{removed:?}");
    assert!(bench.gateway.acl().control_points.is_empty());
}

#[tokio::test]
async fn the_own_admin_is_given_up_only_with_the_gateways_name() {
    let bench = Workbench::paired(gateway("Own Admin", RolePolicy::LabelPin)).await;
    let (udn, here) = (bench.udn(), &bench.management);
    let view = here.access(&udn).await.expect("the list");
    let key = this_computer(&view).key.clone();
    let given_up = here
        .revoke_role(&udn, &key, "Admin", Some("Own Admin"))
        .await
        .expect("the name was typed");
    let view = given_up.access.expect("those in the list may read it");
    assert!(
        !this_computer(&view).roles.contains(&"Admin".to_owned()),
        "{view:?}"
    );
    let error = here
        .grant_role(&udn, &key, "Admin")
        .await
        .expect_err("it is gone");
    assert_eq!(error.code(), Code::NotAuthorized, "{error}");
}

#[tokio::test]
async fn without_the_role_nothing_is_left_half_done() {
    let bench = Workbench::paired(gateway("No role", RolePolicy::Basic)).await;
    let (udn, here) = (bench.udn(), &bench.management);
    here.access(&udn).await.expect("Basic may read the list");
    bench.forget_requests();
    let error = here
        .add_user(&udn, "bea", password(PASSWORD), &roles(&["Basic"]))
        .await
        .expect_err("Basic may not");
    assert_eq!(error.code(), Code::NotAuthorized, "{error}");
    assert!(changes(&bench).is_empty(), "{:?}", changes(&bench));
    for change in [
        here.grant_role(&udn, "anna", "Basic").await,
        here.remove_identity(&udn, "anna", Some("No role")).await,
        here.change_password(&udn, "anna", password(OTHER_PASSWORD))
            .await,
    ] {
        let error = change.expect_err("Basic may not");
        assert_eq!(error.code(), Code::NotAuthorized, "{error}");
        assert!(error.to_string().contains("No role"), "{error}");
    }
}

#[tokio::test]
async fn a_user_whose_roles_are_refused_is_taken_out_again() {
    let bench = Workbench::paired(gateway("Half way", RolePolicy::LabelPin)).await;
    bench.inject("refuse:AddRolesForIdentity:501").await;
    let error = bench
        .management
        .add_user(&bench.udn(), "bea", password(PASSWORD), &roles(&["Basic"]))
        .await
        .expect_err("refused");
    assert_eq!(error.upnp_code(), Some(501), "{error}");
    assert!(bench.gateway.acl().user("bea").is_none());
}

#[tokio::test]
async fn what_the_maker_added_to_the_list_is_shown_and_kept() {
    let bench = Workbench::paired(Options {
        quirks: [Quirk::UnknownElements].into_iter().collect(),
        ..gateway("Maker's list", RolePolicy::LabelPin)
    })
    .await;
    let (udn, here) = (bench.udn(), &bench.management);
    let before = here.access(&udn).await.expect("the list").unknown;
    let shown: Vec<&str> = before.iter().map(|part| part.xml.as_str()).collect();
    assert_eq!(shown, MAKERS_PARTS);
    assert_eq!(before[0].place, "Identities");
    let added = here
        .add_user(&udn, "bea", password(PASSWORD), &roles(&["Basic"]))
        .await
        .expect("added");
    assert_eq!(added.access.expect("the list").unknown, before);
}

#[tokio::test]
async fn a_computer_that_is_not_paired_sees_no_list() {
    let bench = Workbench::new(gateway("Closed", RolePolicy::LabelPin)).await;
    let error = bench
        .management
        .access(&bench.udn())
        .await
        .expect_err("not paired");
    assert_eq!(error.code(), Code::NotAuthorized, "{error}");
}

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    let identities = list["identities"].as_array().expect("a list");
    identities.iter().find(|identity| identity["name"] == name)
}

#[test]
fn the_program_shows_and_changes_the_list() {
    let (_gateway, lanside, udn) = paired(&["--model", "minimal", "--friendly-name", "Hall"]);
    let access = |rest: &[&str]| lanside.run(&[&["access", udn.as_str()], rest].concat());
    let with_password = |rest: &[&str], line: &str| {
        let answer = lanside.run_with_input(&[&["access", udn.as_str()], rest].concat(), line);
        let said = format!("{}{}", answer.stdout, answer.stderr);
        assert!(
            !said.contains(line.trim()),
            "the password is never repeated: {said}"
        );
        answer
    };
    let list = access(&[]).done();
    assert_eq!(keys(&list), ["identities", "roles", "unknown"]);
    assert_eq!(list, access(&["list"]).done());
    assert_eq!(list["roles"], json!(["Public", "Basic", "Admin"]));

    let added = with_password(&["add", "user", "bea", "--role", "Basic"], "Kompass 77\n").done();
    assert_eq!(added["verified"], true);
    assert_eq!(
        named(&added, "bea").expect("bea")["roles"],
        json!(["Basic", "Public"])
    );
    let granted = access(&["grant", "bea", "Admin"]).done();
    assert_eq!(
        named(&granted, "bea").expect("bea")["roles"],
        json!(["Admin", "Basic", "Public"])
    );
    let changed = with_password(&["password", "bea"], "Sextant 78\n").done();
    assert_eq!(changed["verified"], true);
    let login = ["login", udn.as_str(), "--name", "bea"];
    lanside
        .run_with_input(&login, "Kompass 77\n")
        .failed(5, "PinRejected");
    lanside.run_with_input(&login, "Sextant 78\n").done();
    lanside.run(&["logout", &udn]).done();

    let id = "01234567-89ab-5cde-8f01-23456789abcd";
    let added = access(&["add", "control-point", id, "--name", "Bea's laptop"]).done();
    assert_eq!(named(&added, "Bea's laptop").expect("the laptop")["id"], id);
    access(&["add", "control-point", "no-identity", "--name", "x"]).failed(2, "Usage");
    let revoked = access(&["revoke", "user:bea", "Basic"]).done();
    assert_eq!(
        named(&revoked, "bea").expect("bea")["roles"],
        json!(["Admin", "Public"])
    );
    assert!(named(&access(&["remove", id]).done(), "Bea's laptop").is_none());

    let own = list["identities"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|identity| identity["is_this_computer"] == true)
        .and_then(|identity| identity["key"].as_str())
        .expect("this computer");
    let error = access(&["remove", own]).failed(2, "Usage");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("Hall")),
        "{error}"
    );
    access(&["revoke", own, "Admin", "--confirm", "hall"]).failed(2, "Usage");
    let given_up = access(&["revoke", own, "Admin", "--confirm", "Hall"]).done();
    assert_eq!(given_up["verified"], true);
    let error = access(&["grant", "bea", "Basic"]).failed(4, "NotAuthorized");
    assert_eq!(error["upnp_code"], 606);
}

#[test]
fn the_program_asks_to_pair_first() {
    let (gateway, _lanside, _udn) = paired(&["--model", "minimal"]);
    let stranger = Lanside::new();
    let error = stranger
        .run(&["access", &gateway.told("location")])
        .failed(4, "NotAuthorized");
    assert!(
        error["next"]
            .as_str()
            .is_some_and(|next| next.contains("pair")),
        "{error}"
    );
    let usage = stranger.run(&["access", "x", "add", "user", "bea", "--password", "secret"]);
    assert_eq!(usage.code, 2, "a password is no argument: {usage:?}");
}
