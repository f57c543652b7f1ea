//! Where secrets are kept. A passphrase crosses once, inward.

use dp_credentials::secrets::Secret;
use management::view::Failure;
use management::SecretsView;
use tauri::State;

use crate::app::App;

/// Where secrets are kept, and whether they can be had; asking again after the keyring was
/// unlocked is all it takes.
#[tauri::command]
#[specta::specta]
pub async fn secrets_view(app: State<'_, App>) -> Result<SecretsView, Failure> {
    app.secrets_view().await
}

/// Keeps secrets in one file behind this passphrase from now on; an existing file is opened
/// with it.
#[tauri::command]
#[specta::specta]
pub async fn use_sealed_file(
    app: State<'_, App>,
    passphrase: String,
) -> Result<SecretsView, Failure> {
    app.use_sealed_file(Secret::new(passphrase)).await
}

/// Keeps secrets in the system keyring from now on.
#[tauri::command]
#[specta::specta]
pub async fn use_keyring(app: State<'_, App>) -> Result<SecretsView, Failure> {
    app.use_keyring().await
}
