//! A service provider's own face of the set-up: one TOML file with name, colour, texts, steps and
//! defaults. It can say things and leave steps out; it can do nothing the program does not do.
//!
//! Written down for people in `docs/operator.md`; `examples/operator.toml` is one.

use serde::{Deserialize, Serialize};
use specta::Type;
use toml::de::DeTable;

use super::checks::SetupField;
use super::colour::{self, Colour};
use crate::limits::{OPERATOR_OCTETS, OPERATOR_TEXT_OCTETS};
use crate::recipes::problem::meant;
use crate::recipes::table::{Found, Table};
use crate::recipes::RecipeProblem;
use crate::schema::Language;

/// A mistake in an operator's file, with line and column.
pub type OperatorProblem = RecipeProblem;

/// What an operator may say in other words, by the key of the text.
pub const TEXTS: [&str; 18] = [
    "welcome-title",
    "welcome-text",
    "find-title",
    "find-text",
    "pair-title",
    "pair-text",
    "internet-title",
    "internet-text",
    "user-name",
    "user-name-help",
    "password",
    "password-help",
    "wifi-title",
    "wifi-text",
    "check-title",
    "check-text",
    "done-title",
    "done-text",
];

/// An operator's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Operator {
    /// Name of the provider.
    pub name: String,
    /// Where a person is helped, as it is dialled.
    pub help_phone: Option<String>,
    /// Accent colour on light and on dark.
    pub accent: Option<Colour>,
    /// The same in the dark.
    pub accent_dark: Option<Colour>,
    /// Whether the window begins with the set-up.
    pub begins: bool,
    /// Whether the line is asked about.
    pub internet: bool,
    /// Whether the Wi-Fi is asked about.
    pub wifi: bool,
    /// Whether a card is offered.
    pub card: bool,
    /// What a user name begins with in the field.
    pub user_name: Option<String>,
    /// Put behind a user name that does not end in it.
    pub user_name_ending: Option<String>,
    /// Name of the Wi-Fi that stands in the field.
    pub wifi_name: Option<String>,
    /// Texts by language and key.
    texts: Vec<(Language, &'static str, String)>,
}

impl Default for Operator {
    /// Nobody's: every step, no defaults.
    fn default() -> Self {
        Operator {
            name: String::new(),
            help_phone: None,
            accent: None,
            accent_dark: None,
            begins: false,
            internet: true,
            wifi: true,
            card: true,
            user_name: None,
            user_name_ending: None,
            wifi_name: None,
            texts: Vec::new(),
        }
    }
}

/// What the window shows of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OperatorView {
    /// Name of the provider.
    pub name: String,
    /// Where a person is helped.
    pub help_phone: Option<String>,
    /// Accent on light: the colour, the same while pointed at, and the ink on it; `#rrggbb`.
    pub accent: Option<[String; 3]>,
    /// Accent on dark.
    pub accent_dark: Option<[String; 3]>,
    /// Whether the window begins with the set-up.
    pub begins: bool,
    /// Whether a card is offered.
    pub card: bool,
    /// What a user name begins with in the field.
    pub user_name: Option<String>,
    /// Name of the Wi-Fi that stands in the field.
    pub wifi_name: Option<String>,
    /// Own texts in English.
    pub texts_en: Vec<OperatorText>,
    /// Own texts in German.
    pub texts_de: Vec<OperatorText>,
}

/// One text of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OperatorText {
    /// One of [`TEXTS`].
    pub key: String,
    /// In the operator's words.
    pub text: String,
}

impl Operator {
    /// Reads an operator's file, strictly.
    ///
    /// # Errors
    ///
    /// The first mistake, with its place.
    pub fn read(text: &str) -> Result<Operator, OperatorProblem> {
        if text.len() > OPERATOR_OCTETS {
            return Err(RecipeProblem::at(
                text,
                OPERATOR_OCTETS..OPERATOR_OCTETS,
                format!("an operator's file has at most {OPERATOR_OCTETS} octets"),
            ));
        }
        let document = DeTable::parse(text).map_err(|error| {
            RecipeProblem::at(text, error.span().unwrap_or(0..0), error.message())
        })?;
        let mut top = Table::new(text, "an operator's file", 0..0, document.get_ref());
        match top.number("format", 0, u64::MAX)? {
            1 => {}
            0 => return Err(top.wrong(0..0, "an operator's file begins with format = 1")),
            other => {
                return Err(top.wrong(
                    top.span_of("format"),
                    format!("this file has format {other}; this program reads format 1"),
                ))
            }
        }
        let mut operator = Operator {
            name: line(&top.needed_text("name", OPERATOR_TEXT_OCTETS)?),
            help_phone: phone(&mut top)?,
            accent: accent(&mut top, "accent", &colour::LIGHT)?,
            accent_dark: accent(&mut top, "accent-dark", &colour::DARK)?,
            begins: top.truth("begin-with-set-up", false)?,
            ..Operator::default()
        };
        if let Some(mut steps) = top.table("steps")? {
            operator.internet = steps.truth("internet", true)?;
            operator.wifi = steps.truth("wifi", true)?;
            operator.card = steps.truth("card", true)?;
            steps.finish()?;
        }
        if let Some(defaults) = top.table("defaults")? {
            operator.defaults(defaults)?;
        }
        if let Some(texts) = top.table("texts")? {
            operator.texts = own_texts(texts)?;
        }
        top.finish()?;
        Ok(operator)
    }

    fn defaults(&mut self, mut table: Table<'_, '_>) -> Found<()> {
        self.user_name = default(&mut table, "user-name", SetupField::UserName)?;
        self.user_name_ending = default(&mut table, "user-name-ending", SetupField::UserName)?;
        self.wifi_name = default(&mut table, "wifi-name", SetupField::WifiName)?;
        for key in ["password", "wifi-password"] {
            if table.get(key).is_some() {
                return Err(table.wrong(
                    table.span_of(key),
                    "a password does not belong into this file: everybody could read it",
                ));
            }
        }
        table.finish()
    }

    /// A user name as this provider wants it.
    pub fn whole_user_name(&self, typed: &str) -> String {
        match &self.user_name_ending {
            Some(ending) if !typed.ends_with(ending.as_str()) && !typed.is_empty() => {
                format!("{typed}{ending}")
            }
            _ => typed.to_owned(),
        }
    }

    /// A text in the operator's words.
    pub fn text(&self, language: Language, key: &str) -> Option<&str> {
        self.texts
            .iter()
            .find(|(in_language, of, _)| *in_language == language && *of == key)
            .map(|(_, _, text)| text.as_str())
    }

    /// For the window.
    pub fn view(&self) -> OperatorView {
        let texts = |language: Language| {
            self.texts
                .iter()
                .filter(|(in_language, _, _)| *in_language == language)
                .map(|(_, key, text)| OperatorText {
                    key: (*key).to_owned(),
                    text: text.clone(),
                })
                .collect()
        };
        OperatorView {
            name: self.name.clone(),
            help_phone: self.help_phone.clone(),
            accent: self.accent.map(Colour::roles),
            accent_dark: self.accent_dark.map(Colour::roles),
            begins: self.begins,
            card: self.card,
            user_name: self.user_name.clone(),
            wifi_name: self.wifi_name.clone(),
            texts_en: texts(Language::English),
            texts_de: texts(Language::German),
        }
    }
}

/// One line: line breaks of a text over several lines are blanks on the screen.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn phone(table: &mut Table<'_, '_>) -> Found<Option<String>> {
    let Some(text) = table.text("help-phone", OPERATOR_TEXT_OCTETS)? else {
        return Ok(None);
    };
    let text = line(&text);
    let dialled = |letter: char| letter.is_ascii_digit() || " +-/()".contains(letter);
    if text.chars().all(dialled) && text.chars().any(|letter| letter.is_ascii_digit()) {
        return Ok(Some(text));
    }
    Err(table.wrong(
        table.span_of("help-phone"),
        "help-phone is a number to dial: digits, blanks and + - / ( )",
    ))
}

fn accent(
    table: &mut Table<'_, '_>,
    key: &'static str,
    surfaces: &[Colour],
) -> Found<Option<Colour>> {
    let Some(text) = table.text(key, OPERATOR_TEXT_OCTETS)? else {
        return Ok(None);
    };
    let span = table.span_of(key);
    let Some(colour) = Colour::parse(&text) else {
        return Err(table.wrong(span, format!("{key} is a colour like \"#0b6b67\"")));
    };
    let worst = surfaces
        .iter()
        .map(|surface| colour.contrast(*surface))
        .fold(f64::INFINITY, f64::min);
    if worst < colour::LEAST_CONTRAST {
        let (than, on) = match key {
            "accent" => ("darker", "light"),
            _ => ("lighter", "dark"),
        };
        return Err(table.wrong(
            span,
            format!(
                "{text} has a contrast of {worst:.1} on the {on} pages, and {} is the least people can read; take a {than} one",
                colour::LEAST_CONTRAST
            ),
        ));
    }
    Ok(Some(colour))
}

fn default(
    table: &mut Table<'_, '_>,
    key: &'static str,
    field: SetupField,
) -> Found<Option<String>> {
    let Some(text) = table.text(key, OPERATOR_TEXT_OCTETS)? else {
        return Ok(None);
    };
    match field.problem(&text) {
        None => Ok(Some(text)),
        Some(problem) => Err(table.wrong(
            table.span_of(key),
            format!(
                "{key} cannot be used: {}",
                super::words::problem(field, problem)
            ),
        )),
    }
}

fn own_texts(table: Table<'_, '_>) -> Found<Vec<(Language, &'static str, String)>> {
    let mut texts = Vec::new();
    for (name, mut table) in table.every_table()? {
        let language = match name.as_str() {
            "en" => Language::English,
            "de" => Language::German,
            other => {
                let advice = meant(other, &["en", "de"]).unwrap_or("en");
                return Err(table.wrong(
                    table.span.clone(),
                    format!(
                        "[texts.{other}] is no language of this program; write [texts.{advice}]"
                    ),
                ));
            }
        };
        for key in TEXTS {
            if let Some(text) = table.text(key, OPERATOR_TEXT_OCTETS)? {
                texts.push((language, key, line(&text)));
            }
        }
        table.finish()?;
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../examples/operator.toml");

    fn wrong(text: &str) -> String {
        let problem = Operator::read(text).expect_err("it is wrong");
        problem.to_string()
    }

    fn begun(more: &str) -> String {
        format!("format = 1\nname = \"Nordnetz\"\n{more}")
    }

    #[test]
    fn the_example_is_right_and_complete() {
        let operator = Operator::read(EXAMPLE).expect("the example is right");
        assert_eq!(operator.name, "Nordnetz");
        assert!(operator.accent.is_some() && operator.accent_dark.is_some());
        for language in [Language::English, Language::German] {
            for key in TEXTS {
                assert!(operator.text(language, key).is_some(), "{language:?} {key}");
            }
        }
        assert_eq!(operator.whole_user_name("anna"), "anna@nordnetz.example");
        assert_eq!(
            operator.whole_user_name("anna@nordnetz.example"),
            "anna@nordnetz.example"
        );
        assert_eq!(operator.view().texts_de.len(), TEXTS.len());
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        assert_eq!(
            wrong("name = \"x\""),
            "line 1, column 1: an operator's file begins with format = 1"
        );
        assert!(
            wrong("format = 2\nname = \"x\"").contains("line 1, column 10: this file has format 2")
        );
        assert!(wrong(&begun("acent = \"#000000\"")).contains(
            "line 3, column 1: an operator's file has no “acent”; did you mean “accent”?"
        ));
        assert!(wrong(&begun("accent = \"red\"")).contains("a colour like"));
        assert!(wrong(&begun("accent = \"#ffd800\"")).contains("take a darker one"));
        assert!(wrong(&begun("accent-dark = \"#003366\"")).contains("take a lighter one"));
        assert!(wrong(&begun("help-phone = \"call us\"")).contains("a number to dial"));
        assert!(wrong(&begun("[steps]\nwifi = \"no\"")).contains("wifi must be true or false"));
        assert!(
            wrong(&begun("[defaults]\nwifi-password = \"secret12\"")).contains("does not belong")
        );
        assert!(wrong(&begun("[defaults]\nwifi-name = \" x\"")).contains("line 4, column 13"));
        assert!(wrong(&begun("[texts.fr]\nfind-title = \"Bonjour\"")).contains("no language"));
        assert!(wrong(&begun("[texts.en]\nfind-titel = \"Hi\"")).contains("did you mean"));
        let long = "x".repeat(OPERATOR_TEXT_OCTETS + 1);
        assert!(wrong(&begun(&format!("[texts.en]\nfind-title = \"{long}\""))).contains("longer"));
        assert!(wrong(&"#".repeat(OPERATOR_OCTETS + 1)).contains("at most"));
    }
}
