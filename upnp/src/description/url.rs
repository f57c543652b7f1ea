//! URLs of devices: resolution in all the forms devices use, and the rule
//! that a device speaks only for itself (same host).

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

use crate::limits;

/// Why a URL is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Empty, too long or no URL at all.
    #[error("not a usable URL: {0:?}")]
    Unusable(String),
    /// Neither http nor https.
    #[error("scheme {0:?} is not followed")]
    Scheme(String),
    /// Another host than the device's.
    #[error("points to {found}, not to {expected}")]
    OtherHost {
        /// The device.
        expected: String,
        /// The host in the URL.
        found: String,
    },
    /// A host name where a literal address belongs.
    #[error("names a host ({0}) instead of an address")]
    HostName(String),
    /// An address no device can have: multicast, unspecified, or loopback
    /// outside test mode.
    #[error("address {0} is not followed")]
    Address(IpAddr),
    /// User name or password inside.
    #[error("holds a user name")]
    UserInfo,
    /// Port 0.
    #[error("has no usable port")]
    Port,
}

fn unusable(raw: &str) -> UrlError {
    UrlError::Unusable(raw.chars().take(200).collect())
}

/// Resolves a URL of a description against the URL it was fetched from.
///
/// Besides what the URL standard covers, devices in the field send blanks,
/// paths whose first segment holds colons
/// (`_urn:schemas-upnp-org:service:X_control`), and `host:port/path` without a
/// scheme (devolo's mock of a generic router).
///
/// # Errors
/// When there is no URL to be made of it, or not an http or https one.
pub fn resolve(base: &Url, raw: &str) -> Result<Url, UrlError> {
    let text = raw.trim();
    if text.is_empty() || text.len() > limits::URL_BYTES {
        return Err(unusable(raw));
    }
    if let Some((scheme, _)) = text.split_once("://") {
        if is_scheme(scheme) {
            let url = Url::parse(text).map_err(|_| unusable(raw))?;
            return checked_scheme(url);
        }
    }
    if let Some(path) = after_authority(base, text) {
        return base
            .join(if path.is_empty() { "/" } else { path })
            .map_err(|_| unusable(raw));
    }
    // `./` keeps a colon in the first segment from being taken for a scheme.
    let relative = text.starts_with(['/', '?', '#', '.']);
    let joined = if relative {
        base.join(text)
    } else {
        base.join(&format!("./{text}"))
    };
    joined.map_err(|_| unusable(raw)).and_then(checked_scheme)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn checked_scheme(url: Url) -> Result<Url, UrlError> {
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        scheme => Err(UrlError::Scheme(scheme.to_owned())),
    }
}

/// What follows `host:port` of the base at the start of a text without a
/// scheme; an address without a port is no sign, since it could be a file.
fn after_authority<'a>(base: &Url, text: &'a str) -> Option<&'a str> {
    let port = base.port_or_known_default()?;
    let authority = format!("{}:{port}", base.host_str()?);
    let rest = text.strip_prefix(authority.as_str())?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether both URLs lead to the same host; ports may differ.
#[must_use]
pub fn same_host(one: &Url, other: &Url) -> bool {
    one.host().is_some() && one.host() == other.host()
}

/// [`resolve`], refusing another host than the base's.
///
/// # Errors
/// As [`resolve`], and [`UrlError::OtherHost`].
pub fn resolve_on_host(base: &Url, raw: &str) -> Result<Url, UrlError> {
    let url = resolve(base, raw)?;
    if same_host(base, &url) {
        return Ok(url);
    }
    Err(UrlError::OtherHost {
        expected: base.host_str().unwrap_or_default().to_owned(),
        found: url.host_str().unwrap_or_default().to_owned(),
    })
}

/// Resolves a URL of a description against SECURELOCATION. Of an absolute URL
/// only path and query are taken, on the secure scheme, host and port:
/// DeviceProtection asks for relative URLs, and a device that sends absolute
/// http ones must not lead a protected action astray.
///
/// # Errors
/// As [`resolve`], and [`UrlError::Scheme`] when the base is not https.
pub fn reroot(secure_base: &Url, raw: &str) -> Result<Url, UrlError> {
    if secure_base.scheme() != "https" {
        return Err(UrlError::Scheme(secure_base.scheme().to_owned()));
    }
    let resolved = resolve(secure_base, raw)?;
    let mut url = secure_base.clone();
    url.set_path(resolved.path());
    url.set_query(resolved.query());
    url.set_fragment(None);
    Ok(url)
}

/// Checks a URL announced by a device before anything is fetched from it: an
/// http or https URL with a literal address, which is the sender's if one is
/// given, and one that a device can have. Loopback is for tests.
///
/// # Errors
/// The first rule that is broken.
pub fn check_location(
    url: &Url,
    sender: Option<IpAddr>,
    allow_loopback: bool,
) -> Result<(), UrlError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::UserInfo);
    }
    if url.port() == Some(0) {
        return Err(UrlError::Port);
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(mapped) => IpAddr::V4(mapped),
            None => IpAddr::V6(address),
        },
        Some(Host::Domain(name)) => return Err(UrlError::HostName(name.to_owned())),
        None => return Err(unusable(url.as_str())),
    };
    let broadcast = address == IpAddr::V4(Ipv4Addr::BROADCAST);
    if address.is_multicast()
        || address.is_unspecified()
        || broadcast
        || (address.is_loopback() && !allow_loopback)
    {
        return Err(UrlError::Address(address));
    }
    match sender.map(|sender| sender.to_canonical()) {
        Some(sender) if sender != address => Err(UrlError::OtherHost {
            expected: sender.to_string(),
            found: address.to_string(),
        }),
        _ => Ok(()),
    }
}
