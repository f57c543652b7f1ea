//! A name server for labs: `names ADDRESS:PORT NAME IPV4` knows one name, and that there is no
//! other (RFC 1035).

use std::net::{Ipv4Addr, UdpSocket};

const HEADER: usize = 12;
/// An answer to a query that knows all there is: QR, AA and, as asked, RD; RA.
const ANSWER: u8 = 0x84;
const NO_SUCH_NAME: u8 = 3;
const TYPE_A: u16 = 1;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [at, name, address] = words.as_slice() else {
        panic!("names ADDRESS:PORT NAME IPV4");
    };
    let address: Ipv4Addr = address.parse().expect("an IPv4 address");
    let socket = UdpSocket::bind(at.as_str()).expect("the port is free");
    println!("ready");
    let mut query = [0; 512];
    loop {
        let (length, peer) = socket.recv_from(&mut query).expect("a query");
        if let Some(answer) = answer(&query[..length], name, address) {
            socket.send_to(&answer, peer).expect("it is sent");
        }
    }
}

fn answer(query: &[u8], name: &str, address: Ipv4Addr) -> Option<Vec<u8>> {
    let mut asked = Vec::new();
    let mut at = HEADER;
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        asked.push(String::from_utf8_lossy(query.get(at..at + length)?).to_lowercase());
        at += length;
    }
    let kind = u16::from_be_bytes([*query.get(at)?, *query.get(at + 1)?]);
    let question = query.get(HEADER..at + 4)?;
    let known = asked.join(".") == name;
    let found = known && kind == TYPE_A;
    let recursion = query[2] & 1;
    let mut answer = query[..2].to_vec();
    answer.extend([
        ANSWER | recursion,
        0x80 | if known { 0 } else { NO_SUCH_NAME },
    ]);
    answer.extend([0, 1, 0, u8::from(found), 0, 0, 0, 0]);
    answer.extend(question);
    if found {
        // The name is where the question has it; IN; a minute.
        answer.extend([0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(address.octets());
    }
    Some(answer)
}
