//! An open gateway: its tree, read and searched.

use std::path::PathBuf;

use dp_credentials::secrets::Secret;
use management::limits;
use management::schema::Language;
use management::view::{NodeDetailsView, NodeView, SearchView, SessionView};
use management::{Error, RememberedRows};

use super::files::{free_file, name_part, write_new};
use super::{told, Answer, App};
use crate::event::AppEvent;

impl App {
    /// Opens a gateway, the trusted way where there is one.
    ///
    /// # Errors
    ///
    /// As [`management::Management::open_view`].
    pub async fn open_gateway(&self, udn: &str) -> Answer<SessionView> {
        let opened = self.management()?.open_view(udn).await.map_err(told);
        // Whether it answered, and with which certificate, shows in the list as well.
        self.push_gateway(udn);
        opened
    }

    /// Version of the firmware a gateway runs now; the last known one where it may not be read.
    ///
    /// # Errors
    ///
    /// As [`management::Management::with_firmware`].
    pub async fn firmware(&self, udn: &str) -> Answer<Option<String>> {
        let gateway = self.management()?.with_firmware(udn).await.map_err(told)?;
        Ok(gateway.software_version)
    }

    /// Closes the connection to a gateway.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub async fn close_gateway(&self, udn: &str) -> Answer<()> {
        self.management()?.close_gateway(udn).await;
        Ok(())
    }

    /// Rows of the direct children of a node.
    ///
    /// # Errors
    ///
    /// As [`management::Session::children`].
    pub async fn children(&self, udn: &str, upnp_path: &str) -> Answer<Vec<NodeView>> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let rows = session.children(upnp_path, &drafts).await.map_err(told)?;
        self.push_session(udn);
        Ok(as_rows(rows))
    }

    /// Rows of a branch as they were at an earlier visit; nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`management::Management::remembered_rows`].
    pub async fn remembered_rows(
        &self,
        udn: &str,
        upnp_path: &str,
    ) -> Answer<Option<RememberedRows>> {
        let management = self.management()?;
        let rows = management.remembered_rows(udn, upnp_path).await;
        Ok(rows.map_err(told)?.map(|rows| RememberedRows {
            nodes: as_rows(rows.nodes),
            ..rows
        }))
    }

    /// Loads everything below a node in parts; it can be followed and stopped.
    ///
    /// # Errors
    ///
    /// As [`management::Session::load_subtree`].
    pub async fn load_subtree(&self, udn: &str, upnp_path: &str) -> Answer<SessionView> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        session
            .load_subtree(upnp_path, |loaded, total| {
                (self.push)(AppEvent::LoadProgress {
                    udn: udn.to_owned(),
                    loaded,
                    total,
                });
            })
            .await
            .map_err(told)?;
        Ok(session.view())
    }

    /// Stops a running load after the request under way.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn cancel_load(&self, udn: &str) -> Answer<()> {
        if let Some(session) = self.management()?.session(udn) {
            session.cancel_load();
        }
        Ok(())
    }

    /// Everything about one node, read once.
    ///
    /// # Errors
    ///
    /// As [`management::Session::details`].
    pub async fn details(
        &self,
        udn: &str,
        upnp_path: &str,
        language: Language,
    ) -> Answer<NodeDetailsView> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let mut details = session
            .details(upnp_path, &drafts, language)
            .await
            .map_err(told)?;
        let value = details.node.value.as_deref().unwrap_or_default();
        if value.chars().nth(limits::DETAIL_CHARACTERS).is_some() {
            details.node.shorten(limits::BEGINNING_CHARACTERS);
        }
        Ok(details)
    }

    /// A free name of a file for a value.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn value_file(&self, udn: &str, upnp_path: &str) -> Answer<PathBuf> {
        let name = upnp_path.rsplit('/').next().map(name_part);
        let parts = [name.unwrap_or_default(), self.name_for_file(udn)?];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Ok(free_file(parts.join("-").trim_matches('-'), "txt"))
    }

    /// Writes the whole of a value, as it was last read, to a new file.
    ///
    /// # Errors
    ///
    /// As [`management::Session::whole_value`], and a file that cannot be written.
    pub async fn save_value(&self, udn: &str, upnp_path: &str, file: PathBuf) -> Answer<()> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        let path = upnp_path.to_owned();
        let written = tokio::task::spawn_blocking(move || {
            let whole = Secret::new(session.whole_value(&path)?);
            write_new(&file, &whole)
        });
        match written.await {
            Ok(written) => written.map_err(told),
            Err(ended) => Err(told(Error::Internal(ended.to_string()))),
        }
    }

    /// Reads values anew.
    ///
    /// # Errors
    ///
    /// As [`management::Session::read_values`].
    pub async fn read(&self, udn: &str, upnp_paths: &[String]) -> Answer<Vec<NodeView>> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let (values, _) = session.read_values(upnp_paths).await.map_err(told)?;
        Ok(as_rows(session.rows_of(&values, &drafts)))
    }

    /// Rows that match a search in the known part of the tree, and in what was known of the rest at
    /// an earlier visit.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being open, and
    /// [`management::Management::search_known`].
    pub async fn search(&self, udn: &str, text: &str, limit: u32) -> Answer<SearchView> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let found = management.search_known(&session, text, hits(limit), &drafts);
        Ok(as_found(found.await.map_err(told)?))
    }

    /// Rows that match a search in the tree as it was at an earlier visit; nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`management::Management::search_remembered`].
    pub async fn search_remembered(
        &self,
        udn: &str,
        text: &str,
        limit: u32,
    ) -> Answer<Option<SearchView>> {
        let found = self
            .management()?
            .search_remembered(udn, text, hits(limit))
            .await;
        Ok(found.map_err(told)?.map(as_found))
    }
}

fn hits(limit: u32) -> usize {
    usize::try_from(limit)
        .unwrap_or(usize::MAX)
        .min(limits::SEARCH_HITS)
}

fn as_found(found: SearchView) -> SearchView {
    SearchView {
        hits: as_rows(found.hits),
        ..found
    }
}

/// Rows as the window is given them: a value of megabytes would be all it does for seconds.
fn as_rows(mut rows: Vec<NodeView>) -> Vec<NodeView> {
    for row in &mut rows {
        row.shorten(limits::ROW_CHARACTERS);
    }
    rows
}
