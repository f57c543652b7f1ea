//! Nodes of the tree as rows and details for a face: facts, labels and drafts joined, and
//! every secret left out.

use std::collections::HashMap;

use crate::explaining;
use crate::limits;
use crate::naming::Naming;
use crate::schema::{self, DataType, Fact, Language};
use crate::tree::{Access, Node};
use crate::view::{FactView, NodeDetailsView, NodeKind, NodeStatus, NodeView};

/// Staged values by UPnP path, ready to be shown.
pub type ShownDrafts = HashMap<String, String>;

/// What a face shows in the place of a secret.
pub const SECRET_PLACEHOLDER: &str = "••••••••";

/// Parameters that name a row for people, best first.
const LABELS: [&str; 6] = [
    "SSID",
    "HostName",
    "Description",
    "Name",
    "Username",
    "Alias",
];

/// One node as a row.
pub fn row(node: Node<'_>, naming: &Naming, drafts: &ShownDrafts) -> NodeView {
    let upnp_path = node.path();
    let fact = naming.fact(node);
    let secret = node.kind() == NodeKind::Parameter && is_secret(fact.as_ref(), &upnp_path);
    let parameter = fact.as_ref().and_then(Fact::parameter);
    NodeView {
        path: naming.shown(&upnp_path),
        name: node.name().to_owned(),
        kind: node.kind(),
        access: access(node, fact.as_ref()).map(str::to_owned),
        data_type: parameter.map(|parameter| type_name(parameter.data_type).to_owned()),
        value: if secret {
            None
        } else {
            node.value().map(str::to_owned)
        },
        units: parameter
            .and_then(|parameter| parameter.units)
            .map(str::to_owned),
        secret,
        status: node.status(),
        children: node.children().count() as u32,
        expanded_before: node.children_known(),
        label: label(node),
        draft: drafts.get(&upnp_path).cloned(),
        cut: None,
        upnp_path,
    }
}

/// Everything about one node. `now_s` and `now` are the present moment on the session's
/// clock and as RFC 3339.
pub fn details(
    node: Node<'_>,
    naming: &Naming,
    drafts: &ShownDrafts,
    language: Language,
    moment: impl Fn(u32) -> String,
) -> NodeDetailsView {
    let fact = naming.fact(node);
    let model_path = naming.model_path(&node.structure_path());
    let value = node
        .value()
        .filter(|value| value.len() <= limits::REFERENCE_OCTETS);
    NodeDetailsView {
        node: row(node, naming, drafts),
        meaning: model_path
            .and_then(|path| schema::meaning(&path, language))
            .map(str::to_owned),
        read_at: node.read_at_s().map(moment),
        locked_because: locked_because(node, fact.as_ref(), language),
        refers_to: value.and_then(|value| naming.reference(value)),
        links: value
            .map(|value| explaining::refers_to(value, naming))
            .unwrap_or_default(),
        referred_by: Vec::new(),
        facts: fact.as_ref().map(|fact| explaining::view(fact, language)),
        fact: fact.as_ref().and_then(fact_view),
    }
}

/// Whether a value must never be shown.
pub fn is_secret(fact: Option<&Fact>, upnp_path: &str) -> bool {
    match fact {
        Some(fact) => fact.is_secret(),
        None => schema::is_secret(upnp_path),
    }
}

/// Access for people and for the check before sending: the gateway's word first, the
/// model's otherwise.
pub fn access(node: Node<'_>, fact: Option<&Fact>) -> Option<&'static str> {
    match (node.access(), fact.map(|fact| fact.access)) {
        (Access::ReadWrite, _) => Some("readWrite"),
        (Access::ReadOnly, _) => Some("readOnly"),
        (Access::Unknown, Some(schema::Access::ReadOnly)) => Some("readOnly"),
        (Access::Unknown, Some(_)) => Some("readWrite"),
        (Access::Unknown, None) => None,
    }
}

fn locked_because(node: Node<'_>, fact: Option<&Fact>, language: Language) -> Option<String> {
    let german = language == Language::German;
    let why = if node.status() == NodeStatus::Refused {
        if german {
            "Ihre Rolle darf das nicht lesen."
        } else {
            "Your role may not read this."
        }
    } else if node.kind() != NodeKind::Parameter {
        return None;
    } else if access(node, fact) == Some("readOnly") {
        if german {
            "Das Gateway setzt diesen Wert selbst."
        } else {
            "The gateway sets this value itself."
        }
    } else {
        return None;
    };
    Some(why.to_owned())
}

pub(crate) fn label(node: Node<'_>) -> Option<String> {
    if node.kind() != NodeKind::Instance {
        return None;
    }
    LABELS.iter().find_map(|name| {
        let named = node.children().find(|child| child.name() == *name)?;
        named
            .value()
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    })
}

fn fact_view(fact: &Fact) -> Option<FactView> {
    let parameter = fact.parameter()?;
    let spans = parameter.ranges.iter().map(explaining::span_text);
    let range = spans
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    Some(FactView {
        data_type: type_name(parameter.data_type).to_owned(),
        list: parameter.list.is_some(),
        enumeration: parameter
            .enumeration
            .iter()
            .map(|value| (*value).to_owned())
            .collect(),
        range: (!range.is_empty()).then_some(range),
        max_length: parameter
            .lengths
            .iter()
            .filter_map(|span| span.max)
            .max()
            .and_then(|max| u32::try_from(max).ok()),
        units: parameter.units.map(str::to_owned),
        default: parameter.default.map(|default| default.value.to_owned()),
        since: (!fact.since.is_empty()).then(|| fact.since.to_owned()),
        status: match fact.status {
            schema::Status::Current => "current",
            schema::Status::Deprecated => "deprecated",
            schema::Status::Obsoleted => "obsoleted",
        }
        .to_owned(),
    })
}

/// Name of a data type as TR-106 spells it.
pub fn type_name(data_type: DataType) -> &'static str {
    match data_type {
        DataType::String => "string",
        DataType::Int => "int",
        DataType::UnsignedInt => "unsignedInt",
        DataType::Long => "long",
        DataType::UnsignedLong => "unsignedLong",
        DataType::Boolean => "boolean",
        DataType::DateTime => "dateTime",
        DataType::Base64 => "base64",
        DataType::HexBinary => "hexBinary",
        DataType::Decimal => "decimal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::ParameterTree;

    fn shown(path: &str, value: &str) -> NodeView {
        let mut tree = ParameterTree::new();
        tree.insert_value(path, value, 0);
        let naming = Naming::new("/BBF/", "Device.", Some(0));
        let row = tree
            .find(path)
            .map(|node| row(node, &naming, &ShownDrafts::new()));
        row.expect("just inserted")
    }

    #[test]
    fn a_row_joins_value_and_facts() {
        let row = shown("/BBF/WiFi/SSID/0/SSID", "Home");
        assert_eq!(
            (row.path.as_str(), row.value.as_deref()),
            ("Device.WiFi.SSID.1.SSID", Some("Home"))
        );
        assert_eq!(
            (row.access.as_deref(), row.data_type.as_deref()),
            (Some("readWrite"), Some("string"))
        );
        assert!(!row.secret);
    }

    #[test]
    fn a_long_value_keeps_its_beginning_and_says_how_long_it_is() {
        let mut row = shown("/BBF/WiFi/SSID/0/SSID", &"ä".repeat(12));
        row.shorten(12);
        assert_eq!(
            (row.value.as_deref().map(str::len), row.cut),
            (Some(24), None)
        );
        row.shorten(5);
        assert_eq!((row.value.as_deref(), row.cut), (Some("äääää"), Some(12)));
    }

    #[test]
    fn a_secret_never_reaches_a_face() {
        for path in [
            "/BBF/WiFi/AccessPoint/0/Security/KeyPassphrase",
            "/BBF/X_MAKER/AdminPassword",
        ] {
            let row = shown(path, "correct horse");
            assert!(row.secret, "{path}");
            assert_eq!(row.value, None);
            assert!(!format!("{row:?}").contains("horse"));
        }
    }

    #[test]
    fn rows_of_a_table_are_labelled_by_what_people_call_them() {
        let mut tree = ParameterTree::new();
        tree.insert_value("/BBF/WiFi/SSID/0/Alias", "cpe-1", 0);
        tree.insert_value("/BBF/WiFi/SSID/0/SSID", "Home", 0);
        let node = tree.find("/BBF/WiFi/SSID/0/").expect("just inserted");
        assert_eq!(label(node).as_deref(), Some("Home"));
    }
}
