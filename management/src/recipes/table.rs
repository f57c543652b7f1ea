//! A TOML table read strictly: every key is asked for, what is left over is a mistake, and
//! every mistake knows its place.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::Spanned;

use super::problem::{meant, RecipeProblem};
use super::template::Template;

pub(crate) type Found<T> = Result<T, RecipeProblem>;

/// One table of a recipe.
pub(crate) struct Table<'t, 'i> {
    text: &'t str,
    /// What it is called in errors, for example `[variables.ssid]`.
    pub title: String,
    pub span: Range<usize>,
    inner: &'t DeTable<'i>,
    known: Vec<&'static str>,
}

impl<'t, 'i> Table<'t, 'i> {
    pub fn new(text: &'t str, title: &str, span: Range<usize>, inner: &'t DeTable<'i>) -> Self {
        Table {
            text,
            title: title.to_owned(),
            span,
            inner,
            known: Vec::new(),
        }
    }

    pub fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> RecipeProblem {
        RecipeProblem::at(self.text, span, message)
    }

    pub fn line(&self) -> usize {
        self.wrong(self.span.clone(), "").line
    }

    pub fn get(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.known.push(key);
        self.inner.get(key)
    }

    /// Where the value of a key stands.
    pub fn span_of(&self, key: &str) -> Range<usize> {
        let value = self.inner.get(key);
        value.map_or(self.span.clone(), |value| value.span())
    }

    /// A mistake for the first key that was not asked for.
    pub fn finish(self) -> Found<()> {
        let mut unknown: Vec<_> = self
            .inner
            .keys()
            .filter(|key| !self.known.contains(&key.get_ref().as_ref()))
            .collect();
        unknown.sort_by_key(|key| key.span().start);
        let Some(key) = unknown.first() else {
            return Ok(());
        };
        let written = key.get_ref().as_ref();
        let advice = match meant(written, &self.known) {
            Some(word) => format!("did you mean “{word}”?"),
            None => format!("it may have {}", self.known.join(", ")),
        };
        Err(self.wrong(
            key.span(),
            format!("{} has no “{written}”; {advice}", self.title),
        ))
    }

    /// A mistake for a key that is not there; one that looks like it is named instead.
    fn missing(&self, key: &'static str) -> RecipeProblem {
        let slip = self.inner.keys().find(|written| {
            let written = written.get_ref().as_ref();
            !self.known.contains(&written) && meant(written, &[key]).is_some()
        });
        match slip {
            Some(slip) => self.wrong(
                slip.span(),
                format!(
                    "{} has no “{}”; did you mean “{key}”?",
                    self.title,
                    slip.get_ref()
                ),
            ),
            None => self.wrong(
                self.span.clone(),
                format!("{} needs {key} = \"…\"", self.title),
            ),
        }
    }

    pub fn text(&mut self, key: &'static str, limit: usize) -> Found<Option<String>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        self.text_of(key, value, limit).map(Some)
    }

    pub fn needed_text(&mut self, key: &'static str, limit: usize) -> Found<String> {
        match self.text(key, limit)? {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.missing(key)),
        }
    }

    fn text_of(&self, key: &str, value: &Spanned<DeValue<'_>>, limit: usize) -> Found<String> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref().to_owned(),
            // Parameters are numbers and truths as well; what is sent is their text.
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Boolean(truth) => truth.to_string(),
            other => {
                return Err(self.wrong(
                    value.span(),
                    format!("{key} must be a text in quotes, not {}", kind(other)),
                ))
            }
        };
        if text.len() > limit {
            return Err(self.wrong(
                value.span(),
                format!("{key} is longer than {limit} characters"),
            ));
        }
        Ok(text)
    }

    pub fn truth(&mut self, key: &'static str, otherwise: bool) -> Found<bool> {
        let Some(value) = self.get(key) else {
            return Ok(otherwise);
        };
        value.get_ref().as_bool().ok_or_else(|| {
            self.wrong(
                value.span(),
                format!("{key} must be true or false, not {}", kind(value.get_ref())),
            )
        })
    }

    pub fn number(&mut self, key: &'static str, otherwise: u64, most: u64) -> Found<u64> {
        let Some(value) = self.get(key) else {
            return Ok(otherwise);
        };
        let number = value.get_ref().as_integer();
        number
            .filter(|number| number.radix() == 10)
            .and_then(|number| number.as_str().parse().ok())
            .filter(|number| *number <= most)
            .ok_or_else(|| {
                self.wrong(
                    value.span(),
                    format!("{key} must be a whole number from 0 to {most}"),
                )
            })
    }

    /// One text, or a list of texts.
    pub fn texts(&mut self, key: &'static str, most: usize, limit: usize) -> Found<Vec<String>> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let Some(list) = value.get_ref().as_array() else {
            return Ok(vec![self.text_of(key, value, limit)?]);
        };
        if list.iter().count() > most {
            return Err(self.wrong(value.span(), format!("{key} has more than {most} entries")));
        }
        list.iter()
            .map(|entry| self.text_of(key, entry, limit))
            .collect()
    }

    pub fn template(&mut self, key: &'static str, limit: usize) -> Found<Option<Template>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        self.template_of(key, value, limit).map(Some)
    }

    pub fn needed_template(&mut self, key: &'static str, limit: usize) -> Found<Template> {
        self.template(key, limit)?.ok_or_else(|| self.missing(key))
    }

    fn template_of(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        limit: usize,
    ) -> Found<Template> {
        Template::parse(&self.text_of(key, value, limit)?)
            .map_err(|wrong| self.wrong(value.span(), format!("in {key}, {wrong}")))
    }

    /// Names and templates, in the order they were written.
    pub fn named_templates(
        &mut self,
        key: &'static str,
        most: usize,
        limit: usize,
    ) -> Found<Vec<(String, Template)>> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.wrong(
                value.span(),
                format!("{key} must be {{ Name = \"value\" }}"),
            ));
        };
        let mut entries: Vec<_> = table.iter().collect();
        if entries.len() > most {
            return Err(self.wrong(value.span(), format!("{key} has more than {most} entries")));
        }
        entries.sort_by_key(|(name, _)| name.span().start);
        let one = |(name, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let written: &str = std::borrow::Cow::as_ref(name.get_ref());
            let sound = written.split(['.', '/']).all(|part| {
                !part.is_empty()
                    && part
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            });
            if !sound {
                return Err(self.wrong(
                    name.span(),
                    format!("“{written}” is not the name of a parameter below the row"),
                ));
            }
            Ok((written.to_owned(), self.template_of(written, value, limit)?))
        };
        entries.into_iter().map(one).collect()
    }

    /// The tables of `[[key]]`, in order.
    pub fn tables(&mut self, key: &'static str, most: usize) -> Found<Vec<Table<'t, 'i>>> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let wanted = format!("write [[{key}]] for each {key}");
        let Some(list) = value.get_ref().as_array() else {
            return Err(self.wrong(value.span(), wanted));
        };
        if list.iter().count() > most {
            return Err(self.wrong(
                value.span(),
                format!("there are more than {most} [[{key}]]"),
            ));
        }
        list.iter()
            .map(|entry| match entry.get_ref().as_table() {
                Some(table) => Ok(Table::new(
                    self.text,
                    &format!("[[{key}]]"),
                    entry.span(),
                    table,
                )),
                None => Err(self.wrong(entry.span(), wanted.clone())),
            })
            .collect()
    }

    /// The table `[key]`.
    pub fn table(&mut self, key: &'static str) -> Found<Option<Table<'t, 'i>>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        match value.get_ref().as_table() {
            Some(table) => Ok(Some(Table::new(
                self.text,
                &format!("[{key}]"),
                value.span(),
                table,
            ))),
            None => Err(self.wrong(value.span(), format!("{key} must be a table: [{key}]"))),
        }
    }

    /// The tables inside this one, whatever their names, in the order they were written.
    pub fn every_table(self) -> Found<Vec<(String, Table<'t, 'i>)>> {
        let mut entries: Vec<_> = self.inner.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        entries
            .into_iter()
            .map(|(name, value)| {
                let written = name.get_ref().as_ref();
                let title = format!("{}.{written}]", self.title.trim_end_matches(']'));
                match value.get_ref().as_table() {
                    Some(table) => Ok((
                        written.to_owned(),
                        Table::new(self.text, &title, name.span(), table),
                    )),
                    None => Err(self.wrong(value.span(), format!("write {title}"))),
                }
            })
            .collect()
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number of this kind",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
