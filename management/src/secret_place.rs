//! Where secrets are kept: chosen at the start, or by a person who has no keyring.
//!
//! What a person chose in the window is remembered in the state directory, so that every
//! later start, of either face, finds the same identity and the same trusted gateways.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use dp_credentials::secrets::file::FileStore;
use dp_credentials::secrets::keyring::KeyringStore;
use dp_credentials::secrets::sealed_file::{PassphraseSource, SealedFileStore, Told};
use dp_credentials::secrets::{Secret, SecretError, SecretStore};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::{blocking, Management};
use crate::error::Error;
use crate::view::{GatewayState, GatewayView};

/// Service under which the keyring has our entries.
const SERVICE: &str = "org.lanside.lanside";

/// Remembers in the state directory what was chosen.
const CHOICE: &str = "secrets-at";

/// Held in the state directory while a secret is read, changed and written.
const LOCK: &str = "secrets.lock";

/// Where secrets are kept.
#[derive(Debug, Clone)]
pub enum SecretsAt {
    /// The system keyring.
    Keyring,
    /// Files below the state directory that only their owner can read.
    File,
    /// One file in the state directory behind a passphrase.
    SealedFile(Arc<dyn PassphraseSource>),
    /// What was chosen for this state directory, or else the keyring. The passphrase is for a
    /// sealed file, should that have been chosen.
    Chosen(Arc<dyn PassphraseSource>),
    /// A store of the caller's, for tests.
    Store(Arc<dyn SecretStore>),
}

impl Default for SecretsAt {
    fn default() -> Self {
        SecretsAt::Chosen(Arc::new(Unasked))
    }
}

impl SecretsAt {
    /// The sealed file, opened once its passphrase is told through
    /// [`Management::use_sealed_file`].
    pub fn sealed_file_when_told() -> SecretsAt {
        SecretsAt::SealedFile(Arc::new(Unasked))
    }
}

/// A place of secrets, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretsKind {
    /// The system keyring.
    Keyring,
    /// Files that only their owner can read.
    File,
    /// One file behind a passphrase.
    SealedFile,
    /// A store of the caller's.
    Other,
}

/// Whether secrets can be read and written now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SecretsState {
    /// Yes.
    Ready,
    /// There is no keyring on this computer, or it does not run.
    KeyringMissing,
    /// The keyring is locked: unlock it and ask again.
    KeyringLocked,
    /// The passphrase of the sealed file has to be told.
    PassphraseNeeded {
        /// There is no file yet: a new passphrase, told twice.
        new: bool,
    },
    /// Others on this computer could read the file or directory, so it is not used.
    TooOpen {
        /// Which one.
        path: String,
    },
    /// None of these: the detail says what the system said.
    Failed,
}

/// Where secrets are kept and how that stands, for a window that asks what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SecretsView {
    /// Where.
    pub kind: SecretsKind,
    /// How it stands.
    pub state: SecretsState,
    /// Whether a sealed file is there already, so that its passphrase is asked for and not a
    /// new one.
    pub sealed_file_exists: bool,
    /// Where a sealed file is or would be.
    pub sealed_file: String,
    /// The system's words, when it does not stand well.
    pub detail: Option<String>,
}

/// Nobody can be asked here; a window tells the passphrase through
/// [`Management::use_sealed_file`].
#[derive(Debug)]
struct Unasked;

impl PassphraseSource for Unasked {
    fn passphrase(&self, _new: bool) -> Result<Secret<String>, SecretError> {
        Err(SecretError::PassphraseMissing {
            detail: "it was not told yet".to_owned(),
        })
    }
}

/// The place in use, which a person may change while the program runs.
#[derive(Debug)]
pub(crate) struct SecretPlace {
    dir: PathBuf,
    now: RwLock<(SecretsKind, Arc<dyn SecretStore>)>,
}

impl SecretPlace {
    /// Opens the place; no secret is touched. Blocks.
    pub(crate) fn open(dir: &Path, at: SecretsAt) -> Result<SecretPlace, SecretError> {
        let keyring = || -> (SecretsKind, Arc<dyn SecretStore>) {
            (SecretsKind::Keyring, Arc::new(KeyringStore::new(SERVICE)))
        };
        let file = || -> Result<(SecretsKind, Arc<dyn SecretStore>), SecretError> {
            let store = FileStore::open(&dir.join("secrets"))?;
            Ok((SecretsKind::File, Arc::new(store)))
        };
        let sealed = |source| -> (SecretsKind, Arc<dyn SecretStore>) {
            let store = SealedFileStore::new(&sealed_path(dir), source);
            (SecretsKind::SealedFile, Arc::new(store))
        };
        let now = match at {
            SecretsAt::Keyring => keyring(),
            SecretsAt::File => file()?,
            SecretsAt::SealedFile(source) => sealed(source),
            SecretsAt::Chosen(source) => match chosen(dir)? {
                SecretsKind::SealedFile => sealed(source),
                SecretsKind::File => file()?,
                _ => keyring(),
            },
            SecretsAt::Store(store) => (SecretsKind::Other, store),
        };
        Ok(SecretPlace {
            dir: dir.to_owned(),
            now: RwLock::new(now),
        })
    }

    /// Works on the secrets while no other thread and no other process does so, for whatever
    /// reads one before it writes. Not for work that asks a person. Blocks.
    pub(crate) fn alone<T>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> T,
    ) -> Result<T, SecretError> {
        let path = self.dir.join(LOCK);
        let lock = open_lock(&path)
            .and_then(|lock| lock.lock().map(|()| lock))
            .map_err(|error| SecretError::Failed {
                detail: format!("{}: {error}", path.display()),
            })?;
        let outcome = work(self);
        // Closing gives it back.
        drop(lock);
        Ok(outcome)
    }

    fn now(&self) -> (SecretsKind, Arc<dyn SecretStore>) {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        (now.0, Arc::clone(&now.1))
    }

    fn view(&self) -> SecretsView {
        let (kind, store) = self.now();
        let exists = sealed_path(&self.dir).is_file();
        // Any name will do: what counts is whether the place answers.
        let asked = match kind {
            SecretsKind::SealedFile if !exists => Err(SecretError::PassphraseMissing {
                detail: "there is no file yet".to_owned(),
            }),
            _ => store.read("identity").map(|_| ()),
        };
        let state = match &asked {
            Ok(()) => SecretsState::Ready,
            Err(SecretError::Unavailable { .. }) => SecretsState::KeyringMissing,
            Err(SecretError::Locked { .. }) => SecretsState::KeyringLocked,
            Err(SecretError::PassphraseMissing { .. } | SecretError::PassphraseWrong) => {
                SecretsState::PassphraseNeeded { new: !exists }
            }
            Err(SecretError::TooOpen { path }) => SecretsState::TooOpen { path: path.clone() },
            Err(_) => SecretsState::Failed,
        };
        SecretsView {
            kind,
            state,
            sealed_file_exists: exists,
            sealed_file: sealed_path(&self.dir).display().to_string(),
            detail: asked.err().map(|error| error.to_string()),
        }
    }

    /// Uses the keyring from now on, in later runs too, if it answers. Blocks.
    fn use_keyring(&self) -> Result<(), SecretError> {
        let store = KeyringStore::new(SERVICE);
        store.read("identity")?;
        remember(&self.dir, "keyring")?;
        self.put(SecretsKind::Keyring, Arc::new(store));
        Ok(())
    }

    /// Opens or makes the sealed file and uses it from now on, in later runs too. Blocks.
    fn use_sealed_file(&self, passphrase: Secret<String>) -> Result<(), SecretError> {
        let path = sealed_path(&self.dir);
        let store = SealedFileStore::new(&path, Arc::new(Told::new(passphrase)));
        store.unlock()?;
        remember(&self.dir, "sealed-file")?;
        self.put(SecretsKind::SealedFile, Arc::new(store));
        Ok(())
    }

    fn put(&self, kind: SecretsKind, store: Arc<dyn SecretStore>) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = (kind, store);
    }
}

impl SecretStore for SecretPlace {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        self.now().1.read(name)
    }

    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError> {
        self.now().1.write(name, value)
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        self.now().1.remove(name)
    }
}

impl Management {
    /// Where secrets are kept, and whether they can be had.
    ///
    /// # Errors
    ///
    /// Only when a background task fails: how the place stands is the answer.
    pub async fn secrets_view(&self) -> Result<SecretsView, Error> {
        let place = self.secret_place();
        blocking(move || place.view()).await
    }

    /// Keeps secrets in one file behind this passphrase from now on, in later runs too; an
    /// existing file is opened with it. For a person without a keyring: what is in another
    /// place stays there and is not used any more.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`], with `PassphraseWrong` and `PassphraseShort` among them; nothing
    /// has changed then.
    pub async fn use_sealed_file(&self, passphrase: Secret<String>) -> Result<(), Error> {
        let place = self.secret_place();
        blocking(move || place.use_sealed_file(passphrase)).await??;
        self.identity_changed().await;
        Ok(())
    }

    /// Keeps secrets in the system keyring from now on, in later runs too. What is in a
    /// sealed file stays there and is not used any more.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`] when the keyring does not answer; nothing has changed then.
    pub async fn use_keyring(&self) -> Result<(), Error> {
        let place = self.secret_place();
        blocking(move || place.use_keyring()).await??;
        self.identity_changed().await;
        Ok(())
    }

    /// Reads whom this installation trusts anew and shows gateways accordingly: the place of
    /// secrets may have been opened, or be another one, since they were found. Returns those
    /// that are shown differently now.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`] when the place is still closed.
    pub async fn look_at_trust_again(&self) -> Result<Vec<GatewayView>, Error> {
        self.reload_trust().await?;
        let trusted: Vec<String> = {
            let trust = self.trust().await?;
            trust.iter().map(|gateway| gateway.udn.clone()).collect()
        };
        let mut inventory = self.inventory();
        let mut changed = Vec::new();
        for view in inventory.views() {
            let trusted = trusted
                .iter()
                .any(|udn| udn.eq_ignore_ascii_case(&view.udn));
            let state = match (view.state, trusted) {
                (GatewayState::New, true) => GatewayState::Paired,
                (GatewayState::Paired, false) => GatewayState::New,
                _ => continue,
            };
            changed.extend(inventory.update(&view.udn, |view| view.state = state));
        }
        Ok(changed)
    }
}

fn open_lock(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn sealed_path(dir: &Path) -> PathBuf {
    dir.join("secrets.sealed")
}

/// What was chosen for a state directory. Words nobody understands are an error: guessing
/// could make a second identity.
fn chosen(dir: &Path) -> Result<SecretsKind, SecretError> {
    let path = dir.join(CHOICE);
    let failed = |detail: String| SecretError::Failed {
        detail: format!("{}: {detail}", path.display()),
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => match text.trim() {
            "keyring" => Ok(SecretsKind::Keyring),
            "file" => Ok(SecretsKind::File),
            "sealed-file" => Ok(SecretsKind::SealedFile),
            _ => Err(failed("no place of secrets is called so".to_owned())),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(SecretsKind::Keyring),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn remember(dir: &Path, choice: &str) -> Result<(), SecretError> {
    // Beside and renamed: half a word would be no choice.
    dp_credentials::secrets::file::replace(&dir.join(CHOICE), choice.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Options;
    use crate::view::Code;

    fn passphrase(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    async fn open(dir: &Path, secrets: SecretsAt) -> Management {
        Management::open(Options {
            state_dir: Some(dir.to_owned()),
            secrets,
            ..Options::default()
        })
        .await
        .expect("opens")
    }

    #[tokio::test]
    async fn a_choice_is_remembered_and_the_same_identity_found_again() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join(CHOICE), "sealed-file\n").expect("writes");
        let first = open(dir.path(), SecretsAt::default()).await;
        let view = first.secrets_view().await.expect("asked");
        assert_eq!(view.kind, SecretsKind::SealedFile);
        assert_eq!(view.state, SecretsState::PassphraseNeeded { new: true });
        let error = first.identity().await.expect_err("nobody told it");
        assert_eq!(error.code(), Code::KeyringUnavailable, "{error}");
        let short = first.use_sealed_file(passphrase("short")).await;
        assert_eq!(short.expect_err("short").code(), Code::Usage);
        first
            .use_sealed_file(passphrase("Nebelhorn 4711"))
            .await
            .expect("made");
        let view = first.secrets_view().await.expect("asked");
        assert_eq!(view.state, SecretsState::Ready);
        let own = first.identity().await.expect("made").uuid();

        let second = open(dir.path(), SecretsAt::default()).await;
        let view = second.secrets_view().await.expect("asked");
        assert_eq!(view.state, SecretsState::PassphraseNeeded { new: false });
        let wrong = second.use_sealed_file(passphrase("Nebelhorn 4712")).await;
        assert_eq!(wrong.expect_err("wrong").code(), Code::PinRejected);
        second
            .use_sealed_file(passphrase("Nebelhorn 4711"))
            .await
            .expect("opened");
        assert_eq!(second.identity().await.expect("there").uuid(), own);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_others_can_read_or_that_is_damaged_is_told_before_anybody_types() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let first = open(dir.path(), SecretsAt::sealed_file_when_told()).await;
        let made = first.use_sealed_file(passphrase("Nebelhorn 4711")).await;
        made.expect("made");
        let file = sealed_path(dir.path());
        let own = first.identity().await.expect("made").uuid();

        let second = open(dir.path(), SecretsAt::default()).await;
        let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode));
        mode(0o644).expect("a mode");
        let view = second.secrets_view().await.expect("asked");
        let path = file.display().to_string();
        assert_eq!(view.sealed_file, path);
        assert_eq!(view.state, SecretsState::TooOpen { path });
        mode(0o600).expect("a mode");

        let whole = std::fs::read(&file).expect("the file");
        std::fs::write(&file, &whole[..40]).expect("cut short");
        let view = second.secrets_view().await.expect("asked");
        assert_eq!(view.state, SecretsState::Failed);
        let detail = view.detail.expect("the reason");
        assert!(detail.contains("damaged"), "{detail}");
        std::fs::write(&file, &whole).expect("writes");

        let view = second.secrets_view().await.expect("asked");
        assert_eq!(view.state, SecretsState::PassphraseNeeded { new: false });
        let opened = second.use_sealed_file(passphrase("Nebelhorn 4711")).await;
        opened.expect("opened");
        assert_eq!(second.identity().await.expect("there").uuid(), own);
    }

    #[tokio::test]
    async fn an_unknown_choice_is_no_choice() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::write(dir.path().join(CHOICE), "cloud").expect("writes");
        let opened = Management::open(Options {
            state_dir: Some(dir.path().to_owned()),
            ..Options::default()
        });
        let error = opened.await.expect_err("nobody knows where that is");
        assert!(error.to_string().contains(CHOICE), "{error}");
    }
}
