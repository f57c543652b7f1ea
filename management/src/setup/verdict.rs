//! Whether the internet works at the end of a set-up, and if not, what a customer can do.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::places::Places;
use crate::ladder::rungs::ppp_problem;
use crate::ladder::{Ladder, Layer, Purpose, RungProblem};
use crate::picked::Picked;

/// Why the internet does not work, as far as a customer can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SetupTrouble {
    /// Nothing comes over the line: cable, fibre, or not connected yet.
    NoLine,
    /// The line is starting; that takes minutes.
    LineStarting,
    /// The provider refuses user name or password.
    LoginRefused,
    /// There is no user name or password yet.
    LoginMissing,
    /// The provider blocked the account.
    AccountBlocked,
    /// The provider does not answer.
    ProviderSilent,
    /// Somebody switched the line off.
    SwitchedOff,
    /// Everything stands but names are not found.
    NoNames,
    /// The gateway does not say why.
    Unclear,
}

impl SetupTrouble {
    /// Whether waiting does not change it.
    pub(super) fn is_final(self) -> bool {
        matches!(
            self,
            SetupTrouble::LoginRefused
                | SetupTrouble::LoginMissing
                | SetupTrouble::AccountBlocked
                | SetupTrouble::SwitchedOff
        )
    }
}

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetupVerdictView {
    /// UDN of the gateway.
    pub udn: String,
    /// Whether the internet works.
    pub works: bool,
    /// Why not.
    pub trouble: Option<SetupTrouble>,
    /// Whether a Wi-Fi is on the air; `null` when the gateway has none.
    pub wifi_on: Option<bool>,
}

/// One look: what is wrong, and whether it is still being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub trouble: Option<SetupTrouble>,
    pub under_way: bool,
    pub wifi_on: Option<bool>,
}

/// Looks at the ladders of Device:2.
pub(super) fn look(picked: &Picked, places: &Places, ladders: &[Ladder]) -> Look {
    let internet = ladders.iter().find(|one| one.purpose == Purpose::Internet);
    let trouble = match internet {
        None => Some(SetupTrouble::Unclear),
        Some(ladder) => ladder
            .broken
            .and_then(|broken| ladder.rungs.get(broken as usize))
            .map(|rung| trouble(rung.layer, rung.problem, places)),
    };
    let mut wifi = ladders
        .iter()
        .filter(|one| one.purpose == Purpose::Wifi)
        .peekable();
    Look {
        trouble,
        under_way: dialling(picked, places),
        wifi_on: wifi
            .peek()
            .is_some()
            .then(|| wifi.any(|ladder| ladder.broken.is_none())),
    }
}

/// Looks at the connections of the older model, which has no ladder.
pub(super) fn look_older(picked: &Picked, places: &Places) -> Look {
    let connection = match &places.login {
        Some(login) => Some(login.object.clone()),
        None => plain_connection(picked),
    };
    let text = |name: &str| picked.text(&format!("{}{name}", connection.as_ref()?));
    let connected = text("ConnectionStatus") == Some("Connected")
        && text("ExternalIPAddress").is_some_and(|address| address != "0.0.0.0");
    let line = picked.rows("WANDevice/").into_iter().find_map(|wan| {
        picked
            .text(&format!("{wan}WANCommonInterfaceConfig/PhysicalLinkStatus"))
            .map(str::to_owned)
    });
    let trouble = match (&connection, line.as_deref()) {
        _ if connected => None,
        (_, Some("Down" | "Unavailable")) => Some(SetupTrouble::NoLine),
        (_, Some("Initializing")) => Some(SetupTrouble::LineStarting),
        (None, _) => Some(SetupTrouble::Unclear),
        (Some(row), _) if !picked.enabled(row) => Some(SetupTrouble::SwitchedOff),
        (Some(_), _) if places.login.is_some() => Some(trouble(
            Layer::Ppp,
            Some(ppp_problem(text("LastConnectionError"))),
            places,
        )),
        (Some(_), _) => Some(SetupTrouble::ProviderSilent),
    };
    let networks: Vec<String> = picked
        .rows("LANDevice/")
        .iter()
        .flat_map(|lan| picked.rows(&format!("{lan}WLANConfiguration/")))
        .collect();
    Look {
        trouble,
        under_way: dialling(picked, places),
        wifi_on: (!networks.is_empty()).then(|| networks.iter().any(|row| picked.enabled(row))),
    }
}

fn plain_connection(picked: &Picked) -> Option<String> {
    let devices = picked
        .rows("WANDevice/")
        .into_iter()
        .flat_map(|wan| picked.rows(&format!("{wan}WANConnectionDevice/")));
    devices
        .flat_map(|device| picked.rows(&format!("{device}WANIPConnection/")))
        .find(|row| picked.enabled(row))
}

/// Whether the connection is being made at this moment: what failed last says nothing then.
fn dialling(picked: &Picked, places: &Places) -> bool {
    places.login.as_ref().is_some_and(|login| {
        matches!(
            picked.text(&format!("{}ConnectionStatus", login.object)),
            Some("Connecting" | "Authenticating" | "PendingConnect" | "PendingDisconnect")
        )
    })
}

fn trouble(layer: Layer, problem: Option<RungProblem>, places: &Places) -> SetupTrouble {
    use RungProblem as P;
    let nameless = places
        .login
        .as_ref()
        .is_some_and(|login| login.user_name.is_none());
    match (layer, problem.unwrap_or(P::Down)) {
        (_, P::SwitchedOff) => SetupTrouble::SwitchedOff,
        (Layer::Ppp, P::AccountBlocked) => SetupTrouble::AccountBlocked,
        (Layer::Ppp, _) if nameless => SetupTrouble::LoginMissing,
        (Layer::Ppp, P::PasswordRefused) => SetupTrouble::LoginRefused,
        (_, P::NotInSync) => SetupTrouble::LineStarting,
        (_, P::NoSignal | P::NoLight | P::NoCable) => SetupTrouble::NoLine,
        (Layer::Line | Layer::Fibre | Layer::Port | Layer::Mobile, _) => SetupTrouble::NoLine,
        (Layer::Dns, _) => SetupTrouble::NoNames,
        (_, P::NoAnswer | P::NoOffer | P::NothingComesBack | P::NoAddress) => {
            SetupTrouble::ProviderSilent
        }
        _ => SetupTrouble::Unclear,
    }
}
