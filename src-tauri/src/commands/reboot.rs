//! Restarting a gateway.

use management::view::{Failure, RebootView};
use tauri::State;

use crate::app::App;

/// Restarts a gateway; phases arrive as events, the answer is the end of it.
#[tauri::command]
#[specta::specta]
pub async fn reboot(app: State<'_, App>, udn: String) -> Result<RebootView, Failure> {
    app.reboot(&udn).await
}
