//! Tiny servers on loopback that do one thing wrong, or nothing wrong.
//!
//! They read requests by themselves and answer scripted octets, so that the
//! driver is tested against the wire and not against its own library.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dp_credentials::identity::Identity;
use openssl::ssl::{Ssl, SslAcceptor, SslMethod, SslVerifyMode, SslVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use upnp::driver::{ControlPoint, Options};
use upnp::{ServiceId, ServiceRef, ServiceType, Udn};

/// Any stream a script writes to.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// Start line and header fields.
    pub head: String,
    /// Body.
    pub body: String,
    /// Which connection it came on, from 1.
    pub connection: usize,
}

impl Received {
    /// The action in SOAPACTION.
    pub fn action(&self) -> &str {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix("SOAPACTION: "))
            .and_then(|value| value.trim_matches('"').split('#').nth(1))
            .unwrap_or_default()
    }
}

/// What the script does with a request; `false` closes the connection.
pub type Script = Arc<
    dyn for<'a> Fn(&'a mut dyn Stream, Received) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>
        + Send
        + Sync,
>;

/// A running server; ends when dropped.
pub struct Server {
    pub address: SocketAddr,
    pub received: Arc<Mutex<Vec<Received>>>,
    /// Octets of requests that came through, whole or not.
    pub application_bytes: Arc<AtomicUsize>,
    pub connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub fn url(&self, path: &str) -> url::Url {
        format!("http://{}{path}", self.address)
            .parse()
            .expect("a URL")
    }

    pub fn secure_url(&self, path: &str) -> url::Url {
        format!("https://{}{path}", self.address)
            .parse()
            .expect("a URL")
    }

    pub fn actions(&self) -> Vec<String> {
        let received = self.received.lock().expect("no test panics with it");
        received
            .iter()
            .map(|request| request.action().to_owned())
            .collect()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A script that answers every request with these octets and keeps on.
pub fn always(answer: impl Into<Vec<u8>>) -> Script {
    let answer: Arc<Vec<u8>> = Arc::new(answer.into());
    Arc::new(move |stream, _| {
        let answer = answer.clone();
        Box::pin(async move { stream.write_all(&answer).await.is_ok() })
    })
}

/// A script that answers once and closes.
pub fn once(answer: impl Into<Vec<u8>>) -> Script {
    let answer: Arc<Vec<u8>> = Arc::new(answer.into());
    Arc::new(move |stream, _| {
        let answer = answer.clone();
        Box::pin(async move {
            let _ = stream.write_all(&answer).await;
            false
        })
    })
}

pub async fn plain(script: Script) -> Server {
    serve(listen().await, script, None)
}

/// Inside TLS; `verify` as the server would ask for our certificate.
pub async fn secure(
    identity: &Identity,
    version: SslVersion,
    accept: bool,
    script: Script,
) -> Server {
    secure_on(listen().await, identity, version, accept, script)
}

pub fn secure_on(
    listener: TcpListener,
    identity: &Identity,
    version: SslVersion,
    accept: bool,
    script: Script,
) -> Server {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).expect("TLS");
    builder
        .set_private_key(identity.private_key())
        .expect("key");
    builder.set_certificate(identity.leaf()).expect("leaf");
    builder
        .add_extra_chain_cert(identity.root().clone())
        .expect("root");
    builder
        .set_min_proto_version(Some(version))
        .expect("version");
    builder
        .set_max_proto_version(Some(version))
        .expect("version");
    builder.set_session_id_context(b"test").expect("context");
    builder.set_verify_callback(
        SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        move |_, _| accept,
    );
    serve(listener, script, Some(Arc::new(builder.build())))
}

async fn listen() -> TcpListener {
    TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), 0))
        .await
        .expect("a port")
}

fn serve(listener: TcpListener, script: Script, tls: Option<Arc<SslAcceptor>>) -> Server {
    let address = listener.local_addr().expect("an address");
    let received = Arc::new(Mutex::new(Vec::new()));
    let application_bytes = Arc::new(AtomicUsize::new(0));
    let connections = Arc::new(AtomicUsize::new(0));
    let (log, bytes, count) = (
        received.clone(),
        application_bytes.clone(),
        connections.clone(),
    );
    let task = tokio::spawn(async move {
        let mut running = tokio::task::JoinSet::new();
        while let Ok((tcp, _)) = listener.accept().await {
            let _ = tcp.set_nodelay(true);
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            let (script, tls, log, bytes) =
                (script.clone(), tls.clone(), log.clone(), bytes.clone());
            running.spawn(async move {
                match tls {
                    None => {
                        let mut stream = tcp;
                        converse(&mut stream, &script, number, &log, &bytes).await;
                    }
                    Some(acceptor) => {
                        let ssl = Ssl::new(acceptor.context()).expect("TLS");
                        let Ok(mut stream) = tokio_openssl::SslStream::new(ssl, tcp) else {
                            return;
                        };
                        if Pin::new(&mut stream).accept().await.is_ok() {
                            converse(&mut stream, &script, number, &log, &bytes).await;
                            let _ = stream.shutdown().await;
                        }
                    }
                }
            });
        }
    });
    Server {
        address,
        received,
        application_bytes,
        connections,
        task,
    }
}

async fn converse<S: Stream>(
    stream: &mut S,
    script: &Script,
    connection: usize,
    log: &Mutex<Vec<Received>>,
    bytes: &AtomicUsize,
) {
    let mut buffer = Vec::new();
    loop {
        let request = loop {
            if let Some((request, length)) = whole(&buffer, connection) {
                buffer.drain(..length);
                break request;
            }
            match stream.read_buf(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(count) => bytes.fetch_add(count, Ordering::SeqCst),
            };
        };
        log.lock()
            .expect("no test panics with it")
            .push(request.clone());
        if !script(stream, request).await {
            let _ = stream.flush().await;
            return;
        }
        let _ = stream.flush().await;
    }
}

fn whole(buffer: &[u8], connection: usize) -> Option<(Received, usize)> {
    let text = String::from_utf8_lossy(buffer).into_owned();
    let end = text.find("\r\n\r\n")? + 4;
    let head = text[..end].to_owned();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("CONTENT-LENGTH: "))
        .map_or(0, |value| value.trim().parse().expect("our own length"));
    let body = text.get(end..end + length)?.to_owned();
    Some((
        Received {
            head,
            body,
            connection,
        },
        end + length,
    ))
}

pub const DESCRIPTION: &str =
    "<?xml version=\"1.0\"?>\n<root xmlns=\"urn:schemas-upnp-org:device-1-0\" configId=\"7\">\
<specVersion><major>2</major><minor>0</minor></specVersion><device>\
<deviceType>urn:schemas-upnp-org:device:ManageableDevice:2</deviceType>\
<friendlyName>Test gateway</friendlyName><manufacturer>Tests</manufacturer><modelName>T</modelName>\
<UDN>uuid:11111111-2222-5333-8444-555555555555</UDN><serviceList><service>\
<serviceType>urn:schemas-upnp-org:service:ConfigurationManagement:2</serviceType>\
<serviceId>urn:upnp-org:serviceId:ConfigurationManagement1</serviceId>\
<SCPDURL>/cms.xml</SCPDURL><controlURL>/cms</controlURL><eventSubURL>/evt</eventSubURL>\
</service></serviceList></device></root>";

/// An HTTP answer with the right length.
pub fn http(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nCONTENT-TYPE: text/xml; charset=\"utf-8\"\r\nCONTENT-LENGTH: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A SOAP answer without framing.
pub fn soap(action: &str, arguments: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <s:Body><u:{action}Response xmlns:u=\"urn:schemas-upnp-org:service:ConfigurationManagement:2\">\
         {arguments}</u:{action}Response></s:Body></s:Envelope>"
    )
}

pub fn service(control_url: url::Url) -> ServiceRef {
    ServiceRef {
        service_type: ServiceType::standard("ConfigurationManagement", 2),
        service_id: ServiceId::parse("urn:upnp-org:serviceId:ConfigurationManagement1")
            .expect("an id"),
        control_url,
        device_udn: Udn::parse("uuid:11111111-2222-5333-8444-555555555555").expect("a UDN"),
    }
}

/// A control point with a short patience and an identity.
pub fn control_point(identity: Option<Arc<Identity>>, timeout: Duration) -> ControlPoint {
    ControlPoint::new(Options {
        interfaces: vec![String::from("127.0.0.1")],
        timeout,
        identity,
        ..Options::default()
    })
    .expect("the HTTP library starts")
}
