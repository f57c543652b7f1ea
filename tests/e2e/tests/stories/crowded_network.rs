//! One search, two hundred gateways, all answering within MX.

#![cfg(target_os = "linux")] // The whole of 127/8 and the memory of a process are read Linux's way.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use lanside_e2e::{programs, Lanside};
use serde_json::Value;
use socket2::{Domain, Protocol, Socket, Type};

const GATEWAYS: usize = 200;
/// Octets of memory the program may need at its highest.
const MEMORY: u64 = 60 * 1024 * 1024;

fn udn(host: u8) -> String {
    format!("uuid:c0c0c0c0-0000-5000-8000-0000000000{host:02x}")
}

/// Gateways that answer searches and describe themselves, and can do nothing else.
struct Crowd {
    over: Arc<AtomicBool>,
    /// Set when the first gateway is on the screen: half of the crowd waits for that, as
    /// slow devices wait for nearly the whole of MX.
    seen: Arc<AtomicBool>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

impl Crowd {
    fn start() -> Crowd {
        let crowd = Crowd {
            over: Arc::default(),
            seen: Arc::default(),
        };
        let http = TcpListener::bind("0.0.0.0:0").expect("a port");
        let port = http.local_addr().expect("bound").port();
        thread::spawn(move || describe(&http));
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP)).expect("a socket");
        socket.set_reuse_address(true).expect("reuse");
        socket.set_reuse_port(true).expect("reuse");
        let group = Ipv4Addr::new(239, 255, 255, 250);
        let bind: SocketAddr = (group, 1900).into();
        socket.bind(&bind.into()).expect("port 1900");
        socket
            .join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)
            .expect("the group");
        let socket = UdpSocket::from(socket);
        socket
            .set_read_timeout(Some(Duration::from_millis(100)))
            .expect("a time limit");
        let (over, seen) = (crowd.over.clone(), crowd.seen.clone());
        thread::spawn(move || answer(&socket, port, &over, &seen));
        crowd
    }
}

fn describe(http: &TcpListener) {
    for stream in http.incoming().flatten() {
        thread::spawn(move || {
            let mut stream = stream;
            let host = match stream.local_addr() {
                Ok(SocketAddr::V4(address)) => address.ip().octets()[3],
                _ => return,
            };
            let mut request = [0_u8; 2048];
            while matches!(stream.read(&mut request), Ok(count) if count > 0) {
                let body = format!(
                    "<root xmlns=\"urn:schemas-upnp-org:device-1-0\"><device>\
                     <deviceType>urn:schemas-upnp-org:device:ManageableDevice:2</deviceType>\
                     <friendlyName>Gateway {host}</friendlyName><UDN>{}</UDN><serviceList><service>\
                     <serviceType>urn:schemas-upnp-org:service:ConfigurationManagement:2</serviceType>\
                     <serviceId>urn:upnp-org:serviceId:ConfigurationManagement</serviceId>\
                     <SCPDURL>/s</SCPDURL><controlURL>/c</controlURL><eventSubURL>/e</eventSubURL>\
                     </service></serviceList></device></root>",
                    udn(host)
                );
                let head = format!(
                    "HTTP/1.1 200 OK\r\nCONTENT-TYPE: text/xml\r\nCONTENT-LENGTH: {}\r\n\r\n",
                    body.len()
                );
                if stream.write_all((head + &body).as_bytes()).is_err() {
                    return;
                }
            }
        });
    }
}

fn answer(socket: &UdpSocket, port: u16, over: &AtomicBool, seen: &AtomicBool) {
    let voices: Vec<(u8, UdpSocket)> = (1..=GATEWAYS as u8)
        .map(|host| {
            let voice = UdpSocket::bind((Ipv4Addr::new(127, 20, 0, host), 0)).expect("an address");
            (host, voice)
        })
        .collect();
    // Other stories search on the same wire: nobody's search takes the place of another's.
    let mut waiting = Vec::new();
    let mut datagram = [0_u8; 2048];
    while !over.load(Ordering::SeqCst) {
        if let Ok((length, from)) = socket.recv_from(&mut datagram) {
            let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
            let asked = "ST: urn:schemas-upnp-org:service:ConfigurationManagement:2";
            if text.starts_with("M-SEARCH") && text.contains(asked) {
                say(&voices[..GATEWAYS / 2], port, from);
                if !waiting.contains(&from) {
                    waiting.push(from);
                }
            }
        }
        if seen.load(Ordering::SeqCst) {
            for from in waiting.drain(..) {
                say(&voices[GATEWAYS / 2..], port, from);
            }
        }
    }
}

fn say(voices: &[(u8, UdpSocket)], port: u16, to: SocketAddr) {
    let target = "urn:schemas-upnp-org:service:ConfigurationManagement:2";
    for (host, voice) in voices {
        let text = format!(
            "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n\
             LOCATION: http://127.20.0.{host}:{port}/desc.xml\r\nSERVER: t/1 UPnP/2.0 t/1\r\n\
             ST: {target}\r\nUSN: {}::{target}\r\n\r\n",
            udn(*host)
        );
        voice.send_to(text.as_bytes(), to).expect("sent");
    }
}

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Gone already is fine too.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The most memory a process ever held.
fn most_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    let kibibytes: u64 = kibibytes
        .and_then(|number| number.parse().ok())
        .expect("a number");
    kibibytes * 1024
}

#[test]
fn two_hundred_gateways_answer_one_search_and_none_is_lost() {
    let crowd = Crowd::start();
    let lanside = Lanside::new();
    let mut command = Command::new(programs().join("lanside"));
    command
        .args([
            "--json",
            "--secrets",
            "file",
            "--interface",
            "127.0.0.1",
            "--state-dir",
        ])
        .arg(lanside.state_dir())
        .args(["discover", "--follow"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut program = Program(command.spawn().expect("it starts"));
    let mut lines = BufReader::new(program.0.stdout.take().expect("piped")).lines();
    let wanted: HashSet<String> = (1..=GATEWAYS as u8).map(udn).collect();
    let mut found = HashSet::new();
    let started = Instant::now();
    while found.len() < GATEWAYS {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "only {} were found",
            found.len()
        );
        let line = lines.next().expect("it goes on").expect("text");
        let news: Value = serde_json::from_str(&line).expect("a JSON object a line");
        if let Some(udn) = news["device"]["udn"]
            .as_str()
            .filter(|udn| wanted.contains(*udn))
        {
            // Cards appear while half of the answers are still to come.
            crowd.seen.store(true, Ordering::SeqCst);
            assert_eq!(news["device"]["kind"], "tr064");
            found.insert(udn.to_owned());
        }
    }
    let memory = most_memory(program.0.id());
    assert!(memory < MEMORY, "{} MiB", memory / 1024 / 1024);
}
