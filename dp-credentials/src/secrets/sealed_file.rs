//! Secrets in one file behind a passphrase, for computers without a keyring.
//!
//! | octets | what |
//! |---|---|
//! | 8 | `LANSECR` and 0x1A |
//! | 1 | version of this layout: 1 |
//! | 1 | how the passphrase becomes a key: 1 for scrypt |
//! | 1 | scrypt N as a power of two, 14 to 18 |
//! | 1 | scrypt r: 8 |
//! | 1 | scrypt p, 1 to 4 |
//! | 3 | zero |
//! | 16 | salt |
//! | 16 | what tells a wrong passphrase from a damaged file |
//! | 8 | start of SHA-256 over all before it |
//! | 12 | nonce, another with every write |
//! | n | the secrets under AES-256-GCM |
//! | 16 | its tag |
//!
//! Everything before the secrets is authenticated with them. scrypt gives 64 octets: the key,
//! and 32 whose hash is kept to check the passphrase, which helps nobody guess it faster than
//! the secrets themselves would. It is computed once for each run. Inside, each secret is the
//! length of its name (2 octets, big endian), the name, the length of the value (4 octets) and
//! the value.
//!
//! The file is read anew for every call, so that several processes can share it; whoever
//! writes holds a lock on its directory from reading to renaming.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use openssl::sha::sha256;
use openssl::symm::{encrypt_aead, Cipher};

use super::file::{failed, make_private_dir, read_at_most, require_private};
use super::sealed::{self, Cost, COST, PASSPHRASE_MIN_CHARS, SCRYPT, SCRYPT_R, SEALED_MAX_BYTES};
use super::{atomic, Secret, SecretError, SecretStore};

const MAGIC: &[u8; 8] = b"LANSECR\x1a";
const VERSION: u8 = 1;
const SALT_AT: usize = 16;
const CHECK_AT: usize = 32;
const SUM_AT: usize = 48;
const NONCE_AT: usize = 56;
const HEADER_BYTES: usize = 68;
const TAG_BYTES: usize = 16;

/// Who knows the passphrase: a person at a terminal, a window, a pipe.
pub trait PassphraseSource: Send + Sync + fmt::Debug {
    /// The passphrase; a new one when there is no file yet. Blocks for as long as a person
    /// takes. Asked once for each run that goes well.
    ///
    /// # Errors
    ///
    /// [`SecretError::PassphraseMissing`] when nobody can be asked.
    fn passphrase(&self, new: bool) -> Result<Secret<String>, SecretError>;
}

/// The secrets of one file. Nothing is asked or read before the first call.
pub struct SealedFileStore {
    path: PathBuf,
    source: Arc<dyn PassphraseSource>,
    unlocked: Mutex<Option<Unlocked>>,
}

impl fmt::Debug for SealedFileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFileStore")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What a passphrase became, and what stands at the start of the file about it.
struct Unlocked {
    /// From the beginning up to the nonce.
    preamble: [u8; NONCE_AT],
    key: Secret<[u8; 32]>,
}

/// Names and values. Values are wiped with it.
type Entries = Vec<(String, Secret<Vec<u8>>)>;

impl SealedFileStore {
    /// The store of a file, which need not be there yet.
    pub fn new(path: &Path, source: Arc<dyn PassphraseSource>) -> SealedFileStore {
        if let Some(dir) = path.parent() {
            atomic::remove_unfinished(dir);
        }
        SealedFileStore {
            path: path.to_owned(),
            source,
            unlocked: Mutex::new(None),
        }
    }

    /// Whether there is a file, so that its passphrase is asked for and not a new one.
    pub fn exists(&self) -> bool {
        self.path.is_file()
    }

    /// Opens the file with the passphrase, or makes an empty one. Slow once, on purpose.
    ///
    /// # Errors
    ///
    /// See [`SecretError`].
    pub fn unlock(&self) -> Result<(), SecretError> {
        let mut unlocked = self.unlocked();
        // Before it is our turn: nobody else has to wait while a person types.
        self.entries(&mut unlocked, true)?;
        let _turn = self.turn()?;
        let entries = self.entries(&mut unlocked, true)?;
        if !self.exists() {
            self.keep(&mut unlocked, &entries)?;
        }
        Ok(())
    }

    fn unlocked(&self) -> MutexGuard<'_, Option<Unlocked>> {
        self.unlocked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> Result<atomic::Turn, SecretError> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        if !dir.is_dir() {
            make_private_dir(dir).map_err(|error| failed(dir, &error))?;
        }
        atomic::wait_for_turn(dir).map_err(|error| failed(dir, &error))
    }

    /// What the file holds; nothing where there is none, and then nobody is asked unless
    /// `new` says so.
    fn entries(&self, unlocked: &mut Option<Unlocked>, new: bool) -> Result<Entries, SecretError> {
        let bytes = match read_at_most(&self.path, SEALED_MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if new && unlocked.is_none() {
                    *unlocked = Some(self.fresh()?);
                }
                return Ok(Entries::new());
            }
            Err(error) => return Err(failed(&self.path, &error)),
        };
        require_private(&self.path)?;
        let parts = parts(&bytes).map_err(|what| self.damaged(what))?;
        // Another process may have made the file anew meanwhile, with another passphrase.
        let fits = |unlocked: &Unlocked| unlocked.preamble == parts.preamble;
        let known = match unlocked.take().filter(fits) {
            Some(known) => known,
            None => {
                let passphrase = self.source.passphrase(false)?;
                unlock_with(&passphrase, &parts)?
            }
        };
        let open = sealed::open_gcm(
            &known.key,
            parts.nonce,
            parts.header,
            parts.ciphertext,
            parts.tag,
        )
        .map_err(crypto)?;
        *unlocked = Some(known);
        let open = open.ok_or_else(|| self.damaged("its contents do not fit"))?;
        unpack(&open).ok_or_else(|| self.damaged("its contents cannot be read"))
    }

    fn fresh(&self) -> Result<Unlocked, SecretError> {
        let passphrase = self.source.passphrase(true)?;
        if passphrase.expose().chars().count() < PASSPHRASE_MIN_CHARS {
            return Err(SecretError::PassphraseShort);
        }
        let mut salt = [0; 16];
        rand_bytes(&mut salt).map_err(crypto)?;
        let derived = Derived::of(&passphrase, COST, &salt)?;
        let mut preamble = [0; NONCE_AT];
        preamble[..8].copy_from_slice(MAGIC);
        preamble[8..13].copy_from_slice(&[VERSION, SCRYPT, COST.log_n, SCRYPT_R, COST.p]);
        preamble[SALT_AT..CHECK_AT].copy_from_slice(&salt);
        preamble[CHECK_AT..SUM_AT].copy_from_slice(&derived.check);
        let sum = sha256(&preamble[..SUM_AT]);
        preamble[SUM_AT..].copy_from_slice(&sum[..NONCE_AT - SUM_AT]);
        Ok(Unlocked {
            preamble,
            key: derived.key,
        })
    }

    fn keep(&self, unlocked: &mut Option<Unlocked>, entries: &Entries) -> Result<(), SecretError> {
        let Some(unlocked) = unlocked.as_ref() else {
            return Err(self.damaged("it was never opened"));
        };
        let packed = pack(entries)?;
        let mut nonce = [0; HEADER_BYTES - NONCE_AT];
        rand_bytes(&mut nonce).map_err(crypto)?;
        let mut bytes = [unlocked.preamble.as_slice(), &nonce].concat();
        let mut tag = [0; TAG_BYTES];
        let ciphertext = encrypt_aead(
            Cipher::aes_256_gcm(),
            unlocked.key.expose(),
            Some(&nonce),
            &bytes,
            packed.expose(),
            &mut tag,
        )
        .map_err(crypto)?;
        bytes.extend(ciphertext);
        bytes.extend(tag);
        if bytes.len() > SEALED_MAX_BYTES {
            return Err(self.damaged("it would get too large"));
        }
        atomic::replace(&self.path, &bytes).map_err(|error| failed(&self.path, &error))
    }

    fn damaged(&self, what: &str) -> SecretError {
        SecretError::Failed {
            detail: format!("{} is damaged: {what}", self.path.display()),
        }
    }
}

impl SecretStore for SealedFileStore {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        let entries = self.entries(&mut self.unlocked(), false)?;
        let found = entries.into_iter().find(|(known, _)| known == name);
        Ok(found.map(|(_, value)| value))
    }

    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError> {
        let mut unlocked = self.unlocked();
        self.entries(&mut unlocked, true)?;
        let _turn = self.turn()?;
        let mut entries = self.entries(&mut unlocked, true)?;
        entries.retain(|(known, _)| known != name);
        entries.push((name.to_owned(), value.clone()));
        self.keep(&mut unlocked, &entries)
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let mut unlocked = self.unlocked();
        self.entries(&mut unlocked, false)?;
        let _turn = self.turn()?;
        let mut entries = self.entries(&mut unlocked, false)?;
        let before = entries.len();
        entries.retain(|(known, _)| known != name);
        if entries.len() == before {
            return Ok(());
        }
        self.keep(&mut unlocked, &entries)
    }
}

/// What scrypt gives.
struct Derived {
    key: Secret<[u8; 32]>,
    check: [u8; SUM_AT - CHECK_AT],
}

impl Derived {
    fn of(passphrase: &Secret<String>, cost: Cost, salt: &[u8]) -> Result<Derived, SecretError> {
        let whole: Secret<[u8; 64]> = sealed::key(passphrase, cost, salt).map_err(crypto)?;
        let (key, rest) = whole.expose().split_at(32);
        let mut derived = Derived {
            key: Secret::new([0; 32]),
            check: [0; SUM_AT - CHECK_AT],
        };
        derived.key.0.copy_from_slice(key);
        derived
            .check
            .copy_from_slice(&sha256(rest)[..SUM_AT - CHECK_AT]);
        Ok(derived)
    }
}

fn unlock_with(passphrase: &Secret<String>, parts: &Parts<'_>) -> Result<Unlocked, SecretError> {
    let derived = Derived::of(passphrase, parts.cost, &parts.preamble[SALT_AT..CHECK_AT])?;
    if !openssl::memcmp::eq(&derived.check, &parts.preamble[CHECK_AT..SUM_AT]) {
        return Err(SecretError::PassphraseWrong);
    }
    Ok(Unlocked {
        preamble: parts.preamble,
        key: derived.key,
    })
}

/// The parts of a file.
struct Parts<'a> {
    cost: Cost,
    preamble: [u8; NONCE_AT],
    header: &'a [u8],
    nonce: &'a [u8],
    ciphertext: &'a [u8],
    tag: &'a [u8],
}

/// Takes a file apart; nothing is computed yet but a hash.
fn parts(bytes: &[u8]) -> Result<Parts<'_>, &'static str> {
    if bytes.len() > SEALED_MAX_BYTES {
        return Err("it is too large");
    }
    if !bytes.starts_with(MAGIC) {
        return Err("it does not hold secrets of Lanside");
    }
    if bytes
        .get(MAGIC.len())
        .is_some_and(|version| *version != VERSION)
    {
        return Err("a later version of Lanside wrote it");
    }
    let short = "it is cut short";
    let (header, rest) = bytes.split_at_checked(HEADER_BYTES).ok_or(short)?;
    let at_tag = rest.len().checked_sub(TAG_BYTES).ok_or(short)?;
    let (ciphertext, tag) = rest.split_at_checked(at_tag).ok_or(short)?;
    let (preamble, nonce) = header.split_at_checked(NONCE_AT).ok_or(short)?;
    let preamble: [u8; NONCE_AT] = preamble.try_into().map_err(|_| short)?;
    // Before the passphrase: a damaged start would make every passphrase look wrong.
    if sha256(&preamble[..SUM_AT])[..NONCE_AT - SUM_AT] != preamble[SUM_AT..] {
        return Err("its beginning was changed");
    }
    let cost = match preamble[MAGIC.len() + 1..SALT_AT] {
        [SCRYPT, log_n @ 14..=18, SCRYPT_R, p @ 1..=4, 0, 0, 0] => Cost { log_n, p },
        _ => return Err("it asks for a protection no version of Lanside uses"),
    };
    Ok(Parts {
        cost,
        preamble,
        header,
        nonce,
        ciphertext,
        tag,
    })
}

fn pack(entries: &Entries) -> Result<Secret<Vec<u8>>, SecretError> {
    let too_large = || SecretError::Failed {
        detail: "a secret is too large to be kept".to_owned(),
    };
    let size = entries
        .iter()
        .map(|(name, value)| 6 + name.len() + value.expose().len())
        .sum();
    // Room for all, so that growing leaves no copy of a secret behind.
    let mut packed = Secret::new(Vec::with_capacity(size));
    for (name, value) in entries {
        let name_length = u16::try_from(name.len()).map_err(|_| too_large())?;
        let length = u32::try_from(value.expose().len()).map_err(|_| too_large())?;
        packed.0.extend(name_length.to_be_bytes());
        packed.0.extend(name.as_bytes());
        packed.0.extend(length.to_be_bytes());
        packed.0.extend(value.expose());
    }
    Ok(packed)
}

fn unpack(packed: &Secret<Vec<u8>>) -> Option<Entries> {
    let mut rest = packed.expose().as_slice();
    let mut entries = Entries::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk()?;
        let (name, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let (length, after) = after.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (value, after) = after.split_at_checked(length)?;
        let name = std::str::from_utf8(name).ok()?.to_owned();
        entries.push((name, Secret::new(value.to_owned())));
        rest = after;
    }
    Some(entries)
}

fn crypto(error: ErrorStack) -> SecretError {
    SecretError::Failed {
        detail: format!("the crypto library failed: {error}"),
    }
}

/// A passphrase that somebody told already.
#[derive(Debug)]
pub struct Told(Mutex<Option<Secret<String>>>);

impl Told {
    /// One that is known.
    pub fn new(passphrase: Secret<String>) -> Told {
        Told(Mutex::new(Some(passphrase)))
    }
}

impl PassphraseSource for Told {
    fn passphrase(&self, _new: bool) -> Result<Secret<String>, SecretError> {
        // Handed on and kept no longer: what it becomes is enough from here on.
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        told.ok_or_else(|| SecretError::PassphraseMissing {
            detail: "the file was made anew with another one".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
