//! Logging users in and out, and which roles are held.

use dp_credentials::login;
use dp_credentials::secrets::Secret;
use upnp::services::device_protection::DeviceProtection;

use crate::application::{blocking, Management};
use crate::error::{Error, Step};
use crate::link::{KeptLogin, Link, LoginOutcome, ProtectedLink};
use crate::session::Session;
use crate::view::RolesView;

impl Management {
    /// Logs a user in on the open connection, and on every later one until
    /// [`Management::log_out`]. A gateway that was merely taken at first use is not asked: a
    /// stranger could try the answer against passwords (DeviceProtection:1, section 3.4).
    ///
    /// # Errors
    ///
    /// [`Error::NotPaired`], [`Error::NotProven`]; [`Error::Gateway`] with `PinRejected` for
    /// a wrong name or password.
    pub async fn log_in(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Result<RolesView, Error> {
        let session = self.open_gateway(udn).await?;
        let link = proven(&session)?;
        let failed = |source| session.failed(Step::LogIn, source);
        // The salt decides what is derived; the login itself asks for a challenge of its own.
        let challenge = protection(&session)?
            .get_user_login_challenge(name)
            .await
            .map_err(failed)?;
        let (owned, salt) = (name.to_owned(), challenge.salt.clone());
        let stored = blocking(move || login::stored(&owned, &password, &salt)).await?;
        let kept = KeptLogin::new(name, &challenge.salt, &stored);
        match link.log_in(&kept).await.map_err(failed)? {
            LoginOutcome::LoggedIn => {}
            LoginOutcome::Refused(source) => return Err(failed(source)),
            LoginOutcome::PasswordChanged => {
                return Err(failed(upnp::Error::Unreadable {
                    what: "the login challenge".to_owned(),
                    detail: "the salt is another one each time".to_owned(),
                }))
            }
        }
        let bytes = Secret::new(
            serde_json::to_vec(&kept).map_err(|error| Error::Internal(error.to_string()))?,
        );
        let entry = login_entry(udn);
        self.secrets(move |secrets| secrets.write(&entry, &bytes))
            .await?;
        let roles = session.refresh_roles().await?;
        Ok(RolesView {
            roles,
            needed: Vec::new(),
        })
    }

    /// Logs the user out and forgets the login.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from answering; the login is forgotten in any case.
    pub async fn log_out(&self, udn: &str) -> Result<RolesView, Error> {
        self.forget_login(udn).await?;
        let session = self.open_gateway(udn).await?;
        if let Some(link) = session.link.as_protected() {
            if link.user().is_some() {
                link.log_out()
                    .await
                    .map_err(|source| session.failed(Step::LogIn, source))?;
            } else {
                // A login of another program of ours may have outlived its connection.
                protection(&session)?
                    .user_logout()
                    .await
                    .map_err(|source| session.failed(Step::LogIn, source))?;
            }
        }
        let roles = session.refresh_roles().await?;
        Ok(RolesView {
            roles,
            needed: Vec::new(),
        })
    }

    /// Repeats a kept login on a new connection. A login the gateway no longer takes is
    /// forgotten; the session goes on with fewer roles.
    pub(crate) async fn log_in_again(&self, session: &Session) -> Result<(), Error> {
        let entry = login_entry(&session.udn);
        let Some(kept) = self.secrets(move |secrets| secrets.read(&entry)).await? else {
            return Ok(());
        };
        let Ok(kept) = serde_json::from_slice::<KeptLogin>(kept.expose()) else {
            return Ok(());
        };
        let Ok(link) = proven(session) else {
            return Ok(());
        };
        match link.log_in(&kept).await {
            Ok(LoginOutcome::LoggedIn) => Ok(()),
            Ok(LoginOutcome::PasswordChanged | LoginOutcome::Refused(_)) => {
                tracing::info!(udn = %session.udn, "the gateway no longer takes the kept login");
                self.forget_login(&session.udn).await
            }
            // Busy, or not able to just now: the login is tried again with the next session.
            Err(upnp::Error::Refused { fault, .. }) => {
                tracing::info!(udn = %session.udn, %fault, "the kept login was not taken this time");
                Ok(())
            }
            Err(source) => Err(session.failed(Step::LogIn, source)),
        }
    }

    /// Roles held, and those that may call an action (`service/action`, the service by
    /// type, id or short name).
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] when the action is not named well; [`Error::Gateway`].
    pub async fn roles(&self, udn: &str, action: Option<&str>) -> Result<RolesView, Error> {
        let session = self.open_gateway(udn).await?;
        let roles = session.refresh_roles().await?;
        let mut needed = Vec::new();
        if let Some(action) = action {
            let (service, action) = action
                .rsplit_once('/')
                .ok_or_else(|| Error::Usage("write the action as SERVICE/ACTION".to_owned()))?;
            let service = session.service(service)?;
            let of_action = protection(&session)?
                .get_roles_for_action(&service, action)
                .await
                .map_err(|source| session.failed(Step::Roles, source))?;
            needed.extend(
                of_action
                    .roles
                    .iter()
                    .chain(of_action.restricted.iter())
                    .map(ToString::to_string),
            );
        }
        let roles = if roles.is_empty() {
            vec!["Public".to_owned()]
        } else {
            roles
        };
        Ok(RolesView { roles, needed })
    }

    /// Drops the login that is kept for a gateway.
    pub(crate) async fn forget_login(&self, udn: &str) -> Result<(), Error> {
        let entry = login_entry(udn);
        self.secrets(move |secrets| secrets.remove(&entry)).await
    }
}

/// The connection of a gateway that may be told what a password makes.
fn proven(session: &Session) -> Result<&ProtectedLink, Error> {
    let not_paired = || Error::NotPaired {
        gateway: session.name.clone(),
    };
    let link = session.link.as_protected().ok_or_else(not_paired)?;
    let trusted = session.trusted.as_ref().ok_or_else(not_paired)?;
    if trusted.how.lets_log_in() {
        Ok(link)
    } else {
        Err(Error::NotProven {
            gateway: session.name.clone(),
        })
    }
}

fn protection(session: &Session) -> Result<DeviceProtection<'_, Link>, Error> {
    match session.services.protection.clone() {
        Some(service) if session.link.is_protected() => {
            Ok(DeviceProtection::new(&session.link, service))
        }
        Some(_) => Err(Error::NotPaired {
            gateway: session.name.clone(),
        }),
        None => Err(Error::NoPairing {
            gateway: session.name.clone(),
            reason: "it has no DeviceProtection service".to_owned(),
        }),
    }
}

fn login_entry(udn: &str) -> String {
    format!("login {}", udn.to_ascii_lowercase())
}
