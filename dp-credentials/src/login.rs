//! The answer to a PKCS5 login challenge (DeviceProtection:1, section 5).
//!
//! The gateway keeps [`stored`], never the password. To log in, the control point answers
//! a challenge with an [`authenticator`] that only somebody who can compute `stored` can
//! make, bound to both certificates.

use openssl::hash::MessageDigest;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use zeroize::{Zeroize, Zeroizing};

use crate::identity::IdentityUuid;
use crate::secrets::Secret;

/// Rounds of PBKDF2 (section 5).
const ITERATIONS: usize = 5_000;

/// What the gateway keeps of a password: 16 bytes of PBKDF2 with HMAC-SHA-256 over the
/// user name and the user's salt.
///
/// Name and password are taken exactly as spelt: no change of case, no normalisation.
/// Takes some milliseconds on purpose.
pub fn stored(name: &str, password: &Secret<String>, salt: &[u8]) -> Secret<[u8; 16]> {
    let salt = [name.as_bytes(), salt].concat();
    let mut key = [0; 16];
    pbkdf2_hmac(
        password.expose().as_bytes(),
        &salt,
        ITERATIONS,
        MessageDigest::sha256(),
        &mut key,
    )
    .expect("invariant: PBKDF2 with SHA-256 takes any input");
    let stored = Secret::new(key);
    key.zeroize();
    stored
}

/// The answer to a challenge, for the argument `Authenticator` of `UserLogin`.
///
/// The device identity is that of the server leaf of the present TLS session, whatever
/// the device calls itself elsewhere (section 3.3).
pub fn authenticator(
    stored: &Secret<[u8; 16]>,
    challenge: &[u8],
    device: &IdentityUuid,
    control_point: &IdentityUuid,
) -> [u8; 16] {
    let message = [challenge, device.as_bytes(), control_point.as_bytes()].concat();
    let mac = || {
        let key = PKey::hmac(stored.expose())?;
        Signer::new(MessageDigest::sha256(), &key)?.sign_oneshot_to_vec(&message)
    };
    let full = Zeroizing::new(mac().expect("invariant: HMAC-SHA-256 takes any input"));
    let mut answer = [0; 16];
    answer.copy_from_slice(&full[..16]);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_depends_on_every_input() {
        let password = Secret::new("secret".to_owned());
        let (a, b) = (
            IdentityUuid::from_leaf_der(b"a"),
            IdentityUuid::from_leaf_der(b"b"),
        );
        let key = stored("Mika", &password, &[1; 16]);
        let answer = authenticator(&key, &[2; 16], &a, &b);
        for other in [
            authenticator(&stored("mika", &password, &[1; 16]), &[2; 16], &a, &b),
            authenticator(&stored("Mika", &password, &[9; 16]), &[2; 16], &a, &b),
            authenticator(&key, &[3; 16], &a, &b),
            authenticator(&key, &[2; 16], &b, &a),
        ] {
            assert_ne!(answer, other);
        }
    }
}
