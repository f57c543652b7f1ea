//! Restarting a gateway, and setting it back to how it was delivered.

use management::store::SnapshotHead;
use management::view::{RebootStepView, RebootView, ResetPlanView, ResetView};
use management::{limits, ResetWish};

use super::{told, Answer, App};
use crate::event::AppEvent;

impl App {
    /// Restarts a gateway and follows it until it is back.
    ///
    /// # Errors
    ///
    /// As [`management::Management::reboot`].
    pub async fn reboot(&self, udn: &str) -> Answer<RebootView> {
        let view = self
            .management()?
            .reboot(udn, Some(limits::REBOOT_WAIT), self.phases(udn))
            .await
            .map_err(told)?;
        self.push_gateway(udn);
        Ok(view)
    }

    /// Seconds that gateways of this one's model usually take to restart, as learned.
    ///
    /// # Errors
    ///
    /// As [`management::Management::usual_restart`].
    pub async fn usual_restart(&self, udn: &str) -> Answer<Option<f64>> {
        let usual = self.management()?.usual_restart(udn).await.map_err(told)?;
        Ok(usual.map(|usual| usual.as_secs_f64()))
    }

    /// What there is to lose, and what has to be typed.
    ///
    /// # Errors
    ///
    /// As [`management::Management::reset_plan`].
    pub async fn reset_plan(&self, udn: &str) -> Answer<ResetPlanView> {
        self.management()?.reset_plan(udn).await.map_err(told)
    }

    /// Sets a gateway back and follows it until something answers. `snapshot` is what was saved
    /// before, to be named again at the end.
    ///
    /// # Errors
    ///
    /// As [`management::Management::reset`].
    pub async fn reset(
        &self,
        udn: &str,
        confirmation: String,
        snapshot: Option<SnapshotHead>,
    ) -> Answer<ResetView> {
        let wish = ResetWish {
            confirmation,
            snapshot,
            wait: Some(limits::REBOOT_WAIT),
        };
        let ended = self.management()?.reset(udn, wish, self.phases(udn)).await;
        self.push_gateway(udn);
        ended.map_err(told)
    }

    /// Tells the window each phase.
    fn phases<'a>(&'a self, udn: &'a str) -> impl FnMut(RebootStepView) + Send + 'a {
        move |step| {
            (self.push)(AppEvent::RebootProgress {
                udn: udn.to_owned(),
                step,
            });
        }
    }
}
