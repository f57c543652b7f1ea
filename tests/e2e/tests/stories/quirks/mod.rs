//! The whole main job with every gateway that misbehaves in one way: found on the network, introduced with the
//! PIN of its label, read, changed, restarted, still holding the change, and telling of others.
//!
//! What cannot work with a quirk by its nature stands in [`tables::EXCEPTIONS`], with the step that fails and how.

mod job;
mod tables;

use std::sync::Mutex;
use std::time::Duration;

use lanside_gateway::quirks::Quirk;

use crate::quirks::job::{main_job, wrong, Failure, Step};
use crate::quirks::tables::EXCEPTIONS;

/// Gateways that run at the same time.
const AT_ONCE: usize = 12;
/// Longest time for one main job; one quirk makes each of its many answers three seconds later.
const PATIENCE: Duration = Duration::from_secs(240);

/// What is wrong with an outcome, if anything.
fn judge(quirk: Option<Quirk>, outcome: Result<(), Failure>) -> Option<String> {
    let name = quirk.map_or("no-quirk", Quirk::name);
    let exception = EXCEPTIONS.iter().find(|known| Some(known.quirk) == quirk);
    match (outcome, exception) {
        (Ok(()), None) => None,
        (Ok(()), Some(known)) => Some(format!(
            "{name}: works, so its exception is superfluous: {}",
            known.reason
        )),
        (Err(failure), Some(known)) if (failure.step, failure.code) == (known.step, known.code) => {
            None
        }
        (Err(failure), _) => Some(format!(
            "{name}: {:?} {:?}: {}",
            failure.step, failure.code, failure.detail
        )),
    }
}

/// Runs one main job on a runtime of its own.
fn outcome(quirk: Option<Quirk>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let job = async { tokio::time::timeout(PATIENCE, main_job(quirk)).await };
    runtime
        .block_on(job)
        .unwrap_or_else(|_| Err(wrong(Step::Find, "the job never ends")))
}

#[test]
fn the_main_job_works_with_every_quirk() {
    // The slowest first, so that nobody waits for it at the end.
    let mut all = vec![None, Some(Quirk::SlowAnswers)];
    let others = Quirk::ALL.iter().copied().map(Some);
    all.extend(others.filter(|quirk| *quirk != Some(Quirk::SlowAnswers)));
    let waiting = Mutex::new(all.into_iter());
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| loop {
                let next = waiting.lock().expect("nobody panics with it").next();
                let Some(quirk) = next else { return };
                let problem = judge(quirk, outcome(quirk));
                let mut problems = problems.lock().expect("nobody panics with it");
                problems.extend(problem);
            });
        }
    });
    let mut problems = problems.into_inner().expect("all have ended");
    problems.sort();
    assert!(
        problems.is_empty(),
        "{} quirks:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
