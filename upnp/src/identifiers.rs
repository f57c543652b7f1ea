//! Names by which UPnP addresses devices and services.
//!
//! Each type exists only if it parsed. Devices are compared without regard to
//! letter case and to the `uuid:` prefix, since real ones are not consistent
//! in either; the spelling is kept, because some actions want it back exactly.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits;

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// Empty, too long or with control characters.
    #[error("not an identifier: {0:?}")]
    Text(String),
    /// Not of the form `urn:domain:device:Name:version` (or `service`).
    #[error("not a {kind} type: {text:?}")]
    Type {
        /// `device` or `service`.
        kind: &'static str,
        /// The text that was given.
        text: String,
    },
}

/// Trims and checks what all identifiers have in common.
fn checked(text: &str) -> Result<&str, IdentifierError> {
    let trimmed = text.trim();
    let fits = !trimmed.is_empty()
        && trimmed.len() <= limits::IDENTIFIER_BYTES
        && !trimmed.chars().any(char::is_control);
    if fits {
        Ok(trimmed)
    } else {
        Err(IdentifierError::Text(text.chars().take(64).collect()))
    }
}

/// Unique device name, usually `uuid:` and a UUID. Real devices send longer
/// and shorter texts than a UUID allows, so anything short and printable is
/// taken.
#[derive(Debug, Clone)]
pub struct Udn(String);

impl Udn {
    /// Reads a UDN, with or without `uuid:`.
    ///
    /// # Errors
    /// When the text is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let udn = checked(text)?;
        checked(without_prefix(udn))?;
        Ok(Self(udn.to_owned()))
    }

    /// The text exactly as the device spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after `uuid:`, as spelt.
    #[must_use]
    pub fn uuid(&self) -> &str {
        without_prefix(&self.0)
    }
}

fn without_prefix(udn: &str) -> &str {
    match udn.get(..5) {
        Some(prefix) if prefix.eq_ignore_ascii_case("uuid:") => {
            udn.get(5..).unwrap_or_default().trim_start()
        }
        _ => udn,
    }
}

impl PartialEq for Udn {
    fn eq(&self, other: &Self) -> bool {
        self.uuid().eq_ignore_ascii_case(other.uuid())
    }
}

impl Eq for Udn {}

impl Hash for Udn {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in self.uuid().bytes() {
            state.write_u8(octet.to_ascii_lowercase());
        }
        state.write_u8(0xFF);
    }
}

impl PartialOrd for Udn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Udn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let lower = |udn: &Self| udn.uuid().to_ascii_lowercase();
        lower(self).cmp(&lower(other))
    }
}

/// Unique service name of an announcement: the device, and what of it is
/// announced (nothing more for the device itself).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Usn {
    /// The device.
    pub udn: Udn,
    /// The text after `::`.
    pub target: Option<String>,
}

impl Usn {
    /// Reads a USN.
    ///
    /// # Errors
    /// When the device part is no UDN.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let text = checked(text)?;
        let (udn, target) = match text.split_once("::") {
            Some((udn, target)) => (udn, Some(target.trim().to_owned())),
            None => (text, None),
        };
        Ok(Self {
            udn: Udn::parse(udn)?,
            target: target.filter(|target| !target.is_empty()),
        })
    }
}

impl fmt::Display for Usn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(f, "{}::{target}", self.udn),
            None => self.udn.fmt(f),
        }
    }
}

impl FromStr for Usn {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Writes the two URN types, which differ in one word.
macro_rules! urn_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name {
            text: String,
            domain: String,
            name: String,
            version: Option<u32>,
        }

        impl $name {
            /// Reads `urn:domain:kind:Name:version`. The version may be
            /// missing or unreadable, as placeholders in the field are.
            ///
            /// # Errors
            /// When the text has another form.
            pub fn parse(text: &str) -> Result<Self, IdentifierError> {
                let text = checked(text)?;
                let wrong = || IdentifierError::Type {
                    kind: $kind,
                    text: text.to_owned(),
                };
                let mut parts = text.splitn(5, ':');
                let mut part = || parts.next().map(str::trim).filter(|part| !part.is_empty());
                let urn = part().ok_or_else(wrong)?;
                let domain = part().ok_or_else(wrong)?;
                let kind = part().ok_or_else(wrong)?;
                let name = part().ok_or_else(wrong)?;
                let version = part();
                if !urn.eq_ignore_ascii_case("urn") || !kind.eq_ignore_ascii_case($kind) {
                    return Err(wrong());
                }
                Ok(Self {
                    text: text.to_owned(),
                    domain: domain.to_owned(),
                    name: name.to_owned(),
                    version: version.and_then(|version| version.parse().ok()),
                })
            }

            /// A type of the UPnP Forum in this version.
            #[must_use]
            pub fn standard(name: &str, version: u32) -> Self {
                Self {
                    text: format!("urn:schemas-upnp-org:{}:{name}:{version}", $kind),
                    domain: String::from("schemas-upnp-org"),
                    name: name.to_owned(),
                    version: Some(version),
                }
            }

            /// The text exactly as the device spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.text
            }

            /// Who defined the type, such as `schemas-upnp-org`.
            #[must_use]
            pub fn domain(&self) -> &str {
                &self.domain
            }

            /// Name without domain and version.
            #[must_use]
            pub fn name(&self) -> &str {
                &self.name
            }

            /// Version, if there is a readable one.
            #[must_use]
            pub fn version(&self) -> Option<u32> {
                self.version
            }

            /// Whether both name the same type in whatever versions.
            #[must_use]
            pub fn same_kind(&self, other: &Self) -> bool {
                self.domain.eq_ignore_ascii_case(&other.domain)
                    && self.name.eq_ignore_ascii_case(&other.name)
            }

            /// Whether this is the type of the UPnP Forum with this name, in
            /// whatever version.
            #[must_use]
            pub fn is_standard(&self, name: &str) -> bool {
                self.domain.eq_ignore_ascii_case("schemas-upnp-org")
                    && self.name.eq_ignore_ascii_case(name)
            }
        }
    };
}

urn_type!(
    /// Device type, for instance `urn:schemas-upnp-org:device:ManageableDevice:2`.
    DeviceType,
    "device"
);
urn_type!(
    /// Service type, for instance
    /// `urn:schemas-upnp-org:service:ConfigurationManagement:2`.
    ServiceType,
    "service"
);

/// Service identifier. Makers spell it in ways no grammar covers (dots,
/// colons, a service type), so it is only a key and is given back exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServiceId(String);

impl ServiceId {
    /// Takes any short printable text.
    ///
    /// # Errors
    /// When the text is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        checked(text).map(|text| Self(text.to_owned()))
    }

    /// The text exactly as the device spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows `serviceId:`, or the whole text.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.0
            .split_once("serviceId:")
            .map_or(self.0.as_str(), |(_, name)| name)
    }
}

/// Text form, parsing and serde for the plain text types.
macro_rules! text_type {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

text_type!(Udn, DeviceType, ServiceType, ServiceId);
