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
    /// The messages of an introduction are base64 in lines of 64 characters.
    WrappedBase64 = "wrapped-base64",
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
    /// A reset makes a new certificate; the UDN stays.
    NewCertificateOnReset = "new-certificate-on-reset",
    /// A reset makes a new certificate and, from it, a new UDN; the serial number stays.
    NewUdnOnReset = "new-udn-on-reset",
    /// A reset leaves the access list alone.
    KeepAccessOnReset = "keep-access-on-reset",
    /// A reset is not offered.
    NoReset = "no-reset",
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

    // Discovery: real-devices.md 1, 2, 5, 7, 8; uda-control-point.md 1 and 2.
    /// Header names of discovery messages are in mixed case.
    MixedCaseHeaders = "mixed-case-headers",
    /// Values in discovery messages have white space around them.
    PaddedHeaders = "padded-headers",
    /// Discovery messages carry the maker's own headers besides the standard's.
    ExtraHeaders = "extra-headers",
    /// Discovery messages lack CACHE-CONTROL.
    NoCacheControl = "no-cache-control",
    /// The age in CACHE-CONTROL is written with blanks and beside another directive.
    SpacedMaxAge = "spaced-max-age",
    /// The age stands in an Expires header and the address once more in AL, as before UPnP.
    LegacyExpires = "legacy-expires",
    /// Answers lack SERVER, DATE and EXT.
    NoServer = "no-server",
    /// SERVER is separated by commas and names UDA 1.0.
    CommaServer = "comma-server",
    /// SERVER and DATE hold placeholders.
    PlaceholderHeaders = "placeholder-headers",
    /// The boot number comes as 01-NLS, and there are no BOOTID and CONFIGID.
    NlsBootToken = "nls-boot-token",
    /// BOOTID begins again at 1 with every restart.
    BootIdResets = "bootid-resets",
    /// CONFIGID and configId are words.
    ConfigIdWords = "config-id-words",
    /// Search answers lack USN.
    NoUsn = "no-usn",
    /// USN holds another UUID and half a type.
    OddUsn = "odd-usn",
    /// Search answers name the gateway's own version of a type instead of the one asked for.
    OwnVersionInAnswers = "own-version-in-answers",
    /// Searches are answered only for the exact version.
    ExactVersionOnly = "exact-version-only",
    /// Search answers are sent twice.
    AnswersTwice = "answers-twice",
    /// Searches are answered a second after the time they allow.
    LateAnswers = "late-answers",
    /// Unicast searches without MX are not answered.
    UnicastNeedsMx = "unicast-needs-mx",
    /// Announcements of others that name a type of the gateway are answered like searches.
    AnswersAnnouncements = "answers-announcements",
    /// Discovery messages end without their empty line.
    NoEmptyLine = "no-empty-line",
    /// Search answers have a Content-Length of 0 and two empty lines.
    TwoEmptyLines = "two-empty-lines",
    /// Every byebye is sent twelve times.
    ManyByebyes = "many-byebyes",

    // Description: real-devices.md 1, 2, 4, 6, 8; uda-control-point.md 3.
    /// The description is of UDA 1.0 and has a URLBase.
    UrlBase = "url-base",
    /// URLBase is there and empty.
    EmptyUrlBase = "empty-url-base",
    /// URLBase names another port, in a description later than UDA 1.0.
    WrongUrlBase = "wrong-url-base",
    /// Addresses in the description begin with a slash.
    AbsolutePaths = "absolute-paths",
    /// Addresses in the description are complete and name the unprotected port.
    AbsoluteUrls = "absolute-urls",
    /// Addresses in the description begin with a name that holds colons.
    ColonUrls = "colon-urls",
    /// Addresses in the description hold blanks that are not encoded.
    BlankUrls = "blank-urls",
    /// Control and event address of a service are the same, without any slash.
    SameUrls = "same-urls",
    /// The announced address redirects to the description.
    RedirectedDescription = "redirected-description",
    /// All documents say text/html.
    HtmlContentType = "html-content-type",
    /// Documents name no content type.
    NoContentType = "no-content-type",
    /// Descriptions hold unknown elements, attributes, namespaces and comments.
    UnknownElements = "unknown-elements",
    /// Optional elements of the description are there and empty.
    EmptyElements = "empty-elements",
    /// The description holds nothing that is optional.
    MissingElements = "missing-elements",
    /// Texts in the description have white space around them.
    PaddedTexts = "padded-texts",
    /// The device type is the placeholder of the standard.
    PlaceholderDeviceType = "placeholder-device-type",
    /// All services belong to an embedded device.
    EmbeddedDevice = "embedded-device",
    /// Every service is listed twice.
    ServicesTwice = "services-twice",
    /// Service ids hold dots and colons in place of a proper name.
    OddServiceIds = "odd-service-ids",
    /// Device and services are of version 1.
    VersionOne = "version-1",
    /// The last group of the UDN is in upper case in the description, in lower case in discovery.
    MixedCaseUdn = "mixed-case-udn",
    /// The UDN in the description lacks uuid:.
    UdnWithoutPrefix = "udn-without-prefix",
    /// The UUID in the UDN is longer than a UUID.
    LongUdn = "long-udn",
    /// SCPDs are not XML.
    UnreadableScpd = "unreadable-scpd",
    /// SCPDs have no namespace, no state variables, and white space around names.
    PoorScpd = "poor-scpd",
    /// SCPDs misspell directions, data types, sendEvents and ranges, and repeat variables.
    OddScpd = "odd-scpd",

    // Documents and HTTP of any answer: real-devices.md 1, 2; uda-control-point.md 3 and 4.
    /// Documents are encoded in UTF-16.
    Utf16 = "utf-16",
    /// Documents are encoded in ISO 8859-1 and say so.
    Latin1 = "latin-1",
    /// Documents begin with a byte order mark.
    ByteOrderMark = "byte-order-mark",
    /// Documents begin with empty lines.
    LeadingLines = "leading-lines",
    /// Documents begin with a repetition of the HTTP header.
    RepeatedHeader = "repeated-header",
    /// Zeros, white space and letters follow the end of documents.
    TrailingJunk = "trailing-junk",
    /// Documents hold a byte that is not UTF-8.
    InvalidUtf8 = "invalid-utf-8",
    /// Ampersands before a blank are not escaped.
    LoneAmpersand = "lone-ampersand",
    /// Content-Length is there and empty, and the connection closes after the body.
    EmptyContentLength = "empty-content-length",
    /// There is no Content-Length, and the connection closes after the body.
    NoContentLength = "no-content-length",
    /// HTTP lines end with a bare line feed.
    BareLineFeeds = "bare-line-feeds",
    /// HTTP header fields are folded over two lines.
    FoldedHeaders = "folded-headers",
    /// An interim 100 Continue comes before every answer.
    Interim100 = "interim-100",
    /// HTTP answers lack DATE, SERVER and EXT.
    NoHttpHeaders = "no-http-headers",

    // Control: real-devices.md 1, 2, 3, 6, 7, 8; uda-control-point.md 4.
    /// Documents inside SOAP arguments are escaped twice.
    DoubleEscaped = "double-escaped",
    /// Documents inside SOAP arguments are in a wrong default namespace.
    WrongDefaultNamespace = "wrong-default-namespace",
    /// Attributes inside documents are not quoted.
    UnquotedAttributes = "unquoted-attributes",
    /// Numbers have a blank before and after them.
    PaddedNumbers = "padded-numbers",
    /// Parameters in answers are in the reverse order.
    ReverseOrder = "reverse-order",
    /// Unknown paths are left out of a successful answer.
    UnknownPathsIgnored = "unknown-paths-ignored",
    /// Unknown paths have an English error text for a value.
    ErrorTextsAsValues = "error-texts-as-values",
    /// The root of the tree is /TR098/ while the data models still say /BBF/.
    OtherRoot = "other-root",
    /// Action responses are in the namespace of the service id.
    ServiceIdNamespace = "service-id-namespace",
    /// Action responses are in no namespace.
    NoNamespace = "no-namespace",
    /// Action responses are in the namespace of another version of the service.
    OtherVersionNamespace = "other-version-namespace",
    /// Argument names in action responses have a prefix.
    PrefixedArguments = "prefixed-arguments",
    /// Argument names in action responses are in lower case.
    LowerCaseArguments = "lower-case-arguments",
    /// Arguments in action responses are in the reverse order, with an unknown one among them.
    ShuffledArguments = "shuffled-arguments",
    /// White space and comments stand between the elements of an envelope.
    WhiteSpaceNodes = "white-space-nodes",
    /// Envelopes lack their last end tag.
    NoEnvelopeEnd = "no-envelope-end",
    /// Faults come with the status 200.
    FaultWith200 = "fault-with-200",
    /// A refusal has a page of HTML in place of a fault.
    HtmlFaults = "html-faults",
    /// A refusal has no body.
    EmptyFaults = "empty-faults",
    /// Fault numbers have white space around them, and their words cannot be read.
    PaddedFaults = "padded-faults",

    // Events: real-devices.md 1, 6, 7; uda-control-point.md 5.
    /// Subscriptions are granted for 300 seconds whatever was asked.
    SubscriptionOf300 = "subscription-of-300",
    /// Subscriptions are granted for ever.
    InfiniteSubscription = "infinite-subscription",
    /// The granted time is a number alone.
    BareTimeout = "bare-timeout",
    /// The granted time is spelt in lower case.
    LowerCaseTimeout = "lower-case-timeout",
    /// No time is granted.
    NoTimeout = "no-timeout",
    /// Renewals are answered without a SID.
    NoSidOnRenewal = "no-sid-on-renewal",
    /// Renewals are answered with a new SID.
    NewSidOnRenewal = "new-sid-on-renewal",
    /// The first event message arrives before the answer to the subscription.
    EventBeforeAnswer = "event-before-answer",
    /// Every state variable comes in an event message of its own.
    OneVariablePerEvent = "one-variable-per-event",
    /// All state variables come in one property.
    OneProperty = "one-property",
    /// Event messages lack SEQ.
    NoSeq = "no-seq",
    /// Event messages name a state variable no service has.
    UnknownEventVariable = "unknown-event-variable",
    /// A state variable in event messages holds XML that is not escaped.
    InlineEventXml = "inline-event-xml",
    /// The initial event message is sent once more with the next number.
    InitialEventTwice = "initial-event-twice",
    /// Unsubscribing an unknown SID is answered with 200.
    UnsubscribeAlways200 = "unsubscribe-always-200",
    /// CurrentConfigurationVersion is evented.
    EventedVersion = "evented-version",
    /// Event messages after the initial one get lost.
    LostEvents = "lost-events",

    // Tests and logs (basic-management, sections 4.5 and 4.6).
    /// SoftwareManagement is offered as well.
    SoftwareManagement = "software-management",
    /// BasicManagement offers the bandwidth test as well.
    BandwidthTest = "bandwidth-test",
    /// BasicManagement offers no tests.
    NoBasicTests = "no-basic-tests",
    /// The self test finds a fault.
    FailedSelfTest = "failed-self-test",
    /// Tests begin and never end.
    EndlessTests = "endless-tests",
    /// The result of a test that is over is refused with 708 twice.
    LateResults = "late-results",
    /// BasicManagement has no logs; DeviceInfo.VendorLogFile names them.
    VendorLogFiles = "vendor-log-files",
    /// The log has 500 MB.
    HugeLog = "huge-log",
    /// LogURL leads to another host.
    ForeignLog = "foreign-log",
}

/// The quirks switched on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quirks(BTreeSet<Quirk>);

impl Quirks {
    /// Whether a quirk is on.
    pub fn has(&self, quirk: Quirk) -> bool {
        self.0.contains(&quirk)
    }

    /// Whether any quirk of these is on.
    pub fn has_any(&self, quirks: &[Quirk]) -> bool {
        quirks.iter().any(|quirk| self.has(*quirk))
    }

    /// Whether no quirk is on.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every answer ends its connection. Such a gateway knows a control point by its certificate
    /// instead of by its TLS session, as one maker's does: nobody could be introduced to it otherwise.
    pub fn closes_connections(&self) -> bool {
        self.has_any(&[
            Quirk::Http10Close,
            Quirk::BadContentLength,
            Quirk::EmptyContentLength,
            Quirk::NoContentLength,
        ])
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
