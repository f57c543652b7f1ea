//! Where a description is: a URL, with the scope of its address beside it.

use std::fmt;
use std::str::FromStr;

use tokio::time::timeout;
use url::{Host, Url};

use super::address::HostAddress;
use super::limits;
use crate::error::{Error, Step};

/// A URL of a device. For a link-local IPv6 address the adapter is kept beside
/// the URL, since a URL has no place for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// The URL, `http` or `https`.
    pub url: Url,
    /// Index of the adapter where the address needs one, see [`HostAddress`];
    /// else 0.
    pub scope_id: u32,
}

impl Location {
    /// The host, if it is a literal address.
    #[must_use]
    pub fn host(&self) -> Option<HostAddress> {
        HostAddress::of_url(&self.url, self.scope_id)
    }

    /// Names are looked up once and replaced by the address: from here on all
    /// hosts are literal, and the `Host` field is, too.
    pub(crate) async fn resolved(&self) -> Result<(HostAddress, Url), Error> {
        let wrong = |detail: &str| Error::Usage {
            detail: format!("{} is no location of a device: {detail}", self.url),
        };
        if !matches!(self.url.scheme(), "http" | "https") {
            return Err(wrong("only http and https are"));
        }
        if self.url.port() == Some(0) || !self.url.username().is_empty() {
            return Err(wrong("port 0 or a user name"));
        }
        if let Some(host) = self.host() {
            return if host.is_usable(true) {
                Ok((host, self.url.clone()))
            } else {
                Err(wrong("the address is a group or nobody's"))
            };
        }
        let Some(Host::Domain(name)) = self.url.host() else {
            return Err(wrong("it has no host"));
        };
        let port = self.url.port_or_known_default().unwrap_or(80);
        let failed = |detail: String| Error::Unreachable {
            address: name.to_owned(),
            step: Step::Connect,
            detail,
        };
        let found = timeout(limits::CONNECT, tokio::net::lookup_host((name, port)))
            .await
            .map_err(|_| failed(String::from("the name is not answered for")))?
            .map_err(|error| failed(error.to_string()))?;
        let addresses: Vec<_> = found.collect();
        let chosen = addresses
            .iter()
            .find(|address| address.is_ipv4())
            .or(addresses.first())
            .ok_or_else(|| failed(String::from("the name has no address")))?;
        let host = HostAddress::of_sender(*chosen);
        let mut url = self.url.clone();
        url.set_ip_host(host.ip())
            .map_err(|()| wrong("the address does not fit"))?;
        Ok((host, url))
    }
}

impl From<Url> for Location {
    fn from(url: Url) -> Self {
        Location { url, scope_id: 0 }
    }
}

impl From<&Url> for Location {
    fn from(url: &Url) -> Self {
        Location::from(url.clone())
    }
}

impl FromStr for Location {
    type Err = Error;

    /// Reads a URL; the host may carry a scope, `http://[fe80::1%eth0]:49152/`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |detail: String| Error::Usage {
            detail: format!("{text:?} is no location of a device: {detail}"),
        };
        let text = text.trim();
        let (mut plain, mut scope_id) = (text.to_owned(), 0);
        if let (Some(open), Some(close)) = (text.find("//["), text.find(']')) {
            let literal = text.get(open + 2..=close).unwrap_or_default();
            if literal.contains('%') {
                let host = HostAddress::parse(literal)?;
                scope_id = host.scope_id();
                plain = text.replacen(literal, &host.in_url(), 1);
            }
        }
        let url = Url::parse(&plain).map_err(|error| wrong(error.to_string()))?;
        if url.host().is_none() || !matches!(url.scheme(), "http" | "https") {
            return Err(wrong(String::from("not an http or https URL")));
        }
        Ok(Location { url, scope_id })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.url.to_string();
        match self.host() {
            Some(host) if host.scope_id() != 0 => {
                f.write_str(&text.replacen(&host.in_url(), &host.to_string(), 1))
            }
            _ => f.write_str(&text),
        }
    }
}

/// Descriptions as routers keep them, to be tried when a host answers no
/// search. Plain HTTP, the most likely first.
#[must_use]
pub fn candidates(host: HostAddress) -> Vec<Url> {
    const KNOWN: [(u16, &str); 12] = [
        (49152, "/desc.xml"),
        (49152, "/description.xml"),
        (49152, "/rootDesc.xml"),
        (49152, "/gatedesc.xml"),
        (49152, "/cmsdesc.xml"),
        (5000, "/rootDesc.xml"),
        (1900, "/rootDesc.xml"),
        (80, "/description.xml"),
        (80, "/desc.xml"),
        (80, "/DeviceDescription.xml"),
        (49000, "/tr64desc.xml"),
        (49000, "/igddesc.xml"),
    ];
    KNOWN
        .iter()
        .filter_map(|(port, path)| {
            Url::parse(&format!("http://{}{path}", host.with_port(*port))).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_survives_beside_the_url() {
        let location: Location = "http://[fe80::1%253]:49152/desc.xml"
            .parse()
            .expect("a location");
        assert_eq!(location.url.as_str(), "http://[fe80::1]:49152/desc.xml");
        assert_eq!(location.scope_id, 3);
        assert_eq!(location.to_string(), "http://[fe80::1%3]:49152/desc.xml");
        let plain: Location = "http://192.0.2.1/desc.xml".parse().expect("a location");
        assert_eq!(plain.to_string(), "http://192.0.2.1/desc.xml");
        for wrong in ["ftp://192.0.2.1/", "192.0.2.1", "http://"] {
            assert!(wrong.parse::<Location>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn candidates_stay_on_the_host() {
        let host = HostAddress::parse("2001:db8::1").expect("a literal");
        let all = candidates(host);
        assert!(all.len() >= 8);
        assert!(all.iter().all(|url| host.is_host_of(url)));
    }

    #[tokio::test]
    async fn literal_hosts_need_no_lookup() {
        let location: Location = "http://192.0.2.1:8080/a".parse().expect("a location");
        let (host, url) = location.resolved().await.expect("a literal");
        assert_eq!(host.to_string(), "192.0.2.1");
        assert_eq!(url, location.url);
        let group: Location = "http://239.255.255.250/".parse().expect("a location");
        assert!(group.resolved().await.is_err());
    }
}
