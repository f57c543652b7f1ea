//! The description of a trusted gateway, kept between runs: a known gateway opens with it,
//! and is asked behind.
//!
//! A kept description never decides about trust. It is looked at after the handshake has
//! shown the trusted certificate, and the services in it lead over that very connection.
//! At worst it is outdated; then the gateway is asked before a person is told anything.

use std::sync::Arc;

use upnp::driver::{DescribedDevice, Fetched, SecureConnection};

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::session::Session;
use crate::store::KeptDescription;

impl Management {
    /// The kept description of a gateway if it may be used without asking. One that cannot
    /// be read is none.
    pub(crate) async fn kept_description(
        &self,
        udn: &str,
        connection: &SecureConnection,
    ) -> Option<KeptDescription> {
        let owned = udn.to_owned();
        let kept = match self.store(move |store| store.description(&owned)).await {
            Ok(kept) => kept?,
            Err(error) => {
                tracing::warn!(%error, "a kept description cannot be read");
                return None;
            }
        };
        let location = connection.secure_location().as_str();
        match unfit(&kept, location, self.announced(udn), &clock::now()) {
            None => Some(kept),
            Some(reason) => {
                tracing::debug!(udn, reason, "the kept description is not used");
                None
            }
        }
    }

    /// Asks the gateway for its description.
    pub(crate) async fn ask_description(
        &self,
        udn: &str,
        connection: &SecureConnection,
    ) -> Result<KeptDescription, Error> {
        let fetched = self.secured().await?.fetch_description(connection).await;
        let fetched = fetched.map_err(|source| self.failed(udn, Step::Open, source))?;
        let mut asked = KeptDescription {
            udn: udn.to_owned(),
            location: fetched.url.to_string(),
            charset: fetched.charset,
            config_id: None,
            read_at: clock::now(),
            document: fetched.body,
        };
        let device = self.described(udn, connection, &asked).await?;
        asked.config_id = device.description.config_id.or(self.announced(udn));
        Ok(asked)
    }

    /// What a kept description says.
    pub(crate) async fn described(
        &self,
        udn: &str,
        connection: &SecureConnection,
        kept: &KeptDescription,
    ) -> Result<DescribedDevice, Error> {
        let fetched = Fetched {
            url: connection.secure_location().clone(),
            body: kept.document.clone(),
            charset: kept.charset.clone(),
            forgiven: Vec::new(),
        };
        let control_point = self.secured().await?;
        control_point
            .described(connection, &fetched)
            .map_err(|source| self.failed(udn, Step::Open, source))
    }

    /// Keeps a description that opened a trusted gateway. Keeping it saves a question, no
    /// more: when it cannot be kept, the next opening asks.
    pub(crate) async fn keep_description(&self, asked: KeptDescription) {
        // It may have been forgotten while it was opened.
        if !matches!(self.trusted(&asked.udn).await, Ok(Some(_))) {
            return;
        }
        let kept = self.store(move |store| store.keep_description(&asked));
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a description cannot be kept");
        }
    }

    /// Has a session that was opened with a kept description asked for it behind. Not at
    /// once: requests share one connection, and the person's next one comes first.
    pub(crate) fn revalidate_behind(&self, session: &Arc<Session>) {
        if session.kept.is_none() {
            return;
        }
        let inner = Arc::downgrade(&self.inner);
        let opened = Arc::downgrade(session);
        session.behind().spawn(async move {
            tokio::time::sleep(limits::REVALIDATE_AFTER).await;
            let (Some(inner), Some(session)) = (inner.upgrade(), opened.upgrade()) else {
                return;
            };
            if let Err(error) = (Management { inner }).revalidate_session(&session).await {
                tracing::debug!(%error, "the kept description could not be compared");
            }
        });
    }

    /// Compares the kept description an open gateway was opened with to the one it has now,
    /// as happens behind some seconds after opening. Returns whether the session holds:
    /// when the gateway offers other services now, or offers them elsewhere, the next use
    /// opens it anew. What is being read meanwhile goes on, and the draft stays.
    ///
    /// # Errors
    ///
    /// What kept the gateway from answering; the session is then left as it is.
    pub async fn revalidate(&self, udn: &str) -> Result<bool, Error> {
        match self.session(udn) {
            Some(session) => self.revalidate_session(&session).await,
            None => Ok(false),
        }
    }

    async fn revalidate_session(&self, session: &Arc<Session>) -> Result<bool, Error> {
        let udn = &session.udn;
        let (Some(kept), Some(connection)) = (&session.kept, session.link.connection()) else {
            return Ok(true);
        };
        // Asking would open the connection of a closed session again.
        if !self.is_open(session) {
            return Ok(false);
        }
        let asked = match self.ask_description(udn, connection).await {
            Ok(asked) => asked,
            Err(error) => {
                if may_be_outdated(&error) {
                    self.drop_description(udn).await;
                }
                return Err(error);
            }
        };
        let holds = asked.document == kept.document || {
            let now = self.described(udn, connection, &asked).await?;
            same_services(&session.services.device, &now)
        };
        // Renewed, not kept: the gateway may have been forgotten while it answered.
        self.store(move |store| store.renew_description(&asked))
            .await?;
        if !holds && self.is_open(session) {
            tracing::info!(%udn, "the gateway offers other services now; it is opened anew");
            self.sessions().remove(&udn.to_ascii_lowercase());
        }
        Ok(holds)
    }

    pub(crate) async fn drop_description(&self, udn: &str) {
        let owned = udn.to_owned();
        let dropped = self.store(move |store| store.drop_description(&owned));
        if let Err(error) = dropped.await {
            tracing::warn!(%error, "a kept description cannot be dropped");
        }
    }

    pub(crate) fn is_open(&self, session: &Arc<Session>) -> bool {
        self.session(&session.udn)
            .is_some_and(|open| Arc::ptr_eq(&open, session))
    }

    fn announced(&self, udn: &str) -> Option<u32> {
        self.inventory().get(udn).and_then(|entry| entry.config_id)
    }
}

/// Why a kept description must not be used without asking; none when it may
/// (UPnP Device Architecture 2.0, CONFIGID: the same number and place, the same description).
fn unfit(
    kept: &KeptDescription,
    location: &str,
    announced: Option<u32>,
    now: &str,
) -> Option<&'static str> {
    // RFC 3339 in one form sorts as text. A moment that is none, or is still to come, is old.
    let read_at = kept.read_at.as_str();
    let until = clock::later(read_at, limits::DESCRIPTION_AGE);
    if kept.location != location {
        Some("it was read at another address")
    } else if announced.is_some() && announced != kept.config_id {
        Some("the gateway has another configuration now")
    } else if !(read_at <= now && now < until.as_str()) {
        Some("it is too old")
    } else {
        None
    }
}

/// Whether an outdated description may be what made an opening fail. Silence and another
/// certificate are no matter of descriptions.
pub(crate) fn may_be_outdated(error: &Error) -> bool {
    match error {
        Error::NotManageable { .. } | Error::NoPairing { .. } => true,
        Error::Gateway { source, .. } => matches!(
            source,
            upnp::Error::Unreadable { .. }
                | upnp::Error::NotOffered { .. }
                | upnp::Error::HttpStatus { .. }
                | upnp::Error::Refused { .. }
                | upnp::Error::ForeignAddress { .. }
        ),
        _ => false,
    }
}

fn same_services(before: &DescribedDevice, now: &DescribedDevice) -> bool {
    let services = |device: &DescribedDevice| -> Vec<_> {
        let all = device.description.services();
        all.map(|(device, service)| (device.udn.clone(), service.clone()))
            .collect()
    };
    services(before) == services(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "https://192.0.2.1:49153/desc.xml";
    const READ_AT: &str = "2026-11-21T12:00:00Z";

    fn kept(config_id: Option<u32>, read_at: &str) -> KeptDescription {
        KeptDescription {
            udn: "uuid:1".to_owned(),
            location: PLACE.to_owned(),
            charset: None,
            config_id,
            read_at: read_at.to_owned(),
            document: Vec::new(),
        }
    }

    #[test]
    fn a_description_serves_a_day_at_its_place_and_number() {
        let serves = |config_id, place: &str, announced, now: &str| {
            unfit(&kept(config_id, READ_AT), place, announced, now).is_none()
        };
        assert!(serves(Some(3), PLACE, Some(3), READ_AT));
        assert!(serves(Some(3), PLACE, Some(3), "2026-11-22T11:59:59Z"));
        // Nothing was announced in this run, or the gateway numbers nothing.
        assert!(serves(Some(3), PLACE, None, READ_AT));
        assert!(serves(None, PLACE, None, READ_AT));

        assert!(!serves(Some(3), PLACE, Some(4), READ_AT));
        assert!(!serves(None, PLACE, Some(4), READ_AT));
        assert!(!serves(Some(3), PLACE, Some(3), "2026-11-22T12:00:00Z"));
        assert!(!serves(Some(3), PLACE, Some(3), "2026-11-21T11:59:59Z"));
        let elsewhere = "https://192.0.2.1:49154/desc.xml";
        assert!(!serves(Some(3), elsewhere, Some(3), READ_AT));
    }

    #[test]
    fn a_time_that_is_none_is_old() {
        for read_at in ["", "0", "yesterday", "2026-13-41T00:00:00Z"] {
            let reason = unfit(&kept(None, read_at), PLACE, None, READ_AT);
            assert_eq!(reason, Some("it is too old"), "{read_at}");
        }
    }

    #[test]
    fn silence_is_no_reason_to_ask_again() {
        let failed = |source| Error::Gateway {
            gateway: "Hall".to_owned(),
            step: Step::Open,
            source,
        };
        let gone = upnp::Error::NotOffered {
            what: PLACE.to_owned(),
        };
        let silent = upnp::Error::TimedOut {
            address: "192.0.2.1".to_owned(),
            step: upnp::error::Step::Control,
            after: limits::REVALIDATE_AFTER,
        };
        assert!(may_be_outdated(&failed(gone)));
        assert!(!may_be_outdated(&failed(silent)));
    }
}
