//! The corpus for cargo-fuzz, and what it found for the corpus.
//!
//! `seeds unpack FOLDER` writes the octets of the whole corpus below a folder, with a
//! dictionary of tokens for each target; `seeds pack FILE…` prints inputs as corpus files;
//! `seeds targets` prints the names of the targets.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use lanside_fuzz::{corpus, TARGETS};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["targets"] => {
            for target in TARGETS {
                println!("{}", target.name);
            }
            Ok(())
        }
        ["unpack", folder] => unpack(Path::new(folder)),
        ["pack", ref files @ ..] if !files.is_empty() => {
            for file in files {
                let (ending, text) = corpus::file(&fs::read(file)?);
                println!("# {file}, for a file that ends in .{ending}:\n{text}");
            }
            Ok(())
        }
        _ => Err("usage: seeds targets | unpack FOLDER | pack FILE…".into()),
    }
}

fn unpack(folder: &Path) -> Result<(), Box<dyn Error>> {
    for target in TARGETS {
        let seeds = folder.join(target.name);
        fs::create_dir_all(&seeds)?;
        for (name, input) in corpus::load(target.name)? {
            fs::write(seeds.join(name), input)?;
        }
        let mut dictionary = String::new();
        for token in target.tokens {
            dictionary.push('"');
            for octet in *token {
                write!(dictionary, "\\x{octet:02X}")?;
            }
            dictionary.push_str("\"\n");
        }
        fs::write(folder.join(target.name).with_extension("dict"), dictionary)?;
    }
    Ok(())
}
