//! Saved trees.

use std::path::{Path, PathBuf};

use dp_credentials::secrets::Secret;
use management::limits;
use management::profiles::{self, ProfileReportView};
use management::restore::RestoreView;
use management::schema::Language;
use management::snapshots::compare::ComparisonView;
use management::snapshots::file::FileFormat;
use management::snapshots::visit::VisitView;
use management::store::SnapshotHead;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::files::{free_file, name_part, read_text, write_new};
use super::{told, Answer, App};
use crate::event::AppEvent;

/// A snapshot in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportedSnapshot {
    /// The file.
    pub file: PathBuf,
    /// How many secrets are in it, in clear.
    pub secrets: u32,
}

impl App {
    /// The snapshots of a gateway, newest first.
    ///
    /// # Errors
    ///
    /// As [`management::Management::snapshots`].
    pub async fn snapshots(&self, udn: &str) -> Answer<Vec<SnapshotHead>> {
        self.management()?.snapshots(udn).await.map_err(told)
    }

    /// Reads the whole tree and saves it.
    ///
    /// # Errors
    ///
    /// As [`management::Management::save_snapshot`].
    pub async fn save_snapshot(&self, udn: &str, name: &str) -> Answer<SnapshotHead> {
        let management = self.management()?;
        let saved = management.save_snapshot(udn, name, self.loading(udn)).await;
        self.push_session(udn);
        saved.map_err(told)
    }

    /// Drops a snapshot; whether there was one.
    ///
    /// # Errors
    ///
    /// As [`management::Management::drop_snapshot`].
    pub async fn drop_snapshot(&self, id: i64) -> Answer<bool> {
        self.management()?.drop_snapshot(id).await.map_err(told)
    }

    /// Remembers the tree, which was read as a whole, and says what changed since last time.
    ///
    /// # Errors
    ///
    /// As [`management::Management::visit`].
    pub async fn visit(&self, udn: &str) -> Answer<Option<VisitView>> {
        let mut visit = self.management()?.visit(udn).await.map_err(told)?;
        if let Some(visit) = &mut visit {
            visit.comparison.shorten(limits::ROW_CHARACTERS);
        }
        Ok(visit)
    }

    /// A snapshot beside another, or beside what a gateway has now.
    ///
    /// # Errors
    ///
    /// As [`management::Management::compare_snapshots`].
    pub async fn compare(
        &self,
        udn: &str,
        left: i64,
        right: Option<i64>,
    ) -> Answer<ComparisonView> {
        let management = self.management()?;
        let compared = match right {
            Some(right) => management.compare_snapshots(left, right).await,
            None => {
                let told = self.loading(udn);
                management.compare_with_present(left, udn, told).await
            }
        };
        let mut compared = compared.map_err(told)?;
        compared.shorten(limits::ROW_CHARACTERS);
        Ok(compared)
    }

    /// A free name of a file for a snapshot.
    ///
    /// # Errors
    ///
    /// As [`management::Management::snapshot_head`].
    pub async fn snapshot_file(&self, id: i64, format: FileFormat) -> Answer<PathBuf> {
        let head = self.management()?.snapshot_head(id).await.map_err(told)?;
        let extension = match format {
            FileFormat::Json => "json",
            FileFormat::Csv => "csv",
        };
        let whose = head.origin.friendly_name.or(head.origin.model_name);
        let day = head.time.get(..10).unwrap_or_default();
        let parts = [
            name_part(&whose.unwrap_or_default()),
            name_part(&head.name),
            day.to_owned(),
        ];
        let stem: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Ok(free_file(&stem.join("-"), extension))
    }

    /// Writes a snapshot to a new file.
    ///
    /// # Errors
    ///
    /// As [`management::Management::export_snapshot`], and a file that cannot be written.
    pub async fn export_snapshot(
        &self,
        id: i64,
        format: FileFormat,
        with_secrets: bool,
        file: &Path,
    ) -> Answer<ExportedSnapshot> {
        let management = self.management()?;
        let exported = management.export_snapshot(id, format, with_secrets).await;
        let (text, secrets) = exported.map_err(told)?;
        write_new(file, &text).map_err(told)?;
        Ok(ExportedSnapshot {
            file: file.to_owned(),
            secrets,
        })
    }

    /// Keeps the snapshot of a file among those of a gateway.
    ///
    /// # Errors
    ///
    /// As [`management::Management::import_snapshot`], and a file that cannot be read.
    pub async fn import_snapshot(&self, udn: &str, file: &Path) -> Answer<SnapshotHead> {
        let text = read_text(file).map_err(told)?;
        self.import_snapshot_text(udn, text).await
    }

    /// The same for a file whose text is here already, as one that was dropped on the window.
    ///
    /// # Errors
    ///
    /// As [`management::Management::import_snapshot`].
    pub async fn import_snapshot_text(
        &self,
        udn: &str,
        text: Secret<String>,
    ) -> Answer<SnapshotHead> {
        let management = self.management()?;
        management.import_snapshot(udn, text).await.map_err(told)
    }

    /// Puts a snapshot into the draft of a gateway; nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`management::Management::restore`].
    pub async fn restore(&self, udn: &str, id: i64) -> Answer<RestoreView> {
        let management = self.management()?;
        let restored = management.restore(udn, id, self.loading(udn)).await;
        let restored = restored.map_err(told)?;
        self.pushed_draft(management.draft(udn).await.map_err(told)?);
        Ok(restored)
    }

    /// Which profiles of its data model a gateway fulfils.
    ///
    /// # Errors
    ///
    /// As [`management::Session::profile_report`].
    pub async fn profile_report(&self, udn: &str) -> Answer<ProfileReportView> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        session.profile_report().await.map_err(told)
    }

    /// Writes the profile report as a page to a new file where people keep files.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn save_profile_report(
        &self,
        report: &ProfileReportView,
        language: Language,
    ) -> Answer<PathBuf> {
        self.management()?;
        let stem = format!("{}-profiles", name_part(&report.gateway));
        let file = free_file(stem.trim_start_matches('-'), "html");
        write_new(&file, &Secret::new(profiles::html(report, language))).map_err(told)?;
        Ok(file)
    }

    /// Tells the window how far a reading of the whole tree is.
    fn loading<'a>(&'a self, udn: &'a str) -> impl FnMut(u32, u32) + Send + 'a {
        move |loaded, total| {
            (self.push)(AppEvent::LoadProgress {
                udn: udn.to_owned(),
                loaded,
                total,
            });
        }
    }
}
