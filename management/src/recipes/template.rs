//! Texts with `{variable}` in them.

/// A text of which parts are variables. `{{` and `}}` are braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// # Errors
    ///
    /// What is wrong with a brace, in words.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return Err("there is a } without a {; write }} for a brace".to_owned());
            }
            let Some((name, after)) = rest.split_once('}') else {
                return Err("a { is not closed; write {{ for a brace".to_owned());
            };
            if !is_name(name) {
                return Err(format!(
                    "“{{{name}}}” is not the name of a variable; write {{{{ for a brace"
                ));
            }
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Variable(name.to_owned()));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Template(parts))
    }

    /// Names of the variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    /// The text with its variables filled in.
    pub fn filled(&self, value: impl Fn(&str) -> String) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Variable(name) => value(name),
        });
        parts.collect()
    }
}

/// Letters, digits, `-` and `_`, beginning with a letter.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_braces_stay_braces() {
        let template = Template::parse("{a}-{{b}}-{c_1}").expect("it is sound");
        assert_eq!(template.variables().collect::<Vec<_>>(), ["a", "c_1"]);
        assert_eq!(template.filled(|name| name.to_uppercase()), "A-{b}-C_1");
        for broken in ["{", "}", "{a", "a}", "{}", "{1}", "{a b}"] {
            assert!(Template::parse(broken).is_err(), "{broken}");
        }
    }
}
