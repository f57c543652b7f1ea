//! The sockets of discovery: announcements out, searches in.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use socket2::{Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::device::Core;
use crate::limits;
use crate::lock;
use crate::place::Place;
use crate::quirks::Quirk;
use crate::ssdp::{read_announcement, read_search};

/// How often each set of announcements is sent.
const REPEATS: u32 = 3;
/// How often a goodbye is said, and by one maker's boxes.
const BYEBYES: u32 = 2;
const MANY_BYEBYES: u32 = 12;
/// How long after the time a search allows a late answer leaves.
const TOO_LATE: Duration = Duration::from_secs(1);
/// Longest datagram that is read.
const DATAGRAM: usize = 8 * 1024;

/// The two sockets: one hears the group, the other hears unicast searches and sends everything.
pub struct Sockets {
    group: Option<UdpSocket>,
    own: Arc<UdpSocket>,
}

impl Sockets {
    /// Opens both sockets on one address. Multicast leaves and arrives through that address only.
    ///
    /// # Errors
    /// A socket cannot be opened.
    pub fn open(place: Place, search_port: u16) -> io::Result<Self> {
        let own = socket(place, place.socket(search_port))?;
        place.send_through(&own)?;
        let group = if cfg!(unix) {
            // Bound to the group itself, so that unicast to the port stays with the other socket.
            let group = socket(place, place.group())?;
            place.join(&group)?;
            Some(UdpSocket::from_std(group.into())?)
        } else {
            place.join(&own)?;
            None
        };
        Ok(Self {
            group,
            own: Arc::new(UdpSocket::from_std(own.into())?),
        })
    }

    /// Port of unicast searches.
    ///
    /// # Errors
    /// The socket is gone.
    pub fn search_port(&self) -> io::Result<u16> {
        Ok(self.own.local_addr()?.port())
    }
}

fn socket(place: Place, address: SocketAddr) -> io::Result<Socket> {
    let socket = place.open(Type::DGRAM, Protocol::UDP)?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

/// Announces the gateway and answers searches until it is dropped.
pub async fn serve(core: Arc<Core>, sockets: Sockets) {
    let mut tasks = JoinSet::new();
    tasks.spawn(announce(core.clone(), sockets.own.clone()));
    if let Some(group) = sockets.group {
        tasks.spawn(listen(
            core.clone(),
            Arc::new(group),
            sockets.own.clone(),
            true,
        ));
    }
    tasks.spawn(listen(
        core,
        sockets.own.clone(),
        sockets.own,
        cfg!(not(unix)),
    ));
    while tasks.join_next().await.is_some() {}
}

async fn announce(core: Arc<Core>, socket: Arc<UdpSocket>) {
    loop {
        for _ in 0..REPEATS {
            let announcement = core.announcement();
            for target in announcement.targets() {
                send_to(&socket, announcement.group, &announcement.alive(&target)).await;
            }
            sleep(Duration::from_millis(100 + core.chance(100))).await;
        }
        let half = u64::from(limits::MAX_AGE_S / 2);
        sleep(Duration::from_secs(half / 3 + core.chance(half / 2))).await;
    }
}

/// Says goodbye for every notification type.
pub async fn say_goodbye(core: &Core) {
    let Ok(socket) = socket(core.place(), core.place().socket(0)) else {
        return;
    };
    if core.place().send_through(&socket).is_err() {
        return;
    }
    let Ok(socket) = UdpSocket::from_std(socket.into()) else {
        return;
    };
    let announcement = core.announcement();
    let repeats = if core.has(Quirk::ManyByebyes) {
        MANY_BYEBYES
    } else {
        BYEBYES
    };
    for repeat in 0..repeats {
        if repeat > 0 {
            sleep(Duration::from_millis(20)).await;
        }
        for target in announcement.targets() {
            send_to(&socket, announcement.group, &announcement.byebye(&target)).await;
        }
    }
}

async fn send_to(socket: &UdpSocket, group: SocketAddr, message: &str) {
    if let Err(error) = socket.send_to(message.as_bytes(), group).await {
        tracing::debug!(%error, "announcement not sent");
    }
}

async fn listen(core: Arc<Core>, socket: Arc<UdpSocket>, reply: Arc<UdpSocket>, multicast: bool) {
    let mut answers = JoinSet::new();
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let (length, from) = match socket.recv_from(&mut buffer).await {
            Ok(received) => received,
            Err(error) => {
                // An ICMP error of an earlier answer arrives here.
                tracing::debug!(%error, "search socket");
                sleep(Duration::from_millis(10)).await;
                continue;
            }
        };
        while answers.try_join_next().is_some() {}
        let datagram = buffer.get(..length).unwrap_or_default();
        let search = match read_search(datagram) {
            None if core.has(Quirk::AnswersAnnouncements) => read_announcement(datagram),
            search => search,
        };
        let Some(search) = search else {
            continue;
        };
        if search.mx.is_none() && core.has(Quirk::UnicastNeedsMx) {
            continue;
        }
        let found = core.announcement().found_by(&search.target);
        let delay = match (search.mx, multicast) {
            (Some(mx), true) => longest_delay(&core, mx),
            (None, true) if cfg!(unix) => continue,
            _ => Duration::ZERO,
        };
        if found.is_empty() || answers.len() >= 256 {
            continue;
        }
        lock(&core.requests).searched();
        let (core, reply) = (core.clone(), reply.clone());
        answers.spawn(async move {
            let limit = u64::try_from(delay.as_millis()).unwrap_or(0);
            let late = if core.has(Quirk::LateAnswers) && multicast {
                Duration::from_secs(u64::from(search.mx.unwrap_or(0))) + TOO_LATE
            } else {
                Duration::from_millis(core.chance(limit))
            };
            sleep(late).await;
            let repeats = if core.has(Quirk::AnswersTwice) { 2 } else { 1 };
            for target in found.iter().flat_map(|target| vec![target; repeats]) {
                let answer = core.announcement().answer(target);
                if let Err(error) = reply.send_to(answer.as_bytes(), from).await {
                    tracing::debug!(%error, %from, "search not answered");
                }
            }
        });
    }
}

fn longest_delay(core: &Core, mx: u32) -> Duration {
    let asked = Duration::from_secs(u64::from(mx));
    match (core.options.search_delay, core.address()) {
        (Some(limit), _) => asked.min(limit),
        (None, address) if address.is_loopback() => asked.min(Duration::from_millis(120)),
        _ => asked,
    }
}
