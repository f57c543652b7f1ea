//! Any action of any service.

use management::actions::{ArgumentValue, CallView, CommandLinesView, DeviceActionsView};
use management::view::RolesView;

use super::{told, Answer, App};

impl App {
    /// Services of a device with their actions.
    ///
    /// # Errors
    ///
    /// As [`management::Management::device_actions`].
    pub async fn device_actions(&self, udn: &str) -> Answer<DeviceActionsView> {
        self.management()?.device_actions(udn).await.map_err(told)
    }

    /// Calls any action.
    ///
    /// # Errors
    ///
    /// As [`management::Management::call`].
    pub async fn call_action(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Answer<CallView> {
        self.management()?
            .timed_call(udn, service, action, arguments)
            .await
            .map_err(told)
    }

    /// The same call as command lines.
    ///
    /// # Errors
    ///
    /// As [`management::Management::call_lines`].
    pub async fn call_lines(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Answer<CommandLinesView> {
        self.management()?
            .call_lines(udn, service, action, arguments)
            .await
            .map_err(told)
    }

    /// Roles held, and those that may call an action.
    ///
    /// # Errors
    ///
    /// As [`management::Management::roles_for_call`].
    pub async fn roles_for_call(
        &self,
        udn: &str,
        service: &str,
        action: &str,
    ) -> Answer<RolesView> {
        self.management()?
            .roles_for_call(udn, service, action)
            .await
            .map_err(told)
    }
}
