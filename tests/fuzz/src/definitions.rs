//! Definition files of data models, from whoever sent them.

use management::definitions::compact::{facts, profiles, Descriptions};
use management::definitions::{DefinitionError, Library};
use management::limits;

/// Checks the reader of definitions.
///
/// # Panics
/// When something that must hold does not.
pub fn definitions(input: &[u8]) {
    let once = written_out(input);
    assert_eq!(once, written_out(input));
    let Ok(texts) = once else { return };
    assert!(!texts.is_empty(), "a file without a model is refused");
    for text in texts {
        // Only one model begins in the facts of one, however its parts are called.
        assert_eq!(text.lines().filter(|line| line.starts_with('%')).count(), 1);
        let lines = text.lines().count();
        assert!(lines <= limits::DEFINITION_ITEMS + 2, "{lines} lines");
        for line in text.lines().skip(1) {
            let name = line.split('\t').next().unwrap_or("");
            assert!(
                !name.trim_start_matches('@').is_empty() || line.starts_with("@\t"),
                "{line}"
            );
        }
    }
}

/// The facts of each model, once as the only file and once imported by name from another.
fn written_out(input: &[u8]) -> Result<Vec<String>, DefinitionError> {
    let mut library = Library::default();
    library.add("given.xml", input)?;
    let importing: &[u8] = br#"<document file="outer.xml"><import file="given.xml" spec="urn:a">
        <component name="C"/><dataType name="T"/><model name="Device:1.0"/></import>
        <component name="D"><component ref="C" path="A."/></component></document>"#;
    library.add("outer.xml", importing)?;
    let resolved = library.resolve()?;
    let models = resolved.models.iter();
    Ok(models
        .map(|model| {
            assert_eq!(model.file, "given.xml");
            drop(profiles(model));
            facts(model, Descriptions::Kept)
        })
        .collect())
}
