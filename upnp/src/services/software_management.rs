//! SoftwareManagement:2, as far as it is read: which deployment units are installed.

use super::{ActionCall, Caller, ServiceRef};
use crate::error::Error;
use crate::limits;
use crate::soap::value::{parse_list, parse_ui4};

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
        let answer = self.caller.call("GetDUIDs", []).await?;
        answer.parsed("DUIDs", |text| {
            parse_list(text)
                .iter()
                .filter(|entry| !entry.is_empty())
                .take(limits::SOFTWARE_UNITS)
                .map(|entry| parse_ui4(entry))
                .collect()
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
