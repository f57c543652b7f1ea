//! Carries the messages of an introduction through SendSetupMessage
//! (DeviceProtection:1, appendix A).
//!
//! The Registrar decides what is said; here it is said, on one TLS session and
//! never twice. What gateways answer beside the protocol is given a meaning:
//!
//! * fault 402 on the empty message: an old run was in the way; once more;
//! * fault 708: busy with somebody else; wait and ask again, up to a limit;
//! * fault 704 or 501: before M4 one silent restart (the PIN did not go out),
//!   after M4 the PIN was wrong;
//! * an empty OutMessage: a failure, the gateway could not read our message;
//! * a connection that breaks: the run is over, whatever the gateway thinks.

mod signals;

use std::time::Duration;

use dp_credentials::wps::message::ConfigurationError;
use dp_credentials::wps::registrar::{
    AfterM2d, EnrolleeInfo, ExpectM1, Introduced, Method, RegistrarInfo,
};
use dp_credentials::wps::{Half, NoticedBy, OsRandom, WpsError, WpsErrorKind};

use self::signals::Waited;
pub use self::signals::{
    introduction_control, IntroductionControl, IntroductionSignals, ReadyHint,
};
use super::limits;
use super::secure_connection::SecureConnection;
use crate::error::Error;
use crate::services::device_protection::WPS;
use crate::services::ServiceRef;
use crate::soap::value::{parse_base64, print_base64};
use crate::soap::UpnpFault;

const NO_ERROR: ConfigurationError = ConfigurationError::NONE;
const TIMED_OUT: ConfigurationError = ConfigurationError::SESSION_TIMEOUT;
/// DeviceProtection: the setup message could not be processed.
const PROCESSING_ERROR: u16 = 704;
/// DeviceProtection: another setup is under way.
const BUSY: u16 = 708;

/// What is happening, for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IntroductionProgress {
    /// The gateway was asked to begin.
    Started,
    /// It said who it is (M1).
    GatewayKnown(Box<EnrolleeInfo>),
    /// It is busy with somebody else and will be asked again.
    Busy {
        /// Which attempt this was, from 1.
        attempt: u32,
        /// How many there will be.
        of: u32,
        /// When the next follows.
        retry_in: Duration,
    },
    /// It gave up before the PIN went out; the run begins anew, once.
    Restarted,
    /// Its button is to be pressed within this time; then
    /// [`IntroductionControl::button_pressed`].
    ButtonNeeded(Duration),
    /// It shows a PIN, which is needed within this time; then
    /// [`IntroductionControl::enter_pin`].
    PinNeeded(Duration),
    /// This message was sent: `M2D`, `M2`, `M4`, `M6`, `M8`.
    Sent(&'static str),
    /// Both sides trust each other.
    Done,
}

/// Where progress goes.
pub type ProgressSink<'a> = &'a mut (dyn FnMut(IntroductionProgress) + Send);

/// Runs an introduction to its end.
pub(crate) async fn introduce(
    connection: &SecureConnection,
    service: &ServiceRef,
    info: RegistrarInfo,
    method: Method,
    signals: IntroductionSignals,
    progress: ProgressSink<'_>,
) -> Result<Introduced, Error> {
    let mut introduction = Introduction {
        connection,
        uses_pin: !matches!(method, Method::PushButton),
        service,
        session: 0,
        signals,
        progress,
    };
    // A dynamic PIN is another one after a restart; the person would type the
    // first into the second run.
    let mut restarts_left = u32::from(!matches!(method, Method::PinToCome));
    loop {
        match introduction.run(&info, &method).await {
            Err(Stop { error, may_restart }) if may_restart && restarts_left > 0 => {
                tracing::info!(%error, "the introduction begins anew");
                restarts_left -= 1;
                introduction.tell(IntroductionProgress::Restarted);
            }
            Err(Stop { error, .. }) => return Err(error),
            Ok(introduced) => {
                introduction.tell(IntroductionProgress::Done);
                return Ok(introduced);
            }
        }
    }
}

/// The end of a run that failed.
struct Stop {
    error: Error,
    /// Whether the PIN is as safe as before and a new run may succeed.
    may_restart: bool,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop {
            error,
            may_restart: false,
        }
    }
}

struct Introduction<'a> {
    connection: &'a SecureConnection,
    service: &'a ServiceRef,
    uses_pin: bool,
    /// The TLS session everything happens on.
    session: u64,
    signals: IntroductionSignals,
    progress: ProgressSink<'a>,
}

/// Whether M4, which risks the first half of the PIN, had been sent.
fn is_m4_sent(step: &str) -> bool {
    matches!(step, "M4" | "M6" | "M8")
}

/// Asks a gateway what it says about itself (M1) and how it can be paired with, and lets
/// go of the run at once. No PIN is involved.
pub(crate) async fn ask_offer(
    connection: &SecureConnection,
    service: &ServiceRef,
    info: RegistrarInfo,
) -> Result<EnrolleeInfo, Error> {
    let (_control, signals) = introduction_control();
    connection.ensure_open().await?;
    let mut introduction = Introduction {
        connection,
        uses_pin: false,
        service,
        session: connection.session(),
        signals,
        progress: &mut |_| {},
    };
    let m1 = introduction.call(&[]).await?;
    let state = ExpectM1::new(info, Method::PushButton).handle(&m1, &mut OsRandom);
    let (state, _) = introduction
        .judge("M1", state)
        .await
        .map_err(|stop| stop.error)?;
    let offer = state.enrollee().clone();
    introduction.last_word(&state.abort(NO_ERROR)).await;
    Ok(offer)
}

impl Introduction<'_> {
    async fn run(&mut self, info: &RegistrarInfo, method: &Method) -> Result<Introduced, Stop> {
        let rng = &mut OsRandom;
        let m1 = self.begin().await?;
        let state = ExpectM1::new(info.clone(), method.clone());
        let (state, m2d) = self.judge("M1", state.handle(&m1, rng)).await?;
        let enrollee = Box::new(state.enrollee().clone());
        self.tell(IntroductionProgress::GatewayKnown(enrollee));
        let answer = self.send("M2D", &m2d).await?;
        let (state, m2) = match self.judge("M2D", state.handle(&answer, rng)).await? {
            AfterM2d::Ready(state, m2) => (state, m2),
            AfterM2d::ButtonNeeded(state) => {
                self.tell(IntroductionProgress::ButtonNeeded(limits::PUSH_BUTTON));
                match self.signals.pressed(limits::PUSH_BUTTON).await {
                    // M2 directly: one gateway takes a second M2D for an error.
                    Waited::Got(()) => self.judge("M2", state.pressed(rng)).await?,
                    Waited::Cancelled => return self.called_off(&state.abort(NO_ERROR)).await,
                    Waited::TimedOut => {
                        self.last_word(&state.abort(TIMED_OUT)).await;
                        return Err(Stop::from(Error::ButtonNotPressed {
                            address: self.connection.address(),
                            after: limits::PUSH_BUTTON,
                        }));
                    }
                }
            }
            AfterM2d::PinNeeded(state) => {
                self.tell(IntroductionProgress::PinNeeded(limits::PIN_ENTRY));
                match self.signals.pin(limits::PIN_ENTRY).await {
                    Waited::Got(pin) => self.judge("M2", state.entered(&pin, rng)).await?,
                    Waited::Cancelled => return self.called_off(&state.abort(NO_ERROR)).await,
                    Waited::TimedOut => {
                        self.last_word(&state.abort(TIMED_OUT)).await;
                        return Err(Stop::from(Error::PinNotTyped {
                            address: self.connection.address(),
                            after: limits::PIN_ENTRY,
                        }));
                    }
                }
            }
        };
        let m3 = self.send("M2", &m2).await?;
        if self.signals.cancelled() {
            // The last moment at which stopping costs nothing: M4 risks the PIN.
            return self.called_off(&state.abort(NO_ERROR)).await;
        }
        let (state, m4) = self.judge("M3", state.handle(&m3, rng)).await?;
        let m5 = self.send("M4", &m4).await?;
        let (state, m6) = self.judge("M5", state.handle(&m5, rng)).await?;
        let m7 = self.send("M6", &m6).await?;
        let (state, m8) = self.judge("M7", state.handle(&m7, rng)).await?;
        let done = self.send("M8", &m8).await?;
        self.judge("WSC_Done", state.handle(&done)).await
    }

    /// Asks for M1 with an empty message, until the gateway has time.
    async fn begin(&mut self) -> Result<Vec<u8>, Stop> {
        let mut cleared = false;
        let mut attempt = 1;
        loop {
            self.connection.ensure_open().await?;
            self.session = self.connection.session();
            self.tell(IntroductionProgress::Started);
            match self.call(&[]).await {
                // The connection was closed meanwhile; nothing was sent yet.
                Err(Error::SessionEnded { .. }) if !cleared => cleared = true,
                Err(Error::Refused { fault, .. })
                    if fault.code == UpnpFault::INVALID_ARGS && !cleared =>
                {
                    cleared = true;
                }
                Err(Error::Refused { fault, .. }) if fault.code == BUSY => {
                    if attempt >= limits::BUSY_ATTEMPTS {
                        return Err(self.busy().into());
                    }
                    self.tell(IntroductionProgress::Busy {
                        attempt,
                        of: limits::BUSY_ATTEMPTS,
                        retry_in: limits::BUSY_RETRY,
                    });
                    attempt += 1;
                    if let Waited::Cancelled = self.signals.pause(limits::BUSY_RETRY).await {
                        return Err(Error::Cancelled.into());
                    }
                }
                Err(Error::Refused { fault, .. })
                    if fault.code == UpnpFault::ARGUMENT_VALUE_INVALID =>
                {
                    return Err(Stop::from(Error::NotOffered {
                        what: String::from("the introduction protocol WPS"),
                    }));
                }
                Err(Error::Refused { fault, .. }) => return Err(self.refused("M1", fault)),
                Err(error) => return Err(self.lost("M1", error).into()),
                Ok(m1) => return Ok(m1),
            }
        }
    }

    /// Sends one message and returns the gateway's. A refusal means what it
    /// means at this step.
    async fn send(&mut self, step: &'static str, message: &[u8]) -> Result<Vec<u8>, Stop> {
        if self.signals.cancelled() && step == "M2D" {
            return Err(Error::Cancelled.into());
        }
        self.tell(IntroductionProgress::Sent(step));
        match self.call(message).await {
            Err(Error::Refused { fault, .. }) => Err(self.refused(step, fault)),
            Err(error) => Err(self.lost(step, error).into()),
            Ok(answer) => Ok(answer),
        }
    }

    fn refused(&self, step: &'static str, fault: UpnpFault) -> Stop {
        let address = self.connection.address();
        if fault.code == BUSY {
            return self.busy().into();
        }
        let broken_off = matches!(fault.code, PROCESSING_ERROR | UpnpFault::ACTION_FAILED);
        // M4 proves the first half of the PIN, M6 the second; with a button
        // both are known to everybody and cannot be wrong.
        let half = match step {
            "M4" => Some(1),
            "M6" => Some(2),
            _ => None,
        };
        if broken_off && self.uses_pin && half.is_some() {
            return Stop::from(Error::WrongPin { address, half });
        }
        Stop {
            error: Error::IntroductionRefused {
                address,
                step,
                pin_exposed: self.pin_exposed(step),
                fault,
            },
            may_restart: broken_off && !is_m4_sent(step),
        }
    }

    /// Whether the gateway may know half of the PIN once this message was sent.
    fn pin_exposed(&self, step: &str) -> bool {
        self.uses_pin && is_m4_sent(step)
    }

    /// A connection that broke in the middle: which message it was, and what is at stake.
    fn lost(&self, step: &'static str, error: Error) -> Error {
        let address = self.connection.address();
        let (detail, after) = match error {
            Error::OutcomeUnknown { detail, after, .. } => (detail, after),
            Error::SessionEnded { .. } => (String::from("the connection was closed"), None),
            Error::Unreachable { detail, .. } => (detail, None),
            Error::TimedOut { after, .. } => (String::from("no answer"), Some(after)),
            other => return other,
        };
        Error::IntroductionLost {
            address,
            step,
            pin_exposed: self.pin_exposed(step),
            after,
            detail,
        }
    }

    /// Gives an error of the Registrar its place, and tells the gateway.
    async fn judge<T>(
        &mut self,
        step: &'static str,
        outcome: Result<T, WpsError>,
    ) -> Result<T, Stop> {
        let error = match outcome {
            Ok(next) => return Ok(next),
            Err(error) => error,
        };
        if let Some(nack) = error.nack() {
            self.last_word(nack).await;
        }
        let address = self.connection.address();
        Err(Stop::from(match error.kind() {
            // Noticed by us, it is no typing error: see the source.
            WpsErrorKind::WrongPin {
                half,
                noticed_by: NoticedBy::Enrollee,
            } => Error::WrongPin {
                address,
                half: Some(match half {
                    Half::First => 1,
                    Half::Second => 2,
                }),
            },
            WpsErrorKind::SetupLocked => Error::SetupLocked { address },
            _ => {
                // The button was not pressed after all: an event or a person said so too
                // early. It can be asked for once more.
                let may_restart = !self.uses_pin
                    && step == "M3"
                    && matches!(error.kind(), WpsErrorKind::Nack { .. });
                return Err(Stop {
                    error: Error::Introduction {
                        address,
                        step,
                        pin_exposed: error.pin_exposed(),
                        source: error,
                    },
                    may_restart,
                });
            }
        }))
    }

    async fn called_off<T>(&mut self, nack: &[u8]) -> Result<T, Stop> {
        self.last_word(nack).await;
        Err(Error::Cancelled.into())
    }

    /// A WSC_NACK, so that the gateway is free at once. Its answer does not
    /// matter, and neither does whether it arrives.
    async fn last_word(&mut self, nack: &[u8]) {
        let outcome = tokio::time::timeout(limits::LAST_WORD, self.call(nack)).await;
        tracing::debug!(?outcome, "the gateway was told that the run is over");
    }

    /// By exclusive reference, so that a run may move between threads while it waits.
    async fn call(&mut self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let arguments = [
            (String::from("ProtocolType"), String::from(WPS)),
            (String::from("InMessage"), print_base64(message)),
        ];
        let answer = self
            .connection
            .call_in_session(self.session, self.service, "SendSetupMessage", &arguments)
            .await?;
        // Without OutMessage, as good as empty.
        let text = answer.get("OutMessage").unwrap_or_default();
        let unreadable = |detail: &str| Error::Unreadable {
            what: format!("the setup message of {}", self.connection.address()),
            detail: detail.to_owned(),
        };
        if text.len() > limits::SETUP_MESSAGE_BYTES {
            return Err(unreadable("too long"));
        }
        parse_base64(text).ok_or_else(|| unreadable("not base64"))
    }

    fn busy(&self) -> Error {
        Error::Busy {
            address: self.connection.address(),
            waited: limits::BUSY_RETRY * (limits::BUSY_ATTEMPTS - 1),
        }
    }

    fn tell(&mut self, progress: IntroductionProgress) {
        (self.progress)(progress);
    }
}
