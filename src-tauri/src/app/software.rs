//! Software of a gateway beside its firmware.

use management::software::{SoftwareChange, SoftwareChangeView, SoftwareListView};

use super::{told, Answer, App};
use crate::event::AppEvent;

impl App {
    /// What is installed.
    ///
    /// # Errors
    ///
    /// As [`management::Management::software`].
    pub async fn software(&self, udn: &str) -> Answer<SoftwareListView> {
        self.management()?.software(udn).await.map_err(told)
    }

    /// Changes software and follows it to its end; how far it is goes to the window.
    ///
    /// # Errors
    ///
    /// As [`management::Management::change_software`].
    pub async fn change_software(
        &self,
        udn: &str,
        change: &SoftwareChange,
    ) -> Answer<SoftwareChangeView> {
        let changed = self
            .management()?
            .change_software(udn, change, None, |news| {
                (self.push)(AppEvent::SoftwareProgress {
                    udn: udn.to_owned(),
                    news,
                });
            })
            .await;
        self.push_gateway(udn);
        changed.map_err(told)
    }
}
