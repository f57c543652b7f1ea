//! Calling actions: the same for both kinds of connection.

use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;

use super::connection::{Call, Connection, Repeat};
use super::early::EarlyReading;
use super::http_client::is_digest;
use super::http_exchange::{Bounds, HttpRequest};
use super::trace::Trace;
use crate::body::Body;
use crate::data_model::parameter_values::Hearer;
use crate::error::{Error, Step};
use crate::services::ServiceRef;
use crate::soap::arrived::read_arrived;
use crate::soap::envelope::AnswerText;
use crate::soap::{soap_action_header, write_request, ResponseArguments};
use crate::xml::Forgiven;

/// A connection that speaks SOAP.
#[derive(Debug)]
pub(crate) struct Caller {
    pub connection: Connection,
    pub user_agent: String,
    pub trace: Option<Trace>,
}

/// Where in the gateway an action goes, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub port: u16,
    /// Path and query of the control URL.
    pub path: &'a str,
    pub repeat: Repeat,
    /// For a short answer.
    pub time: Duration,
}

/// Whether an action may be sent again when a reused connection was closed.
///
/// By name: all actions that only read begin with `Get` in the services of
/// TR-064 and in the vendors' we know; anything else counts as changing.
pub(crate) fn repeat_of(action: &str) -> Repeat {
    if action.starts_with("Get") {
        Repeat::Allowed
    } else {
        Repeat::Never
    }
}

impl Caller {
    /// Writes down what had to be forgiven inside the arguments of an answer.
    pub(crate) fn forgiven(&self, action: &str, forgiven: &[Forgiven]) {
        tracing::debug!(action, ?forgiven, "accepted all the same");
        if let Some(trace) = &self.trace {
            let words: Vec<String> = forgiven.iter().map(ToString::to_string).collect();
            trace.note(&format!(
                "{action}, accepted all the same: {}",
                words.join("; ")
            ));
        }
    }

    /// Sends one action and reads its answer; `hearer` is told what can be
    /// read of it before it is complete.
    pub(crate) async fn call(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: &[(String, String)],
        target: Target<'_>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        let span = tracing::debug_span!("call", udn = %service.device_udn, service = %service.service_type, action);
        self.call_inside(service, action, arguments, target, hearer)
            .instrument(span)
            .await
    }

    async fn call_inside(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: &[(String, String)],
        target: Target<'_>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        let peer = self.connection.host().with_port(target.port);
        if let Some(trace) = &self.trace {
            trace.request(&peer, service, action, arguments);
        }
        let borrowed: Vec<(&str, &str)> = arguments
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let body = write_request(&service.service_type, action, &borrowed);
        let soap_action = soap_action_header(&service.service_type, action);
        // SOAPACTION not last: a gateway ran it into what followed.
        let fields = [
            ("SOAPACTION", soap_action.as_str()),
            ("CONTENT-TYPE", "text/xml; charset=\"utf-8\""),
            ("USER-AGENT", self.user_agent.as_str()),
        ];
        let call = Call {
            port: target.port,
            request: HttpRequest {
                method: "POST",
                target: target.path,
                host: &peer,
                fields: &fields,
                body: &body,
            },
            bounds: Bounds {
                time: target.time,
                bytes: crate::limits::SOAP_ANSWER_BYTES,
                part: false,
            },
            repeat: target.repeat,
            step: Step::Control,
            action,
        };
        let start = Instant::now();
        let mut early = EarlyReading::new(hearer);
        let watch = |body: &mut Body| early.watch(body);
        let mut answer = match self.connection.perform_watched(&call, watch).await {
            Ok(answer) => answer,
            Err(error) => {
                // Nobody is told anything after the outcome.
                early.end().await;
                tracing::debug!(%error, "no answer");
                if let Some(trace) = &self.trace {
                    trace.failure(action, &error);
                }
                return Err(error);
            }
        };
        let took = start.elapsed();
        let login = answer.field("www-authenticate").is_some_and(is_digest);
        let octets = answer.body.len();
        let charset = answer.charset();
        let early = early.end().await;
        let body = std::mem::take(&mut answer.body);
        let outcome = if login && matches!(answer.status, 401 | 403) {
            let text = AnswerText::decode(body.into_vec(), charset.as_deref()).text;
            let address = peer.clone();
            Err((Error::IssueOneLogin { address }, text))
        } else {
            read_arrived(action, answer.status, charset.as_deref(), body, early).map_err(
                |refusal| {
                    let error = Error::from_soap(&peer, action, refusal.error);
                    (error, refusal.text)
                },
            )
        };
        tracing::debug!(status = answer.status, octets, ?took, "answered");
        if let Some(trace) = &self.trace {
            match &outcome {
                Ok(arguments) => trace.answer(&peer, action, took, arguments, &answer.forgiven),
                Err((error, text)) => {
                    let body = text.as_bytes();
                    trace.refusal(&peer, action, took, answer.status, error, body);
                }
            }
        }
        outcome.map_err(|(error, _)| error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reading_actions_may_be_repeated() {
        assert_eq!(repeat_of("GetValues"), Repeat::Allowed);
        for action in [
            "SetValues",
            "Reboot",
            "SendSetupMessage",
            "UserLogin",
            "Ping",
        ] {
            assert_eq!(repeat_of(action), Repeat::Never, "{action}");
        }
    }
}
