//! A secret behind a passphrase, fit to leave this computer in a file.
//!
//! | octets | what |
//! |---|---|
//! | 8 | `LANSIDE` and 0x1A |
//! | 1 | version of this layout: 1 |
//! | 1 | how the passphrase becomes a key: 1 for scrypt |
//! | 1 | scrypt N as a power of two, 14 to 18 |
//! | 1 | scrypt r: 8 |
//! | 1 | scrypt p, 1 to 4 |
//! | 3 | zero |
//! | 16 | salt |
//! | 12 | nonce |
//! | n | the secret under AES-256-GCM |
//! | 16 | its tag |
//!
//! Everything before the secret is authenticated with it. The passphrase counts octet by
//! octet as UTF-8. What a file may ask of this computer is bounded before anything is
//! computed: 256 MiB, and a few seconds.

use openssl::error::ErrorStack;
use openssl::pkcs5::scrypt;
use openssl::rand::rand_bytes;
use openssl::symm::{encrypt_aead, Cipher, Crypter, Mode};

use super::Secret;

/// Shortest passphrase that is taken, in characters.
pub const PASSPHRASE_MIN_CHARS: usize = 8;

/// Largest sealed file that is read, in octets.
pub const SEALED_MAX_BYTES: usize = 16 * 1024 * 1024;

const MAGIC: &[u8; 8] = b"LANSIDE\x1a";
const VERSION: u8 = 1;
pub(super) const SCRYPT: u8 = 1;
pub(super) const SCRYPT_R: u8 = 8;
const SALT_AT: usize = 16;
const NONCE_AT: usize = 32;
const HEADER_BYTES: usize = 44;
const TAG_BYTES: usize = 16;

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// The passphrase is too short to protect anything.
    #[error("the passphrase must have at least {PASSPHRASE_MIN_CHARS} characters")]
    ShortPassphrase,
    /// The file is none of ours.
    #[error("this is not a file that Lanside protected with a passphrase")]
    NotSealed,
    /// The file ends before it should.
    #[error("the file is cut short")]
    CutShort,
    /// A later version wrote the file.
    #[error("the file has layout {0}, which this version of Lanside does not know")]
    Version(u8),
    /// The file asks for more, or for less, work than any file of ours.
    #[error("the file is damaged: it asks for a protection no version of Lanside uses")]
    Parameters,
    /// Far more than an identity takes.
    #[error("the file is too large")]
    TooLarge,
    /// Authenticated encryption cannot tell the two apart.
    #[error("the passphrase is wrong or the file is damaged")]
    WrongOrDamaged,
    /// The crypto library failed.
    #[error("protecting or opening the file failed")]
    Crypto(#[from] ErrorStack),
}

/// What turning a passphrase into a key costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub log_n: u8,
    pub p: u8,
}

/// 128 MiB and about half a second of one core: dear to guess, cheap to wait for.
pub(super) const COST: Cost = Cost { log_n: 17, p: 1 };

/// Seals a secret. Slow on purpose: call it on a blocking pool.
///
/// # Errors
///
/// [`SealedError::ShortPassphrase`], [`SealedError::TooLarge`].
pub fn seal(secret: &Secret<Vec<u8>>, passphrase: &Secret<String>) -> Result<Vec<u8>, SealedError> {
    if passphrase.expose().chars().count() < PASSPHRASE_MIN_CHARS {
        return Err(SealedError::ShortPassphrase);
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 12]);
    rand_bytes(&mut salt)?;
    rand_bytes(&mut nonce)?;
    seal_with(secret, passphrase, COST, salt, nonce)
}

/// Opens what [`seal`] made. Slow on purpose: call it on a blocking pool.
///
/// # Errors
///
/// [`SealedError::WrongOrDamaged`] for another passphrase or a damaged file; the others
/// when the file cannot be of ours at all, which is told without touching the passphrase.
pub fn open(sealed: &[u8], passphrase: &Secret<String>) -> Result<Secret<Vec<u8>>, SealedError> {
    let parts = parts(sealed)?;
    let key = key(passphrase, parts.cost, parts.salt)?;
    decrypt(&key, &parts)
}

fn seal_with(
    secret: &Secret<Vec<u8>>,
    passphrase: &Secret<String>,
    cost: Cost,
    salt: [u8; 16],
    nonce: [u8; 12],
) -> Result<Vec<u8>, SealedError> {
    if secret.expose().len() > SEALED_MAX_BYTES - HEADER_BYTES - TAG_BYTES {
        return Err(SealedError::TooLarge);
    }
    let mut sealed = MAGIC.to_vec();
    sealed.extend([VERSION, SCRYPT, cost.log_n, SCRYPT_R, cost.p, 0, 0, 0]);
    sealed.extend(salt);
    sealed.extend(nonce);
    let key = key::<32>(passphrase, cost, &salt)?;
    let mut tag = [0; TAG_BYTES];
    let ciphertext = encrypt_aead(
        Cipher::aes_256_gcm(),
        key.expose(),
        Some(&nonce),
        &sealed,
        secret.expose(),
        &mut tag,
    )?;
    sealed.extend(ciphertext);
    sealed.extend(tag);
    Ok(sealed)
}

/// The parts of a sealed file.
struct Parts<'a> {
    cost: Cost,
    header: &'a [u8],
    salt: &'a [u8],
    nonce: &'a [u8],
    ciphertext: &'a [u8],
    tag: &'a [u8],
}

/// Takes a file apart; nothing is computed yet.
fn parts(sealed: &[u8]) -> Result<Parts<'_>, SealedError> {
    if sealed.len() > SEALED_MAX_BYTES {
        return Err(SealedError::TooLarge);
    }
    let after_magic = sealed
        .strip_prefix(MAGIC.as_slice())
        .ok_or(SealedError::NotSealed)?;
    // Asked first: a later layout may be of any length.
    match after_magic.first() {
        None => return Err(SealedError::CutShort),
        Some(&VERSION) => {}
        Some(other) => return Err(SealedError::Version(*other)),
    }
    let (header, rest) = sealed
        .split_at_checked(HEADER_BYTES)
        .ok_or(SealedError::CutShort)?;
    let at_tag = rest
        .len()
        .checked_sub(TAG_BYTES)
        .ok_or(SealedError::CutShort)?;
    let (ciphertext, tag) = rest.split_at_checked(at_tag).ok_or(SealedError::CutShort)?;
    let cost = match after_magic.get(1..SALT_AT - MAGIC.len()) {
        Some(&[SCRYPT, log_n @ 14..=18, SCRYPT_R, p @ 1..=4, 0, 0, 0]) => Cost { log_n, p },
        _ => return Err(SealedError::Parameters),
    };
    Ok(Parts {
        cost,
        header,
        salt: header.get(SALT_AT..NONCE_AT).ok_or(SealedError::CutShort)?,
        nonce: header.get(NONCE_AT..).ok_or(SealedError::CutShort)?,
        ciphertext,
        tag,
    })
}

pub(super) fn key<const N: usize>(
    passphrase: &Secret<String>,
    cost: Cost,
    salt: &[u8],
) -> Result<Secret<[u8; N]>, ErrorStack> {
    let (n, r, p) = (1 << cost.log_n, u64::from(SCRYPT_R), u64::from(cost.p));
    let memory = 128 * r * (n + p) + 1024 * 1024;
    let mut key = Secret::new([0; N]);
    scrypt(
        passphrase.expose().as_bytes(),
        salt,
        n,
        r,
        p,
        memory,
        &mut key.0,
    )?;
    Ok(key)
}

fn decrypt(key: &Secret<[u8; 32]>, parts: &Parts<'_>) -> Result<Secret<Vec<u8>>, SealedError> {
    open_gcm(key, parts.nonce, parts.header, parts.ciphertext, parts.tag)?
        .ok_or(SealedError::WrongOrDamaged)
}

/// Decrypts into memory that is wiped, whatever comes of it: what a damaged file holds is
/// most of a key still. `None` when the tag does not fit, which the library compares in
/// constant time.
pub(super) fn open_gcm(
    key: &Secret<[u8; 32]>,
    nonce: &[u8],
    header: &[u8],
    ciphertext: &[u8],
    tag: &[u8],
) -> Result<Option<Secret<Vec<u8>>>, ErrorStack> {
    let cipher = Cipher::aes_256_gcm();
    let mut open = Secret::new(vec![0; ciphertext.len() + cipher.block_size()]);
    let mut crypter = Crypter::new(cipher, Mode::Decrypt, key.expose(), Some(nonce))?;
    crypter.aad_update(header)?;
    crypter.set_tag(tag)?;
    let written = crypter.update(ciphertext, &mut open.0)?;
    let rest = open.0.get_mut(written..).unwrap_or_default();
    let Ok(finished) = crypter.finalize(rest) else {
        return Ok(None);
    };
    open.0.truncate(written + finished);
    Ok(Some(open))
}

#[cfg(test)]
mod tests;
