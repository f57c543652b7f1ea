//! From M1 to M2: who the gateway is, and how the user will prove presence.

use super::run::{refusal, Run, State};
use super::{state, ExpectM3, Method, RegistrarInfo};
use crate::secrets::Secret;
use crate::wps::dh::{agree, agree_anew, check_public, Padded};
use crate::wps::error::{WpsError, WpsErrorKind};
use crate::wps::keys::{dh_key, kdk, SessionKeys};
use crate::wps::message::{
    open, Ack, ConfigurationError, M2d, Message, MessageError, MessageType, Nack, Text, COMPUTER,
    M1, M2,
};
use crate::wps::pin::Pin;
use crate::wps::random::{self, RandomSource};

/// Waits for M1, the answer to an empty message.
#[derive(Debug)]
pub struct ExpectM1 {
    info: RegistrarInfo,
    method: Method,
    private_key: Option<Secret<Padded>>,
}

impl ExpectM1 {
    /// Starts a run.
    pub fn new(info: RegistrarInfo, method: Method) -> Self {
        ExpectM1 {
            info,
            method,
            private_key: None,
        }
    }

    /// Uses this Diffie-Hellman private key in place of drawing one. Only for repeating a
    /// published run: a private key must never serve twice, and this one is taken even
    /// when its public key or shared secret starts with a zero byte.
    #[must_use]
    pub fn with_private_key(mut self, private_key: Secret<Padded>) -> Self {
        self.private_key = Some(private_key);
        self
    }

    /// Whether M4 was sent in a run with a PIN: no.
    pub fn pin_exposed(&self) -> bool {
        false
    }

    /// Takes M1 and gives M2D, which announces the method. Draws N2.
    ///
    /// # Errors
    ///
    /// When the gateway claims another identity than that of its certificate, sends a
    /// public key that is not allowed, or has locked setup by PIN.
    pub fn handle(
        self,
        m1: &[u8],
        random: &mut dyn RandomSource,
    ) -> Result<(ExpectAck, Vec<u8>), WpsError> {
        let fail = |kind| WpsError::new(kind, MessageType::M1, false, None);
        let bytes = m1;
        let m1 = read_m1(bytes).map_err(fail)?;
        let nonce = random::array(random);
        let run = Run::new(self.info, &self.method, &m1, bytes, nonce, self.private_key);
        if let Err(kind) = check_m1(&run) {
            return Err(WpsError::new(
                kind.clone(),
                MessageType::M1,
                false,
                kind.reply().map(|reason| run.nack(reason)),
            ));
        }
        let m2d = m2d(&run, &self.method).write();
        Ok((
            ExpectAck {
                run,
                method: self.method,
            },
            m2d,
        ))
    }
}

fn read_m1(bytes: &[u8]) -> Result<M1, WpsErrorKind> {
    let (found, attributes) = open(bytes)?;
    if found == MessageType::Nack {
        // No nonce to check yet: there is no run.
        let nack = Nack::read(&attributes)?;
        return Err(refusal(MessageType::M1, false, nack.configuration_error));
    }
    M1::parse(bytes).map_err(MessageError::into)
}

fn check_m1(run: &Run) -> Result<(), WpsErrorKind> {
    let (claimed, expected) = (run.enrollee.uuid_e, run.info.expected_uuid_e);
    // A claim that is no version 5 UUID cannot follow from any certificate (section 4.10).
    if claimed != expected || claimed.as_bytes()[6] >> 4 != 5 {
        return Err(WpsErrorKind::IdentityMismatch { claimed, expected });
    }
    check_public(&run.public_key)?;
    // The lock is about wrong PINs; a button still works.
    if run.uses_pin && run.enrollee.configuration_error == ConfigurationError::SETUP_LOCKED {
        return Err(WpsErrorKind::SetupLocked);
    }
    Ok(())
}

/// Waits for WSC_ACK, or the WSC_NACK that asks for the button.
#[derive(Debug)]
pub struct ExpectAck {
    run: Box<Run>,
    method: Method,
}

state!(ExpectAck, Ack, false);

/// What follows M2D.
#[derive(Debug)]
pub enum AfterM2d {
    /// The gateway is ready: send this M2.
    Ready(ExpectM3, Vec<u8>),
    /// Its button has to be pressed first, within 120 s.
    ButtonNeeded(AwaitButton),
    /// It shows a PIN, which the user has to type in.
    PinNeeded(AwaitPin),
}

impl ExpectAck {
    /// Takes the answer to M2D; draws a private key when M2 follows at once.
    ///
    /// # Errors
    ///
    /// When the gateway refuses, or answers what belongs to another run. N2 is not
    /// checked: some gateways do not keep it before M2 (section 4.9).
    pub fn handle(
        self,
        message: &[u8],
        random: &mut dyn RandomSource,
    ) -> Result<AfterM2d, WpsError> {
        let answer = self
            .read(message)
            .map_err(|kind| self.run.fail::<Self>(kind))?;
        match (self.method, answer) {
            (_, Answer::PressButton) => Ok(AfterM2d::ButtonNeeded(AwaitButton { run: self.run })),
            (Method::PinToCome, Answer::GoOn) => {
                Ok(AfterM2d::PinNeeded(AwaitPin { run: self.run }))
            }
            (Method::PushButton, Answer::GoOn) => {
                let (next, m2) = send_m2::<Self>(self.run, &Pin::push_button(), random)?;
                Ok(AfterM2d::Ready(next, m2))
            }
            (Method::Pin(pin), Answer::GoOn) => {
                let (next, m2) = send_m2::<Self>(self.run, &pin, random)?;
                Ok(AfterM2d::Ready(next, m2))
            }
        }
    }

    fn read(&self, message: &[u8]) -> Result<Answer, WpsErrorKind> {
        let (found, attributes) = open(message)?;
        match found {
            MessageType::Ack => {
                let ack = Ack::read(&attributes)?;
                self.run
                    .check(ack.enrollee_nonce, self.run.enrollee_nonce)?;
                Ok(Answer::GoOn)
            }
            MessageType::Nack => {
                let nack = Nack::read(&attributes)?;
                self.run
                    .check(nack.enrollee_nonce, self.run.enrollee_nonce)?;
                match nack.configuration_error {
                    ConfigurationError::SETUP_LOCKED | ConfigurationError::MULTIPLE_BUTTONS => {}
                    // One known device says 0 in place of 14 when it waits for its button.
                    _ if !self.run.uses_pin => return Ok(Answer::PressButton),
                    // "Not ready yet" waits for the PIN on either side. Ours is there, or asked
                    // for next, and M2 follows without another M2D (section 4.2).
                    ConfigurationError::DEVICE_BUSY => return Ok(Answer::GoOn),
                    _ => {}
                }
                Err(refusal(
                    MessageType::Ack,
                    self.run.uses_pin,
                    nack.configuration_error,
                ))
            }
            _ => Err(WpsErrorKind::UnexpectedMessage(found)),
        }
    }
}

enum Answer {
    GoOn,
    PressButton,
}

/// Waits for the gateway's button: for its event SetupReady, or the user's word.
#[derive(Debug)]
pub struct AwaitButton {
    run: Box<Run>,
}

state!(AwaitButton, M3, false);

impl AwaitButton {
    /// The button was pressed: gives M2, without another M2D. Draws a private key.
    ///
    /// # Errors
    ///
    /// When the crypto library fails, or no key pair fits the gateway's.
    pub fn pressed(self, random: &mut dyn RandomSource) -> Result<(ExpectM3, Vec<u8>), WpsError> {
        send_m2::<Self>(self.run, &Pin::push_button(), random)
    }
}

/// Waits for the user to type in the PIN that the gateway shows.
#[derive(Debug)]
pub struct AwaitPin {
    run: Box<Run>,
}

state!(AwaitPin, M3, false);

impl AwaitPin {
    /// The PIN is there: gives M2. Draws a private key.
    ///
    /// # Errors
    ///
    /// When the crypto library fails, or no key pair fits the gateway's.
    pub fn entered(
        self,
        pin: &Pin,
        random: &mut dyn RandomSource,
    ) -> Result<(ExpectM3, Vec<u8>), WpsError> {
        send_m2::<Self>(self.run, pin, random)
    }
}

fn send_m2<S: State>(
    mut run: Box<Run>,
    pin: &Pin,
    random: &mut dyn RandomSource,
) -> Result<(ExpectM3, Vec<u8>), WpsError> {
    let private_key = run.private_key.take();
    let agreed = || -> Result<_, WpsErrorKind> {
        let agreement = match private_key {
            Some(private_key) => agree(&private_key, &run.public_key)?,
            None => agree_anew(random, &run.public_key)?,
        };
        let secret = dh_key(&agreement.shared);
        let kdk = kdk(
            &secret,
            &run.enrollee_nonce,
            &run.enrollee.mac_address,
            &run.registrar_nonce,
        )?;
        let keys = SessionKeys::derive(&kdk)?;
        let psks = keys.psks(pin)?;
        let mut m2 = m2(&run, agreement.public).write();
        keys.append_authenticator(&run.m1, &mut m2)?;
        Ok((keys, psks, agreement.public, m2))
    };
    match agreed() {
        Ok((keys, psks, public_key, m2)) => {
            Ok((ExpectM3::new(run, keys, psks, public_key, m2.clone()), m2))
        }
        Err(kind) => Err(run.fail::<S>(kind)),
    }
}

fn m2d(run: &Run, method: &Method) -> M2d {
    let (config_methods, device_password_id) = method.announced();
    M2d {
        enrollee_nonce: run.enrollee_nonce,
        registrar_nonce: run.registrar_nonce,
        uuid_r: run.info.uuid_r,
        authentication_type_flags: 1,
        encryption_type_flags: 1,
        connection_type_flags: 1,
        config_methods,
        manufacturer: Text::new(&run.info.manufacturer),
        model_name: Text::new(&run.info.model_name),
        model_number: Text::new(&run.info.model_number),
        serial_number: Text::new(&run.info.serial_number),
        primary_device_type: COMPUTER,
        device_name: Text::new(&run.info.device_name),
        rf_bands: 1,
        association_state: 0,
        configuration_error: ConfigurationError::NONE,
        os_version: 0x8000_0000,
        device_password_id,
    }
}

/// M2 repeats what M2D announced, and adds the public key.
fn m2(run: &Run, public_key: Padded) -> M2 {
    let method = if run.uses_pin {
        Method::PinToCome
    } else {
        Method::PushButton
    };
    let said = m2d(run, &method);
    M2 {
        enrollee_nonce: said.enrollee_nonce,
        registrar_nonce: said.registrar_nonce,
        uuid_r: said.uuid_r,
        public_key,
        authentication_type_flags: said.authentication_type_flags,
        encryption_type_flags: said.encryption_type_flags,
        connection_type_flags: said.connection_type_flags,
        config_methods: said.config_methods,
        manufacturer: said.manufacturer,
        model_name: said.model_name,
        model_number: said.model_number,
        serial_number: said.serial_number,
        primary_device_type: said.primary_device_type,
        device_name: said.device_name,
        rf_bands: said.rf_bands,
        association_state: said.association_state,
        configuration_error: said.configuration_error,
        device_password_id: said.device_password_id,
        os_version: said.os_version,
    }
}
