//! A recipe at one gateway or several: read, compared, and sent as it was compared.

use std::sync::PoisonError;

use dp_credentials::secrets::Secret;
use management::forecast::ForecastSeverity;
use management::limits::{RECIPE_GATEWAYS, RECIPE_OCTETS};
use management::recipes::{Answers, Recipe, RecipeOutcome, RecipePlan, RecipeResultView, Variable};
use management::{Error, Management};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{told, Answer, App};
use crate::event::AppEvent;

/// A recipe that was read, or where it is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipeReadView {
    /// The recipe; `null` when something in it is wrong.
    pub recipe: Option<RecipeView>,
    /// The mistake a person has to look at first.
    pub problem: Option<RecipeProblemView>,
}

/// A recipe as it is shown before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipeView {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is to be done by hand afterwards.
    pub notes: Option<String>,
    /// What has to be known before it can run.
    pub variables: Vec<RecipeVariableView>,
}

/// Something a recipe asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipeVariableView {
    /// Name, as in the recipe.
    pub name: String,
    /// What a person is asked.
    pub prompt: String,
    /// Taken when nobody answers; a secret has none.
    pub default: Option<String>,
    /// Never shown.
    pub secret: bool,
    /// The only answers allowed; empty for any.
    pub one_of: Vec<String>,
    /// Fewest characters of an answer.
    pub min_length: u32,
    /// Most characters of an answer.
    pub max_length: u32,
}

/// Where a recipe is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipeProblemView {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong and what would be right.
    pub message: String,
}

/// An answer to a variable. It crosses the window once, inward.
#[derive(Deserialize, Type)]
pub struct RecipeAnswer {
    /// Name of the variable.
    pub name: String,
    /// What was typed.
    pub value: String,
}

/// What a recipe would do, gateway by gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RecipePlanView {
    /// Names this plan when it is run.
    pub number: u32,
    /// One for every gateway, in the order they were named.
    pub results: Vec<RecipeResultView>,
}

/// Plans that wait to be run; only the last ones shown.
#[derive(Debug, Default)]
pub(super) struct Planned {
    number: u32,
    plans: Vec<(String, Result<RecipePlan, RecipeResultView>)>,
}

impl App {
    /// Reads a recipe; a mistake in it is part of the answer.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a text that is too long.
    pub fn read_recipe(&self, text: &str) -> Answer<RecipeReadView> {
        if text.len() > RECIPE_OCTETS {
            return Err(told(too_long()));
        }
        Ok(match Recipe::read(text) {
            Ok(recipe) => RecipeReadView {
                recipe: Some(shown(recipe)),
                problem: None,
            },
            Err(problem) => RecipeReadView {
                recipe: None,
                problem: Some(RecipeProblemView {
                    line: number(problem.line),
                    column: number(problem.column),
                    message: problem.message,
                }),
            },
        })
    }

    /// Compares a recipe with gateways. Nothing is sent but what reads; what goes wrong at a
    /// gateway is part of its result.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a recipe or answers that are wrong.
    pub async fn plan_recipe(
        &self,
        text: &str,
        answers: Vec<RecipeAnswer>,
        udns: &[String],
    ) -> Answer<RecipePlanView> {
        let management = self.management()?;
        if text.len() > RECIPE_OCTETS {
            return Err(told(too_long()));
        }
        if udns.is_empty() || udns.len() > RECIPE_GATEWAYS {
            let most = format!("a recipe runs on 1 to {RECIPE_GATEWAYS} gateways at once");
            return Err(told(Error::Usage(most)));
        }
        let recipe =
            Recipe::read(text).map_err(|problem| told(Error::Usage(problem.to_string())))?;
        let mut given = Answers::default();
        for answer in answers {
            given.give(&answer.name, Secret::new(answer.value));
        }
        let filled = recipe.fill(given).map_err(told)?;
        let mut plans = Vec::with_capacity(udns.len());
        let mut results = Vec::with_capacity(udns.len());
        for udn in udns {
            match management.plan_recipe(udn, &filled).await {
                Ok(plan) => {
                    results.push(RecipeResultView::planned(udn, &plan));
                    plans.push((udn.clone(), Ok(plan)));
                }
                Err(error) => {
                    let result = RecipeResultView::failed(
                        udn,
                        Some(udn.clone()),
                        name(management, udn),
                        &error,
                    );
                    results.push(result.clone());
                    plans.push((udn.clone(), Err(result)));
                }
            }
        }
        let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
        planned.number = planned.number.wrapping_add(1);
        planned.plans = plans;
        Ok(RecipePlanView {
            number: planned.number,
            results,
        })
    }

    /// Sends what was shown, and only that, one gateway after the other. Each result is pushed
    /// as it comes.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for a plan that is not the last one shown, and for one that may cut this
    /// computer off without `even_if_cut_off`.
    pub async fn run_recipe(
        &self,
        number: u32,
        even_if_cut_off: bool,
    ) -> Answer<Vec<RecipeResultView>> {
        let management = self.management()?;
        let plans = {
            let mut planned = self.planned.lock().unwrap_or_else(PoisonError::into_inner);
            if planned.number != number || planned.plans.is_empty() {
                let old = "this plan is no longer the one that was shown; compare again";
                return Err(told(Error::Usage(old.to_owned())));
            }
            let cuts_off = planned.plans.iter().any(|(_, plan)| {
                plan.as_ref()
                    .is_ok_and(|plan| plan.forecast.severity >= ForecastSeverity::MayCutOff)
            });
            if cuts_off && !even_if_cut_off {
                let risk = "this may cut this computer off; nothing was sent";
                return Err(told(Error::Usage(risk.to_owned())));
            }
            std::mem::take(&mut planned.plans)
        };
        let mut results = Vec::with_capacity(plans.len());
        for (udn, plan) in plans {
            let result = match plan {
                Ok(plan) => management.run_recipe(&udn, plan).await,
                Err(result) => result,
            };
            (self.push)(AppEvent::RecipeProgress {
                result: Box::new(result.clone()),
            });
            if result.outcome == RecipeOutcome::Changed {
                self.push_session(&udn);
            }
            results.push(result);
        }
        Ok(results)
    }
}

fn shown(recipe: Recipe) -> RecipeView {
    RecipeView {
        name: recipe.name,
        description: recipe.description,
        notes: recipe.notes,
        variables: recipe.variables.into_iter().map(asked).collect(),
    }
}

fn asked(variable: Variable) -> RecipeVariableView {
    RecipeVariableView {
        name: variable.name,
        prompt: variable.prompt,
        default: variable.default,
        secret: variable.secret,
        one_of: variable.one_of,
        min_length: number(variable.min_length),
        max_length: number(variable.max_length),
    }
}

fn name(management: &Management, udn: &str) -> String {
    let gateways = management.gateways();
    let known = gateways.iter().find(|gateway| gateway.udn == udn);
    known
        .and_then(|gateway| gateway.friendly_name.clone())
        .unwrap_or_else(|| udn.to_owned())
}

fn too_long() -> Error {
    Error::Usage(format!("a recipe has at most {RECIPE_OCTETS} octets"))
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
