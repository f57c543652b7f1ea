//! Facts by path.
//!
//! The compiled table (`facts/facts.txt`) is indexed on the first question and lives as long as the
//! program; a [`Fact`] is a small value that borrows its texts from it. Definitions a person has
//! imported are in the same form and are asked beside it: they bring objects the program does not
//! know, newer versions of those it knows, and descriptions of all.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use super::facts::{DataModel, DataType, Fact, FactKind, Secrecy};
use super::record::{self, Record};
use super::secrecy::sounds_secret;

static TABLE: &str = include_str!("../../facts/facts.txt");

pub(super) const INSTANCE: &str = "{i}";

/// Roots that have service models below `Services.`.
const WITH_SERVICES: [&str; 2] = ["Device.Services.", "InternetGatewayDevice.Services."];

/// The objects and parameters directly below an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Children {
    /// Parameters, in the order of the model.
    pub parameters: Vec<Fact>,
    /// Objects and tables, by path.
    pub objects: Vec<Fact>,
}

/// The facts of the models.
#[derive(Debug)]
pub struct Facts;

/// One model, by path of the object.
#[derive(Debug)]
struct Index {
    model: DataModel,
    /// Name and version.
    name: &'static str,
    objects: HashMap<&'static str, Entry>,
    /// Paths of the objects in the order of the table: parents before children.
    order: Vec<&'static str>,
}

#[derive(Debug)]
struct Entry {
    record: Record,
    since: &'static str,
    parameters: Vec<Record>,
    children: Vec<&'static str>,
}

impl Facts {
    /// The fact about a path, `None` if no model has it.
    ///
    /// Takes instance numbers or `{i}` (`Device.WiFi.SSID.1.SSID`, `Device.WiFi.SSID.{i}.SSID`); for
    /// an object the last dot may be missing, and a table is found with and without its instance. A
    /// service model is found below `Services.` of its device and by itself.
    pub fn of_path(path: &str) -> Option<Fact> {
        Self::find(path, None)
    }

    /// The fact about a path in the words of one model where both this and another have it, as
    /// Device:1 and Device:2 do.
    pub fn of_path_in(model: DataModel, path: &str) -> Option<Fact> {
        Self::find(path, Some(model))
    }

    /// The parameters and objects directly below an object of the program's own models, `None` if
    /// none has the object.
    pub fn children(path: &str) -> Option<Children> {
        let template = template(path);
        let (prefix, own) = mounted(&template);
        shipped().iter().find_map(|index| {
            let (name, entry) = index.object(own)?;
            let child = |path: &&'static str| {
                let entry = index.objects.get(path)?;
                Some(below(prefix, entry.object_fact(path, index.model)))
            };
            let parameter =
                |record: &Record| below(prefix, entry.parameter_fact(name, record, index.model));
            Some(Children {
                parameters: entry.parameters.iter().map(parameter).collect(),
                objects: entry.children.iter().filter_map(child).collect(),
            })
        })
    }

    /// Every fact of a model of the program's own: each object, then its parameters, parents
    /// before children.
    pub fn of_model(model: DataModel) -> impl Iterator<Item = Fact> {
        let indexes = shipped().iter().filter(move |index| index.model == model);
        indexes.flat_map(|index| index.every())
    }

    /// Puts imported definitions (compact facts, one text a model) in the place of earlier ones;
    /// where two have a path, the later one counts.
    pub fn install(texts: Vec<String>) {
        let indexes = texts
            .into_iter()
            .flat_map(|text| index(for_good(text), |_| Some(DataModel::Imported)))
            .collect();
        *imported_lock()
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(indexes);
    }

    fn find(path: &str, wanted: Option<DataModel>) -> Option<Fact> {
        let template = template(path);
        let (prefix, own) = mounted(&template);
        let mut known: Option<(Fact, &'static str)> = None;
        let wanted_first = shipped().iter().filter(|index| Some(index.model) == wanted);
        let others = shipped().iter().filter(|index| Some(index.model) != wanted);
        for index in wanted_first.chain(others) {
            if let Some(fact) = index.find(own) {
                known = Some((fact, index.name));
                break;
            }
        }
        let imported = Arc::clone(
            &imported_lock()
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let news = imported.iter().rev().find_map(|index| {
            let fact = index.find(own).or_else(|| index.find(&template))?;
            let imported = Some(index.name);
            Some((Fact { imported, ..fact }, index.name))
        });
        let fact = match (known, news) {
            (Some((known, name)), Some((news, news_name))) => {
                if is_newer(news_name, name) {
                    as_secret(news, known.is_secret())
                } else {
                    Fact {
                        imported: news.description.as_ref().and(news.imported),
                        description: news.description,
                        ..known
                    }
                }
            }
            (Some((fact, _)), None) => fact,
            (None, Some((fact, _))) => {
                // A file may forget to say it, or say nothing on purpose.
                let sounds = fact.parameter().is_some_and(|parameter| {
                    parameter.data_type != DataType::Boolean && sounds_secret(fact.name())
                });
                as_secret(fact, sounds)
            }
            (None, None) => return None,
        };
        let prefix = if fact.path.starts_with(prefix) {
            ""
        } else {
            prefix
        };
        Some(below(prefix, fact))
    }
}

impl Index {
    fn find(&self, template: &str) -> Option<Fact> {
        let (object, name) = match template.rfind('.') {
            Some(dot) => template.split_at(dot + 1),
            // Parameters a service model has at its top stand in the device's Services object.
            None => ("", template),
        };
        if !name.is_empty() && name != INSTANCE {
            // Objects end in a dot, so a parameter's object is everything up to its last dot.
            let parameter = self
                .objects
                .get_key_value(object)
                .and_then(|(object, entry)| {
                    let record = entry.parameters.iter().find(|record| record.name == name)?;
                    Some(entry.parameter_fact(object, record, self.model))
                });
            if parameter.is_some() {
                return parameter;
            }
        }
        let (object, entry) = self.object(template)?;
        Some(entry.object_fact(object, self.model))
    }

    fn object(&self, template: &str) -> Option<(&'static str, &Entry)> {
        let stem = template.strip_suffix('.').unwrap_or(template);
        let found = |path: String| {
            let entry = self.objects.get_key_value(path.as_str());
            entry.map(|(path, entry)| (*path, entry))
        };
        found(format!("{stem}.")).or_else(|| found(format!("{stem}.{INSTANCE}.")))
    }

    fn every(&'static self) -> impl Iterator<Item = Fact> {
        let entries = self
            .order
            .iter()
            .filter_map(|path| Some((*path, self.objects.get(path)?)));
        entries.flat_map(move |(path, entry)| {
            // What stands at the top of a service model has no object of the model around it.
            let object = (!path.is_empty()).then(|| entry.object_fact(path, self.model));
            let parameter = move |record| entry.parameter_fact(path, record, self.model);
            object
                .into_iter()
                .chain(entry.parameters.iter().map(parameter))
        })
    }

    fn add(&mut self, object: Option<(&'static str, Entry)>) {
        if let Some((path, entry)) = object {
            self.order.push(path);
            self.objects.insert(path, entry);
        }
    }

    fn link_children(&mut self) {
        for child in &self.order {
            let stem = child.trim_end_matches('.').trim_end_matches(".{i}");
            let Some(dot) = stem.rfind('.') else { continue };
            if let Some(parent) = self.objects.get_mut(&child[..=dot]) {
                parent.children.push(child);
            }
        }
    }
}

impl Entry {
    fn object_fact(&self, path: &'static str, model: DataModel) -> Fact {
        record::object_fact(&self.record, path, model, self.since)
    }

    fn parameter_fact(&self, object: &str, record: &Record, model: DataModel) -> Fact {
        record::parameter_fact(record, object, model, self.since)
    }
}

fn shipped() -> &'static [Index] {
    static SHIPPED: OnceLock<Vec<Index>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        index(TABLE, |name| {
            let mut models = DataModel::SHIPPED.into_iter();
            models.find(|model| model.name() == name)
        })
    })
}

fn imported_lock() -> &'static RwLock<Arc<Vec<Index>>> {
    static IMPORTED: OnceLock<RwLock<Arc<Vec<Index>>>> = OnceLock::new();
    IMPORTED.get_or_init(RwLock::default)
}

/// One index for each model of a compact table; models `known` does not know are left out.
fn index(table: &'static str, known: impl Fn(&str) -> Option<DataModel>) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    let mut taken = false;
    let mut current: Option<(&'static str, Entry)> = None;
    for line in table.lines() {
        if let Some(name) = line.strip_prefix('%') {
            if let Some(index) = indexes.last_mut() {
                index.add(current.take());
            }
            let model = known(name);
            taken = model.is_some();
            if let Some(model) = model {
                indexes.push(Index {
                    model,
                    name,
                    objects: HashMap::new(),
                    order: Vec::new(),
                });
            }
        } else if !taken {
            continue;
        } else if let Some(object) = line.strip_prefix('@') {
            if let Some(index) = indexes.last_mut() {
                index.add(current.take());
            }
            let record = Record::new(object);
            let entry = Entry {
                since: record::since(&record).unwrap_or(""),
                record,
                parameters: Vec::new(),
                children: Vec::new(),
            };
            current = Some((entry.record.name, entry));
        } else if let Some((_, entry)) = &mut current {
            entry.parameters.push(Record::new(line));
        }
    }
    if let Some(index) = indexes.last_mut() {
        index.add(current);
    }
    indexes.iter_mut().for_each(Index::link_children);
    indexes
}

/// Splits `Device.Services.VoiceService.{i}.X` where the service model begins.
fn mounted(template: &str) -> (&str, &str) {
    let below = |root: &&&str| {
        let rest = template.strip_prefix(**root)?;
        let name = rest.split('.').next()?;
        let services = ["VoiceService", "STBService", "StorageService", "FAPService"];
        services
            .iter()
            .any(|service| name.starts_with(service))
            .then_some(rest)
    };
    WITH_SERVICES
        .iter()
        .find_map(|root| Some((*root, below(&root)?)))
        .unwrap_or(("", template))
}

/// The fact, secret at least where `secret`: what a person imports never uncovers anything.
fn as_secret(mut fact: Fact, secret: bool) -> Fact {
    if let FactKind::Parameter(parameter) = &mut fact.kind {
        if secret && parameter.secret.is_none() {
            parameter.secret = Some(Secrecy::Secured);
        }
    }
    fact
}

/// A text that stays as long as the program, since facts borrow from it; the same text once.
pub(super) fn for_good(text: String) -> &'static str {
    static TEXTS: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
    let texts = TEXTS.get_or_init(Mutex::default);
    let mut texts = texts.lock().unwrap_or_else(PoisonError::into_inner);
    match texts.get(text.as_str()) {
        Some(kept) => kept,
        None => {
            let kept: &'static str = Box::leak(text.into_boxed_str());
            texts.insert(kept);
            kept
        }
    }
}

/// The fact with its paths below `prefix`.
fn below(prefix: &str, mut fact: Fact) -> Fact {
    if prefix.is_empty() {
        return fact;
    }
    fact.path.insert_str(0, prefix);
    if let FactKind::Parameter(parameter) = &mut fact.kind {
        parameter.references = parameter.references.take().map(|found| found.below(prefix));
    }
    fact
}

/// Whether one version of a model is newer than another version of the same model.
pub(super) fn is_newer(name: &str, than: &str) -> bool {
    let parts = |name: &str| {
        let (model, version) = name.split_once(':')?;
        let (major, minor) = version.split_once('.')?;
        Some((
            model.to_owned(),
            major.parse::<u32>().ok()?,
            minor.parse::<u32>().ok()?,
        ))
    };
    match (parts(name), parts(than)) {
        (Some((model, major, minor)), Some((other, other_major, other_minor))) => {
            model == other && (major, minor) > (other_major, other_minor)
        }
        _ => false,
    }
}

/// The path with `{i}` in the place of each instance number.
pub(super) fn template(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    for (index, part) in path.split('.').enumerate() {
        if index > 0 {
            out.push('.');
        }
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if is_number { INSTANCE } else { part });
    }
    out
}
