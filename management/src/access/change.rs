//! Adding, granting, revoking, removing, passwords.

use std::str::FromStr;

use dp_credentials::identity::IdentityUuid;
use dp_credentials::login;
use dp_credentials::secrets::Secret;
use upnp::access_control::{Identity, IdentityList, Role, RoleList};

use super::decision::{self, OwnBranch, Taken};
use super::view::AccessChangeView;
use super::{has_roles, Access, List};
use crate::application::{blocking, Management};
use crate::error::{Error, Step};
use crate::view::Code;

impl Management {
    /// Adds a user with a password and roles, in the standard's order: AddIdentityList,
    /// SetUserLoginPassword, AddRolesForIdentity. A user whose password or roles are
    /// refused is taken out again.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a name that is taken, an empty password, an unknown role;
    /// [`Error::Gateway`] with `NotAuthorized` without the role for it;
    /// [`Error::NotVerified`].
    pub async fn add_user(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
        roles: &[String],
    ) -> Result<AccessChangeView, Error> {
        let name = name.trim();
        checked_name(name)?;
        checked_password(&password)?;
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let identity = Identity::User {
            name: name.to_owned(),
        };
        let roles = access.roles(&list, roles)?;
        access.add(&list, &identity).await?;
        let rest = async {
            let salt = access.set_password(name, password).await?;
            access.grant(&identity, &roles).await?;
            Ok(salt)
        };
        let salt = access.or_take_out(&identity, rest.await).await?;
        let seen = access.password_is_seen(name, &salt).await?;
        let done = access
            .read_back(|acl| has_roles(acl, &identity, &roles))
            .await?;
        Ok(AccessChangeView {
            verified: seen,
            ..done
        })
    }

    /// Makes a control point known by the identity of its certificate, without PIN or
    /// button: how a colleague's laptop is let in.
    ///
    /// # Errors
    ///
    /// As [`Management::add_user`].
    pub async fn add_control_point(
        &self,
        udn: &str,
        id: &str,
        name: &str,
        roles: &[String],
    ) -> Result<AccessChangeView, Error> {
        let name = name.trim();
        checked_name(name)?;
        let id = IdentityUuid::from_str(id).map_err(|_| {
            Error::Usage(
                "a control point's identity looks like 01234567-89ab-5cde-8f01-23456789abcd; \
                 `lanside identity show` tells it on that computer"
                    .to_owned(),
            )
        })?;
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        // The gateway replaces the name by that of the certificate; the alias stays.
        let identity = Identity::ControlPoint {
            name: name.to_owned(),
            alias: Some(name.to_owned()),
            id: id.to_string(),
        };
        let roles = access.roles(&list, roles)?;
        access.add(&list, &identity).await?;
        let granted = access.grant(&identity, &roles).await;
        access.or_take_out(&identity, granted).await?;
        access
            .read_back(|acl| has_roles(acl, &identity, &roles))
            .await
    }

    /// Gives an identity a role that lasts.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when nobody or nothing is called so; [`Error::Gateway`];
    /// [`Error::NotVerified`].
    pub async fn grant_role(
        &self,
        udn: &str,
        who: &str,
        role: &str,
    ) -> Result<AccessChangeView, Error> {
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let identity = &access.find(&list, who)?.identity;
        let roles = access.roles(&list, &[role.to_owned()])?;
        access.grant(identity, &roles).await?;
        let done = access
            .read_back(|acl| has_roles(acl, identity, &roles))
            .await;
        access.roles_may_differ().await;
        done
    }

    /// Takes a role from an identity. Taking the own or the last Admin needs the gateway's
    /// name in `confirmation`.
    ///
    /// # Errors
    ///
    /// As [`Management::grant_role`]; [`Error::Usage`] without the confirmation.
    pub async fn revoke_role(
        &self,
        udn: &str,
        who: &str,
        role: &str,
        confirmation: Option<&str>,
    ) -> Result<AccessChangeView, Error> {
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let entry = access.find(&list, who)?;
        let identity = &entry.identity;
        let roles = access.roles(&list, &[role.to_owned()])?;
        if roles.contains(Role::PUBLIC) {
            return Err(access.usage("everybody has the role Public; it cannot be taken away"));
        }
        if !roles.iter().all(|role| entry.roles.contains(role.as_str())) {
            let text = format!("{} does not have the role {role}", decision::key(identity));
            return Err(access.usage(&text));
        }
        let branch = access
            .own
            .branch(&list.acl, identity, Taken::Role(role.trim()));
        access.confirmed(branch, confirmation)?;
        access
            .protection()
            .remove_roles_for_identity(identity, &roles)
            .await
            .map_err(|source| access.refused(source))?;
        let done = access
            .read_back(|acl| {
                decision::entry(acl, identity).is_some_and(|entry| {
                    roles
                        .iter()
                        .all(|role| !entry.roles.contains(role.as_str()))
                })
            })
            .await;
        access.roles_may_differ().await;
        done
    }

    /// Makes the gateway forget an identity. Removing this computer, the own or the last
    /// Admin needs the gateway's name in `confirmation`.
    ///
    /// # Errors
    ///
    /// As [`Management::revoke_role`].
    pub async fn remove_identity(
        &self,
        udn: &str,
        who: &str,
        confirmation: Option<&str>,
    ) -> Result<AccessChangeView, Error> {
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let identity = &access.find(&list, who)?.identity;
        let branch = access.own.branch(&list.acl, identity, Taken::Everything);
        access.confirmed(branch, confirmation)?;
        access
            .protection()
            .remove_identity(identity)
            .await
            .map_err(|source| access.refused(source))?;
        let gone = access
            .read_back(|acl| decision::entry(acl, identity).is_none())
            .await;
        if let (Ok(_), Identity::ControlPoint { id, .. }) = (&gone, identity) {
            self.note_removed(udn, id).await?;
        }
        access.roles_may_differ().await;
        match gone {
            // Only those in the list may read it: being turned away is the proof.
            Err(error)
                if branch == Some(OwnBranch::ThisComputer)
                    && error.code() == Code::NotAuthorized =>
            {
                Ok(AccessChangeView {
                    verified: true,
                    access: None,
                })
            }
            gone => gone,
        }
    }

    /// Gives a control point another name to be shown under. The standard has no action for
    /// it: the wish goes with AddIdentityList, and many gateways keep the name they have.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] with `ActionRefused` when the gateway keeps the old name.
    pub async fn rename_control_point(
        &self,
        udn: &str,
        who: &str,
        alias: &str,
    ) -> Result<AccessChangeView, Error> {
        let alias = alias.trim();
        checked_name(alias)?;
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let Identity::ControlPoint { name, id, .. } = &access.find(&list, who)?.identity else {
            return Err(access
                .usage("a user's name cannot be changed; add another user and remove this one"));
        };
        let wish = Identity::ControlPoint {
            name: name.clone(),
            alias: Some(alias.to_owned()),
            id: id.clone(),
        };
        access
            .protection()
            .add_identity_list(&IdentityList(vec![wish.clone()]))
            .await
            .map_err(|source| access.refused(source))?;
        let renamed = access
            .read_back(|acl| {
                decision::entry(acl, &wish).is_some_and(|entry| {
                    matches!(&entry.identity, Identity::ControlPoint { alias: Some(now), .. } if now == alias)
                })
            })
            .await;
        renamed.map_err(|error| match error {
            Error::NotVerified { .. } => access.session.failed(
                Step::ReadBack,
                upnp::Error::NotOffered {
                    what: "renaming: it kept the old name. Remove the control point and add it \
                           again under the new name"
                        .to_owned(),
                },
            ),
            other => other,
        })
    }

    /// Sets a user's password: one's own, or with Admin anybody's. Whoever is logged in here
    /// as that user stays logged in.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an unknown user or an empty password; [`Error::Gateway`];
    /// [`Error::NotVerified`].
    pub async fn change_password(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Result<AccessChangeView, Error> {
        checked_password(&password)?;
        let access = self.access_of(udn).await?;
        let list = access.read(Step::Access).await?;
        let users = list.acl.identities.iter().map(|entry| &entry.identity);
        // As the gateway spells it: the spelling is part of what it keeps.
        let spelled = users.filter_map(|identity| match identity {
            Identity::User { name: known } => Some(known),
            Identity::ControlPoint { .. } => None,
        });
        let wanted = name.strip_prefix("user:").unwrap_or(name);
        let Some(name) = spelled
            .into_iter()
            .find(|known| decision::same_name(known, wanted))
        else {
            return Err(access.usage(&format!("it has no user “{wanted}”")));
        };
        let salt = access.set_password(name, password.clone()).await?;
        let mut verified = access.password_is_seen(name, &salt).await?;
        if access.own.is_user(name) {
            // The login that is kept here was made with the old password.
            self.log_in(udn, name, password).await?;
            verified = true;
        }
        Ok(AccessChangeView {
            verified,
            access: Some(access.view(&list)),
        })
    }
}

impl Access {
    /// Makes an identity known that is not known yet.
    async fn add(&self, list: &List, identity: &Identity) -> Result<(), Error> {
        if decision::entry(&list.acl, identity).is_some() {
            let key = decision::key(identity);
            return Err(self.usage(&format!(
                "it knows {key} already; grant roles to it instead"
            )));
        }
        self.may("AddRolesForIdentity").await?;
        self.protection()
            .add_identity_list(&IdentityList(vec![identity.clone()]))
            .await
            .map_err(|source| self.refused(source))?;
        Ok(())
    }

    async fn grant(&self, identity: &Identity, roles: &RoleList) -> Result<(), Error> {
        // What is added has Public from the start.
        if roles.iter().all(|role| role.as_str() == Role::PUBLIC) {
            return Ok(());
        }
        self.protection()
            .add_roles_for_identity(identity, roles)
            .await
            .map_err(|source| self.refused(source))
    }

    /// Gives the salt that went with the password.
    async fn set_password(&self, name: &str, password: Secret<String>) -> Result<[u8; 16], Error> {
        let mut salt = [0; 16];
        openssl::rand::rand_bytes(&mut salt)
            .map_err(|error| Error::Internal(format!("no random numbers: {error}")))?;
        let owned = name.to_owned();
        let stored = blocking(move || login::stored(&owned, &password, &salt)).await?;
        self.protection()
            .set_user_login_password(name, stored.expose(), &salt)
            .await
            .map_err(|source| self.refused(source))?;
        Ok(salt)
    }

    /// Whether the gateway shows that it took a password. A challenge carries the salt kept
    /// with the password; a gateway that gives none leaves the question open.
    async fn password_is_seen(&self, name: &str, salt: &[u8]) -> Result<bool, Error> {
        match self.protection().get_user_login_challenge(name).await {
            Ok(challenge) if challenge.salt == salt => Ok(true),
            Ok(_) => Err(self.not_verified()),
            Err(_) => Ok(false),
        }
    }

    /// After a refusal, takes out what was added before it. The refusal is what is told.
    async fn or_take_out<T>(
        &self,
        identity: &Identity,
        outcome: Result<T, Error>,
    ) -> Result<T, Error> {
        if outcome.as_ref().is_err_and(Error::is_refusal) {
            if let Err(error) = self.protection().remove_identity(identity).await {
                tracing::warn!(udn = %self.session.udn, %error, "what was added could not be taken out again");
            }
        }
        outcome
    }

    /// Roles of this session follow the list at once; a face shows them.
    async fn roles_may_differ(&self) {
        if let Err(error) = self.session.refresh_roles().await {
            tracing::debug!(udn = %self.session.udn, %error, "roles after a change are not known");
        }
    }
}

fn checked_name(name: &str) -> Result<(), Error> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::Usage(
            "a name needs at least one character, all on one line".to_owned(),
        ));
    }
    Ok(())
}

fn checked_password(password: &Secret<String>) -> Result<(), Error> {
    if password.expose().is_empty() {
        return Err(Error::Usage("the password is empty".to_owned()));
    }
    Ok(())
}
