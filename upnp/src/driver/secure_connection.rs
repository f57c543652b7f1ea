//! The one protected connection to a gateway.
//!
//! Trust is decided inside the handshake, on the leaf certificate alone: a
//! gateway with another certificate receives not one byte of a request. Host
//! names, dates and issuers decide nothing (DeviceProtection:1, clause 1.1.2;
//! gateways' clocks are often wrong), proof of possession always does.
//!
//! Requests go one after the other over the same TLS session, because logins
//! and introductions belong to it (DeviceProtection:1, clause 2.7).

use std::sync::Arc;
use std::time::Duration;

use dp_credentials::identity::{Fingerprint, IdentityUuid};
use dp_credentials::trust::Weakness;
use url::Url;

use super::action::{repeat_of, Caller, Target};
use super::address::HostAddress;
use super::connection::{Call, Connection, Repeat};
use super::http_client::{port_of, shown, target_of, Fetched};
use super::http_exchange::{Bounds, HttpRequest};
use super::tls::TlsSettings;
use crate::data_model::parameter_values::Hearer;
use crate::error::{Error, Step};
use crate::services::{ActionCall, ServiceRef};
use crate::soap::ResponseArguments;
use crate::xml::Forgiven;

/// The protected connection to one gateway: implements [`ActionCall`]. Cheap
/// to clone; clones share the TLS session and wait for each other.
#[derive(Debug, Clone)]
pub struct SecureConnection {
    caller: Arc<Caller>,
    location: Arc<Url>,
    port: u16,
    own: IdentityUuid,
    time: Duration,
}

impl SecureConnection {
    /// Opens the connection and checks the certificate.
    pub(crate) async fn open(
        host: HostAddress,
        location: &Url,
        tls: TlsSettings,
        user_agent: &str,
        time: Duration,
    ) -> Result<Self, Error> {
        if location.scheme() != "https" || !host.is_host_of(location) || location.port() == Some(0)
        {
            return Err(Error::ForeignAddress {
                what: String::from("the secure location"),
                found: shown(location),
                expected: format!("https at {host}"),
            });
        }
        let trace = tls.trace().cloned();
        let own = tls.identity().uuid();
        let this = SecureConnection {
            caller: Arc::new(Caller {
                connection: Connection::secure(host, tls),
                user_agent: user_agent.to_owned(),
                trace,
            }),
            location: Arc::new(location.clone()),
            port: location.port_or_known_default().unwrap_or(443),
            own,
            time,
        };
        this.ensure_open().await?;
        Ok(this)
    }

    /// Where the gateway is.
    #[must_use]
    pub fn host(&self) -> HostAddress {
        self.caller.connection.host()
    }

    /// Host and port, for messages.
    #[must_use]
    pub fn address(&self) -> String {
        self.host().with_port(self.port)
    }

    /// Where the protected description is.
    #[must_use]
    pub fn secure_location(&self) -> &Url {
        &self.location
    }

    /// The leaf certificate of the gateway, DER.
    #[must_use]
    pub fn leaf_der(&self) -> &[u8] {
        self.tls()
            .and_then(|tls| tls.seen.get())
            .map_or(&[], Vec::as_slice)
    }

    /// SHA-256 of the leaf certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_leaf_der(self.leaf_der())
    }

    /// The device identity that follows from the leaf certificate.
    #[must_use]
    pub fn identity(&self) -> IdentityUuid {
        IdentityUuid::from_leaf_der(self.leaf_der())
    }

    /// Version of TLS of the newest session, as the library spells it: `TLSv1.3`.
    #[must_use]
    pub fn tls_version(&self) -> &'static str {
        self.tls().map_or("", TlsSettings::version)
    }

    /// What was allowed of TLS that protects little; nothing for most gateways.
    #[must_use]
    pub fn allowed(&self) -> &[Weakness] {
        self.tls().map_or(&[], |tls| tls.allowed.as_slice())
    }

    /// This installation's identity, as the gateway sees it.
    #[must_use]
    pub fn own_identity(&self) -> IdentityUuid {
        self.own
    }

    /// Number of the TLS session: counts up with each handshake. A login is
    /// lost when it has changed (DeviceProtection:1, clause 2.7).
    #[must_use]
    pub fn session(&self) -> u64 {
        self.caller.connection.session()
    }

    /// The same connection with another time for each answer.
    #[must_use]
    pub fn with_answer_time(&self, time: Duration) -> Self {
        SecureConnection {
            time,
            ..self.clone()
        }
    }

    /// Opens the connection again if it was closed; the certificate must be the
    /// one seen before.
    ///
    /// # Errors
    /// As [`super::ControlPoint::connect`].
    pub async fn ensure_open(&self) -> Result<(), Error> {
        self.caller.connection.open(self.port, self.time).await
    }

    /// Closes the connection; the next call opens another.
    pub async fn close(&self) {
        self.caller.connection.close().await;
    }

    /// Fetches a document of the gateway over this connection.
    ///
    /// # Errors
    /// [`Error::ForeignAddress`] for a URL that does not lead here, else as any
    /// request.
    pub async fn get(&self, url: &Url, step: Step) -> Result<Fetched, Error> {
        let bounds = Bounds {
            time: self.time,
            bytes: crate::limits::DESCRIPTION_BYTES,
            part: false,
        };
        self.fetch(url, step, bounds)
            .await
            .map(|(fetched, _)| fetched)
    }

    /// Fetches a document of the gateway, or the beginning of one that is larger than `bytes`;
    /// then the second value is true.
    ///
    /// # Errors
    /// As [`SecureConnection::get`].
    pub async fn get_beginning(&self, url: &Url, bytes: usize) -> Result<(Fetched, bool), Error> {
        let bounds = Bounds {
            time: self.time,
            bytes,
            part: true,
        };
        self.fetch(url, Step::Document, bounds).await
    }

    async fn fetch(&self, url: &Url, step: Step, bounds: Bounds) -> Result<(Fetched, bool), Error> {
        self.check_url(url, "the document")?;
        let address = self.address();
        let path = target_of(url);
        let fields = [
            ("USER-AGENT", self.caller.user_agent.as_str()),
            ("ACCEPT-LANGUAGE", "en"),
        ];
        let call = Call {
            port: self.port,
            request: HttpRequest {
                method: "GET",
                target: &path,
                host: &address,
                fields: &fields,
                body: &[],
            },
            bounds,
            repeat: Repeat::Allowed,
            step,
            action: "",
        };
        let trace = self.caller.trace.as_ref();
        if let Some(trace) = trace {
            trace.fetch(url);
        }
        let answer = match self.caller.connection.perform(&call).await {
            Ok(answer) => answer,
            Err(error) => {
                if let Some(trace) = trace {
                    trace.failure(&shown(url), &error);
                }
                return Err(error);
            }
        };
        let charset = answer.charset();
        let body = answer.body.into_vec();
        if let Some(trace) = trace {
            trace.document(url, answer.status, &body, &answer.forgiven);
        }
        match answer.status {
            200..=299 => Ok((
                Fetched {
                    url: url.clone(),
                    charset,
                    body,
                    forgiven: answer.forgiven,
                },
                answer.cut,
            )),
            404 | 410 => Err(Error::NotOffered { what: shown(url) }),
            status => Err(Error::HttpStatus {
                address,
                step,
                status,
            }),
        }
    }

    /// An action that belongs to one TLS session: on no other, and never twice.
    pub(crate) async fn call_in_session(
        &self,
        session: u64,
        service: &ServiceRef,
        action: &str,
        arguments: &[(String, String)],
    ) -> Result<ResponseArguments, Error> {
        let repeat = Repeat::OnlyInSession(session);
        self.send(service, action, arguments, repeat, None).await
    }

    async fn send(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: &[(String, String)],
        repeat: Repeat,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        self.check_url(&service.control_url, "the control URL")?;
        let target = Target {
            port: self.port,
            path: &target_of(&service.control_url),
            repeat,
            time: self.time,
        };
        self.caller
            .call(service, action, arguments, target, hearer)
            .await
    }

    /// A protected action never goes to an `http:` URL, nor to another port
    /// than the one whose certificate was checked.
    fn check_url(&self, url: &Url, what: &str) -> Result<(), Error> {
        let here = url.scheme() == "https"
            && self.host().is_host_of(url)
            && port_of(url) == self.port
            && url.username().is_empty();
        if here {
            return Ok(());
        }
        Err(Error::ForeignAddress {
            what: what.to_owned(),
            found: shown(url),
            expected: format!("https://{}", self.address()),
        })
    }

    fn tls(&self) -> Option<&TlsSettings> {
        self.caller.connection.tls()
    }
}

impl ActionCall for SecureConnection {
    async fn call_heard(
        &self,
        service: &ServiceRef,
        action: &str,
        arguments: Vec<(String, String)>,
        hearer: Option<Hearer>,
    ) -> Result<ResponseArguments, Error> {
        self.send(service, action, &arguments, repeat_of(action), hearer)
            .await
    }

    fn forgiven(&self, _service: &ServiceRef, action: &str, forgiven: &[Forgiven]) {
        self.caller.forgiven(action, forgiven);
    }
}
