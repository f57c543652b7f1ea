//! Words of a POSIX shell that mean exactly what they say.
//!
//! Arguments come from people and descriptions from peers; a line that is copied is pasted
//! into a shell. So every word is quoted by one rule, and nothing of a text is ever left
//! for the shell to interpret.

/// Part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that is meant literally.
    Text(&'a str),
    /// A secret, by its number: the shell asks for it by refusing to run without.
    Secret(usize),
}

/// One word of literal text.
pub(super) fn word(text: &str) -> String {
    pieces(&[Piece::Text(text)])
}

/// One word of several pieces.
pub(super) fn pieces(pieces: &[Piece<'_>]) -> String {
    let mut word = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => literal(&mut word, text),
            // Never a name of the peer's: `${AWS_SECRET_ACCESS_KEY}` would hand out what
            // the person's shell happens to hold. Unset, the command does not start.
            Piece::Secret(number) => {
                word.push_str(&format!("\"${{{}:?}}\"", secret_variable(*number)));
            }
        }
    }
    if word.is_empty() {
        word.push_str("''");
    }
    word
}

/// Name of the shell variable that stands for a secret.
pub(super) fn secret_variable(number: usize) -> String {
    format!("LANSIDE_SECRET_{number}")
}

fn literal(word: &mut String, text: &str) {
    // zsh looks up what follows an equals sign at the beginning of a word.
    if !text.is_empty() && !text.starts_with('=') && text.bytes().all(is_plain) {
        word.push_str(text);
        return;
    }
    let mut quoted = false;
    for c in text.chars() {
        // An apostrophe ends the quotes; a mark that a terminal acts on, or that turns a
        // line around, is written by number.
        let outside = c == '\'' || is_mark(c);
        if outside == quoted {
            word.push('\'');
            quoted = !quoted;
        }
        match c {
            '\'' => word.push_str("\\'"),
            c if is_mark(c) => word.push_str(&by_number(c)),
            c => word.push(c),
        }
    }
    if quoted {
        word.push('\'');
    }
}

/// Characters no shell gives a meaning to anywhere in a word.
fn is_plain(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"_-./:,@%+=".contains(&octet)
}

/// A new line is harmless inside quotes. Everything else of this kind is not: a tab
/// completes, a carriage return sends the line, an escape talks to the terminal.
fn is_mark(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn by_number(c: char) -> String {
    let mut octets = [0; 4];
    let numbers: String = c
        .encode_utf8(&mut octets)
        .bytes()
        .map(|octet| format!("\\{octet:03o}"))
        .collect();
    format!("\"$(printf '{numbers}')\"")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    fn said_by_shell(script: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", script])
            .env("LANSIDE_SECRET_1", "it's \"secret\" $HOME")
            .output()
            .expect("a shell runs");
        assert!(output.status.success(), "{script}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn check(text: &str) {
        let script = format!("printf '%s' {}", word(text));
        assert_eq!(said_by_shell(&script), text, "{script}");
    }

    #[test]
    fn nothing_of_a_text_reaches_the_shell() {
        for text in [
            "plain-text_1.2",
            "",
            "it's",
            "'",
            "'''",
            "\"quoted\"",
            "$(touch /tmp/x) `id` ${HOME} $HOME",
            "a\nb\n",
            "tab\tcarriage\rescape\u{1b}[31m",
            "back\\slash \\' end\\",
            "!history *glob? ~ #comment; & | < > ( ) { }",
            "turned \u{202e}around",
            "'\n'\t'",
            "ü €",
        ] {
            check(text);
        }
    }

    #[test]
    fn marks_are_written_by_number() {
        assert_eq!(word("a\tb"), "'a'\"$(printf '\\011')\"'b'");
        assert_eq!(word("it's"), "'it'\\''s'");
        assert_eq!(word("plain"), "plain");
        assert_eq!(word(""), "''");
    }

    #[test]
    fn a_secret_is_asked_for_and_not_interpreted() {
        let both = pieces(&[Piece::Text("Name="), Piece::Secret(1), Piece::Text("' end")]);
        assert_eq!(both, "Name=\"${LANSIDE_SECRET_1:?}\"\\'' end'");
        assert_eq!(
            said_by_shell(&format!("printf '%s' {both}")),
            "Name=it's \"secret\" $HOME' end"
        );
        let unset = Command::new("sh")
            .args([
                "-c",
                &format!("echo started {}", pieces(&[Piece::Secret(2)])),
            ])
            .output()
            .expect("a shell runs");
        assert!(!unset.status.success() && unset.stdout.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_text_survives(text in "[^\\x00]{0,40}") {
            check(&text);
        }
    }
}
