//! How a node stands: known and since when, not read yet, refused and to whom it would be shown,
//! or not supported. The four are never mixed up: what a gateway does not show is one thing, what
//! it does not have another.

use std::collections::{BTreeSet, HashMap};

use upnp::data_model::path::AclDataPath;

use crate::error::Error;
use crate::limits;
use crate::reading::Problem;
use crate::session::Session;
use crate::tree::Node;
use crate::view::{NodeKind, NodeStatus};

/// How far a part of the tree is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Parameters whose value is known.
    pub loaded: u32,
    /// Those the gateway refused.
    pub refused: u32,
    /// All that are known to exist.
    pub total: u32,
}

impl Session {
    /// When the value of a parameter was read, RFC 3339.
    pub fn read_at(&self, upnp_path: &str) -> Option<String> {
        let tree = self.tree();
        let seconds = tree.find(upnp_path)?.read_at_s()?;
        Some(self.moment(seconds))
    }

    /// How far everything at and below a node is known.
    pub fn loaded(&self, upnp_path: &str) -> Loaded {
        let tree = self.tree();
        let mut loaded = Loaded::default();
        let top = tree.find(upnp_path).map(|node| node.id());
        let parameter = |node: &Node<'_>| node.kind() == NodeKind::Parameter;
        for node in top
            .into_iter()
            .flat_map(|top| tree.walk(top))
            .filter(parameter)
        {
            loaded.total += 1;
            match node.status() {
                NodeStatus::Known => loaded.loaded += 1,
                NodeStatus::Refused => loaded.refused += 1,
                NodeStatus::NotRead | NodeStatus::NotSupported => {}
            }
        }
        loaded
    }

    /// Whether what could not be read is refused or not supported, one a problem: a node the
    /// gateway lists among what it supports is there. What it hides completely it does not
    /// support as far as anybody can tell.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering.
    pub async fn told_apart(&self, problems: &[Problem]) -> Result<Vec<NodeStatus>, Error> {
        let mut told = Vec::with_capacity(problems.len());
        for (at, problem) in problems.iter().enumerate() {
            let status = match problem.upnp_code {
                Some(401 | 402 | 701) => NodeStatus::NotSupported,
                _ if at >= limits::PROBLEMS_TOLD_APART => NodeStatus::Refused,
                _ => self.is_listed(&problem.upnp_path).await?,
            };
            let mut tree = self.tree();
            if let Some(id) = tree.find(&problem.upnp_path).map(|node| node.id()) {
                tree.mark_status(id, status);
            }
            drop(tree);
            told.push(status);
        }
        Ok(told)
    }

    async fn is_listed(&self, upnp_path: &str) -> Result<NodeStatus, Error> {
        let name = upnp_path.trim_end_matches('/');
        let Some(slash) = name.rfind('/') else {
            return Ok(NodeStatus::Refused);
        };
        let (object, name) = name.split_at(slash + 1);
        match self.structure_of(object, 1).await {
            Ok(listed) => {
                let is_it = |path: &String| {
                    let path = path.trim_end_matches('/').trim_end_matches("/#");
                    path.rsplit('/').next() == Some(name)
                };
                Ok(match listed.iter().any(is_it) {
                    true => NodeStatus::Refused,
                    false => NodeStatus::NotSupported,
                })
            }
            Err(error) => match error.request() {
                Some(upnp::Error::Refused { fault, .. }) if fault.code != 606 => {
                    Ok(NodeStatus::NotSupported)
                }
                Some(upnp::Error::Refused { .. }) => Ok(NodeStatus::Refused),
                _ => Err(error),
            },
        }
    }

    /// Roles that may read nodes, as far as the gateway says, by UPnP path. What it says of an
    /// object is meant for everything below, unless it says otherwise there.
    pub async fn roles_to_read(&self, upnp_paths: &[String]) -> HashMap<String, Vec<String>> {
        let asked: BTreeSet<&String> = upnp_paths
            .iter()
            .take(limits::PROBLEMS_TOLD_APART)
            .collect();
        let asked: Vec<AclDataPath> = asked
            .into_iter()
            .filter_map(|path| AclDataPath::parse(path).ok())
            .collect();
        if asked.is_empty() {
            return HashMap::new();
        }
        // Many gateways do not have this action, or keep it from whoever is refused.
        let Ok(told) = self.configuration().get_acl_data(&asked).await else {
            return HashMap::new();
        };
        let mut roles = HashMap::new();
        for path in upnp_paths {
            let generic = crate::edit_path::structure(path);
            let fitting = told.nodes.iter().filter(|node| {
                let rule = crate::edit_path::structure(&node.path);
                rule == generic || (node.factorized && generic.starts_with(&rule))
            });
            if let Some(rule) = fitting.max_by_key(|node| node.path.len()) {
                let names = rule.read.iter().map(ToString::to_string).collect();
                roles.insert(path.clone(), names);
            }
        }
        roles
    }
}
