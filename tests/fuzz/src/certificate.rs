//! Certificates that gateways show, and the texts of identities and fingerprints.

use dp_credentials::identity::{
    common_name_of_der, Fingerprint, Identity, IdentityError, IdentityUuid,
};
use dp_credentials::trust::verifier::{judge_leaf, Expectation, TrustError};

/// Checks a certificate in DER, or a text: PEM, a UUID or a fingerprint.
///
/// # Panics
/// When something that must hold does not.
pub fn certificate(input: &[u8]) {
    let name = common_name_of_der(input);
    assert!(name.chars().count() <= 64 && !name.chars().any(char::is_control));
    assert_eq!(common_name_of_der(input), name, "the same twice");
    judged(input);
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    uuid(text);
    fingerprint(text);
    match Identity::from_pem(text) {
        Ok(identity) => {
            let pem = identity.to_pem().expect("what was read is written");
            let again = Identity::from_pem(pem.expose()).expect("what was written is read");
            assert_eq!(again.leaf_der(), identity.leaf_der());
            assert_eq!(again.uuid(), identity.uuid());
            assert!(!format!("{identity:?}").contains("PRIVATE"));
        }
        Err(IdentityError::Incomplete(_) | IdentityError::Crypto(_)) => {}
        Err(error) => panic!("{error}"),
    }
}

/// Only the very same octets are let in.
fn judged(leaf: &[u8]) {
    let found = Fingerprint::of_leaf_der(leaf);
    assert_eq!(judge_leaf(Expectation::FirstContact, leaf), Ok(found));
    assert_eq!(judge_leaf(Expectation::Trusted(found), leaf), Ok(found));
    let mut other = leaf.to_vec();
    match other.last_mut() {
        Some(last) => *last ^= 1,
        None => other.push(0),
    }
    let changed = judge_leaf(Expectation::Trusted(found), &other);
    assert!(matches!(changed, Err(TrustError::Changed { expected, .. }) if expected == found));
    assert_eq!(found.words().split(' ').count(), 6);
    let identity = IdentityUuid::from_leaf_der(leaf);
    assert_eq!(identity.as_bytes()[6] >> 4, 5, "version 5");
    assert_eq!(identity.as_bytes()[8] >> 6, 2, "the variant of RFC 9562");
    uuid(&identity.to_string());
    fingerprint(&found.to_string());
}

fn uuid(text: &str) {
    match text.parse::<IdentityUuid>() {
        Ok(identity) => {
            let written = identity.to_string();
            assert_eq!(written.parse::<IdentityUuid>().ok(), Some(identity));
            let spelt = text.trim().to_ascii_lowercase();
            let bare = spelt.strip_prefix("uuid:").unwrap_or(&spelt);
            assert_eq!(bare, written, "no text is a UUID but its own");
        }
        Err(error) => assert!(error.to_string().len() < 1024, "{error}"),
    }
}

fn fingerprint(text: &str) {
    match text.parse::<Fingerprint>() {
        Ok(found) => {
            let spelt = text.replace([':', ' '], "").to_ascii_lowercase();
            assert_eq!(
                spelt,
                found.to_string(),
                "no text is a fingerprint but its own"
            );
        }
        Err(error) => assert!(error.to_string().len() < 1024, "{error}"),
    }
}
