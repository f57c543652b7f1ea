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
    READ.iter()
        .flat_map(|table| picked.rows(table))
        .take(limits::STATUS_ROWS)
        .filter_map(|row| {
            let count = |name: &str| {
                let number = picked.number(&format!("{row}Stats/{name}"))?;
                u64::try_from(number).ok()
            };
            let (received, sent) = (count("BytesReceived"), count("BytesSent"));
            let errors = match (count("ErrorsReceived"), count("ErrorsSent")) {
                (None, None) => None,
                (received, sent) => Some(received.unwrap_or(0).saturating_add(sent.unwrap_or(0))),
            };
            received.or(sent)?;
            let name = ["Alias", "SSID", "Name"]
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
}
