//! Which profiles of its data model a gateway fulfils (TR-064 Issue 2, R-6), and what is missing.
//!
//! What a gateway supports is its own word, GetSupportedParameters. A member that is not in it is
//! not supported; one that is in it and whose value is refused to us in every row, or that may only
//! be read where the profile wants it written, is told apart.

mod html;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::clock;
use crate::error::Error;
use crate::naming::Naming;
use crate::schema::profiles::{self, ParameterAccess, Profile, ProfileStatus, Requirement};
use crate::schema::DataModel;
use crate::session::Session;
use crate::tree::{Access, ParameterTree};
use crate::view::{NodeKind, NodeStatus};

pub use html::html;

/// How far a gateway fulfils a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Fulfilment {
    /// Every member is there.
    Fulfilled,
    /// Some members are there.
    Partly,
    /// None of what the profile is about is there.
    Absent,
}

/// Why a member counts as missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The gateway does not have it.
    NotSupported,
    /// It has it, and does not show it to the roles we hold.
    Refused,
    /// It has it, and says that it cannot be written.
    NotWritable,
}

/// A member that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MissingMember {
    /// Path in the model, `{i}` for rows; objects end in a dot.
    pub path: String,
    /// Whether the profile wants it written.
    pub writable: bool,
    /// Why it is missing.
    pub why: Missing,
}

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProfileView {
    /// Name and version, `WiFiRadio:1`.
    pub name: String,
    /// Name and version of the model whose facts were used.
    pub model: String,
    /// Version of the model that brought the profile.
    pub since: Option<String>,
    /// How the profile stands in that version.
    pub status: ProfileStatus,
    /// How far it is fulfilled.
    pub state: Fulfilment,
    /// How many objects and parameters it asks for.
    pub members: u32,
    /// How many of them are there.
    pub present: u32,
    /// The others.
    pub missing: Vec<MissingMember>,
}

/// The profiles of one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProfileReportView {
    /// UDN of the gateway.
    pub udn: String,
    /// What people call it.
    pub gateway: String,
    /// When the report was made, RFC 3339.
    pub time: String,
    /// Models the gateway announced.
    pub announced: Vec<String>,
    /// False when the gateway does not tell what it supports: what has no value then counts as
    /// not supported.
    pub structure_known: bool,
    /// Roles held when the report was made.
    pub roles: Vec<String>,
    /// Profiles that are fulfilled.
    pub fulfilled: u32,
    /// Profiles of which a part is there.
    pub partly: u32,
    /// Profiles of which nothing is there.
    pub absent: u32,
    /// Every profile, in the order of the model.
    pub profiles: Vec<ProfileView>,
}

/// What is known of each path of the model, rows taken together.
#[derive(Debug, Default)]
struct Support {
    paths: HashMap<String, Seen>,
}

/// What the rows of one path have in common.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    shown: bool,
    refused: bool,
    read_only: bool,
}

impl Session {
    /// Compares what the gateway supports with the profiles of its data models. Reads the whole
    /// tree, so that refused members are known.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`].
    pub async fn profile_report(&self) -> Result<ProfileReportView, Error> {
        let mut structure = Vec::new();
        let locations: Vec<String> = {
            let tree = self.tree();
            let tops = tree.root().children().map(|top| top.path());
            // The common objects of UPnP have no profiles.
            tops.filter(|path| path != "/UPnP/").collect()
        };
        for location in locations {
            structure.extend(self.read_structure(&location).await?);
            self.read_subtree(&location).await?;
        }
        let support = Support::new(&structure, &self.tree(), &self.naming);
        let mut judged = Vec::new();
        let imported = profiles::imported();
        let root = self.naming.data_model();
        for model in support.models(root) {
            let listed = profiles::of_model(model).filter(|profile| !imported.newer(profile));
            judged.extend(judge(listed, &support));
        }
        let listed = imported.for_root(root);
        judged.extend(judge(listed.filter(|one| support.has_root(one)), &support));
        let profiles = judged;
        let count = |state: Fulfilment| {
            let all = profiles.iter().filter(|profile| profile.state == state);
            u32::try_from(all.count()).unwrap_or(u32::MAX)
        };
        Ok(ProfileReportView {
            udn: self.udn.clone(),
            gateway: self.name.clone(),
            time: clock::now(),
            announced: self.models.iter().map(|model| model.uri.clone()).collect(),
            structure_known: !structure.is_empty(),
            roles: self.roles_held(),
            fulfilled: count(Fulfilment::Fulfilled),
            partly: count(Fulfilment::Partly),
            absent: count(Fulfilment::Absent),
            profiles,
        })
    }
}

impl Support {
    fn new(structure: &[String], tree: &ParameterTree, naming: &Naming) -> Self {
        let mut support = Support::default();
        for path in structure {
            support.note(path, naming);
        }
        for node in tree.walk(tree.root().id()) {
            let path = node.structure_path();
            let known = node.status() == NodeStatus::Known;
            let parameter = node.kind() == NodeKind::Parameter;
            if parameter && !known && node.status() != NodeStatus::Refused {
                continue;
            }
            // Objects are known by what is in them.
            if !parameter {
                continue;
            }
            if let Some(seen) = support.note(&path, naming) {
                seen.shown |= known;
                seen.refused |= !known;
                seen.read_only |= node.access() == Access::ReadOnly;
            }
        }
        support
    }

    /// Notes a path of the structure and the objects it is in.
    fn note(&mut self, path: &str, naming: &Naming) -> Option<&mut Seen> {
        let path = naming.model_path(path)?;
        for (dot, _) in path.match_indices('.') {
            let object = &path[..=dot];
            if !self.paths.contains_key(object) {
                self.paths.insert(object.to_owned(), Seen::default());
            }
        }
        Some(self.paths.entry(path).or_default())
    }

    /// The models whose profiles can be fulfilled: the root model, and services that are there.
    fn models(&self, root: Option<DataModel>) -> Vec<DataModel> {
        let mut models: Vec<DataModel> = root.into_iter().collect();
        models.extend(DataModel::SHIPPED.into_iter().filter(|model| {
            let name = model.name().split(':').next().unwrap_or("");
            model.is_service() && self.find(*model, &format!("{name}.{{i}}.")).is_some()
        }));
        models
    }

    /// Whether the model of an imported profile is a device's, or a service that is there.
    fn has_root(&self, profile: &Profile) -> bool {
        let members = profile.members();
        let of_device = |path: &String| {
            path.starts_with("Device.") || path.starts_with("InternetGatewayDevice.")
        };
        members.keys().any(of_device) || {
            let name = profile.model_name.split(':').next().unwrap_or("");
            let root = format!("{name}.{{i}}.");
            self.find(profile.model, &root).is_some()
        }
    }

    fn find(&self, model: DataModel, path: &str) -> Option<Seen> {
        let direct = self.paths.get(path).copied();
        // What a person imported says by its paths where it stands.
        if direct.is_some() || !(model.is_service() || model == DataModel::Imported) {
            return direct;
        }
        ["Device.Services.", "InternetGatewayDevice.Services."]
            .iter()
            .find_map(|root| self.paths.get(&format!("{root}{path}")).copied())
    }
}

fn judge<'a>(profiles: impl Iterator<Item = &'a Profile>, support: &Support) -> Vec<ProfileView> {
    let listed = profiles.filter(|profile| !profile.is_internal());
    listed.map(|profile| view(profile, support)).collect()
}

fn view(profile: &Profile, support: &Support) -> ProfileView {
    let members = profile.members();
    let mut missing = Vec::new();
    for (path, requirement) in &members {
        let writable = *requirement == Requirement::Parameter(ParameterAccess::Write);
        let why = match support.find(profile.model, path) {
            None => Missing::NotSupported,
            Some(seen) if seen.refused && !seen.shown => Missing::Refused,
            Some(seen) if writable && seen.read_only => Missing::NotWritable,
            Some(_) => continue,
        };
        missing.push(MissingMember {
            path: path.clone(),
            writable,
            why,
        });
    }
    let lacking: BTreeSet<&str> = missing
        .iter()
        .filter(|member| member.why == Missing::NotSupported)
        .map(|member| member.path.as_str())
        .collect();
    // Every device has the root and its great objects; what counts is what the profile is about.
    let own = |path: &&String| path.matches('.').count() > 2 || !path.ends_with('.');
    let any_there = members
        .keys()
        .filter(own)
        .any(|path| !lacking.contains(path.as_str()));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    ProfileView {
        name: profile.name.to_owned(),
        model: profile.model_name.to_owned(),
        since: (!profile.since.is_empty()).then(|| profile.since.to_owned()),
        status: profile.status,
        state: match (missing.is_empty(), any_there) {
            (true, _) => Fulfilment::Fulfilled,
            (false, true) => Fulfilment::Partly,
            (false, false) => Fulfilment::Absent,
        },
        members: count(members.len()),
        present: count(members.len() - missing.len()),
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with what a profile asks for, every row numbered 0, less some.
    fn device(names: &[&str], without: &[&str]) -> (Vec<String>, ParameterTree) {
        let mut tree = ParameterTree::new();
        let mut structure = Vec::new();
        for profile in profiles::of_model(DataModel::Device2) {
            if !names.contains(&profile.name) {
                continue;
            }
            for path in profile.members().into_keys() {
                if path.ends_with('.') || without.contains(&path.as_str()) {
                    continue;
                }
                let path = path.replacen("Device.", "/BBF/", 1).replace('.', "/");
                structure.push(path.replace("{i}", "#"));
                tree.insert_value(&path.replace("{i}", "0"), "x", 0);
            }
        }
        (structure, tree)
    }

    fn named<'a>(views: &'a [ProfileView], name: &str) -> &'a ProfileView {
        let found = views.iter().find(|view| view.name == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    }

    fn judged(structure: &[String], tree: &ParameterTree) -> Vec<ProfileView> {
        let naming = Naming::new("/BBF/", "Device.", Some(0));
        let support = Support::new(structure, tree, &naming);
        judge(profiles::of_model(DataModel::Device2), &support)
    }

    #[test]
    fn a_profile_is_fulfilled_partly_or_absent() {
        let without = "Device.WiFi.SSID.{i}.BSSID";
        let (structure, tree) = device(&["WiFiRadio:1", "WiFiSSID:1"], &[without]);
        let views = judged(&structure, &tree);
        assert_eq!(named(&views, "WiFiRadio:1").state, Fulfilment::Fulfilled);
        let ssid = named(&views, "WiFiSSID:1");
        assert_eq!(ssid.state, Fulfilment::Partly);
        assert_eq!((ssid.members, ssid.present), (18, 17));
        let missing: Vec<_> = ssid
            .missing
            .iter()
            .map(|one| (one.path.as_str(), one.why))
            .collect();
        assert_eq!(missing, [(without, Missing::NotSupported)]);
        let line = named(&views, "VDSL2:4");
        assert_eq!(line.state, Fulfilment::Absent);
        assert!(line.present <= 1, "the root alone");
    }

    #[test]
    fn refused_and_read_only_members_are_told_apart_from_lacking_ones() {
        let (structure, mut tree) = device(&["WiFiSSID:1"], &[]);
        let refused = tree.insert_node("/BBF/WiFi/SSID/0/BSSID");
        tree.mark_status(refused, NodeStatus::Refused);
        let fixed = tree.insert_node("/BBF/WiFi/SSID/0/SSID");
        tree.mark_access(fixed, Access::ReadOnly);
        let views = judged(&structure, &tree);
        let why: Vec<_> = named(&views, "WiFiSSID:1")
            .missing
            .iter()
            .map(|one| one.why)
            .collect();
        assert_eq!(why, [Missing::Refused, Missing::NotWritable]);
    }

    #[test]
    fn an_empty_table_is_supported() {
        let (structure, _) = device(&["NAT:1"], &[]);
        let views = judged(&structure, &ParameterTree::new());
        assert_eq!(named(&views, "NAT:1").state, Fulfilment::Fulfilled);
    }
}
