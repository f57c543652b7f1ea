//! Pairing, logging in, forgetting. A PIN or password crosses once, inward.

use dp_credentials::secrets::Secret;
use management::view::{Failure, FirstContactView, PairingView, RolesView};
use tauri::State;

use crate::app::App;

/// Who is there, before a PIN is typed.
#[tauri::command]
#[specta::specta]
pub async fn first_contact(app: State<'_, App>, udn: String) -> Result<FirstContactView, Failure> {
    app.first_contact(&udn).await
}

/// Introduction by PIN, or by push button when there is none; steps arrive as events. TLS
/// that protects little has to be allowed by the person.
#[tauri::command]
#[specta::specta]
pub async fn pair(
    app: State<'_, App>,
    udn: String,
    pin: Option<String>,
    allow_weak_tls: bool,
) -> Result<PairingView, Failure> {
    app.pair(&udn, pin.map(Secret::new), allow_weak_tls).await
}

/// The button of the gateway was pressed.
#[tauri::command]
#[specta::specta]
pub async fn button_pressed(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.button_pressed(&udn);
    Ok(())
}

/// Stops an introduction under way.
#[tauri::command]
#[specta::specta]
pub async fn cancel_pairing(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.cancel_pairing(&udn);
    Ok(())
}

/// Logs a user in.
#[tauri::command]
#[specta::specta]
pub async fn login(
    app: State<'_, App>,
    udn: String,
    name: String,
    password: String,
) -> Result<RolesView, Failure> {
    app.login(&udn, &name, Secret::new(password)).await
}

/// Logs the user out.
#[tauri::command]
#[specta::specta]
pub async fn logout(app: State<'_, App>, udn: String) -> Result<RolesView, Failure> {
    app.logout(&udn).await
}

/// Drops trust and secrets for a gateway.
#[tauri::command]
#[specta::specta]
pub async fn forget(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.forget(&udn).await
}
