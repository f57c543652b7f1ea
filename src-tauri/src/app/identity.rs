//! This installation's identity: shown, taken along, replaced.

use std::path::{Path, PathBuf};

use dp_credentials::identity::KeyKind;
use dp_credentials::secrets::Secret;
use management::{
    AffectedGateway, ExportedIdentity, ImportedIdentity, OwnIdentity, ReplacedIdentity,
};

use super::files::free_file;
use super::{told, Answer, App};

impl App {
    /// Who gateways know this installation as.
    ///
    /// # Errors
    ///
    /// As [`management::Management::own_identity`].
    pub async fn own_identity(&self) -> Answer<OwnIdentity> {
        self.management()?.own_identity().await.map_err(told)
    }

    /// Where the identity may be written to: a name that is free, where people keep files.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn identity_file(&self) -> Answer<PathBuf> {
        self.management()?;
        Ok(free_file("lanside-identity", "sealed"))
    }

    /// Gateways a change of identity concerns.
    ///
    /// # Errors
    ///
    /// As [`management::Management::gateways_that_know_us`].
    pub async fn gateways_that_know_us(&self) -> Answer<Vec<AffectedGateway>> {
        let management = self.management()?;
        management.gateways_that_know_us().await.map_err(told)
    }

    /// Writes identity and trusted gateways to a new file.
    ///
    /// # Errors
    ///
    /// As [`management::Management::export_identity`].
    pub async fn export_identity(
        &self,
        path: &Path,
        passphrase: Secret<String>,
    ) -> Answer<ExportedIdentity> {
        let management = self.management()?;
        management
            .export_identity(path, passphrase)
            .await
            .map_err(told)
    }

    /// Takes over the identity of a file. Gateways opened as somebody else are closed.
    ///
    /// # Errors
    ///
    /// As [`management::Management::import_identity`].
    pub async fn import_identity(
        &self,
        path: &Path,
        passphrase: Secret<String>,
        replace: bool,
    ) -> Answer<ImportedIdentity> {
        let management = self.management()?;
        let imported = management.import_identity(path, passphrase, replace).await;
        imported.map_err(told)
    }

    /// Makes a new identity in place of the old one.
    ///
    /// # Errors
    ///
    /// As [`management::Management::replace_identity`].
    pub async fn replace_identity(&self, kind: KeyKind) -> Answer<ReplacedIdentity> {
        self.management()?
            .replace_identity(kind)
            .await
            .map_err(told)
    }
}
