//! What the window is started with, from the environment.

use std::path::PathBuf;
use std::time::Instant;

use management::{Options, SecretsAt};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What the window begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StartWith {
    /// The customer's path.
    Setup,
    /// The technician's view.
    Technician,
}

/// Settings of one start. They serve tests, rehearsals and `make run`; a person needs none.
#[derive(Debug, Clone)]
pub struct Startup {
    /// For the management application.
    pub options: Options,
    /// PIN on the label of the demonstration gateway, when the demonstration runs.
    pub demo_pin: Option<String>,
    /// What the window begins with, when the person is not to be asked.
    pub start: Option<StartWith>,
    /// A service provider's file; without it that of the configuration directory counts.
    pub operator: Option<PathBuf>,
    /// When the program started.
    pub started: Instant,
}

/// A setting nobody understands.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is “{value}”, but may only be {allowed}")]
pub struct StartupProblem {
    /// Name of the variable.
    pub name: &'static str,
    /// What it says.
    pub value: String,
    /// What it may say.
    pub allowed: &'static str,
}

impl Startup {
    /// Reads `LANSIDE_STATE_DIR`, `LANSIDE_SECRETS` (`keyring`, `file` or
    /// `sealed-file`; otherwise what was chosen earlier, or the keyring), `LANSIDE_INTERFACE`
    /// (names or addresses, separated by commas), `LANSIDE_DEMO_PIN`, `LANSIDE_START`
    /// (`set-up` or `technician`) and `LANSIDE_OPERATOR` (a file).
    ///
    /// # Errors
    ///
    /// [`StartupProblem`] for a place of secrets that does not exist: guessing could put them
    /// into files nobody asked for.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Startup, StartupProblem> {
        let filled = |name| variable(name).filter(|value| !value.trim().is_empty());
        let secrets = match filled("LANSIDE_SECRETS").as_deref() {
            None => SecretsAt::default(),
            Some("keyring") => SecretsAt::Keyring,
            Some("sealed-file") => SecretsAt::sealed_file_when_told(),
            Some("file") => SecretsAt::File,
            Some(other) => {
                return Err(StartupProblem {
                    name: "LANSIDE_SECRETS",
                    value: other.to_owned(),
                    allowed: "keyring, file or sealed-file",
                })
            }
        };
        let start = match filled("LANSIDE_START").as_deref() {
            None => None,
            Some("set-up") => Some(StartWith::Setup),
            Some("technician") => Some(StartWith::Technician),
            Some(other) => {
                return Err(StartupProblem {
                    name: "LANSIDE_START",
                    value: other.to_owned(),
                    allowed: "set-up or technician",
                })
            }
        };
        let interfaces = filled("LANSIDE_INTERFACE")
            .map(|list| list.split(',').map(|one| one.trim().to_owned()).collect())
            .unwrap_or_default();
        Ok(Startup {
            options: Options {
                state_dir: filled("LANSIDE_STATE_DIR").map(PathBuf::from),
                secrets,
                interfaces,
                keep_conversation: true,
                remember_trees: true,
                ..Options::default()
            },
            demo_pin: filled("LANSIDE_DEMO_PIN"),
            start,
            operator: filled("LANSIDE_OPERATOR").map(PathBuf::from),
            started: Instant::now(),
        })
    }

    /// Where everything is kept: the place that was named, or the usual one.
    pub fn dir(&self) -> Option<PathBuf> {
        match &self.options.state_dir {
            Some(dir) => Some(dir.clone()),
            None => directories::ProjectDirs::from("org", "lanside", "Lanside")
                .map(|dirs| dirs.data_dir().to_owned()),
        }
    }

    /// Where the log goes: beside the state.
    pub fn log_dir(&self) -> Option<PathBuf> {
        self.dir().map(|dir| dir.join("log"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(pairs: &[(&str, &str)]) -> Result<Startup, StartupProblem> {
        Startup::from_environment(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_means_what_was_chosen_and_every_adapter() {
        let startup = start(&[]).expect("an empty environment is valid");
        assert!(matches!(startup.options.secrets, SecretsAt::Chosen(_)));
        assert!(startup.options.interfaces.is_empty());
        assert_eq!(startup.demo_pin, None);
        assert_eq!((startup.start, startup.operator), (None, None));
    }

    #[test]
    fn a_start_says_whose_it_is() {
        let startup = start(&[
            ("LANSIDE_START", "set-up"),
            ("LANSIDE_OPERATOR", "/etc/x.toml"),
        ]);
        let startup = startup.expect("both are valid");
        assert_eq!(startup.start, Some(StartWith::Setup));
        assert_eq!(startup.operator, Some(PathBuf::from("/etc/x.toml")));
        assert!(start(&[("LANSIDE_START", "customer")]).is_err());
    }

    #[test]
    fn a_rehearsal_names_its_place_its_adapter_and_its_label() {
        let startup = start(&[
            ("LANSIDE_STATE_DIR", "/tmp/rehearsal"),
            ("LANSIDE_SECRETS", "file"),
            ("LANSIDE_INTERFACE", "127.0.0.1, eth0"),
            ("LANSIDE_DEMO_PIN", "1234-5670"),
        ])
        .expect("all of these are valid");
        assert!(matches!(startup.options.secrets, SecretsAt::File));
        assert_eq!(startup.options.interfaces, ["127.0.0.1", "eth0"]);
        assert_eq!(startup.demo_pin.as_deref(), Some("1234-5670"));
        assert_eq!(startup.log_dir(), Some(PathBuf::from("/tmp/rehearsal/log")));
    }

    #[test]
    fn an_unknown_place_of_secrets_is_refused() {
        let problem = start(&[("LANSIDE_SECRETS", "cloud")]).expect_err("there is no such place");
        assert_eq!(problem.name, "LANSIDE_SECRETS");
        assert_eq!(problem.value, "cloud");
    }
}
