//! From M3 to the end: both sides prove that they know the password, half by half.

use super::run::Run;
use super::{state, Introduced};
use crate::secrets::Secret;
use crate::wps::attribute::{write, AttributeType};
use crate::wps::dh::Padded;
use crate::wps::error::{Half, NoticedBy, WpsError, WpsErrorKind};
use crate::wps::keys::SessionKeys;
use crate::wps::message::{Done, EncryptedSettings, Message, M3, M4, M5, M6, M7, M8};
use crate::wps::random::{self, RandomSource};

/// What both sides share after M2.
#[derive(Debug)]
struct Session {
    keys: SessionKeys,
    psks: [Secret<[u8; 16]>; 2],
    /// PK_R.
    public_key: Padded,
    /// Message sent last: the next one of the gateway is authenticated over it.
    sent: Vec<u8>,
}

impl Session {
    /// Reads the authenticated message that is due.
    fn receive<M: Message>(&self, run: &Run, message: &[u8]) -> Result<M, WpsErrorKind> {
        let read = run.receive(message)?;
        self.keys.verify_authenticator(&self.sent, message)?;
        Ok(read)
    }

    /// Ends a message with its Authenticator and keeps it.
    fn send<M: Message>(
        mut self: Box<Self>,
        received: &[u8],
        message: &M,
    ) -> Result<(Box<Session>, Vec<u8>), WpsErrorKind> {
        let mut bytes = message.write();
        self.keys.append_authenticator(received, &mut bytes)?;
        self.sent.clone_from(&bytes);
        Ok((self, bytes))
    }

    /// Encrypts one secret nonce.
    fn seal(
        &self,
        kind: AttributeType,
        nonce: &Secret<[u8; 16]>,
        random: &mut dyn RandomSource,
    ) -> Result<EncryptedSettings, WpsErrorKind> {
        let mut attribute = Vec::with_capacity(4 + nonce.expose().len());
        write(&mut attribute, kind, nonce.expose());
        Ok(self
            .keys
            .seal(&Secret::new(attribute), random::array(random))?)
    }

    /// Checks that the gateway's nonce opens its commitment to one half of the password.
    fn check_proof(
        &self,
        run: &Run,
        half: Half,
        nonce: &Secret<[u8; 16]>,
        commitment: &[u8; 32],
    ) -> Result<(), WpsErrorKind> {
        let [first, second] = &self.psks;
        let psk = match half {
            Half::First => first,
            Half::Second => second,
        };
        let proven = self
            .keys
            .commitment(nonce, psk, &run.public_key, &self.public_key)?;
        match (openssl::memcmp::eq(&proven, commitment), run.uses_pin) {
            (true, _) => Ok(()),
            (false, true) => Err(WpsErrorKind::WrongPin {
                half,
                noticed_by: NoticedBy::Registrar,
            }),
            (false, false) => Err(WpsErrorKind::Proof),
        }
    }
}

/// Waits for M3, the gateway's commitment.
#[derive(Debug)]
pub struct ExpectM3 {
    run: Box<Run>,
    session: Box<Session>,
}

state!(ExpectM3, M3, false);

impl ExpectM3 {
    pub(super) fn new(
        run: Box<Run>,
        keys: SessionKeys,
        psks: [Secret<[u8; 16]>; 2],
        public_key: Padded,
        m2: Vec<u8>,
    ) -> Self {
        ExpectM3 {
            run,
            session: Box::new(Session {
                keys,
                psks,
                public_key,
                sent: m2,
            }),
        }
    }

    /// Takes M3 and gives M4, which proves the first half. Draws R-SNonce1, R-SNonce2
    /// and an initialisation vector.
    ///
    /// # Errors
    ///
    /// When M3 is not authentic, or the gateway refuses. The PIN is not exposed yet.
    pub fn handle(
        self,
        m3: &[u8],
        random: &mut dyn RandomSource,
    ) -> Result<(ExpectM5, Vec<u8>), WpsError> {
        let ExpectM3 { run, session } = self;
        let answered = || -> Result<_, WpsErrorKind> {
            let read: M3 = session.receive(&run, m3)?;
            let (r_snonce1, r_snonce2) = (random::secret(random), random::secret(random));
            let [psk1, psk2] = &session.psks;
            let m4 = M4 {
                enrollee_nonce: run.enrollee_nonce,
                r_hash1: session.keys.commitment(
                    &r_snonce1,
                    psk1,
                    &run.public_key,
                    &session.public_key,
                )?,
                r_hash2: session.keys.commitment(
                    &r_snonce2,
                    psk2,
                    &run.public_key,
                    &session.public_key,
                )?,
                encrypted_settings: session.seal(AttributeType::R_SNONCE1, &r_snonce1, random)?,
            };
            let (session, message) = session.send(m3, &m4)?;
            Ok((session, [read.e_hash1, read.e_hash2], r_snonce2, message))
        };
        match answered() {
            Ok((session, commitments, r_snonce2, m4)) => Ok((
                ExpectM5 {
                    run,
                    session,
                    commitments,
                    r_snonce2,
                },
                m4,
            )),
            Err(kind) => Err(run.fail::<Self>(kind)),
        }
    }
}

/// E-Hash1 and E-Hash2.
type Commitments = [[u8; 32]; 2];

/// Waits for M5, the gateway's proof of the first half.
#[derive(Debug)]
pub struct ExpectM5 {
    run: Box<Run>,
    session: Box<Session>,
    commitments: Commitments,
    r_snonce2: Secret<[u8; 16]>,
}

state!(ExpectM5, M5, true);

impl ExpectM5 {
    /// Takes M5 and gives M6, which proves the second half. It is made only after the
    /// gateway has proven the first. Draws an initialisation vector.
    ///
    /// # Errors
    ///
    /// When the first half of the PIN is wrong, M5 is not authentic or the gateway refuses.
    pub fn handle(
        self,
        m5: &[u8],
        random: &mut dyn RandomSource,
    ) -> Result<(ExpectM7, Vec<u8>), WpsError> {
        let ExpectM5 {
            run,
            session,
            commitments: [e_hash1, e_hash2],
            r_snonce2,
        } = self;
        let answered = || -> Result<_, WpsErrorKind> {
            let read: M5 = session.receive(&run, m5)?;
            let nonce = session
                .keys
                .open(&read.encrypted_settings, AttributeType::E_SNONCE1)?;
            session.check_proof(&run, Half::First, &nonce, &e_hash1)?;
            let encrypted_settings = session.seal(AttributeType::R_SNONCE2, &r_snonce2, random)?;
            session.send(
                m5,
                &M6 {
                    enrollee_nonce: run.enrollee_nonce,
                    encrypted_settings,
                },
            )
        };
        match answered() {
            Ok((session, m6)) => Ok((
                ExpectM7 {
                    run,
                    session,
                    e_hash2,
                },
                m6,
            )),
            Err(kind) => Err(run.fail::<Self>(kind)),
        }
    }
}

/// Waits for M7, the gateway's proof of the second half.
#[derive(Debug)]
pub struct ExpectM7 {
    run: Box<Run>,
    session: Box<Session>,
    e_hash2: [u8; 32],
}

state!(ExpectM7, M7, true);

impl ExpectM7 {
    /// Takes M7 and gives M8, which carries no settings. Draws an initialisation vector.
    ///
    /// Settings that the gateway adds to M7 are ignored.
    ///
    /// # Errors
    ///
    /// When the second half of the PIN is wrong, M7 is not authentic or the gateway refuses.
    pub fn handle(
        self,
        m7: &[u8],
        random: &mut dyn RandomSource,
    ) -> Result<(ExpectDone, Vec<u8>), WpsError> {
        let ExpectM7 {
            run,
            session,
            e_hash2,
        } = self;
        let answered = || -> Result<_, WpsErrorKind> {
            let read: M7 = session.receive(&run, m7)?;
            let nonce = session
                .keys
                .open(&read.encrypted_settings, AttributeType::E_SNONCE2)?;
            session.check_proof(&run, Half::Second, &nonce, &e_hash2)?;
            let nothing = Secret::new(Vec::new());
            let encrypted_settings = session.keys.seal(&nothing, random::array(random))?;
            session.send(
                m7,
                &M8 {
                    enrollee_nonce: run.enrollee_nonce,
                    encrypted_settings,
                },
            )
        };
        match answered() {
            Ok((_, m8)) => Ok((ExpectDone { run }, m8)),
            Err(kind) => Err(run.fail::<Self>(kind)),
        }
    }
}

/// Waits for WSC_Done. The keys are gone already.
#[derive(Debug)]
pub struct ExpectDone {
    run: Box<Run>,
}

state!(ExpectDone, Done, true);

impl ExpectDone {
    /// Takes WSC_Done. Nothing is sent any more: the gateway has left the exchange.
    ///
    /// # Errors
    ///
    /// When the gateway refuses, or answers what belongs to another run.
    pub fn handle(self, done: &[u8]) -> Result<Introduced, WpsError> {
        let read = self
            .run
            .receive(done)
            .and_then(|done: Done| self.run.check(done.enrollee_nonce, self.run.enrollee_nonce));
        match read {
            Ok(()) => Ok(Introduced {
                uuid_e: self.run.enrollee.uuid_e,
                enrollee: self.run.enrollee,
            }),
            Err(kind) => Err(self.run.fail::<Self>(kind)),
        }
    }
}
