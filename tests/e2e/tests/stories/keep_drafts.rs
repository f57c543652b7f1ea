//! The draft: edits wait on disk until they are sent, and an Apply that nobody saw the
//! end of is settled when the gateway answers again.

use lanside_e2e::{options, Workbench, PASSPHRASE, PASSPHRASE_UPNP, SSID, SSID_UPNP};
use management::view::{Code, EditState};

const NTP: &str = "Device.Time.NTPServer1";
const NTP_UPNP: &str = "/BBF/Time/NTPServer1";

#[tokio::test]
async fn a_draft_is_sent_in_one_call_and_then_empty() {
    let bench = Workbench::paired(options("Draft")).await;
    let udn = bench.udn();
    bench.session().await;
    bench.forget_requests();
    bench
        .management
        .stage(&udn, SSID, "drafted")
        .await
        .expect("staged");
    let draft = bench
        .management
        .stage(&udn, NTP, "ntp.example")
        .await
        .expect("staged");
    assert_eq!(bench.count("SetValues"), 0, "nothing is sent");
    assert_eq!(draft.edits.len(), 2);
    assert!(
        draft.ready
            && draft
                .edits
                .iter()
                .all(|edit| edit.state == EditState::Draft)
    );
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    assert_eq!(bench.count("SetValues"), 1);
    assert!(
        applied.changes.iter().all(|change| change.verified),
        "{applied:?}"
    );
    assert!(bench
        .management
        .draft(&udn)
        .await
        .expect("a draft")
        .edits
        .is_empty());
    assert_eq!(bench.value(SSID_UPNP), "drafted");
    let error = bench
        .management
        .apply_draft(&udn)
        .await
        .expect_err("nothing to send");
    assert_eq!(error.code(), Code::Usage, "{error}");
}

#[tokio::test]
async fn a_draft_survives_a_restart_of_the_application() {
    let mut bench = Workbench::paired(options("Survivor")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "kept")
        .await
        .expect("staged");
    bench
        .management
        .stage(&udn, PASSPHRASE, "Nebelhorn-4711")
        .await
        .expect("staged");
    bench.restart_management().await;
    let draft = bench.management.draft(&udn).await.expect("a draft");
    assert_eq!(draft.edits.len(), 2, "{draft:?}");
    let applied = bench.management.apply_draft(&udn).await.expect("sent");
    let states: Vec<EditState> = applied.changes.iter().map(|change| change.state).collect();
    assert!(
        states.contains(&EditState::Verified) && states.contains(&EditState::Accepted),
        "{states:?}"
    );
    assert_eq!(bench.value(PASSPHRASE_UPNP), "Nebelhorn-4711");
}

#[tokio::test]
async fn an_edit_back_to_the_gateways_value_leaves_the_draft() {
    let bench = Workbench::paired(options("Never mind")).await;
    let udn = bench.udn();
    let old = bench.value(NTP_UPNP);
    bench
        .session()
        .await
        .values(&[NTP_UPNP.to_owned()])
        .await
        .expect("a value");
    bench
        .management
        .stage(&udn, NTP, "ntp.example")
        .await
        .expect("staged");
    let draft = bench
        .management
        .stage(&udn, NTP, &old)
        .await
        .expect("staged");
    assert!(draft.edits.is_empty(), "{draft:?}");
    bench
        .management
        .stage(&udn, NTP, "ntp.example")
        .await
        .expect("staged");
    let draft = bench.management.unstage(&udn, NTP).await.expect("unstaged");
    assert!(draft.edits.is_empty(), "{draft:?}");
    bench
        .management
        .stage(&udn, NTP, "ntp.example")
        .await
        .expect("staged");
    let draft = bench.management.discard(&udn).await.expect("discarded");
    assert!(draft.edits.is_empty(), "{draft:?}");
}

#[tokio::test]
async fn review_shows_what_moved_on_the_gateway_meanwhile() {
    let bench = Workbench::paired(options("Conflict")).await;
    let udn = bench.udn();
    bench
        .session()
        .await
        .values(&[NTP_UPNP.to_owned(), SSID_UPNP.to_owned()])
        .await
        .expect("values");
    bench
        .management
        .stage(&udn, NTP, "ours.example")
        .await
        .expect("staged");
    bench
        .management
        .stage(&udn, SSID, "ours")
        .await
        .expect("staged");
    bench
        .gateway
        .tree(|tree| tree.poke(NTP_UPNP, "theirs.example"));
    let review = bench.management.review(&udn).await.expect("a review");
    let conflicts: Vec<Option<&str>> = review
        .edits
        .iter()
        .map(|edit| edit.conflict.as_deref())
        .collect();
    assert_eq!(conflicts, [Some("theirs.example"), None], "{review:?}");
}

#[tokio::test]
async fn an_apply_that_arrived_before_the_line_broke_is_verified_on_return() {
    let mut bench = Workbench::paired(options("Arrived")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "arrived")
        .await
        .expect("staged");
    bench.inject("drop-after:SetValues").await;
    let applied = bench
        .management
        .apply_draft(&udn)
        .await
        .expect("it is told");
    assert_eq!(applied.changes[0].state, EditState::Unknown, "{applied:?}");
    assert_eq!(applied.status, None);
    assert_eq!(
        applied.failure.as_ref().map(|failure| failure.code),
        Some(Code::Unreachable)
    );
    assert_eq!(
        bench.count("SetValues"),
        1,
        "a change is never repeated by itself"
    );
    bench.restart_management().await;
    let draft = bench
        .management
        .draft(&udn)
        .await
        .expect("the draft is on disk");
    assert_eq!(
        (draft.edits.len(), draft.edits[0].state),
        (1, EditState::Unknown),
        "{draft:?}"
    );
    let review = bench
        .management
        .review(&udn)
        .await
        .expect("the gateway is back");
    assert!(
        review.edits.is_empty(),
        "it arrived, so it leaves the draft: {review:?}"
    );
    assert_eq!(bench.count("SetValues"), 1, "and was not sent again");
    let session = bench.session().await;
    let edits = bench
        .management
        .way_back(&session, None)
        .await
        .expect("it can be taken back")
        .edits;
    assert_eq!(edits[0].upnp_path, SSID_UPNP);
}

#[tokio::test]
async fn an_apply_that_did_not_arrive_stays_in_the_draft() {
    let mut bench = Workbench::paired(options("Lost")).await;
    let udn = bench.udn();
    let old = bench.value(SSID_UPNP);
    bench
        .management
        .stage(&udn, SSID, "lost")
        .await
        .expect("staged");
    bench.inject("drop-next:SetValues").await;
    let applied = bench
        .management
        .apply_draft(&udn)
        .await
        .expect("it is told");
    assert_eq!(applied.changes[0].state, EditState::Unknown, "{applied:?}");
    bench.restart_management().await;
    let review = bench
        .management
        .review(&udn)
        .await
        .expect("the gateway is back");
    assert_eq!(
        (review.edits.len(), review.edits[0].state),
        (1, EditState::Draft),
        "{review:?}"
    );
    assert_eq!(bench.value(SSID_UPNP), old);
    let applied = bench
        .management
        .apply_draft(&udn)
        .await
        .expect("sent again, because a person said so");
    assert!(applied.changes[0].verified, "{applied:?}");
    assert_eq!(bench.value(SSID_UPNP), "lost");
}

#[tokio::test]
async fn a_gateway_that_vanishes_during_apply_leaves_the_draft_on_disk() {
    let mut bench = Workbench::paired(options("Vanisher")).await;
    let udn = bench.udn();
    bench
        .management
        .stage(&udn, SSID, "into the dark")
        .await
        .expect("staged");
    bench.session().await;
    bench.inject("vanish-after:SetValues").await;
    bench.inject("drop-after:SetValues").await;
    let applied = bench
        .management
        .apply_draft(&udn)
        .await
        .expect("it is told");
    assert_eq!(applied.changes[0].state, EditState::Unknown, "{applied:?}");
    bench.gone().await;
    bench.restart_management().await;
    let error = bench.management.review(&udn).await.expect_err("it is gone");
    assert_eq!(error.code(), Code::Unreachable, "{error}");
    let database = std::fs::read_dir(bench.state_dir()).expect("the state directory");
    let kept = database.filter_map(Result::ok).any(|file| {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        bytes.windows(13).any(|window| window == b"into the dark")
    });
    assert!(kept, "what was typed is not lost");
}
