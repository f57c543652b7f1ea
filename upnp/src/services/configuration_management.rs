//! ConfigurationManagement:2 (and :1, which lacks alarms and ACL data): the
//! parameter tree of the gateway.

use super::{ActionCall, Answer, Caller, ServiceRef};
use crate::access_control::NodeAcl;
use crate::data_model::document::{
    read_node_attributes, read_supported_data_models, write_initial_values, write_node_attributes,
    write_paths, SubTree,
};
use crate::data_model::node::NodeAttributes;
use crate::data_model::parameter_values::{self, Hearer, ParameterValues, WholeList};
use crate::data_model::path::{
    AclDataPath, ContentPath, InstancePath, MultiInstancePath, NodeAttributePath, ParameterPath,
    PartialPath, StructurePath,
};
use crate::data_model::split::{request_len, split};
use crate::data_model::update::StateUpdate;
use crate::error::Error;
use crate::limits;
use crate::soap::value::print_boolean;
use crate::soap::SoapError;
use crate::xml::text::is_xml_text;
use crate::xml::Forgiven;

/// When a change takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub enum ChangeStatus {
    /// Stored; in effect later, for instance after a restart.
    ChangesCommitted,
    /// In effect now.
    ChangesApplied,
    /// Any other text; to be taken like [`ChangeStatus::ChangesCommitted`].
    Other(String),
}

impl ChangeStatus {
    /// Reads the argument, letter case aside.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            text if text.eq_ignore_ascii_case("ChangesCommitted") => Self::ChangesCommitted,
            text if text.eq_ignore_ascii_case("ChangesApplied") => Self::ChangesApplied,
            text => Self::Other(text.to_owned()),
        }
    }

    /// The text of the argument.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ChangesCommitted => "ChangesCommitted",
            Self::ChangesApplied => "ChangesApplied",
            Self::Other(text) => text,
        }
    }
}

/// What CreateInstance answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedInstance {
    /// The new row.
    pub instance: InstancePath,
    /// When it takes effect.
    pub status: ChangeStatus,
}

/// The access rights of nodes as the gateway gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeAcls {
    /// What was understood; the spelling of this document is not known from
    /// any gateway.
    pub nodes: Vec<NodeAcl>,
    /// The argument itself, to be shown when nothing was understood.
    pub text: String,
}

/// The service as methods, one per action.
#[derive(Debug)]
pub struct ConfigurationManagement<'a, C> {
    caller: Caller<'a, C>,
}

impl<'a, C: ActionCall> ConfigurationManagement<'a, C> {
    /// The service at its address.
    pub fn new(call: &'a C, service: ServiceRef) -> Self {
        Self {
            caller: Caller::new(call, service),
        }
    }

    /// The service that is called.
    pub fn service(&self) -> &ServiceRef {
        self.caller.service()
    }

    /// The data models and where each is mounted. Several entries may belong
    /// to one model: Inteno gateways list one per top-level object.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_supported_data_models(&self) -> Result<Vec<SubTree>, Error> {
        let answer = self.caller.call("GetSupportedDataModels", []).await?;
        let name = "SupportedDataModels";
        answer.document(name, name, read_supported_data_models)
    }

    /// The structure below `start`. `search_depth` 0 is all leaves; N > 0 is
    /// the leaves up to N levels below and the objects exactly N below.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_supported_parameters(
        &self,
        start: &StructurePath,
        search_depth: u32,
    ) -> Result<Vec<StructurePath>, Error> {
        let answer = self
            .caller
            .call("GetSupportedParameters", starting_at(start, search_depth))
            .await?;
        let mut paths = answer.paths(
            "Result",
            "StructurePathList",
            "StructurePath",
            StructurePath::from_answer,
        )?;
        // Instances written as numbers become the same path more than once.
        let mut seen = std::collections::HashSet::with_capacity(paths.len());
        paths.retain(|path| seen.insert(path.clone()));
        Ok(paths)
    }

    /// The rows below `start`, up to `search_depth` levels; 0 is all.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_instances(
        &self,
        start: &PartialPath,
        search_depth: u32,
    ) -> Result<Vec<InstancePath>, Error> {
        let answer = self
            .caller
            .call("GetInstances", starting_at(start, search_depth))
            .await?;
        answer.paths(
            "Result",
            "InstancePathList",
            "InstancePath",
            InstancePath::parse,
        )
    }

    /// Parameters with their values: each path, or all below it. More paths
    /// than fit one request go in several, one after the other.
    ///
    /// # Errors
    /// See [`Error`]; the first request that fails ends the reading.
    pub async fn get_values(&self, paths: &[ContentPath]) -> Result<ParameterValues, Error> {
        self.get_values_heard(paths, None).await
    }

    /// [`Self::get_values`] that tells `hearer` each parameter as soon as it is
    /// there. All that is returned was told, and its last telling is right;
    /// before an error some may have been told.
    ///
    /// # Errors
    /// As there.
    pub async fn get_values_heard(
        &self,
        paths: &[ContentPath],
        hearer: Option<Hearer>,
    ) -> Result<ParameterValues, Error> {
        let mut all = ParameterValues::default();
        for batch in split("ContentPath", paths) {
            let values = self.get_values_of(batch, hearer.clone()).await?;
            if all.is_empty() {
                all = values;
            } else {
                all.append(&values);
            }
        }
        Ok(all)
    }

    async fn get_values_of(
        &self,
        paths: &[ContentPath],
        hearer: Option<Hearer>,
    ) -> Result<ParameterValues, Error> {
        let list = [(
            "Parameters",
            write_paths("ContentPathList", "ContentPath", paths),
        )];
        let answer = self
            .caller
            .call_heard("GetValues", list, hearer.clone())
            .await?;
        let whole = parameter_values_of(answer)?;
        if let Some(hearer) = hearer {
            hearer(&mut whole.rest());
        }
        Ok(whole.values)
    }

    /// The parameters below `start` that pass `filter`, a text whose grammar
    /// is the gateway's. Optional in gateways; an empty filter takes all.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_selected_values(
        &self,
        start: &StructurePath,
        filter: &str,
    ) -> Result<ParameterValues, Error> {
        let arguments = [
            ("StartingNode", start.to_string()),
            ("Filter", filter.to_owned()),
        ];
        let answer = self.caller.call("GetSelectedValues", arguments).await?;
        Ok(parameter_values_of(answer)?.values)
    }

    /// Sets parameters, all or none, in one request.
    ///
    /// # Errors
    /// See [`Error`]. Nothing is sent when the request would be larger than
    /// gateways accept, or a value cannot be carried in XML. After a refusal
    /// the values may have changed in part: some gateways set one after the
    /// other.
    pub async fn set_values(
        &self,
        values: &[(ParameterPath, String)],
    ) -> Result<ChangeStatus, Error> {
        let action = "SetValues";
        self.check_texts(action, values)?;
        let list = self.sized(action, parameter_values::write(values))?;
        let answer = self
            .caller
            .call(action, [("ParameterValueList", list)])
            .await?;
        Ok(status_of(&answer))
    }

    /// Adds a row to a table, with values of parameters named relative to the
    /// row.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_instance(
        &self,
        table: &MultiInstancePath,
        values: &[(String, String)],
    ) -> Result<CreatedInstance, Error> {
        let action = "CreateInstance";
        self.check_texts(action, values)?;
        let list = self.sized(action, write_initial_values(values))?;
        let arguments = [
            ("MultiInstanceName", table.to_string()),
            ("ChildrenInitialization", list),
        ];
        let answer = self.caller.call(action, arguments).await?;
        Ok(CreatedInstance {
            instance: answer.parsed("InstanceIdentifier", |text| {
                InstancePath::parse(text)
                    .or_else(|_| InstancePath::parse(&format!("{}/", text.trim())))
                    .ok()
            })?,
            status: status_of(&answer),
        })
    }

    /// Deletes one row.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn delete_instance(&self, instance: &InstancePath) -> Result<ChangeStatus, Error> {
        let arguments = [("InstanceIdentifier", instance.to_string())];
        let answer = self.caller.call("DeleteInstance", arguments).await?;
        Ok(status_of(&answer))
    }

    /// The attributes of nodes, one answer per path. More paths than fit one
    /// request go in several, one after the other.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_attributes(
        &self,
        paths: &[NodeAttributePath],
    ) -> Result<Vec<NodeAttributes>, Error> {
        let mut all = Vec::with_capacity(paths.len());
        for batch in split("NodeAttributePath", paths) {
            let list = write_paths("NodeAttributePathList", "NodeAttributePath", batch);
            let arguments = [("Parameters", list)];
            let answer = self.caller.call("GetAttributes", arguments).await?;
            let name = "NodeAttributeValueList";
            all.append(&mut answer.document(name, name, read_node_attributes)?);
        }
        Ok(all)
    }

    /// Sets the attributes that are given: EventOnChange and AlarmOnChange are
    /// the ones that can be.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_attributes(&self, nodes: &[NodeAttributes]) -> Result<ChangeStatus, Error> {
        let action = "SetAttributes";
        let list = self.sized(action, write_node_attributes(nodes))?;
        let arguments = [("NodeAttributeValueList", list)];
        let answer = self.caller.call(action, arguments).await?;
        Ok(status_of(&answer))
    }

    /// Whether stored and running configuration differ.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_inconsistent_status(&self) -> Result<bool, Error> {
        let answer = self.caller.call("GetInconsistentStatus", []).await?;
        answer.boolean(STATE_VARIABLE)
    }

    /// The last change of the configuration.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_configuration_update(&self) -> Result<StateUpdate, Error> {
        self.update("GetConfigurationUpdate").await
    }

    /// The version of the configuration.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_current_configuration_version(&self) -> Result<u32, Error> {
        let answer = self
            .caller
            .call("GetCurrentConfigurationVersion", [])
            .await?;
        answer.number(STATE_VARIABLE)
    }

    /// The last change of the data models, which comes with new firmware.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_supported_data_models_update(&self) -> Result<StateUpdate, Error> {
        self.update("GetSupportedDataModelsUpdate").await
    }

    /// The last change of the structure, which comes with new firmware.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_supported_parameters_update(&self) -> Result<StateUpdate, Error> {
        self.update("GetSupportedParametersUpdate").await
    }

    /// The last change of an attribute.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_attribute_values_update(&self) -> Result<StateUpdate, Error> {
        self.update("GetAttributeValuesUpdate").await
    }

    /// Whether changes of alarmed parameters are evented with their values.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_alarms_enabled(&self) -> Result<bool, Error> {
        let answer = self.caller.call("GetAlarmsEnabled", []).await?;
        answer.boolean(STATE_VARIABLE)
    }

    /// Switches the reporting of alarmed parameters.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_alarms_enabled(&self, enabled: bool) -> Result<(), Error> {
        let arguments = [(STATE_VARIABLE, print_boolean(enabled).to_owned())];
        self.caller.call("SetAlarmsEnabled", arguments).await?;
        Ok(())
    }

    /// Which roles may list, read and write nodes.
    ///
    /// # Errors
    /// See [`Error`]; a document that is not understood is none.
    pub async fn get_acl_data(&self, paths: &[AclDataPath]) -> Result<NodeAcls, Error> {
        let list = write_paths("ACLDataPathList", "ACLDataPath", paths);
        let arguments = [("StartingNodes", list)];
        let answer = self.caller.call("GetACLData", arguments).await?;
        let carried = answer.fail(answer.arguments.document_text("ACL", "ACL"))?;
        let text = carried.text.into_owned();
        let nodes = answer
            .document("ACL", "ACL", |root, _| NodeAcl::read_all(root))
            .unwrap_or_default();
        Ok(NodeAcls { nodes, text })
    }

    async fn update(&self, action: &'static str) -> Result<StateUpdate, Error> {
        let answer = self.caller.call(action, []).await?;
        answer.parsed(STATE_VARIABLE, StateUpdate::parse)
    }

    /// Refuses texts XML cannot carry: sent changed, they would be set changed.
    fn check_texts<P: AsRef<str>>(
        &self,
        action: &str,
        values: &[(P, String)],
    ) -> Result<(), Error> {
        let unsendable = values
            .iter()
            .find(|(path, value)| !is_xml_text(path.as_ref()) || !is_xml_text(value));
        match unsendable {
            None => Ok(()),
            Some((path, _)) => Err(self.caller.error(
                action,
                SoapError::Unsendable {
                    what: path.as_ref().chars().take(200).collect(),
                    detail: String::from("the value holds a control character"),
                },
            )),
        }
    }

    /// Refuses a document that makes a request too large for old servers.
    fn sized(&self, action: &str, document: String) -> Result<String, Error> {
        let size = request_len(&document);
        let limit = limits::REQUEST_BYTES;
        if size > limit {
            let error = SoapError::RequestTooLarge { size, limit };
            return Err(self.caller.error(action, error));
        }
        Ok(document)
    }
}

/// The output argument the actions about state variables share.
const STATE_VARIABLE: &str = "StateVariableValue";

fn starting_at(start: impl ToString, search_depth: u32) -> [(&'static str, String); 2] {
    [
        ("StartingNode", start.to_string()),
        ("SearchDepth", search_depth.to_string()),
    ]
}

fn status_of<C: ActionCall>(answer: &Answer<'_, C>) -> ChangeStatus {
    // An answer without a status is a success all the same.
    ChangeStatus::parse(&answer.text_or_empty("Status"))
}

fn parameter_values_of<C: ActionCall>(mut answer: Answer<'_, C>) -> Result<WholeList, Error> {
    let name = parameter_values::ROOT;
    if let Some(whole) = answer.arguments.take_parameter_values(name) {
        return Ok(whole);
    }
    let carried = answer.fail(answer.arguments.document_text(name, name))?;
    let mut forgiven = carried.forgiven;
    let inline = !forgiven.is_empty();
    let values = answer.fail(
        ParameterValues::parse(&carried.text, &mut forgiven)
            .map_err(|error| SoapError::unreadable(name, &error)),
    )?;
    if inline {
        // An inline document inherits the prefixes of the envelope.
        forgiven.retain(|what| !matches!(what, Forgiven::UndeclaredPrefix(_)));
    }
    answer.report(&forgiven);
    Ok(WholeList {
        values,
        given_out: 0,
    })
}
