//! Definitions a person imports: files of the Broadband Forum or of a vendor, read once, kept
//! written out, and asked beside the facts the program has.
//!
//! What is imported is of one import: files that refer to each other are given together. Each
//! file that defines a model becomes one set under its name; a set of that name is replaced. The
//! files themselves are not kept, only what they say and where it comes from.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use openssl::sha::Sha256;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::blocking;
use crate::clock;
use crate::definitions::compact::{self, Descriptions};
use crate::definitions::{DefinitionError, Library, Model};
use crate::error::Error;
use crate::limits;
use crate::schema::{profiles, Facts};
use crate::store::{DefinitionSet, Store, StoreError};
use crate::Management;

/// A file to import, opened by the face.
pub struct DefinitionInput {
    /// File name without its folder, by which other files import it.
    pub name: String,
    /// What is in it; read to its end, or to the bound.
    pub content: Box<dyn Read + Send>,
}

/// One imported set of definitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DefinitionSetView {
    /// Name of the file that defines the models; `remove` takes it.
    pub name: String,
    /// The specification it says it is, `urn:broadband-forum-org:tr-181-2-19-1-cwmp`.
    pub spec: Option<String>,
    /// When it was imported, RFC 3339.
    pub imported_at: String,
    /// The models.
    pub models: Vec<DefinedModelView>,
    /// Every file of the import, this one among them.
    pub files: Vec<DefinitionFileView>,
    /// Files and parts that were named and not given; what they define is missing.
    pub missing: Vec<String>,
}

/// A model of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DefinedModelView {
    /// Name and version, `Device:2.19`.
    pub name: String,
    /// Objects and tables.
    pub objects: u32,
    /// Parameters.
    pub parameters: u32,
    /// How many of both have a description.
    pub described: u32,
}

/// A file as it was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DefinitionFileView {
    /// Its name.
    pub name: String,
    /// Its octets.
    pub octets: u32,
    /// SHA-256 of them, hexadecimal.
    pub sha256: String,
}

impl Management {
    /// Imports definition files; all of them or none. Their facts and descriptions count from now
    /// on, also for gateways that are open.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] names the file that is no definition, too large or broken;
    /// [`Error::Store`].
    pub async fn import_definitions(
        &self,
        files: Vec<DefinitionInput>,
    ) -> Result<Vec<DefinitionSetView>, Error> {
        let sets = blocking(move || read(files, &clock::now())).await??;
        let views = sets.iter().map(|(view, _)| view.clone()).collect();
        self.store(move |store| {
            let sets = sets.into_iter().map(|(view, facts)| {
                let about = serde_json::to_string(&view).map_err(|error| StoreError::Database {
                    detail: error.to_string(),
                })?;
                Ok(DefinitionSet {
                    name: view.name,
                    about,
                    facts,
                })
            });
            let sets = sets.collect::<Result<Vec<_>, StoreError>>()?;
            store.keep_definitions(&sets)?;
            install(store)
        })
        .await?;
        self.forget_topics();
        Ok(views)
    }

    /// What was imported, by name.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn definitions(&self) -> Result<Vec<DefinitionSetView>, Error> {
        let kept = self.store(Store::definitions).await?;
        let views = kept.iter().map(|about| {
            serde_json::from_str(about).map_err(|error| {
                Error::Store(StoreError::Damaged {
                    detail: error.to_string(),
                })
            })
        });
        views.collect()
    }

    /// Removes a set by its name, or by the name of a model only one set has; gives the name.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when there is none, or more than one; [`Error::Store`].
    pub async fn remove_definitions(&self, name: &str) -> Result<String, Error> {
        let sets = self.definitions().await?;
        let exact = sets.iter().find(|set| set.name == name);
        let named: Vec<&DefinitionSetView> = match exact {
            Some(set) => vec![set],
            None => sets
                .iter()
                .filter(|set| {
                    set.name.strip_suffix(".xml") == Some(name)
                        || set.models.iter().any(|model| model.name == name)
                })
                .collect(),
        };
        let name = match named.as_slice() {
            [one] => one.name.clone(),
            [] => {
                return Err(Error::Usage(format!(
                "no imported definitions are called {name}; `lanside definitions list` names them"
            )))
            }
            several => {
                let names: Vec<&str> = several.iter().map(|set| set.name.as_str()).collect();
                return Err(Error::Usage(format!(
                    "{name} is in several: {}; name one of them",
                    names.join(", ")
                )));
            }
        };
        let removed = name.clone();
        self.store(move |store| {
            store.remove_definitions(&removed)?;
            install(store)
        })
        .await?;
        self.forget_topics();
        Ok(name)
    }

    /// What the search knows of open gateways is learned again, with the definitions as they are.
    fn forget_topics(&self) {
        for session in self.sessions().values() {
            *session.finder() = crate::search::Finder::default();
        }
    }
}

/// Puts what is kept beside the facts of the program. Blocks.
pub(crate) fn install(store: &Store) -> Result<(), StoreError> {
    let kept = store.definition_facts()?.into_iter();
    let (facts, profiles) = kept.map(compact::apart).unzip();
    Facts::install(facts);
    profiles::install(profiles);
    Ok(())
}

/// Reads the files and writes their models out: what is known of each set, and its facts.
fn read(files: Vec<DefinitionInput>, now: &str) -> Result<Vec<(DefinitionSetView, String)>, Error> {
    if files.is_empty() || files.len() > limits::DEFINITION_FILES {
        return Err(Error::Usage(format!(
            "an import is of 1 to {} files",
            limits::DEFINITION_FILES
        )));
    }
    let mut library = Library::default();
    let mut read: Vec<DefinitionFileView> = Vec::new();
    let mut together = 0;
    for file in files {
        let named = |error: &dyn std::fmt::Display| {
            Error::Usage(format!("the file {} was not imported: {error}", file.name))
        };
        if read.iter().any(|other| other.name == file.name) {
            return Err(named(&"another file of the same name is given, too"));
        }
        let mut hashing = Hashing {
            inner: file.content,
            sha256: Sha256::new(),
            octets: 0,
            failed: None,
        };
        let added = library.add(&file.name, BufReader::new(&mut hashing));
        if let Some(error) = &hashing.failed {
            return Err(named(error));
        }
        added.map_err(|error| named(&error))?;
        together += hashing.octets;
        if together > limits::DEFINITION_OCTETS_TOGETHER {
            return Err(named(&"the files are too large together"));
        }
        read.push(DefinitionFileView {
            name: file.name,
            octets: u32::try_from(hashing.octets).unwrap_or(u32::MAX),
            sha256: hex(&hashing.sha256.finish()),
        });
    }
    let resolved = library
        .resolve()
        .map_err(|error| not_imported(&read, &error))?;
    let mut sets: Vec<(DefinitionSetView, String)> = Vec::new();
    let mut of_profiles: HashMap<String, String> = HashMap::new();
    for model in resolved.models {
        let facts = compact::facts(&model, Descriptions::Kept);
        let profiles = of_profiles.entry(model.file.clone()).or_default();
        profiles.push_str(&compact::profiles(&model));
        let about = defined(&model);
        match sets.iter_mut().find(|(set, _)| set.name == model.file) {
            Some((set, text)) => {
                set.models.push(about);
                text.push_str(&facts);
            }
            None => {
                let set = DefinitionSetView {
                    spec: library.spec(&model.file).map(str::to_owned),
                    name: model.file,
                    imported_at: now.to_owned(),
                    models: vec![about],
                    files: read.clone(),
                    missing: resolved.missing.clone(),
                };
                sets.push((set, facts));
            }
        }
    }
    for (set, text) in &mut sets {
        let profiles = of_profiles.remove(&set.name).unwrap_or_default();
        *text = compact::together(text, &profiles);
    }
    Ok(sets)
}

fn not_imported(files: &[DefinitionFileView], error: &DefinitionError) -> Error {
    let names: Vec<&str> = files
        .iter()
        .take(3)
        .map(|file| file.name.as_str())
        .collect();
    let more = if files.len() > names.len() {
        " …"
    } else {
        ""
    };
    Error::Usage(format!(
        "the import of {}{more} failed: {error}",
        names.join(", ")
    ))
}

fn defined(model: &Model) -> DefinedModelView {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let parameters = || model.objects.iter().flat_map(|object| &object.parameters);
    let texts = model.objects.iter().map(|object| &object.description);
    let texts = texts.chain(parameters().map(|parameter| &parameter.description));
    DefinedModelView {
        name: model.name.clone(),
        objects: count(model.objects.len()),
        parameters: count(parameters().count()),
        described: count(texts.filter(|text| !text.is_empty()).count()),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Counts and hashes what passes.
struct Hashing {
    inner: Box<dyn Read + Send>,
    sha256: Sha256,
    octets: u64,
    failed: Option<std::io::Error>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(octets) => {
                self.sha256.update(&buffer[..octets]);
                self.octets += octets as u64;
                Ok(octets)
            }
            Err(error) => {
                // The reader of XML would call it broken XML.
                self.failed = Some(std::io::Error::new(error.kind(), error.to_string()));
                Err(error)
            }
        }
    }
}
