//! The TCP ports of a gateway.

use std::io;

use socket2::{Protocol, Socket, Type};
use tokio::net::TcpListener;

use super::{failed, Error};
use crate::device::Addresses;
use crate::discovery::Sockets;
use crate::place::Place;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 128;

/// The TCP ports, bound but not yet listening.
pub(super) struct Listeners {
    http: Socket,
    https: Socket,
    web: Option<Socket>,
}

impl Listeners {
    pub(super) fn bind(
        place: Place,
        http: u16,
        https: u16,
        web: Option<u16>,
    ) -> Result<Self, Error> {
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

    pub(super) fn addresses(&self, sockets: &Sockets) -> io::Result<Addresses> {
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
    pub(super) fn listen(self) -> io::Result<(TcpListener, TcpListener, Option<TcpListener>)> {
        let listen = |socket: Socket| {
            socket.listen(BACKLOG)?;
            TcpListener::from_std(socket.into())
        };
        let web = self.web.map(listen).transpose()?;
        Ok((listen(self.http)?, listen(self.https)?, web))
    }
}
