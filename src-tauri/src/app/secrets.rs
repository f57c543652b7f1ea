//! Where this computer's secrets are kept, for a person without a keyring.

use dp_credentials::secrets::Secret;
use management::{SecretsState, SecretsView};

use super::{told, Answer, App};
use crate::event::AppEvent;

impl App {
    /// Where secrets are kept, and whether they can be had.
    ///
    /// # Errors
    ///
    /// As [`management::Management::secrets_view`].
    pub async fn secrets_view(&self) -> Answer<SecretsView> {
        let management = self.management()?;
        let view = management.secrets_view().await.map_err(told)?;
        if view.state == SecretsState::Ready {
            // Gateways found while nobody could tell whom we trust are shown as they are now.
            for gateway in management.look_at_trust_again().await.map_err(told)? {
                (self.push)(AppEvent::GatewayFound {
                    gateway: Box::new(gateway),
                });
            }
        }
        Ok(view)
    }

    /// Keeps secrets behind a passphrase from now on, or opens the file that is there.
    ///
    /// # Errors
    ///
    /// As [`management::Management::use_sealed_file`].
    pub async fn use_sealed_file(&self, passphrase: Secret<String>) -> Answer<SecretsView> {
        let management = self.management()?;
        management.use_sealed_file(passphrase).await.map_err(told)?;
        self.secrets_view().await
    }

    /// Keeps secrets in the system keyring from now on.
    ///
    /// # Errors
    ///
    /// As [`management::Management::use_keyring`].
    pub async fn use_keyring(&self) -> Answer<SecretsView> {
        self.management()?.use_keyring().await.map_err(told)?;
        self.secrets_view().await
    }
}
