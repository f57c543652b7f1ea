//! A device that answers searches at once and notes when: what a search adds to that is ours.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use crate::Failure;

/// UDN of the device.
pub const UDN: &str = "uuid:be0cbe0c-0000-5000-8000-000000000001";

/// A running device; falls silent when dropped.
pub struct Neighbour {
    answered: Arc<Mutex<Option<Instant>>>,
    over: Arc<AtomicBool>,
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

impl Neighbour {
    /// Starts it on the loopback interface.
    pub fn start() -> Result<Neighbour, Failure> {
        let http = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = http.local_addr()?.port();
        thread::spawn(move || describe(&http));
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_reuse_address(true)?;
        #[cfg(unix)]
        socket.set_reuse_port(true)?;
        let group = Ipv4Addr::new(239, 255, 255, 250);
        let bind: SocketAddr = (group, 1900).into();
        socket.bind(&bind.into())?;
        socket.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)?;
        let socket = UdpSocket::from(socket);
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let voice = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        let neighbour = Neighbour {
            answered: Arc::default(),
            over: Arc::default(),
        };
        let (answered, over) = (neighbour.answered.clone(), neighbour.over.clone());
        thread::spawn(move || {
            let mut datagram = [0_u8; 2048];
            while !over.load(Ordering::SeqCst) {
                let Ok((length, from)) = socket.recv_from(&mut datagram) else {
                    continue;
                };
                let text = String::from_utf8_lossy(&datagram[..length]);
                if text.starts_with("M-SEARCH") && text.contains("ST: upnp:rootdevice") {
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n\
                         LOCATION: http://127.0.0.1:{port}/desc.xml\r\nSERVER: t/1 UPnP/2.0 t/1\r\n\
                         ST: upnp:rootdevice\r\nUSN: {UDN}::upnp:rootdevice\r\n\r\n"
                    );
                    let mut answered = answered.lock().unwrap_or_else(PoisonError::into_inner);
                    answered.get_or_insert_with(Instant::now);
                    // A search that is over does not need it.
                    voice.send_to(answer.as_bytes(), from).ok();
                }
            }
        });
        Ok(neighbour)
    }

    /// When it answered first since this was asked last.
    pub fn answered(&self) -> Option<Instant> {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.take()
    }
}

fn describe(http: &TcpListener) {
    let body = format!(
        "<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device><friendlyName>Bench</friendlyName>\
         <UDN>{UDN}</UDN></device></root>"
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\nCONTENT-TYPE: text/xml\r\nCONTENT-LENGTH: {}\r\nCONNECTION: close\r\n\r\n{body}",
        body.len()
    );
    for mut stream in http.incoming().flatten() {
        let mut request = [0_u8; 2048];
        if matches!(stream.read(&mut request), Ok(count) if count > 0) {
            // Whoever does not wait for it is not measured.
            stream.write_all(answer.as_bytes()).ok();
        }
    }
}
