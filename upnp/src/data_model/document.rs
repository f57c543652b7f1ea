//! The smaller documents ConfigurationManagement carries in its arguments.
//!
//! We send the root in the `cms` namespace and its children in none, and read
//! by local names in any order. A list entry that is no path is left out and
//! reported, so that one bad name does not hide the rest.

use super::list::ListReading;
use super::node::{Access, NodeAttributes, NodeType};
use super::path::{NodeAttributePath, PathError};
use crate::limits;
use crate::soap::value::parse_boolean;
use crate::xml::write::Writer;
use crate::xml::{note, Element, Forgiven, XmlError};

/// Namespace of the root elements.
pub const CMS: &str = "urn:schemas-upnp-org:dm:cms";

/// One SubTree of SupportedDataModels: a model and where it is mounted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SubTree {
    /// Name of the model, as sent.
    pub uri: String,
    /// Where it is mounted, with a slash at both ends.
    pub location: String,
    /// Where its definition can be read.
    pub url: Option<String>,
    /// Description for people.
    pub description: Option<String>,
    /// The place in the source model that is mounted.
    pub source_location: Option<String>,
}

/// Reads SupportedDataModels.
#[must_use]
pub fn read_supported_data_models(root: &Element, forgiven: &mut Vec<Forgiven>) -> Vec<SubTree> {
    let mut sub_trees = Vec::new();
    for entry in root.children_named("SubTree") {
        let uri = entry.child_text("URI").unwrap_or_default();
        let Some(location) = entry.child_text("Location") else {
            note(
                forgiven,
                Forgiven::Skipped(String::from("a SubTree without a Location")),
            );
            continue;
        };
        sub_trees.push(SubTree {
            uri,
            location: with_slashes(&location),
            url: entry.child_text("URL"),
            description: entry.child_text("Description"),
            source_location: entry.child_text("SourceLocation"),
        });
    }
    sub_trees
}

/// A location with a slash at both ends; TP Vision's server leaves out the
/// last one.
fn with_slashes(location: &str) -> String {
    let inner = location.trim().trim_matches('/');
    if inner.is_empty() {
        String::from("/")
    } else {
        format!("/{inner}/")
    }
}

/// Writes SupportedDataModels.
#[must_use]
pub fn write_supported_data_models(sub_trees: &[SubTree]) -> String {
    let mut writer = Writer::with_declaration();
    writer.open("cms:SupportedDataModels", &[("xmlns:cms", CMS)]);
    for sub_tree in sub_trees {
        writer
            .open("SubTree", &[])
            .leaf("URI", &sub_tree.uri)
            .leaf("Location", &sub_tree.location);
        let optional = [
            ("URL", &sub_tree.url),
            ("Description", &sub_tree.description),
            ("SourceLocation", &sub_tree.source_location),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                writer.leaf(name, value);
            }
        }
        writer.close("SubTree");
    }
    writer.close("cms:SupportedDataModels");
    writer.finish()
}

/// Reads a list of paths whose entries have the local name `entry`.
pub fn read_paths<P>(
    root: &Element,
    entry: &str,
    parse: impl Fn(&str) -> Result<P, PathError>,
    forgiven: &mut Vec<Forgiven>,
) -> Vec<P> {
    let mut paths = Vec::new();
    for element in root.children_named(entry) {
        match parse(&element.text()) {
            Ok(path) => paths.push(path),
            Err(error) => note(forgiven, Forgiven::Skipped(error.to_string())),
        }
    }
    paths
}

/// Reads a list of paths from its text, in one pass: a table of 100 000 rows
/// comes as one list. Entries and root are given by their local names.
///
/// # Errors
/// When the text is not well-formed, holds elements where a path belongs, or
/// more than [`limits::PATHS`] of them. What a tolerant reader makes of it is
/// for [`read_paths`].
pub fn stream_paths<P>(
    text: &str,
    root: &str,
    entry: &str,
    parse: impl Fn(&str) -> Result<P, PathError>,
    forgiven: &mut Vec<Forgiven>,
) -> Result<Vec<P>, XmlError> {
    let mut list = ListReading::new(text)?;
    let mut paths = Vec::new();
    list.read(root, entry, limits::PATHS, |list, name| {
        let at = list.position();
        let (path, markup) = list.inside(name)?;
        if markup {
            return Err(XmlError::malformed(at, "elements inside a path"));
        }
        match parse(path.trim()) {
            Ok(path) => paths.push(path),
            Err(error) => list.note(Forgiven::Skipped(error.to_string())),
        }
        Ok(())
    })?;
    for what in list.forgiven {
        note(forgiven, what);
    }
    Ok(paths)
}

/// Writes a list of paths: root `cms:<list>`, entries `<entry>`.
#[must_use]
pub fn write_paths<P: AsRef<str>>(list: &str, entry: &str, paths: &[P]) -> String {
    let mut writer = Writer::with_declaration();
    let root = format!("cms:{list}");
    writer.open(&root, &[("xmlns:cms", CMS)]);
    for path in paths {
        writer.leaf(entry, path.as_ref());
    }
    writer.close(&root);
    writer.finish()
}

/// Writes the ParameterInitialValueList of CreateInstance, names relative to
/// the new row.
///
/// No source shows the names of the children; this is the shape of a
/// ParameterValueList, which the one known back end glues behind the path of
/// the new row.
#[must_use]
pub fn write_initial_values<N: AsRef<str>, V: AsRef<str>>(parameters: &[(N, V)]) -> String {
    let mut writer = Writer::with_declaration();
    writer.open("cms:ParameterInitialValueList", &[("xmlns:cms", CMS)]);
    for (name, value) in parameters {
        writer
            .open("Parameter", &[])
            .leaf("ParameterPath", name.as_ref())
            .leaf("Value", value.as_ref())
            .close("Parameter");
    }
    writer.close("cms:ParameterInitialValueList");
    writer.finish()
}

/// Reads NodeAttributeValueList.
#[must_use]
pub fn read_node_attributes(root: &Element, forgiven: &mut Vec<Forgiven>) -> Vec<NodeAttributes> {
    let mut nodes = Vec::new();
    for entry in root.children_named("Node") {
        let text = entry.child_text("NodeAttributePath").unwrap_or_default();
        let path = match NodeAttributePath::parse(&text) {
            Ok(path) => path,
            Err(error) => {
                note(forgiven, Forgiven::Skipped(error.to_string()));
                continue;
            }
        };
        let flag = |name: &str| entry.child_text(name).and_then(|text| parse_boolean(&text));
        nodes.push(NodeAttributes {
            node_type: entry.child_text("Type").map(|text| NodeType::parse(&text)),
            access: entry
                .child_text("Access")
                .and_then(|text| Access::parse(&text)),
            event_on_change: flag("EventOnChange"),
            alarm_on_change: flag("AlarmOnChange"),
            version: entry
                .child_text("Version")
                .and_then(|text| text.parse().ok()),
            mime_type: entry.child_text("MIMEType"),
            path,
        });
    }
    nodes
}

/// Writes NodeAttributeValueList with the attributes that are set. SetAttributes
/// takes only EventOnChange and AlarmOnChange.
#[must_use]
pub fn write_node_attributes(nodes: &[NodeAttributes]) -> String {
    let bit = |flag: bool| String::from(if flag { "1" } else { "0" });
    let mut writer = Writer::with_declaration();
    writer.open("cms:NodeAttributeValueList", &[("xmlns:cms", CMS)]);
    for node in nodes {
        writer
            .open("Node", &[])
            .leaf("NodeAttributePath", node.path.as_str());
        let attributes = [
            ("Access", node.access.map(|a| a.as_str().to_owned())),
            (
                "Type",
                node.node_type.as_ref().map(|t| t.as_str().to_owned()),
            ),
            ("EventOnChange", node.event_on_change.map(bit)),
            ("AlarmOnChange", node.alarm_on_change.map(bit)),
            ("Version", node.version.map(|version| version.to_string())),
            ("MIMEType", node.mime_type.clone()),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                writer.leaf(name, &value);
            }
        }
        writer.close("Node");
    }
    writer.close("cms:NodeAttributeValueList");
    writer.finish()
}
