//! The public-key operations of one introduction, both sides, and nothing else.

use openssl::bn::{BigNum, BigNumContext};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::{Signer, Verifier};
use std::sync::OnceLock;

/// Diffie-Hellman of the WPS exchange for Enrollee and Registrar (two public keys, two
/// shared secrets, group 5), and the signatures of a TLS handshake in which both sides show
/// two certificates: two made, four checked.
pub fn both_sides() -> Result<(), ErrorStack> {
    let prime = BigNum::get_rfc3526_prime_1536()?;
    let generator = BigNum::from_u32(2)?;
    let mut context = BigNumContext::new()?;
    let mut privates = Vec::new();
    let mut publics = Vec::new();
    for _ in 0..2 {
        let mut private = BigNum::new()?;
        private.rand(1535, openssl::bn::MsbOption::ONE, false)?;
        let mut public = BigNum::new()?;
        public.mod_exp(&generator, &private, &prime, &mut context)?;
        privates.push(private);
        publics.push(public);
    }
    for (private, public) in privates.iter().zip(publics.iter().rev()) {
        BigNum::new()?.mod_exp(public, private, &prime, &mut context)?;
    }
    for _ in 0..2 {
        let key = signing_key()?;
        let mut signer = Signer::new(MessageDigest::sha256(), key)?;
        let signature = signer.sign_oneshot_to_vec(b"transcript")?;
        for _ in 0..2 {
            Verifier::new(MessageDigest::sha256(), key)?
                .verify_oneshot(&signature, b"transcript")?;
        }
    }
    Ok(())
}

fn signing_key() -> Result<&'static PKey<Private>, ErrorStack> {
    static KEY: OnceLock<PKey<Private>> = OnceLock::new();
    if KEY.get().is_none() {
        // Whoever comes first sets it; the other one's is thrown away.
        KEY.set(PKey::from_rsa(Rsa::generate(2048)?)?).ok();
    }
    KEY.get().ok_or_else(ErrorStack::get)
}
