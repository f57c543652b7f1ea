//! Who may run an introduction, and when: one run at a time, each with its time limit
//! (DeviceProtection:1 digest, sections 1.6 and 4.11).

use std::time::Instant;

use super::machine::{
    Allowance, Deviations, DeviceFacts, Method, Randomness, Run, RunError, Step, ERROR_LOCKED,
    ERROR_PASSWORD,
};
use super::permission::Permission;
use super::tlv::{id, kind, Attributes};
use crate::identity::IdentityUuid;
use crate::limits;
use crate::quirks::{Quirk, Quirks};
use crate::soap::UpnpError;

/// What SendSetupMessage answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupReply {
    /// OutMessage before base64.
    pub message: Vec<u8>,
    /// Set when the control point is introduced with this message.
    pub introduced: Option<Method>,
}

/// The gateway's side of all introductions.
pub struct SetupHost {
    permission: Permission,
    quirks: Quirks,
    run: Option<ActiveRun>,
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

    /// Takes one InMessage.
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
        };
        let (config_methods, password_id) = self.permission.announced();
        let facts = &DeviceFacts {
            config_methods,
            password_id,
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
        Ok(SetupReply {
            message: m1,
            introduced: None,
        })
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
                Ok(SetupReply {
                    message,
                    introduced: None,
                })
            }
            Ok(Step::Done(message, method)) => {
                self.permission.succeeded(method);
                self.told_of_lock = false;
                Ok(SetupReply {
                    message,
                    introduced: Some(method),
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
            RunError::WrongPassword if self.quirks.has(Quirk::NackInsteadOf704) => Ok(SetupReply {
                message: run.nack(ERROR_PASSWORD),
                introduced: None,
            }),
            RunError::Aborted => Ok(SetupReply {
                message: Vec::new(),
                introduced: None,
            }),
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
