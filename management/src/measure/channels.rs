//! How crowded Wi-Fi channels are: networks around and the gateway's own radios, by what they
//! really cover.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::diagnostics::NeighbourNetwork;
use crate::limits;
use crate::picked::Picked;

/// How crowded the channels around a gateway are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChannelsView {
    /// UDN of the gateway.
    pub udn: String,
    /// When it looked around, RFC 3339; `null` when it never did from this computer.
    pub looked_at: Option<String>,
    /// Bands on which there is anything.
    pub bands: Vec<BandView>,
}

/// One band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BandView {
    /// `2.4GHz`, `5GHz` or `6GHz`.
    pub band: String,
    /// Channel of the gateway's own radio there.
    pub own: Option<u32>,
    /// Channels of 20 MHz, lowest first.
    pub channels: Vec<ChannelView>,
}

/// One channel of 20 MHz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChannelView {
    /// Its number.
    pub channel: u32,
    /// Networks whose main channel it is.
    pub networks: u32,
    /// Networks that reach into it, those included.
    pub overlapping: u32,
    /// The strongest of them, dBm.
    pub strongest_dbm: Option<i32>,
    /// Whether the gateway's own radio reaches into it.
    pub own: bool,
}

/// One radio of the gateway: band, channel, width in MHz.
pub(super) type Radio = (String, u32, u32);

pub(super) fn own_radios(picked: &Picked) -> Vec<Radio> {
    let rows = picked.rows("WiFi/Radio/").into_iter();
    let radios = rows
        .filter(|radio| picked.enabled(radio))
        .filter_map(|radio| {
            let band = picked.text(&format!("{radio}OperatingFrequencyBand"))?;
            let channel = picked.number(&format!("{radio}Channel"))?;
            let width = picked
                .text(&format!("{radio}CurrentOperatingChannelBandwidth"))
                .or(picked.text(&format!("{radio}OperatingChannelBandwidth")));
            let channel = u32::try_from(channel).ok()?;
            Some((
                band.to_owned(),
                channel,
                megahertz(width.unwrap_or_default()),
            ))
        });
    radios.chain(older_radios(picked)).collect()
}

/// Radios of InternetGatewayDevice:1, which names neither band nor width: numbers up to 14 are
/// those of 2.4 GHz, and 6 GHz came after it.
fn older_radios(picked: &Picked) -> Vec<Radio> {
    let lans = picked.rows("LANDevice/").into_iter();
    lans.flat_map(|lan| picked.rows(&format!("{lan}WLANConfiguration/")))
        .filter(|row| {
            picked.enabled(row) && picked.flag(&format!("{row}RadioEnabled")) != Some(false)
        })
        .filter_map(|row| {
            let channel = picked.number(&format!("{row}Channel"))?;
            let channel = u32::try_from(channel).ok().filter(|number| *number > 0)?;
            let band = if channel <= 14 { "2.4GHz" } else { "5GHz" };
            Some((band.to_owned(), channel, megahertz("")))
        })
        .collect()
}

pub(super) fn bands(own: &[Radio], networks: &[NeighbourNetwork]) -> Vec<BandView> {
    ["2.4GHz", "5GHz", "6GHz"]
        .iter()
        .filter_map(|band| {
            let radio = own.iter().find(|(of, ..)| of == band);
            let around: Vec<(u32, u32, Option<i32>)> = networks
                .iter()
                .filter(|network| network.band == *band)
                .filter_map(|network| {
                    let width = megahertz(&network.width);
                    Some((network.channel?, width, network.signal_dbm))
                })
                .collect();
            if radio.is_none() && around.is_empty() {
                return None;
            }
            let view = |channel: u32| {
                let there = around
                    .iter()
                    .filter(|(main, width, _)| covers(band, *main, *width, channel));
                let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
                ChannelView {
                    channel,
                    networks: count(around.iter().filter(|(main, ..)| *main == channel).count()),
                    overlapping: count(there.clone().count()),
                    strongest_dbm: there.filter_map(|(.., signal)| *signal).max(),
                    own: radio.is_some_and(|(_, main, width)| covers(band, *main, *width, channel)),
                }
            };
            let mut numbers = usual(band);
            // A channel that is not among the usual ones of Europe is shown all the same.
            numbers.extend(around.iter().map(|(main, ..)| *main));
            numbers.extend(radio.iter().map(|(_, main, _)| *main));
            numbers.sort_unstable();
            numbers.dedup();
            numbers.truncate(limits::WIFI_CHANNELS);
            Some(BandView {
                band: (*band).to_owned(),
                own: radio.map(|(_, channel, _)| *channel),
                channels: numbers.into_iter().map(view).collect(),
            })
        })
        .collect()
}

fn usual(band: &str) -> Vec<u32> {
    match band {
        "2.4GHz" => (1..=13).collect(),
        "5GHz" => (36..=64)
            .chain(100..=140)
            .filter(|number| number % 4 == 0)
            .collect(),
        _ => (1..=93).step_by(4).collect(),
    }
}

/// Whether a network on a main channel reaches into another channel.
fn covers(band: &str, main: u32, width: u32, channel: u32) -> bool {
    if band == "2.4GHz" {
        // Channels are 5 MHz apart and 20 MHz wide; which side a wide one goes is not told.
        return main.abs_diff(channel) * 5 < if width > 20 { 40 } else { 20 };
    }
    // Wide channels are fixed blocks of channels that are 4 numbers apart.
    let first = match band {
        "5GHz" if main >= 149 => 149,
        "5GHz" => 36,
        _ => 1,
    };
    let numbers = (width / 20).max(1) * 4;
    match (main.checked_sub(first), channel.checked_sub(first)) {
        (Some(main), Some(channel)) => main / numbers == channel / numbers,
        _ => main == channel,
    }
}

/// `80MHz` is 80; what is not said is 20.
fn megahertz(width: &str) -> u32 {
    let digits: String = width.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(20).clamp(20, 320)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(band: &str, channel: u32, width: &str, signal: i32) -> NeighbourNetwork {
        NeighbourNetwork {
            ssid: String::new(),
            bssid: String::new(),
            band: band.to_owned(),
            channel: Some(channel),
            signal_dbm: Some(signal),
            noise_dbm: None,
            width: width.to_owned(),
            security: String::new(),
            standards: String::new(),
        }
    }

    #[test]
    fn neighbours_count_on_every_channel_they_reach_into() {
        let around = [
            network("2.4GHz", 1, "20MHz", -40),
            network("2.4GHz", 6, "20MHz", -70),
            network("5GHz", 44, "80MHz", -60),
        ];
        let own = [("2.4GHz".to_owned(), 6, 20)];
        let bands = bands(&own, &around);
        assert_eq!(bands.len(), 2, "nothing is on 6 GHz");
        let at = |band: usize, channel: u32| {
            let found = bands[band]
                .channels
                .iter()
                .find(|one| one.channel == channel);
            found.expect("a channel").clone()
        };
        assert_eq!(bands[0].own, Some(6));
        let third = at(0, 3);
        assert_eq!((third.networks, third.overlapping), (0, 2));
        assert_eq!(third.strongest_dbm, Some(-40));
        assert!(third.own && !at(0, 1).own);
        assert_eq!(at(0, 11).overlapping, 0);
        // One of 80 MHz covers a whole block and nothing of the next.
        assert_eq!(
            [36, 40, 44, 48, 52].map(|one| at(1, one).overlapping),
            [1, 1, 1, 1, 0]
        );
    }

    #[test]
    fn widths_read() {
        for (text, width) in [
            ("20MHz", 20),
            ("160MHz", 160),
            ("", 20),
            ("Auto", 20),
            ("9999MHz", 320),
        ] {
            assert_eq!(megahertz(text), width, "{text}");
        }
    }
}
