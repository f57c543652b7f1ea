//! Writes `management/facts/facts.txt`, the data model facts the application carries.
//!
//! ```text
//! cargo run -p management --example generate_facts                       # from facts/source/*.tsv
//! cargo run -p management --example generate_facts -- --import DIRECTORY # refresh facts/source first
//! ```
//!
//! `DIRECTORY` holds full fact tables of the Broadband Forum definitions, named `tr181-facts.tsv`
//! and `tr098-facts.tsv`; only the columns the application reads are kept.

mod compile;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => {}
        (Some("--import"), Some(directory)) => import(Path::new(&directory), &facts)?,
        _ => return Err("use: generate_facts [--import DIRECTORY]".into()),
    }
    let compiled = compile::compile(
        &read(&facts.join("source/tr181.tsv"))?,
        &read(&facts.join("source/tr098.tsv"))?,
    )?;
    write(&facts.join("facts.txt"), &compiled)?;
    Ok(format!("facts.txt: {} bytes", compiled.len()))
}

fn import(from: &Path, facts: &Path) -> Result<(), String> {
    for (given, kept) in [
        ("tr181-facts.tsv", "tr181.tsv"),
        ("tr098-facts.tsv", "tr098.tsv"),
    ] {
        let kept: PathBuf = facts.join("source").join(kept);
        write(&kept, &compile::keep_columns(&read(&from.join(given))?)?)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
