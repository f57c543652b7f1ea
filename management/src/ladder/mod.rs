//! The fault ladder: interfaces as they stand on each other, the lowest broken one, the
//! parameters that say so, and the one thing to do next.
//!
//! What stands on what is the gateway's word: InterfaceStack, else LowerLayers (TR-181,
//! clause 4.3). Each rung is judged by its own parameters first ([`rungs`]); what is known of
//! its neighbours comes second.

pub(crate) mod older;
pub(crate) mod rungs;
mod view;

pub use view::{
    Evidence, Ladder, LadderView, Layer, NextStep, Purpose, Rung, RungProblem, RungState,
};

use crate::application::Management;
use crate::diagnostics::TestKind;
use crate::error::Error;
use crate::picked::Picked;
use rungs::{address, default_routes, dns, evidence, interface, route};

/// Most rungs of interfaces; a gateway that stacks more goes in circles.
const RUNGS: usize = 16;

/// What is read, below the root of the data model.
pub(crate) const READ: [&str; 14] = [
    "InterfaceStack/",
    "DSL/Line/",
    "DSL/Channel/",
    "Optical/Interface/",
    "Cellular/Interface/",
    "PTM/Link/",
    "ATM/Link/",
    "Ethernet/",
    "Bridging/",
    "PPP/Interface/",
    "IP/Interface/",
    "Routing/Router/",
    "DNS/Client/",
    "DHCPv4/",
];

const READ_WIFI: [&str; 3] = ["WiFi/Radio/", "WiFi/SSID/", "WiFi/AccessPoint/"];

impl Management {
    /// Reads the interfaces of a gateway with the data model Device:2 or
    /// InternetGatewayDevice:1 and finds the lowest broken rung.
    ///
    /// # Errors
    ///
    /// [`Error::NotManageable`] for a gateway with another data model, and what keeps it from
    /// answering.
    pub async fn ladder(&self, udn: &str) -> Result<LadderView, Error> {
        let session = self.open_gateway(udn).await?;
        let read: Vec<&str> = match session.is_older() {
            true => older::READ.to_vec(),
            false => READ.iter().chain(&READ_WIFI).copied().collect(),
        };
        let picked = Picked::read(&session, &read).await?;
        if session.is_older() && picked.has("WANDevice/") {
            return Ok(LadderView {
                udn: udn.to_owned(),
                ladders: older::ladders(&picked),
            });
        }
        if !picked.has("IP/Interface/") {
            return Err(Error::NotManageable {
                gateway: session.name.clone(),
                reason: "its data model does not say which interfaces stand on each other"
                    .to_owned(),
            });
        }
        Ok(LadderView {
            udn: udn.to_owned(),
            ladders: ladders(&picked),
        })
    }
}

/// All ladders.
pub(crate) fn ladders(picked: &Picked) -> Vec<Ladder> {
    let mut ladders = Vec::new();
    let internet = internet_interface(picked);
    if let Some(top) = &internet {
        ladders.push(to_internet(picked, top));
    }
    for radio in picked.rows("WiFi/Radio/") {
        ladders.push(wifi(picked, &radio));
    }
    if picked.has("DHCPv4/Server/") {
        ladders.push(lan(picked, internet.as_deref()));
    }
    ladders
}

/// Interfaces right below one.
pub(crate) fn lower(picked: &Picked, object: &str) -> Vec<String> {
    let mut lower: Vec<String> = picked
        .rows("InterfaceStack/")
        .into_iter()
        .filter(|row| picked.references(&format!("{row}HigherLayer")) == [object])
        .flat_map(|row| picked.references(&format!("{row}LowerLayer")))
        .collect();
    for one in picked.references(&format!("{object}LowerLayers")) {
        if !lower.contains(&one) {
            lower.push(one);
        }
    }
    lower
}

/// The interfaces from one down to the lowest, the way that is up where there are several.
pub(crate) fn chain(picked: &Picked, top: &str) -> Vec<String> {
    let mut chain = vec![top.to_owned()];
    while chain.len() < RUNGS {
        let Some(last) = chain.last() else { break };
        let below = lower(picked, last);
        let fresh: Vec<&String> = below.iter().filter(|one| !chain.contains(one)).collect();
        let up = fresh
            .iter()
            .find(|one| picked.text(&format!("{one}Status")) == Some("Up"));
        match up.or(fresh.first()) {
            Some(next) => chain.push((**next).clone()),
            None => break,
        }
    }
    chain
}

/// The IP interface that leads to the internet: that of the default route, else the one that
/// stands on something that looks to the provider.
pub(crate) fn internet_interface(picked: &Picked) -> Option<String> {
    let interfaces = picked.rows("IP/Interface/");
    let by_route = default_routes(picked)
        .iter()
        .flat_map(|row| picked.references(&format!("{row}Interface")))
        .find(|interface| interfaces.contains(interface));
    let upstream = |interface: &&String| {
        chain(picked, interface).iter().any(|object| {
            ["DSL/", "Optical/", "PPP/", "Cellular/"]
                .iter()
                .any(|prefix| object.starts_with(prefix))
                || picked.flag(&format!("{object}Upstream")) == Some(true)
        })
    };
    by_route.or_else(|| interfaces.iter().find(upstream).cloned())
}

fn to_internet(picked: &Picked, top: &str) -> Ladder {
    let objects = chain(picked, top);
    let mut rungs: Vec<Rung> = objects
        .iter()
        .rev()
        .map(|object| match object == top {
            true => address(picked, object),
            false => interface(picked, object),
        })
        .collect();
    rungs.push(route(picked, top));
    rungs.push(dns(picked));
    suspect_vlan(picked, &objects, &mut rungs);
    finished(picked, Purpose::Internet, None, rungs, Some(top))
}

/// Where the provider does not answer and the VLAN sends without ever receiving, it is most
/// likely the wrong one: a provider that is merely busy still sends something.
fn suspect_vlan(picked: &Picked, objects: &[String], rungs: &mut [Rung]) {
    let unanswered = rungs.iter().any(|rung| {
        rung.state == RungState::Broken
            && matches!(
                (rung.layer, rung.problem),
                (Layer::Ppp, Some(RungProblem::NoAnswer))
                    | (Layer::Address, Some(RungProblem::NoOffer))
            )
    });
    let silent = objects.iter().find(|object| {
        let count = |name: &str| picked.number(&format!("{object}Stats/{name}"));
        object.starts_with("Ethernet/VLANTermination/")
            && count("PacketsReceived") == Some(0)
            && count("PacketsSent").is_some_and(|sent| sent > 0)
    });
    let vlan = rungs
        .iter_mut()
        .find(|rung| rung.layer == Layer::Vlan && rung.state == RungState::Holds);
    if let (true, Some(_), Some(vlan)) = (unanswered, silent, vlan) {
        vlan.state = RungState::Broken;
        vlan.problem = Some(RungProblem::NothingComesBack);
    }
}

fn wifi(picked: &Picked, radio: &str) -> Ladder {
    let on_it: Vec<String> = picked
        .rows("WiFi/SSID/")
        .into_iter()
        .filter(|ssid| lower(picked, ssid).iter().any(|one| one == radio))
        .collect();
    let mut rungs = vec![interface(picked, radio)];
    // One network that is on is enough: others may be off on purpose.
    let network = on_it
        .iter()
        .find(|ssid| interface(picked, ssid).state == RungState::Holds)
        .or_else(|| on_it.first());
    if let Some(ssid) = network {
        rungs.push(Rung {
            layer: Layer::Network,
            ..interface(picked, ssid)
        });
        let point = picked.rows("WiFi/AccessPoint/").into_iter().find(|point| {
            picked
                .references(&format!("{point}SSIDReference"))
                .iter()
                .any(|one| one == ssid)
        });
        rungs.extend(point.map(|point| Rung {
            layer: Layer::AccessPoint,
            ..interface(picked, &point)
        }));
    }
    let band = picked
        .text(&format!("{radio}OperatingFrequencyBand"))
        .map(str::to_owned);
    finished(picked, Purpose::Wifi, band, rungs, None)
}

fn lan(picked: &Picked, internet: Option<&str>) -> Ladder {
    let pools = picked.rows("DHCPv4/Server/Pool/");
    let pool = pools
        .iter()
        .find(|pool| picked.enabled(pool))
        .or(pools.first());
    let home = pool
        .and_then(|pool| {
            picked
                .references(&format!("{pool}Interface"))
                .into_iter()
                .next()
        })
        .filter(|home| Some(home.as_str()) != internet);
    let mut rungs = Vec::new();
    if let Some(home) = &home {
        rungs.push(address(picked, home));
    }
    let server = "DHCPv4/Server/";
    let on = picked.enabled(server) && pool.is_none_or(|pool| picked.enabled(pool));
    let mut found = evidence(picked, server, &["Enable"]);
    if let Some(pool) = pool {
        found.extend(evidence(picked, pool, &["Enable", "Status"]));
    }
    rungs.push(Rung {
        layer: Layer::DhcpServer,
        path: picked.shown(match pool {
            Some(pool) if picked.enabled(server) => pool,
            _ => server,
        }),
        name: None,
        state: if on {
            RungState::Holds
        } else {
            RungState::Broken
        },
        problem: (!on).then_some(RungProblem::SwitchedOff),
        evidence: found,
    });
    finished(picked, Purpose::Lan, None, rungs, None)
}

/// Marks what waits for the lowest broken rung and says what to do about that one.
fn finished(
    picked: &Picked,
    purpose: Purpose,
    name: Option<String>,
    mut rungs: Vec<Rung>,
    internet: Option<&str>,
) -> Ladder {
    let broken = rungs
        .iter()
        .position(|rung| rung.state == RungState::Broken);
    // “The layer below is down” where none is: then it is this one.
    let broken = broken.or_else(|| {
        let waits = rungs
            .iter()
            .position(|rung| rung.state == RungState::Waits)?;
        let rung = rungs.get_mut(waits)?;
        rung.state = RungState::Broken;
        rung.problem = Some(RungProblem::Down);
        Some(waits)
    });
    if let Some(broken) = broken {
        for rung in rungs.iter_mut().skip(broken + 1) {
            if rung.state == RungState::Broken {
                rung.state = RungState::Waits;
                rung.problem = None;
            }
        }
    }
    let next = match broken.and_then(|broken| rungs.get(broken)) {
        Some(rung) => Some(next_step(rung)),
        None => internet.map(|_| all_is_well(picked)),
    };
    Ladder {
        purpose,
        name,
        broken: broken.and_then(|broken| u32::try_from(broken).ok()),
        rungs,
        next,
    }
}

fn next_step(rung: &Rung) -> NextStep {
    let within = |name: &str| {
        let dot = if rung.path.ends_with(['.', '/']) {
            ""
        } else {
            "."
        };
        format!("{}{dot}{name}", rung.path)
    };
    match rung.problem.unwrap_or(RungProblem::Down) {
        RungProblem::SwitchedOff => NextStep::SwitchOn {
            path: switch(rung).unwrap_or_else(|| within("Enable")),
        },
        RungProblem::NoSignal | RungProblem::NoLight | RungProblem::NoCable => NextStep::CheckCable,
        RungProblem::NotInSync => NextStep::Wait,
        RungProblem::NothingComesBack => NextStep::CheckValue {
            path: within("VLANID"),
        },
        RungProblem::PasswordRefused => NextStep::CheckValue {
            path: within("Username"),
        },
        RungProblem::Disconnected => NextStep::SwitchOn {
            path: within("Enable"),
        },
        RungProblem::AccountBlocked => NextStep::AskProvider,
        RungProblem::NoOffer | RungProblem::NoAnswer if rung.layer != Layer::Dns => {
            NextStep::Test {
                kind: TestKind::InterfaceReset,
                target: None,
            }
        }
        RungProblem::NoAnswer => NextStep::Test {
            kind: TestKind::Ping,
            target: rung
                .evidence
                .iter()
                .find(|one| one.value.parse::<std::net::IpAddr>().is_ok())
                .map(|one| one.value.clone()),
        },
        RungProblem::NoOffer
        | RungProblem::NoAddress
        | RungProblem::NoDefaultRoute
        | RungProblem::NoServer
        | RungProblem::Down => NextStep::Restart,
    }
}

/// The switch that is off, among what shows it.
fn switch(rung: &Rung) -> Option<String> {
    let off = rung.evidence.iter().find(|one| {
        let name = one.path.rsplit(['.', '/']).next().unwrap_or_default();
        (name.ends_with("Enable") || name.ends_with("Enabled"))
            && matches!(&*one.value.to_ascii_lowercase(), "0" | "false")
    });
    off.map(|one| one.path.clone())
}

/// Nothing is broken here: whether names resolve is what a person would try next.
fn all_is_well(picked: &Picked) -> NextStep {
    let name = picked
        .text("DNS/Diagnostics/NSLookupDiagnostics/HostName")
        .map(str::to_owned);
    NextStep::Test {
        kind: TestKind::Nslookup,
        target: name,
    }
}

#[cfg(test)]
mod tests;
