//! Who else a gateway knows, and how that is changed.

use dp_credentials::secrets::Secret;
use management::access::{AccessChangeView, AccessView};
use management::Error;

use super::{told, Answer, App};

impl App {
    /// Users and control points a gateway knows.
    ///
    /// # Errors
    ///
    /// As [`management::Management::access`].
    pub async fn access(&self, udn: &str) -> Answer<AccessView> {
        self.management()?.access(udn).await.map_err(told)
    }

    /// Adds a user with a password and roles.
    ///
    /// # Errors
    ///
    /// As [`management::Management::add_user`].
    pub async fn add_user(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
        roles: &[String],
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.add_user(udn, name, password, roles).await;
        self.changed(udn, done)
    }

    /// Lets a control point in by the identity of its certificate.
    ///
    /// # Errors
    ///
    /// As [`management::Management::add_control_point`].
    pub async fn add_control_point(
        &self,
        udn: &str,
        id: &str,
        name: &str,
        roles: &[String],
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.add_control_point(udn, id, name, roles).await;
        self.changed(udn, done)
    }

    /// Shows a control point under another name.
    ///
    /// # Errors
    ///
    /// As [`management::Management::rename_control_point`].
    pub async fn rename_control_point(
        &self,
        udn: &str,
        who: &str,
        name: &str,
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.rename_control_point(udn, who, name).await;
        self.changed(udn, done)
    }

    /// Gives an identity a role.
    ///
    /// # Errors
    ///
    /// As [`management::Management::grant_role`].
    pub async fn grant_role(&self, udn: &str, who: &str, role: &str) -> Answer<AccessChangeView> {
        let done = self.management()?.grant_role(udn, who, role).await;
        self.changed(udn, done)
    }

    /// Takes a role from an identity.
    ///
    /// # Errors
    ///
    /// As [`management::Management::revoke_role`].
    pub async fn revoke_role(
        &self,
        udn: &str,
        who: &str,
        role: &str,
        confirmation: Option<&str>,
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.revoke_role(udn, who, role, confirmation).await;
        self.changed(udn, done)
    }

    /// Makes a gateway forget an identity.
    ///
    /// # Errors
    ///
    /// As [`management::Management::remove_identity`].
    pub async fn remove_identity(
        &self,
        udn: &str,
        who: &str,
        confirmation: Option<&str>,
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.remove_identity(udn, who, confirmation).await;
        self.changed(udn, done)
    }

    /// Sets the password of a user.
    ///
    /// # Errors
    ///
    /// As [`management::Management::change_password`].
    pub async fn change_password(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Answer<AccessChangeView> {
        let management = self.management()?;
        let done = management.change_password(udn, name, password).await;
        self.changed(udn, done)
    }

    /// The own roles may have changed with the list; the frame shows them.
    fn changed(
        &self,
        udn: &str,
        done: Result<AccessChangeView, Error>,
    ) -> Answer<AccessChangeView> {
        self.push_session(udn);
        done.map_err(told)
    }
}
