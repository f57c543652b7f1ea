//! A gateway that runs, restarts, moves and ends as told.

use std::io;
use std::net::IpAddr;
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::beginning::generate;
use super::listeners::Listeners;
use super::{failed, Error, SOFTWARE_VERSION};
use crate::bms::LOG_PATH;
use crate::device::{Command, Core};
use crate::discovery::{self, Sockets};
use crate::faults::{Erased, Fault};
use crate::options::Options;
use crate::place::Place;
use crate::quirks::Quirk;
use crate::reach::Reach;
use crate::{control, data_model, gena, lock, server, web};

/// Time between the answer to a change and its effect on the way to the gateway.
const BEFORE_CUT: Duration = Duration::from_millis(30);

/// Runs, restarts and ends the gateway as told.
pub(super) async fn supervise(
    core: Arc<Core>,
    running: Running,
    mut inbox: mpsc::UnboundedReceiver<Command>,
) {
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
    let erased = factory && power_cut.is_none();
    let renamed = erased && core.has(Quirk::NewUdnOnReset);
    let renewed = renamed || (erased && core.has(Quirk::NewCertificateOnReset));
    if renewed || lock(&core.faults).has(&Fault::NewCertificate) {
        match generate(&core.options)
            .await
            .map(|identity| core.replace_certificate(identity))
        {
            Ok(Ok(())) => {}
            _ => tracing::warn!("no new certificate"),
        }
    }
    if renamed {
        if let Err(error) = core.rename() {
            tracing::warn!(%error, "no new UDN");
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

/// Where its log can be read stands in the tree, where there is no other way to it.
fn name_log_file(core: &Core) {
    if core.has(Quirk::VendorLogFiles) {
        let url = format!("{}{LOG_PATH}", core.secure_origin());
        let row = core.options.index_base;
        core.with_tree(|tree| {
            tree.poke(&format!("/BBF/DeviceInfo/VendorLogFile/{row}/Name"), &url);
        });
    }
}

/// The tasks of a gateway that is up.
pub(super) struct Running {
    tasks: JoinSet<()>,
}

impl Running {
    pub(super) fn start(
        core: &Arc<Core>,
        listeners: Listeners,
        sockets: Sockets,
    ) -> io::Result<Self> {
        let (http, https, web) = listeners.listen()?;
        name_log_file(core);
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
