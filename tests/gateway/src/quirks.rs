//! Deviations of other makers' gateways that can be switched on by name.

use std::collections::BTreeSet;

macro_rules! quirks {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// One deviation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Quirk {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Quirk {
            /// Every quirk there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What the gateway does with it.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc,)+).trim_ascii(),)+ }
            }
        }
    };
}

quirks! {
    /// Documents inside SOAP arguments are child elements instead of escaped text.
    InlineXml = "inline-xml",
    /// Documents inside SOAP arguments use the prefix cms without declaring it.
    UndeclaredPrefix = "undeclared-prefix",
    /// M2D is answered with NACK 14 although the PIN may be used; M2 then works.
    NoM2dAck = "no-m2d-ack",
    /// A wrong PIN is answered with fault 501 instead of 704.
    PinFault501 = "pin-fault-501",
    /// A wrong PIN is answered with a WSC_NACK 18 instead of fault 704.
    NackInsteadOf704 = "nack-instead-of-704",
    /// ACK and NACK after M2D carry zeros as Registrar Nonce.
    AckN2Zero = "ack-n2-zero",
    /// NACK before the button is pressed carries Configuration Error 0 instead of 14.
    NackErrorZero = "nack-error-0",
    /// Public key and shared secret lose their leading zeros.
    NoDhPadding = "no-dh-padding",
    /// UUID-E in M1 is not the identity of the gateway's certificate.
    WrongUuidE = "wrong-uuid-e",
    /// The first setup message is refused with 708.
    BusyOnce = "busy-once",
    /// The introduction by PIN is locked (NACK 15).
    Locked = "locked",
    /// Announcements and search answers lack SECURELOCATION.
    ShortLocation = "short-location",
    /// Content-Length is larger than the body, and the connection closes after it.
    BadContentLength = "bad-content-length",
    /// Every answer takes three seconds more.
    SlowAnswers = "slow-answers",
    /// The connection closes at the fifth failed login without an answer.
    LoginFiveStrikesSilent = "login-five-strikes-silent",
    /// GetAssignedRoles leaves Public out when there is another role.
    RolesWithoutPublic = "roles-without-public",
    /// Answers are HTTP/1.0 and close the connection.
    Http10Close = "http-1.0-close",
    /// Answers are sent in chunks without a length.
    Chunked = "chunked",
    /// The root UDN is not derived from the certificate.
    ForeignUdn = "foreign-udn",
    /// The service id of DeviceProtection lacks its final number.
    ShortServiceId = "short-service-id",
    /// No byebye before a reboot.
    NoByebye = "no-byebye",
    /// Reboot cuts the connection instead of answering.
    RebootWithoutAnswer = "reboot-without-answer",
    /// Reboot answers RebootLater and does not happen.
    RebootLater = "reboot-later",
    /// After a reboot the gateway listens on other ports.
    OtherPortsAfterReboot = "other-ports-after-reboot",
    /// No BOOTID and CONFIGID in announcements, as before UDA 1.1.
    NoBootId = "no-bootid",
    /// Bytes follow the end of an event message.
    EventJunk = "event-junk",
    /// Subscriptions are never answered.
    NoEvents = "no-events",
    /// Paths and documents beyond the strict grammar are refused.
    Strict = "strict",
    /// GetSupportedDataModels names every top-level object instead of one root.
    SplitLocations = "split-locations",
    /// GetSupportedDataModels is refused with 401.
    NoDataModels = "no-data-models",
    /// Times of changes have no time zone.
    TimeWithoutZone = "time-without-zone",
    /// Times of changes have milliseconds.
    TimeWithMilliseconds = "time-with-milliseconds",
    /// References in values are spelt as CWMP does.
    CwmpReferences = "cwmp-references",
    /// A forbidden node makes the whole read fail with 703 instead of being left out.
    AbortOnForbidden = "abort-on-forbidden",
    /// Booleans read true and false instead of 1 and 0.
    WordsForBooleans = "words-for-booleans",
    /// EventOnChange and AlarmOnChange are left out when they are 0.
    NoZeroAttributes = "no-zero-attributes",
    /// Parameters of type unsignedInt say long in their Type attribute.
    UnsignedAsLong = "unsigned-as-long",
    /// Paths in answers have white space around them.
    SpacedPaths = "spaced-paths",
    /// Documents in answers begin with an XML declaration.
    XmlDeclaration = "xml-declaration",
    /// GetSupportedParameters writes an instance number instead of the wildcard.
    StructureWithNumbers = "structure-with-numbers",
}

/// The quirks switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quirks(BTreeSet<Quirk>);

impl Quirks {
    /// Whether a quirk is on.
    pub fn has(&self, quirk: Quirk) -> bool {
        self.0.contains(&quirk)
    }

    /// Switches a quirk on.
    pub fn add(&mut self, quirk: Quirk) {
        self.0.insert(quirk);
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        Self(quirks.into_iter().collect())
    }
}

impl std::str::FromStr for Quirk {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|quirk| quirk.name() == text)
            .ok_or_else(|| format!("no quirk is called {text}; --list-quirks names them all"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for quirk in Quirk::ALL {
            assert_eq!(quirk.name().parse(), Ok(*quirk));
            assert!(quirk.explanation().ends_with('.'));
        }
        assert!("nothing".parse::<Quirk>().is_err());
    }
}
