//! Writes the facts the application carries: `management/facts/facts.txt` and `profiles.txt`.
//!
//! ```text
//! cargo run -p management --example generate_facts -- FILE.xml…
//! ```
//!
//! The files are definitions of the Broadband Forum with their imports resolved (`*-full.xml`).
//! They are read by the same code that imports a person's own files; descriptions are left out.
//! The file of InternetGatewayDevice:1 states no versions; they come from `facts/since.txt`. The
//! common objects of UPnP have no such file; `facts/common-objects.xml` is one of our own.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use management::definitions::compact::{self, Descriptions};
use management::definitions::{Library, Model};

fn main() -> ExitCode {
    match run() {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("generate_facts: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, String> {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("facts");
    let since = std::fs::read_to_string(facts.join("since.txt")).map_err(|e| e.to_string())?;
    let since = versions(&since);
    let mut text = "lanside-facts 1\n".to_owned();
    let mut profiles = "lanside-profiles 1\n".to_owned();
    let mut summary = Vec::new();
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        return Err("use: generate_facts FILE.xml…".to_owned());
    }
    files.push(
        facts
            .join("common-objects.xml")
            .to_string_lossy()
            .into_owned(),
    );
    for file in files {
        let name = Path::new(&file).file_name().unwrap_or_default();
        let mut library = Library::default();
        let input = BufReader::new(File::open(&file).map_err(|e| format!("{file}: {e}"))?);
        library
            .add(&name.to_string_lossy(), input)
            .map_err(|e| format!("{file}: {e}"))?;
        let resolved = library.resolve().map_err(|e| format!("{file}: {e}"))?;
        for mut model in resolved.models {
            add_versions(&mut model, &since);
            text.push_str(&compact::facts(&model, Descriptions::Left));
            profiles.push_str(&compact::profiles(&model));
            let parameters: usize = model.objects.iter().map(|o| o.parameters.len()).sum();
            summary.push(format!(
                "{}: {} objects, {parameters} parameters, {} profiles",
                model.name,
                model.objects.len(),
                model.profiles.len()
            ));
        }
    }
    for (name, text) in [("facts.txt", text), ("profiles.txt", profiles)] {
        std::fs::write(facts.join(name), &text).map_err(|e| format!("{name}: {e}"))?;
        summary.push(format!("{name}: {} bytes", text.len()));
    }
    Ok(summary.join("\n"))
}

/// `version<TAB>path` lines: which version of InternetGatewayDevice:1 first had a path. An object
/// that is not listed is of the first version, a parameter as old as its object.
fn versions(text: &str) -> HashMap<&str, &str> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(version, path)| (path, version))
        .collect()
}

fn add_versions(model: &mut Model, since: &HashMap<&str, &str>) {
    if !model.name.starts_with("InternetGatewayDevice:1") {
        return;
    }
    for object in &mut model.objects {
        let known = since.get(object.path.as_str());
        object.since = known.copied().unwrap_or("1.1").to_owned();
        for parameter in &mut object.parameters {
            let path = format!("{}{}", object.path, parameter.name);
            let known = since.get(path.as_str());
            parameter.since = known.copied().unwrap_or("").to_owned();
        }
    }
}
