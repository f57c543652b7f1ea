//! Finding gateways and opening them.

use management::doctor::DoctorView;
use management::view::{DiscoveryView, Failure, GatewayView, SessionView};
use tauri::State;

use crate::app::{AboutView, App};
use crate::card::CardView;

/// The program itself.
#[tauri::command]
#[specta::specta]
pub async fn about(app: State<'_, App>) -> Result<AboutView, Failure> {
    Ok(app.about())
}

/// Searches all adapters; gateways arrive as events, the answer is the end of it.
#[tauri::command]
#[specta::specta]
pub async fn discover(app: State<'_, App>) -> Result<DiscoveryView, Failure> {
    app.discover().await
}

/// Finds out, in about four seconds, why a search shows nothing.
#[tauri::command]
#[specta::specta]
pub async fn why_nothing(app: State<'_, App>) -> Result<DoctorView, Failure> {
    app.why_nothing().await
}

/// Asks one address or description URL.
#[tauri::command]
#[specta::specta]
pub async fn add_by_address(app: State<'_, App>, address: String) -> Result<GatewayView, Failure> {
    app.add_by_address(&address).await
}

/// What a gateway tells about itself to the roles held; nothing is changed.
#[tauri::command]
#[specta::specta]
pub async fn show(app: State<'_, App>, udn: String) -> Result<CardView, Failure> {
    app.show(&udn).await
}

/// Opens a gateway.
#[tauri::command]
#[specta::specta]
pub async fn open(app: State<'_, App>, udn: String) -> Result<SessionView, Failure> {
    app.open_gateway(&udn).await
}

/// Version of the firmware a gateway runs now, as far as it may be read.
#[tauri::command]
#[specta::specta]
pub async fn firmware(app: State<'_, App>, udn: String) -> Result<Option<String>, Failure> {
    app.firmware(&udn).await
}

/// Closes a gateway; its draft stays.
#[tauri::command]
#[specta::specta]
pub async fn close(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.close_gateway(&udn).await
}
