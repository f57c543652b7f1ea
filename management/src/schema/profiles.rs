//! Profiles of the data models: named sets of objects and parameters a device may claim as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::facts::DataModel;

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
        for name in &self.includes {
            if let Some(base) = of_model(self.model).find(|profile| profile.name == *name) {
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

/// The profiles of a model of the program's own, in the order of the model.
pub fn of_model(model: DataModel) -> impl Iterator<Item = &'static Profile> {
    shared().get(&model).into_iter().flatten()
}

/// Names of the profiles of its model that ask for a path (`{i}` for rows), in order.
pub fn with_member(model: DataModel, path: &str) -> Vec<&'static str> {
    static BY_PATH: OnceLock<HashMap<(DataModel, String), Vec<&'static str>>> = OnceLock::new();
    let by_path = BY_PATH.get_or_init(|| {
        let mut by_path: HashMap<_, Vec<_>> = HashMap::new();
        for profile in shared()
            .values()
            .flatten()
            .filter(|profile| !profile.is_internal())
        {
            for path in profile.members().into_keys() {
                by_path
                    .entry((profile.model, path))
                    .or_default()
                    .push(profile.name);
            }
        }
        by_path
    });
    by_path
        .get(&(model, path.to_owned()))
        .cloned()
        .unwrap_or_default()
}

fn shared() -> &'static BTreeMap<DataModel, Vec<Profile>> {
    static SHARED: OnceLock<BTreeMap<DataModel, Vec<Profile>>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut all: BTreeMap<DataModel, Vec<Profile>> = BTreeMap::new();
        let mut model = None;
        for line in TABLE.lines() {
            if let Some(name) = line.strip_prefix('%') {
                model = DataModel::SHIPPED
                    .into_iter()
                    .find(|model| model.name() == name);
            } else if let (Some(model), Some(head)) = (model, line.strip_prefix('!')) {
                all.entry(model).or_default().push(read_head(model, head));
            } else if let Some(profile) = model
                .and_then(|model| all.get_mut(&model))
                .and_then(|profiles| profiles.last_mut())
            {
                profile.lines.push(line);
            }
        }
        all
    })
}

fn read_head(model: DataModel, head: &'static str) -> Profile {
    let mut fields = head.split('\t');
    Profile {
        model,
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
}
