//! Node attributes: which changes a gateway tells of, and whether it tells values with them
//! (CMS:2 digest, section 7); and who may see and change a node.

use serde::{Deserialize, Serialize};
use specta::Type;
use upnp::data_model::node::NodeAttributes;
use upnp::data_model::path::{AclDataPath, NodeAttributePath};

use crate::application::Management;
use crate::error::{Error, Step};
use crate::session::Session;

/// The attributes of one node. What the gateway did not send is `null`: it may be off or not
/// supported, which gateways do not tell apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeAttributesView {
    /// Shown path.
    pub path: String,
    /// UPnP path.
    pub upnp_path: String,
    /// Type as the gateway names it, for example `string` or `MultiInstance`.
    #[serde(rename = "type")]
    pub node_type: Option<String>,
    /// `readOnly` or `readWrite`.
    pub access: Option<String>,
    /// Whether a change is told as an event.
    pub event_on_change: Option<bool>,
    /// Whether a change is told with its value while alarms are on.
    pub alarm_on_change: Option<bool>,
    /// Version of the configuration at the last change of the node, 0 for never.
    pub version: Option<u32>,
    /// Media type of a value that is a document.
    pub mime_type: Option<String>,
}

/// Attributes of nodes, and what concerns all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AttributesView {
    /// The nodes, in the order asked for.
    pub nodes: Vec<NodeAttributesView>,
    /// Whether alarms are on at all; `null` when the gateway does not say.
    pub alarms_enabled: Option<bool>,
    /// Version of the attributes, which every change of one raises.
    pub attributes_version: Option<u32>,
}

/// Roles that may list, read and write a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NodeRightsView {
    /// Shown path, rows as `{i}` where the rule is for all of them.
    pub path: String,
    /// Roles that may see that it is there.
    pub list: Vec<String>,
    /// Roles that may read it.
    pub read: Vec<String>,
    /// Roles that may change it.
    pub write: Vec<String>,
    /// Whether the rule is for everything below, too.
    pub below: bool,
}

impl Management {
    /// Attributes of parameters, tables and rows.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`] for what is no path, [`Error::Gateway`].
    pub async fn attributes(&self, udn: &str, paths: &[String]) -> Result<AttributesView, Error> {
        let session = self.open_gateway(udn).await?;
        let paths = session.attribute_paths(paths)?;
        session.attributes_of(&paths).await
    }

    /// Switches events or alarms of nodes on or off and reads them back. `None` leaves an
    /// attribute as it is. Alarms are told only while they are on for the gateway: that is
    /// [`Management::set_alarms`].
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when nothing is to be changed; [`Error::NotVerified`] when the
    /// gateway says yes and does nothing; as [`Management::attributes`].
    pub async fn set_attributes(
        &self,
        udn: &str,
        paths: &[String],
        event_on_change: Option<bool>,
        alarm_on_change: Option<bool>,
    ) -> Result<AttributesView, Error> {
        if event_on_change.is_none() && alarm_on_change.is_none() {
            return Err(Error::Usage(
                "say what to switch: events or alarms".to_owned(),
            ));
        }
        let session = self.open_gateway(udn).await?;
        let paths = session.attribute_paths(paths)?;
        let asked: Vec<NodeAttributes> = paths
            .iter()
            .map(|path| NodeAttributes {
                event_on_change,
                alarm_on_change,
                ..NodeAttributes::new(path.clone())
            })
            .collect();
        let sent = session.configuration().set_attributes(&asked).await;
        sent.map_err(|source| session.failed(Step::Apply, source))?;
        let view = session.attributes_of(&paths).await?;
        // Absent is off (CMS:2 digest, section 7).
        let is = |wanted: Option<bool>, found: Option<bool>| {
            wanted.is_none_or(|wanted| wanted == found.unwrap_or(false))
        };
        let differing = view.nodes.iter().filter(|node| {
            !is(event_on_change, node.event_on_change) || !is(alarm_on_change, node.alarm_on_change)
        });
        match differing.count() {
            0 => Ok(view),
            differing => Err(Error::NotVerified {
                gateway: session.name.clone(),
                differing,
                sent: view.nodes.len(),
            }),
        }
    }

    /// Switches the telling of alarms for the whole gateway, and gives how it stands then.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`].
    pub async fn set_alarms(&self, udn: &str, enabled: bool) -> Result<bool, Error> {
        let session = self.open_gateway(udn).await?;
        let failed = |source| session.failed(Step::Apply, source);
        session
            .configuration()
            .set_alarms_enabled(enabled)
            .await
            .map_err(failed)?;
        session
            .configuration()
            .get_alarms_enabled()
            .await
            .map_err(failed)
    }

    /// Who may list, read and write nodes, as far as the gateway says; and its own document,
    /// for the case that it says so in a way that is not understood.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`]; many gateways do not have this action.
    pub async fn node_rights(
        &self,
        udn: &str,
        paths: &[String],
    ) -> Result<(Vec<NodeRightsView>, String), Error> {
        let session = self.open_gateway(udn).await?;
        let asked = paths
            .iter()
            .map(|path| {
                let path = session.upnp_path(path)?;
                AclDataPath::parse(&path).map_err(|_| session.no_such_path(&path))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let told = session.configuration().get_acl_data(&asked).await;
        let told = told.map_err(|source| session.failed(Step::Read, source))?;
        let roles = |roles: &upnp::access_control::RoleList| {
            roles.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let rights = told.nodes.iter().map(|node| NodeRightsView {
            path: session.naming.shown(&node.path),
            list: roles(&node.list),
            read: roles(&node.read),
            write: roles(&node.write),
            below: node.factorized,
        });
        Ok((rights.collect(), told.text.clone()))
    }
}

impl Session {
    fn attribute_paths(&self, paths: &[String]) -> Result<Vec<NodeAttributePath>, Error> {
        let parse = |written: &String| {
            let path = self.upnp_path(written)?;
            NodeAttributePath::parse(&path).map_err(|_| self.no_such_path(&path))
        };
        paths.iter().map(parse).collect()
    }

    async fn attributes_of(&self, paths: &[NodeAttributePath]) -> Result<AttributesView, Error> {
        let configuration = self.configuration();
        let nodes = configuration.get_attributes(paths).await;
        let mut nodes = nodes.map_err(|source| self.failed(Step::Read, source))?;
        // The order of a list has no meaning to gateways; it has to people.
        nodes.sort_by_key(|node| paths.iter().position(|path| *path == node.path));
        let view = |node: &NodeAttributes| NodeAttributesView {
            path: self.naming.shown(node.path.as_str()),
            upnp_path: node.path.as_str().to_owned(),
            node_type: node.node_type.as_ref().map(|kind| kind.as_str().to_owned()),
            access: node.access.map(|access| access.as_str().to_owned()),
            event_on_change: node.event_on_change,
            alarm_on_change: node.alarm_on_change,
            version: node.version,
            mime_type: node.mime_type.clone(),
        };
        // Both are optional in gateways, and beside the point when they fail.
        let alarms_enabled = configuration.get_alarms_enabled().await.ok();
        let version = configuration.get_attribute_values_update().await.ok();
        Ok(AttributesView {
            nodes: nodes.iter().map(view).collect(),
            alarms_enabled,
            attributes_version: version.map(|update| update.version),
        })
    }
}
