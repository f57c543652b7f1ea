//! The whole main job with every gateway that misbehaves in one way: found on the network, introduced with the
//! PIN of its label, read, changed, restarted, and still holding the change.
//!
//! What cannot work with a quirk by its nature stands in [`EXCEPTIONS`], with the step that fails and how.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use lanside_e2e::{options, seconds, Workbench, SSID, SSID_UPNP};
use lanside_gateway::options::Options;
use lanside_gateway::quirks::Quirk;
use management::view::Code;
use management::{introduction_control, Error, Proof};

/// Gateways that run at the same time.
const AT_ONCE: usize = 12;
/// Path, new value, and where the gateway keeps it: a text that has to be escaped, a number, a boolean.
const EDITS: [(&str, &str, &str); 3] = [
    (SSID, "K\u{fc}che & <Bad>", SSID_UPNP),
    (
        "Device.WiFi.Radio.1.Channel",
        "11",
        "/BBF/WiFi/Radio/0/Channel",
    ),
    ("Device.WiFi.SSID.1.Enable", "0", "/BBF/WiFi/SSID/0/Enable"),
];

/// A step of the main job, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Find,
    Pair,
    Read,
    Refusal,
    Change,
    Reboot,
    Return,
    Trace,
}

/// What a quirk makes impossible.
struct Exception {
    quirk: Quirk,
    step: Step,
    /// The code a person and a script see; none where something is wrong without being noticed.
    code: Option<Code>,
    /// Why no better is possible.
    reason: &'static str,
}

const EXCEPTIONS: &[Exception] = &[
    Exception {
        quirk: Quirk::WrongUuidE,
        step: Step::Pair,
        code: Some(Code::IdentityChanged),
        reason: "somebody who passes messages on looks exactly like this",
    },
    Exception {
        quirk: Quirk::Locked,
        step: Step::Pair,
        code: Some(Code::PinRejected),
        reason: "the gateway takes no PIN, not even the right one",
    },
    Exception {
        quirk: Quirk::ShortLocation,
        step: Step::Pair,
        code: Some(Code::ActionRefused),
        reason: "nothing else says where the protected side is, and guessing would be a downgrade",
    },
    Exception {
        quirk: Quirk::ErrorTextsAsValues,
        step: Step::Refusal,
        code: None,
        reason: "the text could as well be the value",
    },
    Exception {
        quirk: Quirk::RebootLater,
        step: Step::Reboot,
        code: Some(Code::Unreachable),
        reason: "the gateway does not restart",
    },
];

/// What the trace says about quirks that are against the standards and were accepted all the same.
const NAMED: &[(Quirk, &str)] = &[
    (
        Quirk::BadContentLength,
        "Content-Length larger than the body",
    ),
    (Quirk::EmptyContentLength, "Content-Length without a number"),
    (Quirk::BareLineFeeds, "lines that end with a bare line feed"),
    (Quirk::FoldedHeaders, "a header field folded over two lines"),
    (Quirk::RepeatedHeader, "text before the document"),
    (Quirk::LeadingLines, "misplaced XML declaration"),
    (Quirk::TrailingJunk, "text after the document"),
    (Quirk::InvalidUtf8, "octets outside the character set"),
    (Quirk::LoneAmpersand, "ampersand"),
    (Quirk::NoEnvelopeEnd, "no end tag for"),
    (Quirk::InlineXml, "document in"),
    (Quirk::DoubleEscaped, "document in"),
    (Quirk::UndeclaredPrefix, "undeclared prefix"),
    (Quirk::UnquotedAttributes, "attribute"),
    (Quirk::OtherRoot, "the tree is at /TR098/, not at /BBF/"),
];

/// A step that did not work, and how.
#[derive(Debug)]
struct Failure {
    step: Step,
    code: Option<Code>,
    detail: String,
}

/// Longest time for one main job; one quirk makes each of its many answers three seconds later.
const PATIENCE: Duration = Duration::from_secs(240);

fn failed(step: Step) -> impl Fn(Error) -> Failure {
    move |error| Failure {
        step,
        code: Some(error.code()),
        detail: error.to_string(),
    }
}

fn wrong(step: Step, detail: impl std::fmt::Debug) -> Failure {
    Failure {
        step,
        code: None,
        detail: format!("{detail:?}"),
    }
}

/// The whole main job, by the name under which the search told of the gateway.
async fn main_job(quirk: Option<Quirk>) -> Result<(), Failure> {
    let mut bench = Workbench::apart(Options {
        quirks: quirk.into_iter().collect(),
        ..options(quirk.map_or("no-quirk", Quirk::name))
    })
    .await;
    let trace = bench.state_dir().join("trace.jsonl");
    let file = Some(trace.clone());
    bench
        .restart_management_with(|options| options.trace = file)
        .await;
    let udn = find(&bench).await?;
    pair(&bench, &udn).await?;
    let old = bench.value(SSID_UPNP);
    read(&bench, &udn, Step::Read, &old).await?;
    refusal(&bench, &udn).await?;
    change(&bench, &udn).await?;
    reboot(&bench, &udn).await?;
    read(&bench, &udn, Step::Return, EDITS[0].1).await?;
    is_named(&bench, quirk, &trace)
}

/// Whether the trace tells what was accepted, as [`NAMED`] has it.
fn is_named(bench: &Workbench, quirk: Option<Quirk>, trace: &Path) -> Result<(), Failure> {
    let Some((_, words)) = NAMED.iter().find(|(named, _)| Some(*named) == quirk) else {
        return Ok(());
    };
    let text = std::fs::read_to_string(trace).expect("the trace");
    // Other gateways are in it, too: they were found by the same search.
    let addresses = bench.gateway.addresses();
    let own = [addresses.http.to_string(), addresses.https.to_string()];
    let told = text
        .lines()
        .filter(|line| line.contains(words))
        .any(|line| {
            line.contains("accepted all the same")
                || own.iter().any(|own| line.contains(own.as_str()))
        });
    if told {
        Ok(())
    } else {
        Err(wrong(Step::Trace, format!("{words} is not in the trace")))
    }
}

/// Searches until the gateway is there, as a person does who presses the button again.
async fn find(bench: &Workbench) -> Result<String, Failure> {
    let told = bench.udn();
    let uuid = told.trim_start_matches("uuid:");
    // Shortly at first; one quirk answers later than it should.
    for time in [Some(seconds(1)), None] {
        let found = bench.management.discover(time, |_| {}).await;
        let found = found.map_err(failed(Step::Find))?;
        let this = found
            .devices
            .into_iter()
            .map(|view| view.udn)
            .find(|udn| udn.trim_start_matches("uuid:").eq_ignore_ascii_case(uuid));
        if let Some(udn) = this {
            return Ok(udn);
        }
    }
    Err(wrong(Step::Find, "not among what was found"))
}

async fn pair(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Pair);
    let proof = Proof::pin(&bench.gateway.pin()).map_err(&failed)?;
    let (_control, signals) = introduction_control();
    let paired = bench.management.pair(udn, proof, signals, |_| {}).await;
    let paired = paired.map_err(&failed)?;
    if paired.roles.contains(&"Admin".to_owned()) {
        Ok(())
    } else {
        Err(wrong(Step::Pair, paired))
    }
}

/// Reads everything about the wireless network and compares its name.
async fn read(bench: &Workbench, udn: &str, step: Step, expected: &str) -> Result<(), Failure> {
    let failed = failed(step);
    let session = bench.management.open_gateway(udn).await;
    let session = session.map_err(&failed)?;
    let root = session.naming().location().to_owned();
    let all = session.read_subtree(&format!("{root}WiFi/")).await;
    all.map_err(&failed)?;
    let read = session.values(&[format!("{root}WiFi/SSID/")]).await;
    let (nodes, problems) = read.map_err(&failed)?;
    let name = nodes.iter().find(|node| node.path == SSID);
    let value = name.and_then(|node| node.value.as_deref());
    if problems.is_empty() && value == Some(expected) {
        Ok(())
    } else {
        Err(wrong(step, (name, problems)))
    }
}

/// Asks for something that does not exist, which must not be taken for a value.
async fn refusal(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Refusal);
    let session = bench.management.open_gateway(udn).await;
    let session = session.map_err(&failed)?;
    let root = session.naming().location();
    let nowhere = [format!("{root}WiFi/SSID/0/NoSuchThing")];
    match session.values(&nowhere).await {
        Err(error) if error.code() == Code::ActionRefused => Ok(()),
        Err(error) => Err(failed(error)),
        Ok((nodes, problems)) if nodes.is_empty() && problems.len() == 1 => Ok(()),
        Ok(read) => Err(wrong(Step::Refusal, read)),
    }
}

/// Edits, applies and compares with what the gateway has then.
async fn change(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let failed = failed(Step::Change);
    for (path, value, _) in EDITS {
        let staged = bench.management.stage(udn, path, value).await;
        staged.map_err(&failed)?;
    }
    let applied = bench.management.apply_draft(udn).await;
    let applied = applied.map_err(&failed)?;
    let verified = applied.changes.iter().filter(|change| change.verified);
    let kept = EDITS
        .iter()
        .all(|(_, value, upnp_path)| bench.value(upnp_path) == *value);
    if verified.count() == EDITS.len() && kept {
        Ok(())
    } else {
        Err(wrong(Step::Change, applied))
    }
}

async fn reboot(bench: &Workbench, udn: &str) -> Result<(), Failure> {
    let boot_id = bench.gateway.boot_id();
    let wait = Some(seconds(25));
    let back = bench.management.reboot(udn, wait, |_| {}).await;
    let back = back.map_err(failed(Step::Reboot))?;
    if back.back && bench.gateway.boot_id() != boot_id {
        Ok(())
    } else {
        Err(wrong(Step::Reboot, back))
    }
}

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
