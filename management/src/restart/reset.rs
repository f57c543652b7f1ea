//! Setting a gateway back to how it was delivered (BaselineReset), and what it is afterwards.
//!
//! A reset may keep the certificate or bring a new one, and usually makes the gateway forget
//! who it knew. Another certificate is expected then, and proves nothing: pairing again does.

use std::time::Duration;

use upnp::driver::DescribedDevice;
use upnp::services::basic_management::BasicManagement;

use super::expected::Expected;
use super::follow::{retriable, Back, Before, Follow};
use crate::application::Management;
use crate::error::{Error, Step};
use crate::limits;
use crate::session::Session;
use crate::store::SnapshotHead;
use crate::view::{
    Code, RebootPhase, RebootStepView, ResetEnd, ResetPlanView, ResetView, SuccessorView,
};

/// Whether a person typed the gateway's name, so that a face can ask before it goes on.
///
/// # Errors
///
/// [`Error::Usage`] when it is another one.
pub fn confirm_reset(name: &str, typed: &str) -> Result<(), Error> {
    if typed.trim() == name.trim() {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "a reset erases every setting; if you mean it, confirm with the gateway's name, “{name}” \
         (`--confirm NAME`); nothing was sent"
    )))
}

/// Role everybody holds.
const PUBLIC: &str = "Public";

/// What a person decided about a reset.
#[derive(Debug, Clone)]
pub struct ResetWish {
    /// The gateway's name, as the person typed it.
    pub confirmation: String,
    /// The tree that was saved for it, if any; it is named again at the end.
    pub snapshot: Option<SnapshotHead>,
    /// How long it is followed; nothing only sends.
    pub wait: Option<Duration>,
}

impl Management {
    /// What there is to lose, and what has to be typed. Nothing is sent but questions.
    ///
    /// # Errors
    ///
    /// [`Error::NotManageable`] when the gateway offers no reset; what keeps it from answering.
    pub async fn reset_plan(&self, udn: &str) -> Result<ResetPlanView, Error> {
        let session = self.open_gateway(udn).await?;
        self.reset_service(&session).await?;
        let usual = self.usual_restart(udn).await?;
        Ok(ResetPlanView {
            udn: udn.to_owned(),
            name: self.typed_name(udn),
            paired: session.link.is_protected(),
            draft_count: self.draft_count(udn),
            latest_snapshot: self.snapshots(udn).await?.into_iter().next(),
            usual_restart_seconds: usual.map(|usual| usual.as_secs_f64()),
        })
    }

    /// Sets the gateway back to how it was delivered and follows it. Each phase goes to
    /// `on_step` as it happens. The draft stays.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when its name was not typed (nothing was sent);
    /// [`Error::NotManageable`] when it offers no reset; a refusal; [`Error::NotRestarted`] and
    /// [`Error::NotBack`].
    pub async fn reset(
        &self,
        udn: &str,
        wish: ResetWish,
        on_step: impl FnMut(RebootStepView) + Send,
    ) -> Result<ResetView, Error> {
        let name = self.typed_name(udn);
        confirm_reset(&name, &wish.confirmation)?;
        let session = self.open_gateway(udn).await?;
        let basic = self.reset_service(&session).await?;
        let (before, expected) = match wish.wait {
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
            wish.wait.unwrap_or_default(),
            on_step,
        );
        match basic.baseline_reset().await {
            // The reset can overtake the answer.
            Ok(()) | Err(upnp::Error::OutcomeUnknown { .. }) => {}
            Err(source) => return Err(session.failed(Step::Reboot, source)),
        }
        follow.sent(false);
        self.close_gateway(udn).await;
        let mut view = ResetView {
            back: false,
            end: ResetEnd::NotFollowed,
            seconds: 0.0,
            values_kept: None,
            moved_to: None,
            snapshot: wish.snapshot,
            draft_count: self.draft_count(udn),
            changed: None,
            successor: None,
        };
        if wish.wait.is_none() {
            return Ok(view);
        }
        follow.until_gone().await?;
        if let Back::Successor(device) = follow.until_answers(true).await? {
            return self.succeeded(*device, view, follow.took()).await;
        }
        let answers_since = follow.took();
        loop {
            match self.open_gateway(udn).await {
                Ok(session) if follow.is_still_up(&session).await => {
                    self.close_gateway(udn).await;
                }
                Ok(session) => {
                    if session.link.is_protected() {
                        follow.step(RebootPhase::Secured);
                    }
                    self.look_at_access(&session, &expected, &mut view).await?;
                    break;
                }
                Err(Error::IdentityChanged { changed, .. }) => {
                    follow.step(RebootPhase::NewCertificate);
                    view.end = ResetEnd::OtherCertificate;
                    view.changed = changed;
                    break;
                }
                Err(Error::ProtectionDropped { changed, .. })
                    if follow.took() > answers_since + limits::RESET_PROTECTED_AFTER =>
                {
                    view.end = ResetEnd::Unprotected;
                    view.changed = changed;
                    break;
                }
                // It stands behind the trusted certificate and lets us in no more.
                Err(error) if error.code() == Code::NotAuthorized => {
                    follow.step(RebootPhase::Secured);
                    view.end = ResetEnd::AccessLost;
                    break;
                }
                Err(error) if retriable(&error) => {}
                Err(error) => return Err(error),
            }
            if follow.is_over() {
                return Err(follow.not_back());
            }
            follow.listen().await;
        }
        view.back = true;
        view.seconds = follow.took().as_secs_f64();
        view.moved_to = follow.moved_to();
        Ok(view)
    }

    /// Ends a reset after which one like the gateway answers under another UDN. It is known from
    /// now on like any other that was found, and trusted no more than that.
    async fn succeeded(
        &self,
        device: DescribedDevice,
        mut view: ResetView,
        took: Duration,
    ) -> Result<ResetView, Error> {
        let address = device.host().to_string();
        let found = self.note(device).await?;
        let model = [&found.manufacturer, &found.model_name, &found.model_number];
        view.end = ResetEnd::OtherUdn;
        view.seconds = took.as_secs_f64();
        view.successor = Some(SuccessorView {
            model: model
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" "),
            udn: found.udn,
            friendly_name: found.friendly_name,
            serial_number: found.serial_number,
            address,
        });
        Ok(view)
    }

    /// Whether this computer may still do something there, and whether anything was erased.
    async fn look_at_access(
        &self,
        session: &Session,
        expected: &Expected,
        view: &mut ResetView,
    ) -> Result<(), Error> {
        let protected = session.link.is_protected();
        let roles = match session.refresh_roles().await {
            Ok(roles) => roles,
            Err(error) if error.code() == Code::NotAuthorized => Vec::new(),
            Err(error) => return Err(error),
        };
        if protected && roles.iter().all(|role| role == PUBLIC) {
            view.end = ResetEnd::AccessLost;
            return Ok(());
        }
        view.end = ResetEnd::AccessKept;
        if expected.count() > 0 {
            view.values_kept = Some(expected.differing(session).await?.is_empty());
        }
        Ok(())
    }

    /// The service, if its description has a reset: what is not offered is not tried.
    async fn reset_service<'a>(
        &self,
        session: &'a Session,
    ) -> Result<BasicManagement<'a, crate::link::Link>, Error> {
        let not_offered = |what: &str| Error::NotManageable {
            gateway: session.name.clone(),
            reason: format!("it offers no {what}, so it cannot be reset from here"),
        };
        let basic = session
            .basic()
            .ok_or_else(|| not_offered("BasicManagement service"))?;
        let scpd = self
            .inner
            .control_point
            .service_description(
                &session.services.device,
                basic.service(),
                session.link.connection(),
            )
            .await
            .map_err(|source| session.failed(Step::Open, source))?;
        match scpd.action_named("BaselineReset") {
            Some(_) => Ok(basic),
            None => Err(not_offered("BaselineReset")),
        }
    }

    /// The name a person types to confirm.
    fn typed_name(&self, udn: &str) -> String {
        let inventory = self.inventory();
        let view = inventory.get(udn).map(|entry| &entry.view);
        view.and_then(|view| view.friendly_name.clone().or(view.model_name.clone()))
            // Without a name nothing typed would be a confirmation.
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| udn.to_owned())
    }
}
