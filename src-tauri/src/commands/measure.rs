//! Numbers for pictures.

use management::measure::{ChannelsView, LineTonesView};
use management::view::Failure;
use tauri::State;

use crate::app::App;

/// What the DSL lines measured for each group of tones; no test is started.
#[tauri::command]
#[specta::specta]
pub async fn line_tones(app: State<'_, App>, udn: String) -> Result<LineTonesView, Failure> {
    app.line_tones(&udn).await
}

/// How crowded the Wi-Fi channels are, by the latest look around.
#[tauri::command]
#[specta::specta]
pub async fn wifi_channels(app: State<'_, App>, udn: String) -> Result<ChannelsView, Failure> {
    app.wifi_channels(&udn).await
}

/// Tells rates of traffic as events. Answers when it ends.
#[tauri::command]
#[specta::specta]
pub async fn watch_traffic(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.watch_traffic(&udn).await
}

/// Tells no more rates.
#[tauri::command]
#[specta::specta]
pub async fn unwatch_traffic(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.unwatch_traffic(&udn)
}
