//! What a draft does to the way to a gateway, what was done before, rows and attributes.

use management::forecast::ForecastView;
use management::grid::GridView;
use management::view::{DraftView, Failure, GatewayView};
use management::{AttributesView, HistoryView};
use tauri::State;

use crate::app::{App, NamedValue, NewRowView, WayBackView};

/// What the draft does to the way to the gateway; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn forecast(app: State<'_, App>, udn: String) -> Result<ForecastView, Failure> {
    app.forecast(&udn).await
}

/// Looks for a gateway after a change that moved it or cut this computer off.
#[tauri::command]
#[specta::specta]
pub async fn hunt(
    app: State<'_, App>,
    udn: String,
    found_at: Option<String>,
) -> Result<Option<GatewayView>, Failure> {
    app.hunt(&udn, found_at.as_deref()).await
}

/// What was done to a gateway, newest first.
#[tauri::command]
#[specta::specta]
pub async fn history(app: State<'_, App>, udn: String) -> Result<Vec<HistoryView>, Failure> {
    app.history(&udn).await
}

/// Puts the way back of an entry into the draft; of the last one without a number.
#[tauri::command]
#[specta::specta]
pub async fn take_back(
    app: State<'_, App>,
    udn: String,
    entry: Option<u32>,
) -> Result<WayBackView, Failure> {
    app.take_back(&udn, entry).await
}

/// A table with all its rows, read now.
#[tauri::command]
#[specta::specta]
pub async fn grid(app: State<'_, App>, udn: String, table: String) -> Result<GridView, Failure> {
    app.grid(&udn, &table).await
}

/// Puts a new row into the draft; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn add_row(
    app: State<'_, App>,
    udn: String,
    table: String,
    values: Vec<NamedValue>,
) -> Result<NewRowView, Failure> {
    app.add_row(&udn, &table, values).await
}

/// Puts the deletion of a row into the draft; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn delete_row(
    app: State<'_, App>,
    udn: String,
    row: String,
) -> Result<DraftView, Failure> {
    app.delete_row(&udn, &row).await
}

/// UPnP path of a path in either notation.
#[tauri::command]
#[specta::specta]
pub async fn locate(app: State<'_, App>, udn: String, path: String) -> Result<String, Failure> {
    app.locate(&udn, &path).await
}

/// Attributes of nodes.
#[tauri::command]
#[specta::specta]
pub async fn attributes(
    app: State<'_, App>,
    udn: String,
    paths: Vec<String>,
) -> Result<AttributesView, Failure> {
    app.attributes(&udn, &paths).await
}

/// Switches events or alarms of nodes; `null` leaves an attribute as it is.
#[tauri::command]
#[specta::specta]
pub async fn set_attributes(
    app: State<'_, App>,
    udn: String,
    paths: Vec<String>,
    events: Option<bool>,
    alarms: Option<bool>,
) -> Result<AttributesView, Failure> {
    app.set_attributes(&udn, &paths, events, alarms).await
}

/// Switches the telling of alarms for the whole gateway.
#[tauri::command]
#[specta::specta]
pub async fn set_alarms(app: State<'_, App>, udn: String, enabled: bool) -> Result<bool, Failure> {
    app.set_alarms(&udn, enabled).await
}
