//! This installation's identity. A passphrase crosses once, inward; no key ever does.

use std::path::PathBuf;

use dp_credentials::identity::KeyKind;
use dp_credentials::secrets::Secret;
use management::view::Failure;
use management::{
    AffectedGateway, ExportedIdentity, ImportedIdentity, OwnIdentity, ReplacedIdentity,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::State;

use crate::app::App;

/// Who gateways know this installation as.
#[tauri::command]
#[specta::specta]
pub async fn own_identity(app: State<'_, App>) -> Result<OwnIdentity, Failure> {
    app.own_identity().await
}

/// A free name of a file to export to.
#[tauri::command]
#[specta::specta]
pub async fn identity_file(app: State<'_, App>) -> Result<PathBuf, Failure> {
    app.identity_file()
}

/// Gateways a change of identity concerns.
#[tauri::command]
#[specta::specta]
pub async fn gateways_that_know_us(app: State<'_, App>) -> Result<Vec<AffectedGateway>, Failure> {
    app.gateways_that_know_us().await
}

/// Writes identity and trusted gateways to a new file that the passphrase opens.
#[tauri::command]
#[specta::specta]
pub async fn export_identity(
    app: State<'_, App>,
    path: PathBuf,
    passphrase: String,
) -> Result<ExportedIdentity, Failure> {
    app.export_identity(&path, Secret::new(passphrase)).await
}

/// Takes over the identity of a file.
#[tauri::command]
#[specta::specta]
pub async fn import_identity(
    app: State<'_, App>,
    path: PathBuf,
    passphrase: String,
    replace: bool,
) -> Result<ImportedIdentity, Failure> {
    app.import_identity(&path, Secret::new(passphrase), replace)
        .await
}

/// Kind of a key to be made, as `lanside identity replace --key` has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum KeyChoice {
    /// RSA with 2048 bits: what every known gateway reads.
    Rsa2048,
    /// ECDSA on P-256. Many gateways take RSA alone.
    P256,
}

impl From<KeyChoice> for KeyKind {
    fn from(choice: KeyChoice) -> KeyKind {
        match choice {
            KeyChoice::Rsa2048 => KeyKind::Rsa2048,
            KeyChoice::P256 => KeyKind::P256,
        }
    }
}

/// Makes a new identity in place of the old one.
#[tauri::command]
#[specta::specta]
pub async fn replace_identity(
    app: State<'_, App>,
    key: KeyChoice,
) -> Result<ReplacedIdentity, Failure> {
    app.replace_identity(key.into()).await
}
