//! Every push to the window, one enum on one channel.

use management::diagnostics::TestNews;
use management::measure::TrafficView;
use management::recipes::RecipeResultView;
use management::software::SoftwareNews;
use management::view::{
    DiscoveryView, DraftView, GatewayView, InterfaceView, PairingStep, RebootStepView, SessionView,
};
use management::{FollowedBy, ValueChange};
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri_specta::Event;

/// What happened without being asked for, or while something longer runs.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AppEvent {
    /// A link into the window was opened; it waits to be taken.
    LinkOpened,
    /// A search began; what is known already, and the adapters it goes through.
    SearchStarted {
        /// Known gateways, as they were left.
        discovery: DiscoveryView,
    },
    /// A gateway was found, or something about it changed.
    GatewayFound {
        /// The gateway.
        gateway: Box<GatewayView>,
    },
    /// Adapters came or went: these are searched through now.
    InterfacesChanged {
        /// The adapters; empty when there is none.
        interfaces: Vec<InterfaceView>,
    },
    /// A running introduction reached a step.
    PairingProgress {
        /// UDN of the gateway.
        udn: String,
        /// The step.
        step: PairingStep,
        /// Seconds left for the person, or until a busy gateway is asked again.
        seconds: Option<u32>,
        /// Which attempt at a busy gateway this was, from 1.
        attempt: Option<u32>,
        /// How many attempts there will be.
        attempts: Option<u32>,
    },
    /// A running load read more.
    LoadProgress {
        /// UDN of the gateway.
        udn: String,
        /// Parameters whose value is loaded.
        loaded: u32,
        /// Parameters known to exist.
        total: u32,
    },
    /// The draft of a gateway changed.
    DraftChanged {
        /// The draft.
        draft: DraftView,
    },
    /// A running restart or reset reached a phase.
    RebootProgress {
        /// UDN of the gateway.
        udn: String,
        /// The phase and when.
        step: RebootStepView,
    },
    /// A running test is further.
    TestProgress {
        /// UDN of the gateway.
        udn: String,
        /// How far.
        news: TestNews,
    },
    /// A running change of software is further.
    SoftwareProgress {
        /// UDN of the gateway.
        udn: String,
        /// How far.
        news: SoftwareNews,
    },
    /// Traffic that is followed.
    Traffic {
        /// UDN of the gateway.
        udn: String,
        /// What.
        news: TrafficNews,
    },
    /// A running recipe came to its end at a gateway.
    RecipeProgress {
        /// How.
        result: Box<RecipeResultView>,
    },
    /// Something about an open session changed: roles, or how much is loaded.
    SessionChanged {
        /// The session.
        session: SessionView,
    },
    /// Something about values that are followed.
    Watched {
        /// UDN of the gateway.
        udn: String,
        /// What.
        news: WatchNews,
    },
}

/// What is told while traffic is followed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TrafficNews {
    /// Rates since the reading before.
    Rates {
        /// The rates.
        rates: TrafficView,
    },
    /// The gateway does not answer; it is asked again.
    Silent {
        /// Since when, RFC 3339.
        time: String,
    },
}

/// What is told while values are followed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WatchNews {
    /// A value changed.
    Changed {
        /// Which, and how.
        change: ValueChange,
    },
    /// How changes are noticed from now on.
    By {
        /// By events or by asking.
        how: FollowedBy,
        /// Why not by events.
        reason: Option<String>,
    },
    /// The gateway does not answer; it is tried again.
    Silent {
        /// Since when, RFC 3339.
        time: String,
        /// Why.
        reason: String,
    },
    /// It answers again.
    Back {
        /// Since when, RFC 3339.
        time: String,
    },
}
