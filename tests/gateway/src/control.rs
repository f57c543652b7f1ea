//! Action requests: read, checked, carried out, answered.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::bms::{Arguments, Effect};
use crate::cms::{self, Answer, ArgumentText};
use crate::device::{Command, Core};
use crate::faults::{Body, Plan};
use crate::limits;
use crate::lock;
use crate::quirks::Quirk;
use crate::reach;
use crate::requests::RequestRecord;
use crate::service::{Action, Direction, Service};
use crate::session::{Caller, Ending};
use crate::soap::{self, ActionRequest, Spelling, UpnpError};
use crate::spoil::envelope;

/// Time between an answer and the restart it announces.
const BEFORE_REBOOT: Duration = Duration::from_millis(150);
/// Namespace of the deprecated query of a state variable.
const CONTROL_NAMESPACE: &str = "urn:schemas-upnp-org:control-1-0";

/// What goes back to the control point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// SOAP document; empty for a refusal before SOAP.
    pub body: String,
    /// How the body is spoilt.
    pub spoilt: Body,
    /// What happens to the connection.
    pub ending: Ending,
}

impl Reply {
    fn cut() -> Self {
        Self {
            status: 500,
            body: String::new(),
            spoilt: Body::Whole,
            ending: Ending::WithoutAnswer,
        }
    }

    fn bare(status: u16) -> Self {
        Self {
            status,
            body: String::new(),
            spoilt: Body::Whole,
            ending: Ending::None,
        }
    }
}

/// Handles one control request.
pub async fn control(
    core: &Core,
    caller: &Caller,
    service: Service,
    header: Option<&str>,
    body: &[u8],
) -> Reply {
    let Some(header) = header else {
        return Reply::bare(412);
    };
    let mut request = match soap::read_request(body) {
        Ok(request) => request,
        Err(error) => {
            tracing::debug!(%error, "request not readable");
            return fault(core, &UpnpError::invalid_args());
        }
    };
    let root_exists = envelope::translate(&mut request, &core.options.quirks);
    let number = lock(&core.requests).add(RequestRecord {
        secure: caller.session().is_some(),
        method: "POST".to_owned(),
        target: service.name().to_owned(),
        action: Some(request.action.clone()),
        outcome: None,
    });
    let plan = lock(&core.faults).plan(&request.action);
    if plan.cut_before {
        return Reply::cut();
    }
    let slow = if core.has(Quirk::SlowAnswers) {
        Duration::from_secs(3)
    } else {
        Duration::ZERO
    };
    // Even a sleep of nothing lasts until the timer's next millisecond.
    if !(plan.delay + slow).is_zero() {
        sleep(plan.delay + slow).await;
    }
    let outcome = match plan.refuse {
        Some(code) => Err(UpnpError::new(code, "Refused")),
        None if !root_exists => Err(UpnpError::new(703, "No Such Name")),
        None => carry_out(core, caller, service, header, &request),
    };
    let code = outcome.as_ref().err().map_or(0, |error| error.code);
    lock(&core.requests).finish(number, code);
    tracing::debug!(
        service = service.name(),
        action = request.action,
        code,
        secure = caller.session().is_some(),
        "action"
    );
    let service_type = soap::split_soap_action(header).map_or("", |(service_type, _)| service_type);
    let reply = finish(
        core,
        caller,
        (service, service_type),
        &request,
        &plan,
        outcome,
    );
    if reply.ending == Ending::Stalled {
        // Until then the control point may hang up, which ends this as well.
        sleep(limits::SETUP_STEP).await;
        return Reply::cut();
    }
    reply
}

fn fault(core: &Core, error: &UpnpError) -> Reply {
    let (status, body) = envelope::fault(soap::write_fault(error), &core.options.quirks);
    Reply {
        status,
        body,
        spoilt: Body::Whole,
        ending: Ending::None,
    }
}

fn finish(
    core: &Core,
    caller: &Caller,
    (service, service_type): (Service, &str),
    request: &ActionRequest,
    plan: &Plan,
    outcome: Result<(Answer, Option<Effect>), UpnpError>,
) -> Reply {
    if plan.vanish {
        core.command(Command::Vanish);
    }
    let mut reply = match outcome {
        Ok((answer, effect)) => {
            if let Some(effect) = effect {
                core.command(Command::Reboot {
                    factory: effect == Effect::BaselineReset,
                });
                if core.has(Quirk::RebootWithoutAnswer) {
                    return Reply::cut();
                }
            }
            let spelling = Spelling {
                inline_documents: core.has(Quirk::InlineXml),
            };
            let quirks = &core.options.quirks;
            let arguments = envelope::arguments(answer, quirks);
            let arguments: Vec<_> = arguments
                .iter()
                .map(|(name, text)| (name.as_str(), text))
                .collect();
            let body = soap::write_response(service_type, &request.action, &arguments, spelling);
            let mut body = envelope::response(body, service, service_type, quirks);
            if core.has(Quirk::UndeclaredPrefix) {
                body = without_prefix_declaration(&body);
            }
            Reply {
                status: 200,
                body,
                spoilt: plan.body,
                ending: Ending::None,
            }
        }
        Err(error) => Reply {
            spoilt: plan.body,
            ..fault(core, &error)
        },
    };
    if let Some(session) = caller.session() {
        reply.ending = session.with_login(|login| login.ending);
    }
    if plan.cut_after {
        reply.ending = Ending::WithoutAnswer;
    }
    reply
}

/// Takes the declaration of the prefix `cms` out of escaped and inline documents alike.
fn without_prefix_declaration(body: &str) -> String {
    let bare = " xmlns:cms=\"urn:schemas-upnp-org:dm:cms\"";
    body.replace(bare, "")
        .replace(&bare.replace('"', "&quot;"), "")
}

fn carry_out(
    core: &Core,
    caller: &Caller,
    service: Service,
    header: &str,
    request: &ActionRequest,
) -> Result<(Answer, Option<Effect>), UpnpError> {
    let (service_type, action_name) =
        soap::split_soap_action(header).ok_or_else(UpnpError::invalid_action)?;
    if service_type == CONTROL_NAMESPACE && request.action == "QueryStateVariable" {
        return query(core, service, request).map(|answer| (answer, None));
    }
    if Service::from_type(service_type) != Some(service) || action_name != request.action {
        return Err(UpnpError::invalid_action());
    }
    let action = service
        .action(&request.action)
        .ok_or_else(UpnpError::invalid_action)?;
    if let Some(session) = caller.session() {
        core.with_protection(|protection, _| protection.notice(session));
    }
    lock(&core.protection).authorize(caller, service, action)?;
    match service {
        Service::ConfigurationManagement => {
            let roles = lock(&core.protection).roles(caller).for_tree();
            let answer =
                core.with_tree(|tree| cms::handle(tree, roles, action.name, &request.arguments))?;
            if reach::can_matter(action.name) {
                core.look_after_visitor();
            }
            Ok((answer, None))
        }
        Service::BasicManagement => {
            check_arguments(action, &request.arguments)?;
            lock(&core.management).handle(
                Instant::now(),
                action.name,
                &Arguments(&request.arguments),
            )
        }
        Service::SoftwareManagement => {
            check_arguments(action, &request.arguments)?;
            let answer = lock(&core.software).handle(
                Instant::now(),
                action.name,
                &Arguments(&request.arguments),
            )?;
            Ok((answer, None))
        }
        Service::DeviceProtection => {
            check_arguments(action, &request.arguments)?;
            let answer = core.with_protection(|protection, context| {
                protection.handle(context, caller, action.name, &request.arguments)
            })?;
            Ok((answer, None))
        }
    }
}

/// Exactly the input arguments of the SCPD, in any order.
fn check_arguments(action: &Action, arguments: &[(String, String)]) -> Result<(), UpnpError> {
    let inputs = || {
        action
            .arguments
            .iter()
            .filter(|(_, direction, _)| *direction == Direction::In)
    };
    let all_there = inputs().all(|(name, _, _)| arguments.iter().any(|(known, _)| known == name));
    if all_there && arguments.len() == inputs().count() {
        Ok(())
    } else {
        Err(UpnpError::invalid_args())
    }
}

/// The deprecated way of reading one state variable, still used by old control points.
fn query(core: &Core, service: Service, request: &ActionRequest) -> Result<Answer, UpnpError> {
    let asked = request
        .arguments
        .first()
        .map(|(_, text)| text.trim())
        .unwrap_or_default();
    let value = match service {
        Service::ConfigurationManagement => core.with_tree(|tree| tree.state_variable(asked)),
        _ => {
            let values = core.state_variables(service);
            values
                .into_iter()
                .find(|(name, _)| *name == asked)
                .map(|(_, value)| value)
        }
    };
    let value = value.ok_or_else(|| UpnpError::new(404, "Invalid Var"))?;
    Ok(vec![("return", ArgumentText::Plain(value))])
}

/// Waits as long as an answer needs to leave before the gateway goes down.
pub async fn before_reboot() {
    sleep(BEFORE_REBOOT).await;
}
