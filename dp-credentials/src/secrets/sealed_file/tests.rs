use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const PASSPHRASE: &str = "Nebelhorn 4711";

/// Tells one passphrase and counts how often it was asked.
#[derive(Debug)]
struct Asked(&'static str, AtomicUsize);

impl PassphraseSource for Asked {
    fn passphrase(&self, _new: bool) -> Result<Secret<String>, SecretError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(Secret::new(self.0.to_owned()))
    }
}

fn asked(passphrase: &'static str) -> Arc<Asked> {
    Arc::new(Asked(passphrase, AtomicUsize::new(0)))
}

fn store(dir: &tempfile::TempDir, passphrase: &'static str) -> SealedFileStore {
    SealedFileStore::new(&dir.path().join("secrets.sealed"), asked(passphrase))
}

fn secret(text: &str) -> Secret<Vec<u8>> {
    Secret::new(text.as_bytes().to_owned())
}

fn read(store: &SealedFileStore, name: &str) -> Result<Option<Vec<u8>>, SecretError> {
    let found = store.read(name)?;
    Ok(found.map(|secret| secret.expose().clone()))
}

#[test]
fn keeps_the_contract() {
    let dir = tempfile::tempdir().expect("a directory");
    crate::secrets::secret_store_contract!(&store(&dir, PASSPHRASE));
}

#[test]
fn the_passphrase_is_asked_once_and_not_before_it_is_needed() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("inside").join("secrets.sealed");
    let source = asked(PASSPHRASE);
    let store = SealedFileStore::new(&path, Arc::clone(&source) as Arc<dyn PassphraseSource>);
    assert_eq!(read(&store, "a").expect("nothing there"), None);
    store.remove("a").expect("nothing there");
    assert_eq!(source.1.load(Ordering::SeqCst), 0);
    for round in 0..3 {
        store
            .write("a", &secret(&format!("{round}")))
            .expect("writes");
        let value = read(&store, "a").expect("reads");
        assert_eq!(value, Some(format!("{round}").into_bytes()));
    }
    assert_eq!(source.1.load(Ordering::SeqCst), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().expect("a directory")), 0o700);
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_file() {
    let dir = tempfile::tempdir().expect("a directory");
    store(&dir, PASSPHRASE)
        .write("a", &secret("x"))
        .expect("writes");
    let wrong = store(&dir, "Nebelhorn 4712");
    assert_eq!(read(&wrong, "a"), Err(SecretError::PassphraseWrong));
    assert_eq!(
        wrong.write("a", &secret("y")),
        Err(SecretError::PassphraseWrong)
    );
    let path = dir.path().join("secrets.sealed");
    let whole = fs::read(&path).expect("reads");
    // A byte of every part, cheap and dear ones alike.
    for at in [0, 8, 10, 20, 40, 50, 57, HEADER_BYTES, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).expect("writes");
        let error = read(&store(&dir, PASSPHRASE), "a").expect_err("damaged");
        assert!(matches!(error, SecretError::Failed { .. }), "{at}: {error}");
    }
    for length in [0, 7, 9, 60, HEADER_BYTES, HEADER_BYTES + 15] {
        fs::write(&path, &whole[..length]).expect("writes");
        let error = read(&store(&dir, PASSPHRASE), "a").expect_err("cut short");
        assert!(
            matches!(error, SecretError::Failed { .. }),
            "{length}: {error}"
        );
    }
    fs::write(&path, &whole).expect("writes");
    assert_eq!(
        read(&store(&dir, PASSPHRASE), "a").expect("reads"),
        Some(b"x".to_vec())
    );
}

#[test]
fn nothing_can_be_read_in_the_file_and_no_two_writes_look_alike() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = store(&dir, PASSPHRASE);
    let path = dir.path().join("secrets.sealed");
    let write = || {
        store
            .write("identity", &secret("PRIVATE KEY"))
            .expect("writes");
        fs::read(&path).expect("reads")
    };
    let (first, second) = (write(), write());
    assert_ne!(first[NONCE_AT..], second[NONCE_AT..]);
    for hidden in ["identity", "PRIVATE", PASSPHRASE] {
        let found = first
            .windows(hidden.len())
            .any(|part| part == hidden.as_bytes());
        assert!(!found, "{hidden}");
    }
    assert!(!format!("{store:?}").contains(PASSPHRASE));
}

#[test]
fn a_short_passphrase_makes_no_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let short = store(&dir, "1234567");
    assert_eq!(short.unlock(), Err(SecretError::PassphraseShort));
    assert!(!short.exists());
    store(&dir, PASSPHRASE).unlock().expect("long enough");
    assert!(short.exists());
    assert_eq!(short.unlock(), Err(SecretError::PassphraseWrong));
}

#[test]
fn writers_do_not_lose_what_others_wrote() {
    let dir = tempfile::tempdir().expect("a directory");
    store(&dir, PASSPHRASE).unlock().expect("made");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let store = store(&dir, PASSPHRASE);
            scope.spawn(move || {
                for round in 0..10 {
                    let name = format!("{writer} {round}");
                    store.write(&name, &secret(&name)).expect("writes");
                }
            });
        }
    });
    let store = store(&dir, PASSPHRASE);
    for writer in 0..4 {
        for round in 0..10 {
            let name = format!("{writer} {round}");
            assert_eq!(read(&store, &name).expect("reads"), Some(name.into_bytes()));
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("secrets.sealed");
    store(&dir, PASSPHRASE).unlock().expect("made");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changes");
    let error = read(&store(&dir, PASSPHRASE), "a").expect_err("open to all");
    assert!(matches!(error, SecretError::TooOpen { .. }), "{error}");
}
