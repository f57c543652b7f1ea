//! Software of a gateway, as faces ask for changes and show it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Where what is known comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareSource {
    /// SoftwareManagement: it can be changed there.
    SoftwareManagement,
    /// Device.SoftwareModules: it can only be looked at from here.
    DataModel,
    /// The gateway lists no software beside its firmware.
    Nothing,
}

/// What can be done to software.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SoftwareAct {
    /// A new deployment unit.
    Install,
    /// Another version of one.
    Update,
    /// Removing one.
    Uninstall,
    /// Starting an execution unit.
    Start,
    /// Stopping one.
    Stop,
}

/// What a deployment unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// The gateway's own; it restarts for it.
    Firmware,
    /// A program.
    Application,
    /// Settings.
    Configuration,
    /// Anything else.
    Other,
}

/// A change as a person asks for it. The gateway itself fetches what an address names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum SoftwareChange {
    /// Installs a deployment unit.
    Install {
        /// Where the gateway fetches it.
        url: String,
        /// What it is.
        kind: UnitKind,
        /// Whether others it needs are installed, too.
        dependencies: bool,
    },
    /// Brings a deployment unit to another version.
    Update {
        /// Its number.
        id: u32,
        /// Where the gateway fetches it.
        url: String,
        /// Whether others it needs are installed, too.
        dependencies: bool,
    },
    /// Removes a deployment unit.
    Uninstall {
        /// Its number.
        id: u32,
        /// Whether others that need it go, too.
        dependencies: bool,
    },
    /// Starts an execution unit.
    Start {
        /// Its number.
        id: u32,
        /// Whether others it needs are started, too.
        dependencies: bool,
    },
    /// Stops an execution unit.
    Stop {
        /// Its number.
        id: u32,
        /// Whether others that need it are stopped, too.
        dependencies: bool,
    },
}

/// What is installed on a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SoftwareListView {
    /// UDN of the gateway.
    pub udn: String,
    /// Version of the firmware that runs.
    pub firmware: Option<String>,
    /// Where the rest comes from.
    pub source: SoftwareSource,
    /// What can be done.
    pub offered: Vec<SoftwareAct>,
    /// What is installed.
    pub units: Vec<DeploymentUnitView>,
    /// What of it can run.
    pub executions: Vec<ExecutionUnitView>,
}

/// An installable package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DeploymentUnitView {
    /// Its number; its row in the data model.
    pub id: u32,
    /// Its name; empty when the gateway does not say.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `Firmware` and so on; `null` in the data model.
    pub kind: Option<String>,
    /// `Installed` and so on.
    pub state: String,
    /// Where it came from.
    pub url: Option<String>,
    /// Who made it, where the data model says.
    pub vendor: Option<String>,
}

/// Something that can run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExecutionUnitView {
    /// Its number; its row in the data model.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `Active` or `Inactive`: what was asked for.
    pub requested: Option<String>,
    /// `Running` and so on.
    pub state: String,
    /// Why it does not run, where the data model says.
    pub fault: Option<String>,
}

/// What a face hears while software is changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum SoftwareNews {
    /// The gateway took it and gave it a number.
    Started {
        /// Number of the operation.
        operation_id: u32,
        /// Seconds it is waited for at most.
        patience_s: u32,
    },
    /// It went on.
    State {
        /// `Requested`, `InProgress`, `Completed` or `Error`.
        state: String,
        /// Seconds since it was asked for.
        seconds: f64,
    },
    /// The gateway is silent for the moment; firmware restarts it.
    Silent,
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SoftwareChangeView {
    /// UDN of the gateway.
    pub udn: String,
    /// What was done.
    pub act: SoftwareAct,
    /// Number of the operation.
    pub operation_id: u32,
    /// Numbers of the units it was about, as the gateway says.
    pub targets: Vec<u32>,
    /// Seconds it took.
    pub seconds: f64,
    /// Whether the gateway restarted for it.
    pub restarted: bool,
    /// Whether the list read back afterwards shows it.
    pub verified: bool,
    /// What is installed now.
    pub now: SoftwareListView,
}
