//! Saved trees, and the profile report.

use std::path::PathBuf;

use dp_credentials::secrets::Secret;
use management::profiles::ProfileReportView;
use management::restore::RestoreView;
use management::schema::Language;
use management::snapshots::compare::ComparisonView;
use management::snapshots::file::FileFormat;
use management::snapshots::visit::VisitView;
use management::store::SnapshotHead;
use management::view::Failure;
use tauri::State;

use crate::app::{App, ExportedSnapshot};

/// The snapshots of a gateway, newest first.
#[tauri::command]
#[specta::specta]
pub async fn snapshots(app: State<'_, App>, udn: String) -> Result<Vec<SnapshotHead>, Failure> {
    app.snapshots(&udn).await
}

/// Reads the whole tree and saves it; progress arrives as events.
#[tauri::command]
#[specta::specta]
pub async fn save_snapshot(
    app: State<'_, App>,
    udn: String,
    name: String,
) -> Result<SnapshotHead, Failure> {
    app.save_snapshot(&udn, &name).await
}

/// Drops a snapshot; whether there was one.
#[tauri::command]
#[specta::specta]
pub async fn drop_snapshot(app: State<'_, App>, id: i64) -> Result<bool, Failure> {
    app.drop_snapshot(id).await
}

/// Remembers the tree that was read, and says what changed since it was last remembered.
#[tauri::command]
#[specta::specta]
pub async fn visit(app: State<'_, App>, udn: String) -> Result<Option<VisitView>, Failure> {
    app.visit(&udn).await
}

/// A snapshot beside another, or beside what the gateway has now.
#[tauri::command]
#[specta::specta]
pub async fn compare(
    app: State<'_, App>,
    udn: String,
    left: i64,
    right: Option<i64>,
) -> Result<ComparisonView, Failure> {
    app.compare(&udn, left, right).await
}

/// A free name of a file for a snapshot.
#[tauri::command]
#[specta::specta]
pub async fn snapshot_file(
    app: State<'_, App>,
    id: i64,
    format: FileFormat,
) -> Result<PathBuf, Failure> {
    app.snapshot_file(id, format).await
}

/// Writes a snapshot to a new file.
#[tauri::command]
#[specta::specta]
pub async fn export_snapshot(
    app: State<'_, App>,
    id: i64,
    format: FileFormat,
    with_secrets: bool,
    file: PathBuf,
) -> Result<ExportedSnapshot, Failure> {
    app.export_snapshot(id, format, with_secrets, &file).await
}

/// Keeps the snapshot of a file among those of a gateway.
#[tauri::command]
#[specta::specta]
pub async fn import_snapshot(
    app: State<'_, App>,
    udn: String,
    file: PathBuf,
) -> Result<SnapshotHead, Failure> {
    app.import_snapshot(&udn, &file).await
}

/// The same for the text of a file that was dropped on the window.
#[tauri::command]
#[specta::specta]
pub async fn import_snapshot_text(
    app: State<'_, App>,
    udn: String,
    text: String,
) -> Result<SnapshotHead, Failure> {
    app.import_snapshot_text(&udn, Secret::new(text)).await
}

/// Puts a snapshot into the draft of a gateway; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn restore(app: State<'_, App>, udn: String, id: i64) -> Result<RestoreView, Failure> {
    app.restore(&udn, id).await
}

/// Which profiles of its data model a gateway fulfils.
#[tauri::command]
#[specta::specta]
pub async fn profile_report(
    app: State<'_, App>,
    udn: String,
) -> Result<ProfileReportView, Failure> {
    app.profile_report(&udn).await
}

/// Writes a profile report as a page to a new file.
#[tauri::command]
#[specta::specta]
pub async fn save_profile_report(
    app: State<'_, App>,
    report: ProfileReportView,
    language: Language,
) -> Result<PathBuf, Failure> {
    app.save_profile_report(&report, language)
}
