//! The gateway as one value that all its connections share.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use openssl::error::ErrorStack;
use openssl::ssl::SslContext;
use tokio::sync::mpsc;

use crate::bms::BasicManagement;
use crate::clock;
use crate::description::{self, About};
use crate::device_protection::{Context, DeviceProtection};
use crate::enrollee::machine::DeviceFacts;
use crate::faults::Faults;
use crate::gena::Events;
use crate::identity::{DeviceIdentity, IdentityUuid};
use crate::options::Options;
use crate::place::{without_scope, Place};
use crate::quirks::Quirk;
use crate::random::Chance;
use crate::reach::{Reach, Visitor};
use crate::requests::RequestLog;
use crate::service::Service;
use crate::sms::SoftwareManagement;
use crate::ssdp::Announcement;
use crate::store::Store;
use crate::tls::TlsOptions;
use crate::tree::Tree;
use crate::web::Sessions;
use crate::{lock, tls};

/// Where the gateway can be reached at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// HTTP.
    pub http: SocketAddr,
    /// HTTPS.
    pub https: SocketAddr,
    /// The web page, where there is one.
    pub web: Option<SocketAddr>,
    /// Port of unicast searches.
    pub search_port: u16,
}

/// What the gateway as a whole is told to do.
#[derive(Debug)]
pub enum Command {
    /// Restart; with `factory` everything is forgotten on the way.
    Reboot {
        /// Back to the factory state.
        factory: bool,
    },
    /// Be gone without a word.
    Vanish,
    /// A change cut the visitor off, or moved the gateway.
    Reach(Reach),
    /// Say goodbye and end.
    Stop,
}

/// Certificate and the TLS settings made from it.
pub struct Certificate {
    /// Key and chain that say who the gateway is.
    pub identity: Arc<DeviceIdentity>,
    /// Server side settings, with the same chain unless a fault shows another one.
    pub context: SslContext,
    /// Settings of the web page.
    pub web: SslContext,
}

impl Certificate {
    /// A certificate that says who the gateway is, and the one the secure port shows.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn new(
        identity: Arc<DeviceIdentity>,
        shown: &DeviceIdentity,
        options: TlsOptions,
    ) -> Result<Self, ErrorStack> {
        Ok(Self {
            context: tls::server_context(shown, options)?,
            web: tls::web_context(&identity)?,
            identity,
        })
    }
}

/// Everything the connections share. No lock is held while another is taken, except as noted.
pub struct Core {
    pub(crate) options: Options,
    pub(crate) place: Mutex<Place>,
    /// The control point as a host of the tree.
    pub(crate) visitor: Option<Visitor>,
    pub(crate) store: Store,
    pub(crate) about: Mutex<Arc<About>>,
    pub(crate) facts: DeviceFacts,
    pub(crate) config_id: u32,
    pub(crate) boot_id: AtomicU32,
    pub(crate) certificate: Mutex<Arc<Certificate>>,
    pub(crate) addresses: Mutex<Addresses>,
    pub(crate) protection: Mutex<DeviceProtection>,
    pub(crate) tree: Mutex<Tree>,
    pub(crate) management: Mutex<BasicManagement>,
    pub(crate) software: Mutex<SoftwareManagement>,
    pub(crate) events: Mutex<Events>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) requests: Mutex<RequestLog>,
    pub(crate) web: Mutex<Sessions>,
    pub(crate) chance: Mutex<Chance>,
    pub(crate) commands: mpsc::UnboundedSender<Command>,
}

impl Core {
    /// A number below `limit`.
    pub(crate) fn chance(&self, limit: u64) -> u64 {
        lock(&self.chance).below(limit)
    }

    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.options.quirks.has(quirk)
    }

    /// Where it listens.
    pub(crate) fn place(&self) -> Place {
        *lock(&self.place)
    }

    /// What a change came to for the visitor; takes effect a moment after the answer.
    pub(crate) fn look_after_visitor(&self) {
        let Some(visitor) = &self.visitor else {
            return;
        };
        let gateway = self.address();
        let reach = self.with_tree(|tree| visitor.reach(tree, gateway));
        if reach != Reach::Stays {
            self.command(Command::Reach(reach));
        }
    }

    /// The address the gateway listens on.
    pub(crate) fn address(&self) -> IpAddr {
        lock(&self.addresses).http.ip()
    }

    /// Scheme, address and port of the unprotected side.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", without_scope(lock(&self.addresses).http))
    }

    pub(crate) fn location(&self) -> String {
        let path = if self.has(Quirk::RedirectedDescription) {
            description::REDIRECT_PATH
        } else {
            description::PATH
        };
        format!("{}{path}", self.origin())
    }

    pub(crate) fn secure_origin(&self) -> String {
        format!("https://{}", without_scope(lock(&self.addresses).https))
    }

    pub(crate) fn secure_location(&self) -> String {
        format!("{}{}", self.secure_origin(), description::PATH)
    }

    /// What discovery says about the gateway at present.
    pub(crate) fn announcement(&self) -> Announcement {
        let search_port = lock(&self.addresses).search_port;
        Announcement {
            group: self.place().group(),
            udn: self.about().udn.clone(),
            location: self.location(),
            secure_location: (!self.has(Quirk::ShortLocation)).then(|| self.secure_location()),
            ids: (!self.has(Quirk::NoBootId))
                .then(|| (self.boot_id.load(Ordering::Relaxed), self.config_id)),
            search_port: (search_port != 1900).then_some(search_port),
            quirks: self.options.quirks.clone(),
        }
    }

    /// The present certificate.
    pub(crate) fn certificate(&self) -> Arc<Certificate> {
        lock(&self.certificate).clone()
    }

    /// Identity of the present certificate.
    pub(crate) fn device_identity(&self) -> IdentityUuid {
        self.certificate().identity.uuid()
    }

    /// What the description says of the gateway at present.
    pub(crate) fn about(&self) -> Arc<About> {
        lock(&self.about).clone()
    }

    /// Is called by another UDN from now on, the one of the present certificate.
    pub(crate) fn rename(&self) -> io::Result<()> {
        let uuid = self.device_identity().to_string();
        self.store.save_text("udn", &uuid)?;
        let mut about = lock(&self.about);
        *about = Arc::new(About {
            udn: format!("uuid:{uuid}"),
            ..About::clone(&about)
        });
        Ok(())
    }

    /// Puts another certificate in place; the UDN stays.
    pub(crate) fn replace_certificate(&self, identity: DeviceIdentity) -> Result<(), ErrorStack> {
        let identity = Arc::new(identity);
        let certificate = Certificate::new(identity.clone(), &identity, self.options.tls)?;
        *lock(&self.certificate) = Arc::new(certificate);
        Ok(())
    }

    /// Shows a chain on the secure port; who the gateway says it is stays.
    pub(crate) fn show_certificate(&self, shown: &DeviceIdentity) -> Result<(), ErrorStack> {
        let own = self.certificate().identity.clone();
        let certificate = Certificate::new(own, shown, self.options.tls)?;
        *lock(&self.certificate) = Arc::new(certificate);
        Ok(())
    }

    /// Runs something on DeviceProtection and saves the access list if it changed.
    pub(crate) fn with_protection<T>(
        &self,
        act: impl FnOnce(&mut DeviceProtection, &Context<'_>) -> T,
    ) -> T {
        let device = self.device_identity();
        let about = self.about();
        let mut facts = self.facts.clone();
        facts.uuid_e = device;
        if self.has(Quirk::WrongUuidE) {
            facts.uuid_e = IdentityUuid::of_leaf_der(b"another device");
        }
        let mut protection = lock(&self.protection);
        facts.configured = protection.acl().has_admin_control_point();
        let context = Context {
            now: Instant::now(),
            device,
            facts: &facts,
            udn: &about.udn,
        };
        let before = protection.revision();
        let result = act(&mut protection, &context);
        if protection.revision() != before {
            if let Err(error) = self.store.save_acl(protection.acl()) {
                tracing::warn!(%error, "access list not saved");
            }
        }
        result
    }

    /// Runs something on the parameter tree after telling it the time.
    pub(crate) fn with_tree<T>(&self, act: impl FnOnce(&mut Tree) -> T) -> T {
        let mut tree = lock(&self.tree);
        tree.advance(clock::unix_milliseconds());
        act(&mut tree)
    }

    /// Names and values of the evented state variables of a service.
    pub(crate) fn state_variables(&self, service: Service) -> Vec<(&'static str, String)> {
        match service {
            Service::ConfigurationManagement => self.with_tree(|tree| {
                let mut variables = tree.state_variables();
                let version = "CurrentConfigurationVersion";
                if self.has(Quirk::EventedVersion) {
                    variables.extend(tree.state_variable(version).map(|value| (version, value)));
                }
                variables
            }),
            Service::BasicManagement => lock(&self.management).state_variables(Instant::now()),
            Service::SoftwareManagement => lock(&self.software).state_variables(),
            Service::DeviceProtection => {
                let ready = lock(&self.protection).host().ready(Instant::now());
                vec![("SetupReady", u8::from(ready).to_string())]
            }
        }
    }

    /// Tells the gateway as a whole to do something.
    pub(crate) fn command(&self, command: Command) {
        if self.commands.send(command).is_err() {
            tracing::debug!("the gateway has ended already");
        }
    }
}
