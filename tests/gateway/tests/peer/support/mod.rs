//! A control point made of plain sockets, for tests that must not share code with the real one.

pub mod registrar;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use std::time::Duration;

use base64::prelude::{Engine, BASE64_STANDARD};
use lanside_gateway::identity::{DeviceIdentity, IdentityUuid};
use lanside_gateway::options::Options;
use lanside_gateway::secret::Secret;
use lanside_gateway::tls::Key;
use lanside_gateway::Gateway;
use openssl::ssl::{Ssl, SslContext, SslMethod, SslStream, SslVerifyMode, SslVersion};
use tempfile::TempDir;

pub const CMS: (&str, &str) = (
    "/cms/control",
    "urn:schemas-upnp-org:service:ConfigurationManagement:2",
);
pub const BMS: (&str, &str) = (
    "/bms/control",
    "urn:schemas-upnp-org:service:BasicManagement:2",
);
pub const DP: (&str, &str) = (
    "/dp/control",
    "urn:schemas-upnp-org:service:DeviceProtection:1",
);
pub const PIN: &str = "12345670";

/// A gateway with the folder its state is in, which goes with it.
pub struct Housed {
    gateway: Gateway,
    folder: Option<TempDir>,
}

impl Housed {
    /// Says goodbye and ends.
    pub async fn stop(self) {
        self.gateway.stop().await;
        drop(self.folder);
    }
}

impl Deref for Housed {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.gateway
    }
}

impl DerefMut for Housed {
    fn deref_mut(&mut self) -> &mut Gateway {
        &mut self.gateway
    }
}

/// A gateway for a test: known PIN, quick reboots, its own search port.
pub async fn start(change: impl FnOnce(&mut Options)) -> Housed {
    let mut options = Options {
        pin: Some(Secret::new(PIN.to_owned())),
        reboot: Duration::from_millis(300),
        search_port: 0,
        seed: Some(1),
        ..Options::default()
    };
    change(&mut options);
    let folder = options
        .state_dir
        .is_none()
        .then(|| tempfile::tempdir().unwrap());
    let state = options
        .state_dir
        .get_or_insert_with(|| folder.as_ref().unwrap().path().to_owned());
    // Keys take long to make: the gateways of one test program share one.
    let certificate = state.join("identity.pem");
    if !certificate.exists() {
        std::fs::write(&certificate, pem_of("Gateway")).unwrap();
    }
    if folder.is_some() && options.udn.is_none() {
        // They share the key, but announcements must tell them apart, also from those of tests
        // that run beside this one in processes of their own.
        let process = u64::from(std::process::id()) << 16;
        let number = process | GATEWAYS.fetch_add(1, Ordering::Relaxed);
        options.udn = Some(format!("6c1b2f0e-0000-4000-8000-{number:012x}"));
    }
    let gateway = Gateway::start(options).await.unwrap();
    Housed { gateway, folder }
}

static GATEWAYS: AtomicU64 = AtomicU64::new(0);
static KEYS: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

/// Key and chain for a name, made once.
fn pem_of(name: &str) -> Vec<u8> {
    let mut keys = KEYS.lock().unwrap();
    let made = || {
        DeviceIdentity::generate(name, Key::default())
            .unwrap()
            .to_pem()
            .unwrap()
            .expose()
            .clone()
    };
    keys.entry(name.to_owned()).or_insert_with(made).clone()
}

/// An answer: status, head and body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Error number of a fault, 0 for a success.
    pub fn code(&self) -> u16 {
        if self.status == 200 {
            return 0;
        }
        between(&self.body, "<errorCode>", "</errorCode>")
            .and_then(|text| text.parse().ok())
            .unwrap_or(u16::MAX)
    }

    /// An output argument, unescaped once.
    pub fn out(&self, name: &str) -> String {
        let text =
            between(&self.body, &format!("<{name}>"), &format!("</{name}>")).unwrap_or_default();
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }
}

pub fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let from = text.find(start)? + start.len();
    let length = text[from..].find(end)?;
    Some(&text[from..from + length])
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// One connection to a gateway.
pub struct Client {
    wire: Box<dyn Wire>,
}

/// A control point's certificate.
pub struct ControlPoint {
    pub identity: DeviceIdentity,
}

impl ControlPoint {
    pub fn new(name: &str) -> Self {
        Self {
            identity: DeviceIdentity::from_pem(&pem_of(name)).unwrap(),
        }
    }

    pub fn uuid(&self) -> IdentityUuid {
        self.identity.uuid()
    }

    /// Connects with this certificate; the server's leaf comes back in DER.
    pub fn connect(&self, gateway: &Gateway, version: SslVersion) -> (Client, Vec<u8>) {
        let stream = handshake(gateway.addresses().https, Some(&self.identity), version).unwrap();
        let leaf = stream.ssl().peer_certificate().unwrap().to_der().unwrap();
        (
            Client {
                wire: Box::new(stream),
            },
            leaf,
        )
    }

    pub fn client(&self, gateway: &Gateway) -> Client {
        self.connect(gateway, SslVersion::TLS1_3).0
    }
}

/// Opens a TLS connection, with or without a certificate.
pub fn handshake(
    address: SocketAddr,
    identity: Option<&DeviceIdentity>,
    version: SslVersion,
) -> Result<SslStream<TcpStream>, String> {
    let mut context = SslContext::builder(SslMethod::tls_client()).unwrap();
    context.set_verify(SslVerifyMode::NONE);
    context.set_max_proto_version(Some(version)).unwrap();
    if let Some(identity) = identity {
        context.set_certificate(identity.leaf()).unwrap();
        context
            .add_extra_chain_cert(identity.root().clone())
            .unwrap();
        context.set_private_key(identity.key()).unwrap();
    }
    let mut stream = SslStream::new(Ssl::new(&context.build()).unwrap(), tcp(address)?).unwrap();
    stream.connect().map_err(|error| error.to_string())?;
    Ok(stream)
}

fn tcp(address: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(address).map_err(|error| error.to_string())?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream.set_nodelay(true).unwrap();
    Ok(stream)
}

impl Client {
    /// Connects over plain HTTP.
    pub fn plain(gateway: &Gateway) -> Self {
        Self {
            wire: Box::new(tcp(gateway.addresses().http).unwrap()),
        }
    }

    /// A connection that was opened elsewhere.
    pub fn over(stream: SslStream<TcpStream>) -> Self {
        Self {
            wire: Box::new(stream),
        }
    }

    /// Sends a request as it is and reads the answer; an error is a connection that ended.
    pub fn send(&mut self, request: &str) -> std::io::Result<Answer> {
        self.wire.write_all(request.as_bytes())?;
        self.wire.flush()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.wire.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let lower = head.to_ascii_lowercase();
        let length = between(&lower, "content-length: ", "\r\n").and_then(|text| text.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        self.wire.read_exact(&mut body)?;
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse().ok())
            .unwrap();
        Ok(Answer {
            status,
            head,
            body: String::from_utf8(body).unwrap(),
        })
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"))
            .unwrap()
    }

    /// Calls an action.
    pub fn try_call(
        &mut self,
        (path, service): (&str, &str),
        action: &str,
        arguments: &[(&str, &str)],
    ) -> std::io::Result<Answer> {
        let escape = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        };
        let arguments: String = arguments
            .iter()
            .map(|(name, text)| format!("<{name}>{}</{name}>", escape(text)))
            .collect();
        let body = format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\
             <s:Body><u:{action} xmlns:u=\"{service}\">{arguments}</u:{action}></s:Body></s:Envelope>"
        );
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nSOAPACTION: \"{service}#{action}\"\r\n\
             Content-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }

    pub fn call(
        &mut self,
        service: (&str, &str),
        action: &str,
        arguments: &[(&str, &str)],
    ) -> Answer {
        self.try_call(service, action, arguments).unwrap()
    }

    /// One setup message; the answer's bytes or the error number.
    pub fn setup(&mut self, message: &[u8]) -> Result<Vec<u8>, u16> {
        self.try_setup(message).unwrap()
    }

    /// The same where no answer may come.
    pub fn try_setup(&mut self, message: &[u8]) -> std::io::Result<Result<Vec<u8>, u16>> {
        let message = BASE64_STANDARD.encode(message);
        let arguments = [("ProtocolType", "WPS"), ("InMessage", message.as_str())];
        let answer = self.try_call(DP, "SendSetupMessage", &arguments)?;
        Ok(match answer.code() {
            0 => Ok(BASE64_STANDARD.decode(answer.out("OutMessage")).unwrap()),
            code => Err(code),
        })
    }

    pub fn roles(&mut self) -> String {
        self.call(DP, "GetAssignedRoles", &[]).out("RoleList")
    }
}

/// A client of a control point that proved the PIN.
pub fn introduced(gateway: &Gateway, name: &str) -> Client {
    let control_point = ControlPoint::new(name);
    let mut client = control_point.client(gateway);
    registrar::Registrar::with_pin(control_point.uuid(), PIN)
        .run(&mut client)
        .unwrap();
    client
}
