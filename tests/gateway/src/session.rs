//! Who is calling: anybody over HTTP, or a control point with its certificate over TLS.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::identity::PeerCertificate;
use crate::lock;

/// What happens to the TLS connection after the present request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// It stays open.
    #[default]
    None,
    /// The answer is sent, then it closes.
    AfterAnswer,
    /// It closes without an answer.
    WithoutAnswer,
    /// Nothing comes for a long time, then it closes.
    Stalled,
}

/// Login state of one TLS session.
#[derive(Debug, Clone, Default)]
pub struct Login {
    /// Name of the user logged in.
    pub user: Option<String>,
    /// The latest challenge and the user it was for.
    pub challenge: Option<(String, [u8; 16])>,
    /// Failed logins so far.
    pub failures: u32,
    /// Whether the connection has to close.
    pub ending: Ending,
}

/// One TLS session.
#[derive(Debug)]
pub struct TlsSession {
    number: u64,
    peer: PeerCertificate,
    login: Mutex<Login>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

impl TlsSession {
    /// A session with the control point that showed this certificate.
    pub fn new(peer: PeerCertificate) -> Self {
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            peer,
            login: Mutex::default(),
        }
    }

    /// The session of this control point on whatever connection, as gateways keep it that close every one.
    pub fn of_control_point(peer: PeerCertificate) -> Self {
        let mut number = [0xff; 8];
        for (to, from) in number.iter_mut().skip(1).zip(peer.identity.as_bytes()) {
            *to = *from;
        }
        Self {
            number: u64::from_be_bytes(number),
            peer,
            login: Mutex::default(),
        }
    }

    /// Number that no other session of this process has.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The control point.
    pub fn peer(&self) -> &PeerCertificate {
        &self.peer
    }

    /// Reads or changes the login state.
    pub fn with_login<T>(&self, act: impl FnOnce(&mut Login) -> T) -> T {
        act(&mut lock(&self.login))
    }
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Anybody, over plain HTTP.
    Plain,
    /// A control point that proved it holds its certificate's key.
    Secure(Arc<TlsSession>),
}

impl Caller {
    /// The TLS session, if there is one.
    pub fn session(&self) -> Option<&TlsSession> {
        match self {
            Self::Plain => None,
            Self::Secure(session) => Some(session),
        }
    }
}
