//! Profiles of the data models: named sets of objects and parameters a device may claim as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::facts::DataModel;
use super::index::{for_good, is_newer};

static TABLE: &str = include_str!("../../facts/profiles.txt");

/// Most profiles one profile is built on; the published ones stay below ten.
const DEEPEST: usize = 32;

/// How a profile stands in the newest version of its model.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, specta::Type,
)]
#[serde(rename_all = "snake_case")]
pub enum ProfileStatus {
    /// In force.
    Current,
    /// To be replaced.
    Deprecated,
    /// Not to be claimed by new devices.
    Obsoleted,
    /// Taken out of the model; devices of their time fulfil it.
    Deleted,
}

/// What a profile asks of one object or parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// An object that exists.
    Present,
    /// A table in which rows can be made, deleted, or both.
    Rows {
        /// Made.
        create: bool,
        /// Deleted.
        delete: bool,
    },
    /// A parameter with at least this access.
    Parameter(ParameterAccess),
}

/// Access a profile asks of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParameterAccess {
    /// It can be read.
    Read,
    /// It can be written.
    Write,
}

/// One profile of a model, as it is written there.
#[derive(Debug)]
pub struct Profile {
    /// The model.
    pub model: DataModel,
    /// Name and version of the model, `Device:2.19`; an imported one's own.
    pub model_name: &'static str,
    /// Name and version, `WiFiRadio:1`.
    pub name: &'static str,
    /// Version of the model that brought it; empty where the model does not say.
    pub since: &'static str,
    /// How it stands.
    pub status: ProfileStatus,
    includes: Vec<&'static str>,
    lines: Vec<&'static str>,
}

impl Profile {
    /// Whether it is only a part others are made of.
    pub fn is_internal(&self) -> bool {
        self.name.starts_with('_')
    }

    /// Every member by its path in the model, what it is built on counted in; where two say
    /// something of one member, the later one holds.
    pub fn members(&self) -> BTreeMap<String, Requirement> {
        let mut members = BTreeMap::new();
        self.collect(&mut members, 0);
        members
    }

    fn collect(&self, members: &mut BTreeMap<String, Requirement>, depth: usize) {
        if depth >= DEEPEST {
            return;
        }
        let imported = imported();
        for name in &self.includes {
            let named = |profile: &&Profile| profile.name == *name;
            let same_model = |profile: &&Profile| {
                self.model == DataModel::Imported && profile.model_name == self.model_name
            };
            let own = imported.profiles.iter().filter(same_model).find(named);
            // A vendor's file may build on what the program has.
            let mut shipped = shared().values().flatten();
            let base = own.or_else(|| {
                shipped.find(|profile| {
                    same_line(profile.model_name, self.model_name) && named(profile)
                })
            });
            if let Some(base) = base {
                base.collect(members, depth + 1);
            }
        }
        for line in &self.lines {
            let mut fields = line.split('\t');
            let object = fields.next().unwrap_or("");
            let rows = |create, delete| Requirement::Rows { create, delete };
            let requirement = match fields.next() {
                Some("c") => rows(true, false),
                Some("d") => rows(false, true),
                Some("b") => rows(true, true),
                _ => Requirement::Present,
            };
            if !object.is_empty() {
                members.insert(object.to_owned(), requirement);
            }
            for parameter in fields {
                let access = match parameter.chars().next() {
                    Some('w' | 'o') => ParameterAccess::Write,
                    _ => ParameterAccess::Read,
                };
                let name = parameter.get(1..).unwrap_or("");
                members.insert(format!("{object}{name}"), Requirement::Parameter(access));
            }
        }
    }
}

/// Whether two models are versions of each other that a device may mean by one root:
/// `Device:2.19` and `Device:2.20`, and not `Device:1.14`.
fn same_line(a: &str, b: &str) -> bool {
    let line = |name: &str| {
        name.rsplit_once('.')
            .map_or(name.to_owned(), |(line, _)| line.to_owned())
    };
    line(a) == line(b)
}

/// The profiles of a model of the program's own, in the order of the model.
pub fn of_model(model: DataModel) -> impl Iterator<Item = &'static Profile> {
    shared().get(&model).into_iter().flatten()
}

/// Profiles a person has imported.
#[derive(Debug, Default)]
pub struct Imported {
    profiles: Vec<Profile>,
    by_path: OnceLock<HashMap<String, Vec<&'static str>>>,
}

impl Imported {
    /// Those that a device with this root model may fulfil, and that the program does not have
    /// in a version as new.
    pub fn for_root(&self, root: Option<DataModel>) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().filter(move |profile| {
            let of_a_root = profile.model_name.starts_with("Device:")
                || profile.model_name.starts_with("InternetGatewayDevice:");
            let fits = root.is_some_and(|root| same_line(root.name(), profile.model_name));
            (fits || !of_a_root) && !self.is_covered(profile)
        })
    }

    /// The version of a profile of the program's own that takes its place.
    pub fn newer(&self, shipped: &Profile) -> bool {
        let mut same = self.profiles.iter().filter(|profile| {
            profile.name == shipped.name && same_line(profile.model_name, shipped.model_name)
        });
        same.any(|profile| is_newer(profile.model_name, shipped.model_name))
    }

    /// Whether the program, or what was imported later, has a profile in a version as new.
    fn is_covered(&self, profile: &Profile) -> bool {
        let same = |other: &&Profile| {
            other.name == profile.name && same_line(other.model_name, profile.model_name)
        };
        let mut shipped = shared().values().flatten().filter(same);
        let mut later = self.profiles.iter().rev().filter(same);
        shipped.any(|other| !is_newer(profile.model_name, other.model_name))
            || later
                .next()
                .is_some_and(|last| !std::ptr::eq(last, profile))
    }
}

/// What was imported, as it is now.
pub fn imported() -> Arc<Imported> {
    Arc::clone(&lock().read().unwrap_or_else(PoisonError::into_inner))
}

/// Puts imported profiles (compact form) in the place of earlier ones.
pub fn install(texts: Vec<String>) {
    let texts = texts.into_iter().filter(|text| !text.is_empty());
    let profiles = texts
        .flat_map(|text| read(for_good(text), |_| Some(DataModel::Imported)))
        .collect();
    let imported = Imported {
        profiles,
        by_path: OnceLock::new(),
    };
    *lock().write().unwrap_or_else(PoisonError::into_inner) = Arc::new(imported);
}

fn lock() -> &'static RwLock<Arc<Imported>> {
    static IMPORTED: OnceLock<RwLock<Arc<Imported>>> = OnceLock::new();
    IMPORTED.get_or_init(RwLock::default)
}

/// Names of the profiles that ask for a path (`{i}` for rows), those of its model and imported
/// ones, in order.
pub fn with_member(model: DataModel, path: &str) -> Vec<&'static str> {
    static BY_PATH: OnceLock<HashMap<DataModel, HashMap<String, Vec<&'static str>>>> =
        OnceLock::new();
    let shipped = BY_PATH.get_or_init(|| {
        let models = shared().iter();
        models
            .map(|(model, all)| (*model, members_of(all)))
            .collect()
    });
    let imported = imported();
    let by_path = imported
        .by_path
        .get_or_init(|| members_of(&imported.profiles));
    let own = shipped.get(&model).and_then(|by_path| by_path.get(path));
    let mut names: Vec<&'static str> = own.into_iter().flatten().copied().collect();
    for name in by_path.get(path).into_iter().flatten() {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

/// The names of the profiles by path of their members.
fn members_of(profiles: &[Profile]) -> HashMap<String, Vec<&'static str>> {
    let mut by_path: HashMap<String, Vec<&'static str>> = HashMap::new();
    for profile in profiles.iter().filter(|profile| !profile.is_internal()) {
        for path in profile.members().into_keys() {
            by_path.entry(path).or_default().push(profile.name);
        }
    }
    by_path
}

fn shared() -> &'static BTreeMap<DataModel, Vec<Profile>> {
    static SHARED: OnceLock<BTreeMap<DataModel, Vec<Profile>>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let known = |name: &str| {
            let mut models = DataModel::SHIPPED.into_iter();
            models.find(|model| model.name() == name)
        };
        let mut all: BTreeMap<DataModel, Vec<Profile>> = BTreeMap::new();
        for profile in read(TABLE, known) {
            all.entry(profile.model).or_default().push(profile);
        }
        all
    })
}

/// The profiles of a compact table; models `known` does not know are left out.
fn read(table: &'static str, known: impl Fn(&str) -> Option<DataModel>) -> Vec<Profile> {
    let mut all: Vec<Profile> = Vec::new();
    let mut model = None;
    for line in table.lines() {
        if let Some(name) = line.strip_prefix('%') {
            model = known(name).map(|model| (model, name));
        } else if let (Some(model), Some(head)) = (model, line.strip_prefix('!')) {
            all.push(read_head(model, head));
        } else if let (Some(_), Some(profile)) = (model, all.last_mut()) {
            profile.lines.push(line);
        }
    }
    all
}

fn read_head((model, model_name): (DataModel, &'static str), head: &'static str) -> Profile {
    let mut fields = head.split('\t');
    Profile {
        model,
        model_name,
        name: fields.next().unwrap_or(""),
        status: match fields.next() {
            Some("d") => ProfileStatus::Deprecated,
            Some("o") => ProfileStatus::Obsoleted,
            Some("x") => ProfileStatus::Deleted,
            _ => ProfileStatus::Current,
        },
        since: fields.next().unwrap_or(""),
        includes: fields
            .next()
            .unwrap_or("")
            .split(',')
            .filter(|name| !name.is_empty())
            .collect(),
        lines: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Facts;

    fn members(name: &str) -> BTreeMap<String, Requirement> {
        let mut profiles = of_model(DataModel::Device2);
        let found = profiles.find(|profile| profile.name == name);
        found
            .unwrap_or_else(|| panic!("no profile {name}"))
            .members()
    }

    #[test]
    fn profiles_have_the_sizes_their_models_give_them() {
        for (name, size) in [
            ("Baseline:4", 40),
            ("VDSL2:4", 86),
            ("PTMLink:1", 26),
            ("IPInterface:1", 33),
            ("EthernetLink:1", 26),
            ("WiFiRadio:1", 33),
            ("WiFiAccessPoint:1", 31),
            ("NAT:1", 18),
            ("IPPing:1", 13),
        ] {
            assert_eq!(members(name).len(), size, "{name}");
        }
        assert_eq!(of_model(DataModel::Device2).count(), 243);
        assert_eq!(of_model(DataModel::InternetGatewayDevice).count(), 92);
    }

    #[test]
    fn what_a_profile_asks_for_is_in_the_model() {
        for model in DataModel::SHIPPED {
            for profile in of_model(model) {
                assert!(!profile.name.is_empty());
                for include in &profile.includes {
                    assert!(
                        of_model(model).any(|other| other.name == *include),
                        "{} is built on {include}",
                        profile.name
                    );
                }
                if profile.status != ProfileStatus::Current {
                    continue;
                }
                for path in profile.members().keys() {
                    assert!(
                        Facts::of_path_in(model, path).is_some(),
                        "{}: {path}",
                        profile.name
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_written_must_be_writable() {
        let ssid = members("WiFiSSID:1");
        assert_eq!(
            ssid.get("Device.WiFi.SSID.{i}.SSID"),
            Some(&Requirement::Parameter(ParameterAccess::Write))
        );
        assert!(matches!(
            members("NAT:1").get("Device.NAT.PortMapping.{i}."),
            Some(Requirement::Rows {
                create: true,
                delete: true
            })
        ));
        assert!(
            with_member(DataModel::Device2, "Device.WiFi.SSID.{i}.SSID").contains(&"WiFiSSID:1")
        );
    }

    #[test]
    fn what_was_imported_counts_where_it_is_newer_or_of_its_own() {
        let text = "%X_MAKER_Lamps:2.3\n\
            !Stair:1\tc\t2.3\t\n\
            Device.X_MAKER_Lamp.{i}.\tb\twLevel\n\
            !Stair:2\tc\t2.3\tStair:1\n\
            Device.X_MAKER_Lamp.{i}.\tp\trSocket\n\
            %Device:2.99\n\
            !NAT:1\tc\t2.99\t\n\
            Device.NAT.\tp\trNewest\n\
            %Device:2.1\n\
            !WiFiSSID:1\tc\t2.1\t\n\
            Device.WiFi.\tp\trOldest\n\
            %InternetGatewayDevice:1.99\n\
            !Attic:1\tc\t1.99\t\n";
        let imported = Imported {
            profiles: read(text, |_| Some(DataModel::Imported)),
            by_path: OnceLock::new(),
        };
        let names = |root| {
            let listed = imported.for_root(Some(root));
            listed.map(|profile| profile.name).collect::<Vec<_>>()
        };
        assert_eq!(names(DataModel::Device2), ["Stair:1", "Stair:2", "NAT:1"]);
        assert_eq!(
            names(DataModel::InternetGatewayDevice),
            ["Stair:1", "Stair:2", "Attic:1"]
        );
        let mut own = of_model(DataModel::Device2);
        assert!(own.any(|profile| profile.name == "NAT:1" && imported.newer(profile)));
        let mut own = of_model(DataModel::Device2);
        assert!(own.any(|profile| profile.name == "WiFiSSID:1" && !imported.newer(profile)));
        assert_eq!(imported.profiles[0].members().len(), 2);
    }
}
