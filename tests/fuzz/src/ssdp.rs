//! Datagrams of SSDP, and the tracker they are fed to.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use upnp::description::url::check_location;
use upnp::http_message::HttpMessage;
use upnp::limits;
use upnp::ssdp::message::{Announcement, BootId, SearchTarget, SsdpMessage};
use upnp::ssdp::tracker::Tracker;
use upnp::Udn;

/// Checks datagrams: those of the input are parted by a line with only `%`.
///
/// # Panics
/// When something that must hold does not.
pub fn ssdp_message(input: &[u8]) {
    let sender = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let start = Instant::now();
    let mut tracker = Tracker::new();
    for (at, datagram) in parted(input).enumerate() {
        http_message(datagram);
        let read = SsdpMessage::parse(datagram);
        assert_eq!(read, SsdpMessage::parse(datagram), "the same twice");
        let Ok(message) = read else { continue };
        if let Some(announcement) = announcement_of(&message) {
            announced(announcement);
        }
        let now = start + Duration::from_secs(at as u64 * 40);
        tracker.handle_message(now, sender, message);
        tracker.handle_timeout(now);
    }
    tracked(&mut tracker);
}

/// The messages of an input, parted by a line with only `%`.
pub(crate) fn parted(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let now = rest?;
        let mark = now.windows(3).position(|octets| octets == b"\n%\n");
        rest = mark.and_then(|mark| now.get(mark + 3..));
        mark.map_or(Some(now), |mark| now.get(..=mark))
    })
    .take(limits::TRACKED_DEVICES + 8)
}

fn http_message(datagram: &[u8]) {
    let Ok(message) = HttpMessage::parse(datagram) else {
        return;
    };
    assert!(message.headers.len() <= limits::HEADERS);
    let size: usize = message
        .headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    // An octet that is no UTF-8 is replaced by three.
    assert!(size <= 3 * datagram.len().min(limits::DATAGRAM_BYTES));
    let written = message.to_bytes();
    let line = |octets: &[u8]| octets.iter().filter(|octet| **octet == b'\n').count();
    assert_eq!(
        line(&written),
        message.headers.len() + 2,
        "no value adds a header"
    );
    if written.len() > limits::DATAGRAM_BYTES {
        return;
    }
    // A carriage return in the middle of a line is written as a blank.
    if !format!("{message:?}").contains("\\r") {
        let again = HttpMessage::parse(&written).expect("what was written is read");
        assert_eq!(again, message, "what was written is what was read");
    }
}

fn announcement_of(message: &SsdpMessage) -> Option<&Announcement> {
    match message {
        SsdpMessage::SearchResponse(announcement)
        | SsdpMessage::Alive(announcement)
        | SsdpMessage::Update { announcement, .. } => Some(announcement),
        SsdpMessage::ByeBye(_) | SsdpMessage::Search => None,
    }
}

fn announced(announcement: &Announcement) {
    assert!(announcement.max_age >= limits::MIN_MAX_AGE);
    assert!(announcement.max_age <= limits::MAX_MAX_AGE);
    assert_ne!(announcement.search_port, Some(0));
    assert!(matches!(announcement.location.scheme(), "http" | "https"));
    if let Some(secure) = &announcement.secure_location {
        assert_eq!(secure.scheme(), "https");
    }
    if let Some(BootId::Nls(text)) = &announcement.boot_id {
        assert!(text.chars().count() <= limits::IDENTIFIER_BYTES);
    }
    if let Some(usn) = &announcement.usn {
        let text = usn.udn.to_string();
        let again = Udn::parse(&text).expect("a UDN is read back");
        assert_eq!(again, usn.udn);
        assert_eq!(again.as_str(), text);
        assert!(!usn.udn.uuid().is_empty());
    }
    let target = announcement.target.to_string();
    assert_eq!(SearchTarget::parse(&target), announcement.target);
    // Any sender: only the rules about the address itself are left.
    if check_location(&announcement.location, None, false).is_ok() {
        let host = announcement.location.host_str().unwrap_or_default();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let address: IpAddr = address.parse().expect("a literal address");
        let address = address.to_canonical();
        assert!(!address.is_loopback() && !address.is_multicast() && !address.is_unspecified());
    }
}

fn tracked(tracker: &mut Tracker) {
    let devices = tracker.iter().count();
    assert!(devices <= limits::TRACKED_DEVICES);
    for presence in tracker.iter() {
        assert!(!presence.locations.is_empty());
        assert!(presence.locations.len() <= limits::TRACKED_LOCATIONS);
        assert!(tracker.get(&presence.udn).is_some());
    }
    let mut events = 0;
    while tracker.poll_event().is_some() {
        events += 1;
    }
    assert!(events <= limits::TRACKER_EVENTS);
    // Whoever is silent is gone in the end: timeouts run out, and soon.
    let mut steps = 0;
    while let Some(due) = tracker.poll_timeout() {
        tracker.handle_timeout(due);
        steps += 1;
        assert!(steps <= 2 * devices + 2, "timeouts make progress");
    }
    assert_eq!(tracker.iter().count(), 0);
}
