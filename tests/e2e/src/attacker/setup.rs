//! What an attacker does with the messages of an introduction (DeviceProtection:1 digest, section 4).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lanside_gateway::enrollee::crypto::{KeyPair, SessionKeys, KEY_LENGTH};
use lanside_gateway::enrollee::tlv::{id, kind, Attributes, Message};
use lanside_gateway::identity::{DeviceIdentity, IdentityUuid};

/// Somebody who gets the messages of an introduction into his hands.
pub trait Meddler: Send {
    /// Answers a message of the control point himself; nothing lets the gateway answer it.
    fn answer(&mut self, _message: &[u8]) -> Option<Vec<u8>> {
        None
    }

    /// Changes what the gateway answered.
    fn change(&mut self, answer: Vec<u8>) -> Vec<u8> {
        answer
    }
}

/// Passes every message on as it is.
pub struct Nothing;

impl Meddler for Nothing {}

/// Puts his own identity into M1, so that it fits the certificate he shows.
pub struct Rewrite(pub IdentityUuid);

impl Rewrite {
    /// For the one who holds this certificate.
    pub fn of(identity: &std::path::Path) -> Rewrite {
        Rewrite(uuid_in(identity))
    }
}

impl Meddler for Rewrite {
    fn change(&mut self, answer: Vec<u8>) -> Vec<u8> {
        with(answer, id::UUID_E, self.0.as_bytes())
    }
}

fn uuid_in(identity: &std::path::Path) -> IdentityUuid {
    let pem = std::fs::read(identity).expect("his certificate");
    let identity = DeviceIdentity::from_pem(&pem).expect("a key and its certificates");
    identity.uuid()
}

/// The message with another value of the same length, where it has this attribute.
fn with(mut message: Vec<u8>, attribute: u16, value: &[u8]) -> Vec<u8> {
    let mut at = 0;
    while let Some([a, b, c, d]) = message.get(at..).and_then(|rest| rest.first_chunk::<4>()) {
        let (found, length) = (
            u16::from_be_bytes([*a, *b]),
            usize::from(u16::from_be_bytes([*c, *d])),
        );
        at += 4;
        if let Some(old) = message.get_mut(at..at + length) {
            if found == attribute && length == value.len() {
                old.copy_from_slice(value);
            }
        }
        at += length;
    }
    message
}

/// Sends what was recorded of an earlier run, message by message.
pub struct Replay {
    recorded: Vec<Vec<u8>>,
    /// Whether he writes the nonce of this run into the old messages.
    freshened: bool,
    at: usize,
    nonce: Option<Vec<u8>>,
}

impl Replay {
    /// Of these answers.
    pub fn new(recorded: Vec<Vec<u8>>, freshened: bool) -> Replay {
        Replay {
            recorded,
            freshened,
            at: 0,
            nonce: None,
        }
    }
}

impl Meddler for Replay {
    fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        if message.is_empty() {
            self.at = 0;
        }
        if let Some(nonce) = attribute(message, id::REGISTRAR_NONCE) {
            self.nonce = Some(nonce);
        }
        let old = self.recorded.get(self.at).cloned().unwrap_or_default();
        self.at += 1;
        Some(match &self.nonce {
            Some(nonce) if self.freshened => with(old, id::REGISTRAR_NONCE, nonce),
            _ => old,
        })
    }
}

fn attribute(message: &[u8], wanted: u16) -> Option<Vec<u8>> {
    let attributes = Attributes::parse(message).ok()?;
    attributes.get(wanted).map(<[u8]>::to_vec)
}

/// What a [`Pretender`] found out.
#[derive(Debug, Clone, Default)]
pub struct Guess {
    /// First half of the PIN.
    pub first_half: Option<String>,
    /// Second half of the PIN.
    pub second_half: Option<String>,
    /// His own answers, in order.
    pub answers: Vec<Vec<u8>>,
}

/// Plays the gateway's part to the end without knowing the PIN: everything fits together, but the
/// halves he claims to know are guessed. From what is sent to him he computes what can be computed.
pub struct Pretender {
    uuid: IdentityUuid,
    /// The PIN he guesses.
    pin: String,
    pair: KeyPair,
    learned: Arc<Mutex<Guess>>,
    n1: Vec<u8>,
    mac: Vec<u8>,
    public_e: Vec<u8>,
    public_r: Vec<u8>,
    n2: Vec<u8>,
    second_claim: Vec<u8>,
    keys: Option<SessionKeys>,
    previous: Vec<u8>,
}

const SECRET_NONCE: [u8; 16] = [0x5e; 16];

impl Pretender {
    /// With a guess at the PIN, and the place where he keeps what he learns.
    pub fn new(identity: &std::path::Path, pin: &str) -> (Pretender, Arc<Mutex<Guess>>) {
        let learned: Arc<Mutex<Guess>> = Arc::default();
        let pair = KeyPair::from_private(&[0x77; KEY_LENGTH]).expect("a key pair");
        let pretender = Pretender {
            uuid: uuid_in(identity),
            pin: pin.to_owned(),
            public_e: pair.public_key(true),
            pair,
            learned: Arc::clone(&learned),
            n1: Vec::new(),
            mac: Vec::new(),
            public_r: Vec::new(),
            n2: Vec::new(),
            second_claim: Vec::new(),
            keys: None,
            previous: Vec::new(),
        };
        (pretender, learned)
    }

    fn learned(&self) -> MutexGuard<'_, Guess> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_m2(&mut self, m2: &[u8]) -> Option<Vec<u8>> {
        self.public_r = attribute(m2, id::PUBLIC_KEY)?;
        self.n2 = attribute(m2, id::REGISTRAR_NONCE)?;
        let shared = self.pair.agree(&self.public_r, true).ok()??;
        let keys = SessionKeys::derive(
            &shared,
            self.n1.as_slice().try_into().ok()?,
            self.mac.as_slice().try_into().ok()?,
            self.n2.as_slice().try_into().ok()?,
        )
        .ok()?;
        let (first, second) = self.pin.split_at(4);
        let claim = |half: &str| {
            keys.commitment(
                &SECRET_NONCE,
                half.as_bytes(),
                &self.public_e,
                &self.public_r,
            )
            .ok()
        };
        let m3 = Message::new(kind::M3)
            .attribute(id::REGISTRAR_NONCE, &self.n2)
            .attribute(id::E_HASH1, &claim(first)?)
            .attribute(id::E_HASH2, &claim(second)?);
        self.keys = Some(keys);
        m2.clone_into(&mut self.previous);
        self.finish(m3)
    }

    /// M4 or M6: computes the half it gives away, and opens his own claim.
    fn take_proof(&mut self, message: &[u8], second: bool) -> Option<Vec<u8>> {
        let keys = self.keys.as_ref()?;
        let plain = keys.unwrap(&attribute(message, id::ENCRYPTED_SETTINGS)?)?;
        let (nonce, digits) = if second {
            (id::R_SNONCE2, 4)
        } else {
            self.second_claim = attribute(message, id::R_HASH2)?;
            (id::R_SNONCE1, 4)
        };
        let secret: [u8; 16] = attribute(&plain, nonce)?.try_into().ok()?;
        let claim = if second {
            self.second_claim.clone()
        } else {
            attribute(message, id::R_HASH1)?
        };
        let half = (0..10_000)
            .map(|number| format!("{number:0digits$}"))
            .find(|half| {
                keys.commitment(&secret, half.as_bytes(), &self.public_e, &self.public_r)
                    .is_ok_and(|hash| hash.as_slice() == claim)
            });
        let own = Message::default().attribute(
            if second { id::E_SNONCE2 } else { id::E_SNONCE1 },
            &SECRET_NONCE,
        );
        let settings = keys.wrap(own, &[0x11; 16]).ok()?;
        {
            let mut learned = self.learned();
            if second {
                learned.second_half = half;
            } else {
                learned.first_half = half;
            }
        }
        message.clone_into(&mut self.previous);
        let answer = Message::new(if second { kind::M7 } else { kind::M5 })
            .attribute(id::REGISTRAR_NONCE, &self.n2)
            .attribute(id::ENCRYPTED_SETTINGS, &settings);
        self.finish(answer)
    }

    fn finish(&mut self, message: Message) -> Option<Vec<u8>> {
        let keys = self.keys.as_ref()?;
        let authenticator = keys
            .authenticator(&self.previous, message.as_bytes())
            .ok()?;
        let message = message
            .attribute(id::AUTHENTICATOR, &authenticator)
            .into_bytes();
        message.clone_into(&mut self.previous);
        Some(message)
    }
}

impl Meddler for Pretender {
    fn answer(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        let answer = match Attributes::parse(message).ok()?.message_type() {
            // The gateway writes an M1 for him, which he changes.
            None => return None,
            Some(kind::M2D) => {
                let mut ack = Message::new(kind::ACK).attribute(id::ENROLLEE_NONCE, &self.n1);
                if let Some(n2) = attribute(message, id::REGISTRAR_NONCE) {
                    ack = ack.attribute(id::REGISTRAR_NONCE, &n2);
                }
                Some(ack.into_bytes())
            }
            Some(kind::M2) => self.take_m2(message),
            Some(kind::M4) => self.take_proof(message, false),
            Some(kind::M6) => self.take_proof(message, true),
            Some(kind::M8) => {
                let done = Message::new(kind::DONE)
                    .attribute(id::ENROLLEE_NONCE, &self.n1)
                    .attribute(id::REGISTRAR_NONCE, &self.n2);
                Some(done.into_bytes())
            }
            Some(_) => Some(Vec::new()),
        };
        let answer = answer.unwrap_or_default();
        self.learned().answers.push(answer.clone());
        Some(answer)
    }

    fn change(&mut self, m1: Vec<u8>) -> Vec<u8> {
        let own = with(m1, id::UUID_E, self.uuid.as_bytes());
        let own = with(own, id::PUBLIC_KEY, &self.public_e);
        self.n1 = attribute(&own, id::ENROLLEE_NONCE).unwrap_or_default();
        self.mac = attribute(&own, id::MAC_ADDRESS).unwrap_or_default();
        self.learned().answers.push(own.clone());
        own
    }
}
