//! A recipe against one gateway: what would be sent. Only reading happens.

use std::sync::Arc;
use std::time::Duration;

use upnp::data_model::parameter_values::ParameterValues;
use upnp::data_model::path::is_identifier;

use super::fill::FilledRecipe;
use super::template::Template;
use super::RowStep;
use crate::application::Management;
use crate::draft::Edit;
use crate::edit_path::EditKind;
use crate::error::Error;
use crate::forecast::ForecastView;
use crate::session::Session;
use crate::store::DraftValue;

/// What a recipe comes to at one gateway.
#[derive(Debug)]
pub struct RecipePlan {
    /// The gateway.
    pub session: Arc<Session>,
    /// What would be sent, new rows with their parameters first. Empty when everything is so
    /// already.
    pub edits: Vec<Edit>,
    /// Parameters and rows that are as the recipe wants them.
    pub already: usize,
    /// Why the recipe is not for this gateway; nothing else was looked at then.
    pub not_for_it: Option<String>,
    /// What it does to the way to the gateway.
    pub forecast: ForecastView,
    pub(super) checks: Vec<PlannedCheck>,
}

/// What must be so afterwards.
#[derive(Debug, Clone)]
pub(super) struct PlannedCheck {
    pub upnp_path: String,
    pub equals: String,
    pub within: Duration,
}

impl Management {
    /// Compares a recipe with a gateway. Nothing is sent but what reads.
    ///
    /// # Errors
    ///
    /// What keeps the gateway from being opened or read, and what the gateway or the data
    /// model does not allow: as [`Management::prepare`] and [`Management::prepare_row`].
    pub async fn plan_recipe(
        &self,
        udn: &str,
        filled: &FilledRecipe<'_>,
    ) -> Result<RecipePlan, Error> {
        let session = self.open_gateway(udn).await?;
        let mut plan = RecipePlan {
            edits: Vec::new(),
            already: 0,
            not_for_it: self.not_for(&session, filled).await?,
            forecast: ForecastView::nothing(),
            checks: Vec::new(),
            session,
        };
        if plan.not_for_it.is_some() {
            return Ok(plan);
        }
        for row in &filled.recipe.rows {
            self.plan_row(&mut plan, filled, row)
                .await
                .map_err(|error| at_line(row.line, error))?;
        }
        self.plan_sets(&mut plan, filled).await?;
        for check in &filled.recipe.checks {
            let upnp_path = plan.session.upnp_path(&filled.text(&check.path))?;
            if plan.session.is_secret(&upnp_path) {
                return Err(Error::Usage(format!(
                    "{} is a secret, which no gateway shows: it cannot be checked",
                    plan.session.naming().shown(&upnp_path)
                )));
            }
            plan.checks.push(PlannedCheck {
                upnp_path,
                equals: filled.text(&check.equals),
                within: Duration::from_secs(check.within_s),
            });
        }
        plan.forecast = self.forecast(&plan.session, &plan.edits).await?;
        Ok(plan)
    }

    /// Why a recipe is not for a gateway.
    async fn not_for(
        &self,
        session: &Session,
        filled: &FilledRecipe<'_>,
    ) -> Result<Option<String>, Error> {
        let applies = &filled.recipe.applies_to;
        let models = session.view().data_models;
        let fits = |wanted: &String| {
            models.iter().any(|model| {
                let name = model.uri.rsplit(':').next().unwrap_or_default();
                name == wanted || name.starts_with(&format!("{wanted}-"))
            })
        };
        if !applies.data_model.is_empty() && !applies.data_model.iter().any(fits) {
            return Ok(Some(format!(
                "it has none of the data models {}",
                applies.data_model.join(", ")
            )));
        }
        let (manufacturer, model) = self
            .inventory()
            .get(&session.udn)
            .map(|entry| {
                let view = &entry.view;
                (view.manufacturer.clone(), view.model_name.clone())
            })
            .unwrap_or_default();
        let version = if applies.software_version.is_empty() {
            None
        } else {
            match session.upnp_path("Device.DeviceInfo.SoftwareVersion") {
                Ok(path) => {
                    let (values, _) = session.read_values(std::slice::from_ref(&path)).await?;
                    values.get(&path).map(str::to_owned)
                }
                Err(_) => None,
            }
        };
        let words = [
            ("manufacturer", &applies.manufacturer, manufacturer),
            ("model", &applies.model, model),
            ("software version", &applies.software_version, version),
        ];
        for (what, patterns, is) in words {
            let is = is.unwrap_or_default();
            if !patterns.is_empty() && !patterns.iter().any(|pattern| matches(pattern, &is)) {
                return Ok(Some(format!(
                    "its {what} is “{is}”, and the recipe is for {}",
                    patterns.join(", ")
                )));
            }
        }
        for path in &applies.has {
            let there = match session.upnp_path(path) {
                Ok(upnp_path) => {
                    let asked = [upnp_path];
                    let (_, problems) = session.read_values(&asked).await?;
                    problems.is_empty()
                }
                Err(_) => false,
            };
            if !there {
                return Ok(Some(format!("it has no {path}")));
            }
        }
        Ok(None)
    }

    async fn plan_sets(
        &self,
        plan: &mut RecipePlan,
        filled: &FilledRecipe<'_>,
    ) -> Result<(), Error> {
        let mut wanted = Vec::new();
        for step in &filled.recipe.sets {
            let path = filled.text(&step.path);
            let value = filled.value(&step.value);
            guard(&plan.session, &path, &value).map_err(|error| at_line(step.line, error))?;
            wanted.push((path, value.expose().to_owned()));
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let session = Arc::clone(&plan.session);
        for edit in self.prepare(&session, &wanted).await? {
            if plan
                .edits
                .iter()
                .any(|other| other.upnp_path == edit.upnp_path)
            {
                return Err(Error::Usage(format!(
                    "{} is set by a [[row]] and a [[set]]",
                    session.naming().shown(&edit.upnp_path)
                )));
            }
            keep_if_it_differs(plan, edit);
        }
        Ok(())
    }

    async fn plan_row(
        &self,
        plan: &mut RecipePlan,
        filled: &FilledRecipe<'_>,
        step: &RowStep,
    ) -> Result<(), Error> {
        let session = Arc::clone(&plan.session);
        let table = session.upnp_path(&filled.text(&step.table))?;
        let table = format!("{}/", table.trim_end_matches('/'));
        let key = named(filled, &step.key);
        let values = named(filled, &step.values);
        for (name, value) in key.iter().chain(&values) {
            guard(&session, &format!("{table}0/{name}"), value)?;
        }
        let (present, problems) = session.read_values(std::slice::from_ref(&table)).await?;
        if let Some(problem) = problems.first() {
            return Err(session.problem_error(problem));
        }
        let rows = rows_with(&session, &present, &table, &key);
        let exposed = |pairs: &[(String, DraftValue)]| -> Vec<(String, String)> {
            let exposed = pairs.iter();
            exposed
                .map(|(name, value)| (name.clone(), value.expose().to_owned()))
                .collect()
        };
        match rows.as_slice() {
            [] if !step.create => Err(Error::Usage(format!(
                "{} has no row with {}, and the recipe does not make one",
                session.naming().shown(&table),
                in_words(&key)
            ))),
            [] => {
                let all = [exposed(&key), exposed(&values)].concat();
                let edits = self.prepare_row(&session, &table, &all).await?;
                plan_new_row(plan, edits)
            }
            [row] => {
                let wanted: Vec<_> = exposed(&values)
                    .into_iter()
                    .map(|(name, value)| (format!("{row}{name}"), value))
                    .collect();
                plan.already += key.len();
                if !wanted.is_empty() {
                    for edit in self.prepare(&session, &wanted).await? {
                        keep_if_it_differs(plan, edit);
                    }
                }
                Ok(())
            }
            several => Err(Error::Usage(format!(
                "{} has {} rows with {}; the key must fit one",
                session.naming().shown(&table),
                several.len(),
                in_words(&key)
            ))),
        }
    }
}

/// Numbers a new row after those the plan has already. A second row with the same key would
/// be made twice.
fn plan_new_row(plan: &mut RecipePlan, edits: Vec<Edit>) -> Result<(), Error> {
    let Some(row) = edits.first().map(|edit| edit.upnp_path.clone()) else {
        return Ok(());
    };
    let made = plan
        .edits
        .iter()
        .filter(|edit| edit.kind() == EditKind::Create)
        .count();
    let mut parts = row.trim_end_matches('/').rsplitn(2, '/');
    let number = parts
        .next()
        .and_then(|last| last.strip_prefix('+')?.parse::<usize>().ok())
        .unwrap_or(1);
    let table = parts.next().unwrap_or_default();
    let numbered = format!("{table}/+{}/", number + made);
    plan.edits.extend(edits.into_iter().map(|edit| Edit {
        upnp_path: match edit.upnp_path.strip_prefix(&row) {
            Some(rest) => format!("{numbered}{rest}"),
            None => edit.upnp_path,
        },
        ..edit
    }));
    Ok(())
}

/// A secret cannot be compared and is sent; what is so already is not.
fn keep_if_it_differs(plan: &mut RecipePlan, edit: Edit) {
    let same = edit.old.as_deref().is_some_and(|old| {
        plan.session
            .same_value(&edit.upnp_path, old, edit.new.expose())
    });
    if same && !edit.is_secret() {
        plan.already += 1;
    } else {
        plan.edits.push(edit);
    }
}

/// A secret in a parameter that is none would be shown, and kept in the journal.
fn guard(session: &Session, path: &str, value: &DraftValue) -> Result<(), Error> {
    if !matches!(value, DraftValue::Secret(_)) {
        return Ok(());
    }
    let upnp_path = session.upnp_path(path)?;
    if session.is_secret(&upnp_path) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{} is shown to everybody, so no secret goes into it",
        session.naming().shown(&upnp_path)
    )))
}

fn at_line(line: usize, error: Error) -> Error {
    match error {
        Error::Usage(text) => Error::Usage(format!("line {line} of the recipe: {text}")),
        other => other,
    }
}

fn named(filled: &FilledRecipe<'_>, pairs: &[(String, Template)]) -> Vec<(String, DraftValue)> {
    pairs
        .iter()
        .map(|(name, template)| (name.replace('.', "/"), filled.value(template)))
        .collect()
}

fn in_words(key: &[(String, DraftValue)]) -> String {
    let parts = key
        .iter()
        .map(|(name, value)| format!("{name} “{}”", value.expose()));
    parts.collect::<Vec<_>>().join(" and ")
}

/// Rows of a table whose parameters are as the key says.
fn rows_with(
    session: &Session,
    present: &ParameterValues,
    table: &str,
    key: &[(String, DraftValue)],
) -> Vec<String> {
    let mut rows: Vec<String> = present
        .iter()
        .filter_map(|(path, _)| {
            let number = path.strip_prefix(table)?.split('/').next()?;
            is_identifier(number).then(|| format!("{table}{number}/"))
        })
        .collect();
    rows.sort();
    rows.dedup();
    rows.retain(|row| {
        key.iter().all(|(name, wanted)| {
            let path = format!("{row}{name}");
            present
                .get(&path)
                .is_some_and(|now| session.same_value(&path, wanted.expose(), now))
        })
    });
    rows
}

/// Whether a text fits a pattern in which `*` is anything; capitals do not matter.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_anything() {
        for (pattern, text) in [
            ("Example*", "example box 7"),
            ("*7", "Box 7"),
            ("a*c*e", "abcde"),
            ("*", ""),
            ("box", "BOX"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("box", "box 7"),
            ("*7", "Box 8"),
            ("a*c*e", "abcd"),
            ("a*a", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
