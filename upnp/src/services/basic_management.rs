//! BasicManagement:2 (and :1): reboot, device status, tests and logs.

use super::{ActionCall, Answer, Caller, ServiceRef};
use crate::error::Error;
use crate::soap::value::{parse_list, parse_ui4, print_boolean};
use crate::xml::{Element, Forgiven};

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

/// The service as methods, one per action.
#[derive(Debug)]
pub struct BasicManagement<'a, C> {
    caller: Caller<'a, C>,
}

impl<'a, C: ActionCall> BasicManagement<'a, C> {
    /// The service at its address.
    pub fn new(call: &'a C, service: ServiceRef) -> Self {
        Self {
            caller: Caller::new(call, service),
        }
    }

    /// The service that is called.
    pub fn service(&self) -> &ServiceRef {
        self.caller.service()
    }

    /// Restarts the gateway. A connection that is cut after the request was
    /// sent most likely means that it does.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn reboot(&self) -> Result<RebootStatus, Error> {
        let answer = self.caller.call("Reboot", []).await?;
        Ok(RebootStatus::parse(&answer.text_or_empty("RebootStatus")))
    }

    /// Takes the gateway back to how it was delivered.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn baseline_reset(&self) -> Result<(), Error> {
        self.caller.call("BaselineReset", []).await?;
        Ok(())
    }

    /// How the gateway is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_device_status(&self) -> Result<DeviceStatus, Error> {
        let answer = self.caller.call("GetDeviceStatus", []).await?;
        Ok(DeviceStatus::parse(&answer.text("DeviceStatus")?))
    }

    /// Announces (or ends) a series of actions between which the gateway
    /// should not restart. Returns the mode before.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_sequence_mode(&self, on: bool) -> Result<bool, Error> {
        let arguments = [("NewSequenceMode", print_boolean(on).to_owned())];
        let answer = self.caller.call("SetSequenceMode", arguments).await?;
        answer.boolean("OldSequenceMode")
    }

    /// Whether a series of actions is announced.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_sequence_mode(&self) -> Result<bool, Error> {
        let answer = self.caller.call("GetSequenceMode", []).await?;
        answer.boolean("SequenceMode")
    }

    /// Starts a ping from the gateway.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn ping(&self, request: &PingRequest) -> Result<TestId, Error> {
        let arguments = [
            ("Host", request.host.clone()),
            (
                "NumberOfRepetitions",
                request.number_of_repetitions.to_string(),
            ),
            ("Timeout", request.timeout_ms.to_string()),
            ("DataBlockSize", request.data_block_size.to_string()),
            ("DSCP", request.dscp.to_string()),
        ];
        test_id(&self.caller.call("Ping", arguments).await?)
    }

    /// What the ping brought.
    ///
    /// # Errors
    /// See [`Error`]; fault 708 while it runs.
    pub async fn get_ping_result(&self, test: TestId) -> Result<PingResult, Error> {
        let answer = self.caller.call("GetPingResult", of(test)).await?;
        Ok(PingResult {
            status: answer.text("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
            success_count: answer.number("SuccessCount")?,
            failure_count: answer.number("FailureCount")?,
            average_response_time_ms: answer.number("AverageResponseTime")?,
            minimum_response_time_ms: answer.number("MinimumResponseTime")?,
            maximum_response_time_ms: answer.number("MaximumResponseTime")?,
        })
    }

    /// Starts a name lookup from the gateway.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn ns_lookup(&self, request: &NsLookupRequest) -> Result<TestId, Error> {
        let arguments = [
            ("HostName", request.host_name.clone()),
            ("DNSServer", request.dns_server.clone()),
            (
                "NumberOfRepetitions",
                request.number_of_repetitions.to_string(),
            ),
            ("Timeout", request.timeout_ms.to_string()),
        ];
        test_id(&self.caller.call("NSLookup", arguments).await?)
    }

    /// What the name lookup brought.
    ///
    /// # Errors
    /// See [`Error`]; fault 708 while it runs.
    pub async fn get_ns_lookup_result(&self, test: TestId) -> Result<NsLookupResult, Error> {
        let answer = self.caller.call("GetNSLookupResult", of(test)).await?;
        Ok(NsLookupResult {
            status: answer.text("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
            success_count: answer.number("SuccessCount")?,
            answers: answer.document("Result", "NSLookupResult", read_ns_lookup)?,
        })
    }

    /// Starts a trace of a route from the gateway.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn traceroute(&self, request: &TracerouteRequest) -> Result<TestId, Error> {
        let arguments = [
            ("Host", request.host.clone()),
            ("Timeout", request.timeout_ms.to_string()),
            ("DataBlockSize", request.data_block_size.to_string()),
            ("MaxHopCount", request.max_hop_count.to_string()),
            ("DSCP", request.dscp.to_string()),
        ];
        test_id(&self.caller.call("Traceroute", arguments).await?)
    }

    /// What the trace brought.
    ///
    /// # Errors
    /// See [`Error`]; fault 708 while it runs.
    pub async fn get_traceroute_result(&self, test: TestId) -> Result<TracerouteResult, Error> {
        let answer = self.caller.call("GetTracerouteResult", of(test)).await?;
        Ok(TracerouteResult {
            status: answer.text("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
            response_time_ms: answer.number("ResponseTime")?,
            hop_hosts: parse_list(&answer.text("HopHosts")?),
        })
    }

    /// What the gateway can measure, a document.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_bandwidth_test_info(&self) -> Result<String, Error> {
        let answer = self.caller.call("GetBandwidthTestInfo", []).await?;
        answer.verbatim("BandwidthTestInfo")
    }

    /// Starts a measurement.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn bandwidth_test(&self, request: &BandwidthTestRequest) -> Result<TestId, Error> {
        let arguments = [
            ("BandwidthTestSpec", request.spec.clone()),
            ("TestEndpoint", request.endpoint.clone()),
            ("TestSchedule", request.schedule.clone()),
            ("TestSessID", request.session_id.clone()),
        ];
        test_id(&self.caller.call("BandwidthTest", arguments).await?)
    }

    /// What the measurement brought.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_bandwidth_test_result(
        &self,
        test: TestId,
    ) -> Result<BandwidthTestResult, Error> {
        let answer = self.caller.call("GetBandwidthTestResult", of(test)).await?;
        Ok(BandwidthTestResult {
            state: answer.text("State")?,
            status: answer.text("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
            result: answer.verbatim("Result")?,
        })
    }

    /// Resets network interfaces.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn interface_reset(&self, interfaces: Interfaces) -> Result<TestId, Error> {
        let arguments = [("Interfaces", interfaces.as_str().to_owned())];
        test_id(&self.caller.call("InterfaceReset", arguments).await?)
    }

    /// What the reset brought.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_interface_reset_result(
        &self,
        test: TestId,
    ) -> Result<InterfaceResetResult, Error> {
        let answer = self
            .caller
            .call("GetInterfaceResetResult", of(test))
            .await?;
        Ok(InterfaceResetResult {
            status: answer.text("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
            number_of_successes: answer.number("NumberOfSuccesses")?,
            number_of_failures: answer.number("NumberOfFailures")?,
        })
    }

    /// Starts the gateway's test of itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn self_test(&self) -> Result<TestId, Error> {
        test_id(&self.caller.call("SelfTest", []).await?)
    }

    /// What the self test brought.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_self_test_result(&self, test: TestId) -> Result<SelfTestResult, Error> {
        let answer = self.caller.call("GetSelfTestResult", of(test)).await?;
        Ok(SelfTestResult {
            passed: answer.boolean("Status")?,
            additional_info: answer.text_or_empty("AdditionalInfo"),
        })
    }

    /// The tests the gateway remembers, in no order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_test_ids(&self) -> Result<Vec<TestId>, Error> {
        let answer = self.caller.call("GetTestIDs", []).await?;
        test_ids(&answer)
    }

    /// The tests that are not over, in no order.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_active_test_ids(&self) -> Result<Vec<TestId>, Error> {
        let answer = self.caller.call("GetActiveTestIDs", []).await?;
        test_ids(&answer)
    }

    /// Kind and state of a test.
    ///
    /// # Errors
    /// See [`Error`]; fault 706 for a test that is forgotten.
    pub async fn get_test_info(&self, test: TestId) -> Result<TestInfo, Error> {
        let answer = self.caller.call("GetTestInfo", of(test)).await?;
        Ok(TestInfo {
            test_type: answer.text("Type")?,
            state: TestState::parse(&answer.text("State")?),
        })
    }

    /// Stops a test.
    ///
    /// # Errors
    /// See [`Error`]; fault 709 for a test that is over.
    pub async fn cancel_test(&self, test: TestId) -> Result<(), Error> {
        self.caller.call("CancelTest", of(test)).await?;
        Ok(())
    }

    /// Names of the logs; a name need not be an address.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_log_uris(&self) -> Result<Vec<String>, Error> {
        let answer = self.caller.call("GetLogURIs", []).await?;
        let mut uris = parse_list(&answer.text("LogURIs")?);
        uris.retain(|uri| !uri.is_empty());
        Ok(uris)
    }

    /// Switches a log and sets its level.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn set_log_info(&self, uri: &str, enabled: bool, level: &str) -> Result<(), Error> {
        let arguments = [
            ("LogURI", uri.to_owned()),
            ("Enabled", print_boolean(enabled).to_owned()),
            ("LogLevel", level.to_owned()),
        ];
        self.caller.call("SetLogInfo", arguments).await?;
        Ok(())
    }

    /// What is known of a log.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_log_info(&self, uri: &str) -> Result<LogInfo, Error> {
        let arguments = [("LogURI", uri.to_owned())];
        let answer = self.caller.call("GetLogInfo", arguments).await?;
        Ok(LogInfo {
            configurable: answer.boolean("Configurable")?,
            enabled: answer.boolean("Enabled")?,
            log_level: answer.text("LogLevel")?,
            log_url: answer.text("LogURL")?,
            max_size: parse_ui4(&answer.text_or_empty("MaxSize")),
            last_change: answer.text_or_empty("LastChange"),
        })
    }

    /// Access rights of the service, a document whose form no source shows.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn get_acl_data(&self) -> Result<String, Error> {
        let answer = self.caller.call("GetACLData", []).await?;
        answer.verbatim("ACL")
    }
}

fn of(test: TestId) -> [(&'static str, String); 1] {
    [("TestID", test.to_string())]
}

fn test_id<C: ActionCall>(answer: &Answer<'_, C>) -> Result<TestId, Error> {
    answer.number("TestID")
}

fn test_ids<C: ActionCall>(answer: &Answer<'_, C>) -> Result<Vec<TestId>, Error> {
    answer.parsed("TestIDs", |text| {
        parse_list(text)
            .iter()
            .filter(|entry| !entry.is_empty())
            .map(|entry| parse_ui4(entry))
            .collect()
    })
}

fn read_ns_lookup(root: &Element, _: &mut Vec<Forgiven>) -> Vec<NsLookupAnswer> {
    root.children_named("Result")
        .map(|result| {
            let text = |name: &str| result.child_text(name).unwrap_or_default();
            NsLookupAnswer {
                status: text("Status"),
                answer_type: text("AnswerType"),
                host_name_returned: text("HostNameReturned"),
                ip_addresses: parse_list(&text("IPAddresses")),
                dns_server_ip: text("DNSServerIP"),
                response_time_ms: parse_ui4(&text("ResponseTime")),
            }
        })
        .collect()
}
