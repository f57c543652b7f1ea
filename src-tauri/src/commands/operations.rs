//! What a gateway can do besides keeping settings: tell how it is, test, keep logs.

use std::path::PathBuf;

use management::diagnostics::{TestKind, TestRequest, TestView, TestsView};
use management::ladder::LadderView;
use management::logs::{LogLevel, LogText, LogView};
use management::snapshots::file::FileFormat;
use management::view::Failure;
use tauri::State;

use crate::app::App;
use crate::status::StatusPage;

/// Everything support asks first, also as text for a ticket.
#[tauri::command]
#[specta::specta]
pub async fn status(app: State<'_, App>, udn: String) -> Result<StatusPage, Failure> {
    app.status(&udn).await
}

/// What stands on what, and the lowest that is broken.
#[tauri::command]
#[specta::specta]
pub async fn ladder(app: State<'_, App>, udn: String) -> Result<LadderView, Failure> {
    app.ladder(&udn).await
}

/// What the gateway can test, and what was tested before; nothing is started.
#[tauri::command]
#[specta::specta]
pub async fn tests(app: State<'_, App>, udn: String) -> Result<TestsView, Failure> {
    app.tests(&udn).await
}

/// Runs a test; how far it is arrives as events, the answer is the end of it.
#[tauri::command]
#[specta::specta]
pub async fn run_test(
    app: State<'_, App>,
    udn: String,
    kind: TestKind,
    request: TestRequest,
) -> Result<TestView, Failure> {
    app.run_test(&udn, kind, &request).await
}

/// Stops the test that was started from here.
#[tauri::command]
#[specta::specta]
pub async fn stop_running_test(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.stop_running_test(&udn);
    Ok(())
}

/// The result the gateway keeps of a test, whoever started it.
#[tauri::command]
#[specta::specta]
pub async fn test_result(
    app: State<'_, App>,
    udn: String,
    test_id: u32,
) -> Result<TestView, Failure> {
    app.test_result(&udn, test_id).await
}

/// Stops a test the gateway remembers, whoever started it.
#[tauri::command]
#[specta::specta]
pub async fn stop_test(app: State<'_, App>, udn: String, test_id: u32) -> Result<(), Failure> {
    app.stop_test(&udn, test_id).await
}

/// A free name of a file for tests.
#[tauri::command]
#[specta::specta]
pub async fn test_file(
    app: State<'_, App>,
    udn: String,
    format: FileFormat,
) -> Result<PathBuf, Failure> {
    app.test_file(&udn, format)
}

/// Writes tests to a new file.
#[tauri::command]
#[specta::specta]
pub async fn export_tests(
    app: State<'_, App>,
    tests: Vec<TestView>,
    format: FileFormat,
    file: PathBuf,
) -> Result<(), Failure> {
    app.export_tests(&tests, format, &file)
}

/// The logs a gateway keeps.
#[tauri::command]
#[specta::specta]
pub async fn logs(app: State<'_, App>, udn: String) -> Result<Vec<LogView>, Failure> {
    app.logs(&udn).await
}

/// Reads a log, at most `octets` of it; another host than the gateway only when wanted.
#[tauri::command]
#[specta::specta]
pub async fn log_text(
    app: State<'_, App>,
    udn: String,
    uri: String,
    octets: u32,
    elsewhere: bool,
) -> Result<LogText, Failure> {
    app.log_text(&udn, &uri, octets, elsewhere).await
}

/// Lets the gateway keep records of this level and more severe ones.
#[tauri::command]
#[specta::specta]
pub async fn keep_log_level(
    app: State<'_, App>,
    udn: String,
    uri: String,
    level: LogLevel,
) -> Result<LogView, Failure> {
    app.keep_log_level(&udn, &uri, level).await
}

/// A free name of a file for a log.
#[tauri::command]
#[specta::specta]
pub async fn log_file(app: State<'_, App>, udn: String) -> Result<PathBuf, Failure> {
    app.log_file(&udn)
}

/// Writes the lines of a log that are shown to a new file.
#[tauri::command]
#[specta::specta]
pub async fn save_log(
    app: State<'_, App>,
    lines: Vec<String>,
    file: PathBuf,
) -> Result<(), Failure> {
    app.save_log(&lines, &file)
}
