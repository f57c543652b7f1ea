//! `apply`: a recipe at one gateway or several.

use std::io::Write;
use std::path::Path;

use dp_credentials::secrets::Secret;
use management::limits::{RECIPE_GATEWAYS, RECIPE_OCTETS};
use management::recipes::{
    Answers, FilledRecipe, Recipe, RecipeOutcome, RecipePlan, RecipeResultView, Variable,
};
use management::view::Failure;
use management::{Error, Management};
use serde_json::json;

use super::ask::{asked, hidden_now, line_from_stdin, somebody_is_there, yes_or_no};
use super::write::{difference, state_words};
use super::{forecast, name_and_value};
use crate::output::{table, tone, Output, Tone};
use crate::Ended;

/// How a recipe is run.
pub struct How {
    /// NAME=VALUE arguments.
    pub variables: Vec<String>,
    /// More of them on standard input, one a line.
    pub from_stdin: bool,
    /// Show only.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Send it even if it cuts this computer off.
    pub even_if_cut_off: bool,
}

pub async fn apply(
    management: &Management,
    file: &Path,
    devices: &[String],
    how: How,
    output: &Output,
) -> Result<(), Ended> {
    if devices.len() > RECIPE_GATEWAYS {
        return Err(Ended::Failed(Error::Usage(format!(
            "a recipe runs on at most {RECIPE_GATEWAYS} gateways at once"
        ))));
    }
    let recipe = read(file)?;
    let answers = answers(&recipe, &how).await?;
    let filled = recipe.fill(answers)?;

    // Everything is looked at before anything is sent anywhere.
    let mut planned = Vec::with_capacity(devices.len());
    for device in devices {
        let progress = output.progress(format!("Comparing {device} with the recipe"));
        planned.push((device, plan(management, device, &filled).await));
        drop(progress);
    }
    same_gateway_twice(&planned)?;
    if !how.dry_run {
        for plan in planned.iter().filter_map(|(_, plan)| plan.as_ref().ok()) {
            forecast::require_way(&plan.forecast, how.yes, how.even_if_cut_off)
                .map_err(|error| at_gateway(&plan.session.name, error))?;
        }
    }
    let to_send: usize = planned
        .iter()
        .filter_map(|(_, plan)| Some(plan.as_ref().ok()?.edits.len()))
        .sum();
    if how.dry_run || (!how.yes && to_send > 0) {
        let lines = planned
            .iter()
            .flat_map(|(device, plan)| shown(device, plan))
            .collect::<Vec<_>>();
        if !how.dry_run {
            confirm(&lines, to_send).await?;
        } else if !output.is_json() {
            lines.iter().for_each(|line| output.line(line));
        }
    }

    let mut results = Vec::with_capacity(planned.len());
    for (device, plan) in planned {
        results.push(match plan {
            Err((udn, name, error)) => RecipeResultView::failed(device, udn, name, &error),
            Ok(plan) if how.dry_run => RecipeResultView::planned(device, &plan),
            Ok(plan) => {
                let progress = output.progress(format!("Applying to {}", plan.session.name));
                let (session, forecast) = (plan.session.clone(), plan.forecast.clone());
                let result = management.run_recipe(device, plan).await;
                drop(progress);
                forecast::look_for(management, &session, &forecast, output).await;
                result
            }
        });
    }
    told(&recipe, &results, how.dry_run, output)
}

fn at_gateway(name: &str, error: Error) -> Error {
    match error {
        Error::Usage(text) => Error::Usage(format!("{name}: {text}")),
        other => other,
    }
}

/// A plan, or where it failed: UDN when it was found, a name, and why.
type Planned = Result<RecipePlan, (Option<String>, String, Error)>;

async fn plan(management: &Management, device: &str, filled: &FilledRecipe<'_>) -> Planned {
    let udn = match management.resolve(device).await {
        Ok(udn) => udn,
        Err(error) => return Err((None, device.to_owned(), error)),
    };
    let plan = management.plan_recipe(&udn, filled).await;
    plan.map_err(|error| (Some(udn), device.to_owned(), error))
}

fn same_gateway_twice(planned: &[(&String, Planned)]) -> Result<(), Error> {
    let udn = |plan: &Planned| plan.as_ref().ok().map(|plan| plan.session.udn.clone());
    for (at, (device, plan)) in planned.iter().enumerate() {
        let twice = udn(plan).is_some() && planned[..at].iter().any(|(_, b)| udn(b) == udn(plan));
        if twice {
            return Err(Error::Usage(format!("{device} is named twice")));
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Recipe, Error> {
    use std::io::Read;
    let failed =
        |error: std::io::Error| Error::Usage(format!("{} cannot be read: {error}", file.display()));
    let mut text = Vec::new();
    std::fs::File::open(file)
        .map_err(failed)?
        .take(RECIPE_OCTETS as u64 + 1)
        .read_to_end(&mut text)
        .map_err(failed)?;
    let text = String::from_utf8(text)
        .map_err(|_| Error::Usage(format!("{} is no text in UTF-8", file.display())))?;
    Recipe::read(&text).map_err(|problem| {
        Error::Usage(format!(
            "{}:{}:{}: {}",
            file.display(),
            problem.line,
            problem.column,
            problem.message
        ))
    })
}

/// Answers from the command line, from standard input, and from the person.
async fn answers(recipe: &Recipe, how: &How) -> Result<Answers, Error> {
    let mut answers = Answers::default();
    for argument in &how.variables {
        let (name, value) = name_and_value(argument)?;
        let value = Secret::new(value);
        if recipe
            .variables
            .iter()
            .any(|one| one.secret && one.name == name)
        {
            return Err(Error::Usage(format!(
                "{name} is a secret, and everybody on this computer sees a command line: leave --var {name} out and type it when asked, or use --var-stdin"
            )));
        }
        answers.give(&name, value);
    }
    if how.from_stdin {
        for line in asked(lines_from_stdin).await? {
            let (name, value) = name_and_value(line.expose())?;
            answers.give(&name, Secret::new(value));
        }
        return Ok(answers);
    }
    if somebody_is_there() {
        for variable in &recipe.variables {
            let needed = variable.default.is_none() || !how.yes;
            if needed && !answers.has(&variable.name) {
                answers.give(&variable.name, ask(variable.clone()).await?);
            }
        }
    }
    Ok(answers)
}

async fn ask(variable: Variable) -> Result<Secret<String>, Error> {
    asked(move || loop {
        let answer = if variable.secret {
            hidden_now(&format!("{}: ", variable.prompt))?
        } else {
            match &variable.default {
                Some(default) => eprint!("{} [{default}]: ", variable.prompt),
                None => eprint!("{}: ", variable.prompt),
            }
            std::io::stderr().flush().ok();
            let line = line_from_stdin()?;
            match (&variable.default, line.is_empty()) {
                (Some(default), true) => Secret::new(default.clone()),
                _ => Secret::new(line),
            }
        };
        match variable.problem(answer.expose()) {
            None => return Ok(answer),
            Some(problem) => eprintln!("The answer {problem}."),
        }
    })
    .await
}

fn lines_from_stdin() -> Result<Vec<Secret<String>>, Error> {
    let lines = std::io::stdin().lines().take(RECIPE_GATEWAYS);
    let read = lines.map(|line| {
        line.map(Secret::new)
            .map_err(|error| Error::Usage(format!("standard input cannot be read: {error}")))
    });
    read.filter(|line| !matches!(line, Ok(line) if line.expose().trim().is_empty()))
        .collect()
}

async fn confirm(lines: &[String], to_send: usize) -> Result<(), Error> {
    if somebody_is_there() {
        lines.iter().for_each(|line| anstream::eprintln!("{line}"));
    }
    yes_or_no(
        &format!("Apply {to_send} changes?"),
        "changing gateways needs --yes when nobody can be asked",
        "nothing was sent",
    )
    .await
}

/// The full difference at one gateway.
fn shown(device: &str, plan: &Planned) -> Vec<String> {
    match plan {
        Err((_, _, error)) => vec![format!("{device}: {}", error.failure().message)],
        Ok(plan) => {
            let name = &plan.session.name;
            let mut lines = vec![match (&plan.not_for_it, plan.edits.len()) {
                (Some(why), _) => format!("{name}: not for it, {why}"),
                (None, 0) => format!("{name}: everything is so already"),
                (None, count) => format!("{name}: {count} to change, {} so already", plan.already),
            }];
            let difference = difference(&plan.session, &plan.edits);
            lines.extend(difference.into_iter().map(|line| format!("  {line}")));
            let warnings = forecast::sentences(&plan.forecast).into_iter();
            lines.extend(warnings.map(|line| format!("  {line}")));
            lines
        }
    }
}

fn told(
    recipe: &Recipe,
    results: &[RecipeResultView],
    dry_run: bool,
    output: &Output,
) -> Result<(), Ended> {
    let failure: Option<&Failure> = results
        .iter()
        .filter(|result| !result.outcome.is_good())
        .find_map(|result| result.failure.as_ref());
    let mut document = json!({ "recipe": recipe.name, "results": results });
    if let (Some(object), Some(failure)) = (document.as_object_mut(), failure) {
        object.insert("error".into(), json!(failure));
    }
    output.result(&document, || {
        let mut lines = table(&results.iter().map(row).collect::<Vec<_>>());
        if !dry_run {
            for result in results {
                lines.extend(details(result));
            }
        }
        if let (Some(notes), false, None) = (&recipe.notes, dry_run, failure) {
            lines.push(String::new());
            lines.extend(notes.trim().lines().map(str::to_owned));
        }
        lines
    });
    match failure {
        None => Ok(()),
        // Everything was said above, gateway by gateway.
        Some(failure) => Err(Ended::Told(failure.code)),
    }
}

fn row(result: &RecipeResultView) -> Vec<String> {
    let words = match result.outcome {
        RecipeOutcome::Changed => tone(Tone::Good, "changed"),
        RecipeOutcome::AlreadySo => tone(Tone::Good, "already so"),
        RecipeOutcome::Planned => "would change".to_owned(),
        RecipeOutcome::NotForIt => tone(Tone::Caution, "not for it"),
        RecipeOutcome::Refused => tone(Tone::Bad, "refused"),
        RecipeOutcome::Differs => tone(Tone::Bad, "differs"),
        RecipeOutcome::NotReached => tone(Tone::Bad, "not reached"),
        RecipeOutcome::Unknown => tone(Tone::Caution, "unknown; kept as a draft"),
    };
    let about = match &result.failure {
        Some(failure) => failure.message.clone(),
        None => format!(
            "{} changes, {} so already",
            result.changes.len(),
            result.already
        ),
    };
    vec![result.gateway.clone(), words, about]
}

/// What a person has to look at: changes that did not arrive and checks that do not hold.
fn details(result: &RecipeResultView) -> Vec<String> {
    let changes = result
        .changes
        .iter()
        .filter(|_| !result.outcome.is_good())
        .map(|change| format!("  {}  {}", change.path, state_words(change.state)));
    let checks = result
        .checks
        .iter()
        .filter(|check| !check.holds)
        .map(|check| {
            format!(
                "  {} should be “{}” and is {}",
                check.path,
                check.expected,
                match &check.found {
                    Some(found) => format!("“{found}”"),
                    None => "not readable".to_owned(),
                }
            )
        });
    changes.chain(checks).collect()
}
