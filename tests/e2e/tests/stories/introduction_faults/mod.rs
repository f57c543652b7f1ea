//! Every way an introduction can break, at every message: the real `lanside pair` against the real
//! `lanside-gateway`, which spoils one message. What is expected stands in [`cells`].
//!
//! Whatever happens, the contract's exit code comes with a sentence and a next step, nothing is trusted, the PIN
//! is told to nobody, and the same gateway is paired with once the fault is gone.

mod cells;

use std::sync::Mutex;

use lanside_e2e::{copy_files, Answer, Keys, Lanside, RunningGateway};

use crate::introduction_faults::cells::{all, Cell, Ending};

/// Gateways that run at the same time. Most of the time of a cell is waiting for answers to searches.
const AT_ONCE: usize = 12;

/// Whether any text holds the PIN, with or without what people write between its digits.
fn tells_pin(texts: &[&str], pin: &str) -> bool {
    texts.iter().any(|text| {
        let digits: String = text
            .chars()
            .filter(|character| !matches!(character, '-' | ' '))
            .collect();
        digits.contains(pin)
    })
}

fn problems_of(cell: &Cell, gateway: &mut RunningGateway, lanside: &Lanside) -> Vec<String> {
    let (location, pin) = (gateway.told("location"), gateway.told("pin"));
    let trace = lanside.state_dir().join("trace.jsonl");
    let trace = trace.to_str().expect("a path in UTF-8");
    // A gateway that says nothing is waited for no longer than asked.
    let patience = if cell.is_silent() { "1" } else { "20" };
    gateway.act(&format!("fault {}", cell.spec));
    let answer = lanside.run(&[
        "--trace",
        trace,
        "--timeout",
        patience,
        "-vv",
        "pair",
        &location,
        "--pin",
        &pin,
    ]);
    gateway.act("clear-faults");
    let mut problems = Vec::new();
    match &cell.ending {
        Ending::Paired => {
            if answer.code != 0 {
                problems.push(format!("not paired: {answer:?}"));
            }
        }
        Ending::Failed(expected) => problems.extend(expected.problems(&answer, gateway)),
    }
    let written = std::fs::read_to_string(trace).unwrap_or_default();
    if !written.contains("SendSetupMessage") {
        problems.push("the trace does not hold the introduction".to_owned());
    }
    if tells_pin(&[&answer.stdout, &answer.stderr, &written], &pin) {
        problems.push("the PIN is told".to_owned());
    }
    let state = lanside.run(&["show", &location]);
    let paired = cell.ending == Ending::Paired;
    let wanted = if paired { "paired" } else { "new" };
    if state.code != 0 || state.json()["state"] != wanted {
        problems.push(format!("its state is not {wanted}: {state:?}"));
    }
    if lanside.trusts(&gateway.told("udn")) != paired {
        problems.push(format!("the trust store is wrong, paired: {paired}"));
    }
    let again = lanside.run(&["pair", &location, "--pin", &pin]);
    if again.code != 0 {
        problems.push(format!("not paired once the fault is gone: {again:?}"));
    }
    problems
}

impl cells::Expected {
    fn problems(&self, answer: &Answer, gateway: &RunningGateway) -> Vec<String> {
        let mut problems = Vec::new();
        let error = serde_json::from_str::<serde_json::Value>(&answer.stdout)
            .map(|document| document["error"].clone())
            .unwrap_or_default();
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        if (answer.code, text("code").as_str()) != (self.exit, self.code) {
            problems.push(format!("not {} {}: {answer:?}", self.exit, self.code));
        }
        let message = text("message");
        if !message.contains("Broken") {
            problems.push(format!(
                "names no gateway: “{message}” of {}",
                gateway.ready
            ));
        }
        let said = message.to_lowercase();
        if !self.words.iter().any(|word| said.contains(word)) {
            problems.push(format!("says none of {:?}: “{message}”", self.words));
        }
        if text("next").split_whitespace().count() < 3 {
            problems.push(format!("says not what to do next: {error}"));
        }
        problems
    }
}

#[test]
fn an_introduction_that_breaks_anywhere_trusts_nobody() {
    let keys = Keys::new();
    let waiting = Mutex::new(all().into_iter());
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for worker in 0..AT_ONCE {
            let (keys, waiting, problems) = (&keys, &waiting, &problems);
            scope.spawn(move || {
                let name = format!("Broken {worker}");
                let arguments = ["--lock-after", "0", "--friendly-name", &name];
                let mut gateway = keys.serve(&arguments);
                loop {
                    let next = waiting.lock().expect("nobody panics with it").next();
                    let Some(cell) = next else { return };
                    let found = problems_of(&cell, &mut gateway, &keys.lanside());
                    let mut problems = problems.lock().expect("nobody panics with it");
                    problems.extend(
                        found
                            .iter()
                            .map(|problem| format!("{}: {problem}", cell.spec)),
                    );
                }
            });
        }
    });
    let mut problems = problems.into_inner().expect("all have ended");
    problems.sort();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn copies_of_an_installation_are_the_same_installation() {
    let first = Lanside::new();
    let shown = first.run(&["identity", "show"]).done();
    assert_eq!(first.copy().run(&["identity", "show"]).done(), shown);
    let elsewhere = tempfile::tempdir().expect("a scratch directory");
    copy_files(&first.state_dir(), elsewhere.path());
    assert!(elsewhere.path().join("secrets").is_dir());
}
