//! The corpus: one folder a target, one file an input.
//!
//! A file is the input as it is, or, when its name ends in `.hex`, hexadecimal digits with
//! white space between and comments from `#` to the end of the line.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the corpus is in this checkout.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The inputs of a target with their file names, in alphabetical order.
///
/// # Errors
/// When the folder or a file cannot be read, or a `.hex` file holds something else.
pub fn load(target: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(folder().join(target))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let mut input = fs::read(entry.path())?;
        if name.ends_with(".hex") {
            let text = String::from_utf8_lossy(&input);
            input = hex(&text).ok_or_else(|| {
                let what = format!("{target}/{name} holds more than digits and comments");
                io::Error::new(io::ErrorKind::InvalidData, what)
            })?;
        }
        inputs.push((name, input));
    }
    inputs.sort();
    Ok(inputs)
}

/// The octets of hexadecimal digits; white space and comments aside.
#[must_use]
pub fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(str::split_whitespace)
        .collect();
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// An input as a file of the corpus: its ending and its text. What is plain text stays so.
#[must_use]
pub fn file(input: &[u8]) -> (&'static str, String) {
    let plain = |text: &&str| {
        text.chars()
            .all(|c| matches!(c, '\n' | '\t') || !c.is_control() && c != '\u{FEFF}')
    };
    match std::str::from_utf8(input).ok().filter(plain) {
        Some(text) => ("txt", text.to_owned()),
        None => {
            let mut digits = String::new();
            for line in input.chunks(32) {
                for octet in line {
                    let _ = write!(digits, "{octet:02x}");
                }
                digits.push('\n');
            }
            ("hex", digits)
        }
    }
}
