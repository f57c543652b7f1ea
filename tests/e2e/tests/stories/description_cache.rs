//! A known gateway opens with the description it gave before, and is asked behind.

use std::sync::Arc;

use dp_credentials::secrets::Secret;
use lanside_e2e::{options, seconds, Workbench};
use lanside_gateway::options::{Model, Options, RolePolicy};
use lanside_gateway::quirks::{Quirk, Quirks};
use management::store::{KeptDescription, Store};
use management::view::Code;
use management::{limits, Session};

fn small(friendly_name: &str) -> Options {
    Options {
        model: Model::Minimal,
        ..options(friendly_name)
    }
}

/// How often the gateway was asked for its description over the protected connection.
fn asked(bench: &Workbench) -> usize {
    let records = bench.records();
    let asked = records
        .iter()
        .filter(|record| record.secure && record.method == "GET");
    asked.count()
}

fn kept(bench: &Workbench) -> Option<KeptDescription> {
    let store = Store::open(&bench.state_dir()).expect("the store opens");
    store.description(&bench.udn()).expect("it is read")
}

/// Changes what is kept, as if the gateway had been different when it was read.
fn alter(bench: &Workbench, change: impl FnOnce(&mut KeptDescription)) {
    let mut description = kept(bench).expect("a description is kept");
    change(&mut description);
    let store = Store::open(&bench.state_dir()).expect("the store opens");
    store.keep_description(&description).expect("it is kept");
}

fn replace(description: &mut KeptDescription, from: &str, to: &str) {
    let text = String::from_utf8(description.document.clone()).expect("UTF-8");
    assert!(text.contains(from), "{text}");
    description.document = text.replace(from, to).into_bytes();
}

/// Ends the application and opens the gateway in a new one; requests are counted anew.
async fn open_again(bench: &mut Workbench) -> Arc<Session> {
    bench.restart_management().await;
    bench.forget_requests();
    bench.session().await
}

/// Paired, opened once, with a description kept.
async fn opened_before(options: Options) -> Workbench {
    let bench = Workbench::paired(options).await;
    bench.session().await;
    bench
}

fn offers_restarts(session: &Session) -> bool {
    session.service("BasicManagement").is_ok()
}

/// Takes the service that restarts out of what is kept: an update has brought it since.
fn without_restarts(description: &mut KeptDescription) {
    let text = String::from_utf8(description.document.clone()).expect("UTF-8");
    let named = text.find("BasicManagement").expect("it is offered");
    let start = text[..named].rfind("<service>").expect("its beginning");
    let end = named + text[named..].find("</service>").expect("its end");
    let rest = &text[end + "</service>".len()..];
    description.document = format!("{}{rest}", &text[..start]).into_bytes();
}

#[tokio::test]
async fn the_second_opening_asks_for_no_description() {
    let mut bench = Workbench::paired(small("Known")).await;
    assert_eq!(kept(&bench), None);
    bench.forget_requests();
    let first = bench.session().await;
    assert_eq!(asked(&bench), 1);
    let description = kept(&bench).expect("it is kept");
    assert_eq!(description.location, bench.gateway.secure_location());
    assert_eq!(description.config_id, Some(1));

    let second = open_again(&mut bench).await;
    assert_eq!(asked(&bench), 0);
    assert!(second.view().protected && offers_restarts(&second));
    assert_eq!(second.view().data_models, first.view().data_models);
    assert_eq!(kept(&bench), Some(description));
}

#[tokio::test]
async fn a_gateway_with_another_configuration_is_asked() {
    let mut bench = opened_before(small("Configured")).await;
    alter(&bench, |description| description.config_id = Some(7));
    bench.restart_management().await;
    // A search hears number 1.
    bench.get_to_know().await;
    bench.forget_requests();
    bench.session().await;
    assert_eq!(asked(&bench), 1);
    let description = kept(&bench).expect("it is kept");
    assert_eq!(description.config_id, Some(1));
}

#[tokio::test]
async fn a_description_of_yesterday_or_of_another_place_is_not_used() {
    let mut bench = opened_before(small("Yesterday")).await;
    let old = |description: &mut KeptDescription| {
        description.read_at = "2020-02-29T12:00:00Z".to_owned();
    };
    let elsewhere = |description: &mut KeptDescription| {
        description.location = "https://127.0.0.1:9/description.xml".to_owned();
    };
    for change in [&old as &dyn Fn(&mut KeptDescription), &elsewhere] {
        alter(&bench, change);
        open_again(&mut bench).await;
        assert_eq!(asked(&bench), 1);
        let description = kept(&bench).expect("it is kept");
        assert_eq!(description.location, bench.gateway.secure_location());
        assert!(description.read_at.as_str() > "2026", "{description:?}");
    }
}

#[tokio::test]
async fn a_gateway_that_offers_more_now_is_noticed_behind() {
    let mut bench = opened_before(small("Updated")).await;
    let udn = bench.udn();
    alter(&bench, without_restarts);
    let session = open_again(&mut bench).await;
    assert!(!offers_restarts(&session));
    assert_eq!(asked(&bench), 0);
    bench
        .management
        .stage(&udn, "Device.Time.NTPServer1", "ntp.example")
        .await
        .expect("staged");

    let noticed = async {
        while bench.management.session(&udn).is_some() {
            tokio::time::sleep(limits::REVALIDATE_AFTER / 50).await;
        }
    };
    tokio::time::timeout(limits::REVALIDATE_AFTER + seconds(10), noticed)
        .await
        .expect("the session is closed");
    assert_eq!(asked(&bench), 1);
    // Who still holds the session can go on with it.
    let path = "/BBF/Time/NTPServer1".to_owned();
    session.values(&[path]).await.expect("it answers");

    let session = bench.session().await;
    assert!(offers_restarts(&session));
    assert_eq!(asked(&bench), 1, "the new description is kept");
    let draft = bench.management.draft(&udn).await.expect("a draft");
    assert_eq!(draft.edits.len(), 1);
}

#[tokio::test]
async fn another_name_is_written_down_and_closes_nothing() {
    let mut bench = opened_before(small("Renamed")).await;
    let udn = bench.udn();
    let present = kept(&bench).expect("it is kept");
    alter(&bench, |description| {
        replace(description, "Renamed", "Former");
    });
    let session = open_again(&mut bench).await;
    assert!(bench.management.revalidate(&udn).await.expect("answers"));
    let still = bench.management.session(&udn).expect("it is open");
    assert!(Arc::ptr_eq(&still, &session));
    let renewed = kept(&bench).expect("it is kept");
    assert_eq!(renewed.document, present.document);
    assert!(renewed.read_at >= present.read_at);
}

#[tokio::test]
async fn what_is_spoilt_on_disk_does_no_harm() {
    let mut bench = opened_before(small("Spoilt")).await;
    let models = bench.session().await.view().data_models;
    let present = kept(&bench).expect("it is kept");
    let control = |description: &mut KeptDescription| replace(description, "/control", "/gone");
    let name = bench.udn();
    let changes: [&dyn Fn(&mut KeptDescription); 6] = [
        &|description| description.document = b"<html>not found</html>".to_vec(),
        &|description| description.document.truncate(200),
        &|description| description.document.fill(0),
        &|description| replace(description, "ConfigurationManagement", "Configuration"),
        &|description| {
            replace(
                description,
                &name,
                "uuid:00000000-0000-4000-8000-000000000000",
            )
        },
        &control,
    ];
    for (number, change) in changes.iter().enumerate() {
        alter(&bench, change);
        let session = open_again(&mut bench).await;
        assert_eq!(asked(&bench), 1, "change {number}");
        assert_eq!(session.view().data_models, models, "change {number}");
        let again = kept(&bench).expect("it is kept");
        assert_eq!(again.document, present.document, "change {number}");
    }
}

#[tokio::test]
async fn a_login_outlives_a_description_that_is_outdated() {
    let gateway = Options {
        role_policy: RolePolicy::Basic,
        users: vec!["anna:Nebelhorn".parse().expect("a user")],
        ..small("Logged in")
    };
    let mut bench = opened_before(gateway).await;
    let udn = bench.udn();
    let password = Secret::new("Nebelhorn".to_owned());
    let roles = bench.management.log_in(&udn, "anna", password).await;
    let roles = roles.expect("the password is right").roles;
    alter(&bench, |description| {
        replace(description, "DeviceProtection:1", "Other:1");
    });
    let session = open_again(&mut bench).await;
    assert_eq!(session.view().user.as_deref(), Some("anna"));
    let again = bench.management.roles(&udn, None).await.expect("roles");
    assert_eq!(again.roles, roles);
    assert_eq!(asked(&bench), 1);
}

#[tokio::test]
async fn a_gateway_that_lists_no_data_models_is_asked_to_be_sure() {
    let mut quirks = Quirks::default();
    quirks.add(Quirk::NoDataModels);
    let mut bench = opened_before(Options {
        quirks,
        ..small("Taciturn")
    })
    .await;
    open_again(&mut bench).await;
    assert_eq!(asked(&bench), 1);
    assert_eq!(bench.count("GetSupportedDataModels"), 1, "opened once");
}

#[tokio::test]
async fn forgetting_a_gateway_forgets_its_description() {
    let mut bench = opened_before(small("Forgotten")).await;
    let udn = bench.udn();
    open_again(&mut bench).await;
    bench.management.forget(&udn).await.expect("forgotten");
    assert_eq!(kept(&bench), None);
    // Opened as a stranger it is asked in the open, and nothing is kept of it.
    bench.get_to_know().await;
    bench.session().await;
    assert_eq!(kept(&bench), None);
}

#[tokio::test]
async fn another_certificate_is_refused_whatever_is_kept() {
    let mut bench = opened_before(small("Impostor")).await;
    bench.inject("new-certificate").await;
    bench.restart_management().await;
    bench.forget_requests();
    let opened = bench.management.open_gateway(&bench.udn()).await;
    let error = opened.expect_err("it is another gateway");
    assert_eq!(error.code(), Code::IdentityChanged, "{error}");
    assert_eq!(bench.records().iter().filter(|r| r.secure).count(), 0);
}
