//! The access list. A password crosses once, inward.

use dp_credentials::secrets::Secret;
use management::access::{AccessChangeView, AccessView};
use management::view::Failure;
use tauri::State;

use crate::app::App;

/// Users and control points a gateway knows.
#[tauri::command]
#[specta::specta]
pub async fn access(app: State<'_, App>, udn: String) -> Result<AccessView, Failure> {
    app.access(&udn).await
}

/// Adds a user with a password and roles, and reads the list again.
#[tauri::command]
#[specta::specta]
pub async fn add_user(
    app: State<'_, App>,
    udn: String,
    name: String,
    password: String,
    roles: Vec<String>,
) -> Result<AccessChangeView, Failure> {
    app.add_user(&udn, &name, Secret::new(password), &roles)
        .await
}

/// Lets a control point in by the identity of its certificate.
#[tauri::command]
#[specta::specta]
pub async fn add_control_point(
    app: State<'_, App>,
    udn: String,
    id: String,
    name: String,
    roles: Vec<String>,
) -> Result<AccessChangeView, Failure> {
    app.add_control_point(&udn, &id, &name, &roles).await
}

/// Shows a control point under another name.
#[tauri::command]
#[specta::specta]
pub async fn rename_control_point(
    app: State<'_, App>,
    udn: String,
    who: String,
    name: String,
) -> Result<AccessChangeView, Failure> {
    app.rename_control_point(&udn, &who, &name).await
}

/// Gives an identity a role.
#[tauri::command]
#[specta::specta]
pub async fn grant_role(
    app: State<'_, App>,
    udn: String,
    who: String,
    role: String,
) -> Result<AccessChangeView, Failure> {
    app.grant_role(&udn, &who, &role).await
}

/// Takes a role from an identity; the own Admin needs the gateway's name.
#[tauri::command]
#[specta::specta]
pub async fn revoke_role(
    app: State<'_, App>,
    udn: String,
    who: String,
    role: String,
    confirmation: Option<String>,
) -> Result<AccessChangeView, Failure> {
    app.revoke_role(&udn, &who, &role, confirmation.as_deref())
        .await
}

/// Makes a gateway forget an identity; the own one needs the gateway's name.
#[tauri::command]
#[specta::specta]
pub async fn remove_identity(
    app: State<'_, App>,
    udn: String,
    who: String,
    confirmation: Option<String>,
) -> Result<AccessChangeView, Failure> {
    app.remove_identity(&udn, &who, confirmation.as_deref())
        .await
}

/// Sets the password of a user.
#[tauri::command]
#[specta::specta]
pub async fn change_password(
    app: State<'_, App>,
    udn: String,
    name: String,
    password: String,
) -> Result<AccessChangeView, Failure> {
    app.change_password(&udn, &name, Secret::new(password))
        .await
}
