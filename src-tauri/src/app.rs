//! The management application with its pushes. No type of the window's framework is used
//! here, so that any other face could be put in its place.

mod access;
mod changes;
mod files;
mod identity;
mod measure;
mod operations;
mod recipes;
mod restart;
mod secrets;
mod setup;
mod snapshots;
mod software;
mod support;
mod watching;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Instant;

use dp_credentials::secrets::Secret;
use dp_credentials::wps::Pin;
use management::actions::{ArgumentValue, CallView, CommandLinesView, DeviceActionsView};
use management::diagnostics::TestStop;
use management::doctor::DoctorView;
use management::schema::Language;
use management::setup::{Operator, OperatorView};
use management::view::{
    ApplyView, DiscoveryView, DraftView, Failure, FirstContactView, GatewayView, NodeDetailsView,
    NodeView, PairingView, RolesView, SearchView, SessionView, TrustView,
};
use management::{
    introduction_control, limits, Ask, Error, IntroductionControl, Management, Neighbourhood,
    PairingWish,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::card::CardView;
use crate::event::AppEvent;
use crate::startup::{StartWith, Startup};
use crate::wish::PairWish;

pub use changes::{NamedValue, NewRowView, WayBackView};
pub use recipes::{
    RecipeAnswer, RecipePlanView, RecipeProblemView, RecipeReadView, RecipeVariableView, RecipeView,
};
pub use setup::{CardForm, WifiCardView};
pub use snapshots::ExportedSnapshot;

/// Takes a push to wherever it is shown.
pub type Push = Arc<dyn Fn(AppEvent) + Send + Sync>;

/// What the window shows about the program itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AboutView {
    /// Version of the program.
    pub version: String,
    /// PIN on the label of the demonstration gateway; `null` outside a demonstration.
    pub demo_pin: Option<String>,
    /// What the window begins with; `null` when the person has to be asked.
    pub start: Option<StartWith>,
    /// The service provider whose file was found.
    pub operator: Option<OperatorView>,
    /// What is wrong with that file.
    pub operator_failure: Option<Failure>,
}

/// The application behind the window.
pub struct App {
    /// Why there is none stays known, so that the window can say it.
    management: Result<Management, Failure>,
    /// The service provider; nobody's without a file.
    operator: Operator,
    about: AboutView,
    push: Push,
    started: Instant,
    asked: Once,
    /// Introductions under way, by UDN: the end a person holds.
    introductions: Mutex<HashMap<String, IntroductionControl>>,
    /// Values that are followed, by UDN: what ends it.
    watches: Mutex<HashMap<String, oneshot::Sender<()>>>,
    /// Traffic that is followed, by UDN: what ends it.
    traffic: Mutex<HashMap<String, oneshot::Sender<()>>>,
    planned: Mutex<recipes::Planned>,
    /// Tests under way, by UDN: what stops them.
    tests_under_way: Mutex<HashMap<String, TestStop>>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("management", &self.management)
            .finish_non_exhaustive()
    }
}

type Answer<T> = Result<T, Failure>;

fn told(error: Error) -> Failure {
    tracing::info!(%error, "told to the person");
    error.failure()
}

impl App {
    /// Opens the state directory. A failure is kept and answers every later call.
    pub async fn open(startup: Startup, push: Push) -> App {
        let (operator, operator_failure) = match Operator::find(startup.operator.as_deref()) {
            Ok(operator) => (operator, None),
            Err(error) => (None, Some(told(error))),
        };
        let begins = operator.as_ref().is_some_and(|operator| operator.begins);
        App {
            management: Management::open(startup.options).await.map_err(told),
            about: AboutView {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                demo_pin: startup.demo_pin,
                start: startup.start.or(begins.then_some(StartWith::Setup)),
                operator: operator.as_ref().map(Operator::view),
                operator_failure,
            },
            operator: operator.unwrap_or_default(),
            push,
            started: startup.started,
            asked: Once::new(),
            introductions: Mutex::default(),
            watches: Mutex::default(),
            traffic: Mutex::default(),
            planned: Mutex::default(),
            tests_under_way: Mutex::default(),
        }
    }

    /// Closes every connection in good order.
    pub async fn close(&self) {
        if let Ok(management) = &self.management {
            management.close().await;
        }
    }

    /// The program itself: the first thing a window asks once it can be used.
    pub fn about(&self) -> AboutView {
        self.asked.call_once(|| {
            let ms = self.started.elapsed().as_millis();
            tracing::info!(ms, "the window is ready");
        });
        self.about.clone()
    }

    /// Searches all adapters. Gateways are pushed as they answer; the result is the end.
    ///
    /// # Errors
    ///
    /// As [`Management::discover`].
    pub async fn discover(&self) -> Answer<DiscoveryView> {
        let management = self.management()?;
        (self.push)(AppEvent::SearchStarted {
            discovery: DiscoveryView {
                interfaces: management.interfaces().map_err(told)?,
                devices: management.gateways(),
            },
        });
        let found = management
            .discover(None, |gateway| {
                (self.push)(AppEvent::GatewayFound {
                    gateway: Box::new(gateway.clone()),
                });
            })
            .await
            .map_err(told)?;
        // Gateways of earlier days that kept silent stay in the list.
        Ok(DiscoveryView {
            devices: management.gateways(),
            ..found
        })
    }

    /// Watches the network for as long as the window lives, and pushes what changes.
    pub async fn watch_network(&self) {
        let Ok(management) = self.management() else {
            return;
        };
        let push = Arc::clone(&self.push);
        let watched = management.watch_network(move |news| {
            push(match news {
                Neighbourhood::Device(gateway) => AppEvent::GatewayFound { gateway },
                Neighbourhood::Interfaces(interfaces) => AppEvent::InterfacesChanged { interfaces },
            });
        });
        if let Err(error) = watched.await {
            // The list stays as the last search left it; a search tells the person.
            tracing::warn!(%error, "the network is no longer watched");
        }
    }

    /// Finds out why a search shows nothing.
    ///
    /// # Errors
    ///
    /// As [`Management::why_nothing`].
    pub async fn why_nothing(&self) -> Answer<DoctorView> {
        let management = self.management()?;
        let told_why = management.why_nothing().await.map_err(told)?;
        // It searched as well: whoever answered this time belongs in the list.
        for gateway in management.gateways() {
            (self.push)(AppEvent::GatewayFound {
                gateway: Box::new(gateway),
            });
        }
        Ok(told_why)
    }

    /// What a gateway tells about itself to the roles held. Nothing is changed there.
    ///
    /// # Errors
    ///
    /// As [`Management::show`].
    pub async fn show(&self, udn: &str) -> Answer<CardView> {
        let shown = self.management()?.show(udn).await.map_err(told);
        // Whether it answered, and its software version, show in the list as well.
        self.push_gateway(udn);
        shown.map(CardView::from)
    }

    /// Asks one address or description URL.
    ///
    /// # Errors
    ///
    /// As [`Management::add_by_address`].
    pub async fn add_by_address(&self, address: &str) -> Answer<GatewayView> {
        self.management()?
            .add_by_address(address)
            .await
            .map_err(told)
    }

    /// Shows who is there before a PIN is typed.
    ///
    /// # Errors
    ///
    /// As [`Management::first_contact`].
    pub async fn first_contact(&self, udn: &str) -> Answer<FirstContactView> {
        self.management()?
            .first_contact(udn, Ask::Methods)
            .await
            .map_err(told)
    }

    /// Runs an introduction, the way the person wishes.
    ///
    /// # Errors
    ///
    /// As [`Management::pair`].
    pub async fn pair(&self, udn: &str, wish: PairWish) -> Answer<PairingView> {
        let management = self.management()?;
        let wish = PairingWish::try_from(wish).map_err(told)?;
        let (control, signals) = introduction_control();
        self.introductions().insert(udn.to_owned(), control);
        // An introduction holds its progress closure across awaits and is bound to one
        // thread; it gets this one until it ends, while the runtime adds another.
        let paired = tokio::task::block_in_place(|| {
            Handle::current().block_on(management.pair(udn, wish, signals, |now| {
                (self.push)(AppEvent::PairingProgress {
                    udn: udn.to_owned(),
                    step: now.step,
                    seconds: now.seconds,
                    attempt: now.attempt,
                    attempts: now.attempts,
                });
            }))
        });
        self.introductions().remove(udn);
        let paired = paired.map_err(told)?;
        self.push_gateway(udn);
        Ok(paired)
    }

    /// The PIN a gateway shows, for an introduction that waits for it.
    ///
    /// # Errors
    ///
    /// [`Error::NotPin`]; no try is spent.
    pub fn enter_pin(&self, udn: &str, pin: &Secret<String>) -> Answer<()> {
        let pin = Pin::parse(pin.expose()).map_err(|error| told(error.into()))?;
        if let Some(control) = self.introductions().get(udn) {
            control.enter_pin(pin);
        }
        Ok(())
    }

    /// Since when and how a gateway is trusted; nothing for a stranger.
    ///
    /// # Errors
    ///
    /// As [`Management::trust_view`].
    pub async fn trust(&self, udn: &str) -> Answer<Option<TrustView>> {
        self.management()?.trust_view(udn).await.map_err(told)
    }

    /// The button of the gateway was pressed: an introduction that waits for it goes on.
    pub fn button_pressed(&self, udn: &str) {
        if let Some(control) = self.introductions().get(udn) {
            control.button_pressed();
        }
    }

    /// Stops an introduction under way; the gateway is told.
    pub fn cancel_pairing(&self, udn: &str) {
        if let Some(control) = self.introductions().get(udn) {
            control.cancel();
        }
    }

    /// Logs a user in on the connection of a gateway.
    ///
    /// # Errors
    ///
    /// As [`Management::log_in`].
    pub async fn login(
        &self,
        udn: &str,
        name: &str,
        password: Secret<String>,
    ) -> Answer<RolesView> {
        let roles = self
            .management()?
            .log_in(udn, name, password)
            .await
            .map_err(told)?;
        self.push_session(udn);
        Ok(roles)
    }

    /// Logs the user out.
    ///
    /// # Errors
    ///
    /// As [`Management::log_out`].
    pub async fn logout(&self, udn: &str) -> Answer<RolesView> {
        let roles = self.management()?.log_out(udn).await.map_err(told)?;
        self.push_session(udn);
        Ok(roles)
    }

    /// Drops trust and secrets for a gateway.
    ///
    /// # Errors
    ///
    /// As [`Management::forget`].
    pub async fn forget(&self, udn: &str) -> Answer<()> {
        self.management()?.forget(udn).await.map_err(told)?;
        self.push_gateway(udn);
        Ok(())
    }

    /// Opens a gateway, the trusted way where there is one.
    ///
    /// # Errors
    ///
    /// As [`Management::open_view`].
    pub async fn open_gateway(&self, udn: &str) -> Answer<SessionView> {
        let opened = self.management()?.open_view(udn).await.map_err(told);
        // Whether it answered, and with which certificate, shows in the list as well.
        self.push_gateway(udn);
        opened
    }

    /// Closes the connection to a gateway.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub async fn close_gateway(&self, udn: &str) -> Answer<()> {
        self.management()?.close_gateway(udn).await;
        Ok(())
    }

    /// Rows of the direct children of a node.
    ///
    /// # Errors
    ///
    /// As [`management::Session::children`].
    pub async fn children(&self, udn: &str, upnp_path: &str) -> Answer<Vec<NodeView>> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let rows = session.children(upnp_path, &drafts).await.map_err(told)?;
        self.push_session(udn);
        Ok(as_rows(rows))
    }

    /// Loads everything below a node in parts; it can be followed and stopped.
    ///
    /// # Errors
    ///
    /// As [`management::Session::load_subtree`].
    pub async fn load_subtree(&self, udn: &str, upnp_path: &str) -> Answer<SessionView> {
        let session = self.management()?.open_gateway(udn).await.map_err(told)?;
        session
            .load_subtree(upnp_path, |loaded, total| {
                (self.push)(AppEvent::LoadProgress {
                    udn: udn.to_owned(),
                    loaded,
                    total,
                });
            })
            .await
            .map_err(told)?;
        Ok(session.view())
    }

    /// Stops a running load after the request under way.
    ///
    /// # Errors
    ///
    /// Only when the application could not be opened.
    pub fn cancel_load(&self, udn: &str) -> Answer<()> {
        if let Some(session) = self.management()?.session(udn) {
            session.cancel_load();
        }
        Ok(())
    }

    /// Everything about one node, read once.
    ///
    /// # Errors
    ///
    /// As [`management::Session::details`].
    pub async fn details(
        &self,
        udn: &str,
        upnp_path: &str,
        language: Language,
    ) -> Answer<NodeDetailsView> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let mut details = session
            .details(upnp_path, &drafts, language)
            .await
            .map_err(told)?;
        details.node.shorten(limits::DETAIL_CHARACTERS);
        Ok(details)
    }

    /// Reads values anew.
    ///
    /// # Errors
    ///
    /// As [`management::Session::read_values`].
    pub async fn read(&self, udn: &str, upnp_paths: &[String]) -> Answer<Vec<NodeView>> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let (values, _) = session.read_values(upnp_paths).await.map_err(told)?;
        Ok(as_rows(session.rows_of(&values, &drafts)))
    }

    /// Rows that match a search in the known part of the tree.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being open.
    pub async fn search(&self, udn: &str, text: &str, limit: u32) -> Answer<SearchView> {
        let management = self.management()?;
        let session = management.open_gateway(udn).await.map_err(told)?;
        let drafts = management.shown_drafts(udn).await.map_err(told)?;
        let limit = usize::try_from(limit)
            .unwrap_or(usize::MAX)
            .min(limits::SEARCH_HITS);
        let mut found = session.search_view(text, limit, &drafts);
        found.hits = as_rows(found.hits);
        Ok(found)
    }

    /// The draft of a gateway.
    ///
    /// # Errors
    ///
    /// As [`Management::draft`].
    pub async fn draft(&self, udn: &str) -> Answer<DraftView> {
        self.management()?.draft(udn).await.map_err(told)
    }

    /// Puts an edit into the draft; nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`Management::stage`].
    pub async fn stage(&self, udn: &str, upnp_path: &str, value: &str) -> Answer<DraftView> {
        let draft = self
            .management()?
            .stage(udn, upnp_path, value)
            .await
            .map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// Takes an edit out of the draft.
    ///
    /// # Errors
    ///
    /// As [`Management::unstage`].
    pub async fn unstage(&self, udn: &str, upnp_path: &str) -> Answer<DraftView> {
        let draft = self
            .management()?
            .unstage(udn, upnp_path)
            .await
            .map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// Empties the draft.
    ///
    /// # Errors
    ///
    /// As [`Management::discard`].
    pub async fn discard(&self, udn: &str) -> Answer<DraftView> {
        let draft = self.management()?.discard(udn).await.map_err(told)?;
        Ok(self.pushed_draft(draft))
    }

    /// The draft compared with the gateway's present values.
    ///
    /// # Errors
    ///
    /// As [`Management::review`].
    pub async fn review(&self, udn: &str) -> Answer<DraftView> {
        self.management()?.review(udn).await.map_err(told)
    }

    /// Sends the draft in one request and reads it back.
    ///
    /// # Errors
    ///
    /// As [`Management::apply_draft`].
    pub async fn apply(&self, udn: &str) -> Answer<ApplyView> {
        self.management()?.apply_draft(udn).await.map_err(told)
    }

    /// Services of a device with their actions.
    ///
    /// # Errors
    ///
    /// As [`Management::device_actions`].
    pub async fn device_actions(&self, udn: &str) -> Answer<DeviceActionsView> {
        self.management()?.device_actions(udn).await.map_err(told)
    }

    /// Calls any action.
    ///
    /// # Errors
    ///
    /// As [`Management::call`].
    pub async fn call_action(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Answer<CallView> {
        self.management()?
            .timed_call(udn, service, action, arguments)
            .await
            .map_err(told)
    }

    /// The same call as command lines.
    ///
    /// # Errors
    ///
    /// As [`Management::call_lines`].
    pub async fn call_lines(
        &self,
        udn: &str,
        service: &str,
        action: &str,
        arguments: &[ArgumentValue],
    ) -> Answer<CommandLinesView> {
        self.management()?
            .call_lines(udn, service, action, arguments)
            .await
            .map_err(told)
    }

    /// Roles held, and those that may call an action.
    ///
    /// # Errors
    ///
    /// As [`Management::roles_for_call`].
    pub async fn roles_for_call(
        &self,
        udn: &str,
        service: &str,
        action: &str,
    ) -> Answer<RolesView> {
        self.management()?
            .roles_for_call(udn, service, action)
            .await
            .map_err(told)
    }

    fn management(&self) -> Answer<&Management> {
        self.management.as_ref().map_err(Failure::clone)
    }

    fn introductions(&self) -> MutexGuard<'_, HashMap<String, IntroductionControl>> {
        self.introductions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tests_under_way(&self) -> MutexGuard<'_, HashMap<String, TestStop>> {
        self.tests_under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn push_gateway(&self, udn: &str) {
        if let Ok(gateway) = self
            .management()
            .and_then(|all| all.gateway(udn).map_err(told))
        {
            (self.push)(AppEvent::GatewayFound {
                gateway: Box::new(gateway),
            });
        }
    }

    fn push_session(&self, udn: &str) {
        if let Some(session) = self.management().ok().and_then(|all| all.session(udn)) {
            (self.push)(AppEvent::SessionChanged {
                session: session.view(),
            });
        }
    }

    fn pushed_draft(&self, draft: DraftView) -> DraftView {
        (self.push)(AppEvent::DraftChanged {
            draft: draft.clone(),
        });
        draft
    }
}

/// Rows as the window is given them: a value of megabytes would be all it does for seconds.
fn as_rows(mut rows: Vec<NodeView>) -> Vec<NodeView> {
    for row in &mut rows {
        row.shorten(limits::ROW_CHARACTERS);
    }
    rows
}
