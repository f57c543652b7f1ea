//! Restarting a gateway, and setting it back to how it was delivered.

use management::store::SnapshotHead;
use management::view::{Failure, RebootView, ResetPlanView, ResetView};
use tauri::State;

use crate::app::App;

/// Restarts a gateway; phases arrive as events, the answer is the end of it.
#[tauri::command]
#[specta::specta]
pub async fn reboot(app: State<'_, App>, udn: String) -> Result<RebootView, Failure> {
    app.reboot(&udn).await
}

/// Seconds a restart usually takes with this model; nothing when none was seen.
#[tauri::command]
#[specta::specta]
pub async fn usual_restart(app: State<'_, App>, udn: String) -> Result<Option<f64>, Failure> {
    app.usual_restart(&udn).await
}

/// What a reset would lose, and what has to be typed. Nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn reset_plan(app: State<'_, App>, udn: String) -> Result<ResetPlanView, Failure> {
    app.reset_plan(&udn).await
}

/// Sets a gateway back to how it was delivered; phases arrive as events of a restart.
#[tauri::command]
#[specta::specta]
pub async fn reset(
    app: State<'_, App>,
    udn: String,
    confirmation: String,
    snapshot: Option<SnapshotHead>,
) -> Result<ResetView, Failure> {
    app.reset(&udn, confirmation, snapshot).await
}
