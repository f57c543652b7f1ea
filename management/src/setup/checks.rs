//! What is typed during set-up, checked before it goes into the draft.
//!
//! The window says the same while somebody types (`ui/src/stores/setup-checks.ts`); the cases in
//! `cases.json` hold both to it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Longest user name and password of a connection, in octets (Device:2, PPP.Interface.).
const LOGIN_OCTETS: usize = 64;
/// Longest name of a wireless network, in octets (IEEE 802.11, SSID).
const NAME_OCTETS: usize = 32;
/// Shortest and longest password of a wireless network (IEEE 802.11, WPA passphrase).
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 8..=63;
/// Digits of a key that is no passphrase.
const HEX_DIGITS: usize = 64;

/// A field of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SetupField {
    /// User name from the provider's letter.
    UserName,
    /// Password from the provider's letter.
    Password,
    /// Name of the wireless network.
    WifiName,
    /// Its password.
    WifiPassword,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    /// Nothing was typed.
    Empty,
    /// Too few characters.
    TooShort,
    /// Too many.
    TooLong,
    /// A character that cannot be in it: an umlaut in a Wi-Fi password, a line break anywhere.
    Letter,
    /// A blank before or behind it, which nobody sees and everybody would have to type.
    Blank,
    /// This gateway takes no key of 64 digits.
    NoDigits,
}

impl SetupField {
    /// What is wrong with a text for the field.
    pub fn problem(self, text: &str) -> Option<FieldProblem> {
        if text.is_empty() {
            return Some(FieldProblem::Empty);
        }
        if text.chars().any(char::is_control) {
            return Some(FieldProblem::Letter);
        }
        if self != SetupField::Password && text.trim_matches(' ') != text {
            return Some(FieldProblem::Blank);
        }
        match self {
            SetupField::UserName | SetupField::Password => {
                (text.len() > LOGIN_OCTETS).then_some(FieldProblem::TooLong)
            }
            SetupField::WifiName => (text.len() > NAME_OCTETS).then_some(FieldProblem::TooLong),
            SetupField::WifiPassword => wifi_password(text),
        }
    }
}

fn wifi_password(text: &str) -> Option<FieldProblem> {
    if !text.bytes().all(|octet| (0x20..=0x7e).contains(&octet)) {
        Some(FieldProblem::Letter)
    } else if is_key(text) {
        None
    } else if text.len() < *KEY_LENGTH.start() {
        Some(FieldProblem::TooShort)
    } else if text.len() > *KEY_LENGTH.end() {
        Some(FieldProblem::TooLong)
    } else {
        None
    }
}

/// Whether this is the key itself, as 64 hexadecimal digits, and no passphrase.
pub(super) fn is_key(text: &str) -> bool {
    text.len() == HEX_DIGITS && text.bytes().all(|octet| octet.is_ascii_hexdigit())
}

/// How hard a Wi-Fi password is to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A neighbour with time guesses it.
    Weak,
    /// Usable.
    Fair,
    /// Hard to guess.
    Good,
}

/// What people take first, and who guesses tries first.
const COMMON: [&str; 12] = [
    "passwor",
    "wlan",
    "wifi",
    "internet",
    "hallo",
    "hello",
    "welcome",
    "willkommen",
    "qwert",
    "asdf",
    "admin",
    "fritz",
];

/// An estimate, and no more: letters that repeat or follow each other count for little, common
/// words and the network's own name for one letter.
pub fn strength(password: &str, wifi_name: &str) -> Strength {
    let mut text = password.to_ascii_lowercase();
    let name = wifi_name.to_ascii_lowercase();
    let own = (name.len() >= 4).then_some(name.as_str());
    for word in COMMON.into_iter().chain(own) {
        text = text.replace(word, "x");
    }
    let mut length = 0.0;
    let mut before: Option<i32> = None;
    for letter in text.chars() {
        let code = u32::from(letter) as i32;
        let follows = before.is_some_and(|before| (code - before).abs() <= 1);
        length += if follows { 0.25 } else { 1.0 };
        before = Some(code);
    }
    let any = |is: fn(&u8) -> bool| password.as_bytes().iter().any(is);
    let mut letters = 0.0_f64;
    for (used, size) in [
        (any(u8::is_ascii_digit), 10.0),
        (any(u8::is_ascii_lowercase), 26.0),
        (any(u8::is_ascii_uppercase), 26.0),
        (any(|octet| !octet.is_ascii_alphanumeric()), 33.0),
    ] {
        if used {
            letters += size;
        }
    }
    let bits = length * letters.max(1.0).log2();
    match bits {
        bits if bits < 45.0 => Strength::Weak,
        bits if bits < 65.0 => Strength::Fair,
        _ => Strength::Good,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Cases {
        fields: Vec<(SetupField, String, Option<FieldProblem>)>,
        strengths: Vec<(String, String, Strength)>,
    }

    fn cases() -> Cases {
        serde_json::from_str(include_str!("cases.json")).expect("the cases are JSON")
    }

    #[test]
    fn every_case_of_a_field_ends_as_the_table_says() {
        for (field, text, problem) in cases().fields {
            assert_eq!(field.problem(&text), problem, "{field:?} “{text}”");
        }
    }

    #[test]
    fn every_password_is_as_strong_as_the_table_says() {
        for (password, name, expected) in cases().strengths {
            assert_eq!(strength(&password, &name), expected, "{password}");
        }
    }
}
