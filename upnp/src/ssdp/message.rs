//! Datagrams of SSDP (UPnP Device Architecture 2.0, discovery): the search we
//! send, and the answers and announcements we read.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use url::Url;

use crate::http_message::{Headers, HttpMessage, HttpMessageError, StartLine};
use crate::identifiers::{DeviceType, ServiceType, Udn, Usn};
use crate::limits;

/// What is searched for or announced (ST, NT).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SearchTarget {
    /// Everything.
    All,
    /// Every root device.
    RootDevice,
    /// One device.
    Device(Udn),
    /// Devices of a type.
    DeviceType(DeviceType),
    /// Services of a type.
    ServiceType(ServiceType),
    /// Any other text.
    Other(String),
}

impl SearchTarget {
    /// Reads a target; what is not of a known form is kept as it is.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.eq_ignore_ascii_case("ssdp:all") {
            Self::All
        } else if text.eq_ignore_ascii_case("upnp:rootdevice") {
            Self::RootDevice
        } else if let Ok(device_type) = DeviceType::parse(text) {
            Self::DeviceType(device_type)
        } else if let Ok(service_type) = ServiceType::parse(text) {
            Self::ServiceType(service_type)
        } else {
            let is_uuid = text
                .get(..5)
                .is_some_and(|text| text.eq_ignore_ascii_case("uuid:"));
            match Udn::parse(text) {
                Ok(udn) if is_uuid => Self::Device(udn),
                _ => Self::Other(text.to_owned()),
            }
        }
    }
}

impl fmt::Display for SearchTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("ssdp:all"),
            Self::RootDevice => f.write_str("upnp:rootdevice"),
            Self::Device(udn) => write!(f, "uuid:{}", udn.uuid()),
            Self::DeviceType(device_type) => device_type.fmt(f),
            Self::ServiceType(service_type) => service_type.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// A search request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// What for.
    pub target: SearchTarget,
    /// Where the datagram goes; the multicast group or one device.
    pub host: SocketAddr,
    /// Seconds over which devices spread their answers, 1 to 5. A search sent
    /// to one device has none; some need one all the same.
    pub mx: Option<u8>,
    /// `OS/version UPnP/2.0 product/version`.
    pub user_agent: String,
    /// Name for people of this control point (CPFN.UPNP.ORG), required in
    /// multicast searches.
    pub friendly_name: Option<String>,
    /// Stable UUID of this control point, without `uuid:` (CPUUID.UPNP.ORG).
    pub control_point_uuid: Option<String>,
}

impl Search {
    /// The octets of the datagram.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut headers = Headers::default();
        headers.push("HOST", &host(self.host));
        // Devices ignore a request whose MAN lacks the quotes.
        headers.push("MAN", "\"ssdp:discover\"");
        if let Some(mx) = self.mx {
            headers.push("MX", &mx.clamp(1, 5).to_string());
        }
        headers.push("ST", &self.target.to_string());
        headers.push("USER-AGENT", &self.user_agent);
        if let Some(name) = &self.friendly_name {
            headers.push("CPFN.UPNP.ORG", name);
        }
        if let Some(uuid) = &self.control_point_uuid {
            headers.push("CPUUID.UPNP.ORG", uuid);
        }
        HttpMessage {
            start: StartLine::Request {
                method: String::from("M-SEARCH"),
                target: String::from("*"),
            },
            headers,
        }
        .to_bytes()
    }
}

/// An address for the HOST header: never with the scope of the interface.
fn host(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.to_string(),
        SocketAddr::V6(address) => format!("[{}]:{}", address.ip(), address.port()),
    }
}

/// What changes when a device restarts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BootId {
    /// BOOTID.UPNP.ORG.
    Number(u32),
    /// 01-NLS, of devices of UDA 1.0; an opaque text.
    Nls(String),
}

/// A device says that it is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Who; none when the header is missing or malformed, then the
    /// description tells.
    pub usn: Option<Usn>,
    /// What is announced.
    pub target: SearchTarget,
    /// Where the description is; not yet checked, see
    /// [`crate::description::url::check_location`].
    pub location: Url,
    /// Where the description is over TLS.
    pub secure_location: Option<Url>,
    /// How long the announcement holds, within sensible bounds.
    pub max_age: Duration,
    /// SERVER, as sent.
    pub server: Option<String>,
    /// What changes when the device restarts.
    pub boot_id: Option<BootId>,
    /// CONFIGID.UPNP.ORG, if it is a number.
    pub config_id: Option<u32>,
    /// Port for searches sent to the device, if it is not 1900.
    pub search_port: Option<u16>,
}

/// A device says that it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Who and what.
    pub usn: Usn,
    /// What is leaving.
    pub target: SearchTarget,
    /// Boot that ends.
    pub boot_id: Option<BootId>,
}

/// A datagram that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SsdpMessage {
    /// Answer to a search.
    SearchResponse(Announcement),
    /// `ssdp:alive`.
    Alive(Announcement),
    /// `ssdp:byebye`.
    ByeBye(Departure),
    /// `ssdp:update`: the boot id changes without a restart.
    Update {
        /// As in an alive message, with the boot id so far.
        announcement: Announcement,
        /// The boot id from now on.
        next_boot_id: Option<u32>,
    },
    /// A search of another control point.
    Search,
}

/// Why a datagram means nothing to us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SsdpError {
    /// Not even a message.
    #[error("not a message: {0}")]
    Message(#[from] HttpMessageError),
    /// A message of another kind, such as a search answer with an error.
    #[error("not an SSDP message")]
    OtherMessage,
    /// Something that has to be there is missing or unreadable.
    #[error("{0} is missing or unreadable")]
    Header(&'static str),
}

impl SsdpMessage {
    /// Reads a datagram.
    ///
    /// # Errors
    /// [`SsdpError`].
    pub fn parse(datagram: &[u8]) -> Result<Self, SsdpError> {
        let message = HttpMessage::parse(datagram)?;
        let headers = &message.headers;
        match &message.start {
            StartLine::Status { code: 200, .. } => {
                let target = headers.filled("ST").or_else(|| headers.filled("NT"));
                let target = target.ok_or(SsdpError::Header("ST"))?;
                Ok(Self::SearchResponse(announcement(headers, target)?))
            }
            StartLine::Request { method, .. } if method.eq_ignore_ascii_case("M-SEARCH") => {
                Ok(Self::Search)
            }
            StartLine::Request { method, .. } if method.eq_ignore_ascii_case("NOTIFY") => {
                notify(headers)
            }
            _ => Err(SsdpError::OtherMessage),
        }
    }
}

fn notify(headers: &Headers) -> Result<SsdpMessage, SsdpError> {
    let target = headers.filled("NT").or_else(|| headers.filled("ST"));
    let target = target.ok_or(SsdpError::Header("NT"))?;
    let kind = headers.get("NTS").unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "ssdp:alive" => Ok(SsdpMessage::Alive(announcement(headers, target)?)),
        "ssdp:update" => Ok(SsdpMessage::Update {
            announcement: announcement(headers, target)?,
            next_boot_id: headers
                .filled("NEXTBOOTID.UPNP.ORG")
                .and_then(|text| text.parse().ok()),
        }),
        "ssdp:byebye" => Ok(SsdpMessage::ByeBye(Departure {
            usn: headers
                .filled("USN")
                .and_then(|text| Usn::parse(text).ok())
                .ok_or(SsdpError::Header("USN"))?,
            target: SearchTarget::parse(target),
            boot_id: boot_id(headers),
        })),
        _ => Err(SsdpError::Header("NTS")),
    }
}

fn announcement(headers: &Headers, target: &str) -> Result<Announcement, SsdpError> {
    let location = headers
        .filled("LOCATION")
        .or_else(|| headers.filled("AL").map(alternative))
        .and_then(http_url)
        .ok_or(SsdpError::Header("LOCATION"))?;
    Ok(Announcement {
        usn: headers.filled("USN").and_then(|text| Usn::parse(text).ok()),
        target: SearchTarget::parse(target),
        location,
        secure_location: headers
            .filled("SECURELOCATION.UPNP.ORG")
            .and_then(http_url)
            .filter(|url| url.scheme() == "https"),
        max_age: max_age(headers),
        server: headers.filled("SERVER").map(str::to_owned),
        boot_id: boot_id(headers),
        config_id: headers
            .filled("CONFIGID.UPNP.ORG")
            .and_then(|text| text.parse().ok()),
        search_port: headers
            .filled("SEARCHPORT.UPNP.ORG")
            .and_then(|text| text.parse().ok())
            .filter(|&port| port != 0),
    })
}

/// The first of the bracketed URLs of the old AL header.
fn alternative(text: &str) -> &str {
    let inside = text.split_once('<').map_or(text, |(_, rest)| rest);
    inside.split('>').next().unwrap_or_default().trim()
}

fn http_url(text: &str) -> Option<Url> {
    if text.len() > limits::URL_BYTES {
        return None;
    }
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The life of an announcement: `max-age` in any spelling, among other
/// directives, quoted or not.
fn max_age(headers: &Headers) -> Duration {
    let directives = headers.filled("CACHE-CONTROL").unwrap_or_default();
    let seconds = directives.split(',').find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        if !name.trim().eq_ignore_ascii_case("max-age") {
            return None;
        }
        value.trim().trim_matches('"').trim().parse::<u64>().ok()
    });
    seconds
        .map_or(limits::DEFAULT_MAX_AGE, Duration::from_secs)
        .clamp(limits::MIN_MAX_AGE, limits::MAX_MAX_AGE)
}

fn boot_id(headers: &Headers) -> Option<BootId> {
    let number = headers
        .filled("BOOTID.UPNP.ORG")
        .and_then(|text| text.parse().ok())
        .map(BootId::Number);
    number.or_else(|| {
        headers
            .filled("01-NLS")
            .map(|text| BootId::Nls(text.chars().take(limits::IDENTIFIER_BYTES).collect()))
    })
}
