//! Where random bytes come from.

use zeroize::Zeroize;

use crate::secrets::Secret;

/// A source of random bytes. The Registrar draws from it in a documented order, so a
/// scripted one makes a run repeatable.
pub trait RandomSource {
    /// Fills all of `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// Random bytes fit for keys, from OpenSSL's generator, which the system seeds.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl RandomSource for OsRandom {
    /// # Panics
    ///
    /// When the system has no randomness: nothing secret can be made then.
    fn fill(&mut self, bytes: &mut [u8]) {
        openssl::rand::rand_bytes(bytes).expect("invariant: the system gives random bytes");
    }
}

/// An array of random bytes.
pub(super) fn array<const N: usize>(random: &mut dyn RandomSource) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// An array of random bytes that nobody else may know.
pub(super) fn secret<const N: usize>(random: &mut dyn RandomSource) -> Secret<[u8; N]>
where
    [u8; N]: Zeroize,
{
    let mut bytes = array(random);
    let secret = Secret::new(bytes);
    bytes.zeroize();
    secret
}
