//! The byte stream under a request: TCP, or TLS over TCP.
//!
//! Small requests and small answers are what a gateway exchanges all day, so
//! Nagle's delay is off and, on Linux, delayed acknowledgement is switched off
//! before each read: two gateways of other makers answered 22 calls a second
//! without it and hundreds to thousands with it, since their stack holds the
//! second half of an answer back until the first half is acknowledged.
//!
//! TLS asks for each record in two steps, its head and its inside. It is given
//! them out of a buffer: asking the system for each of them, and acknowledging
//! each, took longer than all the deciphering.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::{TcpSocket, TcpStream};
use tokio_openssl::SslStream;

use super::address::HostAddress;
use super::udp::adapter_name;

/// How much is taken from the system at a time: some TLS records.
const BUFFER_BYTES: usize = 64 * 1024;

/// A TCP connection that acknowledges at once.
#[derive(Debug)]
pub(crate) struct Wire {
    tcp: BufReader<TcpStream>,
}

impl Wire {
    /// Opens a connection; the caller bounds the time.
    pub(crate) async fn connect(host: HostAddress, port: u16) -> io::Result<Self> {
        let address = host.socket(port);
        let tcp = match address {
            SocketAddr::V4(_) if host.scope_id() != 0 => {
                let socket = TcpSocket::new_v4()?;
                stay_on_adapter(&socket, host.scope_id())?;
                socket.connect(address).await?
            }
            _ => TcpStream::connect(address).await?,
        };
        tcp.set_nodelay(true)?;
        Ok(Wire {
            tcp: BufReader::with_capacity(BUFFER_BYTES, tcp),
        })
    }

    #[cfg(target_os = "linux")]
    fn acknowledge_at_once(&self) {
        // The flag is not permanent: the kernel clears it as it sees fit, hence
        // once per read. A refusal only costs speed.
        let _ = socket2::SockRef::from(self.tcp.get_ref()).set_tcp_quickack(true);
    }

    #[cfg(not(target_os = "linux"))]
    fn acknowledge_at_once(&self) {}
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.tcp.buffer().is_empty() {
            this.acknowledge_at_once();
        }
        Pin::new(&mut this.tcp).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tcp).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tcp).poll_shutdown(context)
    }
}

/// Keeps a connection on the adapter the device was heard on: the other one
/// has a network of the same numbers, and another device at this address.
fn stay_on_adapter(socket: &TcpSocket, index: u32) -> io::Result<()> {
    let name = adapter_name(index).ok_or(io::ErrorKind::AddrNotAvailable)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket2::SockRef::from(socket).bind_device(Some(name.as_bytes()))?;
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    socket2::SockRef::from(socket).bind_device_by_index_v4(std::num::NonZeroU32::new(index))?;
    // Elsewhere the address a connection comes from decides where it goes out.
    #[cfg(windows)]
    if let Some(local) = super::udp::address_of(index) {
        socket.bind(SocketAddr::from((local, 0)))?;
    }
    tracing::trace!(adapter = name, "kept on its adapter");
    Ok(())
}

/// What requests are written to and answers read from.
#[derive(Debug)]
pub(crate) enum Link {
    /// Unprotected.
    Plain(Wire),
    /// Inside TLS, handshake done and the certificate accepted.
    Secure(Box<SslStream<Wire>>),
}

impl Link {
    /// Whether the other side has closed or said something unasked.
    ///
    /// Reads nothing that belongs to an answer: there is none under way when
    /// this is asked. TLS session tickets are digested on the way.
    pub(crate) fn is_stale(&mut self) -> bool {
        let mut one = [0_u8; 1];
        let mut buffer = ReadBuf::new(&mut one);
        let waker = std::task::Waker::noop();
        let mut context = Context::from_waker(waker);
        Pin::new(self)
            .poll_read(&mut context, &mut buffer)
            .is_ready()
    }
}

impl AsyncRead for Link {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Link::Plain(wire) => Pin::new(wire).poll_read(context, buffer),
            Link::Secure(tls) => Pin::new(tls.as_mut()).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Link::Plain(wire) => Pin::new(wire).poll_write(context, bytes),
            Link::Secure(tls) => Pin::new(tls.as_mut()).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Link::Plain(wire) => Pin::new(wire).poll_flush(context),
            Link::Secure(tls) => Pin::new(tls.as_mut()).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Link::Plain(wire) => Pin::new(wire).poll_shutdown(context),
            Link::Secure(tls) => Pin::new(tls.as_mut()).poll_shutdown(context),
        }
    }
}
