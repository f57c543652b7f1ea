//! Asking a person, always on a thread of its own: the program must hear Ctrl-C meanwhile.

use std::io::{IsTerminal, Write};

use dp_credentials::secrets::Secret;
use management::Error;

/// First line of standard input, without its line end.
pub fn line_from_stdin() -> Result<String, Error> {
    let mut line = String::new();
    let read = std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Error::Usage(format!("standard input cannot be read: {error}")))?;
    if read == 0 {
        return Err(Error::Usage(
            "standard input ended before anything was read".to_owned(),
        ));
    }
    let kept = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(kept);
    Ok(line)
}

/// Asks with a function that blocks.
pub async fn asked<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| Error::Internal(format!("asking failed: {error}")))?
}

/// Whether a person is there to be asked.
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal()
}

/// Goes on only when a person says yes. `otherwise` is what is said without one at the
/// terminal, `refused` what a no means.
pub async fn yes_or_no(question: &str, otherwise: &str, refused: &str) -> Result<(), Error> {
    if !somebody_is_there() {
        return Err(Error::Usage(otherwise.to_owned()));
    }
    anstream::eprint!("{question} [y/N] ");
    // Better asked late than not at all.
    std::io::stderr().flush().ok();
    let answer = asked(line_from_stdin).await?;
    if is_yes(&answer) {
        Ok(())
    } else {
        Err(Error::Usage(refused.to_owned()))
    }
}

/// English and German.
fn is_yes(answer: &str) -> bool {
    matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "j" | "ja"
    )
}

/// A secret that is not shown while it is typed.
pub async fn hidden(prompt: String) -> Result<Secret<String>, Error> {
    asked(move || hidden_now(&prompt)).await
}

/// As [`hidden`], on a thread that may block.
pub fn hidden_now(prompt: &str) -> Result<Secret<String>, Error> {
    rpassword::prompt_password(prompt)
        .map(Secret::new)
        .map_err(|error| Error::Usage(format!("what is typed cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_clear_yes_is_one() {
        for yes in ["y", " Yes\n", "ja", "J"] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in ["", "n", "yep", "1"] {
            assert!(!is_yes(no), "{no}");
        }
    }
}
