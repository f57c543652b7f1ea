//! The management application with its pushes. No type of the window's framework is used
//! here, so that any other face could be put in its place.

mod access;
mod actions;
mod changes;
mod drafts;
mod files;
mod identity;
mod introduction;
mod measure;
mod neighbours;
mod operations;
mod parameters;
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

use management::diagnostics::TestStop;
use management::setup::{Operator, OperatorView};
use management::view::{DraftView, Failure};
use management::{Error, IntroductionControl, Management};
use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::sync::oneshot;

use crate::event::AppEvent;
use crate::startup::{StartWith, Startup};

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
