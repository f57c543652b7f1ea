//! Which programs hold the port of SSDP, and which packet filters run. Linux only, and only
//! as far as this user may see.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::PortHolder;

/// Programs that filter packets, by the name of their process.
const FIREWALLS: [&str; 4] = ["firewalld", "opensnitchd", "portmaster-core", "portmaster"];

/// A socket on the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BoundSocket {
    pub address: IpAddr,
    pub inode: u64,
}

/// What the list of processes tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Holders {
    /// `None` when the system does not tell.
    pub port: Option<Vec<PortHolder>>,
    pub firewalls: Vec<String>,
}

/// The file a process runs, if it may be seen.
fn program(process: &Path) -> Option<PathBuf> {
    fs::read_link(process.join("exe")).ok()
}

/// Looks through the processes until `deadline`. The sockets of this process are left out.
pub(super) fn read(port: u16, deadline: Instant) -> Holders {
    let v4 = fs::read_to_string("/proc/net/udp").ok();
    let v6 = fs::read_to_string("/proc/net/udp6").ok();
    let told = v4.is_some() || v6.is_some();
    let mut sockets = bound_sockets(v4.as_deref().unwrap_or_default(), port);
    sockets.extend(bound_sockets(v6.as_deref().unwrap_or_default(), port));
    let mut found = Holders::default();
    let mut holders: Vec<PortHolder> = Vec::new();
    let own = std::process::id();
    let own_program = program(Path::new("/proc/self"));
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    for entry in processes {
        if Instant::now() > deadline {
            break;
        }
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        let name = name.trim();
        if FIREWALLS.contains(&name) && !found.firewalls.iter().any(|known| known == name) {
            found.firewalls.push(name.to_owned());
        }
        if sockets.is_empty() {
            continue;
        }
        let open = fs::read_dir(entry.path().join("fd"))
            .into_iter()
            .flatten()
            .flatten();
        let inodes: Vec<u64> = open
            .filter_map(|file| fs::read_link(file.path()).ok())
            .filter_map(|target| socket_inode(target.to_str()?))
            .collect();
        let (mine, rest): (Vec<BoundSocket>, Vec<BoundSocket>) = sockets
            .into_iter()
            .partition(|socket| inodes.contains(&socket.inode));
        sockets = rest;
        // A process this one has just forked, and another window of this program, share the
        // port as this one does.
        let same_program = || own_program.is_some() && program(&entry.path()) == own_program;
        if let (Some(first), true) = (mine.first(), pid != own && !same_program()) {
            holders.push(PortHolder {
                address: first.address,
                program: (!name.is_empty()).then(|| name.to_owned()),
                pid: Some(pid),
            });
        }
    }
    // What is left belongs to programs of other users.
    holders.extend(sockets.first().map(|socket| PortHolder {
        address: socket.address,
        program: None,
        pid: None,
    }));
    found.port = told.then_some(holders);
    found
}

/// `socket:[12345]`.
fn socket_inode(target: &str) -> Option<u64> {
    let inside = target.strip_prefix("socket:[")?.strip_suffix(']')?;
    inside.parse().ok()
}

/// `/proc/net/udp` and `/proc/net/udp6`: the sockets bound to a port.
pub(super) fn bound_sockets(text: &str, port: u16) -> Vec<BoundSocket> {
    let socket = |line: &str| -> Option<BoundSocket> {
        let mut fields = line.split_whitespace();
        let (address, bound) = fields.nth(1)?.split_once(':')?;
        let inode = fields.nth(7)?.parse().ok()?;
        (u16::from_str_radix(bound, 16).ok()? == port).then_some(BoundSocket {
            address: address_in_memory(address)?,
            inode,
        })
    };
    text.lines().skip(1).filter_map(socket).collect()
}

/// An address as the kernel prints it: words of 32 bits in the computer's own order.
fn address_in_memory(text: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = text.get(at * 8..at * 8 + 8)?;
        Some(u32::from_str_radix(digits, 16).ok()?.to_ne_bytes())
    };
    match text.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let [a, b, c, d] = [word(0)?, word(1)?, word(2)?, word(3)?].map(u32::from_be_bytes);
            let high = u64::from(a) << 32 | u64::from(b);
            let low = u64::from(c) << 32 | u64::from(d);
            Some(IpAddr::V6(Ipv6Addr::from(
                u128::from(high) << 64 | u128::from(low),
            )))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UDP: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
        1234: FAFFFFEF:076C 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 41002 2 0000000000000000 0\n\
        1240: 00000000:076C 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 41003 2 0000000000000000 0\n\
        1250: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 18021 2 0000000000000000 0\n\
        broken line\n";
    const UDP6: &str = "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n\
        5123: 000080FE00000000FF221102554433FE:076C 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 52001 2 0000000000000000 0\n";

    #[test]
    #[cfg(target_endian = "little")]
    fn sockets_on_the_port_are_found() {
        let found = bound_sockets(UDP, 1900);
        let shown: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.address, one.inode))
            .collect();
        assert_eq!(shown, ["239.255.255.250 41002", "0.0.0.0 41003"]);
        let found = bound_sockets(UDP6, 1900);
        let address = found.first().map(|one| one.address.to_string());
        assert_eq!(address.as_deref(), Some("fe80::211:22ff:fe33:4455"));
        assert!(bound_sockets(UDP, 5353).is_empty());
        assert!(bound_sockets("", 1900).is_empty());
    }

    #[test]
    fn only_sockets_have_an_inode_here() {
        assert_eq!(socket_inode("socket:[41002]"), Some(41_002));
        assert_eq!(socket_inode("pipe:[41002]"), None);
        assert_eq!(socket_inode("/dev/null"), None);
    }

    #[test]
    fn looking_ends_in_time_and_leaves_this_process_out() {
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("bound").port();
        let start = Instant::now();
        let holders = read(port, start + std::time::Duration::from_secs(20));
        assert!(start.elapsed().as_secs() < 30);
        assert!(holders.port.unwrap_or_default().is_empty());
    }
}
