//! Recipes: what a technician sets at every customer's, as a text file.
//!
//! A recipe is TOML: variables that are asked for, which gateways it is for, parameters to set,
//! rows to have, checks afterwards. [`Recipe::read`] is strict: a key nobody knows is a
//! mistake, said with line and column. [`Recipe::fill`] joins it with the answers.
//! [`Management::plan_recipe`](crate::Management::plan_recipe) compares it with one gateway and
//! sends nothing; [`Management::run_recipe`](crate::Management::run_recipe) sends what the plan
//! says, and only that, through the same apply and read back as every other change.
//!
//! Rows are found by their key, so a recipe that was run changes nothing when it is run again.
//! The exception are secrets: no gateway shows them, so nobody can tell whether they are so
//! already, and they are sent again.
//!
//! The format is written down for people in `docs/recipes.md`.

mod fill;
mod plan;
pub(crate) mod problem;
mod reader;
mod run;
pub(crate) mod table;
mod template;
#[cfg(test)]
mod tests;

pub use fill::{Answers, FilledRecipe};
pub use plan::RecipePlan;
pub use problem::RecipeProblem;
pub use run::{CheckView, RecipeOutcome, RecipeResultView};

use template::Template;

/// A recipe as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is to be done by hand afterwards.
    pub notes: Option<String>,
    /// What has to be known before it can run, in the order of the names.
    pub variables: Vec<Variable>,
    pub(crate) applies_to: AppliesTo,
    pub(crate) sets: Vec<SetStep>,
    pub(crate) rows: Vec<RowStep>,
    pub(crate) checks: Vec<Check>,
}

/// Something a recipe asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Name, as in `{name}`.
    pub name: String,
    /// What a person is asked.
    pub prompt: String,
    /// Taken when nobody answers; a secret has none.
    pub default: Option<String>,
    /// Never shown, never on a command line.
    pub secret: bool,
    /// The only answers allowed; empty for any.
    pub one_of: Vec<String>,
    /// Fewest characters of an answer.
    pub min_length: usize,
    /// Most characters of an answer.
    pub max_length: usize,
}

/// Which gateways a recipe is for; an empty list means any. `*` in a pattern stands for
/// anything, and capitals do not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AppliesTo {
    /// Beginnings of the last part of a data model's URI, for example `tr-181-2`.
    pub data_model: Vec<String>,
    pub manufacturer: Vec<String>,
    pub model: Vec<String>,
    pub software_version: Vec<String>,
    /// Parameters or objects the gateway must have.
    pub has: Vec<String>,
}

/// One parameter to be set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetStep {
    pub path: Template,
    pub value: Template,
    /// Where it stands, for errors that show only at a gateway.
    pub line: usize,
}

/// One row to be there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowStep {
    pub table: Template,
    /// By what the row is known: names below it and their values.
    pub key: Vec<(String, Template)>,
    pub values: Vec<(String, Template)>,
    /// Whether it is made when it is missing.
    pub create: bool,
    pub line: usize,
}

/// What must be so afterwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Check {
    pub path: Template,
    pub equals: Template,
    /// How long it may take, in seconds.
    pub within_s: u64,
}
