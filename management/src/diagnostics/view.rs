//! Tests a gateway runs, as faces ask for them and show them.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::following::FollowedBy;

/// What can be tested from the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    /// Does a host answer, and how fast.
    Ping,
    /// The way to a host, hop by hop.
    Traceroute,
    /// The addresses of a name.
    Nslookup,
    /// A measurement whose documents no standard text shows; for experts.
    Bandwidth,
    /// The gateway looks at itself.
    Selftest,
    /// Interfaces are switched off and on again.
    InterfaceReset,
    /// How fast a file is fetched.
    Download,
    /// How fast a file is sent.
    Upload,
    /// Does a server echo UDP packets.
    Udpecho,
    /// Which of several hosts answers fastest.
    Serverselection,
    /// Other Wi-Fi networks around.
    Neighbours,
    /// The DSL line is measured end to end, which interrupts it.
    Line,
}

/// How a test is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestWay {
    /// By an action of BasicManagement.
    BasicManagement,
    /// By writing DiagnosticsState in the data model.
    DataModel,
}

/// Which interfaces are reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum InterfacesToReset {
    /// All of them.
    All,
    /// The one we are connected through.
    Ours,
    /// Those towards the provider.
    Provider,
}

/// A test as a person asks for it. What is left out is the gateway's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct TestRequest {
    /// Host, name, list of hosts or URL, by kind.
    pub target: Option<String>,
    /// How many packets or lookups.
    pub repetitions: Option<u32>,
    /// For each answer, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// Octets in each packet.
    pub block_size: Option<u16>,
    /// Differentiated services code point, 0 to 63.
    pub dscp: Option<u8>,
    /// Most hops.
    pub max_hops: Option<u32>,
    /// Name server to ask; the gateway's own when left out.
    pub dns_server: Option<String>,
    /// UDP port.
    pub port: Option<u16>,
    /// Path of the interface to go out through, where the data model takes one.
    pub interface: Option<String>,
    /// Octets to send.
    pub octets: Option<u32>,
    /// Which interfaces are reset.
    pub interfaces: Option<InterfacesToReset>,
    /// BandwidthTestSpec, a document.
    pub spec: Option<String>,
    /// One of the two ways; the first that is there when left out.
    pub way: Option<TestWay>,
    /// How long the test may take, in seconds; by kind and numbers when left out.
    pub patience_s: Option<u32>,
}

/// One test the gateway offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OfferedTest {
    /// What is tested.
    pub kind: TestKind,
    /// How it is asked for.
    pub way: TestWay,
}

/// A test the gateway remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RememberedTest {
    /// Its number.
    pub test_id: u32,
    /// `Ping` and so on, as the gateway says; empty when it would not say.
    #[serde(rename = "type")]
    pub test_type: String,
    /// How far it is; `null` when the gateway would not say.
    pub state: Option<RunState>,
}

/// An interface a test may go out through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TestInterface {
    /// Shown path.
    pub path: String,
    /// Its name; empty when the gateway does not say.
    pub name: String,
}

/// What a gateway offers, what it runs and what was tested before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestsView {
    /// Every test with each way to it.
    pub offered: Vec<OfferedTest>,
    /// Tests the gateway remembers, whoever started them.
    pub remembered: Vec<RememberedTest>,
    /// Interfaces a test of the data model may go out through.
    pub interfaces: Vec<TestInterface>,
    /// What the gateway says its bandwidth test can measure, a document of its maker's own form;
    /// `null` when it has no such test or does not say.
    pub bandwidth_info: Option<String>,
    /// Tests run from this computer, latest first.
    pub history: Vec<TestView>,
}

/// How far a test is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Accepted, not begun.
    Requested,
    /// Running.
    InProgress,
    /// Stopped; there is no result.
    Canceled,
    /// Done.
    Completed,
}

/// What is told while a test runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum TestNews {
    /// The gateway accepted it.
    Started {
        /// How it was asked for.
        way: TestWay,
        /// Its number, where tests have numbers.
        test_id: Option<u32>,
        /// The longest it is waited for, in seconds.
        patience_s: u32,
    },
    /// It went on to another state.
    State {
        /// The state.
        state: RunState,
        /// Seconds since it was accepted.
        seconds: f64,
        /// How that was noticed.
        how: FollowedBy,
    },
    /// The gateway does not answer at the moment; it is asked again.
    Silent {
        /// What was met.
        reason: String,
    },
}

/// One test from beginning to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TestView {
    /// UDN of the gateway.
    pub udn: String,
    /// What was tested.
    pub kind: TestKind,
    /// How it was asked for.
    pub way: TestWay,
    /// What was tested against.
    pub target: Option<String>,
    /// The gateway's number for it.
    pub test_id: Option<u32>,
    /// When it was accepted, RFC 3339.
    pub started: String,
    /// Seconds until it was known to be over.
    pub seconds: f64,
    /// `completed` or `canceled`.
    pub state: RunState,
    /// How its end was noticed.
    pub noticed_by: FollowedBy,
    /// Whether it went well: an answer, a name with addresses, nothing lost on the way.
    pub passed: bool,
    /// The gateway's word: `Success`, `Complete` or an error word.
    pub status: String,
    /// The gateway's further words.
    pub info: Option<String>,
    /// What was found; `null` for a test that was stopped.
    pub result: Option<TestResult>,
}

/// What a test found. Times are milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TestResult {
    /// Of ping and UDP echo.
    Packets {
        /// Packets that came back.
        received: u32,
        /// Packets that did not.
        lost: u32,
        /// Shortest time; `null` when nothing came back.
        minimum_ms: Option<f64>,
        /// Mean time.
        average_ms: Option<f64>,
        /// Longest time.
        maximum_ms: Option<f64>,
        /// Address that was used, where the gateway says.
        address: Option<String>,
    },
    /// Of a trace.
    Route {
        /// Hops in order.
        hops: Vec<Hop>,
        /// Mean time to the last hop.
        response_ms: Option<f64>,
    },
    /// Of a name lookup, one entry a repetition.
    Names {
        /// Repetitions that succeeded.
        successes: u32,
        /// Answers.
        answers: Vec<NameAnswer>,
    },
    /// Of a download or upload.
    Transfer {
        /// Octets of the file.
        octets: f64,
        /// Seconds between its first and last octet.
        seconds: Option<f64>,
        /// Speed in bits a second.
        bits_per_second: Option<f64>,
        /// Time to open the TCP connection.
        connect_ms: Option<f64>,
        /// Time between request and first octet.
        first_octet_ms: Option<f64>,
        /// Address that was used.
        address: Option<String>,
    },
    /// Of a choice among hosts.
    Fastest {
        /// The host that answers fastest.
        host: String,
        /// Its shortest time.
        minimum_ms: Option<f64>,
        /// Its mean time.
        average_ms: Option<f64>,
        /// Its longest time.
        maximum_ms: Option<f64>,
    },
    /// Of a look around.
    Networks {
        /// Networks, strongest first.
        networks: Vec<NeighbourNetwork>,
    },
    /// Of an interface reset.
    Interfaces {
        /// Interfaces that came back.
        successes: u32,
        /// Interfaces that did not.
        failures: u32,
    },
    /// Of a self test; whether it passed stands beside.
    Selftest,
    /// A document nobody but the gateway's maker knows the form of.
    Document {
        /// The text.
        text: String,
    },
    /// Parameters of the data model, as they are.
    Values {
        /// Name and value.
        values: Vec<FoundValue>,
    },
}

/// One hop of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Hop {
    /// From 1.
    pub number: u32,
    /// Its address; `null` for a hop that kept silent.
    pub address: Option<String>,
    /// Its name, where the gateway says.
    pub name: Option<String>,
    /// One time a try, where the gateway says.
    pub times_ms: Vec<f64>,
}

/// One answer of a name server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NameAnswer {
    /// `Success` or an error word.
    pub status: String,
    /// `Authoritative`, `NonAuthoritative` or `None`.
    pub answer_type: String,
    /// The full name.
    pub name: String,
    /// Addresses.
    pub addresses: Vec<String>,
    /// The server that answered.
    pub server: String,
    /// Time it took.
    pub response_ms: Option<f64>,
}

/// A Wi-Fi network of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NeighbourNetwork {
    /// Its name; empty when it hides.
    pub ssid: String,
    /// Hardware address of the access point.
    pub bssid: String,
    /// `2.4GHz` and so on.
    pub band: String,
    /// Channel number.
    pub channel: Option<u32>,
    /// dBm.
    pub signal_dbm: Option<i32>,
    /// dBm.
    pub noise_dbm: Option<i32>,
    /// `20MHz` and so on.
    pub width: String,
    /// Security mode.
    pub security: String,
    /// `n,ac,ax`.
    pub standards: String,
}

/// A parameter with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FoundValue {
    /// Name of the parameter.
    pub name: String,
    /// Value as sent.
    pub value: String,
}
