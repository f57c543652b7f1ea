//! User login by challenge and answer (DeviceProtection:1, clauses 2.6.5 and 2.6.6).

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkcs5::pbkdf2_hmac;

use crate::acl::Password;
use crate::enrollee::crypto::hmac;
use crate::identity::IdentityUuid;
use crate::secret::Secret;

/// Iterations of the standard.
const ITERATIONS: usize = 5000;

/// STORED of a user name and password with a salt.
///
/// # Errors
/// The crypto library failed.
pub fn stored(name: &str, password: &str, salt: &[u8; 16]) -> Result<Secret<[u8; 16]>, ErrorStack> {
    let salted = [name.as_bytes(), salt].concat();
    let mut out = [0; 16];
    pbkdf2_hmac(
        password.as_bytes(),
        &salted,
        ITERATIONS,
        MessageDigest::sha256(),
        &mut out,
    )?;
    Ok(Secret::new(out))
}

/// The answer to a challenge that only somebody with STORED can give.
///
/// # Errors
/// The crypto library failed.
pub fn authenticator(
    password: &Password,
    challenge: &[u8; 16],
    device: IdentityUuid,
    control_point: IdentityUuid,
) -> Result<[u8; 16], ErrorStack> {
    let hash = hmac(
        password.stored.expose(),
        &[challenge, device.as_bytes(), control_point.as_bytes()],
    )?;
    Ok(std::array::from_fn(|index| hash[index]))
}
