//! One introduction, from M1 to WSC_Done: messages in, messages out, no clock and no sockets.

use openssl::error::ErrorStack;
use zeroize::Zeroize;

use super::crypto::{same, KeyPair, SessionKeys, KEY_LENGTH};
use super::tlv::{id, kind, Attributes, Message, TlvError};
use crate::identity::IdentityUuid;
use crate::setup_faults::{SetupFaults, SetupMessage, Trouble};

/// Config Methods: the PIN is on a label.
pub const METHOD_LABEL: u16 = 0x0004;
/// Config Methods: the PIN is shown on a display.
pub const METHOD_DISPLAY: u16 = 0x0008;
/// Config Methods: a button.
pub const METHOD_BUTTON: u16 = 0x0080;
/// Config Methods: a keypad.
pub const METHOD_KEYPAD: u16 = 0x0100;
/// Device Password ID of the gateway's PIN.
pub const PASSWORD_PIN: u16 = 0;
/// Device Password ID of the push button.
pub const PASSWORD_BUTTON: u16 = 4;
/// Device Password ID of a PIN the control point shows.
pub const PASSWORD_REGISTRAR: u16 = 5;
/// The password everybody uses with the push button.
const BUTTON_PASSWORD: &[u8] = b"00000000";

/// Configuration Error: the device is busy or the button was not pressed yet.
pub const ERROR_BUSY: u16 = 14;
/// Configuration Error: the introduction is locked.
pub const ERROR_LOCKED: u16 = 15;
/// Configuration Error: the password is wrong.
pub const ERROR_PASSWORD: u16 = 18;

/// Source of random bytes; a script in tests.
pub trait Randomness {
    /// Fills the buffer.
    fn fill(&mut self, buffer: &mut [u8]);
}

/// The operating system's random bytes.
pub struct OsRandomness;

impl Randomness for OsRandomness {
    fn fill(&mut self, buffer: &mut [u8]) {
        openssl::rand::rand_bytes(buffer).expect("invariant: the system has a random source");
    }
}

/// What the gateway says about itself in M1.
#[derive(Debug, Clone)]
pub struct DeviceFacts {
    /// UUID-E, normally the identity of the gateway's leaf certificate.
    pub uuid_e: IdentityUuid,
    /// MAC address; goes into the keys.
    pub mac: [u8; 6],
    /// Config Methods.
    pub config_methods: u16,
    /// Device Password ID in M1.
    pub password_id: u16,
    /// Whether somebody configured the gateway before.
    pub configured: bool,
    /// Manufacturer, at most 64 bytes are sent.
    pub manufacturer: String,
    /// Model name, at most 32 bytes.
    pub model_name: String,
    /// Model number, at most 32 bytes.
    pub model_number: String,
    /// Serial number, at most 32 bytes.
    pub serial_number: String,
    /// Friendly name, at most 32 bytes.
    pub device_name: String,
    /// Primary Device Type: category, organisation, subcategory.
    pub primary_device_type: [u8; 8],
}

/// Deviations of other makers' devices, and of impostors.
#[derive(Debug, Clone)]
pub struct Deviations {
    /// Public key and shared secret keep their leading zeros.
    pub padded: bool,
    /// A private key is drawn again until the public key starts with a non-zero byte.
    pub full_length_key: bool,
    /// ACK and NACK after M2D carry zeros as N2.
    pub zero_n2_in_ack: bool,
    /// M2D is always answered with NACK 14.
    pub never_ack: bool,
    /// N2 of M2 must be the one of M2D.
    pub strict_n2: bool,
    /// What is wrong inside messages that are otherwise right.
    pub faults: SetupFaults,
}

impl Default for Deviations {
    fn default() -> Self {
        Self {
            padded: true,
            full_length_key: true,
            zero_n2_in_ack: false,
            never_ack: false,
            strict_n2: false,
            faults: SetupFaults::default(),
        }
    }
}

/// How the control point proves that its user may introduce it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The PIN on the gateway's label.
    Pin,
    /// The gateway's button.
    Button,
}

/// Why a run ended without an introduction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The message is not readable or lacks an attribute.
    #[error("the message is not readable or lacks an attribute")]
    Malformed,
    /// The message does not belong here: wrong type or nonce.
    #[error("the message does not belong at this step")]
    Unexpected,
    /// UUID-R is not the identity of the control point's certificate.
    #[error("the control point claims another identity than its certificate's")]
    Identity,
    /// The Authenticator or the encrypted part does not verify.
    #[error("the message does not authenticate")]
    Authenticator,
    /// The control point's public key must be refused.
    #[error("the public key is not acceptable")]
    PublicKey,
    /// The control point does not know the password.
    #[error("the password is wrong")]
    WrongPassword,
    /// The control point ended the run.
    #[error("the control point ended the run")]
    Aborted,
    /// The crypto library failed.
    #[error("the crypto library failed")]
    Crypto,
}

impl From<ErrorStack> for RunError {
    fn from(_: ErrorStack) -> Self {
        Self::Crypto
    }
}

impl From<TlvError> for RunError {
    fn from(_: TlvError) -> Self {
        Self::Malformed
    }
}

/// What a step leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Send this and wait for the next message.
    Reply(Vec<u8>),
    /// Send this and the control point is introduced.
    Done(Vec<u8>, Method),
}

/// What the gateway's user has allowed at the moment a message arrives.
#[derive(Debug, Clone, Copy)]
pub struct Allowance<'a> {
    /// Digits of the PIN, or the Configuration Error that says why it may not be used.
    pub pin: Result<&'a str, u16>,
    /// The button was pressed a short time ago, or the Configuration Error to answer with.
    pub button: Result<(), u16>,
}

/// A run with its state.
pub struct Run {
    deviations: Deviations,
    uuid_r: IdentityUuid,
    n1: [u8; 16],
    mac: [u8; 6],
    pair: KeyPair,
    public_e: Vec<u8>,
    m1: Vec<u8>,
    state: State,
}

enum State {
    ExpectM2 { asked: Option<Method>, n2: [u8; 16] },
    ExpectM4(Box<Proof>),
    ExpectM6(Box<Proof>),
    ExpectM8(Box<Proof>),
    Finished,
}

/// Everything that is fixed once M2 has arrived.
struct Proof {
    method: Method,
    keys: SessionKeys,
    n2: [u8; 16],
    public_r: Vec<u8>,
    password: Vec<u8>,
    secret_nonce_1: [u8; 16],
    secret_nonce_2: [u8; 16],
    /// R-Hash2, claimed in M4 and proven in M6.
    second_claim: [u8; 32],
    /// The message sent or received last, complete; M1 before M2.
    previous: Vec<u8>,
    faults: SetupFaults,
}

impl Drop for Proof {
    fn drop(&mut self) {
        self.password.zeroize();
        self.secret_nonce_1.zeroize();
        self.secret_nonce_2.zeroize();
    }
}

impl Proof {
    fn halves(&self) -> (&[u8], &[u8]) {
        self.password.split_at(self.password.len().div_ceil(2))
    }

    /// Checks the Authenticator, the last attribute, and keeps the message as the previous one.
    fn check(&mut self, message: &[u8], attributes: &Attributes<'_>) -> Result<(), RunError> {
        let claimed = attributes
            .exact::<8>(id::AUTHENTICATOR)
            .ok_or(RunError::Malformed)?;
        let (covered, last) = message
            .split_last_chunk::<12>()
            .ok_or(RunError::Malformed)?;
        if last[..4] != [0x10, 0x05, 0, 8] || last[4..] != claimed {
            return Err(RunError::Malformed);
        }
        let expected = self.keys.authenticator(&self.previous, covered)?;
        if !same(&claimed, &expected) {
            return Err(RunError::Authenticator);
        }
        self.previous = message.to_vec();
        Ok(())
    }

    fn peer_nonce(&self, attributes: &Attributes<'_>, nonce: u16) -> Result<[u8; 16], RunError> {
        let settings = attributes
            .get(id::ENCRYPTED_SETTINGS)
            .ok_or(RunError::Malformed)?;
        let mut plain = self.keys.unwrap(settings).ok_or(RunError::Authenticator)?;
        let secret = Attributes::parse(&plain)
            .ok()
            .and_then(|inner| inner.exact::<16>(nonce));
        plain.zeroize();
        secret.ok_or(RunError::Malformed)
    }

    /// A message of ours after M2, up to its nonce.
    fn begin(&self, message_type: u8, named: SetupMessage) -> Message {
        let n2 = if self.faults.has(Trouble::WrongNonce, named) {
            other(self.n2)
        } else {
            self.n2
        };
        Message::new(message_type).attribute(id::REGISTRAR_NONCE, &n2)
    }

    /// A message of ours that carries only encrypted settings.
    fn sealed(
        &mut self,
        message_type: u8,
        named: SetupMessage,
        mut own: Message,
        random: &mut dyn Randomness,
    ) -> Result<Vec<u8>, RunError> {
        let mut iv = [0; 16];
        random.fill(&mut iv);
        if self.faults.has(Trouble::Credential, named) {
            let credential = Message::default()
                .attribute(id::SSID, b"Wi-Fi of the gateway")
                .attribute(id::NETWORK_KEY, b"not of interest");
            own = own.attribute(id::CREDENTIAL, credential.as_bytes());
        }
        let mut settings = self.keys.wrap(own, &iv)?;
        if self.faults.has(Trouble::WrongSettings, named) {
            // In the initialisation vector: exactly one byte of the plain text changes.
            settings[15] ^= 1;
        }
        let message = self
            .begin(message_type, named)
            .attribute(id::ENCRYPTED_SETTINGS, &settings);
        self.finish(message)
    }

    /// Appends the Authenticator over the message received last and this one.
    fn finish(&mut self, message: Message) -> Result<Vec<u8>, RunError> {
        let authenticator = self
            .keys
            .authenticator(&self.previous, message.as_bytes())?;
        let message = message
            .attribute(id::AUTHENTICATOR, &authenticator)
            .into_bytes();
        self.previous.clone_from(&message);
        Ok(message)
    }
}

impl Run {
    /// Begins a run with the control point whose certificate has the identity `uuid_r`, and writes M1.
    ///
    /// # Errors
    /// [`RunError::Crypto`] only.
    pub fn start(
        facts: &DeviceFacts,
        deviations: Deviations,
        uuid_r: IdentityUuid,
        random: &mut dyn Randomness,
    ) -> Result<(Self, Vec<u8>), RunError> {
        let mut n1 = [0; 16];
        random.fill(&mut n1);
        let pair = loop {
            let mut private = [0; KEY_LENGTH];
            random.fill(&mut private);
            let pair = KeyPair::from_private(&private)?;
            private.zeroize();
            if !deviations.full_length_key || pair.public_key(false).len() == KEY_LENGTH {
                break pair;
            }
        };
        let public_e = if deviations
            .faults
            .has(Trouble::WrongPublicKey, SetupMessage::M1)
        {
            let mut one = vec![0; KEY_LENGTH];
            one[KEY_LENGTH - 1] = 1;
            one
        } else {
            pair.public_key(deviations.padded)
        };
        let m1 = first_message(facts, &n1, &public_e);
        let state = State::ExpectM2 {
            asked: None,
            n2: [0; 16],
        };
        let run = Self {
            deviations,
            uuid_r,
            n1,
            mac: facts.mac,
            pair,
            public_e,
            m1: m1.clone(),
            state,
        };
        Ok((run, m1))
    }

    /// Takes the control point's next message. After an error the run is over.
    ///
    /// # Errors
    /// See [`RunError`].
    pub fn handle(
        &mut self,
        message: &[u8],
        allowed: Allowance<'_>,
        random: &mut dyn Randomness,
    ) -> Result<Step, RunError> {
        let attributes = Attributes::parse(message)?;
        let message_type = attributes.message_type().ok_or(RunError::Malformed)?;
        if attributes
            .exact::<16>(id::ENROLLEE_NONCE)
            .ok_or(RunError::Malformed)?
            != self.n1
        {
            return Err(RunError::Unexpected);
        }
        if message_type == kind::NACK {
            return Err(RunError::Aborted);
        }
        match (
            std::mem::replace(&mut self.state, State::Finished),
            message_type,
        ) {
            (State::ExpectM2 { .. }, kind::M2D) => self.take_m2d(&attributes, allowed),
            (State::ExpectM2 { asked, n2 }, kind::M2) => {
                self.take_m2(message, &attributes, asked, n2, allowed, random)
            }
            (State::ExpectM4(proof), kind::M4) => self.take_m4(message, &attributes, proof, random),
            (State::ExpectM6(proof), kind::M6) => self.take_m6(message, &attributes, proof, random),
            (State::ExpectM8(proof), kind::M8) => self.take_m8(message, &attributes, proof),
            _ => Err(RunError::Unexpected),
        }
    }

    /// The method an M2D or M2 of this run asks for; nothing for any other message, or one that does not belong
    /// to this run and its control point.
    pub fn announced(&self, message: &[u8]) -> Option<Method> {
        let State::ExpectM2 { asked, .. } = &self.state else {
            return None;
        };
        let attributes = Attributes::parse(message).ok()?;
        let of_this_run = attributes.exact::<16>(id::ENROLLEE_NONCE) == Some(self.n1)
            && self.check_identity(&attributes).is_ok();
        match attributes.message_type().filter(|_| of_this_run)? {
            kind::M2D => method_of_m2d(&attributes).ok().flatten(),
            kind::M2 => method_of_m2(&attributes, *asked),
            _ => None,
        }
    }

    /// A WSC_NACK of this run.
    pub fn nack(&self, configuration_error: u16) -> Vec<u8> {
        let n2 = match &self.state {
            State::ExpectM2 { n2, .. } => *n2,
            State::ExpectM4(proof) | State::ExpectM6(proof) | State::ExpectM8(proof) => proof.n2,
            State::Finished => [0; 16],
        };
        self.short(kind::NACK, &n2)
            .attribute(id::CONFIGURATION_ERROR, &configuration_error.to_be_bytes())
            .into_bytes()
    }

    fn short(&self, message_type: u8, n2: &[u8; 16]) -> Message {
        let message = Message::new(message_type);
        let faults = &self.deviations.faults;
        let n1 = match SetupMessage::of(message.as_bytes()) {
            Some(named) if faults.has(Trouble::WrongNonce, named) => other(self.n1),
            _ => self.n1,
        };
        message
            .attribute(id::ENROLLEE_NONCE, &n1)
            .attribute(id::REGISTRAR_NONCE, n2)
    }

    fn check_identity(&self, attributes: &Attributes<'_>) -> Result<(), RunError> {
        let claimed = attributes
            .exact::<16>(id::UUID_R)
            .ok_or(RunError::Malformed)?;
        if claimed == *self.uuid_r.as_bytes() {
            Ok(())
        } else {
            Err(RunError::Identity)
        }
    }

    /// M2D only announces the method: the answer says whether the user has to do something first.
    fn take_m2d(
        &mut self,
        attributes: &Attributes<'_>,
        allowed: Allowance<'_>,
    ) -> Result<Step, RunError> {
        self.check_identity(attributes)?;
        let n2 = attributes
            .exact::<16>(id::REGISTRAR_NONCE)
            .ok_or(RunError::Malformed)?;
        let asked = method_of_m2d(attributes)?;
        let ready = match asked {
            Some(Method::Button) => allowed.button,
            Some(Method::Pin) => allowed.pin.map(|_| ()),
            // The gateway has no keys to type a control point's PIN on.
            None => Err(ERROR_BUSY),
        };
        self.state = State::ExpectM2 { asked, n2 };
        let sent_n2 = if self.deviations.zero_n2_in_ack {
            [0; 16]
        } else {
            n2
        };
        let reply = match ready {
            Ok(()) if !self.deviations.never_ack => self.short(kind::ACK, &sent_n2),
            Ok(()) => self
                .short(kind::NACK, &sent_n2)
                .attribute(id::CONFIGURATION_ERROR, &ERROR_BUSY.to_be_bytes()),
            Err(error) => self
                .short(kind::NACK, &sent_n2)
                .attribute(id::CONFIGURATION_ERROR, &error.to_be_bytes()),
        };
        Ok(Step::Reply(reply.into_bytes()))
    }

    fn take_m2(
        &mut self,
        message: &[u8],
        attributes: &Attributes<'_>,
        asked: Option<Method>,
        announced_n2: [u8; 16],
        allowed: Allowance<'_>,
        random: &mut dyn Randomness,
    ) -> Result<Step, RunError> {
        self.check_identity(attributes)?;
        let n2 = attributes
            .exact::<16>(id::REGISTRAR_NONCE)
            .ok_or(RunError::Malformed)?;
        if self.deviations.strict_n2 && asked.is_some() && n2 != announced_n2 {
            return Err(RunError::Unexpected);
        }
        let method = method_of_m2(attributes, asked).ok_or(RunError::Unexpected)?;
        let password = match method {
            Method::Pin => allowed.pin.map(str::as_bytes),
            Method::Button => allowed.button.map(|()| BUTTON_PASSWORD),
        };
        let password = match password {
            Ok(password) => password.to_vec(),
            Err(error) => {
                self.state = State::ExpectM2 {
                    asked: Some(method),
                    n2,
                };
                return Ok(Step::Reply(self.nack(error)));
            }
        };
        let public_r = attributes.get(id::PUBLIC_KEY).ok_or(RunError::Malformed)?;
        if public_r.len() > KEY_LENGTH || (self.deviations.padded && public_r.len() != KEY_LENGTH) {
            return Err(RunError::PublicKey);
        }
        let mut shared = self
            .pair
            .agree(public_r, self.deviations.padded)?
            .ok_or(RunError::PublicKey)?;
        let keys = SessionKeys::derive(&shared, &self.n1, &self.mac, &n2);
        shared.zeroize();
        let mut proof = Box::new(Proof {
            method,
            keys: keys?,
            n2,
            public_r: public_r.to_vec(),
            password,
            secret_nonce_1: [0; 16],
            secret_nonce_2: [0; 16],
            second_claim: [0; 32],
            previous: self.m1.clone(),
            faults: self.deviations.faults.clone(),
        });
        proof.check(message, attributes)?;
        random.fill(&mut proof.secret_nonce_1);
        random.fill(&mut proof.secret_nonce_2);
        let (first, second) = proof.halves();
        let mut hash_1 =
            proof
                .keys
                .commitment(&proof.secret_nonce_1, first, &self.public_e, public_r)?;
        let mut hash_2 =
            proof
                .keys
                .commitment(&proof.secret_nonce_2, second, &self.public_e, public_r)?;
        for (trouble, hash) in [
            (Trouble::WrongHash1, &mut hash_1),
            (Trouble::WrongHash2, &mut hash_2),
        ] {
            hash[0] ^= u8::from(proof.faults.has(trouble, SetupMessage::M3));
        }
        let m3 = proof
            .begin(kind::M3, SetupMessage::M3)
            .attribute(id::E_HASH1, &hash_1)
            .attribute(id::E_HASH2, &hash_2);
        let m3 = proof.finish(m3)?;
        self.state = State::ExpectM4(proof);
        Ok(Step::Reply(m3))
    }

    fn take_m4(
        &mut self,
        message: &[u8],
        attributes: &Attributes<'_>,
        mut proof: Box<Proof>,
        random: &mut dyn Randomness,
    ) -> Result<Step, RunError> {
        proof.check(message, attributes)?;
        let secret = proof.peer_nonce(attributes, id::R_SNONCE1)?;
        let claimed = attributes
            .exact::<32>(id::R_HASH1)
            .ok_or(RunError::Malformed)?;
        let second_claim = attributes
            .exact::<32>(id::R_HASH2)
            .ok_or(RunError::Malformed)?;
        let expected =
            proof
                .keys
                .commitment(&secret, proof.halves().0, &self.public_e, &proof.public_r)?;
        if !same(&claimed, &expected) {
            self.state = State::ExpectM4(proof);
            return Err(RunError::WrongPassword);
        }
        let own = Message::default().attribute(id::E_SNONCE1, &proof.secret_nonce_1);
        let m5 = proof.sealed(kind::M5, SetupMessage::M5, own, random)?;
        proof.second_claim = second_claim;
        self.state = State::ExpectM6(proof);
        Ok(Step::Reply(m5))
    }

    fn take_m6(
        &mut self,
        message: &[u8],
        attributes: &Attributes<'_>,
        mut proof: Box<Proof>,
        random: &mut dyn Randomness,
    ) -> Result<Step, RunError> {
        proof.check(message, attributes)?;
        let secret = proof.peer_nonce(attributes, id::R_SNONCE2)?;
        let expected =
            proof
                .keys
                .commitment(&secret, proof.halves().1, &self.public_e, &proof.public_r)?;
        if !same(&proof.second_claim, &expected) {
            self.state = State::ExpectM6(proof);
            return Err(RunError::WrongPassword);
        }
        let own = Message::default().attribute(id::E_SNONCE2, &proof.secret_nonce_2);
        let m7 = proof.sealed(kind::M7, SetupMessage::M7, own, random)?;
        self.state = State::ExpectM8(proof);
        Ok(Step::Reply(m7))
    }

    /// M8 carries nothing this service needs; credentials in it are accepted and ignored, and only a fault
    /// demands one, as stock Wi-Fi enrollees do.
    fn take_m8(
        &mut self,
        message: &[u8],
        attributes: &Attributes<'_>,
        mut proof: Box<Proof>,
    ) -> Result<Step, RunError> {
        proof.check(message, attributes)?;
        let settings = attributes
            .get(id::ENCRYPTED_SETTINGS)
            .ok_or(RunError::Malformed)?;
        let mut plain = proof.keys.unwrap(settings).ok_or(RunError::Authenticator)?;
        let credential =
            Attributes::parse(&plain).is_ok_and(|inner| inner.get(id::CREDENTIAL).is_some());
        plain.zeroize();
        let wanted = proof
            .faults
            .has(Trouble::WantsCredential, SetupMessage::Done);
        if wanted && !credential {
            return Err(RunError::Malformed);
        }
        Ok(Step::Done(
            self.short(kind::DONE, &proof.n2).into_bytes(),
            proof.method,
        ))
    }
}

/// A nonce of another run.
fn other(mut nonce: [u8; 16]) -> [u8; 16] {
    nonce[0] ^= 1;
    nonce
}

/// The method M2D asks for; without a Device Password ID it follows from the Config Methods (digest 4.2).
fn method_of_m2d(attributes: &Attributes<'_>) -> Result<Option<Method>, RunError> {
    let methods = attributes
        .number(id::CONFIG_METHODS)
        .ok_or(RunError::Malformed)?;
    let password_id = attributes
        .number(id::DEVICE_PASSWORD_ID)
        .unwrap_or(match methods {
            METHOD_BUTTON => PASSWORD_BUTTON,
            methods if methods & METHOD_KEYPAD != 0 => PASSWORD_PIN,
            _ => PASSWORD_REGISTRAR,
        });
    Ok(match password_id {
        PASSWORD_BUTTON => Some(Method::Button),
        PASSWORD_PIN => Some(Method::Pin),
        _ => None,
    })
}

/// The method M2 uses, which has to be the one M2D announced, if there was an M2D.
fn method_of_m2(attributes: &Attributes<'_>, asked: Option<Method>) -> Option<Method> {
    match (attributes.number(id::DEVICE_PASSWORD_ID), asked) {
        (Some(PASSWORD_PIN), None | Some(Method::Pin)) | (None, Some(Method::Pin)) => {
            Some(Method::Pin)
        }
        (Some(PASSWORD_BUTTON), None | Some(Method::Button)) | (None, Some(Method::Button)) => {
            Some(Method::Button)
        }
        _ => None,
    }
}

fn first_message(facts: &DeviceFacts, n1: &[u8; 16], public_e: &[u8]) -> Vec<u8> {
    Message::new(kind::M1)
        .attribute(id::UUID_E, facts.uuid_e.as_bytes())
        .attribute(id::MAC_ADDRESS, &facts.mac)
        .attribute(id::ENROLLEE_NONCE, n1)
        .attribute(id::PUBLIC_KEY, public_e)
        .attribute(id::AUTHENTICATION_TYPE_FLAGS, &[0, 1])
        .attribute(id::ENCRYPTION_TYPE_FLAGS, &[0, 1])
        .attribute(id::CONNECTION_TYPE_FLAGS, &[1])
        .attribute(id::CONFIG_METHODS, &facts.config_methods.to_be_bytes())
        .attribute(id::SETUP_STATE, &[if facts.configured { 2 } else { 1 }])
        .text(id::MANUFACTURER, &facts.manufacturer, 64)
        .text(id::MODEL_NAME, &facts.model_name, 32)
        .text(id::MODEL_NUMBER, &facts.model_number, 32)
        .text(id::SERIAL_NUMBER, &facts.serial_number, 32)
        .attribute(id::PRIMARY_DEVICE_TYPE, &facts.primary_device_type)
        .text(id::DEVICE_NAME, &facts.device_name, 32)
        .attribute(id::RF_BANDS, &[1])
        .attribute(id::ASSOCIATION_STATE, &[0, 0])
        .attribute(id::DEVICE_PASSWORD_ID, &facts.password_id.to_be_bytes())
        .attribute(id::CONFIGURATION_ERROR, &[0, 0])
        .attribute(id::OS_VERSION, &[0x80, 0, 0, 0])
        .into_bytes()
}
