//! Actions over unprotected HTTP.

use std::sync::Arc;
use std::time::Duration;

use super::action::{repeat_of, Caller, Target};
use super::address::HostAddress;
use super::connection::Connection;
use super::http_client::{check_host, port_of, target_of};
use super::trace::Trace;
use crate::data_model::parameter_values::Hearer;
use crate::error::Error;
use crate::services::{ActionCall, ServiceRef};
use crate::soap::ResponseArguments;
use crate::xml::Forgiven;

/// Calls actions of one device over HTTP, one at a time, on one connection
/// that is kept as long as the device keeps it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PlainCaller {
    caller: Arc<Caller>,
    time: Duration,
}

impl PlainCaller {
    pub(crate) fn new(
        host: HostAddress,
        user_agent: &str,
        trace: Option<Trace>,
        time: Duration,
    ) -> Self {
        let caller = Caller {
            connection: Connection::plain(host),
            user_agent: user_agent.to_owned(),
            trace,
        };
        PlainCaller {
            caller: Arc::new(caller),
            time,
        }
    }

    /// The device.
    #[must_use]
    pub fn host(&self) -> HostAddress {
        self.caller.connection.host()
    }

    /// The same connection with another time for each answer.
    #[must_use]
    pub fn with_answer_time(&self, time: Duration) -> Self {
        PlainCaller {
            caller: self.caller.clone(),
            time,
        }
    }
}

impl ActionCall for PlainCaller {
    async fn call_heard(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        check_host(self.host(), &service.control_url, "the control URL")?;
        let target = Target {
            port: port_of(&service.control_url),
            path: &target_of(&service.control_url),
            repeat: repeat_of(action),
            time: self.time,
        };
        self.caller
            .call(service, action, &arguments, target, hearer)
            .await
    }

    fn forgiven(&self, _service: &ServiceRef, action: &str, forgiven: &[Forgiven]) {
        self.caller.forgiven(action, forgiven);
    }
}
