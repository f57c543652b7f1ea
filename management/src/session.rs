//! One opened gateway: the way to it, its services, its roles and what was read so far.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::task::JoinSet;
use upnp::data_model::document::SubTree;
use upnp::data_model::path::{PartialPath, StructurePath};
use upnp::driver::DescribedDevice;
use upnp::services::basic_management::BasicManagement;
use upnp::services::configuration_management::ConfigurationManagement;
use upnp::services::device_protection::DeviceProtection;
use upnp::xml::Forgiven;
use upnp::{ActionCall, ServiceRef};

use crate::clock;
use crate::error::{Error, Step};
use crate::link::{Link, ProtectedLink, NOT_AUTHORIZED};
use crate::naming::Naming;
use crate::schema::DataModel;
use crate::search::Finder;
use crate::store::KeptDescription;
use crate::tree::{ParameterTree, Revision};
use crate::trust;
use crate::view::{DataModelView, SessionView, TrustView};

/// Tables that are never empty on a gateway, where the index base shows (CMS:2 digest,
/// section 11).
const NEVER_EMPTY: [&str; 6] = [
    "IP/Interface/",
    "Ethernet/Interface/",
    "WiFi/Radio/",
    "LANDevice/",
    "WANDevice/",
    "Users/User/",
];

/// Services of one gateway that Lanside uses.
#[derive(Debug, Clone)]
pub(crate) struct Services {
    pub configuration: ServiceRef,
    pub basic: Option<ServiceRef>,
    pub protection: Option<ServiceRef>,
    /// Every service that can be called, of the root device and everything embedded.
    pub all: Vec<ServiceRef>,
    /// The description they come from.
    pub device: DescribedDevice,
}

/// An opened gateway. All requests of a session go one after the other over one connection.
#[derive(Debug)]
pub struct Session {
    /// UDN of the root device.
    pub udn: String,
    /// What people call it.
    pub name: String,
    pub(crate) model_name: String,
    pub(crate) link: Link,
    pub(crate) services: Services,
    pub(crate) models: Vec<SubTree>,
    pub(crate) naming: Naming,
    /// The description it was opened with, if the gateway was not asked for it.
    pub(crate) kept: Option<KeptDescription>,
    /// What it was opened as trusted, and what the gateway gave as its serial number then.
    pub(crate) trusted: Option<TrustView>,
    /// As last read.
    roles: Mutex<Vec<String>>,
    tree: Arc<Mutex<ParameterTree>>,
    structure: Mutex<HashMap<String, Vec<String>>>,
    finder: Mutex<Finder>,
    /// What of the tree is kept for the next visit.
    remembered: Mutex<Revision>,
    complete: AtomicBool,
    cancelled: AtomicBool,
    started: Instant,
    started_at: String,
    /// Work that nobody waits for and that ends with the session.
    behind: Mutex<JoinSet<()>>,
}

impl Session {
    /// Reads data models and index base over a way that stands.
    pub(crate) async fn open(
        udn: String,
        name: String,
        model_name: String,
        link: Link,
        services: Services,
    ) -> Result<Session, Error> {
        let configuration = ConfigurationManagement::new(&link, services.configuration.clone());
        let models = match configuration.get_supported_data_models().await {
            Ok(models) => models,
            // A gateway that refuses this action still has its tree at the usual place
            // (CMS:2 digest, section 5).
            Err(upnp::Error::Refused { .. } | upnp::Error::HttpStatus { .. }) => Vec::new(),
            Err(source) => {
                return Err(Error::Gateway {
                    gateway: name,
                    step: Step::Open,
                    source,
                })
            }
        };
        let mut models = models;
        let mut naming = detect_naming(&configuration, &models).await;
        if naming.index_base().is_none() && !models.is_empty() {
            if let Some((announced, found)) = other_root(&configuration, &naming).await {
                let what = format!("the tree is at {found}, not at {announced}");
                link.forgiven(
                    &services.configuration,
                    "GetSupportedDataModels",
                    &[Forgiven::Value(what)],
                );
                remount(&mut models, &announced, &found);
                naming = detect_naming(&configuration, &models).await;
            }
        }
        let mut tree = ParameterTree::new();
        for location in locations(&models) {
            tree.insert_node(&location);
        }
        let root = tree.root().id();
        tree.mark_children_known(root);
        Ok(Session {
            udn,
            name,
            model_name,
            link,
            services,
            models,
            naming,
            kept: None,
            trusted: None,
            roles: Mutex::default(),
            tree: Arc::new(Mutex::new(tree)),
            structure: Mutex::default(),
            finder: Mutex::default(),
            remembered: Mutex::default(),
            complete: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
            started: Instant::now(),
            started_at: clock::now(),
            behind: Mutex::default(),
        })
    }

    /// Asks which roles this connection holds.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`].
    pub async fn refresh_roles(&self) -> Result<Vec<String>, Error> {
        let Some(service) = self
            .services
            .protection
            .clone()
            .filter(|_| self.link.is_protected())
        else {
            return Ok(Vec::new());
        };
        let protection = DeviceProtection::new(&self.link, service);
        let roles = protection
            .get_assigned_roles()
            .await
            .map_err(|source| self.failed(Step::Roles, source))?;
        let roles: Vec<String> = roles.iter().map(|role| role.to_string()).collect();
        *self.roles.lock().unwrap_or_else(PoisonError::into_inner) = roles.clone();
        Ok(roles)
    }

    /// Ends a running [`Session::load_subtree`] after the request under way.
    pub fn cancel_load(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// What a face shows of the session.
    pub fn view(&self) -> SessionView {
        let (loaded, total) = {
            let tree = self.tree();
            (tree.known(), tree.parameters())
        };
        SessionView {
            udn: self.udn.clone(),
            protected: self.link.is_protected(),
            roles: self.roles_held(),
            user: self.user(),
            data_models: self.models.iter().map(model_view).collect(),
            index_base: self
                .naming
                .index_base()
                .and_then(|base| u8::try_from(base).ok()),
            loaded,
            total,
            complete: self.is_complete(),
        }
    }

    /// How nodes of this gateway are named.
    pub fn naming(&self) -> &Naming {
        &self.naming
    }

    /// Whether its data model is InternetGatewayDevice:1 (TR-098).
    pub(crate) fn is_older(&self) -> bool {
        self.models.iter().any(|model| model.uri.contains("tr-098"))
    }

    /// The tree as far as it is known. Hold the guard for a moment only.
    pub fn tree(&self) -> MutexGuard<'_, ParameterTree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tree, for whoever fills it on another thread.
    pub(crate) fn shared_tree(&self) -> Arc<Mutex<ParameterTree>> {
        Arc::clone(&self.tree)
    }

    /// Roles as last read.
    pub(crate) fn roles_held(&self) -> Vec<String> {
        let roles = self.roles.lock();
        roles.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Name of the user logged in here.
    pub(crate) fn user(&self) -> Option<String> {
        self.link.as_protected().and_then(ProtectedLink::user)
    }

    pub(crate) fn behind(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.behind.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn finder(&self) -> MutexGuard<'_, Finder> {
        self.finder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn remembered(&self) -> MutexGuard<'_, Revision> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn structure(&self) -> MutexGuard<'_, HashMap<String, Vec<String>>> {
        self.structure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn configuration(&self) -> ConfigurationManagement<'_, Link> {
        ConfigurationManagement::new(&self.link, self.services.configuration.clone())
    }

    pub(crate) fn basic(&self) -> Option<BasicManagement<'_, Link>> {
        Some(BasicManagement::new(
            &self.link,
            self.services.basic.clone()?,
        ))
    }

    /// Whether all of the tree was asked for.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_complete(&self) {
        self.complete.store(true, Ordering::Relaxed);
    }

    pub(crate) fn begin_load(&self) {
        self.cancelled.store(false, Ordering::Relaxed);
    }

    pub(crate) fn load_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Seconds since the session began.
    pub(crate) fn now_s(&self) -> u32 {
        u32::try_from(self.started.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    /// A moment on the session's clock as RFC 3339.
    pub(crate) fn moment(&self, seconds: u32) -> String {
        clock::later(
            &self.started_at,
            std::time::Duration::from_secs(seconds.into()),
        )
    }

    pub(crate) fn failed(&self, step: Step, source: upnp::Error) -> Error {
        let gateway = self.name.clone();
        match &source {
            upnp::Error::IdentityChanged { found, .. } => Error::IdentityChanged {
                changed: self
                    .trusted
                    .as_ref()
                    .map(|old| Box::new(trust::changed(&self.udn, old, Some(*found), None))),
                gateway,
                step,
                source,
            },
            _ => explained(&self.link, gateway, step, source),
        }
    }
}

/// A failure with what the gateway told about roles, if it was for want of one.
pub(crate) fn explained(link: &Link, gateway: String, step: Step, source: upnp::Error) -> Error {
    let facts = match &source {
        upnp::Error::Refused { action, fault } if fault.code == NOT_AUTHORIZED => {
            link.role_facts(action)
        }
        _ => None,
    };
    match facts {
        Some(facts) => Error::NeedsRole {
            gateway,
            step,
            facts: Box::new(facts),
            source,
        },
        None => Error::Gateway {
            gateway,
            step,
            source,
        },
    }
}

/// Places where data models are mounted; `/BBF/` when the gateway did not say.
fn locations(models: &[SubTree]) -> Vec<String> {
    let mut locations: Vec<String> = models
        .iter()
        .map(|model| with_slashes(&model.location))
        .collect();
    if locations.is_empty() {
        locations.push("/BBF/".to_owned());
    }
    locations
}

fn with_slashes(location: &str) -> String {
    let inner = location.trim().trim_matches('/');
    if inner.is_empty() {
        "/".to_owned()
    } else {
        format!("/{inner}/")
    }
}

fn model_view(model: &SubTree) -> DataModelView {
    DataModelView {
        uri: model.uri.clone(),
        location: model.location.clone(),
        description: model.description.clone().filter(|text| !text.is_empty()),
    }
}

/// Finds the model of the Broadband Forum, where it is mounted, and how rows are numbered.
async fn detect_naming(
    configuration: &ConfigurationManagement<'_, Link>,
    models: &[SubTree],
) -> Naming {
    let of_forum: Vec<&SubTree> = models
        .iter()
        .filter(|model| data_model(&model.uri).is_some())
        .collect();
    let (location, root) = match of_forum.first() {
        // A gateway may list one entry for each top-level object: their common beginning
        // is where the model is mounted (CMS:2 digest, section 5).
        Some(first) => {
            let places: Vec<String> = of_forum
                .iter()
                .map(|model| with_slashes(&model.location))
                .collect();
            let root = match data_model(&first.uri) {
                Some(DataModel::InternetGatewayDevice) => "InternetGatewayDevice.",
                _ => "Device.",
            };
            (common_beginning(&places), root)
        }
        None if models.is_empty() => ("/BBF/".to_owned(), "Device."),
        None => return Naming::default(),
    };
    let base = detect_index_base(configuration, &location).await;
    let naming = Naming::new(&location, root, base);
    match of_forum.first().and_then(|first| data_model(&first.uri)) {
        Some(model) => naming.of_model(model),
        None => naming,
    }
}

/// The root model a URI means: TR-181 Issue 2 is Device:2, its Issue 1 (and TR-106 before it)
/// Device:1.
fn data_model(uri: &str) -> Option<DataModel> {
    let issue = |name: &str| uri.split(name).nth(1);
    if uri.contains("tr-098") {
        Some(DataModel::InternetGatewayDevice)
    } else if uri.contains("tr-106") || issue("tr-181-").is_some_and(|rest| rest.starts_with('1')) {
        Some(DataModel::Device1)
    } else if uri.contains("tr-181") {
        Some(DataModel::Device2)
    } else {
        None
    }
}

/// The rule of the CMS:2 digest, section 11: one row 0 means base 0; two tables that
/// begin with 1, and none with 0, mean base 1; anything else stays undecided.
async fn detect_index_base(
    configuration: &ConfigurationManagement<'_, Link>,
    location: &str,
) -> Option<u32> {
    let mut begin_with_one = 0;
    for table in NEVER_EMPTY {
        let Ok(start) = PartialPath::parse(&format!("{location}{table}")) else {
            continue;
        };
        let Ok(rows) = configuration.get_instances(&start, 1).await else {
            continue;
        };
        match rows
            .iter()
            .filter_map(|row| row.identifier().parse::<u32>().ok())
            .min()
        {
            Some(0) => return Some(0),
            Some(1) => begin_with_one += 1,
            _ => {}
        }
        if begin_with_one == 2 {
            return Some(1);
        }
    }
    None
}

/// The root as announced and as found, where they differ: one fork of an Inteno firmware
/// announces `/BBF/` and has `/TR098/`.
async fn other_root(
    configuration: &ConfigurationManagement<'_, Link>,
    naming: &Naming,
) -> Option<(String, String)> {
    let top = StructurePath::parse("/").ok()?;
    let roots = configuration.get_supported_parameters(&top, 1).await.ok()?;
    let roots: Vec<&str> = roots
        .iter()
        .filter_map(|path| path.as_str().split('/').find(|part| !part.is_empty()))
        .collect();
    let announced = naming.location().split('/').find(|part| !part.is_empty())?;
    let found = the_other(announced, &roots)?;
    Some((format!("/{announced}/"), format!("/{found}/")))
}

/// The one root that can be meant, when the announced one does not exist.
fn the_other<'a>(announced: &str, roots: &[&'a str]) -> Option<&'a str> {
    let mut others = roots.iter().copied().filter(|root| *root != "UPnP");
    let found = others.next()?;
    (!roots.contains(&announced) && others.all(|other| other == found)).then_some(found)
}

/// Puts the models that were announced below one root below another.
fn remount(models: &mut [SubTree], announced: &str, found: &str) {
    for model in models {
        if let Some(rest) = with_slashes(&model.location).strip_prefix(announced) {
            model.location = format!("{found}{rest}");
        }
    }
}

fn common_beginning(places: &[String]) -> String {
    let mut common: Vec<&str> = places
        .first()
        .map(|place| place.split('/').collect())
        .unwrap_or_default();
    // The last part is empty (places end in a slash); a model that is listed by its
    // top-level objects alone leaves their parent as common part.
    common.pop();
    for place in &places[1.min(places.len())..] {
        let same = common
            .iter()
            .zip(place.split('/'))
            .take_while(|(a, b)| **a == *b)
            .count();
        common.truncate(same);
    }
    let mut location = common.join("/");
    location.push('/');
    location
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_root_is_taken_only_when_it_alone_can_be_meant() {
        assert_eq!(the_other("BBF", &["UPnP", "TR098"]), Some("TR098"));
        assert_eq!(the_other("BBF", &["TR098", "TR098"]), Some("TR098"));
        for roots in [&["BBF", "TR098"][..], &["TR098", "X_Other"], &["UPnP"], &[]] {
            assert_eq!(the_other("BBF", roots), None, "{roots:?}");
        }
    }

    #[test]
    fn the_uri_tells_the_model() {
        for (uri, expected) in [
            (
                "urn:broadband-forum-org:tr-181-2-11-0",
                Some(DataModel::Device2),
            ),
            (
                "urn:broadband-forum-org:tr-181-2-0",
                Some(DataModel::Device2),
            ),
            ("urn:broadband-forum-org:tr-181", Some(DataModel::Device2)),
            (
                "urn:broadband-forum-org:tr-181-1-7-0",
                Some(DataModel::Device1),
            ),
            (
                "urn:broadband-forum-org:tr-106-1-2-0",
                Some(DataModel::Device1),
            ),
            (
                "urn:broadband-forum-org:tr-098-1-8-0",
                Some(DataModel::InternetGatewayDevice),
            ),
            ("urn:UPnP:Parent Device:1:ConfigurationManagement:2", None),
        ] {
            assert_eq!(data_model(uri), expected, "{uri}");
        }
    }

    #[test]
    fn the_model_is_mounted_where_its_entries_have_in_common() {
        let place = |places: &[&str]| {
            common_beginning(
                &places
                    .iter()
                    .map(|place| with_slashes(place))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(place(&["/BBF/"]), "/BBF/");
        assert_eq!(
            place(&["/BBF/DeviceInfo/", "/BBF/WiFi", "BBF/IP/"]),
            "/BBF/"
        );
        assert_eq!(place(&["/a/b/c/", "/a/b/d/"]), "/a/b/");
        assert_eq!(place(&["/"]), "/");
    }
}
