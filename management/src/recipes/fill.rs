//! A recipe with its variables answered.

use std::collections::BTreeMap;

use dp_credentials::secrets::Secret;

use super::template::Template;
use super::{Recipe, Variable};
use crate::error::Error;
use crate::store::DraftValue;

/// Answers to the variables of a recipe, by name. They do not print.
#[derive(Default)]
pub struct Answers(BTreeMap<String, Secret<String>>);

impl Answers {
    /// Gives an answer; a later one replaces an earlier one.
    pub fn give(&mut self, name: &str, answer: Secret<String>) {
        self.0.insert(name.to_owned(), answer);
    }

    /// Whether there is an answer.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A recipe that can run: nothing in it is open any more.
#[derive(Debug)]
pub struct FilledRecipe<'r> {
    pub(super) recipe: &'r Recipe,
    answers: BTreeMap<&'r str, (bool, Secret<String>)>,
}

impl Variable {
    /// What is wrong with an answer, in words that do not repeat it.
    pub fn problem(&self, answer: &str) -> Option<String> {
        let length = answer.chars().count();
        if length < self.min_length {
            return Some(format!("has fewer than {} characters", self.min_length));
        }
        if length > self.max_length {
            return Some(format!("has more than {} characters", self.max_length));
        }
        if !self.one_of.is_empty() && !self.one_of.iter().any(|one| one == answer) {
            return Some(format!("must be one of {}", self.one_of.join(", ")));
        }
        answer
            .chars()
            .any(char::is_control)
            .then(|| "contains a control character".to_owned())
    }
}

impl Recipe {
    /// Joins the recipe with answers; defaults stand in for what is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Usage`] for an answer nobody asked for, one that is missing or not allowed.
    pub fn fill(&self, mut answers: Answers) -> Result<FilledRecipe<'_>, Error> {
        let mut filled = BTreeMap::new();
        for variable in &self.variables {
            let answer = answers
                .0
                .remove(&variable.name)
                .or_else(|| variable.default.clone().map(Secret::new))
                .ok_or_else(|| {
                    let how = if variable.secret {
                        "--var-stdin and a line"
                    } else {
                        "--var"
                    };
                    Error::Usage(format!(
                        "the recipe asks for {} ({}): give it with {how} {}=VALUE",
                        variable.name, variable.prompt, variable.name,
                    ))
                })?;
            if let Some(problem) = variable.problem(answer.expose()) {
                return Err(Error::Usage(format!(
                    "{} ({}) {problem}",
                    variable.name, variable.prompt
                )));
            }
            filled.insert(variable.name.as_str(), (variable.secret, answer));
        }
        match answers.0.keys().next() {
            None => Ok(FilledRecipe {
                recipe: self,
                answers: filled,
            }),
            Some(name) => Err(Error::Usage(format!(
                "the recipe has no variable {name}; it has {}",
                match self.variables.len() {
                    0 => "none".to_owned(),
                    _ => {
                        let names: Vec<_> =
                            self.variables.iter().map(|one| one.name.as_str()).collect();
                        names.join(", ")
                    }
                }
            ))),
        }
    }
}

impl FilledRecipe<'_> {
    /// A text as it is sent. A secret in it makes it one.
    pub(super) fn value(&self, template: &Template) -> DraftValue {
        let text = self.text(template);
        let secret = template
            .variables()
            .any(|name| self.answers.get(name).is_some_and(|(secret, _)| *secret));
        if secret {
            DraftValue::Secret(Secret::new(text))
        } else {
            DraftValue::Plain(text)
        }
    }

    /// A text that holds no secret, by the reader's word.
    pub(super) fn text(&self, template: &Template) -> String {
        template.filled(|name| {
            self.answers
                .get(name)
                .map(|(_, answer)| answer.expose().clone())
                .unwrap_or_default()
        })
    }
}
