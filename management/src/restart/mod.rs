//! Restarting a gateway, and setting it back to how it was delivered, as timelines that end
//! when it answers again (BMS:2 digest, sections 4.2 and 4.3).

mod expected;
mod follow;
mod reset;

use std::time::Duration;

pub use reset::{confirm_reset, ResetWish};
use upnp::services::basic_management::RebootStatus;

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::session::Session;
use crate::view::{RebootPhase, RebootStepView, RebootView};
use expected::Expected;
pub(crate) use follow::retriable;
use follow::{Before, Follow};

impl Management {
    /// How long gateways of this one's model usually take to restart, as learned; nothing when
    /// none was seen to.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], and what keeps the gateway from being opened.
    pub async fn usual_restart(&self, udn: &str) -> Result<Option<Duration>, Error> {
        let model = self.open_gateway(udn).await?.model_name.clone();
        self.store(move |store| store.typical_reboot(&model)).await
    }

    /// Asks the gateway to restart and, with `wait`, follows it until it is back. Each
    /// phase goes to `on_step` as it happens. The draft stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::NotManageable`] when it offers no reboot; a refusal; [`Error::NotRestarted`]
    /// when it goes on working; [`Error::NotBack`]; [`Error::IdentityChanged`] when another
    /// one came back.
    pub async fn reboot(
        &self,
        udn: &str,
        wait: Option<Duration>,
        on_step: impl FnMut(RebootStepView) + Send,
    ) -> Result<RebootView, Error> {
        let session = self.open_gateway(udn).await?;
        let usual = self.usual_restart(udn).await?;
        let basic = session.basic().ok_or_else(|| no_service(&session))?;
        let (before, expected) = match wait {
            Some(_) => (
                Before::of(self, &session).await,
                Expected::of(self, &session).await?,
            ),
            None => (Before::default(), Expected::default()),
        };
        let mut follow = Follow::new(
            self,
            udn,
            session.name.clone(),
            before,
            wait.unwrap_or_default(),
            on_step,
        );
        let later = match basic.reboot().await {
            Ok(status) => status == RebootStatus::RebootLater,
            // The restart can overtake the answer.
            Err(upnp::Error::OutcomeUnknown { .. }) => false,
            Err(source) => return Err(session.failed(Step::Reboot, source)),
        };
        follow.sent(later);
        self.close_gateway(udn).await;
        let mut view = RebootView {
            back: false,
            seconds: 0.0,
            usual_seconds: usual.map(|usual| usual.as_secs_f64()),
            later,
            moved_to: None,
            draft_count: self.draft_count(udn),
            checked: 0,
            differing: Vec::new(),
        };
        if wait.is_none() {
            return Ok(view);
        }
        follow.until_gone().await?;
        follow.until_answers(false).await?;
        let session = loop {
            match self.open_gateway(udn).await {
                Ok(session) if follow.is_still_up(&session).await => {
                    // It was only slow to answer: the restart is still to come.
                    self.close_gateway(udn).await;
                }
                Ok(session) => break session,
                Err(error) if retriable(&error) && !follow.is_over() => {}
                Err(error) => {
                    if matches!(error, Error::IdentityChanged { .. }) {
                        follow.step(RebootPhase::NewCertificate);
                    }
                    return Err(error);
                }
            }
            if follow.is_over() {
                return Err(follow.not_back());
            }
            follow.listen().await;
        };
        if session.link.is_protected() {
            follow.step(RebootPhase::Secured);
        }
        self.settle_unknown(udn, &session).await?;
        if !follow.shows_values(&session).await {
            return Err(follow.not_back());
        }
        view.checked = expected.count();
        view.differing = expected.differing(&session).await?;
        follow.step(match view.differing.is_empty() {
            true => RebootPhase::Verified,
            false => RebootPhase::Differs,
        });
        let took = follow.took();
        // One that was put off tells nothing about how long a restart takes.
        if !later {
            let model = session.model_name.clone();
            self.store(move |store| store.learn_reboot(&model, took, &clock::now()))
                .await?;
        }
        view.back = true;
        view.seconds = took.as_secs_f64();
        view.moved_to = follow.moved_to();
        view.draft_count = self.draft_count(udn);
        Ok(view)
    }
}

fn no_service(session: &Session) -> Error {
    Error::NotManageable {
        gateway: session.name.clone(),
        reason: "it offers no BasicManagement service, so it cannot be restarted from here"
            .to_owned(),
    }
}
