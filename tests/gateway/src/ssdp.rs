//! Discovery messages: what the gateway announces and what it answers to a search (UDA 2.0, clause 1).

use std::fmt::Write as _;
use std::net::SocketAddr;

use crate::clock;
use crate::description;
use crate::limits;
use crate::place::without_scope;
use crate::quirks::{Quirk, Quirks};
use crate::service::Service;
use crate::spoil;

/// The SERVER header.
pub const SERVER: &str = "Linux/6.1 UPnP/2.0 Lanside/0.1";

/// Everything the messages say about the gateway.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The multicast group, with its port.
    pub group: SocketAddr,
    /// Root UDN with `uuid:`.
    pub udn: String,
    /// Address of the description over HTTP.
    pub location: String,
    /// Address of the description over HTTPS, unless it is kept quiet.
    pub secure_location: Option<String>,
    /// BOOTID and CONFIGID, unless they are kept quiet.
    pub ids: Option<(u32, u32)>,
    /// Port of unicast searches, when it is not 1900.
    pub search_port: Option<u16>,
    /// Deviations.
    pub quirks: Quirks,
}

/// A notification type with the USN that goes with it.
pub type Target = (String, String);

impl Announcement {
    /// All notification types of the gateway: three of the root device, two of an embedded one, one of each
    /// service.
    pub fn targets(&self) -> Vec<Target> {
        let root = &self.udn;
        let mut targets = vec![
            target(root, "upnp:rootdevice"),
            (root.clone(), root.clone()),
        ];
        let embedded = self.quirks.has(Quirk::EmbeddedDevice);
        let device = if embedded {
            let device = description::embedded_udn(root);
            targets.push(target(root, description::GATEWAY_TYPE));
            targets.push((device.clone(), device.clone()));
            device
        } else {
            root.clone()
        };
        let types = [description::DEVICE_TYPE.to_owned()]
            .into_iter()
            .chain(Service::offered(&self.quirks).map(Service::service_type));
        for kind in types {
            targets.push(target(&device, &self.in_own_version(kind)));
        }
        targets
    }

    fn in_own_version(&self, kind: String) -> String {
        match kind.strip_suffix(":2") {
            Some(name) if self.quirks.has(Quirk::VersionOne) => format!("{name}:1"),
            _ => kind,
        }
    }

    /// The targets a search finds; a lower version of a type is answered as asked.
    pub fn found_by(&self, search_target: &str) -> Vec<Target> {
        let all = self.targets();
        if search_target == "ssdp:all" {
            return all;
        }
        let exact = self.quirks.has(Quirk::ExactVersionOnly);
        let found = all.into_iter().find(|(kind, _)| {
            kind == search_target
                || (kind.starts_with("uuid:") && kind.eq_ignore_ascii_case(search_target))
                || (!exact && is_lower_version(search_target, kind))
        });
        match found {
            None => Vec::new(),
            Some(found) if self.quirks.has(Quirk::OwnVersionInAnswers) => vec![found],
            Some((kind, usn)) => match usn.strip_suffix(&format!("::{kind}")) {
                Some(udn) => vec![target(udn, search_target)],
                None => vec![(search_target.to_owned(), usn)],
            },
        }
    }

    /// An `ssdp:alive` message.
    pub fn alive(&self, (kind, usn): &Target) -> String {
        let mut out = self.notify(kind, "ssdp:alive", usn);
        self.write_common(&mut out);
        self.end(out)
    }

    /// An `ssdp:byebye` message.
    pub fn byebye(&self, (kind, usn): &Target) -> String {
        let mut out = self.notify(kind, "ssdp:byebye", usn);
        self.write_ids(&mut out);
        self.end(out)
    }

    /// The answer to a search.
    pub fn answer(&self, (kind, usn): &Target) -> String {
        let mut out = String::from("HTTP/1.1 200 OK\r\n");
        let _ = write!(
            out,
            "DATE: {}\r\nEXT:\r\nST: {kind}\r\nUSN: {usn}\r\n",
            clock::http_now()
        );
        self.write_common(&mut out);
        self.end(out)
    }

    fn notify(&self, kind: &str, sub_type: &str, usn: &str) -> String {
        // Annex A writes the group of IPv6 in capital letters.
        let host = without_scope(self.group).to_string().to_ascii_uppercase();
        format!(
            "NOTIFY * HTTP/1.1\r\nHOST: {host}\r\nNT: {kind}\r\nNTS: {sub_type}\r\nUSN: {usn}\r\n"
        )
    }

    fn end(&self, mut out: String) -> String {
        out.push_str("\r\n");
        if self.quirks.is_empty() {
            return out;
        }
        spoil::discovery::message(out, &self.quirks)
    }

    fn write_common(&self, out: &mut String) {
        let _ = write!(
            out,
            "CACHE-CONTROL: max-age={}\r\nLOCATION: {}\r\nSERVER: {SERVER}\r\n",
            limits::MAX_AGE_S,
            self.location
        );
        self.write_ids(out);
        if let Some(port) = self.search_port {
            let _ = write!(out, "SEARCHPORT.UPNP.ORG: {port}\r\n");
        }
        if let Some(location) = &self.secure_location {
            let _ = write!(out, "SECURELOCATION.UPNP.ORG: {location}\r\n");
        }
    }

    fn write_ids(&self, out: &mut String) {
        if let Some((boot, config)) = self.ids {
            let _ = write!(
                out,
                "BOOTID.UPNP.ORG: {boot}\r\nCONFIGID.UPNP.ORG: {config}\r\n"
            );
        }
    }
}

fn target(udn: &str, kind: &str) -> Target {
    (kind.to_owned(), format!("{udn}::{kind}"))
}

/// Whether `asked` is the type `own` with a lower version.
fn is_lower_version(asked: &str, own: &str) -> bool {
    let split = |text: &'_ str| -> Option<(String, u32)> {
        let (kind, version) = text.rsplit_once(':')?;
        Some((kind.to_owned(), version.parse().ok()?))
    };
    match (split(asked), split(own)) {
        (Some((asked, asked_version)), Some((own, version))) => {
            own.starts_with("urn:") && asked == own && (1..version).contains(&asked_version)
        }
        _ => false,
    }
}

/// A search request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What is searched.
    pub target: String,
    /// Longest time to wait before answering, in seconds; 5 at most.
    pub mx: Option<u32>,
}

/// Reads a search; anything else, and a search without its quoted MAN header, is nothing.
pub fn read_search(datagram: &[u8]) -> Option<Search> {
    let text = std::str::from_utf8(datagram).ok()?;
    let mut lines = text.lines();
    let start = lines.next()?;
    if !start.starts_with("M-SEARCH * HTTP/1.") {
        return None;
    }
    let (mut target, mut mx, mut man) = (None, None, false);
    for line in lines.take(64) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        match name.trim().to_ascii_uppercase().as_str() {
            "ST" => target = Some(value.to_owned()),
            "MX" => mx = value.parse::<u32>().ok().map(|seconds| seconds.min(5)),
            "MAN" => man = value == "\"ssdp:discover\"",
            _ => {}
        }
    }
    man.then_some(Search {
        target: target?,
        mx,
    })
}

/// Takes an announcement of anybody for a search, as one maker's gateway does.
pub fn read_announcement(datagram: &[u8]) -> Option<Search> {
    let text = std::str::from_utf8(datagram).ok()?;
    let target = text
        .strip_prefix("NOTIFY * HTTP/1.")?
        .lines()
        .find_map(|line| line.strip_prefix("NT:"))?;
    Some(Search {
        target: target.trim().to_owned(),
        mx: Some(1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announcement() -> Announcement {
        Announcement {
            group: "239.255.255.250:1900".parse().unwrap(),
            udn: "uuid:df28923d-6486-5995-8c3f-31ba0bd427fe".to_owned(),
            location: "http://127.0.0.1:1/description.xml".to_owned(),
            secure_location: Some("https://127.0.0.1:2/description.xml".to_owned()),
            ids: Some((4, 1)),
            search_port: None,
            quirks: Quirks::default(),
        }
    }

    #[test]
    fn searches_find_what_the_gateway_is() {
        let announcement = announcement();
        for (target, answers) in [
            ("ssdp:all", 6),
            ("upnp:rootdevice", 1),
            ("uuid:DF28923D-6486-5995-8C3F-31BA0BD427FE", 1),
            ("urn:schemas-upnp-org:device:ManageableDevice:1", 1),
            ("urn:schemas-upnp-org:device:ManageableDevice:2", 1),
            ("urn:schemas-upnp-org:device:ManageableDevice:3", 0),
            ("urn:schemas-upnp-org:service:ConfigurationManagement:1", 1),
            ("urn:schemas-upnp-org:service:DeviceProtection:0", 0),
            ("urn:schemas-upnp-org:service:Layer3Forwarding:1", 0),
            ("uuid:other", 0),
        ] {
            assert_eq!(announcement.found_by(target).len(), answers, "{target}");
        }
        let lower = &announcement.found_by("urn:schemas-upnp-org:service:BasicManagement:1")[0];
        assert!(lower
            .1
            .ends_with("::urn:schemas-upnp-org:service:BasicManagement:1"));
    }

    #[test]
    fn quirks_change_what_is_found() {
        let kind = |version: u32| format!("urn:schemas-upnp-org:device:ManageableDevice:{version}");
        let with = |quirk: Quirk| Announcement {
            quirks: [quirk].into_iter().collect(),
            ..announcement()
        };
        assert!(with(Quirk::ExactVersionOnly).found_by(&kind(1)).is_empty());
        assert_eq!(
            with(Quirk::OwnVersionInAnswers).found_by(&kind(1))[0].0,
            kind(2)
        );
        assert!(with(Quirk::VersionOne).found_by(&kind(2)).is_empty());
        let embedded = with(Quirk::EmbeddedDevice);
        assert_eq!(embedded.targets().len(), 8);
        assert!(!embedded.found_by(&kind(1))[0].1.starts_with(&embedded.udn));
    }

    #[test]
    fn only_a_proper_search_counts() {
        let good = "M-SEARCH * HTTP/1.1\r\nHost: x\r\nMan: \"ssdp:discover\"\r\nMX: 120\r\nST: ssdp:all\r\n\r\n";
        assert_eq!(
            read_search(good.as_bytes()),
            Some(Search {
                target: "ssdp:all".to_owned(),
                mx: Some(5)
            })
        );
        for bad in [
            "M-SEARCH * HTTP/1.1\r\nMAN: ssdp:discover\r\nMX: 1\r\nST: ssdp:all\r\n\r\n",
            "M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\n\r\n",
            "NOTIFY * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n\r\n",
            "",
        ] {
            assert_eq!(read_search(bad.as_bytes()), None);
        }
    }

    #[test]
    fn messages_carry_the_headers_of_uda_2_0() {
        let announcement = announcement();
        let target = &announcement.targets()[0];
        let alive = announcement.alive(target);
        for header in [
            "NTS: ssdp:alive",
            "BOOTID.UPNP.ORG: 4",
            "CONFIGID.UPNP.ORG: 1",
            "SECURELOCATION.UPNP.ORG: https:",
        ] {
            assert!(alive.contains(header), "{header}");
        }
        assert!(alive.ends_with("\r\n\r\n") && !alive.contains("SEARCHPORT"));
        let byebye = announcement.byebye(target);
        assert!(byebye.contains("BOOTID") && !byebye.contains("LOCATION"));
        assert!(announcement.answer(target).contains("EXT:\r\n"));
    }
}
