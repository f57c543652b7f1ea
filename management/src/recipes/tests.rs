//! What the reader takes and what it says about mistakes.

use dp_credentials::secrets::Secret;

use super::{Answers, Recipe};
use crate::limits::{RECIPE_OCTETS, RECIPE_STEPS, RECIPE_TEXT_OCTETS, RECIPE_VARIABLES};
use crate::store::DraftValue;

const EXAMPLE: &str = include_str!("../../../recipes/first-set-up.toml");

/// A recipe that does something, with more of it before that.
fn with(text: &str) -> String {
    format!("format = 1\nname = \"R\"\n{text}\n[[set]]\npath = \"Device.Time.NTPServer1\"\nvalue = \"x\"\n")
}

/// The reader says this about the text, at this place.
fn says(text: &str, line: usize, column: usize, words: &str) {
    let problem = Recipe::read(text).expect_err(text);
    assert!(problem.message.contains(words), "{problem}\n{text}");
    assert_eq!(
        (problem.line, problem.column),
        (line, column),
        "{problem}\n{text}"
    );
}

#[test]
fn the_example_is_read() {
    let recipe = Recipe::read(EXAMPLE).expect("the example is sound");
    assert_eq!(recipe.name, "First set-up");
    let names: Vec<_> = recipe
        .variables
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["wifi-name", "wifi-password", "time-server", "camera"]
    );
    assert!(recipe.variables[1].secret);
    assert_eq!(
        (recipe.sets.len(), recipe.rows.len(), recipe.checks.len()),
        (3, 1, 1)
    );
    assert_eq!(recipe.rows[0].values.len(), 4);
}

#[test]
fn a_slip_in_a_key_is_found_and_the_right_key_named() {
    says(&with("nmae = \"R\""), 3, 1, "did you mean “name”?");
    says(
        &with("[variables.a]\npromt = \"A\""),
        4,
        1,
        "[variables.a] has no “promt”; did you mean “prompt”?",
    );
    says(
        &with("[applies-to]\ncolour = \"red\""),
        4,
        1,
        "it may have data-model, manufacturer",
    );
    says(
        "format = 1\nname = \"R\"\n[[set]]\npath = \"Device.A\"\nvalue = \"{wifi}\"\n[variables.wlan]\n",
        5,
        9,
        "there is no variable “wifi”",
    );
}

#[test]
fn every_mistake_has_its_place() {
    says("format = 1\nname = \"R\n", 2, 10, "");
    says("name = \"R\"\n[[set]]\n", 1, 1, "format = 1");
    says("format = 2\n", 1, 10, "reads format 1");
    says("format = 1\nname = \"R\"\n", 1, 1, "does nothing");
    says(
        "format = 1\nname = \"R\"\n[[set]]\npath = \"Device.A\"\n",
        3,
        1,
        "needs value",
    );
    says(
        "format = 1\nname = \"R\"\n[[set]]\npath = \"Device.A\"\nvalue = 1.5\n",
        5,
        9,
        "a number with a point",
    );
    says(
        "format = 1\nname = \"R\"\n[[set]]\npath = \"Device.A\"\nvalue = \"{a\"\n",
        5,
        9,
        "not closed",
    );
    says(
        "format = 1\nname = \"R\"\n[[row]]\ntable = \"Device.A.\"\n",
        3,
        1,
        "needs key",
    );
    says(
        "format = 1\nname = \"R\"\n[[row]]\ntable = \"Device.A.\"\nkey = { B = \"1\" }\nvalues = { B = \"2\" }\n",
        6,
        10,
        "stands in key already",
    );
    says(
        &with("[variables.a]\nsecret = true\ndefault = \"x\""),
        5,
        11,
        "does not belong into a file",
    );
    says(
        &with("[variables.a]\ndefault = \"x\"\nmin-length = 3"),
        4,
        11,
        "has fewer than 3",
    );
    says(&with("[variables.\"a b\"]"), 3, 12, "cannot be a variable");
    says(&with("set = 1"), 4, 3, "duplicate key");
}

#[test]
fn a_secret_is_never_where_people_see_it() {
    let text =
        |step: &str| format!("format = 1\nname = \"R\"\n[variables.pw]\nsecret = true\n{step}\n");
    says(
        &text("[[set]]\npath = \"Device.{pw}\"\nvalue = \"1\""),
        6,
        8,
        "{pw} is a secret and path is shown",
    );
    says(
        &text("[[row]]\ntable = \"Device.A.\"\nkey = { B = \"{pw}\" }"),
        7,
        7,
        "is a secret",
    );
    says(
        &text("[[check]]\npath = \"Device.A\"\nequals = \"{pw}\""),
        7,
        10,
        "is a secret",
    );
}

#[test]
fn bounds_are_kept() {
    let long = "x".repeat(RECIPE_OCTETS + 1);
    assert!(Recipe::read(&long)
        .expect_err("too long")
        .message
        .contains("at most"));
    let text = "y".repeat(RECIPE_TEXT_OCTETS + 1);
    says(
        &with(&format!("[variables.a]\nprompt = \"{text}\"")),
        4,
        10,
        "is longer than",
    );
    let variables: String = (0..=RECIPE_VARIABLES)
        .map(|at| format!("[variables.v{at}]\n"))
        .collect();
    assert!(Recipe::read(&with(&variables))
        .expect_err("too many")
        .message
        .contains("variables"));
    let steps = "[[check]]\npath = \"Device.A\"\nequals = \"1\"\n".repeat(RECIPE_STEPS + 1);
    assert!(Recipe::read(&with(&steps))
        .expect_err("too many")
        .message
        .contains("more than"));
    // Nesting ends at the reader's bound and not at the stack's.
    let deep = format!("a = {}", "[".repeat(100_000));
    assert!(Recipe::read(&deep).is_err());
}

fn answers(given: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (name, answer) in given {
        answers.give(name, Secret::new((*answer).to_owned()));
    }
    answers
}

#[test]
fn answers_are_checked_before_anything_is_asked_of_a_gateway() {
    let recipe = Recipe::read(EXAMPLE).expect("the example is sound");
    let sound = [("wifi-name", "Küche"), ("wifi-password", "correct horse")];
    let filled = recipe.fill(answers(&sound)).expect("nothing is missing");
    assert_eq!(filled.text(&recipe.sets[2].value), "pool.ntp.org");
    assert!(matches!(
        filled.value(&recipe.sets[1].value),
        DraftValue::Secret(_)
    ));
    assert!(
        !format!("{filled:?}").contains("horse"),
        "answers do not print"
    );
    let refused = |given: &[(&str, &str)], words: &str| {
        let error = recipe.fill(answers(given)).expect_err(words).to_string();
        assert!(error.contains(words) && !error.contains("horse"), "{error}");
    };
    refused(&[("wifi-name", "Küche")], "--var-stdin");
    refused(
        &[("wifi-name", "Küche"), ("wifi-password", "horse")],
        "fewer than 8",
    );
    refused(
        &[("wifi-name", ""), ("wifi-password", "correct horse")],
        "fewer than 1",
    );
    refused(
        &[("wifi-name", "a\nb"), ("wifi-password", "correct horse")],
        "control character",
    );
    refused(
        &[
            ("wifi-name", "a"),
            ("wifi-password", "correct horse"),
            ("wlan", "x"),
        ],
        "has no variable wlan",
    );
}
