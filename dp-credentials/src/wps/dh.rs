//! Diffie-Hellman in group 5 of RFC 3526, 1536 bits, generator 2 (section 4.5).

use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::error::ErrorStack;
use zeroize::Zeroize;

use super::limits::KEY_PAIR_ATTEMPTS;
use super::message::PUBLIC_KEY_BYTES;
use super::random::{self, RandomSource};
use crate::secrets::Secret;

/// A key or shared secret: big endian, padded with zeros on the left.
pub type Padded = [u8; PUBLIC_KEY_BYTES];

/// Why there is no shared secret.
#[derive(Debug, thiserror::Error)]
pub enum DhError {
    /// The other side's key is outside 2 to p - 2, or is our own.
    #[error("the public key is not allowed")]
    PublicKey,
    /// The crypto library failed.
    #[error("the crypto library failed")]
    Crypto(#[from] ErrorStack),
}

/// Our key pair, and what it makes of the other side's key.
#[derive(Debug)]
pub struct Agreement {
    /// PK_R.
    pub public: Padded,
    /// Z.
    pub shared: Secret<Padded>,
}

/// The prime.
///
/// # Errors
///
/// When memory is short.
pub fn prime() -> Result<BigNum, ErrorStack> {
    BigNum::get_rfc3526_prime_1536()
}

/// Whether a public key of the other side lies in 2 to p - 2.
///
/// # Errors
///
/// [`DhError::PublicKey`] when it does not: it would give the shared secret away.
pub fn check_public(theirs: &Padded) -> Result<(), DhError> {
    let theirs = BigNum::from_slice(theirs)?;
    let mut largest = prime()?;
    largest.sub_word(2)?;
    if theirs < BigNum::from_u32(2)? || theirs > largest {
        return Err(DhError::PublicKey);
    }
    Ok(())
}

/// Agrees on a secret with a given private key.
///
/// # Errors
///
/// [`DhError::PublicKey`] when the other side's key is not allowed.
pub fn agree(private: &Secret<Padded>, theirs: &Padded) -> Result<Agreement, DhError> {
    check_public(theirs)?;
    let generator = BigNum::from_u32(2)?;
    let theirs_number = BigNum::from_slice(theirs)?;
    // Each takes about a millisecond while the gateway waits, so both at once.
    let (ours, shared) = std::thread::scope(|scope| {
        let ours = scope.spawn(|| power(&generator, private));
        let shared = power(&theirs_number, private);
        (ours.join(), shared)
    });
    let ours = ours.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let shared = shared?;
    let public = padded(&ours)?;
    if public == *theirs {
        return Err(DhError::PublicKey);
    }
    Ok(Agreement {
        public,
        shared: Secret::new(padded(&shared)?),
    })
}

/// `base` to the power of a private key, modulo the prime.
fn power(base: &BigNumRef, private: &Secret<Padded>) -> Result<BigNum, ErrorStack> {
    let mut context = BigNumContext::new_secure()?;
    // Numbers of the secure kind are wiped when freed.
    let mut exponent = BigNum::new_secure()?;
    exponent.copy_from_slice(private.expose())?;
    exponent.set_const_time();
    let mut power = BigNum::new_secure()?;
    power.mod_exp(base, &exponent, &*prime()?, &mut context)?;
    Ok(power)
}

/// Agrees on a secret with a new private key of 192 random bytes.
///
/// Some Enrollees leave out leading zeros of PK_R and Z when they hash them. Keys are
/// therefore drawn until neither starts with one; then both spellings are the same.
///
/// # Errors
///
/// [`DhError::PublicKey`] when the other side's key is not allowed, or yields nothing
/// but short secrets, as a key of a small subgroup would.
pub fn agree_anew(source: &mut dyn RandomSource, theirs: &Padded) -> Result<Agreement, DhError> {
    for _ in 0..KEY_PAIR_ATTEMPTS {
        let private = random::secret(source);
        let agreement = agree(&private, theirs)?;
        if agreement.public[0] != 0 && agreement.shared.expose()[0] != 0 {
            return Ok(agreement);
        }
    }
    Err(DhError::PublicKey)
}

fn padded(number: &BigNum) -> Result<Padded, ErrorStack> {
    let width = i32::try_from(PUBLIC_KEY_BYTES).expect("invariant: 192 fits");
    let mut bytes = number.to_vec_padded(width)?;
    let array = Padded::try_from(bytes.as_slice()).expect("invariant: padded to the width");
    bytes.zeroize();
    Ok(array)
}
