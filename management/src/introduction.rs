//! Being introduced to a gateway, logging in, roles, and forgetting.

use std::time::Duration;

use dp_credentials::identity::{common_name_of_der, IdentityUuid};
use dp_credentials::login;
use dp_credentials::secrets::Secret;
use dp_credentials::trust::weakness::{narrow, Weakness};
use dp_credentials::trust::{Expectation, TrustedBy, TrustedGateway};
use dp_credentials::wps::{Method, Pin};
use serde::{Deserialize, Serialize};
use upnp::driver::{
    ControlPoint, IntroductionProgress, IntroductionSignals, Location, SecureConnection,
};
use upnp::services::device_protection::DeviceProtection;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::link::Link;
use crate::session::Session;
use crate::view::{
    FirstContactView, GatewayState, PairingProgress, PairingStep, PairingView, RolesView,
};

/// How a person lets a gateway know that they stand before it.
#[derive(Debug)]
pub enum Proof {
    /// The PIN of its label or screen.
    Pin(Pin),
    /// Its button.
    PushButton,
}

impl Proof {
    /// Reads a PIN in any spelling; its check digit is verified before a try is spent.
    ///
    /// # Errors
    ///
    /// [`Error::NotPin`] with the reason; never with the PIN.
    pub fn pin(text: &str) -> Result<Proof, Error> {
        Ok(Proof::Pin(Pin::parse(text)?))
    }
}

/// A user login that is repeated with every new connection: what was derived from the
/// password, never the password.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct KeptLogin {
    name: String,
    salt: Vec<u8>,
    stored: [u8; 16],
}

impl Management {
    /// Connects to a gateway without trusting it, to show who is there.
    ///
    /// # Errors
    ///
    /// [`Error::NoPairing`] when it has no protected side; what kept it from answering.
    pub async fn first_contact(&self, udn: &str) -> Result<FirstContactView, Error> {
        // Only to see who is there: nothing is sent over it, and what falls short is told.
        let connection = self.connect_anybody(udn, true).await?;
        let weak_tls = weak_tls(&connection);
        let trusted = self.trusted(udn).await?;
        let fingerprint = connection.fingerprint();
        let common_name = common_name_of_der(connection.leaf_der());
        connection.close().await;
        let changed = trusted.filter(|trusted| trusted.fingerprint != fingerprint);
        let inventory = self.inventory();
        let view = inventory.get(udn).map(|entry| entry.view.clone());
        let text =
            |pick: fn(&crate::view::GatewayView) -> Option<String>| view.as_ref().and_then(pick);
        Ok(FirstContactView {
            udn: udn.to_owned(),
            fingerprint: fingerprint.to_string(),
            fingerprint_words: fingerprint.words(),
            common_name,
            friendly_name: text(|view| view.friendly_name.clone()),
            manufacturer: text(|view| view.manufacturer.clone()),
            model_name: text(|view| view.model_name.clone()),
            serial_number: text(|view| view.serial_number.clone()),
            trusted_fingerprint: changed
                .as_ref()
                .map(|trusted| trusted.fingerprint.to_string()),
            changed: None,
            address: text(|view| view.address.clone()),
            adapter: text(|view| view.interface.clone()),
            first_seen: None,
            protected: false,
            methods: Vec::new(),
            locked: false,
            roles: Vec::new(),
            weak_tls: weak_tls.iter().map(ToString::to_string).collect(),
        })
    }

    /// Is introduced to a gateway and trusts its certificate from then on. A gateway whose
    /// trusted certificate changed has to be forgotten first: that is a decision of its own.
    /// The other end of `signals` is for the person: the button was pressed, or never mind.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] with what the gateway said, `WeakTls` when its TLS protects little;
    /// [`Error::Secrets`] when the trust cannot be kept.
    pub async fn pair(
        &self,
        udn: &str,
        proof: Proof,
        signals: IntroductionSignals,
        progress: impl FnMut(PairingProgress) + Send,
    ) -> Result<PairingView, Error> {
        self.pair_with(udn, proof, false, signals, progress).await
    }

    /// As [`Management::pair`]. With `allow_weak_tls` a gateway that offers nothing better than
    /// TLS which protects little is paired all the same: a person was told and said so. What
    /// had to be allowed is remembered for this gateway. One that is trusted already is never
    /// given more than it was.
    ///
    /// # Errors
    ///
    /// As [`Management::pair`]; [`Error::ProtectionWeakened`].
    pub async fn pair_with(
        &self,
        udn: &str,
        proof: Proof,
        allow_weak_tls: bool,
        signals: IntroductionSignals,
        mut progress: impl FnMut(PairingProgress) + Send,
    ) -> Result<PairingView, Error> {
        progress(PairingStep::PreparingIdentity.into());
        let identity = self.identity().await?;
        progress(PairingStep::Connecting.into());
        let connection = match self.trusted(udn).await? {
            Some(trusted) => self.connect_trusted(udn, &trusted).await?,
            None => self.connect_anybody(udn, allow_weak_tls).await?,
        };
        let control_point = self.secured().await?;
        let failed = |source| self.failed(udn, Step::Introduce, source);
        let device = control_point
            .describe_secure(&connection)
            .await
            .map_err(failed)?;
        if !device.udn().as_str().eq_ignore_ascii_case(udn) {
            return Err(self.no_pairing(udn, "another device answers behind its protected address"));
        }
        let service = device
            .service("DeviceProtection")
            .map_err(|_| self.no_pairing(udn, "it has no DeviceProtection service"))?;
        let how = match &proof {
            Proof::Pin(_) => TrustedBy::Pin,
            Proof::PushButton => TrustedBy::PushButton,
        };
        let method = match proof {
            Proof::Pin(pin) => Method::Pin(pin),
            Proof::PushButton => Method::PushButton,
        };
        let device_name: String = identity.common_name().chars().take(32).collect();
        let mut on_progress = |news: IntroductionProgress| {
            if let Some(step) = pairing_progress(&news) {
                progress(step);
            }
        };
        control_point
            .introduce(
                &connection,
                &service,
                method,
                &device_name,
                signals,
                &mut on_progress,
            )
            .await
            .map_err(failed)?;
        let gateway = TrustedGateway {
            udn: udn.to_owned(),
            identity: connection.identity(),
            fingerprint: connection.fingerprint(),
            since: clock::now(),
            how,
            weak_tls: weak_tls(&connection),
            known_as: Some(connection.own_identity()),
            former: Vec::new(),
        };
        let weak_tls = gateway.weak_tls.iter().map(ToString::to_string).collect();
        let certificate_sha256 = gateway.fingerprint.to_string();
        progress(PairingStep::ReadingRoles.into());
        let protection = DeviceProtection::new(&connection, service);
        // The disk and the gateway are waited for at the same time.
        let (trusting, roles) = tokio::join!(
            self.change_trust(move |trust| trust.introduce(gateway)),
            protection.get_assigned_roles(),
        );
        trusting?;
        // Whatever was opened before was opened without trust.
        self.close_gateway(udn).await;
        // Paired is paired, whatever became of this question.
        let roles = roles.unwrap_or_default();
        connection.close().await;
        self.inventory().update(udn, |view| {
            view.state = GatewayState::Paired;
            view.reason = None;
        });
        self.keep_record(udn).await?;
        Ok(PairingView {
            udn: udn.to_owned(),
            certificate_sha256,
            roles: roles.iter().map(ToString::to_string).collect(),
            how: how.into(),
            weak_tls,
        })
    }

    /// Logs a user in on the open connection, and on every later one until
    /// [`Management::log_out`]. Only gateways that were introduced are asked: a stranger
    /// could try the answer against passwords (DeviceProtection:1, section 3.4).
    ///
    /// # Errors
    ///
    /// [`Error::NotPaired`]; [`Error::Gateway`] with `PinRejected` for a wrong password.
    pub async fn log_in(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Result<RolesView, Error> {
        let session = self.open_gateway(udn).await?;
        let Some(own) = own_identity(&session) else {
            return Err(Error::NotPaired {
                gateway: session.name.clone(),
            });
        };
        let failed = |source| session.failed(Step::LogIn, source);
        let protection = protection(&session)?;
        let challenge = protection
            .get_user_login_challenge(name)
            .await
            .map_err(failed)?;
        let (owned, salt) = (name.to_owned(), challenge.salt.clone());
        let stored =
            crate::application::blocking(move || login::stored(&owned, &password, &salt)).await?;
        let authenticator = login::authenticator(
            &stored,
            &challenge.challenge,
            &own.gateway,
            &own.control_point,
        );
        protection
            .user_login(&challenge, &authenticator)
            .await
            .map_err(failed)?;
        let kept = KeptLogin {
            name: name.to_owned(),
            salt: challenge.salt.clone(),
            stored: *stored.expose(),
        };
        let bytes = Secret::new(
            serde_json::to_vec(&kept).map_err(|error| Error::Internal(error.to_string()))?,
        );
        let entry = login_entry(udn);
        self.secrets(move |secrets| secrets.write(&entry, &bytes))
            .await?;
        note_login(&session, name);
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
        let entry = login_entry(udn);
        self.secrets(move |secrets| secrets.remove(&entry)).await?;
        let session = self.open_gateway(udn).await?;
        if session.link.is_protected() {
            protection(&session)?
                .user_logout()
                .await
                .map_err(|source| session.failed(Step::LogIn, source))?;
        }
        session.standing().user = None;
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
        let kept = self.secrets({
            let entry = entry.clone();
            move |secrets| secrets.read(&entry)
        });
        let Some(kept) = kept.await? else {
            return Ok(());
        };
        let Ok(kept) = serde_json::from_slice::<KeptLogin>(kept.expose()) else {
            return Ok(());
        };
        let Some(own) = own_identity(session) else {
            return Ok(());
        };
        let protection = protection(session)?;
        let answer = async {
            let challenge = protection.get_user_login_challenge(&kept.name).await?;
            if challenge.salt != kept.salt {
                return Ok(false);
            }
            let stored = Secret::new(kept.stored);
            let authenticator = login::authenticator(
                &stored,
                &challenge.challenge,
                &own.gateway,
                &own.control_point,
            );
            protection
                .user_login(&challenge, &authenticator)
                .await
                .map(|()| true)
        };
        match answer.await {
            Ok(true) => note_login(session, &kept.name),
            Ok(false) | Err(upnp::Error::Refused { .. }) => {
                tracing::info!(udn = %session.udn, "the gateway no longer takes the kept login");
                self.secrets(move |secrets| secrets.remove(&entry)).await?;
            }
            Err(source) => return Err(session.failed(Step::LogIn, source)),
        }
        Ok(())
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

    /// Drops trust, login and record of a gateway, and staged secrets. What the person typed
    /// otherwise, and the journal, stay for when it is paired again.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`], [`Error::Store`].
    pub async fn forget(&self, udn: &str) -> Result<(), Error> {
        self.close_gateway(udn).await;
        let owned = udn.to_owned();
        self.change_trust(move |trust| {
            trust.remove(&owned);
        })
        .await?;
        let entry = login_entry(udn);
        self.secrets(move |secrets| secrets.remove(&entry)).await?;
        let owned = udn.to_owned();
        self.store(move |store| store.drop_gateway_record(&owned))
            .await?;
        self.inventory().remove(udn);
        Ok(())
    }

    async fn connect_anybody(
        &self,
        udn: &str,
        allow_weak_tls: bool,
    ) -> Result<SecureConnection, Error> {
        let known = self
            .inventory()
            .get(udn)
            .and_then(|entry| entry.secure_location.clone());
        let control_point = self.secured().await?;
        let failed = |source| self.failed(udn, Step::Introduce, source);
        if let Some(location) = known {
            match connect_first(&control_point, location, allow_weak_tls).await {
                Ok(connection) => return Ok(connection),
                Err(upnp::Error::Unreachable { .. } | upnp::Error::TimedOut { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let device = self.find_again(udn).await?;
        let location = device.secure_location.ok_or_else(|| {
            self.no_pairing(udn, "it announces no protected address (SECURELOCATION)")
        })?;
        connect_first(&control_point, location, allow_weak_tls)
            .await
            .map_err(failed)
    }

    fn no_pairing(&self, udn: &str, reason: &str) -> Error {
        Error::NoPairing {
            gateway: self.name(udn),
            reason: reason.to_owned(),
        }
    }
}

/// Connects to a gateway nobody was introduced to. What falls short in its TLS is allowed
/// bit by bit, as it is met, and no more than that.
async fn connect_first(
    control_point: &ControlPoint,
    location: Location,
    allow_weak_tls: bool,
) -> Result<SecureConnection, upnp::Error> {
    let mut allowed = Vec::new();
    loop {
        let connected = control_point
            .connect_allowing(location.clone(), Expectation::FirstContact, &allowed)
            .await;
        match connected {
            Err(upnp::Error::WeakTls { offers, .. })
                if allow_weak_tls && allowed.len() < limits::WEAK_TLS_ALLOWED =>
            {
                allowed.extend(offers);
            }
            outcome => return outcome,
        }
    }
}

/// What of the TLS of a connection falls short, to be remembered.
fn weak_tls(connection: &SecureConnection) -> Vec<Weakness> {
    let mut weak = connection.allowed().to_vec();
    narrow(&mut weak, connection.tls_version());
    weak
}

/// The two identities a login proof binds, from the certificates of this very connection.
struct Ends {
    gateway: IdentityUuid,
    control_point: IdentityUuid,
}

fn own_identity(session: &Session) -> Option<Ends> {
    match &session.link {
        Link::Protected(connection) => Some(Ends {
            gateway: connection.identity(),
            control_point: connection.own_identity(),
        }),
        Link::Plain(_) => None,
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

fn note_login(session: &Session, name: &str) {
    if let Link::Protected(connection) = &session.link {
        let mut standing = session.standing();
        standing.user = Some(name.to_owned());
        standing.tls_session = connection.session();
    }
}

fn login_entry(udn: &str) -> String {
    format!("login {}", udn.to_ascii_lowercase())
}

fn pairing_progress(news: &IntroductionProgress) -> Option<PairingProgress> {
    let timed = |step: PairingStep, time: &Duration| PairingProgress {
        seconds: Some(u32::try_from(time.as_secs()).unwrap_or(u32::MAX)),
        ..step.into()
    };
    Some(match news {
        IntroductionProgress::Started | IntroductionProgress::GatewayKnown(_) => {
            PairingStep::Greeting.into()
        }
        IntroductionProgress::Busy {
            attempt,
            of,
            retry_in,
        } => PairingProgress {
            attempt: Some(*attempt),
            attempts: Some(*of),
            ..timed(PairingStep::WaitingBusy, retry_in)
        },
        IntroductionProgress::Restarted => PairingStep::BeginningAnew.into(),
        IntroductionProgress::ButtonNeeded(time) => timed(PairingStep::WaitingButton, time),
        IntroductionProgress::PinNeeded(time) => timed(PairingStep::WaitingPin, time),
        IntroductionProgress::Sent("M4") => PairingStep::ProvingFirstHalf.into(),
        IntroductionProgress::Sent("M6") => PairingStep::ProvingSecondHalf.into(),
        _ => return None,
    })
}
