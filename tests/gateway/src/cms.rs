//! ConfigurationManagement:2, server side: action name and arguments in, output arguments or a refusal out.
//!
//! No sockets, no SOAP: the front end reads the envelope, decides whether the caller's roles allow the action at
//! all, and calls [`handle`]; what the roles may see and change node by node is decided here. An input argument is the text of
//! its element after one unescaping; when the element held child elements (inline documents) it is the raw markup
//! between its tags. An output argument comes as [`ArgumentText`], because the large answers are written already
//! escaped for the envelope.

mod answers;
mod documents;
mod selection;

use crate::soap::UpnpError;
use crate::tree::{Form, Roles, Tree, TreeError};
use documents::{document, initial_values, paths, values, Arguments};

/// Text of an output argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentText {
    /// Not escaped: the front end escapes it when it writes the envelope.
    Plain(String),
    /// Already escaped once: goes between the argument's tags as it is.
    Escaped(String),
}

/// Output arguments in the order of the service template.
pub type Answer = Vec<(&'static str, ArgumentText)>;

/// Namespace of the documents inside arguments.
pub(crate) const NAMESPACE: &str = "urn:schemas-upnp-org:dm:cms";

impl From<TreeError> for UpnpError {
    fn from(error: TreeError) -> Self {
        refusal(error.code(), &error.to_string())
    }
}

fn refusal(code: u16, description: &str) -> UpnpError {
    UpnpError {
        code,
        description: description.to_owned(),
    }
}

/// 702: an argument's document cannot be read.
fn invalid_xml() -> UpnpError {
    refusal(702, "Invalid XML Argument")
}

/// 705: right in form, but not a value it takes.
fn invalid_value() -> UpnpError {
    TreeError::Value.into()
}

fn invalid_action() -> UpnpError {
    refusal(401, "Invalid Action")
}

fn one(name: &'static str, text: impl Into<String>) -> Answer {
    vec![(name, ArgumentText::Plain(text.into()))]
}

/// Carries out one action for a caller with `roles`. Call [`Tree::advance`] with the present time first.
///
/// # Errors
/// The UPnP error to answer with (401, 402, 501, 701 to 708).
pub fn handle(
    tree: &mut Tree,
    roles: Roles,
    action: &str,
    arguments: &[(String, String)],
) -> Result<Answer, UpnpError> {
    let strict = tree.settings.strict;
    let named = |names: &[&'static str]| Arguments::new(arguments, names, strict);
    let nothing = || named(&[]).map(|_| ());
    let variable = |tree: &Tree, name: &str| {
        nothing()?;
        let value = tree.state_variable(name).ok_or_else(invalid_action)?;
        Ok(one("StateVariableValue", value))
    };
    match action {
        "GetSupportedDataModels" => {
            nothing()?;
            if tree.settings.no_data_models {
                return Err(invalid_action());
            }
            Ok(one("SupportedDataModels", answers::data_models(tree)))
        }
        "GetSupportedParameters" => {
            supported_parameters(tree, roles, &named(&["StartingNode", "SearchDepth"])?)
        }
        "GetInstances" => {
            let arguments = named(&["StartingNode", "SearchDepth"])?;
            let start = arguments.text("StartingNode")?.trim();
            let found = tree.instances(roles, start, depth(&arguments)?)?;
            Ok(one(
                "Result",
                answers::path_list(tree, "InstancePathList", "InstancePath", &found),
            ))
        }
        "GetValues" => get_values(tree, roles, &named(&["Parameters"])?),
        "GetSelectedValues" => {
            if !tree.settings.selected_values {
                return Err(invalid_action());
            }
            let arguments = named(&["StartingNode", "Filter"])?;
            let filter = arguments.text("Filter").unwrap_or("");
            let selected =
                selection::select(tree, roles, arguments.text("StartingNode")?.trim(), filter)?;
            Ok(vec![(
                "ParameterValueList",
                answers::values(tree, roles, &selected, &[])?,
            )])
        }
        "SetValues" => {
            let arguments = named(&["ParameterValueList"])?;
            let list = document(
                &arguments,
                "ParameterValueList",
                "ParameterValueList",
                "Parameter",
                strict,
            )?;
            let status = tree.set_values(roles, &values(&list)?)?;
            Ok(one("Status", status.text()))
        }
        "CreateInstance" => create_instance(
            tree,
            roles,
            &named(&["MultiInstanceName", "ChildrenInitialization"])?,
        ),
        "DeleteInstance" => {
            let arguments = named(&["InstanceIdentifier"])?;
            let status =
                tree.delete_instance(roles, arguments.text("InstanceIdentifier")?.trim())?;
            Ok(one("Status", status.text()))
        }
        "GetAttributes" => {
            let arguments = named(&["Parameters"])?;
            let list = document(
                &arguments,
                "Parameters",
                "NodeAttributePathList",
                "NodeAttributePath",
                strict,
            )?;
            let mut nodes = Vec::new();
            for path in paths(&list, "NodeAttributePath")? {
                nodes.push(tree.attributes(roles, &path)?);
            }
            Ok(one(
                "NodeAttributeValueList",
                answers::attributes(tree, &nodes),
            ))
        }
        "SetAttributes" => {
            let arguments = named(&["NodeAttributeValueList"])?;
            let list = document(
                &arguments,
                "NodeAttributeValueList",
                "NodeAttributeValueList",
                "Node",
                strict,
            )?;
            tree.set_attributes(roles, &documents::attribute_changes(&list)?)?;
            Ok(one("Status", "ChangesApplied"))
        }
        "GetInconsistentStatus" => variable(tree, "InconsistentStatus"),
        "GetConfigurationUpdate" => variable(tree, "ConfigurationUpdate"),
        "GetCurrentConfigurationVersion" => variable(tree, "CurrentConfigurationVersion"),
        "GetSupportedDataModelsUpdate" => variable(tree, "SupportedDataModelsUpdate"),
        "GetSupportedParametersUpdate" => variable(tree, "SupportedParametersUpdate"),
        "GetAttributeValuesUpdate" => variable(tree, "AttributeValuesUpdate"),
        "GetAlarmsEnabled" => variable(tree, "AlarmsEnabled"),
        "SetAlarmsEnabled" => {
            let arguments = named(&["StateVariableValue"])?;
            let enabled = documents::boolean(arguments.text("StateVariableValue")?)
                .ok_or_else(|| refusal(600, "Argument Value Invalid"))?;
            tree.set_alarms_enabled(enabled);
            Ok(Answer::new())
        }
        "GetACLData" => {
            let arguments = named(&["StartingNodes"])?;
            let list = document(
                &arguments,
                "StartingNodes",
                "ACLDataPathList",
                "ACLDataPath",
                strict,
            )?;
            let mut entries = Vec::new();
            for path in paths(&list, "ACLDataPath")? {
                entries.extend(tree.acl_entries(roles, &path)?);
            }
            Ok(one("ACL", answers::acl(tree, &entries)))
        }
        _ => Err(invalid_action()),
    }
}

/// Starting nodes come as one path, or as a list of which the union is answered.
fn supported_parameters(
    tree: &Tree,
    roles: Roles,
    arguments: &Arguments<'_>,
) -> Result<Answer, UpnpError> {
    let start = arguments.text("StartingNode")?.trim();
    let starts = if start.starts_with('<') || start.starts_with("&lt;") {
        let list = document(
            arguments,
            "StartingNode",
            "StructurePathList",
            "StructurePath",
            tree.settings.strict,
        )?;
        paths(&list, "StructurePath")?
    } else {
        vec![start.to_owned()]
    };
    let depth = depth(arguments)?;
    let mut found = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for start in &starts {
        for path in tree.supported_parameters(roles, start, depth)? {
            if starts.len() == 1 || seen.insert(path.clone()) {
                found.push(path);
            }
        }
    }
    Ok(one(
        "Result",
        answers::path_list(tree, "StructurePathList", "StructurePath", &found),
    ))
}

fn depth(arguments: &Arguments<'_>) -> Result<u32, UpnpError> {
    arguments
        .text("SearchDepth")?
        .trim()
        .parse()
        .map_err(|_| TreeError::Syntax.into())
}

fn get_values(tree: &Tree, roles: Roles, arguments: &Arguments<'_>) -> Result<Answer, UpnpError> {
    let strict = tree.settings.strict;
    let list = document(
        arguments,
        "Parameters",
        "ContentPathList",
        "ContentPath",
        strict,
    )?;
    let mut targets = Vec::new();
    let mut unknown = Vec::new();
    for path in paths(&list, "ContentPath")? {
        if strict && path.contains('#') {
            return Err(TreeError::Syntax.into());
        }
        match tree.find_all(&path, !strict) {
            Ok(found) => targets.extend(found),
            Err(_) if tree.settings.unknown_paths_ignored => {}
            Err(_) if tree.settings.error_texts_as_values => unknown.push(path),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(vec![(
        "ParameterValueList",
        answers::values(tree, roles, &targets, &unknown)?,
    )])
}

fn create_instance(
    tree: &mut Tree,
    roles: Roles,
    arguments: &Arguments<'_>,
) -> Result<Answer, UpnpError> {
    let table = arguments.text("MultiInstanceName")?.trim().to_owned();
    let initial = match arguments.find("ChildrenInitialization") {
        Some(text) if !text.trim().is_empty() => {
            let list = document(
                arguments,
                "ChildrenInitialization",
                "ParameterInitialValueList",
                "Parameter",
                tree.settings.strict,
            )?;
            initial_values(&list, &table)?
        }
        Some(_) => Vec::new(),
        None if tree.settings.strict => return Err(refusal(402, "Invalid Args")),
        None => Vec::new(),
    };
    let (path, status) = tree.create_instance(roles, &table, &initial)?;
    Ok(vec![
        ("InstanceIdentifier", ArgumentText::Plain(path)),
        ("Status", ArgumentText::Plain(status.text().to_owned())),
    ])
}

impl ArgumentText {
    /// The text as the control point reads it.
    #[must_use]
    pub fn into_plain(self) -> String {
        match self {
            Self::Plain(text) => text,
            Self::Escaped(text) => text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        }
    }
}

/// The form in which values leave this service.
const VALUES_FORM: Form = Form::Escaped;
