//! Traffic counters as rates.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::limits;
use crate::picked::Picked;

/// What is read: tables of interfaces that count.
pub(super) const READ: [&str; 4] = [
    "IP/Interface/",
    "Ethernet/Interface/",
    "WiFi/SSID/",
    "PPP/Interface/",
];

/// The same in the older model InternetGatewayDevice:1.
pub(super) const READ_OLDER: [&str; 2] = ["WANDevice/", "LANDevice/"];

/// How the data models name a counter of octets, before `Received` and `Sent`: Device:2, then
/// objects of InternetGatewayDevice:1.
const OCTETS: [&str; 3] = ["Stats/Bytes", "TotalBytes", "Stats/EthernetBytes"];

/// Rates between two readings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TrafficView {
    /// When the later reading was, RFC 3339.
    pub time: String,
    /// Seconds between the two.
    pub seconds: f64,
    /// One entry an interface.
    pub interfaces: Vec<InterfaceRate>,
}

/// Rates of one interface, as the gateway counts. A gap in the counting is `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct InterfaceRate {
    /// Shown path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Bits a second it received.
    pub received_bps: Option<f64>,
    /// Bits a second it sent.
    pub sent_bps: Option<f64>,
    /// Errors since the earlier reading, both ways.
    pub errors: Option<u32>,
}

/// Counters of one interface.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Counters {
    path: String,
    name: String,
    received: Option<u64>,
    sent: Option<u64>,
    errors: Option<u64>,
}

pub(super) fn counters(picked: &Picked) -> Vec<Counters> {
    let now = READ.iter().flat_map(|table| picked.rows(table));
    now.chain(older(picked))
        .take(limits::STATUS_ROWS)
        .filter_map(|row| {
            let count = |name: &str| {
                let number = picked.number(&format!("{row}{name}"))?;
                u64::try_from(number).ok()
            };
            let octets = |way: &str| {
                OCTETS
                    .iter()
                    .find_map(|name| count(&format!("{name}{way}")))
            };
            let (received, sent) = (octets("Received"), octets("Sent"));
            let errors = match (count("Stats/ErrorsReceived"), count("Stats/ErrorsSent")) {
                (None, None) => None,
                (received, sent) => Some(received.unwrap_or(0).saturating_add(sent.unwrap_or(0))),
            };
            received.or(sent)?;
            let name = ["Alias", "SSID", "Name", "WANAccessType"]
                .iter()
                .find_map(|name| picked.text(&format!("{row}{name}")));
            Some(Counters {
                name: name.map_or_else(|| picked.shown(&row), str::to_owned),
                path: picked.shown(&row),
                received,
                sent,
                errors,
            })
        })
        .collect()
}

/// Objects of the older model that count: the way to the provider, its connections, ports and
/// networks of the home.
fn older(picked: &Picked) -> Vec<String> {
    let mut objects = Vec::new();
    for wan in picked.rows("WANDevice/") {
        objects.push(format!("{wan}WANCommonInterfaceConfig/"));
        for device in picked.rows(&format!("{wan}WANConnectionDevice/")) {
            for table in ["WANPPPConnection/", "WANIPConnection/"] {
                objects.extend(picked.rows(&format!("{device}{table}")));
            }
        }
    }
    for lan in picked.rows("LANDevice/") {
        for table in [
            "LANEthernetInterfaceConfig/",
            "LANUSBInterfaceConfig/",
            "WLANConfiguration/",
        ] {
            objects.extend(picked.rows(&format!("{lan}{table}")));
        }
    }
    objects
}

pub(super) fn rates(before: &[Counters], now: &[Counters], seconds: f64) -> Vec<InterfaceRate> {
    let bits = |old: Option<u64>, new: Option<u64>| {
        let octets = grown(old?, new?)?;
        // Exact up to 2^53 octets between two readings.
        (seconds > 0.0).then(|| octets as f64 * 8.0 / seconds)
    };
    now.iter()
        .map(|now| {
            let old = before.iter().find(|old| old.path == now.path);
            let errors = old.and_then(|old| grown(old.errors?, now.errors?));
            InterfaceRate {
                path: now.path.clone(),
                name: now.name.clone(),
                received_bps: old.and_then(|old| bits(old.received, now.received)),
                sent_bps: old.and_then(|old| bits(old.sent, now.sent)),
                errors: errors.and_then(|errors| u32::try_from(errors).ok()),
            }
        })
        .collect()
}

/// How much a counter grew. One that fell from the last quarter of 32 bits into the first ran
/// over; any other that fell was set back, and nothing is known.
fn grown(old: u64, new: u64) -> Option<u64> {
    const WRAP: u64 = 1 << 32;
    match new.checked_sub(old) {
        Some(more) => Some(more),
        None if (WRAP / 4 * 3..WRAP).contains(&old) && new < WRAP / 4 => Some(new + WRAP - old),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_that_run_over_go_on_and_those_set_back_leave_a_gap() {
        assert_eq!(grown(100, 350), Some(250));
        assert_eq!(grown((1 << 32) - 10, 20), Some(30));
        assert_eq!(grown(5_000_000, 12), None, "the gateway restarted");
        assert_eq!(grown(1 << 40, 12), None);
    }

    #[test]
    fn rates_are_bits_a_second() {
        let at = |received: &str| {
            counters(&Picked::of(&[
                ("IP/Interface/1/Alias", "wan"),
                ("IP/Interface/1/Stats/BytesReceived", received),
                ("IP/Interface/1/Stats/BytesSent", "7"),
                ("IP/Interface/2/Alias", "counts nothing"),
            ]))
        };
        let rates = rates(&at("1000"), &at("3000"), 2.0);
        assert_eq!(rates.len(), 1);
        assert_eq!(rates[0].name, "wan");
        assert_eq!(rates[0].received_bps, Some(8_000.0));
        assert_eq!((rates[0].sent_bps, rates[0].errors), (Some(0.0), None));
    }

    #[test]
    fn the_older_model_counts_under_other_names() {
        let found = counters(&Picked::of(&[
            ("WANDevice/1/WANCommonInterfaceConfig/WANAccessType", "DSL"),
            ("WANDevice/1/WANCommonInterfaceConfig/TotalBytesSent", "5"),
            (
                "WANDevice/1/WANConnectionDevice/2/WANIPConnection/3/Stats/EthernetBytesReceived",
                "6",
            ),
            (
                "WANDevice/1/WANConnectionDevice/2/WANIPConnection/3/Name",
                "internet",
            ),
            (
                "LANDevice/1/LANEthernetInterfaceConfig/1/Stats/BytesSent",
                "7",
            ),
            (
                "LANDevice/1/LANEthernetInterfaceConfig/1/Stats/ErrorsSent",
                "1",
            ),
            ("LANDevice/1/WLANConfiguration/1/SSID", "Home"),
            ("LANDevice/1/WLANConfiguration/1/TotalBytesReceived", "8"),
            ("LANDevice/1/WLANConfiguration/2/SSID", "counts nothing"),
        ]));
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_str(), one.received, one.sent, one.errors))
            .collect();
        let port = "Device.LANDevice.1.LANEthernetInterfaceConfig.1.";
        assert_eq!(
            told,
            [
                ("DSL", None, Some(5), None),
                ("internet", Some(6), None, None),
                (port, None, Some(7), Some(1)),
                ("Home", Some(8), None, None),
            ]
        );
    }
}
