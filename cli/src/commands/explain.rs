//! `explain`: what the data models say about a path.

use management::explaining::{self, ParameterFactsView};
use management::schema::Language;
use management::Error;
use serde_json::json;

use crate::output::{table, Output};

pub fn run(path: &str, language: Language, output: &Output) -> Result<(), Error> {
    let found = explaining::explain(path, language).ok_or_else(|| {
        Error::Usage(format!(
            "no data model known here has {path}; a maker’s own parameters come with its \
             definitions (`lanside definitions import`)"
        ))
    })?;
    output.result(&json!({ "facts": found }), || lines(&found));
    Ok(())
}

fn lines(facts: &ParameterFactsView) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut say = |what: &str, text: String| {
        if !text.is_empty() {
            rows.push(vec![what.to_owned(), text]);
        }
    };
    say("path", facts.path.clone());
    say("UPnP path", facts.upnp_path.clone());
    let since = facts
        .since
        .as_ref()
        .map(|since| format!(", since version {since}"));
    say(
        "model",
        format!("{}{}", facts.model, since.unwrap_or_default()),
    );
    if facts.status != "current" {
        say("status", facts.status.clone());
    }
    say("kind", facts.kind.clone());
    say("access", facts.access.clone());
    if let Some(data_type) = &facts.data_type {
        let named = facts.named_type.as_ref().map(|name| format!(" ({name})"));
        let list = if facts.list { "list of " } else { "" };
        say(
            "type",
            format!("{list}{data_type}{}", named.unwrap_or_default()),
        );
    }
    say("unit", facts.units.clone().unwrap_or_default());
    say("range", facts.ranges.join(", "));
    say("length", facts.lengths.join(", "));
    say("values", facts.enumeration.join(", "));
    say("pattern", facts.patterns.join("   "));
    if let Some(default) = &facts.default {
        let shown = if default.is_empty() {
            "(empty)"
        } else {
            default
        };
        say("default", shown.to_owned());
    }
    if facts.secret {
        say("secret", "yes, it does not read back".to_owned());
    }
    say("refers to", facts.references.join(", "));
    say("unique", facts.unique_keys.join("; "));
    say(
        "counted by",
        facts.number_of_entries.clone().unwrap_or_default(),
    );
    say("profiles", facts.profiles.join(", "));
    let mut lines = table(&rows);
    if let Some(imported) = facts.imported.as_ref().filter(|name| **name != facts.model) {
        lines.push(format!("(described as in {imported}, imported)"));
    }
    if let Some(meaning) = &facts.meaning {
        lines.push(String::new());
        lines.push(meaning.clone());
    }
    if let Some(description) = &facts.description {
        lines.push(String::new());
        lines.extend(description.lines().map(str::to_owned));
    }
    lines
}
