//! Set-up for somebody who does it once. Passwords cross inward; the card crosses outward when a
//! person asks to see it.

use std::path::PathBuf;

use dp_credentials::secrets::Secret;
use management::schema::Language;
use management::setup::{SetupField, SetupProgressView, SetupStep, SetupVerdictView, SetupView};
use management::view::Failure;
use tauri::{State, WebviewWindow};

use crate::app::{App, CardForm, WifiCardView};

/// The set-up somebody was in when the program ended.
#[tauri::command]
#[specta::specta]
pub async fn setup_progress(app: State<'_, App>) -> Result<Option<SetupProgressView>, Failure> {
    app.setup_progress().await
}

/// What a gateway needs, and how far it is; nothing is sent but what reads.
#[tauri::command]
#[specta::specta]
pub async fn setup(app: State<'_, App>, udn: String) -> Result<SetupView, Failure> {
    app.setup(&udn).await
}

/// Notes where a person is; with `open` it comes up by itself at the next start.
#[tauri::command]
#[specta::specta]
pub async fn keep_setup_step(
    app: State<'_, App>,
    udn: String,
    step: SetupStep,
    open: bool,
) -> Result<(), Failure> {
    app.keep_setup_step(&udn, step, open).await
}

/// Keeps what is being typed into a field of a step, for the case that the program ends.
#[tauri::command]
#[specta::specta]
pub async fn keep_begun(
    app: State<'_, App>,
    udn: String,
    field: SetupField,
    text: String,
) -> Result<(), Failure> {
    app.keep_begun(&udn, field, Secret::new(text)).await
}

/// Puts user name and password of the line into the draft; without a password the one before stays.
#[tauri::command]
#[specta::specta]
pub async fn answer_login(
    app: State<'_, App>,
    udn: String,
    user_name: String,
    password: Option<String>,
) -> Result<SetupView, Failure> {
    app.answer_login(&udn, &user_name, password.map(Secret::new))
        .await
}

/// Puts name and password of the Wi-Fi into the draft; without a password the one before stays.
#[tauri::command]
#[specta::specta]
pub async fn answer_wifi(
    app: State<'_, App>,
    udn: String,
    name: String,
    password: Option<String>,
) -> Result<SetupView, Failure> {
    app.answer_wifi(&udn, &name, password.map(Secret::new))
        .await
}

/// Leaves out a step; what was typed in it leaves the draft.
#[tauri::command]
#[specta::specta]
pub async fn leave_out(
    app: State<'_, App>,
    udn: String,
    step: SetupStep,
) -> Result<SetupView, Failure> {
    app.leave_out(&udn, step).await
}

/// Waits until the internet works or it is known why not.
#[tauri::command]
#[specta::specta]
pub async fn setup_verdict(app: State<'_, App>, udn: String) -> Result<SetupVerdictView, Failure> {
    app.setup_verdict(&udn).await
}

/// The card with the password of the Wi-Fi, because a person asked to see it.
#[tauri::command]
#[specta::specta]
pub async fn show_wifi_card(app: State<'_, App>, udn: String) -> Result<WifiCardView, Failure> {
    app.show_wifi_card(&udn).await
}

/// A free name of a file for the card.
#[tauri::command]
#[specta::specta]
pub async fn wifi_card_file(app: State<'_, App>, form: CardForm) -> Result<PathBuf, Failure> {
    Ok(app.wifi_card_file(form))
}

/// Writes the card to a new file; nothing of it passes the window.
#[tauri::command]
#[specta::specta]
pub async fn save_wifi_card(
    app: State<'_, App>,
    udn: String,
    form: CardForm,
    language: Language,
    file: PathBuf,
) -> Result<(), Failure> {
    app.save_wifi_card(&udn, form, language, &file).await
}

/// Opens the system's dialog for printing what is in the window.
#[tauri::command]
#[specta::specta]
pub async fn print_window(window: WebviewWindow) -> Result<(), Failure> {
    window
        .print()
        .map_err(|error| management::Error::Internal(error.to_string()).failure())
}

/// Ends a set-up and forgets its card.
#[tauri::command]
#[specta::specta]
pub async fn end_setup(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.end_setup(&udn).await
}
