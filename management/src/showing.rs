//! What faces ask of the tree: rows of a level, rows of a subtree, single values, details.

use upnp::data_model::parameter_values::ParameterValues;

use crate::application::Management;
use crate::draft::Edit;
use crate::error::{Error, Step};
use crate::reading::Problem;
use crate::rows::{self, ShownDrafts};
use crate::schema::Language;
use crate::session::Session;
use crate::view::{DataModelView, GatewayView, NodeDetailsView, NodeKind, NodeView, SearchView};

/// What `lanside show` and the gateway's card tell.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The gateway.
    pub gateway: GatewayView,
    /// Its data models; empty when it does not tell them to this role.
    pub data_models: Vec<DataModelView>,
    /// Ways to be introduced and to log in, for example `WPS` and `PKCS5`.
    pub protocols: Vec<String>,
    /// Roles held.
    pub roles: Vec<String>,
}

impl Management {
    /// Everything about a gateway that can be told without changing anything. A device
    /// that cannot be managed is shown as far as its description goes.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] when a gateway does not answer.
    pub async fn show(&self, udn: &str) -> Result<Shown, Error> {
        if self
            .inventory()
            .get(udn)
            .is_none_or(|entry| entry.device.is_none())
        {
            self.describe_known(udn).await?;
        }
        let mut shown = Shown {
            gateway: self.gateway(udn)?,
            data_models: Vec::new(),
            protocols: Vec::new(),
            roles: Vec::new(),
        };
        let session = match self.open_gateway(udn).await {
            Ok(session) => session,
            Err(Error::NotManageable { .. }) => return Ok(shown),
            Err(error) => return Err(error),
        };
        shown.roles = self.roles(udn, None).await?.roles;
        shown.data_models = session.view().data_models;
        if let Some(service) = session.services.protection.clone() {
            let protection =
                upnp::services::device_protection::DeviceProtection::new(&session.link, service);
            match protection.get_supported_protocols().await {
                Ok(protocols) => {
                    shown.protocols = protocols
                        .introduction
                        .iter()
                        .chain(&protocols.login)
                        .cloned()
                        .collect();
                }
                Err(error) => tracing::debug!(%error, "the gateway does not tell its protocols"),
            }
        }
        shown.gateway = self.with_firmware(udn).await?;
        Ok(shown)
    }

    /// The gateway as it is known, with the version of the firmware it runs now. Not every role
    /// may read that; then the last known one stays.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`], what keeps it from being opened, [`Error::Store`].
    pub async fn with_firmware(&self, udn: &str) -> Result<GatewayView, Error> {
        let session = self.open_gateway(udn).await?;
        let path = format!("{}DeviceInfo/SoftwareVersion", session.naming.location());
        if let Ok((values, _)) = session.read_values(std::slice::from_ref(&path)).await {
            if let Some(version) = values.get(&path).map(str::to_owned) {
                self.inventory()
                    .update(udn, |view| view.software_version = Some(version));
                self.keep_record(udn).await?;
            }
        }
        self.gateway(udn)
    }

    /// One gateway as it is known now.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`].
    pub fn gateway(&self, udn: &str) -> Result<GatewayView, Error> {
        let view = self.inventory().get(udn).map(|entry| entry.view.clone());
        view.ok_or_else(|| Error::NotFound {
            selector: udn.to_owned(),
        })
    }

    /// Checks edits before they are shown: each against the gateway's own word on access, its
    /// type, and the value it has now. Only reading happens. The same parameter twice is refused.
    ///
    /// # Errors
    ///
    /// As [`Session::check_edit`].
    pub async fn prepare(
        &self,
        session: &Session,
        edits: &[(String, String)],
    ) -> Result<Vec<Edit>, Error> {
        let paths = edits
            .iter()
            .map(|(path, _)| session.upnp_path(path))
            .collect::<Result<Vec<_>, _>>()?;
        for (at, path) in paths.iter().enumerate() {
            if paths[..at].contains(path) {
                return Err(Error::Usage(format!(
                    "{} is given twice",
                    session.naming().shown(path)
                )));
            }
        }
        let (_, problems) = session.read_values(&paths).await?;
        if let Some(problem) = problems.first() {
            return Err(session.problem_error(problem));
        }
        session.read_access(&paths).await?;
        let edits = edits
            .iter()
            .map(|(path, value)| session.check_edit(path, value))
            .collect::<Result<Vec<_>, _>>()?;
        session.require_rules(&edits).await?;
        Ok(edits)
    }
}

impl Session {
    /// Rows of the direct children of a node, read if they are not known yet.
    ///
    /// # Errors
    ///
    /// As [`Session::read_level`].
    pub async fn children(
        &self,
        upnp_path: &str,
        drafts: &ShownDrafts,
    ) -> Result<Vec<NodeView>, Error> {
        self.read_level(upnp_path, false).await?;
        let tree = self.tree();
        let node = tree
            .find(upnp_path)
            .ok_or_else(|| self.no_such_path(upnp_path))?;
        Ok(node
            .children()
            .map(|child| rows::row(child, &self.naming, drafts))
            .collect())
    }

    /// Rows of everything below a node, `depth` levels deep, parents first.
    ///
    /// # Errors
    ///
    /// As [`Session::read_subtree`].
    pub async fn nodes(&self, upnp_path: &str, depth: Option<u32>) -> Result<Vec<NodeView>, Error> {
        match depth {
            None => self.read_subtree(upnp_path).await?,
            Some(depth) => {
                let mut level = vec![upnp_path.to_owned()];
                for _ in 0..depth {
                    let mut next = Vec::new();
                    for path in level {
                        self.read_level(&path, false).await?;
                        let tree = self.tree();
                        if let Some(node) = tree.find(&path) {
                            let objects = node
                                .children()
                                .filter(|child| child.kind() != NodeKind::Parameter);
                            next.extend(objects.map(|child| child.path()));
                        }
                    }
                    level = next;
                }
            }
        }
        self.known_nodes(upnp_path, depth)
    }

    /// As [`Session::nodes`], of what is known already. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`].
    pub fn known_nodes(&self, upnp_path: &str, depth: Option<u32>) -> Result<Vec<NodeView>, Error> {
        let tree = self.tree();
        let start = tree
            .find(upnp_path)
            .ok_or_else(|| self.no_such_path(upnp_path))?;
        let base = start.path().matches('/').count();
        let within = |path: &str| {
            let levels = path.trim_end_matches('/').matches('/').count() + 1;
            depth.is_none_or(|depth| levels <= base + depth as usize)
        };
        let drafts = ShownDrafts::new();
        Ok(tree
            .walk(start.id())
            .skip(1)
            .filter(|node| within(&node.path()))
            .map(|node| rows::row(node, &self.naming, &drafts))
            .collect())
    }

    /// Rows of the parameters at or below the paths, read now, and what could not be read.
    ///
    /// # Errors
    ///
    /// As [`Session::read_values`].
    pub async fn values(
        &self,
        upnp_paths: &[String],
    ) -> Result<(Vec<NodeView>, Vec<Problem>), Error> {
        let (values, problems) = self.read_values(upnp_paths).await?;
        let drafts = ShownDrafts::new();
        let mut shown = self.rows_of(&values, &drafts);
        let mut left = Vec::new();
        for problem in problems {
            // Some gateways refuse a whole object for one forbidden node in it: then its
            // parts are read.
            if problem.upnp_code.is_none() || !problem.upnp_path.ends_with('/') {
                left.push(problem);
                continue;
            }
            match self.read_subtree(&problem.upnp_path).await {
                Ok(()) => {
                    let tree = self.tree();
                    let known = tree.find(&problem.upnp_path).map(|top| top.id());
                    let below = known.into_iter().flat_map(|top| tree.walk(top));
                    shown.extend(
                        below
                            .filter(|node| node.value().is_some())
                            .map(|node| rows::row(node, &self.naming, &drafts)),
                    );
                }
                Err(error) if error.is_refusal() => left.push(problem),
                Err(error) => return Err(error),
            }
        }
        Ok((shown, left))
    }

    /// Rows of parameters whose values just came in.
    pub fn rows_of(&self, values: &ParameterValues, drafts: &ShownDrafts) -> Vec<NodeView> {
        let tree = self.tree();
        values
            .iter()
            .filter_map(|(path, _)| tree.find(path))
            .map(|node| rows::row(node, &self.naming, drafts))
            .collect()
    }

    /// Everything about one node. Its access is asked of the gateway if it is not known.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`], [`Error::Gateway`].
    pub async fn details(
        &self,
        upnp_path: &str,
        drafts: &ShownDrafts,
        language: Language,
    ) -> Result<NodeDetailsView, Error> {
        let known = self.tree().find(upnp_path).map(|node| node.kind());
        // A parameter that was only seen at an earlier visit is read now.
        let is_parameter = match known {
            Some(kind) => kind == NodeKind::Parameter,
            None => !upnp_path.ends_with('/'),
        };
        if is_parameter {
            let paths = [upnp_path.to_owned()];
            self.read_values(&paths).await?;
            self.read_access(&paths).await?;
        }
        let tree = self.tree();
        let node = tree
            .find(upnp_path)
            .ok_or_else(|| self.no_such_path(upnp_path))?;
        let shown = rows::details(node, &self.naming, drafts, language, |seconds| {
            self.moment(seconds)
        });
        Ok(NodeDetailsView {
            referred_by: crate::explaining::referred_by(&tree, node, &self.naming),
            ..shown
        })
    }

    /// The whole of a value, as it was last read: what is shown may be its beginning.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPath`] when it is not known, [`Error::Usage`] for a secret.
    pub fn whole_value(&self, upnp_path: &str) -> Result<String, Error> {
        let tree = self.tree();
        let known = tree.find(upnp_path);
        let Some((node, value)) = known.and_then(|node| Some((node, node.value()?))) else {
            return Err(self.no_such_path(upnp_path));
        };
        if rows::is_secret(self.naming.fact(node).as_ref(), upnp_path) {
            return Err(Error::Usage("a secret is not written to a file".to_owned()));
        }
        Ok(value.to_owned())
    }

    /// What imported definitions say of a path in words.
    pub fn description_of(&self, upnp_path: &str) -> Option<String> {
        self.naming.fact_at(upnp_path)?.description
    }

    /// Rows that match a search in the known part of the tree.
    pub fn search_view(&self, text: &str, limit: usize, drafts: &ShownDrafts) -> SearchView {
        let (hits, matches) = self.search(text, limit);
        let tree = self.tree();
        SearchView {
            hits: hits
                .into_iter()
                .map(|id| rows::row(tree.node(id), &self.naming, drafts))
                .collect(),
            matches,
            searched: tree.known(),
            total: tree.parameters(),
            before: None,
        }
    }

    /// A problem with one path as an error of its own.
    pub fn problem_error(&self, problem: &Problem) -> Error {
        match problem.upnp_code {
            None | Some(703) => self.no_such_path(&problem.upnp_path),
            Some(code) => self.failed(
                Step::Read,
                upnp::Error::Refused {
                    action: "GetValues".to_owned(),
                    fault: upnp::soap::UpnpFault {
                        code,
                        description: problem.reason.clone(),
                    },
                },
            ),
        }
    }

    pub(crate) fn no_such_path(&self, path: &str) -> Error {
        Error::NoSuchPath {
            gateway: self.name.clone(),
            path: self.naming.shown(path),
        }
    }

    /// Asks the gateway which of these parameters may be written, where that is not known.
    /// A gateway that does not tell leaves it to the data model.
    pub(crate) async fn read_access(&self, upnp_paths: &[String]) -> Result<(), Error> {
        use upnp::data_model::node::Access as Told;
        use upnp::data_model::path::NodeAttributePath;
        let unknown: Vec<NodeAttributePath> = {
            let tree = self.tree();
            let is_unknown = |path: &&String| {
                tree.find(path)
                    .is_none_or(|node| node.access() == crate::tree::Access::Unknown)
            };
            upnp_paths
                .iter()
                .filter(is_unknown)
                .filter_map(|path| NodeAttributePath::parse(path).ok())
                .collect()
        };
        if unknown.is_empty() {
            return Ok(());
        }
        match self.configuration().get_attributes(&unknown).await {
            Ok(nodes) => {
                let mut tree = self.tree();
                for node in nodes {
                    let access = match node.access {
                        Some(Told::ReadOnly) => crate::tree::Access::ReadOnly,
                        Some(Told::ReadWrite) => crate::tree::Access::ReadWrite,
                        _ => continue,
                    };
                    let id = tree.insert_node(node.path.as_str());
                    tree.mark_access(id, access);
                }
                Ok(())
            }
            Err(
                upnp::Error::Refused { .. }
                | upnp::Error::HttpStatus { .. }
                | upnp::Error::Unreadable { .. },
            ) => Ok(()),
            Err(source) => Err(self.failed(Step::Read, source)),
        }
    }
}
