//! Which names announce a secret. No description and no data model says so reliably, so words
//! decide; hiding one value too many is better than writing a password down.

/// Parts of names whose values are secret, in lower case. `Stored` and `Authenticator` are
/// what DeviceProtection:1 makes of a password.
const WORDS: [&str; 10] = [
    "password",
    "passphrase",
    "passwd",
    "pwd",
    "key",
    "secret",
    "credential",
    "authenticator",
    "stored",
    "token",
];

/// Whether a name of an argument, element or parameter announces a secret.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
        || lower == "pin"
        || name.ends_with("PIN")
        || name.ends_with("Pin")
}

#[cfg(test)]
mod tests {
    use super::sounds_secret;

    #[test]
    fn names_tell() {
        for secret in [
            "KeyPassphrase",
            "Stored",
            "PIN",
            "pin",
            "WpsPin",
            "X_UserPwd",
        ] {
            assert!(sounds_secret(secret), "{secret}");
        }
        for open in ["SSID", "Ping", "Spinning", "Enable", ""] {
            assert!(!sounds_secret(open), "{open}");
        }
    }
}
