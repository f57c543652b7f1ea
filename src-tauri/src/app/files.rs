//! Files a person asks for: where they may go, and how they come to be.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use dp_credentials::secrets::Secret;
use management::{limits, Error};

/// A name that is free, where people keep files.
pub fn free_file(stem: &str, extension: &str) -> PathBuf {
    let dirs = directories::UserDirs::new();
    let folder = dirs.as_ref().map_or_else(std::env::temp_dir, |dirs| {
        let documents = dirs.document_dir().filter(|dir| dir.is_dir());
        documents.unwrap_or_else(|| dirs.home_dir()).to_owned()
    });
    let name = |number: u32| match number {
        1 => folder.join(format!("{stem}.{extension}")),
        more => folder.join(format!("{stem}-{more}.{extension}")),
    };
    let free = (1..100).map(name).find(|path| !path.exists());
    free.unwrap_or_else(|| name(1))
}

/// A text as part of a file's name: letters and digits of it.
pub fn name_part(text: &str) -> String {
    let kept = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    kept.collect::<Vec<_>>().join("-").to_lowercase()
}

/// Writes a new file that only its owner may read. One that is there is somebody's work.
///
/// # Errors
///
/// [`Error::Usage`] that names the file and the reason.
pub fn write_new(file: &Path, text: &Secret<String>) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .and_then(|mut file| file.write_all(text.expose().as_bytes()))
        .map_err(|error| Error::Usage(format!("{} cannot be written: {error}", file.display())))
}

/// Reads a file of at most [`limits::SNAPSHOT_FILE_OCTETS`].
///
/// # Errors
///
/// [`Error::Usage`] that names the file and the reason.
pub fn read_text(file: &Path) -> Result<Secret<String>, Error> {
    let failed = |why: String| Error::Usage(format!("{} cannot be read: {why}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| failed(error.to_string()))?;
    let mut text = String::new();
    let most = limits::SNAPSHOT_FILE_OCTETS as u64;
    opened
        .take(most + 1)
        .read_to_string(&mut text)
        .map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > most {
        return Err(failed("it is too long".to_owned()));
    }
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_read_back() {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let file = dir.path().join("snapshot.json");
        let text = Secret::new("{}".to_owned());
        write_new(&file, &text).expect("the file is new");
        assert!(write_new(&file, &text).is_err(), "it is there already");
        let read = read_text(&file).expect("it was just written");
        assert_eq!(read.expose(), "{}");
        assert!(read_text(dir.path()).is_err());
    }

    #[test]
    fn names_of_gateways_make_names_of_files() {
        assert_eq!(name_part("Hallway/gateway 7590"), "hallway-gateway-7590");
        assert_eq!(name_part("../.."), "");
    }
}
