//! Recipes: files that people send each other.

use management::limits;
use management::recipes::{Answers, Recipe};

/// Checks the reader of recipes.
///
/// # Panics
/// When something that must hold does not.
pub fn recipe(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = Recipe::read(&text);
    assert_eq!(read, Recipe::read(&text));
    let recipe = match read {
        Err(problem) => {
            let lines = text.matches('\n').count() + 1;
            assert!((1..=lines).contains(&problem.line), "{problem}");
            assert!(problem.column >= 1, "{problem}");
            assert!(!problem.message.is_empty());
            // What is repeated from the file is one key or one name.
            let longest = text.len() + 4 * limits::RECIPE_TEXT_OCTETS;
            assert!(problem.message.len() <= longest);
            return;
        }
        Ok(recipe) => recipe,
    };
    assert!(text.len() <= limits::RECIPE_OCTETS);
    assert!(!recipe.name.trim().is_empty());
    assert!(recipe.variables.len() <= limits::RECIPE_VARIABLES);
    for variable in &recipe.variables {
        assert!(!(variable.secret && variable.default.is_some()));
        let default = variable.default.as_deref();
        assert!(default.is_none_or(|default| variable.problem(default).is_none()));
    }
    let open = recipe
        .variables
        .iter()
        .any(|variable| variable.default.is_none());
    assert_eq!(recipe.fill(Answers::default()).is_err(), open);
}
