//! Where an operator's file lies: named by whoever starts the program, else in the configuration
//! directory.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::operator::Operator;
use crate::error::Error;
use crate::limits::OPERATOR_OCTETS;

/// Name of the file in the configuration directory.
const FILE_NAME: &str = "operator.toml";

impl Operator {
    /// The operator's file that counts: the named one, else that of the configuration directory,
    /// where there may be none.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a named file that is missing, and for one that cannot be read or is
    /// wrong; the place of the mistake is in the text.
    pub fn find(named: Option<&Path>) -> Result<Option<Operator>, Error> {
        match (named, configured()) {
            (Some(file), _) => at(file).map(Some),
            (None, Some(file)) if file.exists() => at(&file).map(Some),
            _ => Ok(None),
        }
    }
}

fn configured() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("org", "lanside", "Lanside")?;
    Some(dirs.config_dir().join(FILE_NAME))
}

fn at(file: &Path) -> Result<Operator, Error> {
    let wrong = |why: String| Error::Usage(format!("{}: {why}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| wrong(error.to_string()))?;
    let mut text = String::new();
    opened
        .take(OPERATOR_OCTETS as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|error| wrong(error.to_string()))?;
    Operator::read(&text).map_err(|problem| wrong(problem.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_file_has_to_be_there_and_right() {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let file = dir.path().join("nordnetz.toml");
        assert!(matches!(Operator::find(Some(&file)), Err(Error::Usage(_))));
        std::fs::write(&file, "format = 1\nname = 3.5\n").expect("it can be written");
        let error = Operator::find(Some(&file)).expect_err("a name is a text");
        assert!(
            error
                .to_string()
                .contains("nordnetz.toml: line 2, column 8"),
            "{error}"
        );
        std::fs::write(&file, "format = 1\nname = \"Nordnetz\"\n").expect("it can be written");
        let operator = Operator::find(Some(&file))
            .expect("it is right")
            .expect("it is there");
        assert_eq!(operator.name, "Nordnetz");
    }
}
