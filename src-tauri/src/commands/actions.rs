//! Any action of any service.

use management::actions::{ArgumentValue, CallView, CommandLinesView, DeviceActionsView};
use management::view::{Failure, RolesView};
use tauri::State;

use crate::app::App;

/// Services of a device with their actions; nothing is called.
#[tauri::command]
#[specta::specta]
pub async fn device_actions(
    app: State<'_, App>,
    udn: String,
) -> Result<DeviceActionsView, Failure> {
    app.device_actions(&udn).await
}

/// Calls an action.
#[tauri::command]
#[specta::specta]
pub async fn call_action(
    app: State<'_, App>,
    udn: String,
    service: String,
    action: String,
    given: Vec<ArgumentValue>,
) -> Result<CallView, Failure> {
    app.call_action(&udn, &service, &action, &given).await
}

/// The same call as command lines; nothing is called.
#[tauri::command]
#[specta::specta]
pub async fn call_lines(
    app: State<'_, App>,
    udn: String,
    service: String,
    action: String,
    given: Vec<ArgumentValue>,
) -> Result<CommandLinesView, Failure> {
    app.call_lines(&udn, &service, &action, &given).await
}

/// Roles held, and those that may call an action.
#[tauri::command]
#[specta::specta]
pub async fn roles_for_call(
    app: State<'_, App>,
    udn: String,
    service: String,
    action: String,
) -> Result<RolesView, Failure> {
    app.roles_for_call(&udn, &service, &action).await
}
