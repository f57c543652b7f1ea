//! Sending what a plan says, and looking whether the recipe's checks hold afterwards.

use serde::{Deserialize, Serialize};
use specta::Type;
use tokio::time::Instant;

use super::plan::{PlannedCheck, RecipePlan};
use crate::application::Management;
use crate::error::Error;
use crate::forecast::{ForecastSeverity, ForecastView};
use crate::limits::{HUNT, RECIPE_CHECK_EVERY};
use crate::session::Session;
use crate::view::{ApplyView, ChangeView, Code, EditState, Failure};

/// How a recipe ended at one gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RecipeOutcome {
    /// Something was changed; everything is as the recipe wants it.
    Changed,
    /// Nothing had to be sent.
    AlreadySo,
    /// Shown only.
    Planned,
    /// The recipe is for other gateways; nothing was sent.
    NotForIt,
    /// It cannot be done there, or the gateway refused.
    Refused,
    /// Sent, but a value or a check is not as it should be.
    Differs,
    /// The gateway does not answer, or is not known; nothing was sent.
    NotReached,
    /// Sent, and nobody knows whether it arrived.
    Unknown,
}

/// A recipe at one gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipeResultView {
    /// As it was named by the person.
    pub device: String,
    /// UDN, when it was found.
    pub udn: Option<String>,
    /// What people call it.
    pub gateway: String,
    /// How it ended.
    pub outcome: RecipeOutcome,
    /// What was sent, or would be.
    pub changes: Vec<ChangeView>,
    /// Parameters that were so already.
    pub already: u32,
    /// What was looked at afterwards.
    pub checks: Vec<CheckView>,
    /// Entry of the journal, which `undo` takes back.
    pub journal_id: Option<u32>,
    /// What it does to the way to the gateway; `null` where nothing was planned.
    pub forecast: Option<ForecastView>,
    /// Why it did not end well.
    pub failure: Option<Failure>,
}

/// One check of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckView {
    /// Shown path.
    pub path: String,
    /// As it should be.
    pub expected: String,
    /// As it is; `null` when it cannot be read.
    pub found: Option<String>,
    /// Whether they mean the same.
    pub holds: bool,
}

impl RecipeOutcome {
    /// Whether nobody has to look after it.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Changed | Self::AlreadySo | Self::Planned)
    }
}

impl RecipeResultView {
    /// A gateway at which the recipe came to nothing.
    pub fn failed(device: &str, udn: Option<String>, name: String, error: &Error) -> Self {
        RecipeResultView {
            outcome: outcome_of(error),
            failure: Some(error.failure()),
            ..Self::empty(device, udn, name)
        }
    }

    /// What a plan would do, nothing sent.
    pub fn planned(device: &str, plan: &RecipePlan) -> Self {
        let session = &plan.session;
        let changes = plan.edits.iter().map(|edit| ChangeView {
            kind: edit.kind(),
            path: session.naming().shown(&edit.upnp_path),
            upnp_path: edit.upnp_path.clone(),
            old: edit.old.clone(),
            new: edit.shown_new().map(str::to_owned),
            read_back: None,
            verified: false,
            state: EditState::Draft,
        });
        RecipeResultView {
            outcome: match (&plan.not_for_it, plan.edits.is_empty()) {
                (Some(_), _) => RecipeOutcome::NotForIt,
                (None, true) => RecipeOutcome::AlreadySo,
                (None, false) => RecipeOutcome::Planned,
            },
            changes: changes.collect(),
            already: u32::try_from(plan.already).unwrap_or(u32::MAX),
            forecast: Some(plan.forecast.clone()),
            failure: plan.not_for_it.as_ref().map(|why| not_for_it(session, why)),
            ..Self::empty(device, Some(session.udn.clone()), session.name.clone())
        }
    }

    fn empty(device: &str, udn: Option<String>, gateway: String) -> Self {
        RecipeResultView {
            device: device.to_owned(),
            udn,
            gateway,
            outcome: RecipeOutcome::NotReached,
            changes: Vec::new(),
            already: 0,
            checks: Vec::new(),
            journal_id: None,
            forecast: None,
            failure: None,
        }
    }
}

impl Management {
    /// Sends what a plan says, reads it back, and looks at the recipe's checks. What goes
    /// wrong is part of the result. `device` is what the person called the gateway.
    pub async fn run_recipe(&self, device: &str, plan: RecipePlan) -> RecipeResultView {
        let mut result = RecipeResultView::planned(device, &plan);
        if plan.not_for_it.is_some() {
            return result;
        }
        let session = plan.session;
        if !plan.edits.is_empty() {
            match self.apply(&session, plan.edits, None).await {
                Ok((applied, error)) => note_applied(&mut result, &session, applied, error),
                Err(error) => {
                    result.outcome = outcome_of(&error);
                    result.failure = Some(error.failure());
                }
            }
        }
        if !result.outcome.is_good() {
            return result;
        }
        if plan.forecast.severity >= ForecastSeverity::Moves {
            // The checks ask it where it is by now.
            let at = plan.forecast.found_at.as_deref();
            self.hunt(&session.udn, at, HUNT).await;
        }
        for check in &plan.checks {
            match looked_at(&session, check).await {
                Ok(view) => result.checks.push(view),
                Err(error) => {
                    result.outcome = outcome_of(&error);
                    result.failure = Some(error.failure());
                    return result;
                }
            }
        }
        let failing = result.checks.iter().filter(|check| !check.holds).count();
        if failing > 0 {
            result.outcome = RecipeOutcome::Differs;
            result.failure = Some(differs(&session, failing, result.checks.len()));
        }
        result
    }
}

fn note_applied(
    result: &mut RecipeResultView,
    session: &Session,
    applied: ApplyView,
    error: Option<Error>,
) {
    let has = |state| applied.changes.iter().any(|change| change.state == state);
    let differing = applied
        .changes
        .iter()
        .filter(|change| change.state == EditState::Differs)
        .count();
    result.outcome = if has(EditState::Unknown) {
        RecipeOutcome::Unknown
    } else if let Some(error) = &error {
        outcome_of(error)
    } else if differing > 0 {
        RecipeOutcome::Differs
    } else {
        RecipeOutcome::Changed
    };
    result.failure = error
        .map(|error| error.failure())
        .or_else(|| (differing > 0).then(|| differs(session, differing, applied.changes.len())));
    result.journal_id = applied.journal_id;
    result.changes = applied.changes;
}

/// Reads until the value is so or the time is over.
async fn looked_at(session: &Session, check: &PlannedCheck) -> Result<CheckView, Error> {
    let until = Instant::now() + check.within;
    let asked = [check.upnp_path.clone()];
    loop {
        let (values, _) = session.read_values(&asked).await?;
        let found = values.get(&check.upnp_path).map(str::to_owned);
        let holds = found
            .as_deref()
            .is_some_and(|found| session.same_value(&check.upnp_path, &check.equals, found));
        if holds || Instant::now() + RECIPE_CHECK_EVERY > until {
            return Ok(CheckView {
                path: session.naming().shown(&check.upnp_path),
                expected: check.equals.clone(),
                found,
                holds,
            });
        }
        tokio::time::sleep(RECIPE_CHECK_EVERY).await;
    }
}

fn outcome_of(error: &Error) -> RecipeOutcome {
    match error.code() {
        _ if error.outcome_unknown() => RecipeOutcome::Unknown,
        Code::Unreachable => RecipeOutcome::NotReached,
        Code::NotVerified => RecipeOutcome::Differs,
        _ => RecipeOutcome::Refused,
    }
}

fn differs(session: &Session, differing: usize, of: usize) -> Failure {
    Error::NotVerified {
        gateway: session.name.clone(),
        differing,
        sent: of,
    }
    .failure()
}

fn not_for_it(session: &Session, why: &str) -> Failure {
    Error::Usage(format!("the recipe is not for {}: {why}", session.name)).failure()
}
