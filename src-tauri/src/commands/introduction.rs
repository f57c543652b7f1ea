//! Pairing, logging in, forgetting. A PIN or password crosses once, inward.

use dp_credentials::secrets::Secret;
use management::view::{Failure, FirstContactView, PairingView, RolesView, TrustView};
use tauri::State;

use crate::app::App;
use crate::wish::PairWish;

/// Who is there, before a PIN is typed.
#[tauri::command]
#[specta::specta]
pub async fn first_contact(app: State<'_, App>, udn: String) -> Result<FirstContactView, Failure> {
    app.first_contact(&udn).await
}

/// Introduction, the way the person wishes; steps arrive as events.
#[tauri::command]
#[specta::specta]
pub async fn pair(
    app: State<'_, App>,
    udn: String,
    wish: PairWish,
) -> Result<PairingView, Failure> {
    app.pair(&udn, wish).await
}

/// The PIN a gateway shows, for an introduction that waits for it.
#[tauri::command]
#[specta::specta]
pub async fn enter_pin(app: State<'_, App>, udn: String, pin: String) -> Result<(), Failure> {
    app.enter_pin(&udn, &Secret::new(pin))
}

/// Since when and how a gateway is trusted; nothing for a stranger.
#[tauri::command]
#[specta::specta]
pub async fn trust(app: State<'_, App>, udn: String) -> Result<Option<TrustView>, Failure> {
    app.trust(&udn).await
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
