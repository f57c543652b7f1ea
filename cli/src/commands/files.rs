//! Files that verbs write.

use std::io::Write;
use std::path::Path;

use dp_credentials::secrets::Secret;
use management::snapshots::file::FileFormat;
use management::Error;

/// The format a file's name asks for.
pub fn format_of(file: &Path) -> FileFormat {
    let csv = file
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"));
    if csv {
        FileFormat::Csv
    } else {
        FileFormat::Json
    }
}

/// Writes a new file that only its owner may read; `-` is the standard output.
///
/// # Errors
///
/// [`Error::Usage`] that names the file and the reason.
pub fn write(file: &Path, text: &Secret<String>) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        Error::Usage(format!("{} cannot be written: {error}", file.display()))
    };
    if file == Path::new("-") {
        return std::io::stdout()
            .write_all(text.expose().as_bytes())
            .map_err(failed);
    }
    let mut options = std::fs::OpenOptions::new();
    // A file that is there is somebody's work.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .and_then(|mut file| file.write_all(text.expose().as_bytes()))
        .map_err(failed)
}
