//! What changed since the factory, in a JSON file.
//!
//! Paths in the file count rows from 1 whatever the tree's index base is. The file holds the gateway's secrets and is
//! readable by its owner only.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::node::{Body, NodeId, Value, ROOT};
use super::Tree;

const FILE: &str = "tree.json";

/// State that cannot be kept or found again.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file system refused.
    #[error("the gateway's state cannot be kept in {path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not ours.
    #[error("the gateway's state in {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    model: String,
    configuration_version: u32,
    configuration_changed_ms: u64,
    attributes_version: u32,
    attributes_changed_ms: u64,
    alarms_enabled: bool,
    deleted_rows: Vec<String>,
    created_rows: Vec<String>,
    last_numbers: BTreeMap<String, u32>,
    values: BTreeMap<String, String>,
    waiting: BTreeMap<String, String>,
    /// EventOnChange and AlarmOnChange.
    attributes: BTreeMap<String, (bool, bool)>,
    versions: BTreeMap<String, u32>,
}

impl Tree {
    /// Writes what differs from the factory to `tree.json` in a directory, replacing the file as a whole.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn save(&self, dir: &Path) -> Result<(), StateError> {
        let path = dir.join(FILE);
        let failed = |source| StateError::Io {
            path: path.display().to_string(),
            source,
        };
        let text =
            serde_json::to_vec_pretty(&self.state()).map_err(|source| StateError::Unreadable {
                path: path.display().to_string(),
                source,
            })?;
        std::fs::create_dir_all(dir).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(dir).map_err(failed)?;
        file.write_all(&text).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Takes the state in a directory on, on top of a tree fresh from the factory. Without a file nothing happens; entries
    /// that do not fit the tree are left out. Returns whether there was a state.
    ///
    /// # Errors
    /// The file is there but cannot be read.
    pub fn load(&mut self, dir: &Path) -> Result<bool, StateError> {
        let path = dir.join(FILE);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(source) => {
                return Err(StateError::Io {
                    path: path.display().to_string(),
                    source,
                })
            }
        };
        let state: State =
            serde_json::from_slice(&text).map_err(|source| StateError::Unreadable {
                path: path.display().to_string(),
                source,
            })?;
        if state.model != *self.data_model_uri {
            return Ok(false);
        }
        self.take_on(state);
        Ok(true)
    }

    fn state(&self) -> State {
        let mut state = State {
            model: self.data_model_uri.to_string(),
            configuration_version: self.versions.configuration,
            configuration_changed_ms: self.versions.configuration_ms,
            attributes_version: self.versions.attributes,
            attributes_changed_ms: self.versions.attributes_ms,
            alarms_enabled: self.alarms_enabled,
            deleted_rows: self.deleted.iter().cloned().collect(),
            ..State::default()
        };
        state.waiting = self
            .waiting
            .iter()
            .map(|(&id, text)| (self.path_from(id, 1), text.to_string()))
            .collect();
        self.collect_state(ROOT, &mut state);
        state
    }

    fn collect_state(&self, id: NodeId, state: &mut State) {
        let node = self.node(id);
        let path = || self.path_from(id, 1);
        if node.marks.created {
            state.created_rows.push(path());
        }
        if node.marks.attributes_set {
            state.attributes.insert(
                path(),
                (node.marks.event_on_change, node.marks.alarm_on_change),
            );
        }
        if node.version != 0 {
            state.versions.insert(path(), node.version);
        }
        match &node.body {
            Body::Leaf(leaf) => {
                if let (true, Value::Text(text)) = (node.marks.value_set, &leaf.value) {
                    state.values.insert(path(), text.to_string());
                }
            }
            Body::Object(children) => children
                .iter()
                .for_each(|&child| self.collect_state(child, state)),
            Body::Table(table) => {
                if self.kind(table.kind).creatable && table.last_number > 0 {
                    state.last_numbers.insert(path(), table.last_number);
                }
                table
                    .rows
                    .iter()
                    .for_each(|&row| self.collect_state(row, state));
            }
        }
    }

    fn take_on(&mut self, state: State) {
        let index_base = std::mem::replace(&mut self.index_base, 1);
        for path in &state.deleted_rows {
            if let Ok(row) = self.find(path) {
                let table = self.node(row).parent;
                self.take_row_out(table, row);
                self.deleted.insert(path.clone());
            }
        }
        for path in &state.created_rows {
            self.create_again(path);
        }
        for (path, &last) in &state.last_numbers {
            if let Ok(id) = self.find(path) {
                if let Body::Table(table) = &mut self.node_mut(id).body {
                    table.last_number = table.last_number.max(last);
                }
            }
        }
        for (path, text) in &state.values {
            if let Ok(id) = self.find(path) {
                self.store_text(id, text);
            }
        }
        for (path, text) in &state.waiting {
            if let Ok(id) = self.find(path) {
                self.waiting.insert(id, text.as_str().into());
            }
        }
        for (path, &(event, alarm)) in &state.attributes {
            if let Ok(id) = self.find(path) {
                let marks = &mut self.node_mut(id).marks;
                (
                    marks.event_on_change,
                    marks.alarm_on_change,
                    marks.attributes_set,
                ) = (event, alarm, true);
                self.watch_as_marked(id);
            }
        }
        for (path, &version) in &state.versions {
            if let Ok(id) = self.find(path) {
                self.node_mut(id).version = version;
            }
        }
        self.versions.configuration = state.configuration_version;
        self.versions.configuration_ms = state.configuration_changed_ms;
        self.versions.attributes = state.attributes_version;
        self.versions.attributes_ms = state.attributes_changed_ms;
        self.alarms_enabled = state.alarms_enabled;
        self.index_base = index_base;
        self.rebuild_interface_stack();
        self.settle_lower_layers();
    }

    fn create_again(&mut self, path: &str) {
        let Some((table, number)) = path.trim_end_matches('/').rsplit_once('/') else {
            return;
        };
        let (Ok(table), Ok(number)) = (self.find(&format!("{table}/")), number.parse::<u32>())
        else {
            return;
        };
        if number > 0
            && matches!(self.node(table).body, Body::Table(_))
            && self.row(number, table).is_none()
        {
            let row = self.add_row(table, number);
            self.node_mut(row).marks.created = true;
        }
    }
}
