//! How each layer is, from its own parameters alone.

use super::view::{Evidence, Layer, Rung, RungProblem, RungState};
use crate::picked::Picked;

/// Evidence: parameters of an object that have a value.
pub(super) fn evidence(picked: &Picked, object: &str, names: &[&str]) -> Vec<Evidence> {
    names
        .iter()
        .filter_map(|name| {
            let path = format!("{object}{name}");
            Some(Evidence {
                path: picked.shown(&path),
                value: picked.text(&path)?.to_owned(),
            })
        })
        .collect()
}

fn layer_of(object: &str) -> Layer {
    let starts = |prefix: &str| object.starts_with(prefix);
    match () {
        () if starts("DSL/Line/") => Layer::Line,
        () if starts("DSL/Channel/") => Layer::Channel,
        () if starts("Optical/") => Layer::Fibre,
        () if starts("Ethernet/Interface/") => Layer::Port,
        () if starts("Cellular/") => Layer::Mobile,
        () if starts("Ethernet/VLANTermination/") => Layer::Vlan,
        () if starts("PPP/") => Layer::Ppp,
        () if starts("IP/Interface/") => Layer::Address,
        () if starts("WiFi/Radio/") => Layer::Radio,
        () => Layer::Link,
    }
}

/// An interface of the stack. IP interfaces are judged by [`address`].
pub(super) fn interface(picked: &Picked, object: &str) -> Rung {
    let layer = layer_of(object);
    let text = |name: &str| picked.text(&format!("{object}{name}"));
    let status = text("Status").unwrap_or_default();
    let (state, problem) = if !picked.enabled(object) {
        (RungState::Broken, Some(RungProblem::SwitchedOff))
    } else {
        match (layer, status) {
            (Layer::Ppp, _) if text("ConnectionStatus") == Some("Connected") => {
                (RungState::Holds, None)
            }
            (_, "LowerLayerDown") => (RungState::Waits, None),
            (Layer::Ppp, _) => (
                RungState::Broken,
                Some(ppp_problem(text("LastConnectionError"))),
            ),
            // A line can say “Up” of itself while it is still training.
            (Layer::Line, _) if text("LinkStatus").is_some_and(|link| link != "Up") => {
                (RungState::Broken, Some(line_problem(text("LinkStatus"))))
            }
            (_, "Up" | "Enabled") => (RungState::Holds, None),
            (_, "" | "Unknown" | "Dormant") => (RungState::Unknown, None),
            (Layer::Line, _) => (RungState::Broken, Some(RungProblem::NoSignal)),
            (Layer::Fibre, _) => (RungState::Broken, Some(RungProblem::NoLight)),
            (Layer::Port, _) => (RungState::Broken, Some(RungProblem::NoCable)),
            _ => (RungState::Broken, Some(RungProblem::Down)),
        }
    };
    let names: &[&str] = match layer {
        Layer::Line => &[
            "Status",
            "LinkStatus",
            "DownstreamMaxBitRate",
            "DownstreamNoiseMargin",
            "DownstreamAttenuation",
        ],
        Layer::Channel => &["Status", "DownstreamCurrRate", "UpstreamCurrRate"],
        Layer::Fibre => &["Status", "OpticalSignalLevel", "LowerOpticalThreshold"],
        Layer::Port => &["Status", "CurrentBitRate"],
        Layer::Vlan => &[
            "Status",
            "VLANID",
            "Stats/PacketsSent",
            "Stats/PacketsReceived",
        ],
        // The user name belongs to a person and stays out.
        Layer::Ppp => &["Status", "ConnectionStatus", "LastConnectionError"],
        _ => &["Status"],
    };
    let mut evidence_of = evidence(picked, object, names);
    if problem == Some(RungProblem::SwitchedOff) {
        evidence_of.splice(0..0, evidence(picked, object, &["Enable"]));
    }
    Rung {
        layer,
        path: picked.shown(object),
        name: text("Name").or(text("Alias")).map(str::to_owned),
        state,
        problem,
        evidence: evidence_of,
    }
}

pub(super) fn line_problem(link: Option<&str>) -> RungProblem {
    match link {
        Some("Initializing" | "EstablishingLink") => RungProblem::NotInSync,
        Some("NoSignal") => RungProblem::NoSignal,
        Some("Disabled") => RungProblem::SwitchedOff,
        _ => RungProblem::Down,
    }
}

pub(crate) fn ppp_problem(error: Option<&str>) -> RungProblem {
    match error {
        Some("ERROR_AUTHENTICATION_FAILURE" | "ERROR_PASSWORD_EXPIRED") => {
            RungProblem::PasswordRefused
        }
        Some(
            "ERROR_ACCOUNT_DISABLED"
            | "ERROR_ACCOUNT_EXPIRED"
            | "ERROR_RESTRICTED_LOGON_HOURS"
            | "ERROR_NOT_ENABLED_FOR_INTERNET",
        ) => RungProblem::AccountBlocked,
        Some("ERROR_USER_DISCONNECT" | "ERROR_FORCED_DISCONNECT" | "ERROR_IDLE_DISCONNECT") => {
            RungProblem::Disconnected
        }
        Some(
            "ERROR_ISP_TIME_OUT"
            | "ERROR_NO_ANSWER"
            | "ERROR_NO_CARRIER"
            | "ERROR_SERVER_OUT_OF_RESOURCES"
            | "ERROR_ISP_DISCONNECT",
        ) => RungProblem::NoAnswer,
        _ => RungProblem::Down,
    }
}

/// The IP interface: does it have an address, and if not, who should have given it one.
pub(super) fn address(picked: &Picked, object: &str) -> Rung {
    let mut rung = interface(picked, object);
    if rung.problem == Some(RungProblem::SwitchedOff) {
        return rung;
    }
    let usable = |row: &String| {
        picked.enabled(row)
            && picked
                .text(&format!("{row}IPAddress"))
                .is_some_and(|address| {
                    address
                        .parse::<std::net::IpAddr>()
                        .is_ok_and(|address| !address.is_unspecified() && !is_link_local(address))
                })
    };
    let v4 = picked.rows(&format!("{object}IPv4Address/"));
    let v6 = picked.rows(&format!("{object}IPv6Address/"));
    for row in v4.iter().chain(&v6).filter(|row| usable(row)).take(2) {
        rung.evidence.extend(evidence(picked, row, &["IPAddress"]));
    }
    // An address of IPv6 alone does for a provider that gives no other.
    if v4.iter().any(usable) || (v4.is_empty() && v6.iter().any(usable)) {
        return rung;
    }
    let client = picked
        .rows("DHCPv4/Client/")
        .into_iter()
        .find(|client| picked.references(&format!("{client}Interface")) == [object]);
    let problem = match &client {
        Some(client) if picked.enabled(client) => {
            rung.evidence
                .extend(evidence(picked, client, &["DHCPStatus", "Status"]));
            RungProblem::NoOffer
        }
        _ => RungProblem::NoAddress,
    };
    // Without an address the interface is broken whatever it says of itself, unless something
    // below it is: that is judged by whoever sees all rungs.
    if rung.state != RungState::Waits {
        rung.state = RungState::Broken;
        rung.problem = Some(problem);
    }
    rung
}

fn is_link_local(address: std::net::IpAddr) -> bool {
    match address {
        std::net::IpAddr::V4(address) => address.is_link_local(),
        std::net::IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    }
}

/// Rows of default routes, switched on or not.
pub(super) fn default_routes(picked: &Picked) -> Vec<String> {
    let mut routes = Vec::new();
    for router in picked.rows("Routing/Router/") {
        for row in picked.rows(&format!("{router}IPv4Forwarding/")) {
            let to_all = |name: &str| {
                picked
                    .text(&format!("{row}{name}"))
                    .is_none_or(|text| text == "0.0.0.0")
            };
            if to_all("DestIPAddress") && to_all("DestSubnetMask") {
                routes.push(row);
            }
        }
    }
    // One that is on comes first.
    routes.sort_by_key(|row| !picked.enabled(row));
    routes
}

/// The default route over the interface.
pub(super) fn route(picked: &Picked, interface: &str) -> Rung {
    let routes = default_routes(picked);
    let ours = routes
        .iter()
        .find(|row| picked.references(&format!("{row}Interface")) == [interface])
        .or_else(|| routes.first());
    let problem = match ours {
        None => Some(RungProblem::NoDefaultRoute),
        Some(row) if !picked.enabled(row) => Some(RungProblem::SwitchedOff),
        Some(row) => picked
            .text(&format!("{row}Status"))
            .is_some_and(|status| status != "Enabled")
            .then_some(RungProblem::Down),
    };
    Rung {
        layer: Layer::Route,
        path: picked.shown(ours.map_or("Routing/Router/", String::as_str)),
        name: None,
        state: match problem {
            None => RungState::Holds,
            Some(_) => RungState::Broken,
        },
        problem,
        evidence: match ours {
            Some(row) => evidence(
                picked,
                row,
                &["Enable", "Status", "GatewayIPAddress", "Origin"],
            ),
            None => picked
                .rows("Routing/Router/")
                .iter()
                .flat_map(|router| evidence(picked, router, &["IPv4ForwardingNumberOfEntries"]))
                .collect(),
        },
    }
}

/// Name servers the gateway asks.
pub(super) fn dns(picked: &Picked) -> Rung {
    let client = "DNS/Client/";
    let rows = picked.rows("DNS/Client/Server/");
    let known: Vec<&String> = rows
        .iter()
        .filter(|row| picked.enabled(row) && picked.text(&format!("{row}DNSServer")).is_some())
        .collect();
    let answers = |row: &&&String| {
        picked
            .text(&format!("{row}Status"))
            .is_none_or(|status| status == "Enabled")
    };
    let problem = if !picked.enabled(client) {
        Some(RungProblem::SwitchedOff)
    } else if known.is_empty() {
        Some(RungProblem::NoServer)
    } else if !known.iter().any(|row| answers(&row)) {
        Some(RungProblem::NoAnswer)
    } else {
        None
    };
    let mut found = evidence(picked, client, &["Enable", "Status"]);
    for row in known.iter().take(3) {
        found.extend(evidence(picked, row, &["DNSServer", "Status"]));
    }
    Rung {
        layer: Layer::Dns,
        path: picked.shown(client),
        name: None,
        state: match problem {
            None if picked.has(client) => RungState::Holds,
            // A gateway without this object asks servers all the same.
            _ if !picked.has(client) => RungState::Unknown,
            _ => RungState::Broken,
        },
        problem: problem.filter(|_| picked.has(client)),
        evidence: found,
    }
}
