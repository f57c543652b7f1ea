//! An active attacker: somebody on the way between an installation and its gateway, who answers searches,
//! passes on or changes what is said, and ends TLS with a certificate of his own.
//!
//! He shares no code with the control point; what he knows of the introduction comes from the
//! simulated gateway. Everything he can read is in his [`Record`].

mod line;
mod searches;
mod setup;

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lanside_gateway::identity::DeviceIdentity;

pub use setup::{Guess, Meddler, Nothing, Pretender, Replay, Rewrite};

use crate::programs::RunningGateway;

/// What he does with connections to the protected port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Passes every octet on; he reads what is encrypted.
    PassOn,
    /// Passes on until the control point has sent this many records, cuts the line, and answers
    /// himself from then on.
    PassOnUntil(usize),
    /// Answers himself, with his own certificate.
    Answer,
    /// Hangs up at once.
    HangUp,
}

/// How he behaves now.
pub struct Stance {
    /// What he does with TLS.
    pub tls: Tls,
    /// Whether his answers to searches say that there is a protected side.
    pub announces_protection: bool,
    /// What he does with messages of an introduction that reach him.
    pub meddler: Box<dyn Meddler>,
}

/// Everything he could read.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// All octets that came to him, in the clear where he ended TLS, and messages of an
    /// introduction decoded.
    pub read: Vec<u8>,
    /// Requests that reached him inside TLS: the path, or the action.
    pub requests: Vec<String>,
    /// Messages of introductions that the control point sent him, decoded.
    pub messages: Vec<Vec<u8>>,
    /// Connections to his protected port.
    pub connections: usize,
    /// Handshakes with him that were carried through.
    pub handshakes: usize,
}

impl Record {
    /// Whether he read this text anywhere.
    pub fn holds(&self, text: &str) -> bool {
        let wanted = text.as_bytes();
        self.read
            .windows(wanted.len())
            .any(|window| window == wanted)
    }
}

/// What all his threads know.
struct Shared {
    identity: DeviceIdentity,
    udn: String,
    gateway_http: SocketAddr,
    gateway_https: SocketAddr,
    http: SocketAddr,
    https: SocketAddr,
    stance: Mutex<Stance>,
    record: Mutex<Record>,
    over: AtomicBool,
}

impl Shared {
    fn stance(&self) -> MutexGuard<'_, Stance> {
        self.stance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

/// The attacker at work, on 127.0.0.1. The gateway is to be started with `--bind ::1`, so that a
/// search over IPv4 does not reach it.
pub struct Attacker {
    shared: Arc<Shared>,
}

impl Attacker {
    /// Places him before a gateway. At first he passes on everything. `identity` is a file with his
    /// key and certificate.
    pub fn before(gateway: &RunningGateway, identity: &Path) -> Attacker {
        let pem = std::fs::read(identity).expect("his certificate");
        let address = |key: &str| {
            let url = gateway.told(key);
            let host = url.split('/').nth(2).expect("a host");
            host.parse::<SocketAddr>().expect("a literal address")
        };
        let open = || TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (plain, protected) = (open(), open());
        let at = |listener: &TcpListener| listener.local_addr().expect("its address");
        let shared = Arc::new(Shared {
            identity: DeviceIdentity::from_pem(&pem).expect("a key and its certificates"),
            udn: gateway.told("udn"),
            gateway_http: address("location"),
            gateway_https: address("secure_location"),
            http: at(&plain),
            https: at(&protected),
            stance: Mutex::new(Stance {
                tls: Tls::PassOn,
                announces_protection: true,
                meddler: Box::new(Nothing),
            }),
            record: Mutex::default(),
            over: AtomicBool::new(false),
        });
        serve(&shared, plain, line::plain);
        serve(&shared, protected, line::protected);
        searches::answer(Arc::clone(&shared));
        Attacker { shared }
    }

    /// Where a person looks for the gateway: the way leads through him.
    pub fn location(&self) -> String {
        format!("http://{}/description.xml", self.shared.http)
    }

    /// SHA-256 of his own certificate.
    pub fn fingerprint(&self) -> String {
        self.shared.identity.fingerprint_hex()
    }

    /// Changes what he does with TLS.
    pub fn tls(&self, tls: Tls) {
        self.shared.stance().tls = tls;
    }

    /// Changes whether he says that the gateway has a protected side.
    pub fn announces_protection(&self, does: bool) {
        self.shared.stance().announces_protection = does;
    }

    /// Changes what he does with messages of an introduction.
    pub fn meddles(&self, meddler: impl Meddler + 'static) {
        self.shared.stance().meddler = Box::new(meddler);
    }

    /// What he read so far.
    pub fn record(&self) -> Record {
        self.shared.record().clone()
    }

    /// Lets him begin a new page.
    pub fn forget(&self) {
        *self.shared.record() = Record::default();
    }
}

impl Attacker {
    /// Answers nobody any more.
    pub fn leave(&self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // Whoever waits for a visitor is woken.
        for door in [self.shared.http, self.shared.https] {
            if let Ok(mut visit) = TcpStream::connect(door) {
                visit.flush().ok();
            }
        }
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Takes connections on a thread, and serves each on another.
fn serve(shared: &Arc<Shared>, listener: TcpListener, connection: fn(&Arc<Shared>, TcpStream)) {
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        for visitor in listener.incoming().flatten() {
            if shared.is_over() {
                return;
            }
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || connection(&shared, visitor));
        }
    });
}
