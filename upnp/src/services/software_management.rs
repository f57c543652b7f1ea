//! SoftwareManagement:2: what is installed and runs, and the operations that change it.

use super::{ActionCall, Caller, ServiceRef};
use crate::error::Error;
use crate::limits;
use crate::soap::value::{parse_list, parse_ui4, print_boolean};

/// An installable package.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeploymentUnit {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// `Firmware`, `Application`, `Configuration` or `Other`.
    pub unit_type: String,
    /// `Installing`, `Unresolved`, `Installed`, `Uninstalling` or `Uninstalled`.
    pub state: String,
    /// Where it came from.
    pub uri: String,
}

/// Something of a deployment unit that can be started.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ExecutionUnit {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// `Active` or `Inactive`: what was asked for.
    pub requested_state: String,
    /// `Running`, `Stopped`, `Starting` or `Stopping`.
    pub running_state: String,
}

/// An operation that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Operation {
    /// `Requested`, `InProgress`, `Completed` or `Error`.
    pub state: String,
    /// Numbers of the units it is about.
    pub targets: Vec<u32>,
    /// `Install`, `Update`, `Uninstall`, `Start` or `Stop`.
    pub action: String,
    /// `Error_None` or why it failed.
    pub error: String,
    /// Further words.
    pub additional_info: String,
}

/// The service as methods, one per action.
#[derive(Debug)]
pub struct SoftwareManagement<'a, C> {
    caller: Caller<'a, C>,
}

impl<'a, C: ActionCall> SoftwareManagement<'a, C> {
    /// The service at its address.
    pub fn new(call: &'a C, service: ServiceRef) -> Self {
        Self {
            caller: Caller::new(call, service),
        }
    }

    /// Numbers of the deployment units, in no order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_du_ids(&self) -> Result<Vec<u32>, Error> {
        self.numbers("GetDUIDs", "DUIDs").await
    }

    /// Numbers of the execution units, in no order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_eu_ids(&self) -> Result<Vec<u32>, Error> {
        self.numbers("GetEUIDs", "EUIDs").await
    }

    /// Numbers of the operations the gateway remembers, in no order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_operation_ids(&self) -> Result<Vec<u32>, Error> {
        self.numbers("GetOperationIDs", "OperationIDs").await
    }

    async fn numbers(
        &self,
        action: &'static str,
        argument: &'static str,
    ) -> Result<Vec<u32>, Error> {
        let answer = self.caller.call(action, []).await?;
        answer.parsed(argument, numbers)
    }

    /// Lets the gateway fetch and install a deployment unit; gives the number of the operation.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn install(
        &self,
        uri: &str,
        unit_type: &str,
        dependencies: bool,
    ) -> Result<u32, Error> {
        let arguments = [
            ("DUURI", uri.to_owned()),
            ("DUType", unit_type.to_owned()),
            ("HandleDependencies", print_boolean(dependencies).to_owned()),
        ];
        self.caller
            .call("Install", arguments)
            .await?
            .number("OperationID")
    }

    /// Lets the gateway fetch another version of a deployment unit.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn update(&self, unit: u32, uri: &str, dependencies: bool) -> Result<u32, Error> {
        let arguments = [
            ("DUID", unit.to_string()),
            ("NewDUURI", uri.to_owned()),
            ("HandleDependencies", print_boolean(dependencies).to_owned()),
        ];
        self.caller
            .call("Update", arguments)
            .await?
            .number("OperationID")
    }

    /// Removes a deployment unit.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn uninstall(&self, unit: u32, dependencies: bool) -> Result<u32, Error> {
        self.on_unit("Uninstall", "DUID", unit, dependencies).await
    }

    /// Starts an execution unit.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn start(&self, unit: u32, dependencies: bool) -> Result<u32, Error> {
        self.on_unit("Start", "EUID", unit, dependencies).await
    }

    /// Stops an execution unit.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn stop(&self, unit: u32, dependencies: bool) -> Result<u32, Error> {
        self.on_unit("Stop", "EUID", unit, dependencies).await
    }

    async fn on_unit(
        &self,
        action: &'static str,
        argument: &'static str,
        unit: u32,
        dependencies: bool,
    ) -> Result<u32, Error> {
        let arguments = [
            (argument, unit.to_string()),
            ("HandleDependencies", print_boolean(dependencies).to_owned()),
        ];
        self.caller
            .call(action, arguments)
            .await?
            .number("OperationID")
    }

    /// How far an operation is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_operation_info(&self, operation: u32) -> Result<Operation, Error> {
        let arguments = [("OperationID", operation.to_string())];
        let answer = self.caller.call("GetOperationInfo", arguments).await?;
        Ok(Operation {
            state: answer.text("OperationState")?,
            targets: answer.parsed("TargetedIDs", numbers)?,
            action: answer.text_or_empty("Action"),
            error: answer.text_or_empty("ErrorDescription"),
            additional_info: answer.text_or_empty("AdditionalInfo"),
        })
    }

    /// What is known of an execution unit. Optional in gateways.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_eu_info(&self, unit: u32) -> Result<ExecutionUnit, Error> {
        let arguments = [("EUID", unit.to_string())];
        let answer = self.caller.call("GetEUInfo", arguments).await?;
        Ok(ExecutionUnit {
            name: answer.text("EUName")?,
            version: answer.text_or_empty("EUVersion"),
            requested_state: answer.text_or_empty("EURequestedState"),
            running_state: answer.text_or_empty("EURunningState"),
        })
    }

    /// What is known of a deployment unit. Optional in gateways.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_du_info(&self, unit: u32) -> Result<DeploymentUnit, Error> {
        let arguments = [("DUID", unit.to_string())];
        let answer = self.caller.call("GetDUInfo", arguments).await?;
        Ok(DeploymentUnit {
            name: answer.text("DUName")?,
            version: answer.text_or_empty("DUVersion"),
            unit_type: answer.text_or_empty("DUType"),
            state: answer.text_or_empty("DUState"),
            uri: answer.text_or_empty("DUURI"),
        })
    }
}

fn numbers(text: &str) -> Option<Vec<u32>> {
    parse_list(text)
        .iter()
        .filter(|entry| !entry.is_empty())
        .take(limits::SOFTWARE_UNITS)
        .map(|entry| parse_ui4(entry))
        .collect()
}
