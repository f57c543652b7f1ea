//! Answers of a set-up from a file, for scripts: TOML, or JSON with the same keys.

use dp_credentials::secrets::Secret;
use serde::Deserialize;
use toml::de::DeTable;

use crate::limits::{OPERATOR_OCTETS, OPERATOR_TEXT_OCTETS};
use crate::recipes::table::Table;
use crate::recipes::RecipeProblem;

/// What a script answers; what is missing is asked, or left as it is.
#[derive(Debug, Default)]
pub struct SetupAnswers {
    /// PIN on the label, where the gateway is not paired yet.
    pub pin: Option<Secret<String>>,
    /// User name of the line.
    pub user_name: Option<String>,
    /// Its password.
    pub password: Option<Secret<String>>,
    /// Name of the Wi-Fi.
    pub wifi_name: Option<String>,
    /// Its password.
    pub wifi_password: Option<Secret<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    pin: Option<String>,
    user_name: Option<String>,
    password: Option<String>,
    wifi_name: Option<String>,
    wifi_password: Option<String>,
}

impl SetupAnswers {
    /// Reads answers, strictly. A text that begins with a brace is JSON.
    ///
    /// # Errors
    ///
    /// The first mistake, with its place; never what was written there.
    pub fn read(text: &str) -> Result<SetupAnswers, RecipeProblem> {
        if text.len() > OPERATOR_OCTETS {
            let end = OPERATOR_OCTETS..OPERATOR_OCTETS;
            let most = format!("answers have at most {OPERATOR_OCTETS} octets");
            return Err(RecipeProblem::at(text, end, most));
        }
        if text.trim_start().starts_with('{') {
            return json(text);
        }
        let document = DeTable::parse(text).map_err(|error| {
            RecipeProblem::at(text, error.span().unwrap_or(0..0), error.message())
        })?;
        let mut table = Table::new(text, "a file of answers", 0..0, document.get_ref());
        let mut text = |key| table.text(key, OPERATOR_TEXT_OCTETS);
        let answers = SetupAnswers {
            pin: text("pin")?.map(Secret::new),
            user_name: text("user-name")?,
            password: text("password")?.map(Secret::new),
            wifi_name: text("wifi-name")?,
            wifi_password: text("wifi-password")?.map(Secret::new),
        };
        table.finish()?;
        Ok(answers)
    }
}

fn json(text: &str) -> Result<SetupAnswers, RecipeProblem> {
    let written: Written = serde_json::from_str(text).map_err(|error| RecipeProblem {
        line: error.line(),
        column: error.column(),
        // What the library says may quote what was written, and that may be a password.
        message: "this is no JSON with the keys pin, user-name, password, wifi-name and wifi-password, each a text".to_owned(),
    })?;
    Ok(SetupAnswers {
        pin: written.pin.map(Secret::new),
        user_name: written.user_name,
        password: written.password.map(Secret::new),
        wifi_name: written.wifi_name,
        wifi_password: written.wifi_password.map(Secret::new),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let toml = "user-name = \"anna\"\npassword = \"geheim\"\nwifi-name = \"Attic\"\n";
        let json = "{\"user-name\": \"anna\", \"password\": \"geheim\", \"wifi-name\": \"Attic\"}";
        for text in [toml, json] {
            let answers = SetupAnswers::read(text).expect("it is right");
            assert_eq!(answers.user_name.as_deref(), Some("anna"));
            let password = answers.password.as_ref().expect("it is there");
            assert_eq!(password.expose(), "geheim");
            assert!(answers.wifi_password.is_none() && answers.pin.is_none());
            assert!(!format!("{answers:?}").contains("geheim"));
        }
    }

    #[test]
    fn a_mistake_has_a_place_and_repeats_nothing() {
        for text in [
            "pasword = \"geheim\"",
            "{\"pasword\": \"geheim\"}",
            "{\"pin\": 12}",
        ] {
            let problem = SetupAnswers::read(text).expect_err("it is wrong");
            assert_eq!(problem.line, 1);
            assert!(!problem.to_string().contains("geheim"), "{problem}");
        }
    }
}
