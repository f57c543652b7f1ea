//! Changing parameters: checked here, sent in one SetValues, read back, and never lost.

use lanside_e2e::{
    options, Workbench, LAN_MODE, LAN_MODE_UPNP, PASSPHRASE, PASSPHRASE_UPNP, READ_ONLY, SSID,
    SSID_UPNP,
};
use management::view::{ApplyView, ChangeView, Code, EditState, EditWarning};
use management::Error;

const NTP: &str = "Device.Time.NTPServer1";
const NTP_UPNP: &str = "/BBF/Time/NTPServer1";

/// Checks and sends edits, as `lanside set` does.
async fn set(
    bench: &Workbench,
    edits: &[(&str, &str)],
) -> Result<(ApplyView, Option<Error>), Error> {
    let session = bench.management.open_gateway(&bench.udn()).await?;
    let edits: Vec<_> = edits
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    let edits = bench.management.prepare(&session, &edits).await?;
    bench.management.apply(&session, edits, None).await
}

fn change<'a>(view: &'a ApplyView, path: &str) -> &'a ChangeView {
    view.changes
        .iter()
        .find(|change| change.path == path)
        .unwrap_or_else(|| panic!("{path}: {view:?}"))
}

#[tokio::test]
async fn several_edits_go_in_one_call_and_are_read_back() {
    let bench = Workbench::paired(options("One call")).await;
    let old = bench.value(SSID_UPNP);
    bench.session().await;
    bench.forget_requests();
    let name = "Küche & <Bad> \"5 GHz\"";
    let (view, error) = set(
        &bench,
        &[
            (SSID, name),
            (NTP, "ntp.example"),
            ("Device.X_LANSIDE_Test.Boolean", "false"),
        ],
    )
    .await
    .expect("sent");
    assert!(error.is_none(), "{error:?}");
    assert_eq!(view.status.as_deref(), Some("ChangesApplied"));
    assert_eq!(bench.count("SetValues"), 1, "{:?}", bench.actions());
    let actions = bench.actions();
    let sent = actions
        .iter()
        .position(|action| action == "SetValues")
        .expect("sent");
    assert!(
        actions[sent..].contains(&"GetValues".to_owned()),
        "it is read back: {actions:?}"
    );
    let ssid = change(&view, SSID);
    assert_eq!(ssid.old.as_deref(), Some(old.as_str()));
    assert_eq!(
        (ssid.new.as_deref(), ssid.read_back.as_deref()),
        (Some(name), Some(name))
    );
    assert!(
        view.changes
            .iter()
            .all(|change| change.verified && change.state == EditState::Verified),
        "{view:?}"
    );
    assert_eq!(bench.value(SSID_UPNP), name);
    assert_eq!(bench.value(NTP_UPNP), "ntp.example");
}

#[tokio::test]
async fn a_change_that_waits_for_a_restart_is_pending_and_verified_after_it() {
    let bench = Workbench::paired(options("Later")).await;
    let (view, error) = set(&bench, &[(LAN_MODE, "modem")]).await.expect("sent");
    assert!(error.is_none(), "{error:?}");
    assert_eq!(view.status.as_deref(), Some("ChangesCommitted"));
    let mode = change(&view, LAN_MODE);
    assert_eq!(
        (mode.state, mode.verified, mode.read_back.as_deref()),
        (EditState::Pending, false, Some("router"))
    );
    assert_eq!(bench.value(LAN_MODE_UPNP), "router");
    bench.reboot().await.expect("it comes back");
    let session = bench.session().await;
    let (nodes, _) = session
        .values(&[LAN_MODE_UPNP.to_owned()])
        .await
        .expect("a value");
    assert_eq!(nodes[0].value.as_deref(), Some("modem"));
    let edits = bench
        .management
        .way_back(&session, None)
        .await
        .expect("it can be undone")
        .edits;
    assert_eq!(edits[0].new.expose(), "router");
}

#[tokio::test]
async fn a_read_only_parameter_is_refused_here() {
    let bench = Workbench::paired(options("Read-only")).await;
    bench.session().await;
    bench.forget_requests();
    for edits in [
        &[(READ_ONLY, "4711")][..],
        &[(SSID, "fine"), (READ_ONLY, "4711")][..],
    ] {
        let error = set(&bench, edits).await.expect_err("it is read-only");
        assert_eq!(error.code(), Code::Usage, "{error}");
        assert!(error.failure().message.contains(READ_ONLY), "{error}");
    }
    assert_eq!(bench.count("SetValues"), 0);
}

#[tokio::test]
async fn what_only_the_gateway_knows_to_be_read_only_is_asked_first() {
    let bench = Workbench::paired(options("Vendor")).await;
    bench.session().await;
    bench.forget_requests();
    // A maker's own parameter: no data model tells its access.
    let error = set(
        &bench,
        &[("Device.X_LANSIDE_Test.Unknown", "2025-01-01T00:00:00Z")],
    )
    .await
    .expect_err("read-only");
    assert_eq!(error.code(), Code::Usage, "{error}");
    assert_eq!(bench.count("SetValues"), 0);
}

#[tokio::test]
async fn a_value_that_cannot_be_right_is_not_sent() {
    let bench = Workbench::paired(options("Out of range")).await;
    bench.session().await;
    bench.forget_requests();
    let wrong = [
        ("Device.WiFi.Radio.1.Channel", "256"),
        ("Device.WiFi.Radio.1.Channel", "six"),
        ("Device.WiFi.SSID.1.Enable", "maybe"),
        (SSID, "a name of more than thirty-two bytes"),
        ("Device.WiFi.Radio.1.GuardInterval", "900nsec"),
        ("Device.WiFi.", "x"),
    ];
    for (path, value) in wrong {
        let error = set(&bench, &[(path, value)])
            .await
            .expect_err("a wrong value");
        assert_eq!(error.code(), Code::Usage, "{path}={value}: {error}");
    }
    let error = set(&bench, &[(SSID, "one"), (SSID_UPNP, "two")])
        .await
        .expect_err("twice the same");
    assert_eq!(error.code(), Code::Usage, "{error}");
    assert!(error.to_string().contains("twice"), "{error}");
    let error = set(&bench, &[("Device.WiFi.SSID.99.SSID", "nobody")])
        .await
        .expect_err("no such row");
    assert!(
        matches!(error.code(), Code::Usage | Code::ActionRefused),
        "{error}"
    );
    assert_eq!(bench.count("SetValues"), 0);
}

#[tokio::test]
async fn what_the_gateway_refuses_is_read_again_and_shown_as_it_stands() {
    let bench = Workbench::paired(options("Refusal")).await;
    let old = bench.value(SSID_UPNP);
    // Out of the maker's range, which no data model tells.
    let (view, error) = set(
        &bench,
        &[
            (SSID, "new name"),
            ("Device.X_LANSIDE_Lan.LedBrightness", "101"),
        ],
    )
    .await
    .expect("sent");
    let error = error.expect("the gateway refuses");
    assert_eq!(
        (error.code(), error.upnp_code()),
        (Code::ActionRefused, Some(705)),
        "{error}"
    );
    assert_eq!(view.status, None);
    let ssid = change(&view, SSID);
    assert_eq!((ssid.state, ssid.verified), (EditState::Refused, false));
    assert_eq!(
        ssid.read_back.as_deref(),
        Some(old.as_str()),
        "all or nothing"
    );
    assert_eq!(
        view.failure.map(|failure| failure.code),
        Some(Code::ActionRefused)
    );
    assert_eq!(bench.value(SSID_UPNP), old);
}

#[tokio::test]
async fn a_gateway_that_did_half_of_it_is_told_as_it_really_stands() {
    let bench = Workbench::paired(options("Half-way")).await;
    let session = bench.session().await;
    let edits = [
        (SSID.to_owned(), "half".to_owned()),
        (NTP.to_owned(), "half.example".to_owned()),
    ];
    let edits = bench
        .management
        .prepare(&session, &edits)
        .await
        .expect("checked");
    // Refused, but the first value is there: some gateways do that.
    bench.inject("refuse:SetValues:501").await;
    bench.inject("delay:SetValues:600").await;
    let meanwhile = async {
        while bench.count("SetValues") == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        bench.gateway.tree(|tree| tree.poke(SSID_UPNP, "half"));
    };
    let (outcome, ()) = tokio::join!(bench.management.apply(&session, edits, None), meanwhile);
    let (view, error) = outcome.expect("sent");
    assert_eq!(error.expect("refused").upnp_code(), Some(501));
    assert_eq!(
        change(&view, SSID).state,
        EditState::Verified,
        "this one arrived"
    );
    assert_eq!(
        change(&view, NTP).state,
        EditState::Refused,
        "this one did not"
    );
}

#[tokio::test]
async fn a_secret_is_accepted_and_never_repeated() {
    let bench = Workbench::paired(options("Secret value")).await;
    let secret = "Nebelhorn-4711";
    let (view, error) = set(&bench, &[(PASSPHRASE, secret)]).await.expect("sent");
    assert!(error.is_none(), "{error:?}");
    let edit = change(&view, PASSPHRASE);
    assert_eq!((edit.state, edit.verified), (EditState::Accepted, false));
    assert!(
        edit.old.is_none() && edit.new.is_none() && edit.read_back.is_none(),
        "{edit:?}"
    );
    assert_eq!(bench.value(PASSPHRASE_UPNP), secret);
    let staged = bench
        .management
        .stage(&bench.udn(), PASSPHRASE, secret)
        .await
        .expect("staged");
    assert!(
        staged.edits[0].secret && staged.edits[0].new.is_none(),
        "{staged:?}"
    );
    bench.management.close().await;
    for file in std::fs::read_dir(bench.state_dir()).expect("the state directory") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(
            !bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "in clear in {}",
            path.display()
        );
    }
    let error = bench
        .management
        .way_back(&*bench.session().await, None)
        .await
        .expect_err("nobody knows the old value");
    assert_eq!(error.code(), Code::Usage, "{error}");
}

#[tokio::test]
async fn the_last_change_can_be_taken_back_once() {
    let bench = Workbench::paired(options("Undo")).await;
    let old = bench.value(NTP_UPNP);
    set(&bench, &[(NTP, "wrong.example")]).await.expect("sent");
    let session = bench.session().await;
    let back = bench
        .management
        .way_back(&session, None)
        .await
        .expect("a way back");
    let (view, error) = bench
        .management
        .apply(&session, back.edits, Some(back.entry))
        .await
        .expect("sent");
    assert!(error.is_none(), "{error:?}");
    assert!(view.changes[0].verified);
    assert_eq!(bench.value(NTP_UPNP), old);
    let error = bench
        .management
        .way_back(&session, None)
        .await
        .expect_err("it was the only change");
    assert_eq!(error.code(), Code::Usage, "{error}");
}

#[tokio::test]
async fn edits_that_may_cut_somebody_off_say_so() {
    let bench = Workbench::paired(options("Warnings")).await;
    let draft = bench
        .management
        .stage(&bench.udn(), SSID, "other name")
        .await
        .expect("staged");
    assert_eq!(draft.edits[0].warning, Some(EditWarning::WifiNeedsNewName));
    let draft = bench
        .management
        .stage(&bench.udn(), NTP, "ntp.example")
        .await
        .expect("staged");
    let ntp = draft
        .edits
        .iter()
        .find(|edit| edit.path == NTP)
        .expect("staged");
    assert_eq!(ntp.warning, None);
}
