//! What the command line and errors say about a set-up, in English. The window has its own words.

use super::checks::{FieldProblem, SetupField};
use super::verdict::SetupTrouble;

/// What a field is called.
pub fn field(field: SetupField) -> &'static str {
    match field {
        SetupField::UserName => "the user name from your provider's letter",
        SetupField::Password => "the password from your provider's letter",
        SetupField::WifiName => "the name of the Wi-Fi",
        SetupField::WifiPassword => "the Wi-Fi password",
    }
}

/// What is wrong with it, as a sentence.
pub fn problem(of: SetupField, problem: FieldProblem) -> String {
    let what = field(of);
    match (problem, of) {
        (FieldProblem::Empty, _) => format!("{what} is missing"),
        (FieldProblem::TooShort, _) => format!("{what} has fewer than 8 characters"),
        (FieldProblem::TooLong, SetupField::WifiPassword) => {
            format!("{what} has more than 63 characters")
        }
        (FieldProblem::TooLong, SetupField::WifiName) => {
            format!("{what} is longer than 32 letters; umlauts and signs count more than once")
        }
        (FieldProblem::TooLong, _) => format!("{what} is longer than 64 characters"),
        (FieldProblem::Letter, SetupField::WifiPassword) => {
            format!("{what} takes letters without accents, digits and signs")
        }
        (FieldProblem::Letter, _) => format!("{what} has a sign in it that cannot be sent"),
        (FieldProblem::Blank, _) => format!("{what} begins or ends with a blank nobody sees"),
        (FieldProblem::NoDigits, _) => {
            format!("{what} cannot be a key of 64 digits at this gateway; take a password")
        }
    }
}

/// Why the internet does not work, and what to do.
pub fn trouble(trouble: SetupTrouble) -> [&'static str; 2] {
    match trouble {
        SetupTrouble::NoLine => [
            "Nothing comes over the line.",
            "Check the cable between the wall and the gateway.",
        ],
        SetupTrouble::LineStarting => [
            "The line is still starting.",
            "Wait some minutes and try again.",
        ],
        SetupTrouble::LoginRefused => [
            "Your provider does not accept user name or password.",
            "Compare them with the letter, letter by letter.",
        ],
        SetupTrouble::LoginMissing => [
            "The gateway has no user name and password yet.",
            "Type those from your provider's letter.",
        ],
        SetupTrouble::AccountBlocked => [
            "Your provider does not let you in at the moment.",
            "Call your provider.",
        ],
        SetupTrouble::ProviderSilent => [
            "Your provider does not answer.",
            "Wait some minutes and try again; then call your provider.",
        ],
        SetupTrouble::SwitchedOff => [
            "The connection to the internet is switched off in the gateway.",
            "Ask whoever switched it off, or your provider.",
        ],
        SetupTrouble::NoNames => [
            "You are connected, but addresses of pages are not found.",
            "Wait some minutes and try again; then call your provider.",
        ],
        SetupTrouble::Unclear => [
            "The gateway does not say why it is not connected.",
            "Restart it, wait some minutes and try again.",
        ],
    }
}
