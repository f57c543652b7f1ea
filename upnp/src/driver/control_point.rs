//! The public handle: find devices, read them, open connections, introduce.

use std::sync::Arc;
use std::time::Duration;

use dp_credentials::identity::Identity;
use dp_credentials::trust::{Expectation, Weakness};
use dp_credentials::wps::registrar::{EnrolleeInfo, Introduced, Method, RegistrarInfo};
use tokio::sync::mpsc;
use url::Url;

use super::address::HostAddress;
use super::announcements::Announcements;
use super::described_device::DescribedDevice;
use super::discovery::watch::NetworkWatch;
use super::discovery::{self, Found, SearchReport, SearchTarget};
use super::doctor::{self, Measurements};
use super::events::{Means, Subscription};
use super::http_client::{description_bounds, shown, Fetched, HttpClient};
use super::introduction::{self, IntroductionSignals, ProgressSink};
use super::limits;
use super::location::{candidates, Location};
use super::plain_caller::PlainCaller;
use super::secure_connection::SecureConnection;
use super::tls::TlsSettings;
use super::trace::Trace;
use super::udp::{adapters, Adapter};
use crate::description::scpd::Scpd;
use crate::error::{Error, Step};
use crate::services::ServiceRef;

/// What a control point is made of.
#[derive(Debug, Clone)]
pub struct Options {
    /// Adapters to search through, by name or address; empty for all that are
    /// up but loopback.
    pub interfaces: Vec<String>,
    /// For each answer of a gateway.
    pub timeout: Duration,
    /// This installation's certificates; without them no secure connection.
    pub identity: Option<Arc<Identity>>,
    /// Where everything sent and received is written down.
    pub trace: Option<Trace>,
    /// `OS/version UPnP/2.0 product/version`.
    pub user_agent: String,
    /// This control point's name for people, sent with searches
    /// (CPFN.UPNP.ORG).
    pub friendly_name: String,
    /// Whether a device found by search may be on this computer although no
    /// loopback adapter is named.
    pub allow_loopback: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            interfaces: Vec::new(),
            timeout: limits::ANSWER,
            identity: None,
            trace: None,
            user_agent: format!(
                "{}/1.0 UPnP/2.0 Lanside/{}",
                std::env::consts::OS,
                env!("CARGO_PKG_VERSION")
            ),
            friendly_name: String::from("Lanside"),
            allow_loopback: false,
        }
    }
}

/// A control point. Cheap to clone; it owns no task and no connection of its
/// own, what it starts ends with the future or the handle it gave out.
#[derive(Debug, Clone)]
pub struct ControlPoint {
    options: Arc<Options>,
    http: HttpClient,
}

impl ControlPoint {
    /// Makes a control point; nothing is sent.
    ///
    /// # Errors
    /// [`Error::Local`] when the HTTP library does not start.
    pub fn new(options: Options) -> Result<Self, Error> {
        let http = HttpClient::new(&options.user_agent, options.trace.clone())?;
        Ok(ControlPoint {
            options: Arc::new(options),
            http,
        })
    }

    /// What it was made of.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The adapters a search would go through.
    ///
    /// # Errors
    /// [`Error::Usage`] when a named one does not exist.
    pub fn adapters(&self) -> Result<Vec<Adapter>, Error> {
        adapters(&self.options.interfaces)
    }

    /// Searches all adapters for `targets`, three times each, and reads the
    /// descriptions while answers still come in. A device is sent to `found`
    /// as soon as it is described, again when more becomes known of it, and as
    /// [`Found::Silent`] when it announces itself and then says nothing.
    ///
    /// `mx` is how many seconds devices may take to answer, 1 to 5. Ends when
    /// all answers are in and all descriptions are read or given up; dropping
    /// the future, or the receiver of `found`, ends it at once.
    ///
    /// # Errors
    /// [`Error::Usage`] for an adapter that does not exist, [`Error::Local`]
    /// when there is none to search through.
    pub async fn search(
        &self,
        targets: &[SearchTarget],
        mx: u8,
        found: mpsc::Sender<Found>,
    ) -> Result<SearchReport, Error> {
        let adapters = self.adapters()?;
        discovery::search(self, &adapters, targets, mx, found).await
    }

    /// Watches the network: searches for `targets` now and then, listens to
    /// announcements, follows the adapters of this computer, and reads the
    /// description of whoever appears. Must be called inside a runtime.
    #[must_use]
    pub fn watch(&self, targets: Vec<SearchTarget>) -> NetworkWatch {
        discovery::watch::watch(self, targets)
    }

    /// Measures what searching depends on, in under four seconds: adapters,
    /// whether multicast leaves and comes back, the routers behind them, who
    /// holds port 1900. Sends through the adapters of a search alone.
    ///
    /// # Errors
    /// [`Error::Usage`] for an adapter that does not exist.
    pub async fn measure(&self) -> Result<Measurements, Error> {
        doctor::measure(self).await
    }

    /// Listens to announcements on all adapters until the handle is dropped.
    ///
    /// # Errors
    /// [`Error::Usage`] for an adapter that does not exist, [`Error::Local`]
    /// when none can be listened on.
    pub fn announcements(&self) -> Result<Announcements, Error> {
        Announcements::open(
            &self.adapters()?,
            self.options.allow_loopback,
            self.options.trace.clone(),
        )
    }

    /// Asks one host, without multicast, which root devices it has, and reads
    /// their descriptions; when it does not answer, tries the places where
    /// routers keep them. `search_port` is for a host that announced another
    /// port than 1900 (SEARCHPORT).
    ///
    /// # Errors
    /// [`Error::NotOffered`] when the host answers but describes nothing, else
    /// why it cannot be reached.
    pub async fn describe_host(
        &self,
        host: HostAddress,
        search_port: Option<u16>,
        targets: &[SearchTarget],
    ) -> Result<Vec<DescribedDevice>, Error> {
        let devices = discovery::ask(self, host, search_port, targets).await?;
        if !devices.is_empty() {
            return Ok(devices);
        }
        let mut tries = tokio::task::JoinSet::new();
        for url in candidates(host) {
            let this = self.clone();
            tries.spawn(async move { this.describe(url).await });
        }
        let (mut devices, mut refusal): (Vec<DescribedDevice>, Option<Error>) = (Vec::new(), None);
        while let Some(outcome) = tries.join_next().await {
            match outcome {
                Ok(Ok(device)) => {
                    if !devices.iter().any(|known| known.udn() == device.udn()) {
                        devices.push(device);
                    }
                }
                Ok(Err(error)) => {
                    let better = |old: &Error| {
                        matches!(old, Error::Unreachable { .. } | Error::TimedOut { .. })
                    };
                    if refusal.as_ref().is_none_or(better) {
                        refusal = Some(error);
                    }
                }
                Err(error) => tracing::warn!(%error, "a description task ended early"),
            }
        }
        match refusal {
            _ if !devices.is_empty() => Ok(devices),
            Some(error @ (Error::Unreachable { .. } | Error::TimedOut { .. })) => Err(error),
            _ => Err(Error::NotOffered {
                what: format!("a device description at {host}"),
            }),
        }
    }

    /// Reads the description at a location the person gave or that was stored.
    ///
    /// # Errors
    /// Why it cannot be fetched or read.
    pub async fn describe(&self, location: impl Into<Location>) -> Result<DescribedDevice, Error> {
        let (host, url) = location.into().resolved().await?;
        if url.scheme() == "https" {
            return Err(Error::Usage {
                detail: format!("{url} needs a secure connection: connect first"),
            });
        }
        let bounds = description_bounds(self.options.timeout);
        let fetched = self.http.get(host, &url, Step::Description, bounds).await?;
        let device = DescribedDevice::read(host, &fetched)?;
        self.note_forgiven(&device);
        Ok(device)
    }

    /// Writes down what had to be forgiven in a description.
    fn note_forgiven(&self, device: &DescribedDevice) {
        if let (Some(trace), false) = (&self.options.trace, device.forgiven.is_empty()) {
            trace.note(&format!(
                "description at {}, accepted all the same: {}",
                device.location,
                device.forgiven.join("; ")
            ));
        }
    }

    /// Reads the description again over a secure connection. Its services lead
    /// back over the same connection.
    ///
    /// # Errors
    /// Why it cannot be fetched or read.
    pub async fn describe_secure(
        &self,
        connection: &SecureConnection,
    ) -> Result<DescribedDevice, Error> {
        let fetched = self.fetch_description(connection).await?;
        self.described(connection, &fetched)
    }

    /// Fetches the description over a secure connection as it is, to be kept
    /// for [`ControlPoint::described`].
    ///
    /// # Errors
    /// Why it cannot be fetched.
    pub async fn fetch_description(&self, connection: &SecureConnection) -> Result<Fetched, Error> {
        let url = connection.secure_location().clone();
        connection.get(&url, Step::Description).await
    }

    /// What a description says that came over this connection, now or earlier.
    /// Nothing is sent. Its services lead over the connection, wherever the
    /// octets were kept meanwhile.
    ///
    /// # Errors
    /// [`Error::ForeignAddress`] for octets from elsewhere, or why they cannot
    /// be read.
    pub fn described(
        &self,
        connection: &SecureConnection,
        fetched: &Fetched,
    ) -> Result<DescribedDevice, Error> {
        if fetched.url != *connection.secure_location() {
            return Err(Error::ForeignAddress {
                what: String::from("the kept description"),
                found: shown(&fetched.url),
                expected: shown(connection.secure_location()),
            });
        }
        let mut device = DescribedDevice::read(connection.host(), fetched)?;
        self.note_forgiven(&device);
        device.secure_location = Some(device.location.clone());
        Ok(device)
    }

    /// Reads the SCPD of a service, over `connection` for a device that was
    /// described over it.
    ///
    /// # Errors
    /// Why it cannot be fetched or read.
    pub async fn service_description(
        &self,
        device: &DescribedDevice,
        service: &ServiceRef,
        connection: Option<&SecureConnection>,
    ) -> Result<Scpd, Error> {
        let url = device.scpd_url(service)?;
        let fetched = match connection {
            Some(connection) if url.scheme() == "https" => {
                connection.get(&url, Step::ServiceDescription).await?
            }
            _ => {
                let bounds = description_bounds(self.options.timeout);
                let step = Step::ServiceDescription;
                self.http.get(device.host(), &url, step, bounds).await?
            }
        };
        Scpd::parse(&fetched.body, fetched.charset.as_deref()).map_err(|error| Error::Unreadable {
            what: format!("the description of {} at {url}", service.service_type),
            detail: error.to_string(),
        })
    }

    /// Fetches another document of a device over unprotected HTTP, such as a log, or the
    /// beginning of one that is larger than `bytes`; then the second value is true. Its URL
    /// must lead to `host`.
    ///
    /// # Errors
    /// [`Error::ForeignAddress`], or why it cannot be fetched.
    pub async fn document(
        &self,
        host: HostAddress,
        url: &Url,
        bytes: usize,
    ) -> Result<(Fetched, bool), Error> {
        let bounds = super::http_exchange::Bounds {
            time: self.options.timeout,
            bytes,
            part: true,
        };
        self.http.get_beginning(host, url, bounds).await
    }

    /// As [`ControlPoint::document`] from a host the person named, which is told nothing but
    /// the URL.
    ///
    /// # Errors
    /// Why it cannot be fetched.
    pub async fn foreign_document(
        &self,
        location: impl Into<Location>,
        bytes: usize,
    ) -> Result<(Fetched, bool), Error> {
        let (host, url) = location.into().resolved().await?;
        self.document(host, &url, bytes).await
    }

    /// Subscribes to the events of a service, and listens for them on a port
    /// of its own at the address that faces the gateway. `connection` is for a
    /// device that was described over it; the events themselves come over
    /// unprotected HTTP all the same.
    ///
    /// Returns when the gateway has accepted. Whether it can reach this
    /// computer shows afterwards: [`super::Event::Unreachable`].
    ///
    /// # Errors
    /// [`Error::NotOffered`] for a service without a usable event URL,
    /// [`Error::ForeignAddress`] for one that leads elsewhere,
    /// [`Error::HttpStatus`] when the gateway refuses (UPnP Device
    /// Architecture 2.0, eventing: 412 or 500), [`Error::Local`] when no port
    /// can be opened, or why the gateway cannot be reached.
    pub async fn subscribe(
        &self,
        device: &DescribedDevice,
        service: &ServiceRef,
        connection: Option<&SecureConnection>,
    ) -> Result<Subscription, Error> {
        let means = Means {
            user_agent: self.options.user_agent.clone(),
            time: self.options.timeout,
            identity: self.options.identity.clone(),
            trace: self.options.trace.clone(),
        };
        Subscription::open(device, service, connection, means).await
    }

    /// Calls actions of a device over unprotected HTTP.
    #[must_use]
    pub fn plain_caller(&self, host: HostAddress) -> PlainCaller {
        PlainCaller::new(
            host,
            &self.options.user_agent,
            self.options.trace.clone(),
            self.options.timeout,
        )
    }

    /// Opens the secure connection at a SECURELOCATION and checks the
    /// certificate before anything is sent.
    ///
    /// # Errors
    /// [`Error::IdentityChanged`] when it is not the expected one,
    /// [`Error::WeakTls`] when the gateway offers nothing that protects,
    /// [`Error::ClientCertificateRefused`] when ours is not accepted (with
    /// TLS 1.3 only the first call shows that), [`Error::Usage`] when this
    /// control point has no identity, or why there is no connection.
    pub async fn connect(
        &self,
        secure_location: impl Into<Location>,
        expectation: Expectation,
    ) -> Result<SecureConnection, Error> {
        self.connect_allowing(secure_location, expectation, &[])
            .await
    }

    /// As [`ControlPoint::connect`], with what a person allowed this one
    /// gateway of TLS that protects little.
    ///
    /// # Errors
    /// As [`ControlPoint::connect`].
    pub async fn connect_allowing(
        &self,
        secure_location: impl Into<Location>,
        expectation: Expectation,
        allowed: &[Weakness],
    ) -> Result<SecureConnection, Error> {
        let identity = self.options.identity.clone().ok_or_else(|| Error::Usage {
            detail: String::from("a secure connection needs the identity of this installation"),
        })?;
        let (host, url) = secure_location.into().resolved().await?;
        let trace = self.options.trace.clone();
        let tls = TlsSettings::new(identity, expectation, allowed, trace);
        let outcome = SecureConnection::open(
            host,
            &url,
            tls,
            &self.options.user_agent,
            self.options.timeout,
        )
        .await;
        if let (Err(error), Some(trace)) = (&outcome, &self.options.trace) {
            trace.failure("connect", error);
        }
        outcome
    }

    /// Introduces this installation to a gateway through its DeviceProtection
    /// service on a secure connection, and the gateway to this installation:
    /// on success both certificates were vouched for by the PIN or the button.
    ///
    /// `device_name` is what the gateway may show for this computer. The other
    /// end of `signals` is for the person; `progress` is called at each step.
    ///
    /// # Errors
    /// [`Error::WrongPin`] (then the PIN must not be tried again unasked, see
    /// [`Error::pin_exposed`]), [`Error::SetupLocked`], [`Error::Busy`],
    /// [`Error::ButtonNotPressed`], [`Error::Cancelled`], or why the exchange
    /// broke off.
    pub async fn introduce(
        &self,
        connection: &SecureConnection,
        service: &ServiceRef,
        method: Method,
        device_name: &str,
        signals: IntroductionSignals,
        progress: ProgressSink<'_>,
    ) -> Result<Introduced, Error> {
        let info = self.registrar_info(connection, device_name);
        introduction::introduce(connection, service, info, method, signals, progress).await
    }

    /// Asks a gateway what it says about itself and how one can be introduced to it. A run
    /// is begun for it and given up at once; no PIN is involved.
    ///
    /// # Errors
    /// [`Error::Introduction`] when it claims another identity than that of its
    /// certificate: somebody stands between. Otherwise why it does not tell.
    pub async fn ask_introduction_offer(
        &self,
        connection: &SecureConnection,
        service: &ServiceRef,
        device_name: &str,
    ) -> Result<EnrolleeInfo, Error> {
        let info = self.registrar_info(connection, device_name);
        introduction::ask_offer(connection, service, info).await
    }

    fn registrar_info(&self, connection: &SecureConnection, device_name: &str) -> RegistrarInfo {
        RegistrarInfo {
            uuid_r: connection.own_identity(),
            expected_uuid_e: connection.identity(),
            manufacturer: String::from("Lanside"),
            model_name: self.options.friendly_name.clone(),
            model_number: String::from(env!("CARGO_PKG_VERSION")),
            serial_number: String::from("1"),
            device_name: device_name.to_owned(),
        }
    }
}
