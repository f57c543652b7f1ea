//! Which parameters hold secrets.

use super::facts::Facts;

/// Whether the value of a parameter must never be shown, logged or stored in clear.
///
/// A path the models know is secret when they say so. A maker's own parameter has no fact, so its
/// last name decides: better to hide one value too many than to write a password to a file.
pub fn is_secret(path: &str) -> bool {
    match Facts::of_path(path) {
        Some(fact) => fact.is_secret(),
        None => sounds_secret(
            path.trim_end_matches('.')
                .rsplit(['.', '/'])
                .next()
                .unwrap_or(""),
        ),
    }
}

fn sounds_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "password",
        "passphrase",
        "passwd",
        "secret",
        "presharedkey",
        "privatekey",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || name.ends_with("Key")
        || name.ends_with("PIN")
        || name.ends_with("Pin")
}
