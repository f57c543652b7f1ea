//! Software of a gateway beside its firmware.

use management::software::{SoftwareChange, SoftwareChangeView, SoftwareListView};
use management::view::Failure;
use tauri::State;

use crate::app::App;

/// What is installed; nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn software(app: State<'_, App>, udn: String) -> Result<SoftwareListView, Failure> {
    app.software(&udn).await
}

/// Changes software; how far it is arrives as events, the answer is the end of it.
#[tauri::command]
#[specta::specta]
pub async fn change_software(
    app: State<'_, App>,
    udn: String,
    change: SoftwareChange,
) -> Result<SoftwareChangeView, Failure> {
    app.change_software(&udn, &change).await
}
