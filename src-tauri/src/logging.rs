//! The log file: what a person would recognise, bounded in size.
//!
//! Secrets have types that print a placeholder, and commands are logged by what they
//! answered and never by what they were given, so nothing has to be taken out here.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::EnvFilter;

/// Size at which a log file is put aside.
const ROTATE_AT: u64 = 2 * 1024 * 1024;
/// Files put aside that are kept.
const KEEP: u32 = 3;
const NAME: &str = "lanside.log";

/// Starts logging to `dir`, or to standard error without one. `LANSIDE_LOG` filters.
///
/// # Errors
///
/// When the directory cannot be made or the file not be opened.
pub fn start(dir: Option<&Path>) -> io::Result<()> {
    let filter = EnvFilter::try_from_env("LANSIDE_LOG")
        .unwrap_or_else(|_| "info,hyper=warn,reqwest=warn,zbus=warn".into());
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let started = match dir {
        Some(dir) => builder
            .with_ansi(false)
            .with_writer(Rotating::open(dir)?)
            .try_init(),
        None => builder.with_writer(io::stderr).try_init(),
    };
    started.map_err(io::Error::other)
}

/// A file that is put aside when it is full: `lanside.log.1` is the youngest of those.
#[derive(Debug)]
struct Rotating {
    path: PathBuf,
    open: Mutex<Open>,
}

#[derive(Debug)]
struct Open {
    file: File,
    written: u64,
}

impl Rotating {
    fn open(dir: &Path) -> io::Result<Rotating> {
        fs::create_dir_all(dir)?;
        let path = dir.join(NAME);
        let open = Mutex::new(open_file(&path)?);
        Ok(Rotating { path, open })
    }

    fn write_line(&self, line: &[u8], limit: u64) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.written > 0 && open.written.saturating_add(line.len() as u64) > limit {
            self.put_aside()?;
            *open = open_file(&self.path)?;
        }
        open.file.write_all(line)?;
        open.written = open.written.saturating_add(line.len() as u64);
        Ok(())
    }

    fn put_aside(&self) -> io::Result<()> {
        for age in (1..KEEP).rev() {
            let older = self.aside(age + 1);
            match fs::rename(self.aside(age), older) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::rename(&self.path, self.aside(1))
    }

    fn aside(&self, age: u32) -> PathBuf {
        self.path.with_file_name(format!("{NAME}.{age}"))
    }
}

fn open_file(path: &Path) -> io::Result<Open> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    let written = file.metadata()?.len();
    Ok(Open { file, written })
}

impl<'a> MakeWriter<'a> for Rotating {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line {
            log: self,
            bytes: Vec::new(),
        }
    }
}

/// One event; written in one piece when it is complete.
#[derive(Debug)]
struct Line<'a> {
    log: &'a Rotating,
    bytes: Vec<u8>,
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        // A full disk must not end the program; the line is lost.
        let _ = self.log.write_line(&self.bytes, ROTATE_AT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_log_is_put_aside_and_the_oldest_goes() {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let log = Rotating::open(dir.path()).expect("the log can be opened");
        for line in 0..6 {
            log.write_line(format!("line {line}\n").as_bytes(), 10)
                .expect("it can be written");
        }
        let text = |name: &str| fs::read_to_string(dir.path().join(name)).unwrap_or_default();
        assert_eq!(text("lanside.log"), "line 5\n");
        assert_eq!(text("lanside.log.1"), "line 4\n");
        assert_eq!(text("lanside.log.3"), "line 2\n");
        assert_eq!(text("lanside.log.4"), "");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_log() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        Rotating::open(dir.path()).expect("the log can be opened");
        let mode = fs::metadata(dir.path().join(NAME))
            .expect("it exists")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
