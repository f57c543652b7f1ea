//! What can be broken in an introduction: every trouble at every message it can befall, as one table.

use std::fmt;
use std::str::FromStr;

use crate::enrollee::tlv::{kind, Attributes};

/// A message of the gateway, in the order of an introduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetupMessage {
    /// The answer to the empty message.
    M1,
    /// The answer to M2D: WSC_ACK, or the WSC_NACK that asks for the button.
    Ack,
    /// The answer to M2.
    M3,
    /// The answer to M4.
    M5,
    /// The answer to M6.
    M7,
    /// The answer to M8.
    Done,
}

use SetupMessage::{Ack, Done, M1, M3, M5, M7};

impl SetupMessage {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [M1, Ack, M3, M5, M7, Done];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            M1 => "m1",
            Ack => "ack",
            M3 => "m3",
            M5 => "m5",
            M7 => "m7",
            Done => "done",
        }
    }

    /// Which one a finished message is.
    pub fn of(message: &[u8]) -> Option<Self> {
        match Attributes::parse(message).ok()?.message_type()? {
            kind::M1 => Some(M1),
            kind::ACK | kind::NACK => Some(Ack),
            kind::M3 => Some(M3),
            kind::M5 => Some(M5),
            kind::M7 => Some(M7),
            kind::DONE => Some(Done),
            _ => None,
        }
    }
}

macro_rules! troubles {
    ($($(#[doc = $explanation:literal])* $variant:ident = $name:literal at $messages:expr),+ $(,)?) => {
        /// What befalls a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Trouble {
            $($(#[doc = $explanation])* $variant),+
        }

        impl Trouble {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// One sentence about it.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($explanation),*).trim_ascii()),+ }
            }

            /// The messages it can befall.
            pub fn messages(self) -> &'static [SetupMessage] {
                match self { $(Self::$variant => $messages),+ }
            }
        }
    };
}

troubles! {
    /// Its Authenticator is wrong.
    WrongAuthenticator = "wrong-authenticator" at &[M3, M5, M7],
    /// The message before it is sent once more in its place.
    Replay = "replay" at &[Ack, M3, M5, M7, Done],
    /// A message of another type is sent in its place.
    OutOfOrder = "out-of-order" at &SetupMessage::ALL,
    /// Its last attribute is cut off in the middle.
    TruncatedTlv = "truncated-tlv" at &SetupMessage::ALL,
    /// A WSC_NACK is sent in its place, with the Configuration Error named last.
    Nack = "nack" at &SetupMessage::ALL,
    /// OutMessage is empty.
    Empty = "empty" at &SetupMessage::ALL,
    /// The action is refused with 704, Processing Error.
    Fault704 = "fault-704" at &SetupMessage::ALL,
    /// The action is refused with 501, Action Failed.
    Fault501 = "fault-501" at &SetupMessage::ALL,
    /// The connection is cut instead.
    Disconnect = "disconnect" at &SetupMessage::ALL,
    /// Nothing comes for two minutes.
    Stall = "stall" at &SetupMessage::ALL,
    /// Its nonce is of another run, while its Authenticator is right.
    WrongNonce = "wrong-nonce" at &[Ack, M3, M5, M7, Done],
    /// Its UUID-E is of another certificate.
    WrongUuid = "wrong-uuid" at &[M1],
    /// Its public key is one that gives the keys away.
    WrongPublicKey = "wrong-public-key" at &[M1],
    /// Its E-Hash1 commits to another first half of the PIN.
    WrongHash1 = "wrong-e-hash1" at &[M3],
    /// Its E-Hash2 commits to another second half of the PIN.
    WrongHash2 = "wrong-e-hash2" at &[M3],
    /// Its Encrypted Settings do not verify, while its Authenticator is right.
    WrongSettings = "wrong-settings" at &[M5, M7],
    /// It carries a Wi-Fi credential, which is to be ignored.
    Credential = "credential" at &[M7],
    /// An M8 without a Wi-Fi credential is refused with 704.
    WantsCredential = "wants-credential" at &[Done],
}

/// One trouble at one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupFault {
    /// What happens.
    pub trouble: Trouble,
    /// To which message.
    pub message: SetupMessage,
    /// Configuration Error of a WSC_NACK.
    pub error: Option<u16>,
    /// It happens only once.
    pub once: bool,
}

impl SetupFault {
    /// The whole table.
    pub fn all() -> impl Iterator<Item = Self> {
        Trouble::ALL.iter().flat_map(|trouble| {
            trouble.messages().iter().map(|message| Self {
                trouble: *trouble,
                message: *message,
                error: None,
                once: false,
            })
        })
    }

    /// The Configuration Error of a WSC_NACK: the one asked for, or what fits the message, 16 (time-out) before
    /// the PIN was tried and 18 (password) after that.
    pub fn configuration_error(&self) -> u16 {
        self.error.unwrap_or(match self.message {
            M1 | Ack | M3 => 16,
            M5 | M7 | Done => 18,
        })
    }
}

impl fmt::Display for SetupFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.once {
            formatter.write_str("once:")?;
        }
        write!(formatter, "{}:{}", self.trouble.name(), self.message.name())?;
        match self.error {
            Some(error) => write!(formatter, ":{error}"),
            None => Ok(()),
        }
    }
}

impl FromStr for SetupFault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (once, rest) = match text.strip_prefix("once:") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parts = rest.split(':');
        let name = parts.next().unwrap_or_default();
        let trouble = Trouble::ALL
            .iter()
            .copied()
            .find(|trouble| trouble.name() == name)
            .ok_or_else(|| format!("no fault is called {name}; --list-faults names them all"))?;
        let names = || {
            let names: Vec<&str> = trouble
                .messages()
                .iter()
                .map(|known| known.name())
                .collect();
            names.join(", ")
        };
        let named = parts.next().unwrap_or_default();
        let message = trouble
            .messages()
            .iter()
            .copied()
            .find(|message| message.name() == named)
            .ok_or_else(|| format!("{name} is written {name}:MESSAGE, one of {}", names()))?;
        let error = match (parts.next(), trouble) {
            (None, _) => None,
            (Some(number), Trouble::Nack) => Some(
                number
                    .parse()
                    .map_err(|_| format!("{text}: the number cannot be read"))?,
            ),
            (Some(_), _) => return Err(format!("{name} takes no number")),
        };
        match parts.next() {
            None => Ok(Self {
                trouble,
                message,
                error,
                once,
            }),
            Some(_) => Err(format!("{text}: too many parts")),
        }
    }
}

/// The faults of introductions that are in force.
#[derive(Debug, Clone, Default)]
pub struct SetupFaults(Vec<SetupFault>);

impl SetupFaults {
    /// Puts a fault in force.
    pub fn add(&mut self, fault: SetupFault) {
        self.0.push(fault);
    }

    /// Ends all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether this befalls this message of the run that begins.
    pub fn has(&self, trouble: Trouble, message: SetupMessage) -> bool {
        self.0
            .iter()
            .any(|fault| fault.trouble == trouble && fault.message == message)
    }

    /// What befalls a message that is about to leave. A fault that happens once is used up.
    pub fn take(&mut self, message: SetupMessage) -> Option<SetupFault> {
        let index = self.0.iter().position(|fault| fault.message == message)?;
        if self.0[index].once {
            return Some(self.0.remove(index));
        }
        Some(self.0[index].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_back_and_explains_itself() {
        let mut specs: Vec<String> = SetupFault::all().map(|fault| fault.to_string()).collect();
        assert!(specs.len() > 60, "{}", specs.len());
        for fault in SetupFault::all() {
            assert_eq!(fault.to_string().parse(), Ok(fault.clone()));
            let once = SetupFault {
                once: true,
                ..fault
            };
            assert_eq!(once.to_string().parse(), Ok(once));
        }
        for trouble in Trouble::ALL {
            assert!(trouble.explanation().ends_with('.'));
        }
        specs.sort();
        specs.dedup();
        assert_eq!(specs.len(), SetupFault::all().count());
    }

    #[test]
    fn specifications_that_make_no_sense() {
        for bad in [
            "",
            "nack",
            "nack:m2",
            "nack:m3:x",
            "nack:m3:18:1",
            "replay:m1",
            "stall:m3:5",
            "once:",
            "once:explode:m1",
        ] {
            assert!(bad.parse::<SetupFault>().is_err(), "{bad}");
        }
        let nack: SetupFault = "once:nack:m5:15".parse().unwrap();
        assert_eq!((nack.configuration_error(), nack.once), (15, true));
    }

    #[test]
    fn a_fault_that_happens_once_is_used_up() {
        let mut faults = SetupFaults::default();
        faults.add("once:nack:m3".parse().unwrap());
        faults.add("empty:m3".parse().unwrap());
        assert_eq!(faults.take(SetupMessage::M1), None);
        let mut taken = || faults.take(SetupMessage::M3).map(|fault| fault.trouble);
        assert_eq!(taken(), Some(Trouble::Nack));
        assert_eq!(taken(), Some(Trouble::Empty));
        assert_eq!(taken(), Some(Trouble::Empty));
    }
}
