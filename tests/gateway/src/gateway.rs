//! Starting, restarting and stopping a gateway.

mod beginning;
mod listeners;
mod supervise;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use beginning::{about, facts, generate, impostor, initial_acl, open_identity, pin, udn, web_port};
use listeners::Listeners;
use supervise::{supervise, Running};

use crate::acl::Acl;
use crate::bms::{BasicManagement, LogLevel};
use crate::device::{Addresses, Certificate, Command, Core};
use crate::device_protection::DeviceProtection;
use crate::discovery::Sockets;
use crate::enrollee::host::SetupHost;
use crate::enrollee::permission::{Permission, ScreenText};
use crate::faults::{Fault, Faults};
use crate::gena::Events;
use crate::identity::IdentityUuid;
use crate::options::Options;
use crate::place::Place;
use crate::quirks::Quirk;
use crate::random::Chance;
use crate::reach::Visitor;
use crate::requests::RequestLog;
use crate::sms::SoftwareManagement;
use crate::store::Store;
use crate::tree::Tree;
use crate::{data_model, lock, web};

/// CONFIGID of the description and the SCPDs.
const CONFIG_ID: u32 = 1;
/// Where the data model says which firmware runs.
const SOFTWARE_VERSION: &str = "/BBF/DeviceInfo/SoftwareVersion";

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A socket or file could not be opened.
    #[error("{what}: {source}")]
    Io {
        /// What was opened.
        what: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The crypto library failed.
    #[error("crypto library: {0}")]
    Crypto(#[from] openssl::error::ErrorStack),
    /// An option cannot be used.
    #[error("{0}")]
    Option(String),
}

fn failed(what: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
    let what = what.into();
    move |source| Error::Io { what, source }
}

/// A running gateway. Dropping it makes it vanish without a word, as if the power went.
pub struct Gateway {
    core: Arc<Core>,
    supervisor: JoinHandle<()>,
    screen: Option<mpsc::UnboundedReceiver<ScreenText>>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

impl Gateway {
    /// Starts a gateway; when this returns it can be found and reached.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn start(options: Options) -> Result<Self, Error> {
        let place = Place::of(&options).map_err(Error::Option)?;
        let store = Store::open(options.state_dir.as_deref()).map_err(failed("state folder"))?;
        let identity = open_identity(&options, &store).await?;
        let udn = udn(&options, &store, &identity)?;
        let pin = pin(&options, &store)?;
        let about = about(&options, udn);
        let facts = facts(&about, identity.uuid());
        let boot_id = store.next_boot_id().map_err(failed("boot number"))?;
        let boot_id = if options.quirks.has(Quirk::BootIdResets) {
            boot_id.saturating_add(40)
        } else {
            boot_id
        };
        let mut chance = Chance::new(options.seed);
        let mut permission = Permission::new(pin, options.role_policy.pin_source(), options.lock);
        let (screen, seen) = mpsc::unbounded_channel();
        permission.connect_screen(screen);
        let mut host = SetupHost::new(permission, options.quirks.clone());
        let acl = initial_acl(&options)?;
        let mut tree = data_model::open(&options, &store).map_err(Error::Option)?;
        let management =
            BasicManagement::new(options.quirks.clone(), Chance::new(Some(chance.next())));

        let firmware = tree.kept_value(SOFTWARE_VERSION).unwrap_or_default();
        let web = web_port(&options)?;
        let listeners = Listeners::bind(place, options.http_port, options.https_port, web)?;
        let sockets = Sockets::open(place, options.search_port).map_err(failed("discovery"))?;
        let addresses = listeners.addresses(&sockets).map_err(failed("addresses"))?;
        let here = addresses.http.ip();
        let visitor = options
            .visitor
            .as_deref()
            .map(|name| Visitor::arrive(&mut tree, name, here, here))
            .transpose()
            .map_err(Error::Option)?;
        let mut faults = Faults::default();
        let mut shown = None;
        for fault in &options.faults {
            match fault {
                Fault::Setup(fault) => host.faults_mut().add(fault.clone()),
                Fault::WrongCertificate => shown = Some(impostor(&options, &store).await?),
                fault => faults.add(fault.clone()),
            }
        }
        let identity = Arc::new(identity);
        let shown = shown.as_ref().unwrap_or(&identity);
        let certificate = Certificate::new(identity.clone(), shown, options.tls)?;
        let protection = DeviceProtection::new(
            acl,
            store.acl().map_err(failed("access list"))?,
            host,
            options.role_policy,
            options.quirks.clone(),
        );
        let (commands, inbox) = mpsc::unbounded_channel();
        let core = Arc::new(Core {
            options,
            place: Mutex::new(place),
            visitor,
            store,
            about: Mutex::new(Arc::new(about)),
            facts,
            config_id: CONFIG_ID,
            boot_id: AtomicU32::new(boot_id),
            certificate: Mutex::new(Arc::new(certificate)),
            addresses: Mutex::new(addresses),
            protection: Mutex::new(protection),
            tree: Mutex::new(tree),
            management: Mutex::new(management),
            software: Mutex::new(SoftwareManagement::new(&firmware)),
            events: Mutex::new(Events::default()),
            faults: Mutex::new(faults),
            requests: Mutex::new(RequestLog::default()),
            web: Mutex::default(),
            chance: Mutex::new(chance),
            commands,
        });
        core.with_tree(|_| ());
        let running = Running::start(&core, listeners, sockets).map_err(failed("listeners"))?;
        let supervisor = tokio::spawn(supervise(core.clone(), running, inbox));
        Ok(Self {
            core,
            supervisor,
            screen: Some(seen),
        })
    }

    /// The root UDN, with `uuid:`.
    pub fn udn(&self) -> String {
        self.core.about().udn.clone()
    }

    /// Address of the description over HTTP.
    pub fn location(&self) -> String {
        self.core.location()
    }

    /// Address of the description over HTTPS.
    pub fn secure_location(&self) -> String {
        self.core.secure_location()
    }

    /// Address of the web page, where there is one.
    pub fn web(&self) -> Option<String> {
        self.addresses().web.map(web::location)
    }

    /// The PIN on the label. With the policies screen-pin, web-pin and push-button there is one, but nobody accepts it.
    pub fn pin(&self) -> String {
        let protection = lock(&self.core.protection);
        protection.host().permission().label().expose().to_owned()
    }

    /// What the screen shows, one value each time it changes. There is one screen: a second call gives nothing.
    pub fn screen(&mut self) -> Option<mpsc::UnboundedReceiver<ScreenText>> {
        self.screen.take()
    }

    /// Where it listens.
    pub fn addresses(&self) -> Addresses {
        *lock(&self.core.addresses)
    }

    /// BOOTID of the present run.
    pub fn boot_id(&self) -> u32 {
        self.core.boot_id.load(Ordering::Relaxed)
    }

    /// SHA-256 of the present leaf certificate, lower-case hexadecimal.
    pub fn fingerprint_hex(&self) -> String {
        self.core.certificate().identity.fingerprint_hex()
    }

    /// Identity of the present leaf certificate.
    pub fn identity(&self) -> IdentityUuid {
        self.core.device_identity()
    }

    /// Reads or pokes the parameter tree.
    pub fn tree<T>(&self, act: impl FnOnce(&mut Tree) -> T) -> T {
        self.core.with_tree(act)
    }

    /// The access list as it is now.
    pub fn acl(&self) -> Acl {
        lock(&self.core.protection).acl().clone()
    }

    /// Reads or clears what was asked of the gateway.
    pub fn requests<T>(&self, act: impl FnOnce(&mut RequestLog) -> T) -> T {
        act(&mut lock(&self.core.requests))
    }

    /// How many event subscriptions there are.
    pub fn subscriptions(&self) -> usize {
        lock(&self.core.events).count()
    }

    /// Somebody presses the gateway's button.
    pub fn press_button(&self) {
        lock(&self.core.protection)
            .host_mut()
            .permission_mut()
            .press_button(Instant::now());
        lock(&self.core.management)
            .log_mut()
            .add(LogLevel::Notice, "setup", "button pressed");
    }

    /// Puts a fault in force. A new certificate takes part of a second to make.
    ///
    /// # Errors
    /// A new certificate could not be made.
    pub async fn inject(&self, fault: Fault) -> Result<(), Error> {
        match fault {
            Fault::NewCertificate => {
                let identity = generate(&self.core.options).await?;
                self.core.replace_certificate(identity)?;
            }
            Fault::WrongCertificate => {
                let shown = impostor(&self.core.options, &self.core.store).await?;
                self.core.show_certificate(&shown)?;
            }
            Fault::Setup(fault) => lock(&self.core.protection)
                .host_mut()
                .faults_mut()
                .add(fault),
            fault => lock(&self.core.faults).add(fault),
        }
        Ok(())
    }

    /// Ends all faults. A certificate that was replaced stays; one that was only shown does not.
    pub fn clear_faults(&self) {
        lock(&self.core.faults).clear();
        lock(&self.core.protection).host_mut().faults_mut().clear();
        let own = self.core.certificate();
        if let Err(error) = self.core.show_certificate(&own.identity) {
            tracing::warn!(%error, "the other certificate stays");
        }
    }

    /// Restarts, as somebody at the device would.
    pub fn reboot(&self) {
        self.core.command(Command::Reboot { factory: false });
    }

    /// Goes away without a word but keeps what the accessors tell.
    pub fn vanish(&self) {
        self.core.command(Command::Vanish);
    }

    /// Says goodbye and ends.
    pub async fn stop(mut self) {
        self.core.command(Command::Stop);
        if let Err(error) = (&mut self.supervisor).await {
            tracing::debug!(%error, "supervisor ended");
        }
    }
}
