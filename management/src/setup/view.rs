//! A set-up as faces show it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::FieldProblem;

/// A step of the path, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SetupStep {
    /// Which gateway.
    Find,
    /// Being introduced to it.
    Pair,
    /// What the line wants.
    Internet,
    /// Name and password of the Wi-Fi.
    Wifi,
    /// Everything once more, before it is sent.
    Check,
    /// Does it work?
    Done,
}

impl SetupStep {
    /// Name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SetupStep::Find => "find",
            SetupStep::Pair => "pair",
            SetupStep::Internet => "internet",
            SetupStep::Wifi => "wifi",
            SetupStep::Check => "check",
            SetupStep::Done => "done",
        }
    }

    pub(super) fn named(name: &str) -> Option<SetupStep> {
        use SetupStep as S;
        [S::Find, S::Pair, S::Internet, S::Wifi, S::Check, S::Done]
            .into_iter()
            .find(|step| step.name() == name)
    }
}

/// A set-up somebody was in when the program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetupProgressView {
    /// UDN of the gateway.
    pub udn: String,
    /// Where the person was.
    pub step: SetupStep,
}

/// What one gateway needs, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetupView {
    /// UDN of the gateway.
    pub udn: String,
    /// What people call it.
    pub name: String,
    /// Steps this gateway and its provider need, in order.
    pub steps: Vec<SetupStep>,
    /// Where the person is.
    pub at: SetupStep,
    /// What the line wants; `null` when it wants nothing.
    pub login: Option<SetupLoginView>,
    /// The home's wireless network; `null` when there is none.
    pub wifi: Option<SetupWifiView>,
    /// Changes in the draft.
    pub changes: u32,
    /// Changes in the draft that are not of this set-up.
    pub other_changes: u32,
    /// Whether there is a card to show once the draft was sent.
    pub card: bool,
}

/// User name and password of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetupLoginView {
    /// As typed so far, else as the gateway has it.
    pub user_name: Option<String>,
    /// Whether something was typed and is in the draft.
    pub typed: bool,
    /// Whether a password was typed and is in the draft.
    pub password_kept: bool,
    /// A user name that was typed and not handed over; newer than `user_name`.
    pub user_name_begun: Option<String>,
    /// The same of a password.
    pub password_begun: Option<BegunPassword>,
    /// Whether the gateway is connected with what it has.
    pub connected: bool,
}

/// Name and password of the Wi-Fi.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetupWifiView {
    /// As typed so far, else as the gateway has it.
    pub wifi_name: Option<String>,
    /// Whether something was typed and is in the draft.
    pub typed: bool,
    /// Whether a password was typed and is in the draft.
    pub password_kept: bool,
    /// A name that was typed and not handed over; newer than `wifi_name`.
    pub wifi_name_begun: Option<String>,
    /// The same of a password.
    pub password_begun: Option<BegunPassword>,
    /// Bands that get it, where the gateway tells: `2.4GHz`.
    pub bands: Vec<String>,
    /// Whether a key of 64 digits can be taken in place of a password.
    pub takes_key: bool,
}

/// A password that was typed and not handed over with Next. It is kept sealed and not shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BegunPassword {
    /// How many characters of it were typed.
    pub characters: u32,
    /// Why it can be none as it is.
    pub problem: Option<FieldProblem>,
}
