//! What holds for every draft: apply and take back is as if nothing had been; and whatever the
//! gateway does meanwhile, no edit vanishes.
//!
//! `LANSIDE_DRAFT_CASES` sets how many drafts each property tries.

mod wish;

use std::cell::{Cell, RefCell};

use lanside_e2e::{options, seconds, Workbench, SSID_UPNP};
use management::view::{ApplyView, ChangeView, DraftView, EditKind, EditState, EditView};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use wish::{picture, rows, wishes, Wish, PORTS};

fn runner(cases: u32) -> TestRunner {
    let asked = std::env::var("LANSIDE_DRAFT_CASES").ok();
    let cases = asked.and_then(|cases| cases.parse().ok()).unwrap_or(cases);
    TestRunner::new(Config {
        cases,
        // Every case goes over sockets; a smaller one is not worth minutes.
        max_shrink_iters: 24,
        failure_persistence: None,
        ..Config::default()
    })
}

fn fails(what: &str, about: impl std::fmt::Debug) -> TestCaseError {
    TestCaseError::fail(format!("{what}: {about:#?}"))
}

/// Stages wishes one after the other; what was taken is in the draft at once.
async fn stage(bench: &Workbench, wishes: &[Wish], unique: &Cell<u32>) -> DraftView {
    for wish in wishes {
        unique.set(unique.get() + 10);
        wish.stage(bench, unique.get()).await;
    }
    bench.management.draft(&bench.udn()).await.expect("a draft")
}

#[test]
fn a_draft_applied_and_taken_back_is_as_if_it_had_not_been() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Workbench::paired(options("There and back")));
    let (unique, tried) = (Cell::new(0), Cell::new(0));
    let outcome = runner(24).run(&wishes(), |wishes| {
        let known: Vec<Wish> = wishes
            .into_iter()
            .filter(|wish| !wish.is_secret())
            .collect();
        runtime.block_on(async {
            let udn = bench.udn();
            bench.management.discard(&udn).await.expect("discarded");
            let before = picture(&bench);
            let draft = stage(&bench, &known, &unique).await;
            let review = bench.management.review(&udn).await.expect("reviewed");
            if draft.edits.is_empty() || !review.ready {
                return Ok(());
            }
            tried.set(tried.get() + 1);
            let applied = bench.management.apply_draft(&udn).await;
            let applied = applied.map_err(|error| fails("not sent", error))?;
            let arrived = [EditState::Verified, EditState::Pending];
            if applied
                .changes
                .iter()
                .any(|change| !arrived.contains(&change.state))
            {
                return Err(fails("did not arrive", applied));
            }
            let entry = applied.journal_id.map(i64::from);
            let back = bench.management.stage_way_back(&udn, entry).await;
            let (_, left_out) = back.map_err(|error| fails("no way back", error))?;
            prop_assert!(left_out.is_empty(), "{left_out:?}");
            let returned = bench.management.apply_draft(&udn).await;
            let returned = returned.map_err(|error| fails("not sent back", error))?;
            if returned
                .changes
                .iter()
                .any(|change| !arrived.contains(&change.state))
            {
                return Err(fails("did not come back", returned));
            }
            let after = picture(&bench);
            let lost: Vec<&str> = before
                .lines()
                .filter(|line| !after.contains(line))
                .collect();
            let new: Vec<&str> = after
                .lines()
                .filter(|line| !before.contains(line))
                .collect();
            prop_assert!(before == after, "gone {lost:#?} new {new:#?}");
            Ok(())
        })
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(tried.get() > 0, "no draft could be sent");
}

/// Every end an edit may come to when it is sent.
const ENDS: [EditState; 4] = [
    EditState::Verified,
    EditState::Refused,
    EditState::Unknown,
    EditState::Draft,
];
/// Rounds of random drafts in which each has to be met.
const MOST_ROUNDS: u32 = 10;

/// What goes wrong while a draft is sent.
fn trouble() -> impl Strategy<Value = Vec<String>> {
    let action = prop::sample::select(vec![
        "SetValues",
        "CreateInstance",
        "DeleteInstance",
        "GetValues",
    ]);
    let kind = prop::sample::select(vec!["drop-next:", "drop-after:", "malformed:", "refuse:"]);
    let one = (
        kind,
        action,
        prop::sample::select(vec![501_u16, 703, 705, 708]),
    )
        .prop_map(|(kind, action, code)| match kind {
            "refuse:" => format!("refuse:{action}:{code}"),
            other => format!("{other}{action}"),
        });
    prop::collection::vec(one, 0..3)
}

#[test]
fn whatever_the_gateway_does_no_edit_vanishes() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let bench = runtime.block_on(Workbench::paired(options("Moody")));
    let unique = Cell::new(0);
    let ends = RefCell::new(Vec::<EditState>::new());
    let case = (wishes(), trouble(), any::<bool>());
    let all_met = || ENDS.iter().all(|end| ends.borrow().contains(end));
    // The gateway is random: it is tried until it was moody enough for each end.
    let mut rounds = 0;
    while rounds == 0 || (rounds < MOST_ROUNDS && !all_met()) {
        rounds += 1;
        let outcome = runner(32).run(&case, |(wishes, trouble, meddled)| {
            runtime.block_on(async {
                let udn = bench.udn();
                bench.management.discard(&udn).await.expect("discarded");
                let draft = stage(&bench, &wishes, &unique).await;
                if draft.edits.is_empty() {
                    return Ok(());
                }
                for fault in &trouble {
                    bench.inject(fault).await;
                }
                bench.forget_requests();
                let applied = if meddled {
                    bench.inject("delay:SetValues:30").await;
                    let (applied, ()) =
                        tokio::join!(bench.management.apply_draft(&udn), meddle(&bench));
                    applied
                } else {
                    bench.management.apply_draft(&udn).await
                };
                bench.gateway.clear_faults();
                let kept = bench.management.draft(&udn).await;
                let kept = kept.map_err(|error| fails("the draft cannot be read", error))?;
                let Ok(applied) = applied else {
                    // Nothing was sent: the draft is what it was.
                    prop_assert_eq!(paths(&draft), paths(&kept));
                    return Ok(());
                };
                ends.borrow_mut()
                    .extend(applied.changes.iter().map(|change| change.state));
                nothing_vanished(&bench, &draft, &applied, &kept)?;
                // What was unknown is settled once the gateway answers again.
                let settled = bench.management.review(&udn).await;
                let settled = settled.map_err(|error| fails("not settled", error))?;
                let open = settled
                    .edits
                    .iter()
                    .find(|edit| edit.state == EditState::Unknown);
                prop_assert!(open.is_none(), "{:?}", open);
                for (edit, change) in draft.edits.iter().zip(&applied.changes) {
                    if change.state == EditState::Unknown {
                        arrived_or_kept(&bench, edit, change, &settled)?;
                    }
                }
                Ok(())
            })
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
    let met = ends.borrow();
    let missed: Vec<&EditState> = ENDS.iter().filter(|end| !met.contains(end)).collect();
    assert!(missed.is_empty(), "never {missed:?} in {rounds} rounds");
}

/// Somebody else changes a value while ours is under way.
async fn meddle(bench: &Workbench) {
    let wait = async {
        while bench.count("SetValues") == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        bench.gateway.tree(|tree| tree.poke(SSID_UPNP, "meddled"));
    };
    // A draft of rows alone sends none.
    tokio::time::timeout(seconds(1) / 5, wait).await.ok();
}

fn paths(draft: &DraftView) -> Vec<(String, Option<String>)> {
    let edits = draft.edits.iter();
    edits
        .map(|edit| (edit.upnp_path.clone(), edit.new.clone()))
        .collect()
}

/// Each edit has an end, and one that did not arrive is still in the draft.
fn nothing_vanished(
    bench: &Workbench,
    draft: &DraftView,
    applied: &ApplyView,
    kept: &DraftView,
) -> Result<(), TestCaseError> {
    if applied.changes.len() != draft.edits.len() {
        return Err(fails("an edit without an end", (draft, applied)));
    }
    for (edit, change) in draft.edits.iter().zip(&applied.changes) {
        let in_draft = in_draft(edit, change, kept);
        let fine = match change.state {
            EditState::Verified => !in_draft && on_gateway(bench, edit, change),
            EditState::Accepted | EditState::Pending => !in_draft,
            // Rows that were made stay made, whatever became of the rest.
            _ if change.kind == EditKind::Create && !change.upnp_path.contains('+') => true,
            _ => in_draft,
        };
        if !fine {
            return Err(fails("vanished or told wrongly", (edit, change, kept)));
        }
    }
    Ok(())
}

/// Whether an edit is in the draft, at its own path or at the one its row got.
fn in_draft(edit: &EditView, change: &ChangeView, draft: &DraftView) -> bool {
    draft.edits.iter().any(|kept| {
        (kept.upnp_path == edit.upnp_path || kept.upnp_path == change.upnp_path)
            && (kept.new == edit.new || edit.new.as_deref().is_some_and(|new| new.contains('+')))
    })
}

fn on_gateway(bench: &Workbench, edit: &EditView, change: &ChangeView) -> bool {
    let path = change.upnp_path.as_str();
    match change.kind {
        EditKind::Set => {
            let now = bench.gateway.tree(|tree| tree.kept_value(path));
            // A meddler may have been at it since.
            now.as_deref() == Some("meddled") || now == edit.new
        }
        EditKind::Create | EditKind::Delete => {
            let row = path.trim_end_matches('/');
            let (table, number) = row.rsplit_once('/').unwrap_or_default();
            let there = rows(bench, &format!("{table}/"))
                .iter()
                .any(|row| row == number);
            there == (change.kind == EditKind::Create)
        }
    }
}

/// An edit whose end was unknown either arrived, or is an ordinary draft again.
fn arrived_or_kept(
    bench: &Workbench,
    edit: &EditView,
    change: &ChangeView,
    settled: &DraftView,
) -> Result<(), TestCaseError> {
    if settled.edits.iter().any(|kept| {
        // The number of a row that was found is not in the verdict of before.
        let same_place = kept.upnp_path == edit.upnp_path
            || kept.upnp_path.rsplit('/').next() == edit.upnp_path.rsplit('/').next();
        same_place && kept.new == edit.new && kept.kind == edit.kind
    }) {
        return Ok(());
    }
    let arrived = match change.kind {
        EditKind::Set if edit.upnp_path.contains('+') => {
            // Somewhere in the tree: the row got a number nobody was told.
            let name = edit.upnp_path.rsplit('/').next().unwrap_or_default();
            bench.gateway.tree(|tree| {
                let mut paths = tree.parameter_paths().into_iter();
                paths.any(|path| {
                    path.ends_with(&format!("/{name}")) && tree.kept_value(&path) == edit.new
                })
            })
        }
        EditKind::Create => {
            let table = edit.upnp_path.split('+').next().unwrap_or(PORTS);
            !rows(bench, table).is_empty()
        }
        _ => on_gateway(bench, edit, change),
    };
    if arrived {
        Ok(())
    } else {
        Err(fails("neither arrived nor kept", (edit, change, settled)))
    }
}
