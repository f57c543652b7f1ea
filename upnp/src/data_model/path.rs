//! Paths of the data model: one type per kind, so that a path that exists may
//! be used where its kind is asked for (ConfigurationManagement:2, paths).
//!
//! A path begins with `/`; an object's path also ends with `/`, a parameter's
//! does not. A segment of digits is an instance identifier, `#` stands for
//! every instance. Identifiers are opaque and never computed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits;

/// Why a text is no path of the kind that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {kind}: {reason}")]
pub struct PathError {
    /// The kind, with its article.
    pub kind: &'static str,
    /// The text, clipped.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Whether a segment is an instance identifier.
#[must_use]
pub fn is_identifier(segment: &str) -> bool {
    !segment.is_empty() && segment.len() <= 20 && segment.bytes().all(|b| b.is_ascii_digit())
}

/// The segments between the slashes.
pub fn segments(path: &str) -> impl DoubleEndedIterator<Item = &str> + Clone {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// What all kinds share.
fn general(text: &str) -> Result<&str, &'static str> {
    let path = text.trim();
    let inner = path.strip_prefix('/').ok_or("it does not begin with /")?;
    if path.len() > limits::PATH_BYTES {
        return Err("it is too long");
    }
    let objects = inner.strip_suffix('/').unwrap_or(inner);
    if !objects.is_empty() && objects.split('/').any(str::is_empty) || path == "//" {
        return Err("a segment is empty");
    }
    if path.chars().any(char::is_control) {
        return Err("it holds control characters");
    }
    if inner == "#" || inner.ends_with("/#") {
        return Err("a # at the end needs a slash");
    }
    Ok(path)
}

fn is_object(path: &str) -> bool {
    path.ends_with('/')
}

fn has_wildcard(path: &str) -> bool {
    segments(path).any(|segment| segment == "#")
}

fn last_is_identifier(path: &str) -> bool {
    segments(path).next_back().is_some_and(is_identifier)
}

fn structure(path: &str) -> Result<(), &'static str> {
    if segments(path).any(is_identifier) {
        return Err("instances are written as #");
    }
    Ok(())
}

fn concrete(path: &str) -> Result<(), &'static str> {
    if has_wildcard(path) {
        return Err("it holds a #");
    }
    Ok(())
}

fn partial(path: &str) -> Result<(), &'static str> {
    concrete(path)?;
    if is_object(path) {
        Ok(())
    } else {
        Err("an object path ends with /")
    }
}

fn instance(path: &str) -> Result<(), &'static str> {
    partial(path)?;
    if last_is_identifier(path) {
        Ok(())
    } else {
        Err("it does not end with an instance identifier")
    }
}

fn multi_instance(path: &str) -> Result<(), &'static str> {
    partial(path)?;
    if path == "/" {
        Err("the root is no table")
    } else if last_is_identifier(path) {
        Err("it ends with an instance identifier")
    } else {
        Ok(())
    }
}

fn parameter(path: &str) -> Result<(), &'static str> {
    concrete(path)?;
    if is_object(path) {
        Err("a parameter path does not end with /")
    } else if last_is_identifier(path) {
        Err("it ends with an instance identifier")
    } else {
        Ok(())
    }
}

fn content(path: &str) -> Result<(), &'static str> {
    concrete(path)?;
    if !is_object(path) && last_is_identifier(path) {
        return Err("an instance path ends with /");
    }
    Ok(())
}

fn node_attribute(path: &str) -> Result<(), &'static str> {
    content(path)
}

fn acl_data(_: &str) -> Result<(), &'static str> {
    Ok(())
}

macro_rules! path_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Reads a path; white space around it is dropped.
            ///
            /// # Errors
            /// When the text is not of this kind.
            pub fn parse(text: &str) -> Result<Self, PathError> {
                general(text)
                    .and_then(|path| $check(path).map(|()| path))
                    .map(|path| Self(path.to_owned()))
                    .map_err(|reason| PathError {
                        kind: $kind,
                        text: text.chars().take(200).collect(),
                        reason,
                    })
            }

            /// The path as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The segments between the slashes.
            pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
                segments(&self.0)
            }

            /// The last segment; none for the root.
            #[must_use]
            pub fn name(&self) -> Option<&str> {
                self.segments().next_back()
            }

            /// Whether the path is an object's.
            #[must_use]
            pub fn is_object(&self) -> bool {
                is_object(&self.0)
            }

            /// Whether this path is `ancestor` or lies below it.
            #[must_use]
            pub fn is_within(&self, ancestor: &str) -> bool {
                self.0 == ancestor || (is_object(ancestor) && self.0.starts_with(ancestor))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = PathError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

path_type!(
    /// A node of the structure, `#` in the place of each instance:
    /// `/BBF/NAT/PortMapping/#/Enable`.
    StructurePath, "a structure path", structure
);
path_type!(
    /// An object with its real instance identifiers: `/BBF/NAT/`.
    PartialPath, "a partial path", partial
);
path_type!(
    /// One row of a table: `/BBF/NAT/PortMapping/3/`.
    InstancePath, "an instance path", instance
);
path_type!(
    /// A table: `/BBF/NAT/PortMapping/`. Whether the object really is a table
    /// only the gateway knows.
    MultiInstancePath, "a table path", multi_instance
);
path_type!(
    /// One parameter: `/BBF/NAT/PortMapping/3/Enable`.
    ParameterPath, "a parameter path", parameter
);
path_type!(
    /// What GetValues reads: a parameter, or an object with all below it.
    ContentPath, "a content path", content
);
path_type!(
    /// One node that carries attributes: a parameter, a table or a row.
    NodeAttributePath, "a node path", node_attribute
);
path_type!(
    /// A node in an access control list; may hold `#`.
    AclDataPath, "an ACL path", acl_data
);

impl StructurePath {
    /// Reads a path of an answer. A segment of digits stands for `#`:
    /// devolo's gateway simulator lists `/BBF/DSL/Line/0/LinkStatus`.
    ///
    /// # Errors
    /// When the text is no path.
    pub fn from_answer(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        if !segments(text).any(is_identifier) {
            return Self::parse(text);
        }
        let generic: Vec<&str> = text
            .split('/')
            .map(|segment| if is_identifier(segment) { "#" } else { segment })
            .collect();
        Self::parse(&generic.join("/"))
    }

    /// The root of everything.
    #[must_use]
    pub fn root() -> Self {
        Self(String::from("/"))
    }

    /// Whether the path names the rows of a table.
    #[must_use]
    pub fn is_instance(&self) -> bool {
        self.0.ends_with("/#/")
    }

    /// The object this node is in; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        parent(&self.0).map(|parent| Self(parent.to_owned()))
    }
}

fn parent(path: &str) -> Option<&str> {
    let inner = path.strip_suffix('/').unwrap_or(path);
    inner.rfind('/').and_then(|at| path.get(..=at))
}

impl PartialPath {
    /// The root of everything.
    #[must_use]
    pub fn root() -> Self {
        Self(String::from("/"))
    }

    /// The parameter of this name in the object.
    ///
    /// # Errors
    /// When the name is none.
    pub fn parameter(&self, name: &str) -> Result<ParameterPath, PathError> {
        ParameterPath::parse(&format!("{}{name}", self.0))
    }

    /// The object or table of this name in the object.
    ///
    /// # Errors
    /// When the name is none.
    pub fn object(&self, name: &str) -> Result<Self, PathError> {
        Self::parse(&format!("{}{name}/", self.0))
    }

    /// The object this one is in; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        parent(&self.0).map(|parent| Self(parent.to_owned()))
    }
}

impl InstancePath {
    /// The identifier of the row; opaque, not a number to count with.
    #[must_use]
    pub fn identifier(&self) -> &str {
        self.name().unwrap_or_default()
    }

    /// The table the row is in.
    ///
    /// # Errors
    /// When the row lies directly below the root or another identifier.
    pub fn table(&self) -> Result<MultiInstancePath, PathError> {
        MultiInstancePath::parse(parent(&self.0).unwrap_or_default())
    }
}

impl ParameterPath {
    /// The object the parameter is in.
    #[must_use]
    pub fn object(&self) -> PartialPath {
        PartialPath(parent(&self.0).unwrap_or("/").to_owned())
    }
}

impl ContentPath {
    /// The parameter, if it is one.
    #[must_use]
    pub fn as_parameter(&self) -> Option<ParameterPath> {
        ParameterPath::parse(&self.0).ok()
    }
}

/// A path with every identifier replaced by `#`.
fn generic(path: &str) -> StructurePath {
    let generic: Vec<&str> = path
        .split('/')
        .map(|segment| if is_identifier(segment) { "#" } else { segment })
        .collect();
    StructurePath(generic.join("/"))
}

/// Conversions that always hold.
macro_rules! always {
    ($($from:ident => $($to:ident),+;)*) => {$($(
        impl From<$from> for $to {
            fn from(path: $from) -> Self {
                Self(path.0)
            }
        }

        impl From<&$from> for $to {
            fn from(path: &$from) -> Self {
                Self(path.0.clone())
            }
        }
    )+)*};
}

always! {
    InstancePath => PartialPath, ContentPath, NodeAttributePath, AclDataPath;
    MultiInstancePath => PartialPath, ContentPath, NodeAttributePath, AclDataPath;
    PartialPath => ContentPath, NodeAttributePath, AclDataPath;
    ParameterPath => ContentPath, NodeAttributePath, AclDataPath;
    NodeAttributePath => ContentPath, AclDataPath;
    ContentPath => NodeAttributePath, AclDataPath;
    StructurePath => AclDataPath;
}

/// The structure a real node is an example of.
macro_rules! generic_from {
    ($($from:ident),*) => {$(
        impl From<&$from> for StructurePath {
            fn from(path: &$from) -> Self {
                generic(&path.0)
            }
        }
    )*};
}

generic_from!(
    PartialPath,
    InstancePath,
    MultiInstancePath,
    ParameterPath,
    ContentPath,
    NodeAttributePath
);
