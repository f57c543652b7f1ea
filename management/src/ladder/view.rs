//! The ladder as faces show it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::diagnostics::TestKind;

/// Everything between a device of the home and the internet, as ladders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LadderView {
    /// UDN of the gateway.
    pub udn: String,
    /// The way to the internet first, then each radio, then the home network.
    pub ladders: Vec<Ladder>,
}

/// What a ladder leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Internet.
    Internet,
    /// Wi-Fi of one radio.
    Wifi,
    /// The home network.
    Lan,
}

/// Rungs that stand on each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Ladder {
    /// What it leads to.
    pub purpose: Purpose,
    /// Name, where there are several: `2.4GHz`.
    pub name: Option<String>,
    /// Rungs, the lowest first.
    pub rungs: Vec<Rung>,
    /// Place of the lowest broken rung; `null` when none is.
    pub broken: Option<u32>,
    /// What to do next.
    pub next: Option<NextStep>,
}

/// What a rung is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The DSL line.
    Line,
    /// The channel on it.
    Channel,
    /// The optical interface.
    Fibre,
    /// An Ethernet port.
    Port,
    /// A mobile interface.
    Mobile,
    /// A link, a bridge or another layer in between.
    Link,
    /// The VLAN towards the provider.
    Vlan,
    /// The connection with name and password.
    Ppp,
    /// The address.
    Address,
    /// The default route.
    Route,
    /// Name servers.
    Dns,
    /// A radio.
    Radio,
    /// Networks on a radio.
    Network,
    /// Their access points.
    AccessPoint,
    /// The server that gives addresses to the home.
    DhcpServer,
}

/// How a rung is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RungState {
    /// It holds.
    Holds,
    /// It is broken.
    Broken,
    /// It cannot hold, because one below does not.
    Waits,
    /// The gateway does not say.
    Unknown,
}

/// Why a rung is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RungProblem {
    /// Somebody switched it off.
    SwitchedOff,
    /// Nothing comes over the line.
    NoSignal,
    /// The line has a signal and no connection yet.
    NotInSync,
    /// No light in the fibre.
    NoLight,
    /// No cable, or nothing behind it.
    NoCable,
    /// Packets leave and none come back.
    NothingComesBack,
    /// Name or password was refused.
    PasswordRefused,
    /// The provider blocked the account.
    AccountBlocked,
    /// The provider does not answer.
    NoAnswer,
    /// Somebody ended the connection.
    Disconnected,
    /// No DHCP server offers an address.
    NoOffer,
    /// There is no address.
    NoAddress,
    /// There is no default route.
    NoDefaultRoute,
    /// There is no name server.
    NoServer,
    /// It is down and the gateway does not say why.
    Down,
}

/// One rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Rung {
    /// What it is.
    pub layer: Layer,
    /// The gateway's object, as shown to people.
    pub path: String,
    /// The gateway's name for it.
    pub name: Option<String>,
    /// How it is.
    pub state: RungState,
    /// Why it is broken.
    pub problem: Option<RungProblem>,
    /// Parameters that say so.
    pub evidence: Vec<Evidence>,
}

/// A parameter that says how a rung is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Evidence {
    /// Path as shown to people.
    pub path: String,
    /// Value as the gateway sent it.
    pub value: String,
}

/// What to do next, by hand or by a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum NextStep {
    /// Let the gateway test something.
    Test {
        /// What.
        kind: TestKind,
        /// Against what.
        target: Option<String>,
    },
    /// Check the cable or fibre between wall and gateway.
    CheckCable,
    /// Set a parameter that is most likely wrong.
    CheckValue {
        /// Path as shown to people.
        path: String,
    },
    /// Switch something on.
    SwitchOn {
        /// Path as shown to people.
        path: String,
    },
    /// Wait some minutes: it is on its way.
    Wait,
    /// Only the provider can help.
    AskProvider,
    /// Restart the gateway.
    Restart,
}
