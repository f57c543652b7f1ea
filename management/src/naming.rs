//! How this gateway's nodes are named for people and looked up in the data models.
//!
//! Row numbers of UPnP paths begin at 0 or 1, which differs between gateways. Until it is
//! known, nodes are shown by their UPnP path; facts do not depend on it, since models
//! write `{i}` for every row.

use upnp::data_model::notation::Notation;

use crate::schema::{DataModel, Fact, Facts};
use crate::tree::Node;

/// Mapping between UPnP paths, shown paths and data-model facts of one gateway.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    model: Option<Notation>,
    root: String,
    /// The model the gateway announced, where its root alone does not say.
    announced: Option<DataModel>,
    index_base: Option<u32>,
}

impl Naming {
    /// A gateway with a data model of the Broadband Forum mounted at `location` under the
    /// CWMP root `root` (`Device.` or `InternetGatewayDevice.`).
    pub fn new(location: &str, root: &str, index_base: Option<u32>) -> Naming {
        Naming {
            model: Some(Notation::new(location, root, index_base.unwrap_or(0))),
            root: root.to_owned(),
            announced: None,
            index_base,
        }
    }

    /// The same for a gateway that announced a model whose root another model has, too.
    #[must_use]
    pub fn of_model(mut self, model: DataModel) -> Naming {
        self.announced = Some(model);
        self
    }

    /// Root of the model in its own notation, `Device.` for example.
    pub fn root(&self) -> Option<&str> {
        self.model.as_ref().map(|_| self.root.as_str())
    }

    /// The model whose facts count first, when it is one of the program's own.
    pub fn data_model(&self) -> Option<DataModel> {
        self.announced.or(match self.root()? {
            "Device." => Some(DataModel::Device2),
            "InternetGatewayDevice." => Some(DataModel::InternetGatewayDevice),
            _ => None,
        })
    }

    /// Number of the first row in UPnP paths, once known.
    pub fn index_base(&self) -> Option<u32> {
        self.index_base
    }

    /// UPnP path of the data model's root, `/` when there is none.
    pub fn location(&self) -> &str {
        self.model.as_ref().map_or("/", Notation::location)
    }

    /// Path as shown to people: `Device.WiFi.SSID.1.SSID`, or the UPnP path when it lies
    /// outside the model or the index base is undecided.
    pub fn shown(&self, upnp_path: &str) -> String {
        let known = self.index_base.and(self.model.as_ref());
        known
            .and_then(|model| model.to_bbf(upnp_path))
            .unwrap_or_else(|| upnp_path.to_owned())
    }

    /// UPnP path of what a person wrote, in either notation; `None` when it is neither,
    /// or when the index base it depends on is undecided.
    pub fn upnp(&self, written: &str) -> Option<String> {
        let written = written.trim();
        if written.starts_with('/') {
            return Some(written.to_owned());
        }
        let model = self.model.as_ref()?;
        let needs_base = written
            .split('.')
            .any(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        if needs_base && self.index_base.is_none() {
            return None;
        }
        model.to_upnp(written)
    }

    /// What the data models say about a node.
    pub fn fact(&self, node: Node<'_>) -> Option<Fact> {
        self.fact_at(&node.structure_path())
    }

    /// What the data models say about a UPnP path; rows may be numbers or `#`.
    pub fn fact_at(&self, upnp_path: &str) -> Option<Fact> {
        let path = self.model_path(upnp_path)?;
        match self.announced {
            Some(model) => Facts::of_path_in(model, &path),
            None => Facts::of_path(&path),
        }
    }

    /// Path in the data model; `#` becomes `{i}`. The common objects of UPnP are written with
    /// dots, too: `UPnP.DM.DeviceInfo.UpTime`.
    pub fn model_path(&self, upnp_path: &str) -> Option<String> {
        let own = self
            .model
            .as_ref()
            .and_then(|model| model.to_bbf(upnp_path));
        own.or_else(|| {
            let common = upnp_path.strip_prefix("/UPnP/DM/")?;
            Some(format!(
                "UPnP.DM.{}",
                common.replace('#', "{i}").replace('/', ".")
            ))
        })
    }

    /// Path a value refers to, in UPnP spelling; `None` when the value is no path.
    pub fn reference(&self, value: &str) -> Option<String> {
        let model = self.index_base.and(self.model.as_ref())?;
        model.reference(value).map(|reference| reference.upnp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undecided_base_shows_upnp_paths_and_guesses_nothing() {
        let naming = Naming::new("/BBF/", "Device.", None);
        assert_eq!(
            naming.shown("/BBF/WiFi/SSID/1/SSID"),
            "/BBF/WiFi/SSID/1/SSID"
        );
        assert_eq!(naming.upnp("Device.WiFi.SSID.1.SSID"), None);
        assert_eq!(
            naming.upnp("Device.Time.Enable").as_deref(),
            Some("/BBF/Time/Enable")
        );
        assert_eq!(
            naming.model_path("/BBF/WiFi/SSID/#/SSID").as_deref(),
            Some("Device.WiFi.SSID.{i}.SSID")
        );
    }

    #[test]
    fn both_notations_are_taken() {
        for (base, row) in [(0, 0), (1, 1)] {
            let naming = Naming::new("/BBF/", "Device.", Some(base));
            let upnp = format!("/BBF/WiFi/SSID/{row}/SSID");
            assert_eq!(naming.shown(&upnp), "Device.WiFi.SSID.1.SSID");
            assert_eq!(naming.upnp("Device.WiFi.SSID.1.SSID"), Some(upnp.clone()));
            assert_eq!(naming.upnp(&upnp), Some(upnp));
        }
        assert_eq!(Naming::default().shown("/UPnP/DM/"), "/UPnP/DM/");
    }
}
