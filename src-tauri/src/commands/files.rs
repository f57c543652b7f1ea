//! The system's own dialog for files. It is opened from here and hands back a name, so the
//! web view needs no permission of the dialogs' own; what is read or written is said by the
//! command that gets the name.

use std::path::PathBuf;

use management::view::Failure;
use management::Error;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::WebviewWindow;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

/// What a file is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FilePurpose {
    /// To be written; it should not be there yet.
    Write,
    /// To be read.
    Read,
}

/// Asks the person for a file; nothing when the dialog is closed without one. It begins at
/// `suggested`, which may be empty or half typed.
#[tauri::command]
#[specta::specta]
pub async fn choose_file(
    window: WebviewWindow,
    purpose: FilePurpose,
    title: String,
    suggested: PathBuf,
) -> Result<Option<PathBuf>, Failure> {
    let mut dialog = window.dialog().file().set_parent(&window).set_title(title);
    if let Some(folder) = suggested.parent().filter(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    let (answer, chosen) = oneshot::channel();
    // Nobody waits any more when the window closed meanwhile.
    let tell = move |file| drop(answer.send(file));
    match purpose {
        FilePurpose::Read => dialog.pick_file(tell),
        FilePurpose::Write => {
            if let Some(name) = suggested.file_name() {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            dialog.save_file(tell);
        }
    }
    let Some(file) = chosen.await.unwrap_or_default() else {
        return Ok(None);
    };
    let unusable = || Error::Usage("this file has a name that cannot be used here".to_owned());
    let path = file.into_path().map_err(|_| unusable().failure())?;
    match path.to_str() {
        Some(_) => Ok(Some(path)),
        None => Err(unusable().failure()),
    }
}
