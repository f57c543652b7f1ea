//! Tests by BasicManagement:2: an action starts one and answers with its number, events and
//! GetTestInfo say how far it is, another action fetches the result (digest, section 4.5).

use tokio::time::Instant;
use upnp::services::basic_management::{
    BandwidthTestRequest, BasicManagement, Interfaces, NsLookupRequest, PingRequest, TestId,
    TestState, TracerouteRequest,
};
use upnp::ServiceRef;

use super::kind::patience;
use super::problem::TestProblem;
use super::run::{Asked, Cause, Run};
use super::view::{
    Hop, InterfacesToReset, NameAnswer, OfferedTest, RememberedTest, RunState, TestKind, TestNews,
    TestResult, TestWay,
};
use crate::application::Management;
use crate::calls::Reach;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;

/// The gateway does not know the number.
const NO_SUCH_TEST: u16 = 706;
/// The result is not there in this state.
const NOT_YET: u16 = 708;
/// A test that is over cannot be stopped.
const OVER: u16 = 709;
/// The action does not exist.
const NO_SUCH_ACTION: u16 = 401;

/// What a finished test brought: status, further words, result.
pub(super) type Brought = (String, String, TestResult);

/// The service, if the device has one.
pub(super) fn service_of(reach: &Reach) -> Option<ServiceRef> {
    reach
        .services
        .iter()
        .find(|service| service.service_type.name() == "BasicManagement")
        .cloned()
}

fn basic<'a>(reach: &'a Reach, service: &ServiceRef) -> BasicManagement<'a, Link> {
    BasicManagement::new(&reach.link, service.clone())
}

fn failed(reach: &Reach, source: upnp::Error) -> Error {
    Error::Gateway {
        gateway: reach.name.clone(),
        step: Step::Test,
        source,
    }
}

/// Kinds whose actions the service description lists.
pub(super) async fn offered(
    management: &Management,
    reach: &Reach,
) -> Result<Vec<TestKind>, Error> {
    let Some(service) = service_of(reach) else {
        return Ok(Vec::new());
    };
    let scpd = reach.scpd(management, &service).await?;
    Ok(TestKind::ALL
        .into_iter()
        .filter(|kind| {
            kind.action()
                .is_some_and(|action| scpd.action_named(action).is_some())
        })
        .collect())
}

/// What the gateway says it can measure, where it offers to; it may keep that to itself.
pub(super) async fn bandwidth_info(reach: &Reach, offered: &[OfferedTest]) -> Option<String> {
    if !offered.iter().any(|test| test.kind == TestKind::Bandwidth) {
        return None;
    }
    let service = service_of(reach)?;
    let text = basic(reach, &service)
        .get_bandwidth_test_info()
        .await
        .ok()?;
    let text: String = text.trim().chars().take(limits::TEST_OCTETS).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Tests the gateway remembers; one it would not describe is listed all the same.
pub(super) async fn remembered(reach: &Reach) -> Vec<RememberedTest> {
    let Some(service) = service_of(reach) else {
        return Vec::new();
    };
    let basic = basic(reach, &service);
    let mut ids = match basic.get_test_ids().await {
        Ok(ids) => ids,
        // BasicManagement:1 lists those that run alone.
        Err(_) => basic.get_active_test_ids().await.unwrap_or_default(),
    };
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(limits::TESTS_REMEMBERED);
    let mut tests = Vec::with_capacity(ids.len());
    for test_id in ids {
        let info = basic.get_test_info(test_id).await.ok();
        tests.push(RememberedTest {
            test_id,
            test_type: info
                .as_ref()
                .map(|info| info.test_type.clone())
                .unwrap_or_default(),
            state: info.as_ref().map(|info| run_state(&info.state)),
        });
    }
    tests
}

fn run_state(state: &TestState) -> RunState {
    match state {
        TestState::Requested => RunState::Requested,
        TestState::Canceled => RunState::Canceled,
        TestState::Completed => RunState::Completed,
        TestState::InProgress | TestState::Other(_) => RunState::InProgress,
    }
}

/// Runs a test to its end.
pub(super) async fn run(
    management: &Management,
    reach: Reach,
    asked: &Asked<'_>,
    on_news: &mut (impl FnMut(TestNews) + Send),
) -> Result<Run, Error> {
    let service = service_of(&reach).ok_or_else(|| no_service(&reach, asked.kind))?;
    let events = management
        .subscription(&reach.link, &reach.device, &service)
        .await
        .ok();
    // A reset of the way we come by cuts its own answer off: the new number tells it apart.
    let known = match asked.kind {
        TestKind::InterfaceReset => basic(&reach, &service)
            .get_test_ids()
            .await
            .unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut run = Run::begin(asked, TestWay::BasicManagement, events);
    let mut test = match start(&basic(&reach, &service), asked).await {
        Ok(id) => Some(id),
        Err(upnp::Error::OutcomeUnknown { .. }) if asked.kind == TestKind::InterfaceReset => None,
        Err(source) => return Err(failed(&reach, source)),
    };
    run.test_id = test;
    on_news(TestNews::Started {
        way: TestWay::BasicManagement,
        test_id: test,
        patience_s: seconds(patience(asked.kind, asked.request)),
    });
    let mut reach = reach;
    let mut stopping = false;
    let mut early = 0;
    let mut cause = Cause::Poll;
    loop {
        let looked = match test {
            Some(id) => look(&reach, &service, asked.kind, id).await,
            None => Ok(Look::Unnamed),
        };
        match looked {
            Ok(Look::Unnamed) => {
                let ids = basic(&reach, &service).get_test_ids().await;
                let newest = ids
                    .ok()
                    .and_then(|ids| ids.into_iter().filter(|id| !known.contains(id)).max());
                test = newest;
                run.test_id = newest;
                if newest.is_some() {
                    continue;
                }
            }
            Ok(Look::State(state)) => {
                run.answered();
                run.went_on(state, cause, on_news);
                if state == RunState::Canceled {
                    return Ok(run.canceled(cause));
                }
            }
            Ok(Look::Result(brought)) => {
                run.went_on(RunState::Completed, cause, on_news);
                return Ok(run.completed(brought, cause));
            }
            Ok(Look::TooEarly) => {
                // It said Completed and keeps the result back: for a moment, or for good.
                run.answered();
                early += 1;
                if early >= limits::TEST_RESULT_TRIES {
                    let test_id = test.unwrap_or_default();
                    return Err(TestProblem::NoResult { test_id }.at(&reach.name));
                }
            }
            Err(upnp::Error::Refused { fault, .. }) if fault.code == NO_SUCH_TEST => {
                let test_id = test.unwrap_or_default();
                return Err(TestProblem::Forgotten { test_id }.at(&reach.name));
            }
            Err(source) if is_silence(&source) => {
                run.silent(&source, on_news);
                if run.silent_too_long() {
                    return Err(failed(&reach, source));
                }
                if let Ok(again) = reopened(management, asked.udn, &mut cause, &run).await {
                    reach = again;
                }
            }
            Err(source) => return Err(failed(&reach, source)),
        }
        if Instant::now() >= run.deadline {
            let stopped = match test {
                Some(id) => stop(&reach, &service, id).await.is_ok(),
                None => false,
            };
            return Err(TestProblem::NeverEnds {
                after_s: run.seconds(),
                stopped,
            }
            .at(&reach.name));
        }
        cause = run.wait(asked.stop, stopping).await;
        if cause == Cause::Stop {
            stopping = true;
            if let Some(id) = test {
                stop(&reach, &service, id)
                    .await
                    .map_err(|source| failed(&reach, source))?;
            }
        }
    }
}

/// One look at a test.
enum Look {
    /// Its number is not known yet.
    Unnamed,
    State(RunState),
    Result(Brought),
    /// Said to be over, and its result is refused.
    TooEarly,
}

async fn look(
    reach: &Reach,
    service: &ServiceRef,
    kind: TestKind,
    id: TestId,
) -> Result<Look, upnp::Error> {
    let basic = basic(reach, service);
    let state = match basic.get_test_info(id).await {
        Ok(info) => run_state(&info.state),
        // Without GetTestInfo the result is asked for until it is there.
        Err(upnp::Error::Refused { fault, .. }) if fault.code == NO_SUCH_ACTION => {
            return match result(&basic, kind, id).await {
                Err(upnp::Error::Refused { fault, .. }) if fault.code == NOT_YET => {
                    Ok(Look::State(RunState::InProgress))
                }
                other => other.map(Look::Result),
            };
        }
        Err(error) => return Err(error),
    };
    if state != RunState::Completed {
        return Ok(Look::State(state));
    }
    match result(&basic, kind, id).await {
        Err(upnp::Error::Refused { fault, .. }) if fault.code == NOT_YET => Ok(Look::TooEarly),
        other => other.map(Look::Result),
    }
}

/// Stops a test; one that is over already is no failure.
pub(super) async fn stop(
    reach: &Reach,
    service: &ServiceRef,
    id: TestId,
) -> Result<(), upnp::Error> {
    match basic(reach, service).cancel_test(id).await {
        Err(upnp::Error::Refused { fault, .. }) if fault.code == OVER => Ok(()),
        other => other,
    }
}

/// The result of a test of any kind, whoever started it, as the gateway answers for it now.
pub(super) async fn fetch(reach: &Reach, id: TestId) -> Result<(TestKind, Brought), Error> {
    let service = service_of(reach).ok_or_else(|| no_service(reach, TestKind::Ping))?;
    let basic = basic(reach, &service);
    let info = basic
        .get_test_info(id)
        .await
        .map_err(|source| failed(reach, source))?;
    let Some(kind) = TestKind::of_action(&info.test_type) else {
        return Err(Error::NotManageable {
            gateway: reach.name.clone(),
            reason: format!(
                "nobody here knows results of tests of type “{}”",
                info.test_type
            ),
        });
    };
    let brought = result(&basic, kind, id)
        .await
        .map_err(|source| failed(reach, source))?;
    Ok((kind, brought))
}

fn no_service(reach: &Reach, kind: TestKind) -> Error {
    TestProblem::NotOffered {
        kind,
        way: Some(TestWay::BasicManagement),
        offered: Vec::new(),
    }
    .at(&reach.name)
}

/// What means that nobody answers at the moment.
pub(super) fn is_silence(error: &upnp::Error) -> bool {
    matches!(
        error,
        upnp::Error::Unreachable { .. }
            | upnp::Error::TimedOut { .. }
            | upnp::Error::Tls { .. }
            | upnp::Error::SessionEnded { .. }
    )
}

/// The gateway opened anew, wherever it is now.
async fn reopened(
    management: &Management,
    udn: &str,
    cause: &mut Cause,
    run: &Run,
) -> Result<Reach, Error> {
    *cause = Cause::Poll;
    management.close_gateway(udn).await;
    run.pause().await;
    management.reach(udn).await
}

fn seconds(time: std::time::Duration) -> u32 {
    u32::try_from(time.as_secs()).unwrap_or(u32::MAX)
}

async fn start(
    basic: &BasicManagement<'_, Link>,
    asked: &Asked<'_>,
) -> Result<TestId, upnp::Error> {
    let request = asked.request;
    let host = || asked.target.clone().unwrap_or_default();
    let repetitions = request.repetitions.unwrap_or(0);
    let timeout_ms = request.timeout_ms.unwrap_or(0);
    let block_size = request.block_size.unwrap_or(0);
    let dscp = request.dscp.unwrap_or(0);
    match asked.kind {
        TestKind::Ping => {
            let request = PingRequest {
                host: host(),
                number_of_repetitions: repetitions,
                timeout_ms,
                data_block_size: block_size,
                dscp,
            };
            basic.ping(&request).await
        }
        TestKind::Nslookup => {
            let request = NsLookupRequest {
                host_name: host(),
                dns_server: request.dns_server.clone().unwrap_or_default(),
                number_of_repetitions: repetitions,
                timeout_ms,
            };
            basic.ns_lookup(&request).await
        }
        TestKind::Traceroute => {
            let request = TracerouteRequest {
                host: host(),
                timeout_ms,
                data_block_size: block_size,
                max_hop_count: request.max_hops.unwrap_or(0),
                dscp,
            };
            basic.traceroute(&request).await
        }
        TestKind::Bandwidth => {
            let request = BandwidthTestRequest {
                spec: request.spec.clone().unwrap_or_default(),
                endpoint: "Client".to_owned(),
                ..BandwidthTestRequest::default()
            };
            basic.bandwidth_test(&request).await
        }
        TestKind::InterfaceReset => {
            let interfaces = match request.interfaces.unwrap_or(InterfacesToReset::Provider) {
                InterfacesToReset::All => Interfaces::AllInterfaces,
                InterfacesToReset::Ours => Interfaces::RequestInterface,
                InterfacesToReset::Provider => Interfaces::NorthboundInterfaces,
            };
            basic.interface_reset(interfaces).await
        }
        _ => basic.self_test().await,
    }
}

async fn result(
    basic: &BasicManagement<'_, Link>,
    kind: TestKind,
    id: TestId,
) -> Result<Brought, upnp::Error> {
    Ok(match kind {
        TestKind::Ping => {
            let answer = basic.get_ping_result(id).await?;
            let time = |ms: u32| (answer.success_count > 0).then_some(f64::from(ms));
            let result = TestResult::Packets {
                received: answer.success_count,
                lost: answer.failure_count,
                minimum_ms: time(answer.minimum_response_time_ms),
                average_ms: time(answer.average_response_time_ms),
                maximum_ms: time(answer.maximum_response_time_ms),
                address: None,
            };
            (answer.status, answer.additional_info, result)
        }
        TestKind::Nslookup => {
            let answer = basic.get_ns_lookup_result(id).await?;
            let answers = answer.answers.into_iter().map(|one| NameAnswer {
                status: one.status,
                answer_type: one.answer_type,
                name: one.host_name_returned,
                addresses: one
                    .ip_addresses
                    .into_iter()
                    .filter(|address| !address.is_empty())
                    .collect(),
                server: one.dns_server_ip,
                response_ms: one.response_time_ms.map(f64::from),
            });
            let result = TestResult::Names {
                successes: answer.success_count,
                answers: answers.take(limits::TEST_ROWS).collect(),
            };
            (answer.status, answer.additional_info, result)
        }
        TestKind::Traceroute => {
            let answer = basic.get_traceroute_result(id).await?;
            let result = TestResult::Route {
                response_ms: (answer.response_time_ms > 0 || answer.status == "Success")
                    .then_some(f64::from(answer.response_time_ms)),
                hops: (1..)
                    .zip(answer.hop_hosts)
                    .take(limits::TEST_ROWS)
                    .map(|(number, address)| Hop {
                        number,
                        address: Some(address).filter(|address| !address.is_empty()),
                        name: None,
                        times_ms: Vec::new(),
                    })
                    .collect(),
            };
            (answer.status, answer.additional_info, result)
        }
        TestKind::Bandwidth => {
            let answer = basic.get_bandwidth_test_result(id).await?;
            let result = TestResult::Document {
                text: answer.result,
            };
            (answer.status, answer.additional_info, result)
        }
        TestKind::InterfaceReset => {
            let answer = basic.get_interface_reset_result(id).await?;
            let result = TestResult::Interfaces {
                successes: answer.number_of_successes,
                failures: answer.number_of_failures,
            };
            (answer.status, answer.additional_info, result)
        }
        _ => {
            let answer = basic.get_self_test_result(id).await?;
            let status = if answer.passed { "Success" } else { "Error" };
            (
                status.to_owned(),
                answer.additional_info,
                TestResult::Selftest,
            )
        }
    })
}
