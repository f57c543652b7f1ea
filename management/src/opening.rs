//! Opening a gateway: the trusted way where there is one, and never around it.

use std::sync::Arc;

use dp_credentials::trust::{Expectation, TrustedGateway};
use tokio::task::JoinSet;
use tokio::time::timeout;
use upnp::driver::{DescribedDevice, SecureConnection};

use crate::application::Management;
use crate::description_cache::may_be_outdated;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::session::{Services, Session};
use crate::store::KeptDescription;
use crate::view::{Code, SessionView};

impl Management {
    /// Opens a gateway and reads what it is; an open session is used again.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] with `IdentityChanged` when the certificate is not the trusted
    /// one, [`Error::ProtectionDropped`], [`Error::NotManageable`], and what kept it from
    /// answering.
    pub async fn open_gateway(&self, udn: &str) -> Result<Arc<Session>, Error> {
        self.notice_new_identity().await;
        if let Some(session) = self.session(udn) {
            // Paired since it was opened, here or by another process: never plain again.
            if session.link.is_protected() || self.trusted(udn).await?.is_none() {
                self.keep_logged_in(&session).await?;
                return Ok(session);
            }
            self.close_gateway(udn).await;
        }
        let session = Arc::new(self.new_session(udn).await?);
        self.sessions()
            .insert(udn.to_ascii_lowercase(), Arc::clone(&session));
        self.revalidate_behind(&session);
        self.remember_behind(&session);
        Ok(session)
    }

    /// The open session of a gateway.
    pub fn session(&self, udn: &str) -> Option<Arc<Session>> {
        self.sessions().get(&udn.to_ascii_lowercase()).cloned()
    }

    /// Opens a gateway, tells roles as well and settles what an earlier attempt left unknown:
    /// what a window shows first.
    ///
    /// # Errors
    ///
    /// As [`Management::open_gateway`].
    pub async fn open_view(&self, udn: &str) -> Result<SessionView, Error> {
        let mut session = self.open_gateway(udn).await?;
        match session.refresh_roles().await {
            Err(error) if self.is_elsewhere(&session, &error) => {
                self.close_gateway(udn).await;
                session = self.open_gateway(udn).await?;
                session.refresh_roles().await?;
            }
            asked => {
                asked?;
            }
        }
        self.settle_unknown(udn, &session).await?;
        Ok(session.view())
    }

    /// Whether an open session failed because its gateway is not where it was: somebody else
    /// answers there, who is compared anew and shows in the list as well, or nobody, while the
    /// gateway was seen in another place since.
    fn is_elsewhere(&self, session: &Session, error: &Error) -> bool {
        let Some(link) = session.link.as_protected() else {
            return false;
        };
        match error.code() {
            Code::IdentityChanged => true,
            Code::Unreachable => {
                let inventory = self.inventory();
                let seen = inventory.get(&session.udn);
                let place = seen.and_then(|entry| entry.secure_location.as_ref());
                place.is_some_and(|place| place.url != *link.connection.secure_location())
            }
            _ => false,
        }
    }

    /// A login belongs to one TLS session: on a new one it is repeated
    /// (DeviceProtection:1, section 3.4).
    async fn keep_logged_in(&self, session: &Session) -> Result<(), Error> {
        if let Some(link) = session.link.as_protected() {
            link.log_in_on_new_session().await;
            if link.take_refused() {
                self.forget_login(&session.udn).await?;
            }
        }
        Ok(())
    }

    /// Closes the connection to a gateway; whoever is logged in on it is logged out. Its
    /// draft stays.
    pub async fn close_gateway(&self, udn: &str) {
        let session = self.sessions().remove(&udn.to_ascii_lowercase());
        if let Some(session) = session {
            self.remember_tree(&session).await;
            say_goodbye(&session).await;
        }
    }

    /// Closes every connection in good order, all at the same time: however many gateways are
    /// silent, they are waited for once.
    pub async fn close(&self) {
        let sessions: Vec<_> = self
            .sessions()
            .drain()
            .map(|(_, session)| session)
            .collect();
        let mut closing = JoinSet::new();
        for session in sessions {
            let all = self.clone();
            closing.spawn(async move {
                // What was kept before stays whole, however far this comes.
                let keeping = timeout(limits::KEEPING_AT_END, all.remember_tree(&session));
                let (kept, ()) = tokio::join!(keeping, say_goodbye(&session));
                if kept.is_err() {
                    tracing::warn!(udn = %session.udn, "no time was left to keep its tree");
                }
            });
        }
        closing.join_all().await;
    }

    /// What is trusted for a gateway.
    pub(crate) async fn trusted(&self, udn: &str) -> Result<Option<TrustedGateway>, Error> {
        if let Some(trusted) = self.trust().await?.get(udn).cloned() {
            return Ok(Some(trusted));
        }
        // "Not trusted" opens the unprotected way, so it has to be true now.
        self.reload_trust().await?;
        Ok(self.trust().await?.get(udn).cloned())
    }

    async fn new_session(&self, udn: &str) -> Result<Session, Error> {
        match self.trusted(udn).await? {
            Some(trusted) => {
                let connection = self.connect_trusted(udn, &trusted).await?;
                self.session_over(udn, connection).await
            }
            None => self.plain_session(udn).await,
        }
    }

    /// A session over a protected connection that stands: with the kept description while
    /// that may be right, else with the one the gateway has now.
    pub(crate) async fn session_over(
        &self,
        udn: &str,
        connection: SecureConnection,
    ) -> Result<Session, Error> {
        let mut doubtful = None;
        if let Some(kept) = self.kept_description(udn, &connection).await {
            match self.session_described_by(udn, &connection, &kept).await {
                Ok(session) if session.models.is_empty() => doubtful = Some((session, kept)),
                Ok(mut session) => {
                    session.kept = Some(kept);
                    return Ok(session);
                }
                Err(error) if may_be_outdated(&error) => {
                    tracing::debug!(udn, %error, "did not open with the kept description");
                }
                Err(error) => return Err(error),
            }
        }
        let asked = self.ask_description(udn, &connection).await?;
        let session = match doubtful {
            // A gateway that lists no data models looks like one whose control URL has
            // moved; this one has not.
            Some((session, kept)) if kept.document == asked.document => session,
            _ => self.session_described_by(udn, &connection, &asked).await?,
        };
        self.keep_description(asked).await;
        Ok(session)
    }

    async fn session_described_by(
        &self,
        udn: &str,
        connection: &SecureConnection,
        description: &KeptDescription,
    ) -> Result<Session, Error> {
        let device = self.described(udn, connection, description).await?;
        if !device.udn().as_str().eq_ignore_ascii_case(udn) {
            return Err(Error::NotManageable {
                gateway: self.name(udn),
                reason: format!(
                    "behind its address answers another device, {}",
                    device.udn()
                ),
            });
        }
        let link = Link::protected(connection.clone());
        let mut session = self.make_session(udn, &device, link).await?;
        session.trusted = self.trust_view(udn).await?;
        self.log_in_again(&session).await?;
        Ok(session)
    }

    async fn plain_session(&self, udn: &str) -> Result<Session, Error> {
        let device = self.described_device(udn).await?;
        let caller = self.inner.control_point.plain_caller(device.host());
        self.make_session(udn, &device, Link::Plain(caller)).await
    }

    /// A device as described in this run; described now if it was not yet.
    pub(crate) async fn described_device(&self, udn: &str) -> Result<DescribedDevice, Error> {
        let described = self
            .inventory()
            .get(udn)
            .and_then(|entry| entry.device.clone());
        match described {
            Some(device) => Ok(device),
            None => self.describe_known(udn).await,
        }
    }

    /// A known gateway whose description was not read in this run: where it was, else
    /// wherever it is now.
    pub(crate) async fn describe_known(&self, udn: &str) -> Result<DescribedDevice, Error> {
        let location = self.inventory().get(udn).and_then(|entry| entry.location());
        if let Some(location) = location {
            match self.inner.control_point.describe(location).await {
                Ok(device) if device.udn().as_str().eq_ignore_ascii_case(udn) => {
                    self.note(device.clone()).await?;
                    return Ok(device);
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "not where it was"),
            }
        }
        self.find_again(udn).await
    }

    async fn make_session(
        &self,
        udn: &str,
        device: &DescribedDevice,
        link: Link,
    ) -> Result<Session, Error> {
        let gateway = self.name(udn);
        let configuration =
            device
                .service("ConfigurationManagement")
                .map_err(|_| Error::NotManageable {
                    gateway: gateway.clone(),
                    reason: "it offers no ConfigurationManagement service".to_owned(),
                })?;
        let (all, _) = device.services();
        let services = Services {
            configuration,
            basic: device.service("BasicManagement").ok(),
            protection: device.service("DeviceProtection").ok(),
            device: device.clone(),
            all,
        };
        if let Some(link) = link.as_protected() {
            link.described(services.protection.as_ref());
        }
        let model = device.description.root.model_name.clone();
        Session::open(udn.to_owned(), gateway, model, link, services).await
    }

    /// Connects to the protected side of a trusted gateway; where it moved to, if it moved.
    pub(crate) async fn connect_trusted(
        &self,
        udn: &str,
        trusted: &TrustedGateway,
    ) -> Result<SecureConnection, Error> {
        let control_point = self.secured().await?;
        let expectation = Expectation::Trusted(trusted.fingerprint);
        let known = self
            .inventory()
            .get(udn)
            .and_then(|entry| entry.secure_location.clone());
        let mut last = None;
        if let Some(location) = known {
            match control_point
                .connect_allowing(location, expectation, &trusted.weak_tls)
                .await
            {
                Ok(connection) => return self.recognised(trusted, connection).await,
                Err(
                    error @ (upnp::Error::IdentityChanged { .. } | upnp::Error::WeakTls { .. }),
                ) => return Err(self.changed(trusted, error).await),
                Err(error) => last = Some(error),
            }
        }
        let device = match self.find_again(udn).await {
            Ok(device) => device,
            Err(not_found) => {
                return Err(last.map_or(not_found, |source| self.failed(udn, Step::Open, source)));
            }
        };
        // A gateway that was paired had a protected side. When that is gone and the gateway
        // announces none, somebody wants us to talk in the open (DeviceProtection:1, section 2).
        let Some(location) = device.secure_location else {
            self.note_changed(udn, "It was protected when you paired and no longer is.");
            let changed = self.changed_view(trusted, None).await;
            return Err(Error::ProtectionDropped {
                gateway: self.name(udn),
                changed: Some(Box::new(changed)),
            });
        };
        match control_point
            .connect_allowing(location, expectation, &trusted.weak_tls)
            .await
        {
            Ok(connection) => self.recognised(trusted, connection).await,
            Err(error @ (upnp::Error::IdentityChanged { .. } | upnp::Error::WeakTls { .. })) => {
                Err(self.changed(trusted, error).await)
            }
            Err(error) => Err(self.failed(udn, Step::Open, error)),
        }
    }

    /// The trusted certificate was shown: what looked changed was somebody else. A gateway
    /// that speaks a newer TLS than what was allowed for it is held to that from now on.
    async fn recognised(
        &self,
        trusted: &TrustedGateway,
        connection: SecureConnection,
    ) -> Result<SecureConnection, Error> {
        let udn = &trusted.udn;
        let version = connection.tls_version();
        if trusted.clone().narrow(version) {
            let owned = udn.clone();
            self.change_trust(move |trust| {
                if let Some(mut gateway) = trust.get(&owned).cloned() {
                    gateway.narrow(version);
                    trust.insert(gateway);
                }
            })
            .await?;
            tracing::info!(%udn, version, "no longer takes an older TLS from this gateway");
        }
        self.unchanged(udn);
        Ok(connection)
    }

    /// Another certificate than the trusted one, or less protection: noted, and told with
    /// both certificates side by side.
    async fn changed(&self, trusted: &TrustedGateway, error: upnp::Error) -> Error {
        let udn = &trusted.udn;
        let gateway = self.name(udn);
        if let upnp::Error::WeakTls { offers, .. } = error {
            self.note_changed(udn, "It protects its connection less than when you paired.");
            return Error::ProtectionWeakened { gateway, offers };
        }
        self.note_changed(
            udn,
            "It shows another certificate than the one you trusted.",
        );
        let changed = match &error {
            upnp::Error::IdentityChanged { found, .. } => {
                let changed = self.changed_view(trusted, Some(*found)).await;
                Some(Box::new(changed))
            }
            _ => None,
        };
        Error::IdentityChanged {
            gateway,
            step: Step::Open,
            changed,
            source: error,
        }
    }
}

/// Logs out and closes; the gateway is free for the next one. A silent one is not waited
/// for long: a question that is under way has the connection, and may have it for minutes.
async fn say_goodbye(session: &Session) {
    let Some(link) = session.link.as_protected() else {
        return;
    };
    let goodbye = async {
        if link.user().is_some() {
            if let Err(error) = link.log_out().await {
                tracing::debug!(udn = %session.udn, %error, "not logged out");
            }
        }
        link.connection.close().await;
    };
    if timeout(limits::GOODBYE, goodbye).await.is_err() {
        tracing::debug!(udn = %session.udn, "no answer to the goodbye");
    }
}
