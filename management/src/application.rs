//! The management application: everything a face needs, in one handle.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dp_credentials::identity::{Identity, KeyKind, COMMON_NAME_MAX_BYTES};
use dp_credentials::secrets::{Secret, SecretError, SecretStore};
use dp_credentials::trust::TrustStore;
use tokio::sync::OnceCell;
use upnp::driver::{ControlPoint, Trace};

use crate::conversation::Conversation;
use crate::error::{Error, Step};
use crate::imported;
use crate::inventory::{Inventory, Record};
use crate::limits;
use crate::remembered::Remembered;
use crate::secret_place::{SecretPlace, SecretsAt};
use crate::session::Session;
use crate::store::{KnownGateway, SecretSealer, Store, StoreError};
use crate::view::GatewayView;

/// Name of the identity among the secrets.
const IDENTITY_ENTRY: &str = "identity";

/// What the application is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Inventory, drafts and journal; `None` for the platform's data directory.
    pub state_dir: Option<PathBuf>,
    /// Where secrets are kept.
    pub secrets: SecretsAt,
    /// Adapters to search, by name or address; empty for all but loopback.
    pub interfaces: Vec<String>,
    /// For each answer of a gateway.
    pub timeout: Duration,
    /// File for everything sent and received, secrets blacked out.
    pub trace: Option<PathBuf>,
    /// Keep the same in memory, to be read with [`Management::conversation`].
    pub keep_conversation: bool,
    /// Keep each tree for the next visit, to be shown with [`Management::remembered_rows`].
    pub remember_trees: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            state_dir: None,
            secrets: SecretsAt::default(),
            interfaces: Vec::new(),
            timeout: Duration::from_secs(10),
            trace: None,
            keep_conversation: false,
            remember_trees: false,
        }
    }
}

/// The TR-064 Management Application without a face. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Management {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub options: upnp::driver::Options,
    /// For everything unprotected: searching, describing, public actions.
    pub control_point: ControlPoint,
    /// With the identity, made when it is first needed. A new one is put here when the
    /// identity changes.
    secured: Mutex<Arc<OnceCell<ControlPoint>>>,
    /// When it was last made sure that this is still the identity that is kept.
    identity_checked: Mutex<Option<Instant>>,
    store: Arc<Store>,
    secrets: Arc<SecretPlace>,
    pub sealer: Arc<SecretSealer>,
    trust: OnceCell<Mutex<TrustStore>>,
    inventory: Mutex<Inventory>,
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    pub conversation: Conversation,
    pub remember_trees: bool,
    /// Trees of earlier visits by UDN in lower case; `None` where there is none.
    remembered: Mutex<HashMap<String, Option<Arc<Remembered>>>>,
}

impl Inner {
    pub(crate) fn remembered(&self) -> MutexGuard<'_, HashMap<String, Option<Arc<Remembered>>>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Management {
    /// Opens the state directory and starts the control point. Nothing is sent, and no
    /// secret is touched until one is needed.
    ///
    /// # Errors
    ///
    /// [`Error::Store`], [`Error::Secrets`], or [`Error::Usage`] for a trace file that cannot
    /// be written.
    pub async fn open(options: Options) -> Result<Management, Error> {
        let dir = match options.state_dir {
            Some(dir) => dir,
            None => directories::ProjectDirs::from("org", "lanside", "Lanside")
                .map(|dirs| dirs.data_dir().to_owned())
                .ok_or_else(|| {
                    Error::Usage(
                        "this system has no data directory; name one with --state-dir".to_owned(),
                    )
                })?,
        };
        let remember_trees = options.remember_trees;
        let at = options.secrets;
        let (store, place, known) = blocking(move || {
            let store = Store::open(&dir)?;
            let place = Arc::new(SecretPlace::open(&dir, at)?);
            let known = store.gateways()?;
            // Without any, what another application of this process imported stays.
            if !store.definitions()?.is_empty() {
                imported::install(&store)?;
            }
            Ok::<_, Error>((store, place, known))
        })
        .await??;
        let trace = match &options.trace {
            Some(path) => {
                Some(Trace::to_file(path).map_err(|error| Error::Usage(error.to_string()))?)
            }
            None => None,
        };
        let conversation = Conversation::default();
        let trace = match (trace, options.keep_conversation) {
            (trace, false) => trace,
            (Some(trace), true) => Some(trace.also_to(conversation.clone())),
            (None, true) => Some(Trace::to_writer(conversation.clone())),
        };
        let options = upnp::driver::Options {
            interfaces: options.interfaces,
            timeout: options.timeout,
            trace,
            ..upnp::driver::Options::default()
        };
        let control_point = ControlPoint::new(options.clone())
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut inventory = Inventory::default();
        let twins = upnp::driver::adapters_sharing_networks();
        for gateway in known {
            if let Ok(record) = serde_json::from_value::<Record>(gateway.seen) {
                inventory.remember(
                    Record {
                        view: GatewayView {
                            last_seen: Some(gateway.last_seen),
                            ..record.view
                        },
                        ..record
                    },
                    &twins,
                );
            }
        }
        Ok(Management {
            inner: Arc::new(Inner {
                options,
                control_point,
                secured: Mutex::default(),
                identity_checked: Mutex::default(),
                store: Arc::new(store),
                sealer: Arc::new(SecretSealer::new(Arc::clone(&place) as Arc<dyn SecretStore>)),
                secrets: place,
                trust: OnceCell::new(),
                inventory: Mutex::new(inventory),
                sessions: Mutex::default(),
                conversation,
                remember_trees,
                remembered: Mutex::default(),
            }),
        })
    }

    /// This installation's identity, made on first use.
    ///
    /// # Errors
    ///
    /// [`Error::Secrets`]: a key that cannot be kept is not made.
    pub async fn identity(&self) -> Result<Arc<Identity>, Error> {
        let control_point = self.secured().await?;
        control_point
            .options()
            .identity
            .clone()
            .ok_or_else(|| Error::Internal("the identity is missing".to_owned()))
    }

    /// The control point that can open protected connections.
    pub(crate) async fn secured(&self) -> Result<ControlPoint, Error> {
        self.notice_new_identity().await;
        let inner = &self.inner;
        let secured = Arc::clone(&self.secured_cell());
        secured
            .get_or_try_init(|| async {
                let secrets = Arc::clone(&inner.secrets);
                let identity = blocking(move || load_identity(&secrets)).await??;
                let options = upnp::driver::Options {
                    identity: Some(Arc::new(identity)),
                    ..inner.options.clone()
                };
                ControlPoint::new(options).map_err(|error| Error::Internal(error.to_string()))
            })
            .await
            .cloned()
    }

    /// Ends every connection of the identity so far; the next one uses the one that is kept
    /// now.
    pub(crate) async fn identity_changed(&self) {
        *self.secured_cell() = Arc::default();
        self.close().await;
    }

    /// Another process may have replaced the identity: the one in use is then given up, with
    /// every connection that shows it. Asks the secrets at most every few seconds.
    pub(crate) async fn notice_new_identity(&self) {
        let in_use = {
            let cell = self.secured_cell();
            cell.get()
                .and_then(|point| point.options().identity.clone())
        };
        let Some(in_use) = in_use else { return };
        {
            let mut checked = self
                .inner
                .identity_checked
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if checked.is_some_and(|at| at.elapsed() < limits::IDENTITY_CHECK) {
                return;
            }
            *checked = Some(Instant::now());
        }
        let secrets = Arc::clone(&self.inner.secrets);
        match blocking(move || read_identity(&*secrets)).await {
            Ok(Ok(Some(kept))) if kept.uuid() != in_use.uuid() => {
                tracing::info!(identity = %kept.uuid(), "the identity was replaced elsewhere");
                self.identity_changed().await;
            }
            Ok(Ok(_)) => {}
            // What is in use goes on; whatever is wrong shows when it is needed.
            Ok(Err(error)) | Err(error) => tracing::debug!(%error, "the identity was not checked"),
        }
    }

    fn secured_cell(&self) -> MutexGuard<'_, Arc<OnceCell<ControlPoint>>> {
        self.inner
            .secured
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The trusted gateways. Read once; every change is written through [`Management::change_trust`].
    pub(crate) async fn trust(&self) -> Result<MutexGuard<'_, TrustStore>, Error> {
        let inner = &self.inner;
        let trust = inner
            .trust
            .get_or_try_init(|| async {
                let secrets = Arc::clone(&inner.secrets);
                Ok::<_, Error>(Mutex::new(
                    blocking(move || TrustStore::load(&*secrets)).await??,
                ))
            })
            .await?;
        Ok(trust.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the trusted gateways again: another process may have paired.
    pub(crate) async fn reload_trust(&self) -> Result<(), Error> {
        let secrets = Arc::clone(&self.inner.secrets);
        let read = blocking(move || TrustStore::load(&*secrets)).await??;
        *self.trust().await? = read;
        Ok(())
    }

    /// Changes the trusted gateways, on disk first. Another process may have changed them
    /// since they were read, so the change is made to what is on disk, and nobody else makes
    /// one meanwhile.
    pub(crate) async fn change_trust(
        &self,
        change: impl FnOnce(&mut TrustStore) + Send + 'static,
    ) -> Result<(), Error> {
        drop(self.trust().await?);
        let secrets = Arc::clone(&self.inner.secrets);
        let changed = blocking(move || {
            secrets.alone(|secrets| {
                let mut trust = TrustStore::load(secrets)?;
                change(&mut trust);
                trust.save(secrets)?;
                Ok::<_, SecretError>(trust)
            })
        })
        .await???;
        *self.trust().await? = changed;
        Ok(())
    }

    /// Runs something on the store, on the blocking pool.
    pub(crate) async fn store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Error> {
        let store = Arc::clone(&self.inner.store);
        Ok(blocking(move || work(&store)).await??)
    }

    /// Runs something on the secrets, on the blocking pool.
    pub(crate) async fn secrets<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn SecretStore) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, Error> {
        let secrets = Arc::clone(&self.inner.secrets);
        Ok(blocking(move || work(&*secrets)).await??)
    }

    /// The secrets themselves, for work on the blocking pool that meets more than they.
    pub(crate) fn secret_store(&self) -> Arc<dyn SecretStore> {
        self.secret_place()
    }

    /// The place of the secrets, which may change while the program runs.
    pub(crate) fn secret_place(&self) -> Arc<SecretPlace> {
        Arc::clone(&self.inner.secrets)
    }

    pub(crate) fn inventory(&self) -> MutexGuard<'_, Inventory> {
        self.inner
            .inventory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn sessions(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.inner
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything known: seen in this run or in an earlier one.
    pub fn gateways(&self) -> Vec<GatewayView> {
        self.inventory().views()
    }

    /// Keeps what is known of a gateway for the next run.
    pub(crate) async fn keep_record(&self, udn: &str) -> Result<(), Error> {
        let record = self.inventory().get(udn).map(|entry| Record {
            view: entry.view.clone(),
            search_port: entry.search_port,
            config_id: entry.config_id,
            first_seen: entry.first_seen.clone(),
            paired_as: entry.paired_as.clone(),
        });
        let Some(record) = record else {
            return Ok(());
        };
        let view = &record.view;
        let known = KnownGateway {
            udn: view.udn.clone(),
            last_seen: crate::clock::now(),
            location: view.location.clone(),
            secure_location: view.secure_location.clone(),
            seen: serde_json::to_value(&record)
                .map_err(|error| Error::Internal(error.to_string()))?,
        };
        self.store(move |store| store.remember_gateway(&known))
            .await
    }

    /// What people call a gateway.
    pub(crate) fn name(&self, udn: &str) -> String {
        self.inventory().get(udn).map_or_else(
            || udn.to_owned(),
            |entry| crate::inventory::name_of(&entry.view),
        )
    }

    pub(crate) fn failed(&self, udn: &str, step: Step, source: upnp::Error) -> Error {
        Error::Gateway {
            gateway: self.name(udn),
            step,
            source,
        }
    }
}

/// Runs something that blocks, where that does no harm.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("a background task ended: {error}")))
}

fn load_identity(secrets: &SecretPlace) -> Result<Identity, Error> {
    // A person may be asked for a passphrase here, so nobody has to wait for it.
    if let Some(identity) = read_identity(secrets)? {
        return Ok(identity);
    }
    secrets.alone(|secrets| {
        // Of two programs that start for the first time, one makes it.
        if let Some(identity) = read_identity(secrets)? {
            return Ok(identity);
        }
        let identity = new_identity(KeyKind::default())?;
        keep_identity(secrets, &identity)?;
        tracing::info!(identity = %identity.uuid(), "made this installation's certificate");
        Ok(identity)
    })?
}

/// The identity that is kept, if there is one. Blocks.
pub(crate) fn read_identity(secrets: &dyn SecretStore) -> Result<Option<Identity>, Error> {
    let damaged = |error: &dyn std::fmt::Display| {
        // Making a new one here would silently lose every pairing.
        Error::Internal(format!("this installation's certificate is damaged ({error}); restore it or remove it and pair again"))
    };
    let Some(pem) = secrets.read(IDENTITY_ENTRY)? else {
        return Ok(None);
    };
    let text = std::str::from_utf8(pem.expose()).map_err(|error| damaged(&error))?;
    Identity::from_pem(text)
        .map(Some)
        .map_err(|error| damaged(&error))
}

/// Keeps an identity in place of an earlier one. Blocks.
pub(crate) fn keep_identity(secrets: &dyn SecretStore, identity: &Identity) -> Result<(), Error> {
    let pem = identity
        .to_pem()
        .map_err(|error| Error::Internal(error.to_string()))?;
    secrets.write(
        IDENTITY_ENTRY,
        &Secret::new(pem.expose().clone().into_bytes()),
    )?;
    Ok(())
}

/// Makes an identity that names this computer. Slow for RSA: two key pairs.
pub(crate) fn new_identity(kind: KeyKind) -> Result<Identity, Error> {
    Identity::generate_with(&common_name(), kind)
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Names the box that holds this control point (DeviceProtection:1, section 3.1).
fn common_name() -> String {
    let host = std::fs::read_to_string("/etc/hostname")
        .ok()
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    let host: String = host
        .unwrap_or_default()
        .trim()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        .take(COMMON_NAME_MAX_BYTES - "Lanside on ".len())
        .collect();
    if host.is_empty() {
        "Lanside".to_owned()
    } else {
        format!("Lanside on {host}")
    }
}
