//! `definitions`: data models from files.

use std::fs::File;
use std::path::{Path, PathBuf};

use management::{DefinitionInput, DefinitionSetView, Error, Management};
use serde_json::json;

use crate::arguments::DefinitionsVerb;
use crate::output::{table, tone, Output, Tone};

pub async fn run(
    management: &Management,
    what: DefinitionsVerb,
    output: &Output,
) -> Result<(), Error> {
    match what {
        DefinitionsVerb::Import { files } => import(management, &files, output).await,
        DefinitionsVerb::List => {
            let sets = management.definitions().await?;
            output.result(&json!({ "definitions": sets }), || {
                if sets.is_empty() {
                    return vec!["Nothing was imported.".to_owned()];
                }
                sets.iter().flat_map(lines).collect()
            });
            Ok(())
        }
        DefinitionsVerb::Remove { name } => {
            let removed = management.remove_definitions(&name).await?;
            output.result(&json!({ "removed": removed }), || {
                vec![format!("{removed} is removed.")]
            });
            Ok(())
        }
    }
}

async fn import(management: &Management, files: &[PathBuf], output: &Output) -> Result<(), Error> {
    let progress = output.progress("Reading definitions");
    let inputs = files.iter().map(|file| input(file));
    let inputs = inputs.collect::<Result<Vec<_>, Error>>()?;
    let sets = management.import_definitions(inputs).await?;
    drop(progress);
    output.result(&json!({ "imported": sets }), || {
        let mut shown: Vec<String> = sets.iter().flat_map(lines).collect();
        let missing = sets.first().map_or(&[][..], |set| set.missing.as_slice());
        if !missing.is_empty() {
            shown.push(tone(
                Tone::Caution,
                &format!(
                    "Named in them and not given: {}. Import the files together to have those parts, too.",
                    missing.join(", ")
                ),
            ));
        }
        shown
    });
    Ok(())
}

fn input(path: &Path) -> Result<DefinitionInput, Error> {
    let failed =
        |error: std::io::Error| Error::Usage(format!("{} cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(failed)?;
    // A directory opens, too, and a pipe that never ends would wait for ever.
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(Error::Usage(format!("{} is no file", path.display())));
    }
    let name = path.file_name().unwrap_or_default();
    Ok(DefinitionInput {
        name: name.to_string_lossy().into_owned(),
        content: Box::new(file),
    })
}

fn lines(set: &DefinitionSetView) -> Vec<String> {
    let mut rows = Vec::new();
    for model in &set.models {
        rows.push(vec![
            "  model".to_owned(),
            format!(
                "{}: {} objects, {} parameters, {} described",
                model.name, model.objects, model.parameters, model.described
            ),
        ]);
    }
    if let Some(spec) = &set.spec {
        rows.push(vec!["  specification".to_owned(), spec.clone()]);
    }
    rows.push(vec!["  imported".to_owned(), set.imported_at.clone()]);
    for file in &set.files {
        rows.push(vec![
            "  file".to_owned(),
            format!(
                "{}, {} octets, SHA-256 {}",
                file.name, file.octets, file.sha256
            ),
        ]);
    }
    let mut lines = vec![set.name.clone()];
    lines.extend(table(&rows));
    lines
}
