//! URLs in descriptions: resolution, and the rule that a device speaks only for itself.

use std::net::{IpAddr, Ipv4Addr};

use upnp::description::url::{check_location, reroot, resolve, resolve_on_host, same_host};
use upnp::limits;
use url::Url;

/// Bases a description may have been fetched from.
const BASES: [&str; 4] = [
    "http://192.0.2.1:49152/tr64/description.xml?version=2",
    "https://[fe80::1]/",
    "https://192.0.2.1:49153/dp",
    "http://gateway.example/description.xml",
];

/// Checks one URL of a description; in a first line, before ` <- `, may stand another base.
///
/// # Panics
/// When something that must hold does not.
pub fn url(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (own, raw) = match text.split_once(" <- ") {
        Some((raw, base)) => (Url::parse(base.trim()).ok(), raw),
        None => (None, text.as_ref()),
    };
    let bases = BASES.iter().filter_map(|base| Url::parse(base).ok());
    let own = own.filter(|base| matches!(base.scheme(), "http" | "https"));
    for base in bases.chain(own) {
        resolved(&base, raw);
    }
    if let Ok(location) = Url::parse(raw.trim()) {
        location_checked(&location);
    }
}

fn resolved(base: &Url, raw: &str) {
    let url = resolve(base, raw);
    assert_eq!(url, resolve(base, raw), "the same twice");
    if let Ok(url) = &url {
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        assert!(url.has_host());
        // Each octet becomes three at most, and the base lends its path.
        assert!(url.as_str().len() <= 9 * limits::URL_BYTES + base.as_str().len());
        if url.as_str().len() <= limits::URL_BYTES {
            assert_eq!(resolve(base, url.as_str()).as_ref(), Ok(url));
        }
    }
    match resolve_on_host(base, raw) {
        Ok(found) => {
            assert!(same_host(base, &found), "{found} is not on {base}");
            assert_eq!(Ok(found), url);
        }
        Err(error) => assert!(error.to_string().len() < 4 * limits::URL_BYTES, "{error}"),
    }
    match reroot(base, raw) {
        Ok(found) => {
            assert_eq!(found.scheme(), "https");
            assert_eq!(found.host(), base.host());
            assert_eq!(found.port(), base.port());
            assert_eq!(found.username(), base.username());
            assert_eq!(found.fragment(), None);
        }
        Err(error) => assert!(base.scheme() != "https" || url.is_err(), "{error}"),
    }
}

fn location_checked(location: &Url) {
    let sender = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    for allow_loopback in [false, true] {
        let anybody = check_location(location, None, allow_loopback);
        let from_sender = check_location(location, Some(sender), allow_loopback);
        // Knowing the sender only takes away.
        assert!(from_sender.is_err() || anybody.is_ok());
        if anybody.is_ok() {
            assert!(location.username().is_empty() && location.password().is_none());
            assert_ne!(location.port(), Some(0));
        }
        if from_sender.is_ok() {
            let host = location.host_str().unwrap_or_default();
            let address = host.trim_start_matches('[').trim_end_matches(']');
            let address: IpAddr = address.parse().expect("a literal address");
            assert_eq!(address.to_canonical(), sender);
        }
    }
}
