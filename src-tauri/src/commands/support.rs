//! What was said with gateways, and the report of a visit.

use std::path::PathBuf;

use management::conversation::ConversationView;
use management::report::{SealView, SiteReport};
use management::schema::Language;
use management::view::Failure;
use tauri::State;

use crate::app::App;

/// What was said with gateways in this run, from a number on; secrets are blacked out.
#[tauri::command]
#[specta::specta]
pub async fn conversation(app: State<'_, App>, from: u32) -> Result<ConversationView, Failure> {
    app.conversation(from)
}

/// Forgets what was said until now.
#[tauri::command]
#[specta::specta]
pub async fn forget_conversation(app: State<'_, App>) -> Result<(), Failure> {
    app.forget_conversation()
}

/// What there is to report of a gateway since a moment; the last hours when left out.
#[tauri::command]
#[specta::specta]
pub async fn site_report(
    app: State<'_, App>,
    udn: String,
    since: Option<String>,
    notes: Vec<String>,
) -> Result<SiteReport, Failure> {
    app.site_report(&udn, since.as_deref(), notes).await
}

/// A free name of a file for a report.
#[tauri::command]
#[specta::specta]
pub async fn report_file(app: State<'_, App>, name: String) -> Result<PathBuf, Failure> {
    Ok(app.report_file(&name))
}

/// Seals a report as it was shown and writes it to a new file.
#[tauri::command]
#[specta::specta]
pub async fn save_report(
    app: State<'_, App>,
    report: SiteReport,
    language: Language,
    file: PathBuf,
) -> Result<PathBuf, Failure> {
    app.save_report(&report, language, &file).await
}

/// Shows a saved report in the browser of the system.
#[tauri::command]
#[specta::specta]
pub async fn show_report(app: State<'_, App>, file: PathBuf) -> Result<(), Failure> {
    app.show_report(&file)
}

/// Whether a report is as it was sealed, and by whom.
#[tauri::command]
#[specta::specta]
pub async fn verify_report(app: State<'_, App>, document: String) -> Result<SealView, Failure> {
    app.verify_report(&document).await
}
