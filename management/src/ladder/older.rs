//! The same ladders in the data model InternetGatewayDevice:1, where what stands on what is in
//! the paths: WANDevice, WANConnectionDevice, WANPPPConnection or WANIPConnection (TR-098).

use std::net::IpAddr;

use super::finished;
use super::rungs::{evidence, line_problem, ppp_problem};
use super::view::{Ladder, Layer, Purpose, Rung, RungProblem, RungState};
use crate::limits;
use crate::picked::Picked;

/// What is read, below the root of the data model.
pub(crate) const READ: [&str; 3] = ["WANDevice/", "LANDevice/", "Layer3Forwarding/"];

/// All ladders.
pub(crate) fn ladders(picked: &Picked) -> Vec<Ladder> {
    let mut ladders = Vec::new();
    if let Some((wan, device, connection)) = internet(picked) {
        ladders.push(to_internet(picked, &wan, &device, &connection));
    }
    for lan in picked
        .rows("LANDevice/")
        .into_iter()
        .take(limits::STATUS_ROWS)
    {
        for row in picked.rows(&format!("{lan}WLANConfiguration/")) {
            ladders.push(wifi(picked, &row));
        }
        let home = format!("{lan}LANHostConfigManagement/");
        if picked.has(&home) {
            ladders.push(finished(
                picked,
                Purpose::Lan,
                None,
                vec![dhcp_server(picked, &home)],
                None,
            ));
        }
    }
    ladders
}

/// The connection to the internet with its WANConnectionDevice and WANDevice: the one
/// Layer3Forwarding names, else the first that is on, else the first.
fn internet(picked: &Picked) -> Option<(String, String, String)> {
    let mut all = Vec::new();
    for wan in picked.rows("WANDevice/") {
        for device in picked.rows(&format!("{wan}WANConnectionDevice/")) {
            for table in ["WANPPPConnection/", "WANIPConnection/"] {
                for row in picked.rows(&format!("{device}{table}")) {
                    all.push((wan.clone(), device.clone(), row));
                }
            }
        }
    }
    let named = picked.references("Layer3Forwarding/DefaultConnectionService");
    let by_name = all.iter().position(|(.., row)| named.contains(row));
    let at = by_name.or_else(|| all.iter().position(|(.., row)| picked.enabled(row)));
    (!all.is_empty()).then(|| all.swap_remove(at.unwrap_or(0)))
}

fn to_internet(picked: &Picked, wan: &str, device: &str, connection: &str) -> Ladder {
    let mut rungs = Vec::new();
    rungs.extend(line(picked, &format!("{wan}WANDSLInterfaceConfig/")));
    rungs.extend(port(picked, &format!("{wan}WANEthernetInterfaceConfig/")));
    rungs.extend(link(picked, &format!("{device}WANDSLLinkConfig/")));
    if connection.contains("/WANPPPConnection/") {
        rungs.push(ppp(picked, connection));
    }
    rungs.push(address(picked, connection));
    rungs.push(route(picked, connection));
    rungs.push(dns(picked, connection));
    finished(picked, Purpose::Internet, None, rungs, Some(connection))
}

/// A rung by the problem it has, if any.
fn rung(
    picked: &Picked,
    layer: Layer,
    object: &str,
    problem: Option<RungProblem>,
    names: &[&str],
) -> Rung {
    let text = |name: &str| picked.text(&format!("{object}{name}"));
    let mut found = evidence(picked, object, names);
    if problem == Some(RungProblem::SwitchedOff)
        && !names.iter().any(|name| name.contains("Enable"))
    {
        found.splice(0..0, evidence(picked, object, &["Enable"]));
    }
    Rung {
        layer,
        path: picked.shown(object),
        name: text("Name").or(text("Alias")).map(str::to_owned),
        state: match problem {
            None => RungState::Holds,
            Some(_) => RungState::Broken,
        },
        problem,
        evidence: found,
    }
}

fn line(picked: &Picked, object: &str) -> Option<Rung> {
    const NAMES: [&str; 4] = [
        "Status",
        "DownstreamCurrRate",
        "DownstreamNoiseMargin",
        "DownstreamAttenuation",
    ];
    let status = picked.text(&format!("{object}Status"))?;
    let problem = match status {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        "Up" => None,
        other => Some(line_problem(Some(other))),
    };
    Some(rung(picked, Layer::Line, object, problem, &NAMES))
}

fn port(picked: &Picked, object: &str) -> Option<Rung> {
    let status = picked.text(&format!("{object}Status"))?;
    let problem = match status {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        "Up" => None,
        "NoLink" => Some(RungProblem::NoCable),
        _ => Some(RungProblem::Down),
    };
    Some(rung(picked, Layer::Port, object, problem, &["Status"]))
}

fn link(picked: &Picked, object: &str) -> Option<Rung> {
    let status = picked.text(&format!("{object}LinkStatus"))?;
    let problem = match status {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        "Up" => None,
        _ => Some(RungProblem::Down),
    };
    let names = ["LinkStatus", "LinkType", "DestinationAddress"];
    Some(rung(picked, Layer::Link, object, problem, &names))
}

fn ppp(picked: &Picked, object: &str) -> Rung {
    let text = |name: &str| picked.text(&format!("{object}{name}"));
    let problem = match text("ConnectionStatus") {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        Some("Connected") => None,
        _ => Some(ppp_problem(text("LastConnectionError"))),
    };
    // The user name belongs to a person and stays out.
    rung(
        picked,
        Layer::Ppp,
        object,
        problem,
        &["ConnectionStatus", "LastConnectionError"],
    )
}

fn address(picked: &Picked, object: &str) -> Rung {
    let text = |name: &str| picked.text(&format!("{object}{name}"));
    let usable = text("ExternalIPAddress")
        .and_then(|address| address.parse::<IpAddr>().ok())
        .is_some_and(|address| !address.is_unspecified());
    let problem = match usable {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        true => None,
        false if text("AddressingType") == Some("DHCP") => Some(RungProblem::NoOffer),
        false => Some(RungProblem::NoAddress),
    };
    let names = ["ConnectionStatus", "AddressingType", "ExternalIPAddress"];
    rung(picked, Layer::Address, object, problem, &names)
}

/// The way out, which the connection has by being the default one.
fn route(picked: &Picked, connection: &str) -> Rung {
    const OBJECT: &str = "Layer3Forwarding/";
    let named = picked.text("Layer3Forwarding/DefaultConnectionService");
    let own = picked.text(&format!("{connection}DefaultGateway"));
    let problem = (named.is_none() && own.is_none()).then_some(RungProblem::NoDefaultRoute);
    let mut rung = rung(
        picked,
        Layer::Route,
        OBJECT,
        problem,
        &["DefaultConnectionService", "ForwardNumberOfEntries"],
    );
    rung.evidence
        .extend(evidence(picked, connection, &["DefaultGateway"]));
    rung
}

/// Name servers the connection has; whether they answer the model does not tell.
fn dns(picked: &Picked, connection: &str) -> Rung {
    let text = |name: &str| picked.text(&format!("{connection}{name}"));
    let problem = match text("DNSServers") {
        _ if picked.flag(&format!("{connection}DNSEnabled")) == Some(false) => {
            Some(RungProblem::SwitchedOff)
        }
        None => Some(RungProblem::NoServer),
        Some(_) => None,
    };
    rung(
        picked,
        Layer::Dns,
        connection,
        problem,
        &["DNSEnabled", "DNSServers"],
    )
}

fn wifi(picked: &Picked, object: &str) -> Ladder {
    let status = picked.text(&format!("{object}Status"));
    let off = picked.flag(&format!("{object}RadioEnabled")) == Some(false);
    let radio = off.then_some(RungProblem::SwitchedOff);
    let network = match status {
        _ if !picked.enabled(object) => Some(RungProblem::SwitchedOff),
        None | Some("Up") => None,
        Some(_) => Some(RungProblem::Down),
    };
    let rungs = vec![
        rung(
            picked,
            Layer::Radio,
            object,
            radio,
            &["RadioEnabled", "Channel"],
        ),
        rung(
            picked,
            Layer::Network,
            object,
            network,
            &["Enable", "Status"],
        ),
    ];
    // The band, as in the newer model, and not the name of the network, which may be a person's.
    let channel = picked.number(&format!("{object}Channel"));
    let band = channel.filter(|number| *number > 0);
    let band = band.map(|number| if number <= 14 { "2.4GHz" } else { "5GHz" });
    finished(picked, Purpose::Wifi, band.map(str::to_owned), rungs, None)
}

fn dhcp_server(picked: &Picked, object: &str) -> Rung {
    let off = picked.flag(&format!("{object}DHCPServerEnable")) == Some(false);
    let problem = off.then_some(RungProblem::SwitchedOff);
    rung(
        picked,
        Layer::DhcpServer,
        object,
        problem,
        &["DHCPServerEnable"],
    )
}
