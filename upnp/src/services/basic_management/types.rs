//! What the actions of BasicManagement take and answer.

/// When a reboot takes place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub enum RebootStatus {
    /// Right after the answer.
    RebootNow,
    /// Accepted and put off.
    RebootLater,
    /// Any other text.
    Other(String),
}

impl RebootStatus {
    /// Reads the argument.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "RebootNow" => Self::RebootNow,
            "RebootLater" => Self::RebootLater,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// DeviceStatus: `status,dateTime[,text]`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DeviceStatus {
    /// `OK` when healthy; anything else wants attention.
    pub status: String,
    /// When the status was entered, as sent.
    pub since: Option<String>,
    /// Further words.
    pub detail: Option<String>,
    /// The whole argument.
    pub text: String,
}

impl DeviceStatus {
    /// Splits the argument.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let mut parts = text.splitn(3, ',').map(|part| part.trim().to_owned());
        let status = parts.next().unwrap_or_default();
        let mut next = || parts.next().filter(|part| !part.is_empty());
        Self {
            status,
            since: next(),
            detail: next(),
            text: text.to_owned(),
        }
    }
}

/// Identifier of a test the gateway runs.
pub type TestId = u32;

/// What to ping. A number of 0 lets the gateway choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PingRequest {
    /// Name or address.
    pub host: String,
    /// How many packets.
    pub number_of_repetitions: u32,
    /// How long to wait for each, in milliseconds.
    pub timeout_ms: u32,
    /// Octets in each packet.
    pub data_block_size: u16,
    /// Differentiated services code point, 0 to 63.
    pub dscp: u8,
}

/// What a ping brought; times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PingResult {
    /// `Success` or an error word.
    pub status: String,
    /// The gateway's own words.
    pub additional_info: String,
    /// Packets that came back.
    pub success_count: u32,
    /// Packets that did not.
    pub failure_count: u32,
    /// Mean time.
    pub average_response_time_ms: u32,
    /// Shortest time.
    pub minimum_response_time_ms: u32,
    /// Longest time.
    pub maximum_response_time_ms: u32,
}

/// Which name to look up. A number of 0 lets the gateway choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NsLookupRequest {
    /// The name.
    pub host_name: String,
    /// The server to ask; empty for the gateway's own.
    pub dns_server: String,
    /// How often.
    pub number_of_repetitions: u32,
    /// How long to wait for each answer, in milliseconds.
    pub timeout_ms: u32,
}

/// One answer of a name server.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct NsLookupAnswer {
    /// `Success` or an error word.
    pub status: String,
    /// `None`, `Authoritative` or `NonAuthoritative`.
    pub answer_type: String,
    /// The full name.
    pub host_name_returned: String,
    /// Addresses.
    pub ip_addresses: Vec<String>,
    /// The server that answered.
    pub dns_server_ip: String,
    /// Time in milliseconds.
    pub response_time_ms: Option<u32>,
}

/// What a name lookup brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NsLookupResult {
    /// `Success` or an error word.
    pub status: String,
    /// The gateway's own words.
    pub additional_info: String,
    /// Repetitions that succeeded.
    pub success_count: u32,
    /// One entry per repetition.
    pub answers: Vec<NsLookupAnswer>,
}

/// Which route to trace. A number of 0 lets the gateway choose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracerouteRequest {
    /// Name or address.
    pub host: String,
    /// How long to wait for each hop, in milliseconds.
    pub timeout_ms: u32,
    /// Octets in each packet.
    pub data_block_size: u16,
    /// Most hops.
    pub max_hop_count: u32,
    /// Differentiated services code point, 0 to 63.
    pub dscp: u8,
}

/// What a traced route looks like.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TracerouteResult {
    /// `Success` or an error word.
    pub status: String,
    /// The gateway's own words.
    pub additional_info: String,
    /// Mean time to the last hop, in milliseconds.
    pub response_time_ms: u32,
    /// Addresses in order; empty for a hop that kept silent.
    pub hop_hosts: Vec<String>,
}

/// What to measure. No source shows the documents, so they are plain text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BandwidthTestRequest {
    /// BandwidthTestSpec, a document.
    pub spec: String,
    /// `Server` or `Client`.
    pub endpoint: String,
    /// TestSchedule.
    pub schedule: String,
    /// TestSessID.
    pub session_id: String,
}

/// What a measurement brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BandwidthTestResult {
    /// State of the test.
    pub state: String,
    /// `Success` or an error word.
    pub status: String,
    /// The gateway's own words.
    pub additional_info: String,
    /// BandwidthTestResult, a document.
    pub result: String,
}

/// Which network interfaces to reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interfaces {
    /// All of them.
    AllInterfaces,
    /// The one this request comes in on, which cuts the connection.
    RequestInterface,
    /// The ones towards the provider.
    NorthboundInterfaces,
}

impl Interfaces {
    /// The text of the argument.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllInterfaces => "AllInterfaces",
            Self::RequestInterface => "RequestInterface",
            Self::NorthboundInterfaces => "NorthboundInterfaces",
        }
    }
}

/// What a reset of interfaces brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InterfaceResetResult {
    /// `Success` or `Error`.
    pub status: String,
    /// The gateway's own words.
    pub additional_info: String,
    /// Interfaces that were reset.
    pub number_of_successes: u32,
    /// Interfaces that were not.
    pub number_of_failures: u32,
}

/// What a self test brought.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SelfTestResult {
    /// Whether it passed.
    pub passed: bool,
    /// The gateway's own words.
    pub additional_info: String,
}

/// How far a test is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
pub enum TestState {
    /// Not begun.
    Requested,
    /// Running.
    InProgress,
    /// Stopped; there is no result.
    Canceled,
    /// Done; the result can be fetched.
    Completed,
    /// Any other text.
    Other(String),
}

impl TestState {
    /// Reads the argument.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "Requested" => Self::Requested,
            "InProgress" => Self::InProgress,
            "Canceled" | "Cancelled" => Self::Canceled,
            "Completed" => Self::Completed,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Kind and state of a test.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TestInfo {
    /// `Ping`, `NSLookup`, `Traceroute`, `BandwidthTest`, `InterfaceReset`,
    /// `SelfTest` or the maker's.
    pub test_type: String,
    /// How far it is.
    pub state: TestState,
}

/// What is known of one log.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LogInfo {
    /// Whether SetLogInfo works.
    pub configurable: bool,
    /// Whether it is written.
    pub enabled: bool,
    /// Records of this level and more severe ones are kept.
    pub log_level: String,
    /// Where it can be read, as sent.
    pub log_url: String,
    /// Greatest size in octets.
    pub max_size: Option<u32>,
    /// When it last changed, as sent.
    pub last_change: String,
}
