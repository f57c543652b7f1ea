//! Values that are followed while somebody looks at them.

use management::view::Failure;
use tauri::State;

use crate::app::App;

/// Follows values; what changes arrives as events. They are read every so many seconds where the
/// gateway does not tell. Answers when it ends.
#[tauri::command]
#[specta::specta]
pub async fn watch(
    app: State<'_, App>,
    udn: String,
    paths: Vec<String>,
    every_s: u32,
) -> Result<(), Failure> {
    app.watch(&udn, &paths, every_s).await
}

/// Follows the values of a gateway no longer.
#[tauri::command]
#[specta::specta]
pub async fn unwatch(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.unwatch(&udn)
}
