//! A control point's half of an introduction, step by step, so that a test can stop or lie anywhere.

use lanside_gateway::enrollee::crypto::{KeyPair, SessionKeys};
use lanside_gateway::enrollee::tlv::{id, kind, Attributes, Message};
use lanside_gateway::identity::IdentityUuid;
use lanside_gateway::setup_faults::SetupMessage;

use super::Client;

pub struct Registrar {
    uuid: IdentityUuid,
    password: String,
    password_id: u16,
    methods: u16,
    n1: [u8; 16],
    mac: [u8; 6],
    pair: KeyPair,
    public_e: Vec<u8>,
    previous: Vec<u8>,
    keys: Option<SessionKeys>,
}

const N2: [u8; 16] = [0x5a; 16];
const SECRET: [[u8; 16]; 2] = [[0x11; 16], [0x22; 16]];

impl Registrar {
    pub fn with_pin(uuid: IdentityUuid, pin: &str) -> Self {
        Self::new(uuid, pin, 0, 0x0108)
    }

    pub fn with_button(uuid: IdentityUuid) -> Self {
        Self::new(uuid, "00000000", 4, 0x0080)
    }

    fn new(uuid: IdentityUuid, password: &str, password_id: u16, methods: u16) -> Self {
        let mut private = [0x33; 192];
        private[0] = 0x01;
        Self {
            uuid,
            password: password.to_owned(),
            password_id,
            methods,
            n1: [0; 16],
            mac: [0; 6],
            pair: KeyPair::from_private(&private).unwrap(),
            public_e: Vec::new(),
            previous: Vec::new(),
            keys: None,
        }
    }

    /// The user reads the PIN from a screen and types it.
    pub fn read_pin(&mut self, pin: &str) {
        pin.clone_into(&mut self.password);
    }

    /// Starts a run and returns UUID-E.
    pub fn begin(&mut self, client: &mut Client) -> Result<[u8; 16], u16> {
        let m1 = client.setup(b"")?;
        let attributes = Attributes::parse(&m1).unwrap();
        assert_eq!(attributes.message_type(), Some(kind::M1));
        let uuid_e = attributes.exact(id::UUID_E).unwrap();
        self.read_m1(m1);
        Ok(uuid_e)
    }

    fn read_m1(&mut self, m1: Vec<u8>) {
        // What is no M1 leaves everything as it is.
        if let Ok(attributes) = Attributes::parse(&m1) {
            self.n1 = attributes.exact(id::ENROLLEE_NONCE).unwrap_or(self.n1);
            self.mac = attributes.exact(id::MAC_ADDRESS).unwrap_or(self.mac);
            let key = attributes.get(id::PUBLIC_KEY);
            self.public_e = key.map_or_else(Vec::new, <[u8]>::to_vec);
        }
        self.previous = m1;
    }

    fn head(&self, message: u8) -> Message {
        Message::new(message)
            .attribute(id::ENROLLEE_NONCE, &self.n1)
            .attribute(id::REGISTRAR_NONCE, &N2)
            .attribute(id::UUID_R, self.uuid.as_bytes())
    }

    /// M2D; the message type of the answer and its configuration error.
    pub fn announce(&mut self, client: &mut Client) -> Result<(u8, Option<u16>), u16> {
        let answer = client.setup(self.m2d().as_bytes())?;
        let attributes = Attributes::parse(&answer).unwrap();
        Ok((
            attributes.message_type().unwrap(),
            attributes.number(id::CONFIGURATION_ERROR),
        ))
    }

    fn m2d(&self) -> Message {
        self.head(kind::M2D)
            .attribute(id::CONFIG_METHODS, &self.methods.to_be_bytes())
            .attribute(id::DEVICE_PASSWORD_ID, &self.password_id.to_be_bytes())
    }

    /// Appends the Authenticator over the message that came last and this one.
    fn authenticated(&self, message: Message) -> Vec<u8> {
        let keys = self.keys.as_ref().unwrap();
        let authenticator = keys
            .authenticator(&self.previous, message.as_bytes())
            .unwrap();
        message
            .attribute(id::AUTHENTICATOR, &authenticator)
            .into_bytes()
    }

    fn exchange(&mut self, message: &[u8], client: &mut Client) -> Result<Vec<u8>, u16> {
        self.previous = client.setup(message)?;
        Ok(self.previous.clone())
    }

    /// M2, up to M3.
    pub fn prove_possession(&mut self, client: &mut Client) -> Result<u8, u16> {
        let m2 = self.m2();
        let m3 = self.exchange(&m2, client)?;
        Ok(Attributes::parse(&m3).unwrap().message_type().unwrap())
    }

    fn m2(&mut self) -> Vec<u8> {
        let shared = self.pair.agree(&self.public_e, true).unwrap().unwrap();
        self.keys = Some(SessionKeys::derive(&shared, &self.n1, &self.mac, &N2).unwrap());
        let m2 = self
            .head(kind::M2)
            .attribute(id::PUBLIC_KEY, &self.pair.public_key(true))
            .attribute(id::DEVICE_PASSWORD_ID, &self.password_id.to_be_bytes());
        self.authenticated(m2)
    }

    fn sealed(&self, message: Message, plain: Message) -> Message {
        let settings = self
            .keys
            .as_ref()
            .unwrap()
            .wrap(plain, &[0x77; 16])
            .unwrap();
        message.attribute(id::ENCRYPTED_SETTINGS, &settings)
    }

    /// M4, up to M5: proves the first half of the password.
    pub fn prove_first_half(&mut self, client: &mut Client) -> Result<Vec<u8>, u16> {
        let m4 = self.m4();
        self.exchange(&m4, client)
    }

    fn m4(&self) -> Vec<u8> {
        let (first, second) = self.password.as_bytes().split_at(4);
        let keys = self.keys.as_ref().unwrap();
        let public_r = self.pair.public_key(true);
        let hash_1 = keys
            .commitment(&SECRET[0], first, &self.public_e, &public_r)
            .unwrap();
        let hash_2 = keys
            .commitment(&SECRET[1], second, &self.public_e, &public_r)
            .unwrap();
        let m4 = Message::new(kind::M4)
            .attribute(id::ENROLLEE_NONCE, &self.n1)
            .attribute(id::R_HASH1, &hash_1)
            .attribute(id::R_HASH2, &hash_2);
        let m4 = self.sealed(m4, Message::default().attribute(id::R_SNONCE1, &SECRET[0]));
        self.authenticated(m4)
    }

    /// M6, up to M7: proves the second half.
    pub fn prove_second_half(&mut self, client: &mut Client) -> Result<Vec<u8>, u16> {
        let m6 = self.m6();
        self.exchange(&m6, client)
    }

    fn m6(&self) -> Vec<u8> {
        let m6 = Message::new(kind::M6).attribute(id::ENROLLEE_NONCE, &self.n1);
        let m6 = self.sealed(m6, Message::default().attribute(id::R_SNONCE2, &SECRET[1]));
        self.authenticated(m6)
    }

    /// M8, up to WSC_Done.
    pub fn finish(&mut self, client: &mut Client) -> Result<u8, u16> {
        let m8 = self.m8();
        let done = self.exchange(&m8, client)?;
        Ok(Attributes::parse(&done).unwrap().message_type().unwrap())
    }

    fn m8(&self) -> Vec<u8> {
        let m8 = Message::new(kind::M8).attribute(id::ENROLLEE_NONCE, &self.n1);
        let m8 = self.sealed(m8, Message::default());
        self.authenticated(m8)
    }

    /// The step whose answer is this message, whatever comes: the answer, the number of a refusal, or the end of
    /// the connection.
    pub fn try_next(
        &mut self,
        client: &mut Client,
        message: SetupMessage,
    ) -> std::io::Result<Result<Vec<u8>, u16>> {
        let sent = match message {
            SetupMessage::M1 => Vec::new(),
            SetupMessage::Ack => self.m2d().into_bytes(),
            SetupMessage::M3 => self.m2(),
            SetupMessage::M5 => self.m4(),
            SetupMessage::M7 => self.m6(),
            SetupMessage::Done => self.m8(),
        };
        let came = client.try_setup(&sent)?;
        if let Ok(came) = &came {
            match message {
                SetupMessage::M1 => self.read_m1(came.clone()),
                SetupMessage::Ack => {}
                _ => self.previous.clone_from(came),
            }
        }
        Ok(came)
    }

    /// Everything, with the M2D round.
    pub fn run(mut self, client: &mut Client) -> Result<(), u16> {
        self.begin(client)?;
        assert_eq!(self.announce(client)?, (kind::ACK, None));
        self.rest(client)
    }

    /// From M2 to the end.
    pub fn rest(&mut self, client: &mut Client) -> Result<(), u16> {
        assert_eq!(self.prove_possession(client)?, kind::M3);
        self.prove_first_half(client)?;
        self.prove_second_half(client)?;
        assert_eq!(self.finish(client)?, kind::DONE);
        Ok(())
    }
}
