//! Hearing devices come, change and leave.
//!
//! For whoever waits for one device (a reboot) or keeps a list: feed the
//! messages to [`crate::ssdp::tracker::Tracker`].

use super::address::HostAddress;
use super::trace::Trace;
use super::udp::{Adapter, Sockets};
use crate::description::url::check_location;
use crate::error::Error;
use crate::ssdp::message::{Announcement, SsdpMessage};

/// One announcement with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// Alive, byebye or update; a location in it is the sender's own.
    pub message: SsdpMessage,
    /// Who sent it.
    pub from: HostAddress,
    /// Through which adapter.
    pub interface: Adapter,
}

/// Listens on all adapters; dropping it ends that.
#[derive(Debug)]
pub struct Announcements {
    sockets: Sockets,
    allow_loopback: bool,
    trace: Option<Trace>,
}

impl Announcements {
    pub(crate) fn open(
        adapters: &[Adapter],
        allow_loopback: bool,
        trace: Option<Trace>,
    ) -> Result<Self, Error> {
        Ok(Announcements {
            sockets: Sockets::for_announcements(adapters)?,
            allow_loopback,
            trace,
        })
    }

    /// The next announcement that can be believed; `None` when no socket is
    /// left. Searches of others and announcements for other hosts are skipped.
    pub async fn next(&mut self) -> Option<Announced> {
        loop {
            let datagram = self.sockets.next().await?;
            let from = datagram.from();
            let message = match SsdpMessage::parse(&datagram.bytes) {
                Ok(SsdpMessage::Search | SsdpMessage::SearchResponse(_)) => continue,
                Ok(message) => message,
                Err(error) => {
                    tracing::debug!(%from, %error, "datagram ignored");
                    continue;
                }
            };
            if let Some(trace) = &self.trace {
                trace.datagram(&from.to_string(), &datagram.adapter.name, &datagram.bytes);
            }
            let loopback = self.allow_loopback || datagram.adapter.is_loopback();
            if let Some(message) = believable(message, from, loopback) {
                return Some(Announced {
                    message,
                    from,
                    interface: (*datagram.adapter).clone(),
                });
            }
        }
    }
}

/// Applies the same-host rule: a foreign LOCATION makes the message void, a
/// foreign SECURELOCATION is left out of it.
fn believable(message: SsdpMessage, from: HostAddress, loopback: bool) -> Option<SsdpMessage> {
    let check = |mut announcement: Announcement| {
        if let Err(error) = check_location(&announcement.location, Some(from.ip()), loopback) {
            tracing::debug!(%from, %error, "announcement ignored");
            return None;
        }
        announcement.secure_location = announcement
            .secure_location
            .filter(|url| check_location(url, Some(from.ip()), loopback).is_ok());
        Some(announcement)
    };
    match message {
        SsdpMessage::Alive(announcement) => check(announcement).map(SsdpMessage::Alive),
        SsdpMessage::Update {
            announcement,
            next_boot_id,
        } => check(announcement).map(|announcement| SsdpMessage::Update {
            announcement,
            next_boot_id,
        }),
        other => Some(other),
    }
}
