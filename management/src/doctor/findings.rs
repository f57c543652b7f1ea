//! From measurements to conclusions. Nothing is asked, sent or read in here.

use std::collections::BTreeSet;
use std::net::IpAddr;

use upnp::driver::doctor::{
    AdapterKind, AdapterReport, GatewayProbe, LeftOut, Measurements, OwnAddress, Probe, SendRefusal,
};

use super::words::{message, next};
use super::{count, described, manageable, FindingCode, FindingFacts, FindingView, Severity};
use crate::inventory::name_of;
use crate::view::{GatewayKind, GatewayState, GatewayView};

/// What was concluded, what helps most first. Once a gateway that can be managed was found
/// nothing is a problem any more.
pub fn findings(measured: &Measurements, devices: &[GatewayView]) -> Vec<FindingView> {
    let case = Case::new(measured, devices);
    let mut found = Found::default();
    case.adapters(&mut found);
    case.multicast(&mut found);
    case.vpn(&mut found);
    case.routers(&mut found);
    case.devices(&mut found);
    case.surroundings(&mut found);
    let fine = manageable(devices).next().is_some();
    let mut list = found.0;
    for finding in &mut list {
        if fine && finding.severity == Severity::Problem {
            finding.severity = Severity::Hint;
        }
    }
    list.sort_by_key(|finding| (finding.severity, finding.code));
    list
}

#[derive(Debug, Default)]
struct Found(Vec<FindingView>);

impl Found {
    fn add(&mut self, severity: Severity, code: FindingCode, facts: FindingFacts) {
        self.0.push(FindingView {
            code,
            severity,
            message: message(code, &facts),
            next: next(code, &facts),
            facts,
        });
    }
}

/// The measurements with what every rule asks of them.
struct Case<'a> {
    measured: &'a Measurements,
    devices: &'a [GatewayView],
    /// Searched, and a network somebody may have a gateway in.
    networks: Vec<&'a AdapterReport>,
    vpns: Vec<&'a AdapterReport>,
    /// Addresses of this computer.
    own: BTreeSet<IpAddr>,
    /// Whether anybody but this computer answered.
    answered: bool,
}

impl<'a> Case<'a> {
    fn new(measured: &'a Measurements, devices: &'a [GatewayView]) -> Self {
        let all = &measured.adapters;
        let networks: Vec<&AdapterReport> = all
            .iter()
            .filter(|report| report.left_out.is_none())
            // Who names an adapter means it, whatever it is.
            .filter(|report| measured.adapters_named || is_network(report))
            .collect();
        let own: BTreeSet<IpAddr> = all.iter().flat_map(own_ips).collect();
        let answered = networks.iter().any(|report| {
            let hosts = report
                .probes
                .iter()
                .flat_map(|probe| &probe.answering_hosts);
            let own_counts = report.kind == AdapterKind::Loopback;
            hosts
                .into_iter()
                .any(|host| own_counts || !own.contains(&host.ip()))
        });
        Case {
            measured,
            devices,
            vpns: all.iter().filter(|report| is_vpn(report)).collect(),
            networks,
            own,
            answered: answered || described(devices).next().is_some(),
        }
    }

    /// Whether there is anything to search through.
    fn adapters(&self, found: &mut Found) {
        let all = &self.measured.adapters;
        let searched = || all.iter().filter(|report| report.left_out.is_none());
        if self.networks.is_empty() {
            let bare: Vec<&AdapterReport> = all
                .iter()
                .filter(|report| report.up && is_network(report))
                .filter(|report| report.left_out == Some(LeftOut::NoAddress))
                .collect();
            let (code, about) = if !bare.is_empty() {
                (FindingCode::NoAddress, names(bare))
            } else if searched().any(|report| report.kind == AdapterKind::Tunnel) {
                let tunnels = searched().filter(|report| report.kind == AdapterKind::Tunnel);
                (FindingCode::OnlyVpn, names(tunnels))
            } else if searched().next().is_some() {
                (FindingCode::OnlyVirtual, names(searched()))
            } else {
                (FindingCode::NoAdapter, Vec::new())
            };
            found.add(Severity::Problem, code, adapters(about));
        }
        for report in &self.networks {
            if only_self_given(report) && !has_answers(report) {
                let mut facts = adapters(names([*report]));
                facts.addresses = texts(report.addresses.iter().map(|own| own.address));
                found.add(
                    self.unless_spare(report),
                    FindingCode::SelfGivenAddress,
                    facts,
                );
            }
        }
    }

    /// Whether multicast leaves and comes back.
    fn multicast(&self, found: &mut Found) {
        let (mut held, mut works) = (Vec::new(), Vec::new());
        for report in self
            .networks
            .iter()
            .filter(|report| !report.probes.is_empty())
        {
            let mut sent = decisive(report);
            sent.retain(|probe| probe.not_sent.is_none());
            let mut facts = adapters(names([*report]));
            if sent.is_empty() {
                let failures = || {
                    decisive(report)
                        .into_iter()
                        .filter_map(|probe| probe.not_sent.as_ref())
                };
                facts.detail = failures().next().map(|failure| failure.detail.clone());
                let has = |reason| failures().any(|failure| failure.reason == reason);
                let code = if has(SendRefusal::Forbidden) {
                    FindingCode::SearchForbidden
                } else if has(SendRefusal::NoRoute) {
                    FindingCode::SearchNoRoute
                } else {
                    FindingCode::SearchNotSent
                };
                facts.programs.clone_from(&self.measured.firewalls);
                found.add(self.unless_spare(report), code, facts);
            } else if sent.iter().any(|probe| probe.heard_self) {
                works.push(*report);
            } else if sent.iter().any(|probe| probe.not_listening.is_none()) {
                facts.programs.clone_from(&self.measured.firewalls);
                found.add(
                    self.unless_answered(),
                    FindingCode::MulticastNotHeard,
                    facts,
                );
            } else if sent.iter().any(|probe| probe.port_taken) {
                held.push(*report);
            } else {
                facts.detail = sent.iter().find_map(|probe| probe.not_listening.clone());
                found.add(Severity::Hint, FindingCode::NotListening, facts);
            }
        }
        let programs = self.port_programs();
        if !held.is_empty() {
            let facts = FindingFacts {
                programs,
                ..adapters(names(held))
            };
            found.add(self.unless_answered(), FindingCode::PortHeld, facts);
        } else if !programs.is_empty() && !works.is_empty() {
            let facts = FindingFacts {
                programs,
                ..FindingFacts::default()
            };
            found.add(Severity::Ok, FindingCode::PortShared, facts);
        }
        if !works.is_empty() {
            found.add(
                Severity::Ok,
                FindingCode::MulticastWorks,
                adapters(names(works)),
            );
        }
    }

    fn vpn(&self, found: &mut Found) {
        if self
            .networks
            .iter()
            .all(|report| report.kind == AdapterKind::Loopback)
        {
            return;
        }
        let route = self.measured.group_route.as_ref();
        let takes = |report: &AdapterReport| {
            route.is_some_and(|route| route.adapter.as_ref() == Some(&report.name))
        };
        // A tunnel that is down may have left its routes behind.
        let tunnels = self.measured.adapters.iter();
        let taking: Vec<&AdapterReport> = tunnels
            .filter(|report| report.kind == AdapterKind::Tunnel && takes(report))
            .collect();
        if !taking.is_empty() {
            let mut facts = adapters(names(taking));
            facts.other_adapters = names(self.networks.iter().copied());
            found.add(self.unless_answered(), FindingCode::VpnTakesRoute, facts);
        } else if !self.vpns.is_empty() && !self.answered {
            found.add(
                Severity::Hint,
                FindingCode::VpnUp,
                adapters(names(self.vpns.iter().copied())),
            );
        }
    }

    /// What the routers say directly, where they did not answer the search.
    fn routers(&self, found: &mut Found) {
        let mut lonely = Vec::new();
        let mut direct = false;
        for report in self
            .networks
            .iter()
            .filter(|one| one.kind != AdapterKind::Loopback)
        {
            let given = report.addresses.iter().any(|own| !own.is_self_given());
            if report.gateways.is_empty() && given && self.measured.routes_known {
                lonely.push(*report);
            }
            let mut answering = report
                .probes
                .iter()
                .flat_map(|probe| &probe.answering_hosts);
            if answering.any(|host| report.gateways.iter().any(|one| one.address == *host)) {
                continue;
            }
            let Some(router) = report.gateways.iter().min_by_key(|one| silence(one)) else {
                continue;
            };
            direct |= router.answers_search;
            let code = match silence(router) {
                0 => FindingCode::GatewayAnswersUnicastOnly,
                1 => FindingCode::GatewayWithoutUpnp,
                _ => FindingCode::GatewaySilent,
            };
            let mut facts = adapters(names([*report]));
            facts.gateway = Some(router.address.to_string());
            facts.programs.clone_from(&self.measured.firewalls);
            found.add(Severity::Problem, code, facts);
        }
        if self.answered || self.networks.is_empty() {
            return;
        }
        if !lonely.is_empty() {
            found.add(
                Severity::Hint,
                FindingCode::NoRouter,
                adapters(names(lonely)),
            );
        }
        if !self.measured.firewalls.is_empty() {
            // Multicast of others comes in or the router answers directly: then it is the
            // answers that get lost.
            let sure = direct || self.others_heard() > 0;
            let severity = if sure {
                Severity::Problem
            } else {
                Severity::Hint
            };
            let programs = self.measured.firewalls.clone();
            let facts = FindingFacts {
                programs,
                ..FindingFacts::default()
            };
            found.add(severity, FindingCode::FirewallRunning, facts);
        }
    }

    /// What was found after all.
    fn devices(&self, found: &mut Found) {
        let names_of = |devices: &mut dyn Iterator<Item = &GatewayView>| -> FindingFacts {
            let devices: Vec<String> = devices.map(name_of).collect();
            let count = Some(count(devices.len()));
            FindingFacts {
                devices,
                count,
                ..FindingFacts::default()
            }
        };
        let all = || described(self.devices);
        let issue_one = || all().filter(|device| device.kind == GatewayKind::Tr064Issue1);
        if manageable(self.devices).next().is_some() {
            let facts = names_of(&mut manageable(self.devices));
            found.add(Severity::Ok, FindingCode::GatewaysFound, facts);
        } else if issue_one().next().is_some() {
            found.add(
                Severity::Problem,
                FindingCode::OnlyIssueOne,
                names_of(&mut issue_one()),
            );
        } else if all().next().is_some() {
            found.add(
                Severity::Problem,
                FindingCode::NoneManageable,
                names_of(&mut all()),
            );
        } else if self.answered {
            let silent = self
                .devices
                .iter()
                .filter(|one| one.state == GatewayState::Silent);
            let probes = self.networks.iter().flat_map(|report| &report.probes);
            let hosts: BTreeSet<_> = probes.flat_map(|probe| &probe.answering_hosts).collect();
            let facts = FindingFacts {
                addresses: texts(hosts),
                devices: silent.map(name_of).collect(),
                ..FindingFacts::default()
            };
            found.add(
                Severity::Problem,
                FindingCode::DescriptionsUnreadable,
                facts,
            );
        } else if !self.networks.is_empty() {
            let mut facts = adapters(names(self.networks.iter().copied()));
            let probes = self.networks.iter().flat_map(|report| &report.probes);
            facts.addresses = texts(probes.map(|probe| probe.address));
            facts.count = Some(count(self.others_heard()));
            found.add(Severity::Problem, FindingCode::NobodyAnswered, facts);
        }
    }

    /// What may have to do with it.
    fn surroundings(&self, found: &mut Found) {
        let all = &self.measured.adapters;
        let unnamed: Vec<&AdapterReport> = all
            .iter()
            .filter(|report| report.left_out == Some(LeftOut::NotNamed))
            .collect();
        if manageable(self.devices).next().is_none() && !unnamed.is_empty() {
            let mut facts = adapters(names(self.networks.iter().copied()));
            facts.other_adapters = names(unnamed);
            found.add(Severity::Hint, FindingCode::AdaptersNotNamed, facts);
        }
        let twice = self.in_same_network();
        let route = self
            .measured
            .group_route
            .as_ref()
            .and_then(|route| route.adapter.as_ref());
        let by_tunnel = |report: &AdapterReport| {
            report.kind == AdapterKind::Tunnel && Some(&report.name) == route
        };
        let crooked = all.iter().any(by_tunnel) || !twice.is_empty();
        let strict: Vec<&AdapterReport> = self
            .networks
            .iter()
            .copied()
            .filter(|report| report.strict_reverse_path == Some(true))
            .collect();
        if !self.answered && crooked && !strict.is_empty() {
            found.add(
                Severity::Hint,
                FindingCode::ReversePathStrict,
                adapters(names(strict)),
            );
        }
        if !twice.is_empty() {
            found.add(Severity::Hint, FindingCode::SameNetwork, adapters(twice));
        }
    }

    fn in_same_network(&self) -> Vec<String> {
        let real = || {
            self.networks
                .iter()
                .filter(|one| one.kind != AdapterKind::Loopback)
        };
        let shared = |report: &&&AdapterReport| {
            real().any(|other| {
                let mut pairs = report
                    .addresses
                    .iter()
                    .flat_map(|a| other.addresses.iter().map(move |b| (a, b)));
                other.name != report.name && pairs.any(|(a, b)| same_network(a, b))
            })
        };
        names(real().filter(shared).copied())
    }

    fn others_heard(&self) -> usize {
        let probes = self.networks.iter().flat_map(|report| &report.probes);
        let hosts: BTreeSet<_> = probes
            .flat_map(|probe| &probe.heard_hosts)
            .filter(|host| !self.own.contains(&host.ip()))
            .collect();
        hosts.len()
    }

    /// Who else is on the port. A program nobody may see the name of is told as one.
    fn port_programs(&self) -> Vec<String> {
        let holders = self.measured.port_holders.iter().flatten();
        let programs: BTreeSet<String> = holders
            .map(|holder| match (&holder.program, holder.pid) {
                (Some(program), Some(pid)) => format!("{program} ({pid})"),
                (Some(program), None) => program.clone(),
                _ => "a program of another user".to_owned(),
            })
            .collect();
        programs.into_iter().collect()
    }

    /// An adapter nobody gave an address, with a proper network beside it, may be a spare port.
    fn unless_spare(&self, report: &AdapterReport) -> Severity {
        let mut others = self.networks.iter();
        let proper =
            others.any(|other| other.kind != AdapterKind::Loopback && !only_self_given(other));
        if only_self_given(report) && proper {
            Severity::Hint
        } else {
            Severity::Problem
        }
    }

    fn unless_answered(&self) -> Severity {
        if self.answered {
            Severity::Hint
        } else {
            Severity::Problem
        }
    }
}

/// What a search through an adapter is judged by: IPv4 where there is any, since most
/// gateways speak nothing else.
fn decisive(report: &AdapterReport) -> Vec<&Probe> {
    let v4 = |probe: &&Probe| probe.address.ip().is_ipv4();
    let only_v4: Vec<&Probe> = report.probes.iter().filter(v4).collect();
    if only_v4.is_empty() {
        report.probes.iter().collect()
    } else {
        only_v4
    }
}

/// Whether somebody may have a gateway there: no tunnel, nothing for containers.
fn is_network(report: &AdapterReport) -> bool {
    !matches!(report.kind, AdapterKind::Tunnel | AdapterKind::Virtual)
}

/// A tunnel that is in use. macOS keeps several with nothing but link-local addresses.
fn is_vpn(report: &AdapterReport) -> bool {
    let used = report.addresses.iter().any(|own| !own.is_self_given());
    report.kind == AdapterKind::Tunnel && report.up && used
}

fn only_self_given(report: &AdapterReport) -> bool {
    !report.addresses.is_empty() && report.addresses.iter().all(OwnAddress::is_self_given)
}

fn has_answers(report: &AdapterReport) -> bool {
    report.probes.iter().any(|probe| probe.answers > 0)
}

/// How little a router says: 0 answers searches, 1 is there, 2 says nothing.
fn silence(router: &GatewayProbe) -> u8 {
    match (router.answers_search, router.is_there()) {
        (true, _) => 0,
        (_, true) => 1,
        _ => 2,
    }
}

fn same_network(a: &OwnAddress, b: &OwnAddress) -> bool {
    let (IpAddr::V4(first), IpAddr::V4(second)) = (a.address.ip(), b.address.ip()) else {
        return false;
    };
    let host_bits = 32_u32.saturating_sub(u32::from(a.prefix_bits));
    let network = |ip: std::net::Ipv4Addr| u32::from(ip).checked_shr(host_bits).unwrap_or(0);
    a.prefix_bits == b.prefix_bits
        && a.prefix_bits > 0
        && !a.is_self_given()
        && network(first) == network(second)
}

fn own_ips(report: &AdapterReport) -> impl Iterator<Item = IpAddr> + '_ {
    report.addresses.iter().map(|own| own.address.ip())
}

fn names<'a>(reports: impl IntoIterator<Item = &'a AdapterReport>) -> Vec<String> {
    reports
        .into_iter()
        .map(|report| report.name.clone())
        .collect()
}

fn texts(values: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

fn adapters(adapters: Vec<String>) -> FindingFacts {
    FindingFacts {
        adapters,
        ..FindingFacts::default()
    }
}
