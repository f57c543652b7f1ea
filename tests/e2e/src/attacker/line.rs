//! The connections through the attacker: passed on, read, or answered.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;

use openssl::ssl::{Ssl, SslAcceptor, SslConnector, SslMethod, SslStream, SslVerifyMode};

use super::{Shared, Tls};

/// A TLS record that holds what was said, not how to say it.
const APPLICATION_DATA: u8 = 23;

/// Unprotected HTTP: he reads it and passes it on.
pub(super) fn plain(shared: &Arc<Shared>, visitor: TcpStream) {
    pass_on(shared, visitor, shared.gateway_http, None);
}

/// The protected port.
pub(super) fn protected(shared: &Arc<Shared>, visitor: TcpStream) {
    shared.record().connections += 1;
    let tls = shared.stance().tls;
    match tls {
        Tls::PassOn => pass_on(shared, visitor, shared.gateway_https, None),
        Tls::PassOnUntil(records) => {
            pass_on(shared, visitor, shared.gateway_https, Some(records));
        }
        // Whoever refuses his certificate hangs up; that is no matter of his.
        Tls::Answer => drop(answer(shared, visitor)),
        Tls::HangUp => {}
    }
}

fn pass_on(shared: &Arc<Shared>, visitor: TcpStream, to: SocketAddr, cut: Option<usize>) {
    let Ok(gateway) = TcpStream::connect(to) else {
        return;
    };
    let (Ok(back_from), Ok(back_to)) = (gateway.try_clone(), visitor.try_clone()) else {
        return;
    };
    let reader = Arc::clone(shared);
    let back = std::thread::spawn(move || {
        copy(&reader, back_from, back_to, None);
    });
    copy(shared, visitor, gateway, cut);
    back.join().ok();
}

/// Copies one direction until it ends, or until so many records have passed.
fn copy(shared: &Shared, mut from: TcpStream, mut to: TcpStream, cut: Option<usize>) {
    let mut records = Records::default();
    let mut octets = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut octets) {
        let read = octets.get(..length).unwrap_or_default();
        shared.record().read.extend(read);
        if cut.is_some_and(|most| records.count(read) > most) {
            shared.stance().tls = Tls::Answer;
            from.shutdown(Shutdown::Both).ok();
            break;
        }
        if to.write_all(read).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}

/// Counts the records of application data in a stream of octets.
#[derive(Default)]
struct Records {
    head: Vec<u8>,
    left: usize,
    seen: usize,
}

impl Records {
    fn count(&mut self, mut octets: &[u8]) -> usize {
        while !octets.is_empty() {
            let skipped = self.left.min(octets.len());
            self.left -= skipped;
            octets = &octets[skipped..];
            let Some((first, rest)) = octets.split_first() else {
                break;
            };
            self.head.push(*first);
            octets = rest;
            if let [kind, _, _, high, low] = *self.head {
                self.left = usize::from(u16::from_be_bytes([high, low]));
                self.seen += usize::from(kind == APPLICATION_DATA);
                self.head.clear();
            }
        }
        self.seen
    }
}

/// Ends TLS with his own certificate, reads, and asks the gateway in his own name.
fn answer(shared: &Arc<Shared>, visitor: TcpStream) -> io::Result<()> {
    let mut visitor = acceptor(shared)?
        .accept(visitor)
        .map_err(io::Error::other)?;
    shared.record().handshakes += 1;
    let mut gateway: Option<SslStream<TcpStream>> = None;
    loop {
        let request = Message::read(&mut visitor)?;
        let message = request.setup_message("InMessage");
        {
            let mut record = shared.record();
            record.read.extend(request.octets());
            record.requests.push(request.name());
            if let Some(message) = &message {
                record.read.extend(message);
                record.messages.push(message.clone());
            }
        }
        let own = message.and_then(|message| shared.stance().meddler.answer(&message));
        if let Some(own) = own {
            visitor.write_all(setup_answer(&own).as_bytes())?;
            continue;
        }
        let onward = match &mut gateway {
            Some(onward) => onward,
            none => none.insert(connect(shared)?),
        };
        onward.write_all(&request.octets())?;
        let mut response = Message::read(onward)?;
        shared.record().read.extend(response.octets());
        if let Some(message) = response.setup_message("OutMessage") {
            shared.record().read.extend(&message);
            let changed = shared.stance().meddler.change(message);
            response = Message::of(setup_answer(&changed));
        }
        visitor.write_all(&response.octets())?;
    }
}

fn acceptor(shared: &Shared) -> io::Result<SslAcceptor> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_private_key(shared.identity.key())?;
    builder.set_certificate(shared.identity.leaf())?;
    builder.add_extra_chain_cert(shared.identity.root().clone())?;
    builder.set_verify_callback(SslVerifyMode::PEER, |_, _| true);
    Ok(builder.build())
}

fn connect(shared: &Shared) -> io::Result<SslStream<TcpStream>> {
    let mut builder = SslConnector::builder(SslMethod::tls_client())?;
    builder.set_verify(SslVerifyMode::NONE);
    builder.set_private_key(shared.identity.key())?;
    builder.set_certificate(shared.identity.leaf())?;
    let ssl = Ssl::new(builder.build().context())?;
    let gateway = TcpStream::connect(shared.gateway_https)?;
    ssl.connect(gateway).map_err(io::Error::other)
}

/// A request or an answer of HTTP with a length.
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    fn read(from: &mut impl Read) -> io::Result<Message> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            from.read_exact(&mut octet)?;
            head.extend(octet);
        }
        let head = String::from_utf8(head).map_err(io::Error::other)?;
        let field = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; field.unwrap_or(0)];
        from.read_exact(&mut body)?;
        Ok(Message { head, body })
    }

    fn of(text: String) -> Message {
        Message {
            head: text,
            body: Vec::new(),
        }
    }

    fn octets(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }

    /// The action, or method and path.
    fn name(&self) -> String {
        let action = self.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let (_, action) = value.split_once('#')?;
            name.eq_ignore_ascii_case("soapaction")
                .then(|| action.trim_matches(['"', ' ']).to_owned())
        });
        action.unwrap_or_else(|| self.head.lines().next().unwrap_or_default().to_owned())
    }

    /// The message of an introduction in this argument; empty is a message, too.
    fn setup_message(&self, argument: &str) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(&self.body);
        if !text.contains("SendSetupMessage") {
            return None;
        }
        let (_, rest) = text.split_once(&format!("<{argument}"))?;
        let (attributes, rest) = rest.split_once('>')?;
        if attributes.ends_with('/') {
            return Some(Vec::new());
        }
        let (base64, _) = rest.split_once('<')?;
        let base64: String = base64.split_whitespace().collect();
        openssl::base64::decode_block(&base64).ok()
    }
}

fn setup_answer(message: &[u8]) -> String {
    let base64 = openssl::base64::encode_block(message);
    let body = format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>\
         <u:SendSetupMessageResponse xmlns:u=\"urn:schemas-upnp-org:service:DeviceProtection:1\">\
         <OutMessage>{base64}</OutMessage></u:SendSetupMessageResponse></s:Body></s:Envelope>"
    );
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=\"utf-8\"\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
