//! A login belongs to one TLS session (DeviceProtection:1, section 3.4). Gateways lose it by
//! restarting, by closing the connection, or by a time limit of their own; here it is made
//! again, once for each loss.

use std::sync::{MutexGuard, PoisonError};

use dp_credentials::identity::IdentityUuid;
use dp_credentials::login;
use dp_credentials::secrets::Secret;
use serde::{Deserialize, Serialize};
use upnp::driver::SecureConnection;
use upnp::services::device_protection::{DeviceProtection, UserLoginChallenge};
use upnp::soap::ResponseArguments;
use upnp::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{ProtectedLink, NOT_AUTHORIZED};

/// A user login that is repeated with every new session: what was derived from the
/// password, never the password. Wiped when dropped: name and salt are what a guess at the
/// password is tried with.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct KeptLogin {
    pub name: String,
    pub salt: Vec<u8>,
    #[zeroize(skip)]
    stored: StoredKey,
}

/// Wiped when dropped by its own type, and not printed.
#[derive(Clone)]
struct StoredKey(Secret<[u8; 16]>);

impl Serialize for StoredKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <[u8; 16]>::deserialize(deserializer).map(|key| StoredKey(Secret::new(key)))
    }
}

impl KeptLogin {
    pub(crate) fn new(name: &str, salt: &[u8], stored: &Secret<[u8; 16]>) -> KeptLogin {
        KeptLogin {
            name: name.to_owned(),
            salt: salt.to_owned(),
            stored: StoredKey(stored.clone()),
        }
    }
}

impl std::fmt::Debug for KeptLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeptLogin")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What became of repeating a login.
#[derive(Debug)]
pub(crate) enum LoginOutcome {
    /// The user is logged in.
    LoggedIn,
    /// The gateway knows another password by now.
    PasswordChanged,
    /// It refused the name or the password.
    Refused(Error),
}

/// Who is logged in, and on which session.
#[derive(Debug, Default)]
pub(super) struct State {
    live: Option<Live>,
    /// Counts logins, so that two who miss the same one repeat it once.
    logins: u64,
    /// The gateway did not take the login any more; it is to be forgotten.
    refused: bool,
}

#[derive(Debug)]
struct Live {
    login: KeptLogin,
    tls_session: u64,
    /// Roles right after it.
    roles: Vec<String>,
    /// The gateway ends every connection and knows us by our certificate: a new session
    /// says nothing about the login.
    outlives_sessions: bool,
}

impl ProtectedLink {
    /// Name of the user logged in.
    pub(crate) fn user(&self) -> Option<String> {
        self.state()
            .live
            .as_ref()
            .map(|live| live.login.name.clone())
    }

    /// Whether the gateway no longer took the login since this was asked last.
    pub(crate) fn take_refused(&self) -> bool {
        std::mem::take(&mut self.state().refused)
    }

    pub(crate) fn forget_login(&self) {
        self.state().live = None;
        self.forget_denied();
    }

    /// Logs in with what is kept, on the session that stands.
    pub(crate) async fn log_in(&self, login: &KeptLogin) -> Result<LoginOutcome, Error> {
        let Some(service) = self.shared.protection.get().cloned() else {
            return Err(Error::NotOffered {
                what: "a user login".to_owned(),
            });
        };
        let protection = DeviceProtection::new(&self.connection, service);
        let before = self.connection.session();
        let answered = in_one_session(&self.connection, || async {
            let challenge = protection.get_user_login_challenge(&login.name).await?;
            if challenge.salt != login.salt {
                return Ok(false);
            }
            let answer = answer(&self.connection, &login.stored.0, &challenge);
            protection.user_login(&challenge, &answer).await?;
            Ok(true)
        });
        match answered.await {
            Ok(true) => {}
            Ok(false) => return Ok(LoginOutcome::PasswordChanged),
            Err(error) if is_unknown(&error) => return Ok(LoginOutcome::Refused(error)),
            Err(error) => return Err(error),
        }
        let roles = protection.get_assigned_roles().await;
        let roles = roles.map(|roles| roles.iter().map(ToString::to_string).collect());
        let live = Live {
            login: login.clone(),
            tls_session: self.connection.session(),
            roles: roles.unwrap_or_default(),
            outlives_sessions: self.connection.session() > before + 1,
        };
        {
            let mut state = self.state();
            state.live = Some(live);
            state.logins += 1;
        }
        self.forget_denied();
        Ok(LoginOutcome::LoggedIn)
    }

    /// Ends the login at the gateway, if there is one.
    pub(crate) async fn log_out(&self) -> Result<(), Error> {
        if self.state().live.is_none() {
            return Ok(());
        }
        let outcome = match self.shared.protection.get().cloned() {
            Some(service) => {
                DeviceProtection::new(&self.connection, service)
                    .user_logout()
                    .await
            }
            None => Ok(()),
        };
        self.forget_login();
        outcome
    }

    /// Repeats the login when the session it was made on is over.
    pub(crate) async fn log_in_on_new_session(&self) {
        if let Some((login, true)) = self.present_login() {
            self.repeat(login).await;
        }
    }

    /// Whether an action ran without the login it was meant to have, and the login stands
    /// again now. Only then is it right to send the action once more: it read and changed
    /// nothing, or it was refused.
    pub(super) async fn login_was_missing(
        &self,
        action: &str,
        outcome: &Result<ResponseArguments, Error>,
    ) -> bool {
        let Some((login, moved)) = self.present_login() else {
            return false;
        };
        let missing = match outcome {
            Err(Error::Refused { fault, .. }) if fault.code == NOT_AUTHORIZED => {
                moved || self.roles_are_fewer().await
            }
            Ok(_) => moved && action.starts_with("Get"),
            Err(_) => false,
        };
        missing && self.repeat(login).await
    }

    /// Whether the gateway gives fewer roles than right after the login: it forgot it.
    async fn roles_are_fewer(&self) -> bool {
        let Some(service) = self.shared.protection.get().cloned() else {
            return false;
        };
        let protection = DeviceProtection::new(&self.connection, service);
        let Ok(now) = protection.get_assigned_roles().await else {
            return false;
        };
        let state = self.state();
        state
            .live
            .as_ref()
            .is_some_and(|live| live.roles.iter().any(|role| !now.contains(role)))
    }

    /// The number of the login, and whether the session it was made on is over.
    fn present_login(&self) -> Option<(u64, bool)> {
        let session = self.connection.session();
        let state = self.state();
        let live = state.live.as_ref()?;
        let moved = live.tls_session != session && !live.outlives_sessions;
        Some((state.logins, moved))
    }

    /// Repeats a login that is missing, unless somebody else did meanwhile. Tells whether it
    /// stands again.
    async fn repeat(&self, missing: u64) -> bool {
        let _turn = self.shared.repeating.lock().await;
        let login = {
            let state = self.state();
            let Some(live) = &state.live else {
                return false;
            };
            if state.logins != missing {
                return true;
            }
            live.login.clone()
        };
        tracing::info!(user = %login.name, "the gateway forgot the login; it is made again");
        match self.log_in(&login).await {
            Ok(LoginOutcome::LoggedIn) => true,
            Ok(LoginOutcome::PasswordChanged | LoginOutcome::Refused(_)) => {
                let mut state = self.state();
                state.live = None;
                state.refused = true;
                false
            }
            Err(error) => {
                tracing::info!(%error, "the login could not be made again");
                false
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.shared.login.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Challenge and answer belong to one session: when the connection broke in between, once
/// more.
async fn in_one_session<T, F>(
    connection: &SecureConnection,
    exchange: impl Fn() -> F,
) -> Result<T, Error>
where
    F: std::future::Future<Output = Result<T, Error>>,
{
    connection.ensure_open().await?;
    let session = connection.session();
    match exchange().await {
        // Number 600 of UserLogin: it does not know the challenge, for it gave it to a
        // session that is over.
        Err(Error::Refused { action, fault })
            if action == "UserLogin" && fault.code != 701 && connection.session() != session =>
        {
            exchange().await
        }
        outcome => outcome,
    }
}

/// The answer to a challenge, bound to the certificates of this very connection.
fn answer(
    connection: &SecureConnection,
    stored: &Secret<[u8; 16]>,
    challenge: &UserLoginChallenge,
) -> [u8; 16] {
    let (gateway, own): (IdentityUuid, IdentityUuid) =
        (connection.identity(), connection.own_identity());
    login::authenticator(stored, &challenge.challenge, &gateway, &own)
}

/// Whether a refusal says that name or password are not right any more; any other number
/// says nothing about them.
fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::Refused { action, fault } if is_refused_login(action, fault.code))
}

/// Number 701 of UserLogin means a wrong password and 600 of GetUserLoginChallenge a name
/// nobody knows (DeviceProtection:1 digest, section 5); elsewhere they mean something else.
pub(crate) fn is_refused_login(action: &str, number: u16) -> bool {
    matches!(
        (action, number),
        ("UserLogin", 701) | ("GetUserLoginChallenge", 600)
    )
}
