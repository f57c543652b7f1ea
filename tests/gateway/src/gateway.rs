//! Starting, restarting and stopping a gateway.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use socket2::{Protocol, Socket, Type};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

use crate::acl::{Acl, Password, RoleSet, Subject};
use crate::bms::{BasicManagement, LogLevel};
use crate::control;
use crate::description::About;
use crate::device::{Addresses, Certificate, Command, Core};
use crate::device_protection::DeviceProtection;
use crate::discovery::{self, Sockets};
use crate::enrollee::host::SetupHost;
use crate::enrollee::machine::{DeviceFacts, OsRandomness, Randomness, METHOD_LABEL, PASSWORD_PIN};
use crate::enrollee::permission::{Permission, ScreenText};
use crate::enrollee::pin::Pin;
use crate::faults::{Erased, Fault, Faults};
use crate::gena::{self, Events};
use crate::identity::{DeviceIdentity, IdentityUuid};
use crate::options::{InitialUser, Model, Options, RolePolicy};
use crate::place::Place;
use crate::quirks::Quirk;
use crate::random::Chance;
use crate::reach::{Reach, Visitor};
use crate::requests::RequestLog;
use crate::sms::SoftwareManagement;
use crate::store::Store;
use crate::tree::Tree;
use crate::{data_model, lock, login, server, web};

/// CONFIGID of the description and the SCPDs.
const CONFIG_ID: u32 = 1;
/// Time between the answer to a change and its effect on the way to the gateway.
const BEFORE_CUT: Duration = Duration::from_millis(30);
/// Where the data model says which firmware runs.
const SOFTWARE_VERSION: &str = "/BBF/DeviceInfo/SoftwareVersion";
/// Connections that wait to be accepted.
const BACKLOG: i32 = 128;

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
            about,
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
        self.core.about.udn.clone()
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

/// Runs, restarts and ends the gateway as told.
async fn supervise(core: Arc<Core>, running: Running, mut inbox: mpsc::UnboundedReceiver<Command>) {
    let mut running = Some(running);
    while let Some(command) = inbox.recv().await {
        match (command, running.take()) {
            (Command::Stop, up) => {
                if let Some(up) = up {
                    discovery::say_goodbye(&core).await;
                    up.stop().await;
                }
                core.with_tree(|tree| data_model::save(tree, &core.store));
                return;
            }
            (Command::Vanish, Some(up)) => {
                control::before_reboot().await;
                up.stop().await;
            }
            (Command::Reach(reach), Some(up)) => {
                sleep(BEFORE_CUT).await;
                up.stop().await;
                if let Reach::Moves(address) = reach {
                    running = moved(&core, address).await;
                }
            }
            (Command::Reboot { factory }, Some(up)) => {
                running = reboot(&core, up, factory, &mut inbox).await;
                if running.is_none() && inbox.is_closed() {
                    return;
                }
            }
            (Command::Vanish | Command::Reach(_) | Command::Reboot { .. }, None) => {}
        }
    }
}

/// Listens at another address, on the same ports. Nothing means that it cannot.
async fn moved(core: &Arc<Core>, address: IpAddr) -> Option<Running> {
    let place = Place::of(&Options {
        bind: address,
        interface: None,
        ..core.options.clone()
    });
    let before = *lock(&core.addresses);
    let up = || -> Result<Running, Error> {
        let place = place.map_err(Error::Option)?;
        let listeners = Listeners::bind(
            place,
            before.http.port(),
            before.https.port(),
            before.web.map(|web| web.port()),
        )?;
        let sockets = Sockets::open(place, before.search_port).map_err(failed("discovery"))?;
        *lock(&core.addresses) = listeners.addresses(&sockets).map_err(failed("addresses"))?;
        *lock(&core.place) = place;
        Running::start(core, listeners, sockets).map_err(failed("listeners"))
    };
    match up() {
        Ok(running) => {
            tracing::info!(%address, "gateway has moved");
            Some(running)
        }
        Err(error) => {
            tracing::error!(%error, "gateway cannot move");
            None
        }
    }
}

/// Goes down, waits, comes back on the same ports with the next BOOTID. Nothing means it stays away.
async fn reboot(
    core: &Arc<Core>,
    up: Running,
    factory: bool,
    inbox: &mut mpsc::UnboundedReceiver<Command>,
) -> Option<Running> {
    if !core.has(Quirk::RebootWithoutAnswer) {
        control::before_reboot().await;
    }
    let power_cut = lock(&core.faults).take(|fault| match fault {
        Fault::PowerCutInReset(erased) if factory => Some(*erased),
        _ => None,
    });
    if !core.has(Quirk::NoByebye) && power_cut.is_none() {
        discovery::say_goodbye(core).await;
    }
    up.stop().await;
    tracing::info!("gateway down for a restart");
    let before = *lock(&core.addresses);
    // The ports are taken again at once, without listening, so that nobody else gets them meanwhile.
    let (http, https) = match core.has(Quirk::OtherPortsAfterReboot) {
        true => (0, 0),
        false => (before.http.port(), before.https.port()),
    };
    let web = before.web.map(|web| match http {
        0 => 0,
        _ => web.port(),
    });
    let held = other_place(core).and_then(|place| {
        if let Some(place) = place {
            *lock(&core.place) = place;
        }
        Listeners::bind(core.place(), http, https, web)
    });
    if lock(&core.faults).has(&Fault::NeverComeBack) {
        return None;
    }
    let renewed = factory && power_cut.is_none() && core.has(Quirk::NewCertificateOnReset);
    if renewed || lock(&core.faults).has(&Fault::NewCertificate) {
        match generate(&core.options)
            .await
            .map(|identity| core.replace_certificate(identity))
        {
            Ok(Ok(())) => {}
            _ => tracing::warn!("no new certificate"),
        }
    }
    let deadline = Instant::now() + core.options.reboot;
    restart_state(core, erased_by(core, factory, power_cut));
    while let Some(left) = deadline.checked_duration_since(Instant::now()) {
        tokio::select! {
            () = sleep(left.max(Duration::from_millis(1))) => {}
            command = inbox.recv() => if matches!(command, Some(Command::Stop) | None) {
                inbox.close();
                return None;
            },
        }
    }
    let came_back = held.and_then(|listeners| {
        let sockets =
            Sockets::open(core.place(), before.search_port).map_err(failed("discovery"))?;
        *lock(&core.addresses) = listeners.addresses(&sockets).map_err(failed("addresses"))?;
        Running::start(core, listeners, sockets).map_err(failed("listeners"))
    });
    match came_back {
        Ok(running) => {
            tracing::info!(
                boot_id = core.boot_id.load(Ordering::Relaxed),
                "gateway is back"
            );
            Some(running)
        }
        Err(error) => {
            tracing::error!(%error, "gateway did not come back");
            None
        }
    }
}

/// Where it comes back, if that is elsewhere.
fn other_place(core: &Core) -> Result<Option<Place>, Error> {
    let moves = lock(&core.faults).take(|fault| match fault {
        Fault::OtherAddressAfterReboot(address) => Some(*address),
        _ => None,
    });
    let place = moves.map(|address| {
        Place::of(&Options {
            bind: address,
            interface: None,
            ..core.options.clone()
        })
    });
    place.transpose().map_err(Error::Option)
}

/// What is gone after a restart.
#[derive(Debug, Clone, Copy, Default)]
struct Gone {
    access: bool,
    settings: bool,
}

fn erased_by(core: &Core, factory: bool, power_cut: Option<Erased>) -> Gone {
    match power_cut {
        _ if !factory => Gone::default(),
        Some(erased) => Gone {
            access: erased == Erased::Access,
            settings: false,
        },
        None => Gone {
            access: !core.has(Quirk::KeepAccessOnReset),
            settings: true,
        },
    }
}

/// What a restart changes in the state of the gateway.
fn restart_state(core: &Core, gone: Gone) {
    lock(&core.events).forget();
    lock(&core.web).restart();
    core.with_protection(|protection, _| {
        protection.host_mut().restart();
        if gone.access {
            protection.reset_to_factory();
        }
    });
    core.with_tree(|tree| {
        if gone.settings {
            tree.reset_to_factory();
        }
        tree.apply_after_reboot();
        data_model::save(tree, &core.store);
    });
    lock(&core.management).restarted();
    if let Some(version) = lock(&core.software).restarted() {
        core.with_tree(|tree| tree.poke(SOFTWARE_VERSION, &version));
    }
    match core.store.next_boot_id() {
        Ok(_) if core.has(Quirk::BootIdResets) => core.boot_id.store(1, Ordering::Relaxed),
        Ok(boot_id) => core.boot_id.store(boot_id, Ordering::Relaxed),
        Err(error) => tracing::warn!(%error, "boot number not kept"),
    }
}

/// The tasks of a gateway that is up.
struct Running {
    tasks: JoinSet<()>,
}

impl Running {
    fn start(core: &Arc<Core>, listeners: Listeners, sockets: Sockets) -> io::Result<Self> {
        let (http, https, web) = listeners.listen()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(server::serve(core.clone(), http, false));
        tasks.spawn(server::serve(core.clone(), https, true));
        if let Some(web) = web {
            tasks.spawn(web::serve(core.clone(), web));
        }
        tasks.spawn(discovery::serve(core.clone(), sockets));
        tasks.spawn(gena::publish(core.clone()));
        Ok(Self { tasks })
    }

    /// Ends all tasks; their sockets and connections close.
    async fn stop(mut self) {
        self.tasks.shutdown().await;
        // The connections end in tasks of their own, one step later.
        sleep(Duration::from_millis(5)).await;
    }
}

/// The TCP ports, bound but not yet listening.
struct Listeners {
    http: Socket,
    https: Socket,
    web: Option<Socket>,
}

impl Listeners {
    fn bind(place: Place, http: u16, https: u16, web: Option<u16>) -> Result<Self, Error> {
        let bind = |port: u16| {
            let bound = || -> io::Result<Socket> {
                let socket = place.open(Type::STREAM, Protocol::TCP)?;
                // Connections of the run before may still be closing. Elsewhere than on Unix the option
                // would let somebody else take the port.
                socket.set_reuse_address(cfg!(unix))?;
                socket.set_nonblocking(true)?;
                socket.bind(&place.socket(port).into())?;
                Ok(socket)
            };
            bound().map_err(failed(place.socket(port).to_string()))
        };
        Ok(Self {
            http: bind(http)?,
            https: bind(https)?,
            web: web.map(bind).transpose()?,
        })
    }

    fn addresses(&self, sockets: &Sockets) -> io::Result<Addresses> {
        let local = |socket: &Socket| {
            socket
                .local_addr()?
                .as_socket()
                .ok_or_else(|| io::Error::other("not an internet address"))
        };
        Ok(Addresses {
            http: local(&self.http)?,
            https: local(&self.https)?,
            web: self.web.as_ref().map(local).transpose()?,
            search_port: sockets.search_port()?,
        })
    }

    /// HTTP, HTTPS and the web page.
    fn listen(self) -> io::Result<(TcpListener, TcpListener, Option<TcpListener>)> {
        let listen = |socket: Socket| {
            socket.listen(BACKLOG)?;
            TcpListener::from_std(socket.into())
        };
        let web = self.web.map(listen).transpose()?;
        Ok((listen(self.http)?, listen(self.https)?, web))
    }
}

async fn generate(options: &Options) -> Result<DeviceIdentity, Error> {
    let (common_name, key) = (options.friendly_name.clone(), options.tls.key);
    let making = move || DeviceIdentity::generate(&common_name, key);
    let made = tokio::task::spawn_blocking(making).await;
    Ok(made.map_err(|error| Error::Option(error.to_string()))??)
}

async fn open_identity(options: &Options, store: &Store) -> Result<DeviceIdentity, Error> {
    let kept = store.identity();
    // As a fault from the start, a gateway known before shows another certificate.
    if let Some(kept) = kept.filter(|_| !options.faults.contains(&Fault::NewCertificate)) {
        return Ok(kept);
    }
    let made = generate(options).await?;
    store.save_identity(&made).map_err(failed("certificate"))?;
    Ok(made)
}

/// The port of the web page. A gateway whose PIN is there has one in any case, and somebody who may read it.
fn web_port(options: &Options) -> Result<Option<u16>, Error> {
    if options.role_policy != RolePolicy::WebPin {
        return Ok(options.web_port);
    }
    if options.users.is_empty() {
        let reason = "with the role policy web-pin somebody must be able to log in: add a user";
        return Err(Error::Option(reason.to_owned()));
    }
    Ok(Some(options.web_port.unwrap_or(0)))
}

/// The certificate of somebody who stands between, the same in every run of one gateway.
async fn impostor(options: &Options, store: &Store) -> Result<DeviceIdentity, Error> {
    if let Some(kept) = store.impostor() {
        return Ok(kept);
    }
    let made = generate(options).await?;
    store.save_impostor(&made).map_err(failed("certificate"))?;
    Ok(made)
}

fn udn(options: &Options, store: &Store, identity: &DeviceIdentity) -> Result<String, Error> {
    let own = match (&options.udn, store.text("udn")) {
        (Some(udn), _) => IdentityUuid::parse(udn)
            .ok_or_else(|| Error::Option(format!("{udn} is not a UUID")))?
            .to_string(),
        (None, Some(kept)) => kept,
        (None, None) if options.quirks.has(Quirk::ForeignUdn) => {
            IdentityUuid::of_leaf_der(options.friendly_name.as_bytes()).to_string()
        }
        (None, None) => identity.uuid().to_string(),
    };
    store.save_text("udn", &own).map_err(failed("UDN"))?;
    let tail = if options.quirks.has(Quirk::LongUdn) {
        "00ff44"
    } else {
        ""
    };
    Ok(format!("uuid:{own}{tail}"))
}

fn pin(options: &Options, store: &Store) -> Result<Pin, Error> {
    let chosen = options
        .pin
        .as_ref()
        .map(|pin| pin.expose().clone())
        .or_else(|| store.text("pin"));
    let pin = match chosen {
        Some(text) => Pin::parse(&text).ok_or_else(|| {
            Error::Option("a PIN has eight digits, the last of which checks the others".to_owned())
        })?,
        None => {
            let mut bytes = [0; 4];
            match options.seed {
                Some(seed) => {
                    bytes.copy_from_slice(&Chance::new(Some(seed)).next().to_le_bytes()[..4])
                }
                None => OsRandomness.fill(&mut bytes),
            }
            Pin::from_number(u32::from_le_bytes(bytes))
        }
    };
    store
        .save_text("pin", pin.expose())
        .map_err(failed("label"))?;
    Ok(pin)
}

fn about(options: &Options, udn: String) -> About {
    let (model_name, model_number) = match options.model {
        Model::Vdsl => ("Simulated VDSL gateway", "SG-100"),
        Model::Fiber => ("Simulated fibre gateway", "SG-200"),
        Model::Tr098 => ("Simulated TR-098 gateway", "SG-98"),
        Model::Minimal => ("Simulated minimal gateway", "SG-1"),
    };
    let serial = udn
        .trim_start_matches("uuid:")
        .split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    About {
        udn,
        friendly_name: options.friendly_name.clone(),
        manufacturer: "Lanside".to_owned(),
        model_name: model_name.to_owned(),
        model_number: model_number.to_owned(),
        serial_number: format!("LS{serial}"),
    }
}

fn facts(about: &About, identity: IdentityUuid) -> DeviceFacts {
    let id = identity.as_bytes();
    DeviceFacts {
        uuid_e: identity,
        mac: [0x02, id[11], id[12], id[13], id[14], id[15]],
        config_methods: METHOD_LABEL,
        password_id: PASSWORD_PIN,
        configured: false,
        manufacturer: about.manufacturer.clone(),
        model_name: about.model_name.clone(),
        model_number: about.model_number.clone(),
        serial_number: about.serial_number.clone(),
        device_name: about.friendly_name.clone(),
        primary_device_type: [0, 6, 0, 0x50, 0xf2, 4, 0, 2],
    }
}

fn initial_acl(options: &Options) -> Result<Acl, Error> {
    let mut acl = Acl::factory();
    for InitialUser { name, password } in &options.users {
        let subject = Subject::User(name.clone());
        let unusable = |_| Error::Option(format!("{name} is not a user name"));
        acl.add(&subject, name, None).map_err(unusable)?;
        acl.add_roles(&subject, &RoleSet::parse("Public Basic Admin"))
            .map_err(unusable)?;
        let mut salt = [0; 16];
        OsRandomness.fill(&mut salt);
        let stored = login::stored(name, password.expose(), &salt)?;
        acl.set_password(name, Password { salt, stored })
            .map_err(unusable)?;
    }
    Ok(acl)
}
