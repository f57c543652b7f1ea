//! Meeting a gateway and being introduced to it.

mod ready;

use dp_credentials::identity::{common_name_of_der, Fingerprint};
use dp_credentials::trust::weakness::{narrow, Weakness};
use dp_credentials::trust::{Expectation, TrustedBy, TrustedGateway};
use dp_credentials::wps::message::{ConfigMethods, ConfigurationError};
use dp_credentials::wps::registrar::EnrolleeInfo;
use dp_credentials::wps::{Method, Pin};
use std::time::Duration;
use upnp::access_control::Role;
use upnp::driver::{
    ControlPoint, DescribedDevice, IntroductionProgress, IntroductionSignals, Location,
    SecureConnection,
};
use upnp::services::device_protection::DeviceProtection;
use upnp::ServiceRef;

use crate::application::Management;
use crate::clock;
use crate::error::{Error, Step};
use crate::limits;
use crate::trust::PairedAs;
use crate::view::{
    FirstContactView, GatewayState, PairingMethod, PairingProgress, PairingStep, PairingView,
};

/// How a person lets a gateway know that they stand before it.
#[derive(Debug)]
pub enum Proof {
    /// The PIN of its label or web page.
    Pin(Pin),
    /// A PIN the gateway makes once pairing begins, and shows: it is asked for with
    /// [`PairingStep::WaitingPin`].
    PinToCome,
    /// Its button.
    PushButton,
    /// None: the gateway gives roles to whoever comes first (TR-064, appendix I.1.3). The
    /// person has seen its certificate, with nothing to compare it with.
    FirstUse,
    /// The person compared its certificate with what the gateway itself shows on its label,
    /// screen or page, or with what somebody they trust read there.
    ByHand,
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

    fn trusted_by(&self) -> TrustedBy {
        match self {
            Proof::Pin(_) | Proof::PinToCome => TrustedBy::Pin,
            Proof::PushButton => TrustedBy::PushButton,
            Proof::FirstUse => TrustedBy::FirstUse,
            Proof::ByHand => TrustedBy::ByHand,
        }
    }

    /// Whether trust rests on the certificate a person was shown, without an introduction.
    fn rests_on_certificate(&self) -> bool {
        matches!(self, Proof::FirstUse | Proof::ByHand)
    }
}

/// What a person wants when they pair.
#[derive(Debug)]
pub struct PairingWish {
    /// How they prove presence.
    pub proof: Proof,
    /// The certificate they were shown. No other one is paired with.
    pub confirmed: Option<Fingerprint>,
    /// Whether a trusted certificate may be replaced by another one. The old one stays
    /// trusted until the new one is proven.
    pub replace_certificate: bool,
    /// Whether a gateway that offers nothing better than TLS which protects little is paired
    /// all the same: a person was told and said so. What had to be allowed is remembered for
    /// this gateway. One that is trusted already is never given more than it was.
    pub allow_weak_tls: bool,
}

impl From<Proof> for PairingWish {
    fn from(proof: Proof) -> PairingWish {
        PairingWish {
            proof,
            confirmed: None,
            replace_certificate: false,
            allow_weak_tls: false,
        }
    }
}

/// Whether a gateway is asked how it can be paired with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Yes. A run of the introduction is begun for it and given up: some gateways forget a
    /// button that was pressed before.
    Methods,
    /// No: the person has chosen.
    Nothing,
}

impl Management {
    /// Connects to a gateway without trusting it, to show who is there.
    ///
    /// # Errors
    ///
    /// [`Error::NoPairing`] when it has no protected side; [`Error::Gateway`] with the kind
    /// `messages_forged` when somebody stands between; what kept it from answering.
    pub async fn first_contact(&self, udn: &str, ask: Ask) -> Result<FirstContactView, Error> {
        // To see who is there; what falls short is told.
        let connection = self
            .connect_anybody(udn, Expectation::FirstContact, true)
            .await?;
        let weak_tls = weak_tls(&connection);
        let fingerprint = connection.fingerprint();
        let common_name = common_name_of_der(connection.leaf_der());
        let trusted = self.trusted(udn).await?;
        let changed = trusted.filter(|trusted| trusted.fingerprint != fingerprint);
        let met = match &changed {
            // Whoever is not the one that was trusted is looked at, and asked nothing.
            Some(_) => Ok(Met::default()),
            // Nothing is sent over what protects little before a person allowed it.
            None if !weak_tls.is_empty() => Ok(Met::default()),
            None => self.meet(udn, &connection, ask).await,
        };
        connection.close().await;
        let met = met?;
        let changed = match changed {
            Some(trusted) => Some(self.changed_view(&trusted, Some(fingerprint)).await),
            None => None,
        };
        let inventory = self.inventory();
        let entry = inventory.get(udn);
        let view = entry.map(|entry| &entry.view);
        let text = |pick: fn(&crate::view::GatewayView) -> &Option<String>| {
            view.and_then(|view| pick(view).clone())
        };
        Ok(FirstContactView {
            udn: udn.to_owned(),
            fingerprint: fingerprint.to_string(),
            fingerprint_words: fingerprint.words(),
            common_name,
            friendly_name: text(|view| &view.friendly_name),
            manufacturer: text(|view| &view.manufacturer),
            model_name: text(|view| &view.model_name),
            serial_number: text(|view| &view.serial_number),
            trusted_fingerprint: changed
                .as_ref()
                .map(|changed| changed.old.certificate.fingerprint.clone()),
            changed,
            address: text(|view| &view.address),
            adapter: text(|view| &view.interface),
            first_seen: entry.and_then(|entry| entry.first_seen.clone()),
            protected: false,
            methods: met.methods,
            locked: met.locked,
            roles: met.roles,
            weak_tls: weak_tls.iter().map(ToString::to_string).collect(),
        })
    }

    /// What the gateway says of itself over a connection nobody trusts yet. What it does not
    /// tell stays open.
    async fn meet(&self, udn: &str, connection: &SecureConnection, ask: Ask) -> Result<Met, Error> {
        let mut met = Met::default();
        let (_, service) = self.introducible(udn, connection).await?;
        let protection = DeviceProtection::new(connection, service.clone());
        match protection.get_assigned_roles().await {
            Ok(roles) => met.roles = roles.iter().map(ToString::to_string).collect(),
            Err(error) => tracing::debug!(%error, "it does not tell which roles it gives"),
        }
        if ask == Ask::Methods {
            let control_point = self.secured().await?;
            let name = self.device_name().await?;
            match control_point
                .ask_introduction_offer(connection, &service, &name)
                .await
            {
                Ok(offer) => {
                    met.methods = methods(&offer);
                    met.locked = offer.configuration_error == ConfigurationError::SETUP_LOCKED;
                }
                Err(source @ upnp::Error::Introduction { .. }) => {
                    return Err(self.failed(udn, Step::Introduce, source))
                }
                Err(error) => tracing::debug!(%error, "it does not tell how to pair"),
            }
        }
        if gives_more_than_public(&met.roles) {
            met.methods.push(PairingMethod::FirstUse);
        }
        Ok(met)
    }

    /// Is introduced to a gateway and trusts its certificate from then on. A gateway whose
    /// trusted certificate changed is refused unless the wish says that it may be replaced.
    /// The other end of `signals` is for the person: the button was pressed, here is the
    /// PIN, or never mind.
    ///
    /// # Errors
    ///
    /// [`Error::Gateway`] with what the gateway said; [`Error::IdentityChanged`],
    /// [`Error::ConfirmedAnother`], [`Error::NothingWithoutIntroduction`];
    /// [`Error::Secrets`] when the trust cannot be kept.
    pub async fn pair(
        &self,
        udn: &str,
        wish: impl Into<PairingWish>,
        signals: IntroductionSignals,
        mut progress: impl FnMut(PairingProgress) + Send,
    ) -> Result<PairingView, Error> {
        let wish = wish.into();
        if wish.proof.rests_on_certificate() && wish.confirmed.is_none() {
            return Err(Error::Usage(
                "trusting without a PIN or a button needs the certificate that was shown"
                    .to_owned(),
            ));
        }
        progress(PairingStep::PreparingIdentity.into());
        self.identity().await?;
        progress(PairingStep::Connecting.into());
        let trusted = self.trusted(udn).await?;
        let connection = self.connect_to_pair(udn, &wish, trusted.as_ref()).await?;
        let outcome = self
            .pair_over(udn, wish.proof, &connection, signals, &mut progress)
            .await;
        let (how, service) = match outcome {
            Ok(paired) => paired,
            Err(error) => {
                // At once, so that the gateway is free for the next try.
                connection.close().await;
                return Err(error);
            }
        };
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
        let replaced = trusted
            .as_ref()
            .is_some_and(|trusted| trusted.fingerprint != gateway.fingerprint);
        // Proof given before is not undone by a visit that proves less.
        let gateway = match trusted {
            Some(trusted)
                if !replaced
                    && (how == TrustedBy::FirstUse || trusted.how.proves_more_than(how)) =>
            {
                TrustedGateway {
                    known_as: gateway.known_as,
                    ..trusted
                }
            }
            _ => gateway,
        };
        let (certificate_sha256, how) = (gateway.fingerprint.to_string(), gateway.how);
        let weak_tls = gateway.weak_tls.iter().map(ToString::to_string).collect();
        if replaced {
            // It was made with the password of another box, or of another life of this one.
            self.forget_login(udn).await?;
        }
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

    /// The connection an introduction runs over: to the trusted certificate, to the one the
    /// person confirmed, or to whichever shows itself first.
    async fn connect_to_pair(
        &self,
        udn: &str,
        wish: &PairingWish,
        trusted: Option<&TrustedGateway>,
    ) -> Result<SecureConnection, Error> {
        let another = |confirmed, found| Error::ConfirmedAnother {
            gateway: self.name(udn),
            confirmed,
            found,
        };
        if let Some(trusted) = trusted.filter(|_| !wish.replace_certificate) {
            let connection = self.connect_trusted(udn, trusted).await?;
            return match wish.confirmed {
                Some(confirmed) if confirmed != trusted.fingerprint => {
                    connection.close().await;
                    Err(another(confirmed, trusted.fingerprint))
                }
                _ => Ok(connection),
            };
        }
        let expectation = wish
            .confirmed
            .map_or(Expectation::FirstContact, Expectation::Trusted);
        let connected = self
            .connect_anybody(udn, expectation, wish.allow_weak_tls)
            .await;
        connected.map_err(|error| self.another_certificate(udn, error))
    }

    /// During an introduction the certificate of the first handshake has to stay.
    fn another_certificate(&self, udn: &str, error: Error) -> Error {
        match error {
            Error::Gateway {
                source:
                    upnp::Error::IdentityChanged {
                        expected, found, ..
                    },
                ..
            } => Error::ConfirmedAnother {
                gateway: self.name(udn),
                confirmed: expected,
                found,
            },
            error => error,
        }
    }

    /// Proves presence over a connection, and notes what the gateway called itself.
    async fn pair_over(
        &self,
        udn: &str,
        proof: Proof,
        connection: &SecureConnection,
        signals: IntroductionSignals,
        progress: &mut (impl FnMut(PairingProgress) + Send),
    ) -> Result<(TrustedBy, ServiceRef), Error> {
        let (device, service) = self.introducible(udn, connection).await?;
        let how = proof.trusted_by();
        let method = match proof {
            Proof::Pin(pin) => Method::Pin(pin),
            Proof::PinToCome => Method::PinToCome,
            Proof::PushButton => Method::PushButton,
            // A certificate that was compared is worth trusting for a login alone.
            Proof::ByHand => {
                self.note_paired_as(udn, &device);
                return Ok((how, service));
            }
            Proof::FirstUse => {
                let roles = DeviceProtection::new(connection, service.clone())
                    .get_assigned_roles()
                    .await
                    .map_err(|source| self.failed(udn, Step::Roles, source))?;
                if !gives_more_than_public(roles.iter().map(Role::as_str)) {
                    return Err(Error::NothingWithoutIntroduction {
                        gateway: self.name(udn),
                    });
                }
                self.note_paired_as(udn, &device);
                return Ok((how, service));
            }
        };
        self.introduce(udn, connection, &service, method, signals, progress)
            .await?;
        self.note_paired_as(udn, &device);
        Ok((how, service))
    }

    fn note_paired_as(&self, udn: &str, device: &DescribedDevice) {
        let serial_number = device.description.root.serial_number.clone();
        let serial_number = serial_number.filter(|serial| !serial.trim().is_empty());
        self.inventory().paired_as(udn, PairedAs { serial_number });
    }

    /// The device behind a protected connection, and its DeviceProtection service.
    async fn introducible(
        &self,
        udn: &str,
        connection: &SecureConnection,
    ) -> Result<(DescribedDevice, ServiceRef), Error> {
        let device = self
            .secured()
            .await?
            .describe_secure(connection)
            .await
            .map_err(|source| self.failed(udn, Step::Introduce, source))
            .map_err(|error| self.another_certificate(udn, error))?;
        if !device.udn().as_str().eq_ignore_ascii_case(udn) {
            return Err(self.no_pairing(udn, "another device answers behind its protected address"));
        }
        let service = device
            .service("DeviceProtection")
            .map_err(|_| self.no_pairing(udn, "it has no DeviceProtection service"))?;
        Ok((device, service))
    }

    /// Runs the exchange, and listens meanwhile for the gateway's word that it is ready.
    async fn introduce(
        &self,
        udn: &str,
        connection: &SecureConnection,
        service: &ServiceRef,
        method: Method,
        signals: IntroductionSignals,
        progress: &mut (impl FnMut(PairingProgress) + Send),
    ) -> Result<(), Error> {
        let control_point = self.secured().await?;
        let device_name = self.device_name().await?;
        let listening =
            ready::Listening::new(signals.ready_hint(), matches!(method, Method::PushButton));
        let mut on_progress = |news: IntroductionProgress| {
            listening.heard(&news);
            if let Some(step) = pairing_progress(&news) {
                progress(step);
            }
        };
        let exchange = async {
            let outcome = control_point
                .introduce(
                    connection,
                    service,
                    method,
                    &device_name,
                    signals,
                    &mut on_progress,
                )
                .await;
            listening.enough();
            outcome
        };
        let (outcome, ()) = tokio::join!(exchange, listening.run(self, udn, connection, service));
        outcome
            .map(|_| ())
            .map_err(|source| self.failed(udn, Step::Introduce, source))
            .map_err(|error| self.another_certificate(udn, error))
    }

    /// What the gateway may show for this computer.
    async fn device_name(&self) -> Result<String, Error> {
        let identity = self.identity().await?;
        Ok(identity.common_name().chars().take(32).collect())
    }

    async fn connect_anybody(
        &self,
        udn: &str,
        expectation: Expectation,
        allow_weak_tls: bool,
    ) -> Result<SecureConnection, Error> {
        let known = self
            .inventory()
            .get(udn)
            .and_then(|entry| entry.secure_location.clone());
        let control_point = self.secured().await?;
        let failed = |source| self.failed(udn, Step::Introduce, source);
        if let Some(location) = known {
            match connect_first(&control_point, location, expectation, allow_weak_tls).await {
                Ok(connection) => return Ok(connection),
                Err(upnp::Error::Unreachable { .. } | upnp::Error::TimedOut { .. }) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let device = self.find_again(udn).await?;
        let location = device.secure_location.ok_or_else(|| {
            self.no_pairing(udn, "it announces no protected address (SECURELOCATION)")
        })?;
        connect_first(&control_point, location, expectation, allow_weak_tls)
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
    expectation: Expectation,
    allow_weak_tls: bool,
) -> Result<SecureConnection, upnp::Error> {
    let mut allowed = Vec::new();
    loop {
        let connected = control_point
            .connect_allowing(location.clone(), expectation, &allowed)
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

/// What a gateway tells before anybody trusts it.
#[derive(Default)]
struct Met {
    methods: Vec<PairingMethod>,
    locked: bool,
    roles: Vec<String>,
}

/// The ways M1 offers, those first that ask least of the person.
fn methods(offer: &EnrolleeInfo) -> Vec<PairingMethod> {
    let offers = |way| offer.config_methods.offers(way);
    let mut methods = Vec::new();
    if offers(ConfigMethods::LABEL) {
        methods.push(PairingMethod::LabelPin);
    }
    if offers(ConfigMethods::DISPLAY) {
        methods.push(if offers(ConfigMethods::ON_WEB_PAGE) {
            PairingMethod::WebPagePin
        } else {
            PairingMethod::ScreenPin
        });
    }
    if offers(ConfigMethods::PUSH_BUTTON) {
        methods.push(PairingMethod::PushButton);
    }
    methods
}

fn gives_more_than_public<R: AsRef<str>>(roles: impl IntoIterator<Item = R>) -> bool {
    roles.into_iter().any(|role| role.as_ref() != Role::PUBLIC)
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
