//! Joins what definition files say of each other into models with everything written out.

use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

use super::element::Element;
use super::reading::{File, Kind, Part};
use super::syntax::{self, FindType};
use super::{words, DefinitionError, Member, Model, Object, Parameter, Profile, Standing};
use crate::limits;

/// Definition files that may refer to each other.
#[derive(Debug, Default)]
pub struct Library {
    files: Vec<File>,
}

/// What the files of a library define.
#[derive(Debug, Default)]
pub struct Resolved {
    /// The models, each once.
    pub models: Vec<Model>,
    /// Files that were imported and not given; what they define is missing.
    pub missing: Vec<String>,
}

impl Library {
    /// Adds a file. `name` is its file name, by which others import it.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`].
    pub fn add(&mut self, name: &str, input: impl BufRead) -> Result<(), DefinitionError> {
        self.files.push(File::read(name, input)?);
        Ok(())
    }

    /// The specification the file of a name says it is, `urn:broadband-forum-org:tr-181-2-19-1-cwmp`.
    pub fn spec(&self, name: &str) -> Option<&str> {
        let file = self.files.iter().find(|file| file.name == name)?;
        file.head.attribute("spec").filter(|spec| !spec.is_empty())
    }

    /// Writes the models out. A model that only serves another as base is not listed.
    ///
    /// # Errors
    ///
    /// [`DefinitionError::NoModel`], [`DefinitionError::TooLarge`].
    pub fn resolve(&self) -> Result<Resolved, DefinitionError> {
        let mut resolving = Resolving {
            library: self,
            missing: BTreeSet::new(),
            items: 0,
            octets: 0,
        };
        let bases: BTreeSet<(usize, usize)> = (0..self.files.len())
            .flat_map(|file| self.files[file].models.iter().map(move |part| (file, part)))
            .filter_map(|(file, part)| self.model(file, part.head.value("base")))
            .collect();
        let mut models = Vec::new();
        for (file, definition) in self.files.iter().enumerate() {
            for (index, part) in definition.models.iter().enumerate() {
                if bases.contains(&(file, index)) {
                    continue;
                }
                let mut building = Building::default();
                resolving.model(file, part, &mut building, 0)?;
                let mut model = building.finish(part.head.value("name"));
                model.file.clone_from(&definition.name);
                models.push(model);
            }
        }
        if models.is_empty() {
            return Err(DefinitionError::NoModel);
        }
        Ok(Resolved {
            models,
            missing: resolving.missing.into_iter().collect(),
        })
    }

    /// File and index of the model a name means in a file.
    fn model(&self, file: usize, name: &str) -> Option<(usize, usize)> {
        if name.is_empty() {
            return None;
        }
        let own = |file: usize, name: &str| {
            let index = self.files.get(file)?.own(Kind::Model, name)?;
            Some((file, index))
        };
        own(file, name).or_else(|| {
            let (other, name) = self.imported(file, Kind::Model, name)?;
            own(other, name)
        })
    }

    fn component(&self, file: usize, name: &str, depth: usize) -> Option<(usize, &Part)> {
        let home = self.files.get(file)?;
        if let Some(index) = home.own(Kind::Component, name) {
            return Some((file, home.components.get(index)?));
        }
        let (other, name) = self.imported(file, Kind::Component, name)?;
        (depth < limits::DEFINITION_CHAIN)
            .then(|| self.component(other, name, depth + 1))
            .flatten()
    }

    /// File and name there of what a file imports under a name.
    fn imported<'a>(&'a self, file: usize, kind: Kind, name: &str) -> Option<(usize, &'a str)> {
        let (import, name) = self.files.get(file)?.import(kind, name)?;
        Some((self.file_of(file, import)?, name))
    }

    /// The file an import means. Its name decides; a corrigendum number may be left out of it
    /// and of the specification's name, as published files do.
    fn file_of(&self, from: usize, import: &Element) -> Option<usize> {
        let (name, spec) = (import.value("file"), import.value("spec"));
        let others = || {
            self.files
                .iter()
                .enumerate()
                .filter(move |(index, _)| *index != from)
        };
        let by = |same: &dyn Fn(&File) -> bool| others().find(|(_, file)| same(file));
        by(&|file| file.name == name || file.head.value("file") == name)
            .or_else(|| by(&|file| !spec.is_empty() && file.head.value("spec") == spec))
            .or_else(|| {
                let longer = format!("{spec}-");
                let mut all: Vec<(usize, &File)> = others()
                    .filter(|(_, file)| {
                        !spec.is_empty() && file.head.value("spec").starts_with(&longer)
                    })
                    .collect();
                all.sort_by_key(|(_, file)| file.head.value("spec").to_owned());
                all.pop()
            })
            .map(|(index, _)| index)
    }
}

impl FindType for Library {
    fn find_type(&self, file: usize, name: &str) -> Option<(usize, &Element)> {
        let (mut file, mut name) = (file, name);
        for _ in 0..limits::DEFINITION_CHAIN {
            let home = self.files.get(file)?;
            if let Some(index) = home.own(Kind::Type, name) {
                return Some((file, home.types.get(index)?));
            }
            (file, name) = self.imported(file, Kind::Type, name)?;
        }
        None
    }
}

struct Resolving<'a> {
    library: &'a Library,
    missing: BTreeSet<String>,
    items: usize,
    octets: usize,
}

/// A model being put together.
#[derive(Default)]
struct Building {
    objects: Vec<Object>,
    by_path: HashMap<String, usize>,
    profiles: Vec<Profile>,
}

impl Building {
    fn object(&mut self, path: &str) -> &mut Object {
        let index = *self.by_path.entry(path.to_owned()).or_insert_with(|| {
            self.objects.push(Object {
                path: path.to_owned(),
                access: "readOnly".to_owned(),
                table: path.ends_with(".{i}."),
                ..Object::default()
            });
            self.objects.len() - 1
        });
        &mut self.objects[index]
    }

    fn finish(mut self, name: &str) -> Model {
        self.objects.sort_by(|a, b| a.path.cmp(&b.path));
        self.objects
            .retain(|object| object.standing != Standing::Deleted);
        for object in &mut self.objects {
            let standing = object.standing;
            for parameter in &mut object.parameters {
                parameter.standing = parameter.standing.max(standing);
            }
            object
                .parameters
                .retain(|parameter| parameter.standing != Standing::Deleted);
        }
        Model {
            name: name.trim_start_matches('_').to_owned(),
            file: String::new(),
            objects: self.objects,
            profiles: self.profiles,
        }
    }
}

impl Resolving<'_> {
    fn model(
        &mut self,
        file: usize,
        part: &Part,
        building: &mut Building,
        depth: usize,
    ) -> Result<(), DefinitionError> {
        if depth >= limits::DEFINITION_CHAIN {
            return Err(DefinitionError::TooLarge);
        }
        let base = part.head.value("base");
        match self.library.model(file, base) {
            Some((home, index)) => {
                let library = self.library;
                if let Some(base) = library
                    .files
                    .get(home)
                    .and_then(|file| file.models.get(index))
                {
                    self.model(home, base, building, depth + 1)?;
                }
            }
            None if !base.is_empty() => self.note_missing(file, Kind::Model, base),
            None => {}
        }
        self.items(file, &part.items, "", "", building, depth)
    }

    fn items(
        &mut self,
        file: usize,
        items: &[Element],
        prefix: &str,
        since: &str,
        building: &mut Building,
        depth: usize,
    ) -> Result<(), DefinitionError> {
        for item in items {
            match item.name.as_str() {
                "object" => self.object(file, item, prefix, since, building)?,
                "parameter" => self.parameter(file, item, since, building.object(prefix))?,
                "profile" => building.profiles.push(profile(item, prefix)),
                "component" => {
                    let name = item.value("ref");
                    let prefix = format!("{prefix}{}", item.value("path"));
                    if prefix.len() > upnp::limits::PATH_BYTES {
                        return Err(DefinitionError::TooLarge);
                    }
                    let since = item.attribute("version").unwrap_or(since);
                    let library = self.library;
                    match library.component(file, name, 0) {
                        Some(_) if depth >= limits::DEFINITION_CHAIN => {
                            return Err(DefinitionError::TooLarge)
                        }
                        Some((home, part)) => {
                            self.count()?;
                            self.items(home, &part.items, &prefix, since, building, depth + 1)?;
                        }
                        None => self.note_missing(file, Kind::Component, name),
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn object(
        &mut self,
        file: usize,
        item: &Element,
        prefix: &str,
        since: &str,
        building: &mut Building,
    ) -> Result<(), DefinitionError> {
        self.count()?;
        let name = item.attribute("name").unwrap_or(item.value("base"));
        let path = format!("{prefix}{name}");
        if path.len() > upnp::limits::PATH_BYTES {
            return Err(DefinitionError::TooLarge);
        }
        if !is_name(&path) {
            return Ok(());
        }
        let object = building.object(&path);
        let take = |kept: &mut String, attribute: &str| {
            if let Some(value) = item.attribute(attribute) {
                value.clone_into(kept);
            }
        };
        take(&mut object.access, "access");
        take(&mut object.number_of_entries, "numEntriesParameter");
        take(&mut object.enable_parameter, "enableParameter");
        if item.attribute("name").is_some() {
            object.since = item.attribute("version").unwrap_or(since).to_owned();
        }
        if item.attribute("status").is_some() {
            object.standing = Standing::of(item);
        }
        if item
            .attribute("dmr:fixedObject")
            .is_some_and(|value| value == "true")
        {
            object.fixed = true;
        }
        if let Some(max) = item.attribute("maxEntries") {
            object.max_entries = (max != "unbounded").then(|| max.to_owned());
        }
        let keys: Vec<String> = item.all("uniqueKey").map(unique_key).collect();
        if !keys.is_empty() {
            object.unique_keys = keys;
        }
        describe(&mut object.description, item);
        self.octets += object.path.len() + object.description.len();
        self.within()?;
        for parameter in item.all("parameter") {
            self.parameter(file, parameter, since, building.object(&path))?;
        }
        let below: Vec<Element> = item.all("component").cloned().collect();
        self.items(file, &below, &path, since, building, 1)
    }

    fn count(&mut self) -> Result<(), DefinitionError> {
        self.items += 1;
        if self.items > limits::DEFINITION_ITEMS {
            return Err(DefinitionError::TooLarge);
        }
        Ok(())
    }

    fn note_missing(&mut self, file: usize, kind: Kind, name: &str) {
        let home = self.library.files.get(file);
        let import = home.and_then(|file| file.import(kind, name));
        // Without an import the name is of a model outside, which is said by itself.
        self.missing.insert(match import {
            Some((import, _)) => import.value("file").to_owned(),
            None => name.to_owned(),
        });
    }

    /// Adds a parameter to an object, or changes the one that is there.
    fn parameter(
        &mut self,
        file: usize,
        item: &Element,
        since: &str,
        object: &mut Object,
    ) -> Result<(), DefinitionError> {
        self.count()?;
        if object.parameters.len() >= limits::DEFINITION_OBJECT_PARAMETERS {
            return Err(DefinitionError::TooLarge);
        }
        if let Some(parameter) = self.library.parameter(file, item, since, object) {
            self.octets += written(parameter);
        }
        self.within()
    }

    /// What is written out is bounded as a whole: one long text may be taken over many times.
    fn within(&self) -> Result<(), DefinitionError> {
        if self.octets > limits::DEFINITION_WRITTEN_OCTETS {
            return Err(DefinitionError::TooLarge);
        }
        Ok(())
    }
}

/// Octets of the texts of a parameter, about.
fn written(parameter: &Parameter) -> usize {
    let syntax = &parameter.syntax;
    let lists = [&syntax.ranges, &syntax.lengths, &syntax.patterns];
    let values = syntax.enumeration.iter().map(|value| value.value.len());
    let listed = lists.into_iter().flatten().map(String::len);
    let more = [
        &syntax.named,
        &syntax.list,
        &syntax.units,
        &syntax.reference,
    ];
    let more = more.into_iter().flatten().map(String::len);
    let texts = [&parameter.name, &parameter.since, &parameter.description];
    let default = syntax.default.as_ref().map_or(0, |(_, text)| text.len());
    // A little for each, so that many empty ones count, too.
    let each = |length: usize| length + 8;
    values.chain(listed).chain(more).map(each).sum::<usize>()
        + texts
            .into_iter()
            .map(|text| each(text.len()))
            .sum::<usize>()
        + default
}

/// Whether a name can be one of a path: letters, digits, `_`, `-`, and `{i}` and dots of objects.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '{' | '}' | ':');
    !name.is_empty() && name.chars().all(allowed)
}

impl Library {
    /// The parameter as it is now; `None` where the name cannot be one.
    fn parameter<'a>(
        &self,
        file: usize,
        item: &Element,
        since: &str,
        object: &'a mut Object,
    ) -> Option<&'a Parameter> {
        let name = item.attribute("name").unwrap_or(item.value("base"));
        if !is_name(name) || name.contains('.') {
            return None;
        }
        let known = object
            .parameters
            .iter()
            .position(|known| known.name == name);
        let index = known.unwrap_or_else(|| {
            object.parameters.push(Parameter {
                name: name.to_owned(),
                access: "readOnly".to_owned(),
                ..Parameter::default()
            });
            object.parameters.len() - 1
        });
        let parameter = object.parameters.get_mut(index)?;
        if let Some(access) = item.attribute("access") {
            access.clone_into(&mut parameter.access);
        }
        if known.is_none() {
            let own = item.attribute("version").unwrap_or(since);
            if own != object.since {
                own.clone_into(&mut parameter.since);
            }
        }
        if item.attribute("status").is_some() {
            parameter.standing = Standing::of(item);
        }
        if let Some(given) = item.child("syntax") {
            let base = std::mem::take(&mut parameter.syntax);
            parameter.syntax = syntax::resolve(self, file, given, base);
        }
        describe(&mut parameter.description, item);
        Some(parameter)
    }
}

/// A description takes the place of the earlier one, or is added to it.
fn describe(kept: &mut String, item: &Element) {
    let Some(given) = item.child("description") else {
        return;
    };
    let text = words::plain(&given.text);
    match given.value("action") {
        "append" if !kept.is_empty() => {
            kept.push('\n');
            kept.push_str(&text);
        }
        "prefix" if !kept.is_empty() => *kept = format!("{text}\n{kept}"),
        _ => *kept = text,
    }
}

/// `ExternalPort+Protocol`, `Alias (nf)`.
fn unique_key(key: &Element) -> String {
    let names: Vec<&str> = key
        .all("parameter")
        .map(|parameter| parameter.value("ref"))
        .collect();
    let not_functional = key
        .attribute("functional")
        .is_some_and(|value| value == "false");
    format!(
        "{}{}",
        names.join("+"),
        if not_functional { " (nf)" } else { "" }
    )
}

fn profile(item: &Element, prefix: &str) -> Profile {
    let member = |path: String, of: &Element| Member {
        path,
        requirement: of.value("requirement").to_owned(),
        parameters: of
            .all("parameter")
            .filter(|parameter| Standing::of(parameter) != Standing::Deleted)
            .map(|parameter| {
                let reference = parameter.value("ref").to_owned();
                (reference, parameter.value("requirement").to_owned())
            })
            .collect(),
    };
    let mut members: Vec<Member> = Vec::new();
    // Parameters of the profile itself are of the model's top.
    let top = member(prefix.to_owned(), item);
    if !top.parameters.is_empty() {
        members.push(top);
    }
    members.extend(
        item.all("object")
            .filter(|object| Standing::of(object) != Standing::Deleted)
            .map(|object| member(format!("{prefix}{}", object.value("ref")), object)),
    );
    let included = |attribute: &str| {
        let names = item.value(attribute).split_whitespace();
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut includes = included("base");
    includes.extend(included("extends"));
    let name = item.attribute("name").unwrap_or(item.value("base"));
    Profile {
        name: name.to_owned(),
        since: item.value("version").to_owned(),
        standing: Standing::of(item),
        includes,
        members,
    }
}
