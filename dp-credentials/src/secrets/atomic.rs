//! Files that are there whole or not at all, whatever ends the program meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::file::private;

/// How the names of files that are not whole yet end; no secret is named so.
const UNFINISHED: &str = ".unfinished";

/// Puts `bytes` in place of a file, readable by its owner alone. Written beside, made to
/// last, renamed, and the renaming made to last: at any moment the old octets are there or
/// the new ones.
///
/// # Errors
///
/// As the system says it; the old octets are there still.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{number}{UNFINISHED}", std::process::id()));
    let beside = path.with_file_name(name);
    let write = || {
        let mut file =
            private(OpenOptions::new().write(true).create(true).truncate(true)).open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_dir(path)
    };
    write().inspect_err(|_| {
        // The rest of a failed write holds nothing anybody needs.
        fs::remove_file(&beside).ok();
    })
}

/// Makes what was renamed, made or removed in a file's directory last.
#[cfg(unix)]
pub(super) fn sync_dir(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(dir) => File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

// Elsewhere the file system sees to it.
#[cfg(not(unix))]
pub(super) fn sync_dir(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Keeps other processes, and other stores of this one, from changing a directory; ends when
/// dropped, or with the process.
#[derive(Debug)]
pub(super) struct Turn {
    _held: File,
}

/// Waits for the turn to change files in a directory.
///
/// # Errors
///
/// As the system says it.
pub(super) fn wait_for_turn(dir: &Path) -> std::io::Result<Turn> {
    let file = lockable(dir)?;
    file.lock()?;
    Ok(Turn { _held: file })
}

/// Removes what writers left that were ended half way. Somebody who writes just now is left
/// alone: then there is nothing to do that could not wait.
pub(super) fn remove_unfinished(dir: &Path) {
    let Ok(file) = lockable(dir) else { return };
    if file.try_lock().is_err() {
        return;
    }
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let left: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(UNFINISHED))
        .collect();
    for path in left {
        fs::remove_file(path).ok();
    }
}

#[cfg(unix)]
fn lockable(dir: &Path) -> std::io::Result<File> {
    File::open(dir)
}

// Directories cannot be opened there.
#[cfg(not(unix))]
fn lockable(dir: &Path) -> std::io::Result<File> {
    let lock = dir.with_extension("lock");
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_writer_left_is_removed_and_nothing_else() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("kept");
        replace(&path, b"one").expect("writes");
        replace(&path, b"two").expect("writes");
        fs::write(dir.path().join("kept.4711-0.unfinished"), b"tw").expect("writes");
        {
            let _turn = wait_for_turn(dir.path()).expect("nobody else");
            remove_unfinished(dir.path());
            let count = fs::read_dir(dir.path()).expect("lists").count();
            assert_eq!(count, 2, "somebody writes");
        }
        remove_unfinished(dir.path());
        let left: Vec<_> = fs::read_dir(dir.path())
            .expect("lists")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(left, ["kept"]);
        assert_eq!(fs::read(&path).expect("reads"), b"two");
    }
}
