//! The gateway's case as a program has it: standard input presses its button and breaks it, standard output
//! shows its screen. One line each, so that a script or a test can do what a person at the device would.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use lanside_gateway::faults::Fault;
use lanside_gateway::Gateway;
use serde_json::{json, Value};
use tokio::sync::mpsc;

/// Most lines that wait to be carried out.
const LINES: usize = 64;

/// What a person does at the device.
#[derive(Debug, Clone, PartialEq)]
enum Act {
    Button,
    Fault(Fault),
    ClearFaults,
}

fn read(line: &str) -> Result<Act, String> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("button", "") => Ok(Act::Button),
        ("clear-faults", "") => Ok(Act::ClearFaults),
        ("fault", spec) => spec.trim().parse().map(Act::Fault),
        _ => Err("the lines are: button, fault SPEC, clear-faults".to_owned()),
    }
}

/// Lines of standard input. A terminal is left alone: a program in the background that reads from one is
/// stopped by the system.
pub fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(LINES);
    if !std::io::stdin().is_terminal() {
        // A plain thread: reading cannot be called off, and the program must not wait for it at its end.
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                let Ok(line) = line else { return };
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
    }
    receiver
}

/// Carries one line out and says so.
pub async fn act(gateway: &Gateway, line: &str) {
    let line = line.trim();
    let outcome = match read(line) {
        Ok(Act::Button) => {
            gateway.press_button();
            Ok(())
        }
        Ok(Act::ClearFaults) => {
            gateway.clear_faults();
            Ok(())
        }
        Ok(Act::Fault(fault)) => gateway
            .inject(fault)
            .await
            .map_err(|error| error.to_string()),
        Err(reason) => Err(reason),
    };
    say(&match outcome {
        Ok(()) => json!({ "event": "done", "line": line }),
        Err(reason) => json!({ "event": "refused", "line": line, "reason": reason }),
    });
}

/// What the screen shows: a PIN, or nothing any more.
pub fn screen(pin: Option<&str>) {
    say(&json!({ "event": "screen", "pin": pin }));
}

/// Writes one line; a reader that has seen enough is no failure.
pub fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
        tracing::debug!(%error, "nobody reads standard output");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read() {
        assert_eq!(read("button"), Ok(Act::Button));
        assert_eq!(read("clear-faults"), Ok(Act::ClearFaults));
        assert_eq!(
            read("fault refuse:Ping:501"),
            Ok(Act::Fault(Fault::Refuse("Ping".to_owned(), 501)))
        );
        for bad in ["", "button now", "fault", "fault nothing", "dance"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
