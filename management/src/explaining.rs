//! Everything the models say about a path, and links between nodes, for a face.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::naming::Naming;
use crate::rows;
use crate::schema::facts::{DefaultKind, ParameterFact, Span};
use crate::schema::{
    self, profiles, Access, DataModel, Fact, Facts, Instances, Language, Reference, Status,
};
use crate::tree::{Node, ParameterTree};
use crate::view::NodeKind;

/// What the data models say about one object or parameter. What a model does not say is `null`
/// or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParameterFactsView {
    /// Path in the model, `{i}` for rows.
    pub path: String,
    /// The path with slashes, `#` for rows, where the model is mounted at its usual place.
    pub upnp_path: String,
    /// Name and version of the model.
    pub model: String,
    /// `object`, `table` or `parameter`.
    pub kind: String,
    /// `readOnly`, `readWrite` or `writeOnce`; on a table, whether rows can be made and deleted.
    pub access: String,
    /// Built-in type of a parameter, or of each item of a list.
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// Named type, such as `IPv4Address`.
    pub named_type: Option<String>,
    /// Whether the value is a list.
    pub list: bool,
    /// Unit.
    pub units: Option<String>,
    /// Allowed numbers, alternatives.
    pub ranges: Vec<String>,
    /// Allowed lengths, alternatives.
    pub lengths: Vec<String>,
    /// Allowed values.
    pub enumeration: Vec<String>,
    /// Those of them a gateway reports and nobody may write.
    pub report_only: Vec<String>,
    /// Patterns, alternatives.
    pub patterns: Vec<String>,
    /// Default; an empty text is a default, too.
    pub default: Option<String>,
    /// When the default applies: `object` (a new row), `factory`, `implementation`.
    pub default_kind: Option<String>,
    /// Whether the value is a secret.
    pub secret: bool,
    /// Whether writing starts something.
    pub command: bool,
    /// Version of the model that brought it.
    pub since: Option<String>,
    /// `current`, `deprecated` or `obsoleted`.
    pub status: String,
    /// Where its value may point, or the parameter that lists what it may be.
    pub references: Vec<String>,
    /// Of a table: parameters that together name a row, joined by `+`.
    pub unique_keys: Vec<String>,
    /// Of a table: the parameter that counts its rows.
    pub number_of_entries: Option<String>,
    /// Profiles of the model that ask for it.
    pub profiles: Vec<String>,
    /// What it is for, in a sentence of ours, in the language asked for.
    pub meaning: Option<String>,
    /// The model's own description, from imported definitions.
    pub description: Option<String>,
    /// The imported model the description, or everything here, comes from.
    pub imported: Option<String>,
}

/// What the models say about a path in either notation; `None` when no model has it.
///
/// UPnP paths are taken to be below `/BBF/` and of the model that knows them.
pub fn explain(path: &str, language: Language) -> Option<ParameterFactsView> {
    let path = path.trim();
    let fact = match path.strip_prefix('/') {
        None => Facts::of_path(path),
        Some(_) => ["Device.", "InternetGatewayDevice."]
            .into_iter()
            .find_map(|root| {
                let naming = Naming::new("/BBF/", root, Some(0));
                naming.fact_at(path)
            }),
    };
    fact.map(|fact| view(&fact, language))
}

/// A fact for a face.
pub fn view(fact: &Fact, language: Language) -> ParameterFactsView {
    let mut view = ParameterFactsView {
        upnp_path: upnp_form(&fact.path),
        path: fact.path.clone(),
        model: match (fact.model, fact.imported) {
            (DataModel::Imported, Some(name)) => name.to_owned(),
            (model, _) => model.name().to_owned(),
        },
        kind: "parameter".to_owned(),
        access: match fact.access {
            Access::ReadOnly => "readOnly",
            Access::ReadWrite => "readWrite",
            Access::WriteOnce => "writeOnce",
        }
        .to_owned(),
        data_type: None,
        named_type: None,
        list: false,
        units: None,
        ranges: Vec::new(),
        lengths: Vec::new(),
        enumeration: Vec::new(),
        report_only: Vec::new(),
        patterns: Vec::new(),
        default: None,
        default_kind: None,
        secret: fact.is_secret(),
        command: false,
        since: (!fact.since.is_empty()).then(|| fact.since.to_owned()),
        status: match fact.status {
            Status::Current => "current",
            Status::Deprecated => "deprecated",
            Status::Obsoleted => "obsoleted",
        }
        .to_owned(),
        references: Vec::new(),
        unique_keys: Vec::new(),
        number_of_entries: None,
        profiles: profiles::with_member(fact.model, own_path(fact))
            .into_iter()
            .map(str::to_owned)
            .collect(),
        meaning: schema::meaning(&fact.path, language).map(str::to_owned),
        description: fact.description.clone(),
        imported: fact.imported.map(str::to_owned),
    };
    if let Some(object) = fact.object() {
        let table = object.instances == Instances::Table;
        view.kind = if table { "table" } else { "object" }.to_owned();
        view.unique_keys = object
            .unique_keys
            .iter()
            .map(|key| key.parameters.join("+"))
            .collect();
        view.number_of_entries = object.number_of_entries.map(str::to_owned);
    }
    if let Some(parameter) = fact.parameter() {
        describe(&mut view, parameter);
    }
    view
}

fn describe(view: &mut ParameterFactsView, parameter: &ParameterFact) {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let spans = |spans: &[Span]| spans.iter().map(span_text).collect();
    view.data_type = Some(rows::type_name(parameter.data_type).to_owned());
    view.named_type = parameter.named_type.map(str::to_owned);
    view.list = parameter.list.is_some();
    view.units = parameter.units.map(str::to_owned);
    view.ranges = spans(&parameter.ranges);
    view.lengths = spans(&parameter.lengths);
    view.enumeration = texts(&parameter.enumeration);
    view.report_only = texts(&parameter.report_only);
    view.patterns = texts(&parameter.patterns);
    view.default = parameter.default.map(|default| default.value.to_owned());
    view.default_kind = parameter.default.map(|default| {
        match default.kind {
            DefaultKind::Object => "object",
            DefaultKind::Factory => "factory",
            DefaultKind::Implementation => "implementation",
        }
        .to_owned()
    });
    view.command = parameter.command;
    view.references = match &parameter.references {
        Some(Reference::Path { targets, .. }) => targets.clone(),
        Some(Reference::ValueOf { parameter, .. }) => vec![parameter.clone()],
        None => Vec::new(),
    };
}

/// `1 … 4094`, `≥ 1`, `0 … 100 in steps of 10`.
pub(crate) fn span_text(span: &Span) -> String {
    let mut text = match (span.min, span.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} … {max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => String::new(),
    };
    if let Some(step) = span.step {
        text.push_str(&format!(" (± {step})"));
    }
    text
}

/// The path in the fact's own model: a service's begins at its own root.
fn own_path(fact: &Fact) -> &str {
    let below = |root: &str| {
        fact.path
            .strip_prefix(root)
            .filter(|_| fact.model.is_service())
    };
    below("Device.Services.")
        .or_else(|| below("InternetGatewayDevice.Services."))
        .unwrap_or(&fact.path)
}

fn upnp_form(path: &str) -> String {
    if let Some(common) = path.strip_prefix("UPnP.") {
        return format!("/UPnP/{}", common.replace("{i}", "#").replace('.', "/"));
    }
    let root = path.split('.').next().unwrap_or("");
    let naming = Naming::new("/BBF/", root, Some(0));
    naming
        .upnp(path)
        .unwrap_or_else(|| format!("/BBF/{}", path.replace("{i}", "#").replace('.', "/")))
}

/// Shown paths a value refers to, in either notation, one or a list of them.
pub(crate) fn refers_to(value: &str, naming: &Naming) -> Vec<String> {
    value
        .split(',')
        .filter_map(|item| naming.reference(item))
        .map(|upnp| naming.shown(&upnp))
        .collect()
}

/// Shown paths of the parameters whose value refers to an object or row, or to something in it.
pub(crate) fn referred_by(tree: &ParameterTree, target: Node<'_>, naming: &Naming) -> Vec<String> {
    if target.kind() == NodeKind::Parameter || target.kind() == NodeKind::Table {
        return Vec::new();
    }
    let path = target.path();
    let root = naming.root();
    // The root itself is referred to by nothing, and everything is in it.
    if path == naming.location() || path == "/" {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in tree.walk(tree.root().id()) {
        let Some(value) = node
            .value()
            .filter(|value| value.len() <= crate::limits::REFERENCE_OCTETS)
        else {
            continue;
        };
        // Few values are paths: the cheap look first.
        if !(value.contains(naming.location()) || root.is_some_and(|root| value.contains(root))) {
            continue;
        }
        let refers = value
            .split(',')
            .filter_map(|item| naming.reference(item))
            .any(|reference| reference == path);
        if refers {
            found.push(naming.shown(&node.path()));
            if found.len() >= crate::limits::REFERRERS {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_explained_in_either_notation() {
        let dots = explain("Device.NAT.PortMapping.3.Protocol", Language::English);
        let dots = dots.expect("the model has it");
        let slashes = explain("/BBF/NAT/PortMapping/0/Protocol", Language::English);
        assert_eq!(slashes.as_ref(), Some(&dots));
        assert_eq!(dots.path, "Device.NAT.PortMapping.{i}.Protocol");
        assert_eq!(dots.upnp_path, "/BBF/NAT/PortMapping/#/Protocol");
        assert_eq!(dots.enumeration, ["TCP", "UDP"]);
        assert_eq!(dots.since.as_deref(), Some("2.0"));
        assert_eq!(dots.profiles, ["NAT:1"]);
        let table = explain("Device.NAT.PortMapping", Language::German).expect("a table");
        assert_eq!(
            (table.kind.as_str(), table.access.as_str()),
            ("table", "readWrite")
        );
        assert!(table.unique_keys.contains(&"Alias".to_owned()));
        let voice = explain(
            "/BBF/VoiceService/0/SIP/Client/0/Network",
            Language::English,
        );
        let voice = voice.expect("a service");
        assert_eq!(
            voice.references,
            ["Device.Services.VoiceService.{i}.SIP.Network."]
        );
        let common = explain("/UPnP/DM/DeviceInfo/UpTime", Language::English);
        let common = common.expect("a common object");
        assert_eq!(common.units.as_deref(), Some("seconds"));
        assert_eq!(common.upnp_path, "/UPnP/DM/DeviceInfo/UpTime");
        assert_eq!(explain("Device.X_MAKER_Thing", Language::English), None);
    }

    #[test]
    fn links_lead_both_ways_in_either_form() {
        let naming = Naming::new("/BBF/", "Device.", Some(0));
        let mut tree = ParameterTree::new();
        tree.insert_value("/BBF/Ethernet/Link/1/Name", "eth0", 0);
        tree.insert_value(
            "/BBF/IP/Interface/0/LowerLayers",
            "Device.Ethernet.Link.2",
            0,
        );
        let both = "/BBF/Ethernet/Link/1/,/BBF/PPP/Interface/0/";
        tree.insert_value("/BBF/IP/Interface/1/LowerLayers", both, 0);
        tree.insert_value(
            "/BBF/IP/Interface/2/LowerLayers",
            "Device.Ethernet.Link.12.",
            0,
        );
        let target = tree.find("/BBF/Ethernet/Link/1/").expect("inserted");
        assert_eq!(
            referred_by(&tree, target, &naming),
            [
                "Device.IP.Interface.1.LowerLayers",
                "Device.IP.Interface.2.LowerLayers"
            ]
        );
        assert_eq!(
            refers_to(both, &naming),
            ["Device.Ethernet.Link.2.", "Device.PPP.Interface.1."]
        );
        let undecided = Naming::new("/BBF/", "Device.", None);
        assert!(referred_by(&tree, target, &undecided).is_empty());
    }
}
