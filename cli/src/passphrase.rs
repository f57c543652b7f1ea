//! Where the passphrase of the file of secrets comes from: a descriptor that was handed over,
//! a person at a terminal, or the first line of standard input. Never an argument and never
//! the environment, which other programs can read.

use std::io::{BufRead, BufReader, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};

use dp_credentials::secrets::sealed_file::PassphraseSource;
use dp_credentials::secrets::{Secret, SecretError};

use crate::arguments::{AccessVerb, IdentityVerb, NewIdentity, Verb};

/// The passphrase of this run; asked for when it is first needed.
#[derive(Debug)]
pub struct Passphrase {
    descriptor: Option<u32>,
    /// Read before the verb takes standard input for itself.
    told: Mutex<Option<Secret<String>>>,
}

impl Passphrase {
    /// For a verb. Where that reads standard input itself and nobody sits at a terminal, the
    /// first line is read now: it is the passphrase.
    ///
    /// # Errors
    ///
    /// [`SecretError::PassphraseMissing`] when there is no first line.
    pub fn of(
        verb: &Verb,
        descriptor: Option<u32>,
        sealed: bool,
    ) -> Result<Arc<Passphrase>, SecretError> {
        let early = sealed
            && descriptor.is_none()
            && reads_standard_input(verb)
            && !std::io::stdin().is_terminal();
        let told = match early {
            true => Some(line_of_standard_input()?),
            false => None,
        };
        Ok(Arc::new(Passphrase {
            descriptor,
            told: Mutex::new(told),
        }))
    }
}

impl PassphraseSource for Passphrase {
    fn passphrase(&self, new: bool) -> Result<Secret<String>, SecretError> {
        let told = self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (told, self.descriptor) {
            (Some(told), _) => Ok(told),
            (None, Some(descriptor)) => line_of_descriptor(descriptor),
            (None, None) if std::io::stdin().is_terminal() => prompted(new),
            (None, None) => line_of_standard_input(),
        }
    }
}

fn prompted(new: bool) -> Result<Secret<String>, SecretError> {
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map(Secret::new)
            .map_err(|error| missing(&error))
    };
    if !new {
        return ask("Passphrase of this computer's secrets: ");
    }
    eprintln!(
        "Secrets will be kept in a file that only a passphrase opens. Nobody can recover it."
    );
    let first = ask("New passphrase: ")?;
    if ask("Once more: ")?.expose() != first.expose() {
        return Err(SecretError::PassphraseMissing {
            detail: "the two differ".to_owned(),
        });
    }
    Ok(first)
}

fn line_of_standard_input() -> Result<Secret<String>, SecretError> {
    line_of(&mut std::io::stdin().lock())
}

#[cfg(unix)]
fn line_of_descriptor(descriptor: u32) -> Result<Secret<String>, SecretError> {
    // The system's own way to name an open descriptor, so that nothing unsafe is needed.
    let file =
        std::fs::File::open(format!("/dev/fd/{descriptor}")).map_err(|error| missing(&error))?;
    line_of(&mut BufReader::new(file))
}

#[cfg(not(unix))]
fn line_of_descriptor(_descriptor: u32) -> Result<Secret<String>, SecretError> {
    Err(SecretError::PassphraseMissing {
        detail: "this system has no descriptors to hand over".to_owned(),
    })
}

/// The first line, without its line end.
fn line_of(reader: &mut impl BufRead) -> Result<Secret<String>, SecretError> {
    let mut line = String::new();
    let read = reader
        .read_line(&mut line)
        .map_err(|error| missing(&error))?;
    let kept = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(kept);
    let line = Secret::new(line);
    if read == 0 {
        return Err(SecretError::PassphraseMissing {
            detail: "the input ended before anything was read".to_owned(),
        });
    }
    Ok(line)
}

fn missing(error: &std::io::Error) -> SecretError {
    SecretError::PassphraseMissing {
        detail: error.to_string(),
    }
}

/// Whether a verb takes lines of standard input for itself.
fn reads_standard_input(verb: &Verb) -> bool {
    match verb {
        Verb::Pair { proof, .. } => proof.pin_stdin || proof.screen_pin,
        Verb::Login { .. } => true,
        Verb::Setup(arguments) => arguments.reads_standard_input(),
        Verb::Set { edits, .. } => edits.iter().any(|edit| edit.ends_with("=-")),
        Verb::Identity { what } => matches!(
            what,
            IdentityVerb::Export { .. } | IdentityVerb::Import { .. }
        ),
        Verb::Access { what, .. } => matches!(
            what,
            Some(
                AccessVerb::Password { .. }
                    | AccessVerb::Add {
                        who: NewIdentity::User { .. }
                    }
            )
        ),
        _ => false,
    }
}
