//! Saved trees: taken, listed, compared, written to files and read from them.
//!
//! A snapshot holds what a gateway showed of its whole tree at one moment. Secrets a gateway
//! shows although it should not are sealed for this installation; what leaves the computer
//! in a file has them only when asked for.

pub mod compare;
pub mod file;
pub mod visit;

use std::collections::HashMap;

use dp_credentials::secrets::Secret;
use upnp::data_model::notation::Notation;

use crate::application::{blocking, Management};
use crate::clock;
use crate::edit_path;
use crate::error::Error;
use crate::limits;
use crate::schema::{self, Access, Facts};
use crate::session::Session;
use crate::store::{NewSnapshot, SavedValue, Sealer, SnapshotHead, SnapshotOrigin};
use crate::tree::ParameterTree;
use crate::view::NodeKind;

use compare::ComparisonView;
use file::{Content, FileFormat, Parameter};

/// How a snapshot came to be: a person asked for it.
pub const SAVED: &str = "saved";
/// How a snapshot came to be: the whole tree was read.
pub const VISIT: &str = "visit";
/// How a snapshot came to be: from a file.
pub const IMPORTED: &str = "imported";

/// Where the objects are that every data model shares.
const COMMON: &str = "/UPnP/DM/";

/// How a value of a saved tree is kept while it is worked with.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    /// As the gateway gave it.
    Plain(String),
    /// A secret nobody knows.
    Hidden,
    /// A secret that is known.
    Secret(Secret<String>),
}

/// A saved tree, or the present one, ready to be compared and restored.
#[derive(Debug, Clone)]
pub(crate) struct SavedTree {
    pub origin: SnapshotOrigin,
    /// By UPnP path.
    pub values: Vec<(String, Kept)>,
}

impl SavedTree {
    /// How its paths are named.
    pub fn notation(&self) -> Option<Notation> {
        let origin = &self.origin;
        let known = !origin.root.is_empty();
        known.then(|| {
            Notation::new(
                &origin.location,
                &origin.root,
                origin.index_base.unwrap_or(0),
            )
        })
    }

    /// Path for people; the UPnP path where the other notation is not known.
    pub fn shown(&self, path: &str) -> String {
        let notation = self.notation().filter(|_| self.origin.index_base.is_some());
        notation
            .and_then(|notation| notation.to_bbf(path))
            .unwrap_or_else(|| path.to_owned())
    }

    /// A name by which the same node of another gateway is found: rows count from 1.
    pub fn name(&self, path: &str) -> String {
        let shown = self.shown(path);
        match self.origin.index_base {
            Some(base) if shown.starts_with('/') => {
                let part = |part: &str| match part.parse::<u64>() {
                    Ok(number) => (number + 1).saturating_sub(base.into()).to_string(),
                    Err(_) => part.to_owned(),
                };
                shown.split('/').map(part).collect::<Vec<_>>().join("/")
            }
            _ => shown,
        }
    }

    /// What the data model says about a path.
    pub fn fact(&self, path: &str) -> Option<schema::Fact> {
        Facts::of_path(&self.notation()?.to_bbf(&edit_path::structure(path))?)
    }

    /// Whether a path is a setting, and no measurement or state of the gateway's own.
    pub fn is_setting(&self, path: &str) -> bool {
        if path.starts_with(COMMON) {
            // Few of the common objects can be written (CMS:2 digest, section 10).
            let kept = ["/ProvisioningCode", "/HostName"]
                .iter()
                .any(|name| path.ends_with(name));
            return kept || path.contains("/IPv4/");
        }
        self.fact(path)
            .is_none_or(|fact| fact.access != Access::ReadOnly)
    }
}

impl Management {
    /// Reads the whole tree and saves it under a name. `progress` hears how many parameters
    /// are loaded and known.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`], [`Error::Store`]; [`Error::Usage`] when reading was stopped.
    pub async fn save_snapshot(
        &self,
        udn: &str,
        name: &str,
        progress: impl FnMut(u32, u32),
    ) -> Result<SnapshotHead, Error> {
        let name = name.trim();
        if name.chars().count() > limits::SNAPSHOT_NAME || name.chars().any(char::is_control) {
            return Err(Error::Usage(format!(
                "a name has at most {} characters, all of them printable",
                limits::SNAPSHOT_NAME
            )));
        }
        let session = self.open_gateway(udn).await?;
        if !session.load_all(progress).await? {
            return Err(Error::Usage(
                "reading was stopped; nothing was saved".to_owned(),
            ));
        }
        self.keep_tree(&session, name, SAVED).await
    }

    /// Saves what was just read of a gateway as a visit, so that the next one can say what
    /// has changed. Does nothing for a tree that was not read as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn remember_visit(&self, udn: &str) -> Result<Option<SnapshotHead>, Error> {
        let session = self.open_gateway(udn).await?;
        if !session.view().complete {
            return Ok(None);
        }
        self.keep_tree(&session, "", VISIT).await.map(Some)
    }

    /// What is different from the last visit: the whole tree is read, compared with what it
    /// was when it was last read as a whole, and saved as the visit to compare the next one
    /// with. `None` on the first visit.
    ///
    /// # Errors
    ///
    /// As [`Management::save_snapshot`].
    pub async fn changed_since_last_visit(
        &self,
        udn: &str,
        progress: impl FnMut(u32, u32),
    ) -> Result<Option<ComparisonView>, Error> {
        let before = self.snapshots(udn).await?;
        let before = before
            .iter()
            .find(|head| head.how != IMPORTED)
            .map(|head| head.id);
        let session = self.open_gateway(udn).await?;
        if !session.load_all(progress).await? {
            return Err(Error::Usage("reading was stopped".to_owned()));
        }
        let head = self.keep_tree(&session, "", VISIT).await?;
        match before {
            Some(before) => self.compare_snapshots(before, head.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The snapshots of a gateway, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn snapshots(&self, udn: &str) -> Result<Vec<SnapshotHead>, Error> {
        let udn = udn.to_owned();
        self.store(move |store| store.snapshots(&udn)).await
    }

    /// Drops a snapshot; whether there was one.
    ///
    /// # Errors
    ///
    /// [`Error::Store`].
    pub async fn drop_snapshot(&self, id: i64) -> Result<bool, Error> {
        self.store(move |store| store.drop_snapshot(id)).await
    }

    /// Two snapshots side by side, of one gateway or of two.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for one that is not there, [`Error::Store`].
    pub async fn compare_snapshots(&self, left: i64, right: i64) -> Result<ComparisonView, Error> {
        let (left, right) = (self.saved_tree(left).await?, self.saved_tree(right).await?);
        blocking(move || compare::compare(&left, &right)).await
    }

    /// A snapshot side by side with what a gateway has now; the whole tree is read.
    ///
    /// # Errors
    ///
    /// As [`Management::compare_snapshots`] and [`Management::save_snapshot`].
    pub async fn compare_with_present(
        &self,
        left: i64,
        udn: &str,
        progress: impl FnMut(u32, u32),
    ) -> Result<ComparisonView, Error> {
        let left = self.saved_tree(left).await?;
        let session = self.open_gateway(udn).await?;
        session.load_all(progress).await?;
        let right = self.present_tree(&session);
        blocking(move || compare::compare(&left, &right)).await
    }

    /// A snapshot as the text of a file. Secrets are left out unless `with_secrets`; gives
    /// how many are in it.
    ///
    /// # Errors
    ///
    /// As [`Management::compare_snapshots`].
    pub async fn export_snapshot(
        &self,
        id: i64,
        format: FileFormat,
        with_secrets: bool,
    ) -> Result<(Secret<String>, u32), Error> {
        let head = self.snapshot_head(id).await?;
        let tree = self.saved_tree(id).await?;
        let mut secrets = 0;
        let parameters = tree.values.iter().map(|(path, value)| {
            let (value, secret) = match value {
                Kept::Plain(text) => (Some(text.clone()), false),
                Kept::Secret(text) if with_secrets => {
                    secrets += 1;
                    (Some(text.expose().clone()), true)
                }
                Kept::Secret(_) | Kept::Hidden => (None, true),
            };
            Parameter {
                path: tree.shown(path),
                upnp_path: path.clone(),
                value,
                secret,
            }
        });
        let content = Content {
            name: head.name,
            time: head.time,
            origin: tree.origin.clone(),
            parameters: parameters.collect(),
        };
        let text = blocking(move || file::write(&content, format)).await?;
        Ok((Secret::new(text), secrets))
    }

    /// Keeps a snapshot from the text of a file among those of a gateway.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a text that is no snapshot, with the line where it goes wrong.
    pub async fn import_snapshot(
        &self,
        udn: &str,
        text: Secret<String>,
    ) -> Result<SnapshotHead, Error> {
        let content = blocking(move || file::read(text.expose()))
            .await?
            .map_err(Error::Usage)?;
        let values = content.parameters.into_iter().map(|parameter| {
            let value = match (parameter.value, parameter.secret) {
                (Some(text), true) => Kept::Secret(Secret::new(text)),
                (Some(text), false) => Kept::Plain(text),
                (None, _) => Kept::Hidden,
            };
            (parameter.upnp_path, value)
        });
        let tree = SavedTree {
            origin: content.origin,
            values: values.collect(),
        };
        self.keep(udn, content.name, content.time, IMPORTED, tree)
            .await
    }

    /// What a snapshot is.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for one that is not there, [`Error::Store`].
    pub async fn snapshot_head(&self, id: i64) -> Result<SnapshotHead, Error> {
        let found = self.store(move |store| store.snapshot(id)).await?;
        found
            .map(|snapshot| snapshot.head)
            .ok_or_else(|| no_snapshot(id))
    }

    /// A snapshot with its secrets, where they can be opened.
    pub(crate) async fn saved_tree(&self, id: i64) -> Result<SavedTree, Error> {
        let sealer = std::sync::Arc::clone(&self.inner.sealer);
        let found = self.store(move |store| store.snapshot(id)).await?;
        let snapshot = found.ok_or_else(|| no_snapshot(id))?;
        blocking(move || {
            let udn = snapshot.head.udn;
            let values = snapshot.values.into_iter().map(|(path, value)| {
                let value = match value {
                    SavedValue::Plain(text) => Kept::Plain(text),
                    SavedValue::Hidden => Kept::Hidden,
                    SavedValue::Sealed(sealed) => sealer
                        .open(&sealed, &bound_to(&udn, &path))
                        .ok()
                        .and_then(|octets| String::from_utf8(octets.expose().clone()).ok())
                        .map_or(Kept::Hidden, |text| Kept::Secret(Secret::new(text))),
                };
                (path, value)
            });
            SavedTree {
                origin: snapshot.head.origin,
                values: values.collect(),
            }
        })
        .await
    }

    /// What was read of a gateway so far, as if it had been saved.
    pub(crate) fn present_tree(&self, session: &Session) -> SavedTree {
        let gateway = self.gateway(&session.udn).ok();
        let naming = &session.naming;
        let origin = SnapshotOrigin {
            udn: session.udn.clone(),
            friendly_name: gateway
                .as_ref()
                .and_then(|gateway| gateway.friendly_name.clone()),
            manufacturer: gateway
                .as_ref()
                .and_then(|gateway| gateway.manufacturer.clone()),
            model_name: gateway
                .as_ref()
                .and_then(|gateway| gateway.model_name.clone()),
            software_version: gateway
                .as_ref()
                .and_then(|gateway| gateway.software_version.clone()),
            location: naming.location().to_owned(),
            root: naming.model_path(naming.location()).unwrap_or_default(),
            index_base: naming.index_base(),
        };
        let values = known_values(&session.tree(), |path| session.is_secret(path));
        SavedTree { origin, values }
    }

    async fn keep_tree(
        &self,
        session: &Session,
        name: &str,
        how: &str,
    ) -> Result<SnapshotHead, Error> {
        let mut tree = self.present_tree(session);
        let version = format!("{}DeviceInfo/SoftwareVersion", tree.origin.location);
        if let Some((_, Kept::Plain(version))) =
            tree.values.iter().find(|(path, _)| *path == version)
        {
            tree.origin.software_version = Some(version.clone());
        }
        self.keep(&session.udn, name.to_owned(), clock::now(), how, tree)
            .await
    }

    async fn keep(
        &self,
        udn: &str,
        name: String,
        time: String,
        how: &str,
        tree: SavedTree,
    ) -> Result<SnapshotHead, Error> {
        // A secret that is the same as last time keeps its sealed form: sealing it anew would
        // make the same tree another one.
        let last = self.snapshots(udn).await?;
        let mut sealed_before = HashMap::new();
        if let Some(last) = last.first() {
            let id = last.id;
            let found = self.store(move |store| store.snapshot(id)).await?;
            for (path, value) in found.into_iter().flat_map(|found| found.values) {
                if let SavedValue::Sealed(sealed) = value {
                    sealed_before.insert(path, sealed);
                }
            }
        }
        let (udn, how) = (udn.to_owned(), how.to_owned());
        let sealer = std::sync::Arc::clone(&self.inner.sealer);
        let new = blocking(move || {
            let mut values = Vec::with_capacity(tree.values.len());
            for (path, value) in tree.values {
                let value = match value {
                    Kept::Plain(text) => SavedValue::Plain(text),
                    Kept::Hidden => SavedValue::Hidden,
                    Kept::Secret(secret) => {
                        let bound = bound_to(&udn, &path);
                        let same = sealed_before.remove(&path).filter(|sealed| {
                            let opened = sealer.open(sealed, &bound);
                            opened.is_ok_and(|opened| opened.is(secret.expose().as_bytes()))
                        });
                        let sealed = match same {
                            Some(sealed) => Ok(sealed),
                            None => sealer.seal(secret.expose().as_bytes(), &bound),
                        };
                        // Without a keyring the rest is still worth keeping.
                        sealed.map_or(SavedValue::Hidden, SavedValue::Sealed)
                    }
                };
                values.push((path, value));
            }
            NewSnapshot {
                udn,
                time,
                name,
                how,
                origin: tree.origin,
                values,
            }
        })
        .await?;
        self.store(move |store| store.save_snapshot(&new)).await
    }
}

/// Known values of a tree; what a gateway hides or leaves empty where a secret is, is hidden.
fn known_values(tree: &ParameterTree, is_secret: impl Fn(&str) -> bool) -> Vec<(String, Kept)> {
    let parameters = tree
        .walk(tree.root().id())
        .filter(|node| node.kind() == NodeKind::Parameter);
    parameters
        .filter_map(|node| {
            let value = node.value()?;
            let path = node.path();
            let kept = match (is_secret(&path), value) {
                (false, value) => Kept::Plain(value.to_owned()),
                (true, "") => Kept::Hidden,
                (true, value) => Kept::Secret(Secret::new(value.to_owned())),
            };
            Some((path, kept))
        })
        .collect()
}

fn no_snapshot(id: i64) -> Error {
    Error::Usage(format!("there is no snapshot {id}"))
}

/// A sealed value moved to another place does not open.
fn bound_to(udn: &str, path: &str) -> Vec<u8> {
    format!("snapshot\0{}\0{path}", udn.to_ascii_lowercase()).into_bytes()
}
