//! Who may run an introduction, when, and with which password: one run at a time, a lock after wrong
//! PINs, a button that counts for two minutes.

use std::time::Instant;

use super::machine::{
    Allowance, Deviations, DeviceFacts, Method, Randomness, Run, RunError, Step, ERROR_BUSY,
    ERROR_LOCKED, ERROR_PASSWORD,
};
use super::pin::Pin;
use super::tlv::{kind, Attributes};
use crate::identity::IdentityUuid;
use crate::limits;
use crate::quirks::{Quirk, Quirks};
use crate::soap::UpnpError;

/// Wrong PINs, over all time, after which only a restart unlocks the introduction.
const WRONG_PINS_FOR_GOOD: usize = 10;

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
    pin: Pin,
    quirks: Quirks,
    run: Option<ActiveRun>,
    button_pressed: Option<Instant>,
    wrong_pins: Vec<Instant>,
    wrong_pins_ever: usize,
    locked_until: Option<Instant>,
    refused_once: bool,
    waiting: bool,
}

struct ActiveRun {
    session: u64,
    identity: IdentityUuid,
    run: Run,
    last: Instant,
    /// The last answer was a NACK: the user has to do something first.
    waits: bool,
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
    /// A host with the PIN on the label.
    pub fn new(pin: Pin, quirks: Quirks) -> Self {
        Self {
            pin,
            quirks,
            run: None,
            button_pressed: None,
            wrong_pins: Vec::new(),
            wrong_pins_ever: 0,
            locked_until: None,
            refused_once: false,
            waiting: false,
        }
    }

    /// The PIN on the label.
    pub fn pin(&self) -> &Pin {
        &self.pin
    }

    /// Value of the state variable SetupReady: nobody is being introduced, or the control point that waits
    /// for the button may go on.
    pub fn ready(&self, now: Instant) -> bool {
        match &self.run {
            Some(active) if now.duration_since(active.last) <= limits::SETUP_STEP => {
                active.waits && self.button_allowed(now).is_ok()
            }
            _ => !self.waiting,
        }
    }

    /// Somebody pressed the gateway's button.
    pub fn press_button(&mut self, now: Instant) {
        self.button_pressed = Some(now);
        self.waiting = false;
    }

    /// A TLS session ended; its run ends with it.
    pub fn session_closed(&mut self, session: u64) {
        if self
            .run
            .as_ref()
            .is_some_and(|active| active.session == session)
        {
            self.run = None;
            self.waiting = false;
        }
    }

    /// Forgets runs and locks, as a restart does.
    pub fn restart(&mut self) {
        self.run = None;
        self.wrong_pins.clear();
        self.wrong_pins_ever = 0;
        self.locked_until = None;
        self.button_pressed = None;
        self.waiting = false;
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
        self.drop_stale_run(now);
        if self.quirks.has(Quirk::BusyOnce) && !self.refused_once {
            self.refused_once = true;
            return Err(busy());
        }
        let active = match self.run.take() {
            Some(active) if active.identity != caller.identity => {
                self.run = Some(active);
                self.waiting = true;
                return Err(busy());
            }
            Some(active) if active.session == caller.session => Some(active),
            // The same control point on another TLS session: the old run cannot go on.
            _ => None,
        };
        if message.is_empty() {
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
        let (run, m1) = Run::start(facts, deviations, caller.identity, random)
            .map_err(|_| processing_error())?;
        self.run = Some(ActiveRun {
            session: caller.session,
            identity: caller.identity,
            run,
            last: now,
            waits: false,
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
        let pin = self.pin.clone();
        let allowed = Allowance {
            pin: self.pin_allowed(now).map(|()| pin.expose()),
            button: self.button_allowed(now),
        };
        match active.run.handle(message, allowed, random) {
            Ok(Step::Reply(message)) => {
                active.last = now;
                active.waits = is_nack(&message);
                self.run = Some(active);
                Ok(SetupReply {
                    message,
                    introduced: None,
                })
            }
            Ok(Step::Done(message, method)) => {
                if method == Method::Button {
                    self.button_pressed = None;
                }
                self.waiting = false;
                Ok(SetupReply {
                    message,
                    introduced: Some(method),
                })
            }
            Err(error) => {
                self.waiting = false;
                if error == RunError::WrongPassword {
                    self.count_wrong_pin(now);
                }
                self.refusal(&active.run, &error)
            }
        }
    }

    fn pin_allowed(&self, now: Instant) -> Result<(), u16> {
        let locked = self.quirks.has(Quirk::Locked)
            || self.wrong_pins_ever >= WRONG_PINS_FOR_GOOD
            || self.locked_until.is_some_and(|until| now < until);
        if locked {
            Err(ERROR_LOCKED)
        } else {
            Ok(())
        }
    }

    fn button_allowed(&self, now: Instant) -> Result<(), u16> {
        match self.button_pressed {
            Some(pressed) if now.duration_since(pressed) <= limits::BUTTON_WINDOW => Ok(()),
            _ if self.quirks.has(Quirk::NackErrorZero) => Err(0),
            _ => Err(ERROR_BUSY),
        }
    }

    fn count_wrong_pin(&mut self, now: Instant) {
        self.wrong_pins
            .retain(|at| now.duration_since(*at) <= limits::PIN_WINDOW);
        self.wrong_pins.push(now);
        self.wrong_pins_ever += 1;
        if self.wrong_pins.len() >= limits::WRONG_PINS {
            self.locked_until = Some(now + limits::PIN_LOCK);
            self.wrong_pins.clear();
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

    fn drop_stale_run(&mut self, now: Instant) {
        if self
            .run
            .as_ref()
            .is_some_and(|active| now.duration_since(active.last) > limits::SETUP_STEP)
        {
            self.run = None;
            self.waiting = false;
        }
    }
}

fn is_nack(message: &[u8]) -> bool {
    Attributes::parse(message).is_ok_and(|attributes| attributes.message_type() == Some(kind::NACK))
}

fn busy() -> UpnpError {
    UpnpError::new(708, "Busy")
}

fn processing_error() -> UpnpError {
    UpnpError::new(704, "Processing Error")
}
