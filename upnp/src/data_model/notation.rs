//! The two spellings of one node: `Device.X.1.Y` of the Broadband Forum and
//! `/BBF/X/0/Y` of UPnP.
//!
//! Where the model is mounted and at which number its instances begin differ
//! between gateways; both are arguments and never guessed here.

use super::path::{is_identifier, segments};

/// Objects that the Broadband Forum keeps below `Services.` and that are
/// found directly below the root in UPnP.
const SERVICE_OBJECTS: [&str; 4] = ["VoiceService", "STBService", "StorageService", "FAPService"];

/// How one gateway maps one Broadband Forum model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notation {
    /// The SubTree's Location with a slash at both ends, such as `/BBF/`.
    location: String,
    /// The model's own root, such as `Device.`.
    root: String,
    /// The identifier of the row the Broadband Forum numbers 1.
    index_base: u32,
}

/// A path found inside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// In UPnP spelling; with a final slash when it names a row.
    pub upnp: String,
    /// In the spelling of the Broadband Forum.
    pub bbf: String,
}

impl Notation {
    /// A mapping; slashes and dots at the ends are added when missing.
    #[must_use]
    pub fn new(location: &str, root: &str, index_base: u32) -> Self {
        let mut mounted = String::from("/");
        for segment in segments(location) {
            mounted.push_str(segment);
            mounted.push('/');
        }
        Self {
            location: mounted,
            root: format!("{}.", root.trim().trim_end_matches('.')),
            index_base,
        }
    }

    /// Where the model is mounted, a slash at both ends.
    #[must_use]
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The identifier of the row the Broadband Forum numbers 1.
    #[must_use]
    pub fn index_base(&self) -> u32 {
        self.index_base
    }

    /// `/BBF/X/0/Y` as `Device.X.1.Y`; `#` becomes `{i}`. Nothing when the
    /// path lies elsewhere or an identifier is below the index base.
    #[must_use]
    pub fn to_bbf(&self, path: &str) -> Option<String> {
        let path = path.trim();
        let inner = path.strip_prefix(self.location.as_str())?;
        let mut out = self.root.clone();
        let dropped = segments(inner)
            .next()
            .is_some_and(|first| SERVICE_OBJECTS.contains(&first));
        if dropped {
            out.push_str("Services.");
        }
        let mut parts = inner.split('/').peekable();
        while let Some(part) = parts.next() {
            if part.is_empty() {
                // Only the end of an object path leaves an empty part.
                return parts.peek().is_none().then_some(out);
            }
            if part == "#" {
                out.push_str("{i}");
            } else if is_identifier(part) {
                let number: u64 = part.parse().ok()?;
                let number = number.checked_sub(u64::from(self.index_base))?;
                out.push_str(&number.checked_add(1)?.to_string());
            } else {
                out.push_str(part);
            }
            if parts.peek().is_some() {
                out.push('.');
            }
        }
        Some(out)
    }

    /// `Device.X.1.Y` as `/BBF/X/0/Y`; `{i}` and `*` become `#`. Nothing when
    /// the name is of another model or an instance number is 0.
    #[must_use]
    pub fn to_upnp(&self, name: &str) -> Option<String> {
        let name = name.trim();
        let inner = name.strip_prefix(self.root.as_str())?;
        let inner = match inner.strip_prefix("Services.") {
            Some("") => "",
            Some(service) => {
                let first = service.split('.').next()?;
                if SERVICE_OBJECTS.contains(&first) {
                    service
                } else {
                    inner
                }
            }
            None => inner,
        };
        let mut out = self.location.clone();
        let mut parts = inner.split('.').peekable();
        while let Some(part) = parts.next() {
            if part.is_empty() {
                return parts.peek().is_none().then_some(out);
            }
            if part.contains('/') {
                return None;
            }
            if part == "{i}" || part == "*" {
                out.push('#');
            } else if is_identifier(part) {
                let number: u64 = part.parse().ok()?;
                let number = number.checked_sub(1)?;
                let identifier = number.checked_add(u64::from(self.index_base))?;
                out.push_str(&identifier.to_string());
            } else {
                out.push_str(part);
            }
            if parts.peek().is_some() {
                out.push('/');
            }
        }
        Some(out)
    }

    /// A value that is a path in either spelling. Whether the node exists is
    /// for the caller to find out. Lists are split by the caller.
    #[must_use]
    pub fn reference(&self, value: &str) -> Option<Reference> {
        let value = value.trim();
        let mut upnp = if value.starts_with(self.location.as_str()) {
            self.to_bbf(value)?;
            value.to_owned()
        } else {
            self.to_upnp(value)?
        };
        if upnp == self.location || upnp.contains("/#") {
            return None;
        }
        // References to rows come with and without their final dot.
        if !upnp.ends_with('/') && segments(&upnp).next_back().is_some_and(is_identifier) {
            upnp.push('/');
        }
        let bbf = self.to_bbf(&upnp)?;
        Some(Reference { upnp, bbf })
    }
}
