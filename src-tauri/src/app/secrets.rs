//! Where this computer's secrets are kept, for a person without a keyring.

use dp_credentials::secrets::Secret;
use management::SecretsView;

use super::{told, Answer, App};

impl App {
    /// Where secrets are kept, and whether they can be had.
    ///
    /// # Errors
    ///
    /// As [`management::Management::secrets_view`].
    pub async fn secrets_view(&self) -> Answer<SecretsView> {
        self.management()?.secrets_view().await.map_err(told)
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
}
