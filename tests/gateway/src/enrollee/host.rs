//! Who may run an introduction, and when: one run at a time, each with its time limit
//! (DeviceProtection:1 digest, sections 1.6 and 4.11).

use std::time::Instant;

use super::machine::{
    Allowance, Deviations, DeviceFacts, Method, Randomness, Run, RunError, Step, ERROR_BUSY,
    ERROR_LOCKED, ERROR_PASSWORD,
};
use super::permission::{Grant, Permission};
use super::tlv::{id, kind, Attributes, Message};
use crate::identity::IdentityUuid;
use crate::limits;
use crate::quirks::{Quirk, Quirks};
use crate::session::Ending;
use crate::setup_faults::{SetupFault, SetupFaults, SetupMessage, Trouble};
use crate::soap::UpnpError;

/// How a control point was introduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Introduction {
    /// With the PIN or the button.
    pub method: Method,
    /// What its PIN was said to be worth.
    pub grant: Option<Grant>,
}

/// What SendSetupMessage answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupReply {
    /// OutMessage before base64.
    pub message: Vec<u8>,
    /// Set when the control point is introduced with this message.
    pub introduced: Option<Introduction>,
    /// What becomes of the connection, where a fault is in force.
    pub ending: Ending,
}

impl SetupReply {
    fn just(message: Vec<u8>) -> Self {
        Self {
            message,
            introduced: None,
            ending: Ending::None,
        }
    }
}

/// The gateway's side of all introductions.
pub struct SetupHost {
    permission: Permission,
    quirks: Quirks,
    run: Option<ActiveRun>,
    faults: SetupFaults,
    /// The message of this run that left last, as it would be without faults.
    left_last: Vec<u8>,
    /// N1 and N2 of this run.
    nonces: [[u8; 16]; 2],
    refused_once: bool,
    /// A control point was told of the lock, and nothing has changed since.
    told_of_lock: bool,
}

struct ActiveRun {
    session: u64,
    identity: IdentityUuid,
    run: Run,
    last: Instant,
    /// The last answer was a NACK: the user has to allow this first.
    waits: Option<Method>,
}

impl ActiveRun {
    fn is_stale(&self, now: Instant) -> bool {
        now.duration_since(self.last) > limits::SETUP_STEP
    }
}

/// The caller of SendSetupMessage.
#[derive(Debug, Clone, Copy)]
pub struct SetupCaller {
    /// Number of the TLS session.
    pub session: u64,
    /// Identity of its client certificate.
    pub identity: IdentityUuid,
}

impl SetupHost {
    /// A host where nobody is being introduced yet.
    pub fn new(permission: Permission, quirks: Quirks) -> Self {
        Self {
            permission,
            quirks,
            run: None,
            faults: SetupFaults::default(),
            left_last: Vec::new(),
            nonces: [[0; 16]; 2],
            refused_once: false,
            told_of_lock: false,
        }
    }

    /// What the user allows.
    pub fn permission(&self) -> &Permission {
        &self.permission
    }

    /// What the user allows, to press the button.
    pub fn permission_mut(&mut self) -> &mut Permission {
        &mut self.permission
    }

    /// Value of the state variable SetupReady: nobody is being introduced, or the control point that was told
    /// to wait may go on. After a refusal because of the lock it is false until the lock ends.
    pub fn ready(&self, now: Instant) -> bool {
        match &self.run {
            Some(active) if !active.is_stale(now) => active
                .waits
                .is_some_and(|method| self.permission.allows(method, now)),
            _ => !(self.told_of_lock && self.permission.is_locked(now)),
        }
    }

    /// The faults of introductions, to add to them or end them.
    pub fn faults_mut(&mut self) -> &mut SetupFaults {
        &mut self.faults
    }

    /// A TLS session ended; its run ends with it.
    pub fn session_closed(&mut self, session: u64) {
        if self
            .run
            .as_ref()
            .is_some_and(|active| active.session == session)
        {
            self.end_run();
        }
    }

    /// Forgets runs and locks, as a restart does.
    pub fn restart(&mut self) {
        self.run = None;
        self.told_of_lock = false;
        self.permission.restart();
    }

    /// Ends what has lasted too long: a run without a message, a PIN on the screen.
    pub fn tick(&mut self, now: Instant) {
        if self.run.as_ref().is_some_and(|active| active.is_stale(now)) {
            tracing::info!("introduction ended: no message for too long");
            self.end_run();
        }
        self.permission.tick(now);
    }

    fn end_run(&mut self) {
        self.run = None;
        self.permission.run_ended();
    }

    /// Takes one InMessage. Where a fault is in force, the answer is spoilt on its way out.
    ///
    /// # Errors
    /// 402 for a first message that is not empty, 704 for one that cannot be processed, 708 while another
    /// control point is being introduced.
    pub fn handle(
        &mut self,
        now: Instant,
        caller: SetupCaller,
        facts: &DeviceFacts,
        message: &[u8],
        random: &mut dyn Randomness,
    ) -> Result<SetupReply, UpnpError> {
        let reply = self.answer(now, caller, facts, message, random)?;
        self.note_nonces(message);
        self.note_nonces(&reply.message);
        let fault = SetupMessage::of(&reply.message).and_then(|named| self.faults.take(named));
        let before = std::mem::replace(&mut self.left_last, reply.message.clone());
        match fault {
            Some(fault) => self.spoil(reply, &fault, before),
            None => Ok(reply),
        }
    }

    /// Does to a finished answer what a fault asks for. What is wrong inside a message was done when it was made.
    fn spoil(
        &mut self,
        mut reply: SetupReply,
        fault: &SetupFault,
        before: Vec<u8>,
    ) -> Result<SetupReply, UpnpError> {
        tracing::info!(%fault, "introduction spoilt");
        // "Busy" in place of the ACK only asks to wait; every other NACK and refusal ends the run.
        let waits = (fault.message, fault.error) == (SetupMessage::Ack, Some(ERROR_BUSY));
        let refuses = match fault.trouble {
            Trouble::Nack => !waits,
            Trouble::Fault704 | Trouble::Fault501 => true,
            _ => false,
        };
        if refuses {
            self.end_run();
            reply.introduced = None;
        }
        match fault.trouble {
            Trouble::Fault704 => return Err(processing_error()),
            Trouble::Fault501 => return Err(UpnpError::action_failed()),
            Trouble::Disconnect => reply.ending = Ending::WithoutAnswer,
            Trouble::Stall => reply.ending = Ending::Stalled,
            Trouble::Empty => reply.message.clear(),
            Trouble::Replay => reply.message = before,
            Trouble::TruncatedTlv => {
                reply.message.pop();
            }
            Trouble::WrongAuthenticator => {
                // It is the last attribute.
                if let Some(last) = reply.message.last_mut() {
                    *last ^= 1;
                }
            }
            Trouble::Nack => {
                let error = fault.configuration_error().to_be_bytes();
                reply.message = self
                    .in_its_place(kind::NACK)
                    .attribute(id::CONFIGURATION_ERROR, &error)
                    .into_bytes();
            }
            Trouble::OutOfOrder => {
                let other = match fault.message {
                    SetupMessage::Done => kind::ACK,
                    _ => kind::DONE,
                };
                reply.message = self.in_its_place(other).into_bytes();
            }
            Trouble::WrongNonce
            | Trouble::WrongUuid
            | Trouble::WrongPublicKey
            | Trouble::WrongHash1
            | Trouble::WrongHash2
            | Trouble::WrongSettings
            | Trouble::Credential
            | Trouble::WantsCredential => {}
        }
        Ok(reply)
    }

    fn note_nonces(&mut self, message: &[u8]) {
        let Ok(attributes) = Attributes::parse(message) else {
            return;
        };
        for (kept, id) in self
            .nonces
            .iter_mut()
            .zip([id::ENROLLEE_NONCE, id::REGISTRAR_NONCE])
        {
            *kept = attributes.exact(id).unwrap_or(*kept);
        }
    }

    /// A message of another type, with the nonces of this run.
    fn in_its_place(&self, message_type: u8) -> Message {
        let [n1, n2] = &self.nonces;
        Message::new(message_type)
            .attribute(id::ENROLLEE_NONCE, n1)
            .attribute(id::REGISTRAR_NONCE, n2)
    }

    fn answer(
        &mut self,
        now: Instant,
        caller: SetupCaller,
        facts: &DeviceFacts,
        message: &[u8],
        random: &mut dyn Randomness,
    ) -> Result<SetupReply, UpnpError> {
        self.tick(now);
        if self.quirks.has(Quirk::BusyOnce) && !self.refused_once {
            self.refused_once = true;
            return Err(busy());
        }
        let active = match self.run.take() {
            Some(active) if active.identity != caller.identity => {
                self.run = Some(active);
                return Err(busy());
            }
            Some(active) if active.session == caller.session => Some(active),
            // The same control point on another TLS session: the old run cannot go on.
            _ => None,
        };
        if message.is_empty() {
            self.permission.run_ended();
            return self.start(now, caller, facts, random);
        }
        match active {
            Some(active) => self.step(now, active, message, random),
            None => Err(UpnpError::new(
                402,
                "Invalid Args: the first message must be empty",
            )),
        }
    }

    fn start(
        &mut self,
        now: Instant,
        caller: SetupCaller,
        facts: &DeviceFacts,
        random: &mut dyn Randomness,
    ) -> Result<SetupReply, UpnpError> {
        let deviations = Deviations {
            padded: !self.quirks.has(Quirk::NoDhPadding),
            zero_n2_in_ack: self.quirks.has(Quirk::AckN2Zero),
            full_length_key: !self.quirks.has(Quirk::NoDhPadding),
            never_ack: self.quirks.has(Quirk::NoM2dAck),
            strict_n2: false,
            faults: self.faults.clone(),
        };
        let (config_methods, password_id) = self.permission.announced();
        let facts = &DeviceFacts {
            config_methods,
            password_id,
            uuid_e: if self.faults.has(Trouble::WrongUuid, SetupMessage::M1) {
                IdentityUuid::of_leaf_der(b"another device")
            } else {
                facts.uuid_e
            },
            ..facts.clone()
        };
        let (run, m1) = Run::start(facts, deviations, caller.identity, random)
            .map_err(|_| processing_error())?;
        self.run = Some(ActiveRun {
            session: caller.session,
            identity: caller.identity,
            run,
            last: now,
            waits: None,
        });
        Ok(SetupReply::just(m1))
    }

    fn step(
        &mut self,
        now: Instant,
        mut active: ActiveRun,
        message: &[u8],
        random: &mut dyn Randomness,
    ) -> Result<SetupReply, UpnpError> {
        let asked = active.run.announced(message);
        if asked == Some(Method::Pin) {
            self.permission.prepare_pin(now, random);
        }
        let pin = match self.permission.pin(now) {
            _ if self.quirks.has(Quirk::Locked) => Err(ERROR_LOCKED),
            pin => pin.map(|pin| pin.expose()),
        };
        let button = match self.permission.button(now) {
            Err(_) if self.quirks.has(Quirk::NackErrorZero) => Err(0),
            button => button,
        };
        match active
            .run
            .handle(message, Allowance { pin, button }, random)
        {
            Ok(Step::Reply(message)) => {
                active.last = now;
                let refused = nack(&message);
                active.waits = refused.and(asked);
                if refused == Some(ERROR_LOCKED) {
                    self.told_of_lock = true;
                    self.end_run();
                } else {
                    self.run = Some(active);
                }
                Ok(SetupReply::just(message))
            }
            Ok(Step::Done(message, method)) => {
                let grant = self.permission.succeeded(method);
                self.told_of_lock = false;
                Ok(SetupReply {
                    introduced: Some(Introduction { method, grant }),
                    ..SetupReply::just(message)
                })
            }
            Err(error) => {
                if error == RunError::WrongPassword {
                    self.permission.wrong_pin(now);
                }
                self.permission.run_ended();
                self.refusal(&active.run, &error)
            }
        }
    }

    fn refusal(&self, run: &Run, error: &RunError) -> Result<SetupReply, UpnpError> {
        tracing::info!(%error, "introduction ended");
        match error {
            RunError::WrongPassword if self.quirks.has(Quirk::PinFault501) => {
                Err(UpnpError::action_failed())
            }
            RunError::WrongPassword if self.quirks.has(Quirk::NackInsteadOf704) => {
                Ok(SetupReply::just(run.nack(ERROR_PASSWORD)))
            }
            RunError::Aborted => Ok(SetupReply::just(Vec::new())),
            _ => Err(processing_error()),
        }
    }
}

/// The Configuration Error of a NACK; nothing for any other message.
fn nack(message: &[u8]) -> Option<u16> {
    let attributes = Attributes::parse(message).ok()?;
    attributes
        .number(id::CONFIGURATION_ERROR)
        .filter(|_| attributes.message_type() == Some(kind::NACK))
}

fn busy() -> UpnpError {
    UpnpError::new(708, "Busy")
}

fn processing_error() -> UpnpError {
    UpnpError::new(704, "Processing Error")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::enrollee::lock::LockRule;
    use crate::enrollee::machine::{OsRandomness, METHOD_LABEL, PASSWORD_PIN};
    use crate::enrollee::permission::PinSource;
    use crate::enrollee::pin::Pin;

    fn facts() -> DeviceFacts {
        let text = || "x".to_owned();
        DeviceFacts {
            uuid_e: IdentityUuid::of_leaf_der(b"gateway"),
            mac: [2; 6],
            config_methods: METHOD_LABEL,
            password_id: PASSWORD_PIN,
            configured: false,
            manufacturer: text(),
            model_name: text(),
            model_number: text(),
            serial_number: text(),
            device_name: text(),
            primary_device_type: [0; 8],
        }
    }

    fn caller(session: u64) -> SetupCaller {
        let identity = IdentityUuid::of_leaf_der(&session.to_be_bytes());
        SetupCaller { session, identity }
    }

    #[test]
    fn a_run_without_a_message_for_two_minutes_makes_way_and_says_so() {
        let label = Pin::from_number(1_234_567);
        let permission = Permission::new(label, PinSource::Label, LockRule::default());
        let mut host = SetupHost::new(permission, Quirks::default());
        let start = Instant::now();
        let begin = |host: &mut SetupHost, now, session| {
            host.handle(now, caller(session), &facts(), b"", &mut OsRandomness)
                .map(|_| ())
                .map_err(|error| error.code)
        };
        assert!(host.ready(start));
        assert_eq!(begin(&mut host, start, 1), Ok(()));
        assert!(!host.ready(start));
        let last = start + limits::SETUP_STEP;
        assert_eq!(begin(&mut host, last, 2), Err(708));
        host.tick(last);
        assert!(!host.ready(last));
        let over = last + Duration::from_millis(1);
        host.tick(over);
        assert!(host.ready(over), "SetupReady tells that the run has ended");
        assert_eq!(begin(&mut host, over, 2), Ok(()));
        host.session_closed(1);
        assert!(!host.ready(over), "only its own session ends a run");
        host.session_closed(2);
        assert!(host.ready(over));
    }
}
