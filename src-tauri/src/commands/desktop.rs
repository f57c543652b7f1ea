//! What belongs to the desktop: links, notifications, and what the program is made of.

use management::view::Failure;
use tauri::{State, WebviewWindow};

use crate::licences::{self, LicenceView};
use crate::link::{OpenedLink, Waiting};
use crate::notice;

/// The link the program was opened with; nothing when it was taken already.
#[tauri::command]
#[specta::specta]
pub async fn take_link(waiting: State<'_, Waiting>) -> Result<Option<OpenedLink>, Failure> {
    Ok(waiting.take())
}

/// Shows a notification of the system when the window is in the background; whether it is.
#[tauri::command]
#[specta::specta]
pub async fn tell_in_background(
    window: WebviewWindow,
    title: String,
    text: String,
) -> Result<bool, Failure> {
    Ok(notice::tell_in_background(&window, &title, &text))
}

/// Everything the programs are made of, with its licence.
#[tauri::command]
#[specta::specta]
pub async fn licences() -> Result<Vec<LicenceView>, Failure> {
    Ok(licences::all())
}
