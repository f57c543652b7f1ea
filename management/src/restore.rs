//! A saved tree as a draft: onto the gateway it was taken from, or onto another one. Nothing
//! is sent; what can be carried over, what had to be changed for it and what is impossible
//! is told apart, for a person to read before they apply the draft.

mod matching;

use std::collections::{HashMap, HashSet};

use dp_credentials::secrets::Secret;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::application::Management;
use crate::draft::Edit;
use crate::edit_path::{self, EditKind};
use crate::error::Error;
use crate::limits;
use crate::schema::{Access, Reference};
use crate::session::Session;
use crate::snapshots::{Kept, SavedTree};
use crate::store::{DraftValue, SnapshotHead};

use matching::{pair, Indexed};

/// By what a row or parameter was found on the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RestoreHow {
    /// It is at the same place.
    SamePlace,
    /// The row has the same unique key, or is the same row.
    ByKey,
    /// The row has the same name.
    ByName,
    /// The row is for the same: the same radio, the same side of the gateway.
    ByRole,
    /// Nothing but the order of the rows says so.
    ByPosition,
    /// The row is made.
    NewRow,
    /// The row was not there then; it is deleted.
    RowGoes,
}

/// Why something cannot be carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RestoreReason {
    /// The gateway has no such object.
    NoSuchObject,
    /// The gateway has no such parameter.
    NoSuchParameter,
    /// The gateway has no row that corresponds, and takes no new ones.
    NoSuchRow,
    /// The gateway sets this itself, or the role does not allow it.
    ReadOnly,
    /// The data model does not allow the value there.
    ValueNotTaken,
    /// A secret that could not be read when the snapshot was taken.
    SecretNotKept,
    /// What the value refers to does not exist on the gateway.
    ReferenceLost,
}

/// One parameter or row of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RestoreItemView {
    /// What is done.
    pub kind: EditKind,
    /// Path in the snapshot, as shown.
    pub from: String,
    /// Path on the gateway, as shown; `null` where it has none.
    pub path: Option<String>,
    /// UPnP path on the gateway.
    pub upnp_path: Option<String>,
    /// Value to be; `null` for secrets and rows.
    pub value: Option<String>,
    /// Value the gateway has now; `null` for secrets and rows, and where it has none.
    pub present: Option<String>,
    /// Whether the value is a secret.
    pub secret: bool,
    /// By what it was found; `null` when it is impossible.
    pub how: Option<RestoreHow>,
    /// Why it is impossible.
    pub reason: Option<RestoreReason>,
    /// More about the reason, in words.
    pub detail: Option<String>,
}

/// A restore, ready to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RestoreView {
    /// Gateway whose draft it is in.
    pub udn: String,
    /// The snapshot.
    pub snapshot: SnapshotHead,
    /// Whether the snapshot is of this very gateway.
    pub same_gateway: bool,
    /// Goes where it was, as it was.
    pub carried: Vec<RestoreItemView>,
    /// Goes to another row or with another reference, or makes or deletes a row.
    pub changed: Vec<RestoreItemView>,
    /// Stays behind, with the reason.
    pub impossible: Vec<RestoreItemView>,
    /// How many settings the gateway has already.
    pub same: u32,
}

impl Management {
    /// Puts a snapshot into the draft of a gateway. The whole tree is read first; nothing is
    /// sent, and nothing is ever applied by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a snapshot that is not there or is of another data model, and as
    /// [`Management::save_snapshot`] and [`Management::keep_staged`].
    pub async fn restore(
        &self,
        udn: &str,
        snapshot: i64,
        progress: impl FnMut(u32, u32),
    ) -> Result<RestoreView, Error> {
        let head = self.snapshot_head(snapshot).await?;
        let saved = self.saved_tree(snapshot).await?;
        let session = self.open_gateway(udn).await?;
        if !session.load_all(progress).await? {
            return Err(Error::Usage(
                "reading was stopped; nothing was staged".to_owned(),
            ));
        }
        let present = self.present_tree(&session);
        if saved.origin.root != present.origin.root {
            return Err(Error::Usage(format!(
                "the snapshot is of the data model {}, {} has {}; they have too little in common",
                or_none(&saved.origin.root),
                session.name,
                or_none(&present.origin.root)
            )));
        }
        let taken = self.draft_paths(udn).await?;
        let first_row = edit_path::next_number(taken.iter().map(String::as_str));
        let mut plan = Plan::new(&session, &saved, &present, first_row);
        plan.match_rows();
        plan.carry_values();
        let Plan {
            mut items,
            mut edits,
            same,
            same_gateway,
            ..
        } = plan;
        // The gateway's word on what may be written: one value it does not take would make
        // it refuse all of them.
        let asked: Vec<String> = edits
            .iter()
            .map(|edit| edit.upnp_path.clone())
            .filter(|path| EditKind::of(path) == EditKind::Set && !edit_path::is_new(path))
            .collect();
        session.read_access(&asked).await?;
        let mut refused = HashSet::new();
        {
            let tree = session.tree();
            for path in asked {
                let access = tree.find(&path).map(|node| node.access());
                if access == Some(crate::tree::Access::ReadOnly) {
                    refused.insert(path);
                }
            }
        }
        edits.retain(|edit| !refused.contains(&edit.upnp_path));
        for item in &mut items {
            if item
                .upnp_path
                .as_ref()
                .is_some_and(|path| refused.contains(path))
            {
                item.how = None;
                item.reason = Some(RestoreReason::ReadOnly);
            }
        }
        self.keep_staged(udn, edits).await?;
        let mut view = RestoreView {
            udn: udn.to_owned(),
            snapshot: head,
            same_gateway,
            carried: Vec::new(),
            changed: Vec::new(),
            impossible: Vec::new(),
            same,
        };
        for item in items {
            let list = match item.how {
                None => &mut view.impossible,
                Some(RestoreHow::SamePlace) => &mut view.carried,
                Some(_) => &mut view.changed,
            };
            list.push(item);
        }
        Ok(view)
    }
}

fn or_none(root: &str) -> &str {
    if root.is_empty() {
        "none"
    } else {
        root.trim_end_matches('.')
    }
}

struct Plan<'a> {
    session: &'a Session,
    saved: &'a SavedTree,
    from: Indexed<'a>,
    to: Indexed<'a>,
    /// What the gateway has, secrets included.
    there: HashMap<&'a str, &'a Kept>,
    same_gateway: bool,
    next_row: u32,
    /// Rows of the snapshot and what they are on the gateway.
    rows: HashMap<String, (String, RestoreHow)>,
    items: Vec<RestoreItemView>,
    edits: Vec<Edit>,
    same: u32,
}

impl<'a> Plan<'a> {
    fn new(
        session: &'a Session,
        saved: &'a SavedTree,
        present: &'a SavedTree,
        next_row: u32,
    ) -> Self {
        Plan {
            session,
            saved,
            from: Indexed::new(saved),
            to: Indexed::new(present),
            there: present
                .values
                .iter()
                .map(|(path, value)| (path.as_str(), value))
                .collect(),
            same_gateway: saved.origin.udn.eq_ignore_ascii_case(&present.origin.udn),
            next_row,
            rows: HashMap::new(),
            items: Vec::new(),
            edits: Vec::new(),
            same: 0,
        }
    }

    /// Path on the gateway of a path of the snapshot, as far as rows are matched; with the
    /// row it lies in that is not.
    fn place(&self, path: &str) -> Result<(String, RestoreHow), String> {
        let mut end = 0;
        let mut found: Option<(&str, &(String, RestoreHow))> = None;
        let mut unmatched = None;
        while let Some(next) = path.get(end + 1..).and_then(|rest| rest.find('/')) {
            end += 1 + next;
            let row = &path[..=end];
            if !edit_path::structure(row).ends_with("/#/") {
                continue;
            }
            match self.rows.get(row) {
                Some(place) => found = Some((row, place)),
                None => {
                    unmatched = Some(row.to_owned());
                    break;
                }
            }
        }
        if let Some(row) = unmatched {
            return Err(row);
        }
        Ok(match found {
            Some((row, (place, how))) => (format!("{place}{}", &path[row.len()..]), *how),
            None => (self.moved(path), RestoreHow::SamePlace),
        })
    }

    /// A path where the gateway mounts its data model.
    fn moved(&self, path: &str) -> String {
        let from = self.saved.origin.location.as_str();
        match path.strip_prefix(from) {
            Some(rest) if !self.saved.origin.root.is_empty() => {
                format!("{}{rest}", self.session.naming.location())
            }
            _ => path.to_owned(),
        }
    }

    /// Whether rows can be made and deleted in a table of the snapshot: by the model, and
    /// there is such a table on the gateway.
    fn takes_rows(&self, table: &str) -> bool {
        self.saved.fact(table).is_some_and(|fact| {
            let fixed = fact.object().is_none_or(|object| object.fixed);
            fact.access != Access::ReadOnly && !fixed
        })
    }

    fn match_rows(&mut self) {
        let tables: Vec<(String, Vec<String>)> = self
            .from
            .tables()
            .into_iter()
            .map(|(table, rows)| (table.clone(), rows.clone()))
            .collect();
        for (table, rows) in tables {
            let Ok((place, _)) = self.place(&table) else {
                continue;
            };
            let there = self.to.rows(&place).to_vec();
            let pairs = pair(&self.from, &rows, &self.to, &there, self.same_gateway);
            for pair in &pairs {
                let same = self.moved(&pair.from) == pair.to;
                let how = if same && pair.how != RestoreHow::ByPosition {
                    RestoreHow::SamePlace
                } else {
                    pair.how
                };
                self.rows.insert(pair.from.clone(), (pair.to.clone(), how));
            }
            if !self.takes_rows(&table) {
                continue;
            }
            let known_table =
                edit_path::is_new(&place) || self.session.tree().find(&place).is_some();
            for row in rows.iter().filter(|_| known_table) {
                if !self.rows.contains_key(row) {
                    let new = format!("{place}+{}/", self.next_row);
                    self.next_row += 1;
                    self.row_edit(row, &new, RestoreHow::NewRow);
                    self.rows.insert(row.clone(), (new, RestoreHow::NewRow));
                }
            }
            if self.same_gateway {
                for row in there
                    .iter()
                    .filter(|row| !pairs.iter().any(|pair| pair.to == **row))
                {
                    self.row_edit(row, row, RestoreHow::RowGoes);
                }
            }
        }
        if self.same_gateway {
            self.delete_rows_of_empty_tables();
        }
    }

    /// A table that was empty then has no row in the snapshot that would name it.
    fn delete_rows_of_empty_tables(&mut self) {
        let tables: Vec<(String, Vec<String>)> = self
            .to
            .tables()
            .into_iter()
            .filter(|(table, _)| self.from.rows(table).is_empty() && self.takes_rows(table))
            .map(|(table, rows)| (table.clone(), rows.clone()))
            .collect();
        let going: Vec<String> = self
            .items
            .iter()
            .filter_map(|item| item.upnp_path.clone())
            .collect();
        for (table, rows) in tables {
            // Rows within a row that goes or is new go with it.
            let counted = self
                .saved
                .fact(&table)
                .and_then(|fact| fact.object()?.number_of_entries);
            let beside = edit_path::table_of(&table);
            let was_empty =
                counted.and_then(|name| self.from.value(&format!("{beside}{name}"))) == Some("0");
            if was_empty && !going.iter().any(|row| table.starts_with(row.as_str())) {
                rows.iter()
                    .for_each(|row| self.row_edit(row, row, RestoreHow::RowGoes));
            }
        }
    }

    fn row_edit(&mut self, from: &str, to: &str, how: RestoreHow) {
        self.edits.push(Edit {
            upnp_path: to.to_owned(),
            old: None,
            new: DraftValue::Plain(String::new()),
        });
        self.items.push(RestoreItemView {
            kind: EditKind::of(to),
            from: self.saved.shown(from),
            path: Some(self.session.naming.shown(to)),
            upnp_path: Some(to.to_owned()),
            value: None,
            present: None,
            secret: false,
            how: Some(how),
            reason: None,
            detail: None,
        });
    }

    fn carry_values(&mut self) {
        let saved = self.saved;
        for (path, value) in &saved.values {
            let fact = saved.fact(path);
            let setting = match &fact {
                Some(fact) => {
                    fact.access != Access::ReadOnly && fact.parameter().is_none_or(|p| !p.command)
                }
                // A maker's own: what the gateway lets be written is a setting.
                None => true,
            };
            let leave = path.contains("Diagnostics") || path.starts_with("/UPnP/");
            if !setting || leave || (fact.is_none() && !self.writable_by_word(path)) {
                continue;
            }
            self.carry(
                path,
                value,
                fact.as_ref()
                    .and_then(|fact| fact.parameter()?.references.clone()),
            );
        }
    }

    /// Whether the gateway itself has said that a maker's own parameter can be written, or
    /// may still say so.
    fn writable_by_word(&self, path: &str) -> bool {
        let Ok((place, _)) = self.place(path) else {
            return false;
        };
        let tree = self.session.tree();
        tree.find(&place)
            .is_some_and(|node| node.access() != crate::tree::Access::ReadOnly)
    }

    fn carry(&mut self, path: &str, value: &Kept, references: Option<Reference>) {
        let mut item = RestoreItemView {
            kind: EditKind::Set,
            from: self.saved.shown(path),
            path: None,
            upnp_path: None,
            value: None,
            present: None,
            secret: !matches!(value, Kept::Plain(_)),
            how: None,
            reason: None,
            detail: None,
        };
        let (place, mut how) = match self.place(path) {
            Ok(place) => place,
            Err(row) => {
                let table = self.place(edit_path::table_of(&row));
                let has_table =
                    table.is_ok_and(|(table, _)| self.session.tree().find(&table).is_some());
                let reason = if has_table {
                    RestoreReason::NoSuchRow
                } else {
                    RestoreReason::NoSuchObject
                };
                return self.impossible(item, reason, None);
            }
        };
        let is_new = edit_path::is_new(&place);
        item.path = Some(self.session.naming.shown(&place));
        item.upnp_path = Some(place.clone());
        let there = self.there.get(place.as_str()).copied();
        if there.is_none() && !is_new {
            let object = place.rfind('/').map_or("/", |at| &place[..=at]);
            let has_object = self.session.tree().find(object).is_some();
            let reason = if has_object {
                RestoreReason::NoSuchParameter
            } else {
                RestoreReason::NoSuchObject
            };
            return self.impossible(item, reason, None);
        }
        let text = match value {
            Kept::Plain(text) => match self.followed(text, references.as_ref()) {
                Some(followed) => {
                    if followed != *text && self.session.same_value(&place, text, &followed) {
                        text.clone()
                    } else {
                        followed
                    }
                }
                None => {
                    item.value = Some(text.clone());
                    return self.impossible(item, RestoreReason::ReferenceLost, None);
                }
            },
            Kept::Secret(text) => text.expose().clone(),
            // An empty secret and one nobody showed look alike; a new row has no other.
            Kept::Hidden if is_new => {
                return self.impossible(item, RestoreReason::SecretNotKept, None)
            }
            Kept::Hidden if self.same_gateway => {
                self.same += 1;
                return;
            }
            Kept::Hidden => return self.impossible(item, RestoreReason::SecretNotKept, None),
        };
        let present = match there {
            Some(Kept::Plain(present)) => Some(present.as_str()),
            Some(Kept::Secret(present)) => Some(present.expose().as_str()),
            Some(Kept::Hidden) | None => None,
        };
        if present.is_some_and(|present| self.session.same_value(&place, &text, present)) {
            self.same += 1;
            return;
        }
        if is_new && text.is_empty() {
            return;
        }
        let plain = Some(text.clone()).filter(|_| !item.secret);
        if how == RestoreHow::SamePlace && matches!(value, Kept::Plain(old) if *old != text) {
            how = RestoreHow::ByRole;
        }
        item.present = present.filter(|_| !item.secret).map(str::to_owned);
        item.value = plain;
        match self.session.check_edit(&place, &text) {
            Ok(mut edit) => {
                if item.secret {
                    edit.new = DraftValue::Secret(Secret::new(text));
                }
                item.how = Some(how);
                self.edits.push(edit);
                self.items.push(item);
            }
            Err(Error::ReadOnly { .. }) => self.impossible(item, RestoreReason::ReadOnly, None),
            Err(error) => {
                self.impossible(item, RestoreReason::ValueNotTaken, Some(error.to_string()))
            }
        }
    }

    /// A value whose references are those of the gateway; none when one leads nowhere.
    fn followed(&self, text: &str, references: Option<&Reference>) -> Option<String> {
        let by_path = matches!(references, Some(Reference::Path { .. }))
            || (references.is_none() && self.from.target(text).is_some());
        if !by_path || text.is_empty() {
            return Some(text.to_owned());
        }
        let items = text.split(',').map(|item| {
            if item.trim().is_empty() {
                return Some(String::new());
            }
            let Some(target) = self.from.target(item) else {
                // No path of either notation: as it stands.
                return Some(item.to_owned());
            };
            let (place, _) = self.place(&target).ok()?;
            let known = edit_path::is_new(&place) || self.session.tree().find(&place).is_some();
            known.then(|| {
                // In the notation the gateway itself writes.
                let cwmp = !item.trim_start().starts_with('/');
                if cwmp {
                    let shown = self.session.naming.shown(&place);
                    if item.ends_with('.') {
                        shown
                    } else {
                        shown.trim_end_matches('.').to_owned()
                    }
                } else {
                    place
                }
            })
        });
        Some(items.collect::<Option<Vec<_>>>()?.join(","))
    }

    fn impossible(
        &mut self,
        mut item: RestoreItemView,
        reason: RestoreReason,
        detail: Option<String>,
    ) {
        let listed = self
            .items
            .iter()
            .filter(|item| item.reason.is_some())
            .count();
        if listed < limits::RESTORE_IMPOSSIBLE {
            item.reason = Some(reason);
            item.detail = detail;
            self.items.push(item);
        }
    }
}
