//! From the text of a recipe to a [`Recipe`], strictly.

use toml::de::DeTable;

use super::problem::{meant, RecipeProblem};
use super::table::{Found, Table};
use super::template::{is_name, Template};
use super::{AppliesTo, Check, Recipe, RowStep, SetStep, Variable};
use crate::limits::{
    RECIPE_CHECK_S, RECIPE_NOTES_OCTETS, RECIPE_OCTETS, RECIPE_STEPS, RECIPE_TEXT_OCTETS,
    RECIPE_VARIABLES,
};

impl Recipe {
    /// Reads a recipe.
    ///
    /// # Errors
    ///
    /// The first mistake, with its place.
    pub fn read(text: &str) -> Result<Recipe, RecipeProblem> {
        if text.len() > RECIPE_OCTETS {
            return Err(RecipeProblem::at(
                text,
                RECIPE_OCTETS..RECIPE_OCTETS,
                format!("a recipe has at most {RECIPE_OCTETS} octets"),
            ));
        }
        let document = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            RecipeProblem::at(text, span, error.message())
        })?;
        let mut top = Table::new(text, "a recipe", 0..0, document.get_ref());
        match top.number("format", 0, u64::MAX)? {
            1 => {}
            0 => return Err(top.wrong(0..0, "a recipe begins with format = 1")),
            other => {
                return Err(top.wrong(
                    top.span_of("format"),
                    format!("this recipe has format {other}; this program reads format 1"),
                ))
            }
        }
        let name = top.needed_text("name", RECIPE_TEXT_OCTETS)?;
        let description = top.text("description", RECIPE_NOTES_OCTETS)?;
        let notes = top.text("notes", RECIPE_NOTES_OCTETS)?;
        let applies_to = match top.table("applies-to")? {
            Some(table) => applies_to(table)?,
            None => AppliesTo::default(),
        };
        let variables = match top.table("variables")? {
            Some(table) => variables(table)?,
            None => Vec::new(),
        };
        let reader = Steps {
            variables: &variables,
        };
        let sets = top.tables("set", RECIPE_STEPS)?;
        let sets = sets.into_iter().map(|table| reader.set(table));
        let sets = sets.collect::<Found<Vec<_>>>()?;
        let rows = top.tables("row", RECIPE_STEPS)?;
        let rows = rows.into_iter().map(|table| reader.row(table));
        let rows = rows.collect::<Found<Vec<_>>>()?;
        let checks = top.tables("check", RECIPE_STEPS)?;
        let checks = checks.into_iter().map(|table| reader.check(table));
        let checks = checks.collect::<Found<Vec<_>>>()?;
        let nothing = sets.is_empty() && rows.is_empty() && checks.is_empty();
        let wrong = nothing.then(|| {
            top.wrong(
                0..0,
                "this recipe does nothing: write [[set]], [[row]] or [[check]]",
            )
        });
        top.finish()?;
        match wrong {
            Some(wrong) => Err(wrong),
            None => Ok(Recipe {
                name,
                description,
                notes,
                variables,
                applies_to,
                sets,
                rows,
                checks,
            }),
        }
    }
}

fn applies_to(mut table: Table<'_, '_>) -> Found<AppliesTo> {
    let mut texts = |key| table.texts(key, RECIPE_STEPS, RECIPE_TEXT_OCTETS);
    let read = AppliesTo {
        data_model: texts("data-model")?,
        manufacturer: texts("manufacturer")?,
        model: texts("model")?,
        software_version: texts("software-version")?,
        has: texts("has")?,
    };
    table.finish()?;
    Ok(read)
}

fn variables(table: Table<'_, '_>) -> Found<Vec<Variable>> {
    let span = table.span.clone();
    let too_many = table.wrong(
        span,
        format!("there are more than {RECIPE_VARIABLES} variables"),
    );
    let tables = table.every_table()?;
    if tables.len() > RECIPE_VARIABLES {
        return Err(too_many);
    }
    tables
        .into_iter()
        .map(|(name, table)| variable(name, table))
        .collect()
}

fn variable(name: String, mut table: Table<'_, '_>) -> Found<Variable> {
    if !is_name(&name) {
        return Err(table.wrong(
            table.span.clone(),
            format!("“{name}” cannot be a variable: use letters, digits, - and _"),
        ));
    }
    let prompt = table.text("prompt", RECIPE_TEXT_OCTETS)?;
    let secret = table.truth("secret", false)?;
    let default = table.text("default", RECIPE_TEXT_OCTETS)?;
    if secret && default.is_some() {
        return Err(table.wrong(
            table.span_of("default"),
            "a secret has no default: it does not belong into a file",
        ));
    }
    let one_of = table.texts("one-of", RECIPE_STEPS, RECIPE_TEXT_OCTETS)?;
    let most = RECIPE_TEXT_OCTETS as u64;
    let min_length = table.number("min-length", 0, most)? as usize;
    let max_length = table.number("max-length", most, most)? as usize;
    let read = Variable {
        prompt: prompt.unwrap_or_else(|| name.clone()),
        name,
        default,
        secret,
        one_of,
        min_length,
        max_length,
    };
    if let Some(wrong) = read
        .default
        .as_deref()
        .and_then(|default| read.problem(default))
    {
        return Err(table.wrong(table.span_of("default"), format!("the default {wrong}")));
    }
    table.finish()?;
    Ok(read)
}

struct Steps<'v> {
    variables: &'v [Variable],
}

impl Steps<'_> {
    fn set(&self, mut table: Table<'_, '_>) -> Found<SetStep> {
        let step = SetStep {
            path: table.needed_template("path", RECIPE_TEXT_OCTETS)?,
            value: table.needed_template("value", RECIPE_TEXT_OCTETS)?,
            line: table.line(),
        };
        self.shown(&mut table, "path", &step.path)?;
        self.known(&mut table, "value", &step.value)?;
        table.finish()?;
        Ok(step)
    }

    fn row(&self, mut table: Table<'_, '_>) -> Found<RowStep> {
        let step = RowStep {
            table: table.needed_template("table", RECIPE_TEXT_OCTETS)?,
            key: table.named_templates("key", RECIPE_STEPS, RECIPE_TEXT_OCTETS)?,
            values: table.named_templates("values", RECIPE_STEPS, RECIPE_TEXT_OCTETS)?,
            create: table.truth("create", true)?,
            line: table.line(),
        };
        self.shown(&mut table, "table", &step.table)?;
        if step.key.is_empty() {
            return Err(table.wrong(
                table.span.clone(),
                "[[row]] needs key = { Name = \"value\" }: by what the row is known when the recipe runs again",
            ));
        }
        for (_, template) in &step.key {
            self.shown(&mut table, "key", template)?;
        }
        for (name, template) in &step.values {
            self.known(&mut table, "values", template)?;
            if step.key.iter().any(|(key, _)| key == name) {
                return Err(table.wrong(
                    table.span_of("values"),
                    format!("{name} stands in key already"),
                ));
            }
        }
        table.finish()?;
        Ok(step)
    }

    fn check(&self, mut table: Table<'_, '_>) -> Found<Check> {
        let check = Check {
            path: table.needed_template("path", RECIPE_TEXT_OCTETS)?,
            equals: table.needed_template("equals", RECIPE_TEXT_OCTETS)?,
            within_s: table.number("within-seconds", 0, RECIPE_CHECK_S)?,
        };
        self.shown(&mut table, "path", &check.path)?;
        self.shown(&mut table, "equals", &check.equals)?;
        table.finish()?;
        Ok(check)
    }

    /// Every variable of a text is one of the recipe's.
    fn known(
        &self,
        table: &mut Table<'_, '_>,
        key: &'static str,
        template: &Template,
    ) -> Found<()> {
        let names: Vec<&str> = self.variables.iter().map(|one| one.name.as_str()).collect();
        let Some(unknown) = template.variables().find(|name| !names.contains(name)) else {
            return Ok(());
        };
        let advice = match meant(unknown, &names) {
            Some(word) => format!("did you mean “{{{word}}}”?"),
            None => format!("write [variables.{unknown}]"),
        };
        Err(table.wrong(
            table.span_of(key),
            format!("there is no variable “{unknown}”; {advice}"),
        ))
    }

    /// As [`Steps::known`], for what people see: no secrets.
    fn shown(
        &self,
        table: &mut Table<'_, '_>,
        key: &'static str,
        template: &Template,
    ) -> Found<()> {
        self.known(table, key, template)?;
        let is_secret = |name: &&str| {
            self.variables
                .iter()
                .any(|one| one.secret && one.name == *name)
        };
        match template.variables().find(is_secret) {
            None => Ok(()),
            Some(name) => Err(table.wrong(
                table.span_of(key),
                format!("{{{name}}} is a secret and {key} is shown; secrets go into values alone"),
            )),
        }
    }
}
