//! The documents this service sends inside arguments.

use super::{ArgumentText, NAMESPACE, VALUES_FORM};
use crate::soap::UpnpError;
use crate::tree::{AclEntry, Form, NodeAttributes, NodeKind, Roles, Tree};

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// A document with its root open.
fn open(tree: &Tree, root: &str, form: Form, out: &mut String) {
    let (less, greater) = (form.open(), form.close());
    if tree.settings.xml_declaration {
        form.push_markup(DECLARATION, out);
    }
    out.push_str(&format!(
        "{less}cms:{root} xmlns:cms=\"{NAMESPACE}\"{greater}"
    ));
}

fn close(root: &str, form: Form, out: &mut String) {
    out.push_str(&format!("{}/cms:{root}{}", form.open(), form.close()));
}

fn leaf(name: &str, text: &str, out: &mut String) {
    out.push_str(&format!("<{name}>"));
    Form::Document.push_text(text, out);
    out.push_str(&format!("</{name}>"));
}

/// The values at and below some nodes, escaped for the envelope already. Paths nobody knows have an error text
/// for a value, as one maker writes it.
pub(super) fn values(
    tree: &Tree,
    roles: Roles,
    targets: &[u32],
    unknown: &[String],
) -> Result<ArgumentText, UpnpError> {
    let mut out = String::with_capacity(4096);
    open(tree, "ParameterValueList", VALUES_FORM, &mut out);
    tree.write_values(roles, targets, VALUES_FORM, &mut out)?;
    for path in unknown {
        let mut entry = String::from("<Parameter>");
        leaf("ParameterPath", path, &mut entry);
        leaf("Value", "Error: parameter not found", &mut entry);
        entry.push_str("</Parameter>");
        VALUES_FORM.push_markup(&entry, &mut out);
    }
    close("ParameterValueList", VALUES_FORM, &mut out);
    Ok(ArgumentText::Escaped(out))
}

/// A list of paths.
pub(super) fn path_list(tree: &Tree, root: &str, entry: &str, paths: &[String]) -> String {
    let mut out = String::with_capacity(128 + paths.len() * 96);
    open(tree, root, Form::Document, &mut out);
    for path in paths {
        if tree.settings.spaced_paths {
            leaf(entry, &format!("\n    {path}\n  "), &mut out);
        } else {
            leaf(entry, path, &mut out);
        }
    }
    close(root, Form::Document, &mut out);
    out
}

/// Where the data models are: one place each, or one for every top-level object.
pub(super) fn data_models(tree: &Tree) -> String {
    const COMMON: &str = "urn:UPnP:Parent Device:1:ConfigurationManagement:2";
    let mut out = String::new();
    open(tree, "SupportedDataModels", Form::Document, &mut out);
    let mut subtree = |uri: &str, location: &str, source: &str, description: &str| {
        out.push_str("<SubTree>");
        leaf("URI", uri, &mut out);
        leaf("Location", location, &mut out);
        leaf("Description", description, &mut out);
        leaf("SourceLocation", source, &mut out);
        out.push_str("</SubTree>");
    };
    let has_common = tree.find("/UPnP/DM/").is_ok();
    if tree.settings.split_locations {
        for location in tree.objects_below("/BBF/") {
            let vendor = location.starts_with("/BBF/X_");
            let uri = if vendor {
                "urn:lanside-example:na"
            } else {
                tree.data_model_uri()
            };
            subtree(uri, &location, "", "");
        }
        for location in tree.objects_below("/UPnP/DM/") {
            subtree(COMMON, &location, "", "");
        }
    } else {
        subtree(
            tree.data_model_uri(),
            "/BBF/",
            tree.source_location(),
            "Data model of the gateway",
        );
        if has_common {
            subtree(COMMON, "/UPnP/DM/", "", "Common objects");
        }
    }
    close("SupportedDataModels", Form::Document, &mut out);
    out
}

/// One Node for every path asked for.
pub(super) fn attributes(tree: &Tree, nodes: &[NodeAttributes]) -> String {
    let mut out = String::new();
    open(tree, "NodeAttributeValueList", Form::Document, &mut out);
    let flag = |on: bool| if on { "1" } else { "0" };
    let wanted =
        |mark: Option<bool>| mark.filter(|on| *on || !tree.settings.leave_out_zero_attributes);
    for node in nodes {
        out.push_str("<Node>");
        leaf("NodeAttributePath", &node.path, &mut out);
        let kind = match node.kind {
            NodeKind::Parameter(data_type) => data_type.attribute(tree.settings.unsigned_as_long),
            NodeKind::SingleInstance => "SingleInstance",
            NodeKind::MultiInstance => "MultiInstance",
            NodeKind::Instance => "Instance",
        };
        if node.kind != NodeKind::SingleInstance {
            leaf(
                "Access",
                if node.writable {
                    "readWrite"
                } else {
                    "readOnly"
                },
                &mut out,
            );
        }
        leaf("Type", kind, &mut out);
        if let Some(on) = wanted(node.event_on_change) {
            leaf("EventOnChange", flag(on), &mut out);
        }
        if let Some(on) = wanted(node.alarm_on_change) {
            leaf("AlarmOnChange", flag(on), &mut out);
        }
        if let Some(version) = node.version {
            leaf("Version", &version.to_string(), &mut out);
        }
        out.push_str("</Node>");
    }
    close("NodeAttributeValueList", Form::Document, &mut out);
    out
}

/// Who may list, read and write.
pub(super) fn acl(tree: &Tree, entries: &[AclEntry]) -> String {
    let mut out = String::new();
    open(tree, "ACL", Form::Document, &mut out);
    for entry in entries {
        out.push_str(if entry.factorized {
            "<Node factorized=\"1\">"
        } else {
            "<Node>"
        });
        leaf("ACLDataPath", &entry.path, &mut out);
        leaf("List", &entry.list.names(), &mut out);
        leaf("Read", &entry.read.names(), &mut out);
        leaf("Write", &entry.write.names(), &mut out);
        out.push_str("</Node>");
    }
    close("ACL", Form::Document, &mut out);
    out
}
