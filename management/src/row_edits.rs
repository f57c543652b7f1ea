//! Rows in a draft: new ones, and ones to be deleted.

use upnp::data_model::path::{InstancePath, MultiInstancePath};

use crate::application::Management;
use crate::apply::Present;
use crate::draft::Edit;
use crate::edit_path::{self, EditKind};
use crate::error::Error;
use crate::schema::{self, Instances};
use crate::session::Session;
use crate::store::DraftValue;
use crate::tree::Access;
use crate::view::DraftView;

impl Management {
    /// Puts a new row of a table into the draft, with values of its parameters by name
    /// (`ExternalPort`, or `IPv4Address/IPAddress` within an object of the row). Nothing is
    /// sent. Gives the draft and the path of the new row.
    ///
    /// # Errors
    ///
    /// As [`Management::prepare_row`]; [`Error::Usage`] for a draft that is too long.
    pub async fn stage_row(
        &self,
        udn: &str,
        table: &str,
        values: &[(String, String)],
    ) -> Result<(DraftView, String), Error> {
        let session = self.open_gateway(udn).await?;
        let edits = self.prepare_row(&session, table, values).await?;
        let row = edits
            .first()
            .map(|edit| edit.upnp_path.clone())
            .unwrap_or_default();
        self.keep_staged(udn, edits).await?;
        Ok((self.draft(udn).await?, row))
    }

    /// Puts the deletion of a row into the draft. Edits within the row leave it: they have
    /// nothing to change any more. A row that exists only in the draft just goes.
    ///
    /// # Errors
    ///
    /// As [`Management::prepare_deletion`].
    pub async fn stage_deletion(&self, udn: &str, row: &str) -> Result<DraftView, Error> {
        let session = self.open_gateway(udn).await?;
        let path = row_path(&session, row)?;
        if edit_path::is_new(&path) {
            self.drop_within(udn, &path).await?;
            return self.draft(udn).await;
        }
        let edit = self.prepare_deletion(&session, &path).await?;
        self.drop_within(udn, &path).await?;
        self.keep_staged(udn, vec![edit]).await?;
        self.draft(udn).await
    }

    /// Checks a new row and its values: whether the table takes rows, and each value against
    /// the data model. Only reading happens. The first edit is the row itself.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for what is no table, [`Error::ReadOnly`] for a table that takes no
    /// rows, and as [`Session::check_edit`] for the values.
    pub async fn prepare_row(
        &self,
        session: &Session,
        table: &str,
        values: &[(String, String)],
    ) -> Result<Vec<Edit>, Error> {
        let path = session.upnp_path(table)?;
        let path = format!("{}/", path.trim_end_matches('/'));
        let shown = session.naming.shown(&path);
        MultiInstancePath::parse(&path.replace('+', "")).map_err(|_| {
            Error::Usage(format!(
                "{shown} is no table; name the table the row is for"
            ))
        })?;
        session.require_rows(&path).await?;
        let taken = self.draft_paths(&session.udn).await?;
        let number = edit_path::next_number(taken.iter().map(String::as_str));
        let row = format!("{path}+{number}/");
        let mut edits = vec![Edit {
            upnp_path: row.clone(),
            old: None,
            new: DraftValue::Plain(String::new()),
        }];
        for (name, value) in values {
            let name = name.trim().replace('.', "/");
            let member = format!("{row}{name}");
            if edits.iter().any(|edit| edit.upnp_path == member) {
                return Err(Error::Usage(format!("{name} is given twice")));
            }
            if name.is_empty() || name.starts_with('/') || name.ends_with('/') {
                return Err(Error::Usage(format!(
                    "{name} is no parameter of a row of {shown}"
                )));
            }
            let known = session.fact_of(&row).is_some();
            if known && session.fact_of(&member).is_none() && !name.contains("X_") {
                return Err(Error::NoSuchPath {
                    gateway: session.name.clone(),
                    path: session.naming.shown(&member),
                });
            }
            edits.push(session.check_edit(&member, value)?);
        }
        session.require_rules(&edits).await?;
        Ok(edits)
    }

    /// Checks the deletion of a row: that it is a row, is there, and may be deleted. Only
    /// reading happens.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for anything but a row: a gateway deletes every row of a table when
    /// it is given the table (CMS:2 digest, section 9). [`Error::NoSuchPath`] for a row that
    /// is not there, [`Error::ReadOnly`] for one that cannot be deleted.
    pub async fn prepare_deletion(&self, session: &Session, row: &str) -> Result<Edit, Error> {
        let path = row_path(session, row)?;
        session.require_rows(edit_path::table_of(&path)).await?;
        let present = session
            .present(std::slice::from_ref(&path), crate::error::Step::Read)
            .await?;
        if present.has_row(&path) == Some(false) {
            return Err(session.no_such_path(&path));
        }
        Ok(Edit {
            upnp_path: path,
            old: None,
            new: DraftValue::Plain(String::new()),
        })
    }
}

/// Path of a row as a person wrote it.
fn row_path(session: &Session, written: &str) -> Result<String, Error> {
    let path = session.upnp_path(written)?;
    let path = format!("{}/", path.trim_end_matches('/'));
    let is_row = EditKind::of(&path) == EditKind::Create || InstancePath::parse(&path).is_ok();
    if is_row {
        return Ok(path);
    }
    Err(Error::Usage(format!(
        "{} is no row; name one row, for example {}1.",
        session.naming.shown(&path),
        session.naming.shown(&path)
    )))
}

impl Session {
    /// Refuses a table in which rows can be neither made nor deleted: by the gateway's word
    /// where it gives it, else by the data model.
    async fn require_rows(&self, table: &str) -> Result<(), Error> {
        let said = if edit_path::is_new(table) {
            Access::Unknown
        } else {
            self.read_access(&[table.to_owned()]).await?;
            let tree = self.tree();
            tree.find(table)
                .map_or(Access::Unknown, |node| node.access())
        };
        // A table is found with and without its row.
        let fact = self.fact_of(table);
        let by_model = fact.as_ref().is_some_and(|fact| {
            let object = fact.object();
            object.is_some_and(|object| object.fixed || object.instances == Instances::Object)
                || fact.access == schema::Access::ReadOnly
        });
        match said {
            Access::ReadWrite => Ok(()),
            Access::Unknown if !by_model => Ok(()),
            _ => Err(Error::ReadOnly {
                path: self.naming.shown(table),
            }),
        }
    }

    /// Why an edit cannot be sent any more, as things stand on the gateway.
    pub(crate) fn row_problem(&self, path: &str, present: &Present) -> Option<String> {
        let gone = EditKind::of(path) == EditKind::Delete && present.has_row(path) == Some(false);
        gone.then(|| "the row is not there any more".to_owned())
    }
}
