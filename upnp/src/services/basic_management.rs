//! BasicManagement:2 (and :1): reboot, device status, tests and logs.

mod types;

pub use types::*;

use super::{ActionCall, Answer, Caller, ServiceRef};
use crate::error::Error;
use crate::soap::value::{parse_list, parse_ui4, print_boolean};
use crate::xml::{Element, Forgiven};

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
