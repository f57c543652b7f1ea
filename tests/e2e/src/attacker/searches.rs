//! The attacker's answers to searches: the gateway's name with addresses of his own.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::Shared;

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 255, 250);
const PORT: u16 = 1900;

/// Answers those who search for the gateway, until the attacker is gone.
pub(super) fn answer(shared: Arc<Shared>) {
    let group = hear_group().expect("a socket for searches");
    let own = UdpSocket::bind("127.0.0.1:0").expect("a socket for answers");
    std::thread::spawn(move || {
        let mut datagram = [0; 2048];
        while !shared.is_over() {
            // The time limit brings us back to look whether it is over.
            let Ok((length, from)) = group.recv_from(&mut datagram) else {
                continue;
            };
            let search = String::from_utf8_lossy(datagram.get(..length).unwrap_or_default());
            shared.record().read.extend(search.as_bytes());
            if let Some(answer) = answer_to(&shared, &search) {
                own.send_to(answer.as_bytes(), from).ok();
            }
        }
    });
}

fn hear_group() -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddr::from((GROUP, PORT)).into())?;
    socket.join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST)?;
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    Ok(socket.into())
}

fn answer_to(shared: &Shared, search: &str) -> Option<String> {
    let target = search
        .lines()
        .find_map(|line| {
            line.split_once(':')
                .filter(|(name, _)| name.eq_ignore_ascii_case("ST"))
        })
        .map(|(_, value)| value.trim())?;
    let udn = &shared.udn;
    let usn = if target.eq_ignore_ascii_case(udn) {
        udn.clone()
    } else if target == "upnp:rootdevice" || target.contains("ManageableDevice") {
        format!("{udn}::{target}")
    } else {
        return None;
    };
    let (http, https) = (shared.http, shared.https);
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\nST: {target}\r\nUSN: {usn}\r\n\
         LOCATION: http://{http}/description.xml\r\nSERVER: x UPnP/2.0 y\r\n"
    );
    if shared.stance().announces_protection {
        answer.push_str(&format!(
            "SECURELOCATION.UPNP.ORG: https://{https}/description.xml\r\n"
        ));
    }
    answer.push_str("\r\n");
    Some(answer)
}
