//! Secrets in files that only their owner can read. Used only when asked for: the
//! system keyring is the better place.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroize;

use super::{atomic, Secret, SecretError, SecretStore};

/// One file a secret in a directory of mode 0700; files have mode 0600.
#[derive(Debug)]
pub struct FileStore {
    dir: PathBuf,
}

impl FileStore {
    /// Opens the directory, making it if needed.
    ///
    /// # Errors
    ///
    /// [`SecretError::TooOpen`] when the directory exists and others may look into it.
    pub fn open(dir: &Path) -> Result<FileStore, SecretError> {
        if !dir.is_dir() {
            make_private_dir(dir).map_err(|error| failed(dir, &error))?;
        }
        require_private(dir)?;
        atomic::remove_unfinished(dir);
        Ok(FileStore {
            dir: dir.to_owned(),
        })
    }

    /// File of a secret. Names are spelt so that none can leave the directory.
    fn path(&self, name: &str) -> PathBuf {
        let mut file = String::new();
        for byte in name.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'-' => file.push(char::from(byte)),
                _ => file.push_str(&format!("_{byte:02x}")),
            }
        }
        self.dir.join(file)
    }
}

impl SecretStore for FileStore {
    fn read(&self, name: &str) -> Result<Option<Secret<Vec<u8>>>, SecretError> {
        let path = self.path(name);
        match fs::read(&path) {
            Ok(bytes) => {
                let secret = Secret::new(bytes);
                require_private(&path)?;
                Ok(Some(secret))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path, &error)),
        }
    }

    fn write(&self, name: &str, value: &Secret<Vec<u8>>) -> Result<(), SecretError> {
        let path = self.path(name);
        atomic::wait_for_turn(&self.dir)
            .and_then(|_turn| atomic::replace(&path, value.expose()))
            .map_err(|error| failed(&path, &error))
    }

    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let path = self.path(name);
        let turn = atomic::wait_for_turn(&self.dir);
        let _turn = turn.map_err(|error| failed(&path, &error))?;
        if let Ok(metadata) = fs::metadata(&path) {
            // Overwriting first helps on plain disks; on flash it is no promise.
            let mut zeros = vec![0; usize::try_from(metadata.len()).unwrap_or(0)];
            fs::write(&path, &zeros).map_err(|error| failed(&path, &error))?;
            zeros.zeroize();
            fs::remove_file(&path)
                .and_then(|()| atomic::sync_dir(&path))
                .map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }
}

/// Puts a file in place of another, whole or not at all, readable by its owner alone.
///
/// # Errors
///
/// [`SecretError::Failed`]; the old file is there still.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), SecretError> {
    atomic::replace(path, bytes).map_err(|error| failed(path, &error))
}

/// Writes a new file that only its owner can read; an existing one is never touched.
///
/// # Errors
///
/// As the system says it, [`ErrorKind::AlreadyExists`] first of all.
pub fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| atomic::sync_dir(path));
    if written.is_err() {
        // It was made just now, and half of it is of no use.
        fs::remove_file(path).ok();
    }
    written
}

/// Reads a file, but not more than `max` octets and one: who gets more knows that it is too
/// large.
///
/// # Errors
///
/// As the system says it.
pub fn read_at_most(path: &Path, max: usize) -> std::io::Result<Vec<u8>> {
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> SecretError {
    SecretError::Failed {
        detail: format!("{}: {error}", path.display()),
    }
}

#[cfg(unix)]
pub(super) fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
}

#[cfg(unix)]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(unix)]
pub(super) fn require_private(path: &Path) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)
        .map_err(|error| failed(path, &error))?
        .permissions()
        .mode();
    if mode & 0o077 != 0 {
        return Err(SecretError::TooOpen {
            path: path.display().to_string(),
        });
    }
    Ok(())
}

// Elsewhere the user's profile directory is private by inheritance.
#[cfg(not(unix))]
pub(super) fn make_private_dir(dir: &Path) -> std::io::Result<()> {
    fs::create_dir_all(dir)
}

#[cfg(not(unix))]
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(not(unix))]
pub(super) fn require_private(_path: &Path) -> Result<(), SecretError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_contract() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = FileStore::open(&dir.path().join("secrets")).expect("opens");
        crate::secrets::secret_store_contract!(&store);
        assert_eq!(
            fs::read_dir(dir.path().join("secrets"))
                .expect("lists")
                .count(),
            0
        );
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("exported");
        write_new(&path, b"first").expect("writes");
        let error = write_new(&path, b"second").expect_err("it is there");
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(read_at_most(&path, 5).expect("reads"), b"first");
        assert_eq!(read_at_most(&path, 2).expect("reads"), b"fir", "one more");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("exists").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private_and_open_ones_are_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        let inside = dir.path().join("secrets");
        let store = FileStore::open(&inside).expect("opens");
        store
            .write("key", &Secret::new(b"x".to_vec()))
            .expect("writes");
        let mode = |path: &Path| fs::metadata(path).expect("exists").permissions().mode() & 0o777;
        assert_eq!((mode(&inside), mode(&inside.join("key"))), (0o700, 0o600));
        fs::set_permissions(inside.join("key"), fs::Permissions::from_mode(0o644))
            .expect("changes");
        assert!(matches!(
            store.read("key"),
            Err(SecretError::TooOpen { .. })
        ));
        fs::set_permissions(&inside, fs::Permissions::from_mode(0o755)).expect("changes");
        assert!(matches!(
            FileStore::open(&inside),
            Err(SecretError::TooOpen { .. })
        ));
    }
}
