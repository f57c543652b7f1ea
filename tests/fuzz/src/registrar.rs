//! The Registrar against any messages in any order.

use dp_credentials::wps::message::{M2d, Message, Nack, M2, M4, M6, M8};
use dp_credentials::wps::{
    AfterM2d, AwaitButton, AwaitPin, ConfigurationError, ExpectAck, ExpectDone, ExpectM1, ExpectM3,
    ExpectM5, ExpectM7, Introduced, MessageType, WpsError,
};

use crate::published::{Run, Script, DEVICE};

/// Longest message the Registrar sends, in bytes; M2 has about 400.
const SENT_MAX_BYTES: usize = 1024;

/// Checks a run. The first octet chooses the method: bit 0 the button, bit 1 a PIN the gateway
/// is yet to show. Then come steps, each of which begins with an octet:
///
/// | octet | the gateway sends |
/// |---|---|
/// | 0 to 5 | M1, WSC_ACK, M3, M5, M7 or WSC_Done of the published run |
/// | 6 to 11 | the same, changed: two octets say where, the third what to flip there |
/// | 12 | the refusal of a gateway that waits for its button |
/// | 13 | the octets that follow, as many as the next one says |
/// | 14 | a refusal of this run, for the reason the next octet says |
/// | 15 | nothing: the user gives up |
///
/// # Panics
/// When something that must hold does not.
pub fn registrar_sequence(input: &[u8]) {
    let first = run(input);
    assert_eq!(first, run(input), "the same twice");
}

/// What was sent, and how it ended.
type Transcript = (Vec<Vec<u8>>, String);

fn run(input: &[u8]) -> Transcript {
    let Some((flags, mut steps)) = input.split_first() else {
        return Transcript::default();
    };
    let (button, to_come) = (flags & 1 != 0, flags & 2 != 0);
    let published = Run::of(button);
    let start = ExpectM1::new(published.info.clone(), published.method(button, to_come));
    let mut gateway = Gateway {
        published,
        button,
        random: published.script(),
        genuine: [false; DEVICE.len()],
        sent: Vec::new(),
    };
    let start = start.with_private_key(published.private_key());
    let mut state = State::M1(Box::new(start));
    loop {
        let Some(message) = message(&mut steps, published) else {
            return gateway.end(state.abort(), "given up");
        };
        match gateway.step(state, &message) {
            Ok(State::Introduced(introduced)) => {
                assert_eq!(introduced.uuid_e, published.info.expected_uuid_e);
                let proven = [0, 2, 3, 4].iter().all(|at| gateway.genuine[*at]);
                assert!(proven, "introduced by messages nobody has proven");
                return gateway.end(None, "introduced");
            }
            Ok(next) => state = next,
            Err(error) => {
                if let Some(nack) = error.nack() {
                    Nack::parse(nack).expect("a refusal is one");
                }
                assert!(error.to_string().len() < 512, "{error}");
                return gateway.end(error.nack().map(<[u8]>::to_vec), &format!("{error:?}"));
            }
        }
    }
}

/// The next message of the gateway; none when the user gives up or the input ends.
fn message(steps: &mut &[u8], published: &Run) -> Option<Vec<u8>> {
    let mut take = |count: usize| {
        let (taken, rest) = steps.split_at_checked(count)?;
        *steps = rest;
        Some(taken)
    };
    match usize::from(take(1)?[0] % 16) {
        at @ 0..=5 => Some(published.messages[at].clone()),
        at @ 6..=11 => {
            let mut changed = published.messages[at - 6].clone();
            let &[high, low, flip] = take(3)? else {
                return None;
            };
            let place = usize::from(u16::from_be_bytes([high, low])) % changed.len();
            changed[place] ^= flip;
            Some(changed)
        }
        12 => Some(published.busy.clone()),
        13 => {
            let length = usize::from(take(1)?[0]);
            Some(take(length)?.to_vec())
        }
        14 => {
            let mut nack = Nack::parse(&published.busy).ok()?;
            nack.configuration_error = ConfigurationError(u16::from(take(1)?[0]));
            Some(nack.write())
        }
        _ => None,
    }
}

/// What the run knows besides its state.
struct Gateway {
    published: &'static Run,
    button: bool,
    random: Script,
    /// Which of the published messages were taken exactly as published.
    genuine: [bool; DEVICE.len()],
    sent: Vec<Vec<u8>>,
}

enum State {
    M1(Box<ExpectM1>),
    Ack(ExpectAck),
    Button(AwaitButton),
    Pin(AwaitPin),
    M3(ExpectM3),
    M5(ExpectM5),
    M7(ExpectM7),
    Done(ExpectDone),
    Introduced(Introduced),
}

impl Gateway {
    fn end(mut self, last: Option<Vec<u8>>, how: &str) -> Transcript {
        self.sent.extend(last);
        assert!(self.sent.iter().all(|sent| sent.len() <= SENT_MAX_BYTES));
        (self.sent, how.to_owned())
    }

    fn step(&mut self, state: State, message: &[u8]) -> Result<State, WpsError> {
        match state {
            State::M1(state) => {
                let step = state.handle(message, &mut self.random);
                let (next, m2d) = self.judged(step, 0, message)?;
                M2d::parse(&m2d).expect("M2D is one");
                self.sent.push(m2d);
                Ok(State::Ack(next))
            }
            State::Ack(state) => {
                let step = state.handle(message, &mut self.random);
                Ok(match self.judged(step, 1, message)? {
                    AfterM2d::Ready(next, m2) => self.m2(next, m2),
                    AfterM2d::ButtonNeeded(next) => State::Button(next),
                    AfterM2d::PinNeeded(next) => State::Pin(next),
                })
            }
            // Button and PIN come from the user; then the message is due.
            State::Button(state) => {
                let (next, m2) = state.pressed(&mut self.random)?;
                let next = self.m2(next, m2);
                self.step(next, message)
            }
            State::Pin(state) => {
                let (next, m2) = state.entered(&self.published.pin(), &mut self.random)?;
                let next = self.m2(next, m2);
                self.step(next, message)
            }
            State::M3(state) => {
                let step = state.handle(message, &mut self.random);
                let (next, m4) = self.judged(step, 2, message)?;
                assert!(self.genuine[0] && self.genuine[2], "M4 to a stranger");
                M4::parse(&m4).expect("M4 is one");
                self.sent.push(m4);
                assert_eq!(next.pin_exposed(), !self.button);
                Ok(State::M5(next))
            }
            State::M5(state) => {
                let step = state.handle(message, &mut self.random);
                let (next, m6) = self.judged(step, 3, message)?;
                // What proves the second half leaves only after the first is proven.
                assert!(self.genuine[3], "M6 to a stranger");
                M6::parse(&m6).expect("M6 is one");
                self.sent.push(m6);
                Ok(State::M7(next))
            }
            State::M7(state) => {
                let step = state.handle(message, &mut self.random);
                let (next, m8) = self.judged(step, 4, message)?;
                assert!(self.genuine[4], "M8 to a stranger");
                M8::parse(&m8).expect("M8 is one");
                self.sent.push(m8);
                Ok(State::Done(next))
            }
            State::Done(state) => {
                let step = state.handle(message);
                self.judged(step, 5, message).map(State::Introduced)
            }
            State::Introduced(_) => unreachable!("the run is over"),
        }
    }

    fn m2(&mut self, next: ExpectM3, m2: Vec<u8>) -> State {
        M2::parse(&m2).expect("M2 is one");
        assert!(!next.pin_exposed());
        self.sent.push(m2);
        State::M3(next)
    }

    /// Notes whether the message is the published one, and checks the error of one that is
    /// refused: it knows what was due and whether half of the PIN is out.
    fn judged<T>(
        &mut self,
        step: Result<T, WpsError>,
        due: usize,
        message: &[u8],
    ) -> Result<T, WpsError> {
        const TYPES: [MessageType; DEVICE.len()] = [
            MessageType::M1,
            MessageType::Ack,
            MessageType::M3,
            MessageType::M5,
            MessageType::M7,
            MessageType::Done,
        ];
        self.genuine[due] = message == self.published.messages[due];
        if let Err(error) = &step {
            assert_eq!(error.waiting_for(), TYPES[due]);
            assert_eq!(error.pin_exposed(), !self.button && due > 2);
        }
        step
    }
}

impl State {
    /// The refusal that gives the run up.
    fn abort(self) -> Option<Vec<u8>> {
        let reason = ConfigurationError::NONE;
        let nack = match self {
            State::M1(_) | State::Introduced(_) => return None,
            State::Ack(state) => state.abort(reason),
            State::Button(state) => state.abort(reason),
            State::Pin(state) => state.abort(reason),
            State::M3(state) => state.abort(reason),
            State::M5(state) => state.abort(reason),
            State::M7(state) => state.abort(reason),
            State::Done(state) => state.abort(reason),
        };
        Nack::parse(&nack).expect("a refusal is one");
        Some(nack)
    }
}
