//! Reading the tree: a level at a time, a subtree at once, or single values.
//!
//! What a gateway does not show is told apart: a node of its structure that an answer
//! left out or refused is refused to the roles we hold; a node that is not in its
//! structure does not exist there. One request covers a whole subtree. Only when a
//! gateway refuses that, as some do when one node in it is forbidden, the subtree is read
//! in parts (CMS:2 digest, section 12).

use std::collections::HashSet;
use std::sync::{Arc, PoisonError};

use upnp::data_model::parameter_values::{Hearer, ParameterValues};
use upnp::data_model::path::{ContentPath, PartialPath, StructurePath};

use crate::error::{Error, Step};
use crate::limits;
use crate::session::Session;
use crate::tree::NodeId;
use crate::view::{NodeKind, NodeStatus};

/// From how many parameters on a reading leaves no room behind for more.
const LARGE: usize = 1_000;

/// One parameter that could not be read, and why in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// UPnP path.
    pub upnp_path: String,
    /// What the gateway said.
    pub reason: String,
    /// Its number, when it gave one.
    pub upnp_code: Option<u16>,
}

impl Session {
    /// Makes the direct children of an object, table or row known, with the values of its
    /// parameters. Nothing is sent when they are known already and `again` is false.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`] for a path that is no object; [`Error::Gateway`].
    pub async fn read_level(&self, upnp_path: &str, again: bool) -> Result<(), Error> {
        let (id, kind, path) = self.object(upnp_path)?;
        if !again && self.tree().node(id).children_known() {
            return Ok(());
        }
        if path != "/" {
            match kind {
                NodeKind::Table => self.read_rows(id, &path).await?,
                _ => self.read_members(id, &path).await?,
            }
        }
        self.tree().mark_children_known(id);
        Ok(())
    }

    /// Reads everything below an object: structure, rows and values.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`] for a path that is no object; [`Error::Gateway`].
    pub async fn read_subtree(&self, upnp_path: &str) -> Result<(), Error> {
        let (id, _, path) = self.object(upnp_path)?;
        let structure = self.read_structure(&path).await?;
        let mut parts = 0;
        self.read_values_below(path.clone(), 0, &mut parts).await?;
        self.read_row_numbers(id, &path, &structure).await?;
        self.note_places(id, &path, &structure, true);
        Ok(())
    }

    /// Reads parameters, or everything below objects, in one request. What the gateway
    /// does not show comes back as problems, one a path.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] when nothing at all could be read for another reason than the
    /// paths.
    pub async fn read_values(
        &self,
        upnp_paths: &[String],
    ) -> Result<(ParameterValues, Vec<Problem>), Error> {
        let mut values = ParameterValues::default();
        let mut problems = Vec::new();
        let mut asked = Vec::new();
        for path in upnp_paths {
            match ContentPath::parse(path) {
                Ok(path) => asked.push(path),
                Err(error) => {
                    problems.push(Problem {
                        upnp_path: path.clone(),
                        reason: error.to_string(),
                        upnp_code: None,
                    });
                }
            }
        }
        let mut parts = 0;
        self.read_in_parts(asked, &mut values, &mut problems, &mut parts)
            .await?;
        if values.len() > LARGE {
            self.tree().shrink_to_fit();
        }
        Ok((values, problems))
    }

    /// Looks in the known part of the tree; gives handles, best fit first, and their number.
    pub fn search(&self, text: &str, limit: usize) -> (Vec<NodeId>, u32) {
        let mut finder = self.finder();
        let found = finder.search(&self.tree(), &self.naming, text, limit);
        let hits = found.hits.into_iter().map(|hit| hit.id).collect();
        (hits, found.matches)
    }

    pub(crate) fn object(&self, upnp_path: &str) -> Result<(NodeId, NodeKind, String), Error> {
        let no_such = || Error::NoSuchPath {
            gateway: self.name.clone(),
            path: upnp_path.to_owned(),
        };
        let mut tree = self.tree();
        if let Some(node) = tree.find(upnp_path) {
            if node.kind() == NodeKind::Parameter {
                return Err(no_such());
            }
            return Ok((node.id(), node.kind(), node.path()));
        }
        let path = PartialPath::parse(&format!("{}/", upnp_path.trim_end_matches('/')))
            .map_err(|_| no_such())?;
        let id = tree.insert_node(path.as_str());
        let kind = tree.node(id).kind();
        Ok((id, kind, path.as_str().to_owned()))
    }

    async fn read_rows(&self, table: NodeId, path: &str) -> Result<(), Error> {
        let start = self.partial(path)?;
        let rows = self
            .configuration()
            .get_instances(&start, 1)
            .await
            .map_err(|source| self.failed(Step::Read, source))?;
        {
            let mut tree = self.tree();
            let numbers: Vec<&str> = rows.iter().map(|row| row.identifier()).collect();
            tree.retain_rows(table, &numbers);
            for row in &rows {
                tree.insert_node(row.as_str());
            }
            tree.mark_table(table);
        }
        if !rows.is_empty() && rows.len() <= limits::LABELLED_ROWS {
            self.read_values(&[path.to_owned()]).await?;
        }
        Ok(())
    }

    async fn read_members(&self, object: NodeId, path: &str) -> Result<(), Error> {
        let structure = self.structure_of(path, 1).await?;
        let mut leaves = Vec::new();
        {
            let mut tree = self.tree();
            for member in &structure {
                // A table is listed with its `#/`; its own name stands before that.
                let (name, is_object) = match member.strip_suffix("/#/") {
                    Some(table) => (last(table), true),
                    None => (last(member.trim_end_matches('/')), member.ends_with('/')),
                };
                if name.is_empty() {
                    continue;
                }
                let child = if is_object {
                    format!("{path}{name}/")
                } else {
                    format!("{path}{name}")
                };
                let id = tree.insert_node(&child);
                if member.ends_with("/#/") {
                    tree.mark_table(id);
                } else if !is_object {
                    leaves.push(child);
                }
            }
        }
        if leaves.is_empty() {
            return Ok(());
        }
        let (values, problems) = self.read_values(&leaves).await?;
        let mut tree = self.tree();
        for leaf in leaves.iter().filter(|leaf| values.get(leaf).is_none()) {
            let id = tree.insert_node(leaf);
            tree.mark_status(id, status_of(&problems, leaf));
        }
        let _ = object;
        Ok(())
    }

    /// Structure below a node as structure paths, from the cache of this session if it
    /// was asked before.
    pub(crate) async fn structure_of(&self, path: &str, depth: u32) -> Result<Vec<String>, Error> {
        let start = StructurePath::from_answer(path).map_err(|_| self.no_such(path))?;
        let key = format!("{depth} {}", start.as_str());
        if let Some(known) = self.structure().get(&key) {
            return Ok(known.clone());
        }
        let paths = self
            .configuration()
            .get_supported_parameters(&start, depth)
            .await
            .map_err(|source| self.failed(Step::Read, source))?;
        let mut paths: Vec<String> = paths.iter().map(|path| path.as_str().to_owned()).collect();
        paths.truncate(limits::TREE_PARAMETERS as usize);
        self.structure().insert(key, paths.clone());
        Ok(paths)
    }

    pub(crate) async fn read_structure(&self, path: &str) -> Result<Vec<String>, Error> {
        match self.structure_of(path, 0).await {
            Ok(paths) => Ok(paths),
            // Values can be shown without a structure; it is then unknown what is missing.
            Err(error) => match error.request() {
                Some(upnp::Error::Refused { .. } | upnp::Error::TooLarge { .. }) => Ok(Vec::new()),
                _ => Err(error),
            },
        }
    }

    /// Notes which rows there are below `object`, where its structure has tables.
    pub(crate) async fn read_row_numbers(
        &self,
        object: NodeId,
        path: &str,
        structure: &[String],
    ) -> Result<(), Error> {
        if structure.iter().any(|path| path.contains('#')) {
            let start = self.partial(path)?;
            match self.configuration().get_instances(&start, 0).await {
                Ok(rows) => {
                    let mut tree = self.tree();
                    for row in &rows {
                        tree.insert_node(row.as_str());
                    }
                    let there: HashSet<&str> = rows.iter().map(|row| row.as_str()).collect();
                    // Rows that went since the last reading.
                    let gone: Vec<NodeId> = tree
                        .walk(object)
                        .filter(|node| {
                            node.id() != object
                                && node.kind() == NodeKind::Instance
                                && !there.contains(node.path().as_str())
                        })
                        .map(|node| node.id())
                        .collect();
                    tree.remove_all(&gone);
                }
                Err(upnp::Error::Refused { .. }) => {}
                Err(source) => return Err(self.failed(Step::Read, source)),
            }
        }
        Ok(())
    }

    /// Notes every node of the structure below `object`, row by row. `read` says that all of
    /// it was asked for, so that what has no value was not shown.
    pub(crate) fn note_places(&self, object: NodeId, path: &str, structure: &[String], read: bool) {
        let mut tree = self.tree();
        let generic = tree.node(object).structure_path();
        for leaf in structure {
            let Some(relative) = leaf.strip_prefix(generic.as_str()) else {
                continue;
            };
            let mut places = vec![path.to_owned()];
            let mut parts = relative.split('/').peekable();
            while let Some(part) = parts.next() {
                let is_last = parts.peek().is_none();
                places = places
                    .into_iter()
                    .flat_map(|place| match part {
                        "" => vec![place],
                        "#" => rows_of(&mut tree, &place),
                        name if is_last => vec![format!("{place}{name}")],
                        name => vec![format!("{place}{name}/")],
                    })
                    .collect();
            }
            for place in places {
                let id = tree.insert_node(&place);
                let node = tree.node(id);
                if read
                    && node.kind() == NodeKind::Parameter
                    && node.status() == NodeStatus::NotRead
                {
                    tree.mark_status(id, NodeStatus::Refused);
                }
            }
            if tree.parameters() > limits::TREE_PARAMETERS {
                break;
            }
        }
        if !read {
            return;
        }
        let below: Vec<NodeId> = tree
            .walk(object)
            .filter(|node| node.kind() != NodeKind::Parameter)
            .map(|node| node.id())
            .collect();
        for id in below {
            tree.mark_children_known(id);
        }
    }

    pub(crate) async fn read_values_below(
        &self,
        path: String,
        depth: u32,
        parts: &mut u32,
    ) -> Result<(), Error> {
        *parts += 1;
        let asked = [ContentPath::parse(&path).map_err(|_| self.no_such(&path))?];
        match self
            .configuration()
            .get_values_heard(&asked, Some(self.notes()))
            .await
        {
            Ok(_) => return Ok(()),
            Err(upnp::Error::Refused { .. } | upnp::Error::TooLarge { .. })
                if depth < limits::FALLBACK_DEPTH && *parts < limits::SPLIT_REQUESTS => {}
            Err(source) => return Err(self.failed(Step::Read, source)),
        }
        self.read_level(&path, false).await?;
        let children: Vec<String> = {
            let tree = self.tree();
            let node = tree.find(&path);
            node.iter()
                .flat_map(|node| node.children())
                .filter(|child| child.kind() != NodeKind::Parameter)
                .map(|child| child.path())
                .collect()
        };
        for child in children {
            match Box::pin(self.read_values_below(child.clone(), depth + 1, parts)).await {
                Err(error) if error.is_refusal() => {
                    let mut tree = self.tree();
                    let id = tree.insert_node(&child);
                    tree.mark_status(id, NodeStatus::Refused);
                }
                other => other?,
            }
        }
        Ok(())
    }

    /// Reads the paths in one request; when the gateway refuses, halves until the paths
    /// it refuses stand alone.
    async fn read_in_parts(
        &self,
        paths: Vec<ContentPath>,
        values: &mut ParameterValues,
        problems: &mut Vec<Problem>,
        parts: &mut u32,
    ) -> Result<(), Error> {
        if paths.is_empty() {
            return Ok(());
        }
        *parts += 1;
        match self
            .configuration()
            .get_values_heard(&paths, Some(self.notes()))
            .await
        {
            Ok(answer) => {
                for path in answer.missing(&paths) {
                    problems.push(Problem {
                        upnp_path: path.as_str().to_owned(),
                        reason: "the gateway left it out: it does not exist, or your role may not see it".to_owned(),
                        upnp_code: None,
                    });
                }
                if values.is_empty() {
                    *values = answer;
                } else {
                    values.append(&answer);
                }
                Ok(())
            }
            Err(upnp::Error::Refused { fault, .. }) if paths.len() == 1 && fault.code != 606 => {
                let reason = match fault.code {
                    703 => "it does not exist, or your role may not see it".to_owned(),
                    _ => format!("the gateway refused it: {fault}"),
                };
                problems.extend(paths.iter().map(|path| Problem {
                    upnp_path: path.as_str().to_owned(),
                    reason: reason.clone(),
                    upnp_code: Some(fault.code),
                }));
                Ok(())
            }
            Err(upnp::Error::Refused { fault, .. })
                if fault.code != 606 && *parts < limits::SPLIT_REQUESTS =>
            {
                let mut first = paths;
                let second = first.split_off(first.len() / 2);
                Box::pin(self.read_in_parts(first, values, problems, parts)).await?;
                Box::pin(self.read_in_parts(second, values, problems, parts)).await
            }
            Err(source) => Err(self.failed(Step::Read, source)),
        }
    }

    /// Notes what the gateway tells, while it still tells more.
    fn notes(&self) -> Hearer {
        let (tree, now_s) = (self.shared_tree(), self.now_s());
        Arc::new(move |arrived| {
            let mut tree = tree.lock().unwrap_or_else(PoisonError::into_inner);
            for (path, value) in arrived {
                if tree.parameters() > limits::TREE_PARAMETERS {
                    break;
                }
                tree.insert_value(path, value, now_s);
            }
        })
    }

    fn partial(&self, path: &str) -> Result<PartialPath, Error> {
        PartialPath::parse(path).map_err(|_| self.no_such(path))
    }

    fn no_such(&self, path: &str) -> Error {
        Error::NoSuchPath {
            gateway: self.name.clone(),
            path: path.to_owned(),
        }
    }
}

fn rows_of(tree: &mut crate::tree::ParameterTree, table: &str) -> Vec<String> {
    let id = tree.insert_node(table);
    tree.mark_table(id);
    tree.node(id)
        .children()
        .filter(|child| child.kind() == NodeKind::Instance)
        .map(|row| row.path())
        .collect()
}

fn status_of(problems: &[Problem], path: &str) -> NodeStatus {
    match problems.iter().find(|problem| problem.upnp_path == path) {
        Some(Problem {
            upnp_code: Some(401 | 402 | 701),
            ..
        }) => NodeStatus::NotSupported,
        _ => NodeStatus::Refused,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
