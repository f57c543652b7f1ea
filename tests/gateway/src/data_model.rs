//! The parameter tree as the rest of the gateway uses it.

use std::fs;

use crate::options::{Model, Options};
use crate::quirks::{Quirk, Quirks};
use crate::random::Chance;
use crate::store::Store;
use crate::tree::{DateTimeStyle, Settings, Tree};

/// The tree the options ask for, with the values of the last run.
///
/// # Errors
/// The file with parameters or the values of the last run cannot be read; the text says why.
pub fn open(options: &Options, store: &Store) -> Result<Tree, String> {
    let seed = seed(options, store)?;
    let mut tree = match (&options.tree, options.model) {
        (Some(file), _) => {
            let text =
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            Tree::from_tsv(&text, options.index_base)
                .map_err(|error| format!("{}: {error}", file.display()))?
        }
        (None, Model::Vdsl) => Tree::vdsl(options.index_base, seed),
        (None, Model::Fiber) => Tree::fiber(options.index_base, seed),
        (None, Model::Tr098) => Tree::tr098(options.index_base, seed),
        (None, Model::Minimal) => Tree::minimal(options.index_base, seed),
    };
    if let Some(parameters) = options.parameters {
        tree.fill_to(parameters);
    }
    tree.settings = settings(&options.quirks);
    if let Some(account) = &options.ppp_account {
        tree.serve_account(account.clone())?;
    }
    tree.load(store.folder())
        .map_err(|error| error.to_string())?;
    tree.dialled();
    for failure in &options.failures {
        failure.strike(&mut tree)?;
    }
    Ok(tree)
}

/// What addresses and counters are made from: the same in every run of one gateway.
fn seed(options: &Options, store: &Store) -> Result<u64, String> {
    let kept = store.text("seed").and_then(|text| text.parse().ok());
    let seed = options
        .seed
        .or(kept)
        .unwrap_or_else(|| Chance::new(None).next());
    store
        .save_text("seed", &seed.to_string())
        .map_err(|error| format!("seed: {error}"))?;
    Ok(seed)
}

fn settings(quirks: &Quirks) -> Settings {
    let date_time = if quirks.has(Quirk::TimeWithoutZone) {
        DateTimeStyle::WithoutZone
    } else if quirks.has(Quirk::TimeWithMilliseconds) {
        DateTimeStyle::Milliseconds
    } else {
        DateTimeStyle::Utc
    };
    Settings {
        strict: quirks.has(Quirk::Strict),
        split_locations: quirks.has(Quirk::SplitLocations),
        no_data_models: quirks.has(Quirk::NoDataModels),
        date_time,
        cwmp_references: quirks.has(Quirk::CwmpReferences),
        abort_on_forbidden: quirks.has(Quirk::AbortOnForbidden),
        words_for_booleans: quirks.has(Quirk::WordsForBooleans),
        leave_out_zero_attributes: quirks.has(Quirk::NoZeroAttributes),
        unsigned_as_long: quirks.has(Quirk::UnsignedAsLong),
        spaced_paths: quirks.has(Quirk::SpacedPaths),
        xml_declaration: quirks.has(Quirk::XmlDeclaration),
        structure_with_numbers: quirks.has(Quirk::StructureWithNumbers),
        unknown_paths_ignored: quirks.has(Quirk::UnknownPathsIgnored),
        error_texts_as_values: quirks.has(Quirk::ErrorTextsAsValues),
        endless_diagnostics: quirks.has(Quirk::EndlessTests),
        ..Settings::default()
    }
}

/// Keeps the values for the next run.
pub fn save(tree: &Tree, store: &Store) {
    if let Err(error) = tree.save(store.folder()) {
        tracing::warn!(%error, "values not saved");
    }
}
