//! The page as text for a ticket. An allow-list decides what gets in: numbers, words of the
//! standards' enumerations, our own words, and the names of maker, model and versions. All
//! else, whatever it is, stays out.

use std::net::IpAddr;

use super::view::StatusView;
use crate::clock;
use crate::ladder::{Layer, Purpose, RungProblem};
use crate::store::JournalState;

/// Longest name of a maker, model or version, in characters.
const LABEL_CHARS: usize = 40;

/// Words of Status, LinkStatus, ConnectionStatus, LastConnectionError and DeviceStatus that
/// may be shown (TR-181, TR-098, BMS:2).
const STATES: [&str; 51] = [
    "OK",
    "Rebooting",
    "Up",
    "Down",
    "Unknown",
    "Dormant",
    "NotPresent",
    "LowerLayerDown",
    "Error",
    "Enabled",
    "Disabled",
    "Initializing",
    "EstablishingLink",
    "NoSignal",
    "NoLink",
    "Unconfigured",
    "Connecting",
    "Authenticating",
    "Connected",
    "PendingDisconnect",
    "Disconnecting",
    "Disconnected",
    "ERROR_NONE",
    "ERROR_ISP_TIME_OUT",
    "ERROR_COMMAND_ABORTED",
    "ERROR_NOT_ENABLED_FOR_INTERNET",
    "ERROR_BAD_PHONE_NUMBER",
    "ERROR_USER_DISCONNECT",
    "ERROR_ISP_DISCONNECT",
    "ERROR_IDLE_DISCONNECT",
    "ERROR_FORCED_DISCONNECT",
    "ERROR_SERVER_OUT_OF_RESOURCES",
    "ERROR_RESTRICTED_LOGON_HOURS",
    "ERROR_ACCOUNT_DISABLED",
    "ERROR_ACCOUNT_EXPIRED",
    "ERROR_PASSWORD_EXPIRED",
    "ERROR_AUTHENTICATION_FAILURE",
    "ERROR_NO_DIALTONE",
    "ERROR_NO_CARRIER",
    "ERROR_NO_ANSWER",
    "ERROR_LINE_BUSY",
    "ERROR_UNSUPPORTED_BITSPERSECOND",
    "ERROR_TOO_MANY_LINE_ERRORS",
    "ERROR_IP_CONFIGURATION",
    "ERROR_UNKNOWN",
    "Critical",
    "Major",
    "Minor",
    "Warning",
    "Indeterminate",
    "Installed",
];

/// Words for a network's band and security.
const RADIO: [&str; 17] = [
    "2.4GHz",
    "5GHz",
    "6GHz",
    "None",
    "WEP-64",
    "WEP-128",
    "WPA-Personal",
    "WPA2-Personal",
    "WPA3-Personal",
    "WPA-WPA2-Personal",
    "WPA3-Personal-Transition",
    "WPA-Enterprise",
    "WPA2-Enterprise",
    "WPA3-Enterprise",
    "WPA-WPA2-Enterprise",
    "WPA",
    "11i",
];

const PROFILES: [&str; 9] = ["8a", "8b", "8c", "8d", "12a", "12b", "17a", "30a", "35b"];

const OTHER: &str = "(other)";

fn word<'a>(text: Option<&str>, allowed: &[&'a str]) -> &'a str {
    match text {
        None => "(not said)",
        Some(text) => allowed
            .iter()
            .find(|word| **word == text)
            .copied()
            .unwrap_or(OTHER),
    }
}

/// Names of maker, model and versions: what does not look like one is left out.
fn label(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || " .-_/+()".contains(c);
    if text.is_empty() {
        "(not said)".to_owned()
    } else if text.chars().count() <= LABEL_CHARS && text.chars().all(plain) {
        text.to_owned()
    } else {
        OTHER.to_owned()
    }
}

/// Which kind of address it is; never the address.
fn address_kind(text: &str) -> &'static str {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address))
            if address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64 =>
        {
            "IPv4 (shared by the provider)"
        }
        Ok(IpAddr::V4(address)) if address.is_private() => "IPv4 (private)",
        Ok(IpAddr::V4(address)) if address.is_link_local() => "IPv4 (link-local)",
        Ok(IpAddr::V4(_)) => "IPv4",
        Ok(IpAddr::V6(address)) if address.segments()[0] & 0xffc0 == 0xfe80 => "IPv6 (link-local)",
        Ok(IpAddr::V6(address)) if address.segments()[0] & 0xfe00 == 0xfc00 => "IPv6 (local)",
        Ok(IpAddr::V6(_)) => "IPv6",
        Err(_) => OTHER,
    }
}

fn kbit(rate: Option<u32>) -> String {
    rate.map_or_else(|| "?".to_owned(), |rate| format!("{rate} kbit/s"))
}

fn tenths(value: Option<i32>) -> String {
    value.map_or_else(
        || "?".to_owned(),
        |value| format!("{:.1} dB", f64::from(value) / 10.0),
    )
}

impl StatusView {
    /// The page as text for a ticket. Names of people, networks and devices, addresses, serial
    /// numbers and paths of changed values are not in it.
    pub fn ticket_text(&self) -> String {
        let identity = &self.identity;
        let mut lines = vec![
            format!(
                "Gateway: {} {}, hardware {}, firmware {}",
                label(identity.manufacturer.as_deref()),
                label(identity.model.as_deref()),
                label(identity.hardware_version.as_deref()),
                label(identity.software_version.as_deref())
            ),
            format!(
                "Up for: {}",
                self.up_time_s
                    .map_or_else(|| "(not said)".to_owned(), clock::span)
            ),
        ];
        if let Some(status) = &self.device_status {
            lines.push(format!(
                "Says of itself: {}",
                word(Some(&status.status), &STATES)
            ));
        }
        lines.push(self.internet());
        for line in &self.lines {
            lines.push(format!(
                "Line: {} {} {}, {} down, {} up (at most {} down, {} up), margin {} / {}, attenuation {} / {}",
                word(Some(&line.kind), &["DSL", "fibre", "Ethernet"]),
                word(line.status.as_deref(), &STATES),
                line.profile.as_deref().map_or("", |profile| word(Some(profile), &PROFILES)),
                kbit(line.down_kbit),
                kbit(line.up_kbit),
                kbit(line.max_down_kbit),
                kbit(line.max_up_kbit),
                tenths(line.margin_down),
                tenths(line.margin_up),
                tenths(line.attenuation_down),
                tenths(line.attenuation_up)
            ));
        }
        for (place, network) in (1..).zip(&self.wifi) {
            lines.push(format!(
                "Wi-Fi {place}: {}, {}, {}, channel {}, {}, {} devices",
                if network.enabled { "on" } else { "off" },
                word(network.status.as_deref(), &STATES),
                word(network.band.as_deref(), &RADIO),
                network
                    .channel
                    .map_or_else(|| "?".to_owned(), |channel| channel.to_string()),
                word(network.security.as_deref(), &RADIO),
                network.stations
            ));
        }
        lines.push(format!(
            "Devices at home: {} there, {} known",
            self.hosts.active, self.hosts.known
        ));
        for change in &self.last_changes {
            lines.push(format!(
                "Changed: {} values, {}",
                change.paths.len(),
                match change.state {
                    JournalState::Verified => "verified",
                    JournalState::Refused => "refused",
                    JournalState::Differs => "differs",
                    JournalState::Sending | JournalState::Applied | JournalState::Unknown => {
                        "outcome unknown"
                    }
                }
            ));
        }
        lines.push(format!("Waiting in the draft: {} values", self.draft_count));
        for alarm in &self.alarms {
            lines.push(format!("Alarm: {}", word(Some(&alarm.severity), &STATES)));
        }
        if !self.software.is_empty() {
            lines.push(format!("Installed software: {} units", self.software.len()));
        }
        lines.extend(self.broken());
        lines.push(String::new());
        lines.join("\n")
    }

    fn internet(&self) -> String {
        let wan = &self.wan;
        let mut kinds: Vec<&str> = wan.addresses.iter().map(|one| address_kind(one)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        format!(
            "Internet: {}{}{}, addresses {}, {} router, {} name servers",
            word(wan.status.as_deref(), &STATES),
            wan.since_s
                .map(|seconds| format!(" for {}", clock::span(seconds)))
                .unwrap_or_default(),
            wan.connection
                .as_deref()
                .map(|connection| format!(
                    ", PPP {} ({})",
                    word(Some(connection), &STATES),
                    word(wan.last_error.as_deref(), &STATES)
                ))
                .unwrap_or_default(),
            if kinds.is_empty() {
                "none".to_owned()
            } else {
                kinds.join(" and ")
            },
            if wan.router.is_some() { "a" } else { "no" },
            wan.name_servers.len()
        )
    }

    fn broken(&self) -> Vec<String> {
        self.ladders
            .iter()
            .filter_map(|ladder| {
                let rung = ladder.rungs.get(ladder.broken? as usize)?;
                let purpose = match ladder.purpose {
                    Purpose::Internet => "internet",
                    Purpose::Wifi => "Wi-Fi",
                    Purpose::Lan => "home network",
                };
                Some(format!(
                    "Broken ({purpose}): {} {}",
                    layer(rung.layer),
                    rung.problem.map_or("down", problem)
                ))
            })
            .collect()
    }
}

fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Line => "line",
        Layer::Channel => "channel",
        Layer::Fibre => "fibre",
        Layer::Port => "port",
        Layer::Mobile => "mobile",
        Layer::Link => "link",
        Layer::Vlan => "VLAN",
        Layer::Ppp => "PPP",
        Layer::Address => "address",
        Layer::Route => "default route",
        Layer::Dns => "name servers",
        Layer::Radio => "radio",
        Layer::Network => "network",
        Layer::AccessPoint => "access point",
        Layer::DhcpServer => "DHCP server",
    }
}

fn problem(problem: RungProblem) -> &'static str {
    match problem {
        RungProblem::SwitchedOff => "switched off",
        RungProblem::NoSignal => "without signal",
        RungProblem::NotInSync => "not in sync",
        RungProblem::NoLight => "without light",
        RungProblem::NoCable => "without cable",
        RungProblem::NothingComesBack => "sends and receives nothing",
        RungProblem::PasswordRefused => "refused name or password",
        RungProblem::AccountBlocked => "blocked by the provider",
        RungProblem::NoAnswer => "without answer",
        RungProblem::Disconnected => "disconnected",
        RungProblem::NoOffer => "not offered",
        RungProblem::NoAddress => "missing",
        RungProblem::NoDefaultRoute => "missing",
        RungProblem::NoServer => "missing",
        RungProblem::Down => "down",
    }
}

#[cfg(test)]
mod tests;
