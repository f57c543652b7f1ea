//! Recipes.

use management::recipes::RecipeResultView;
use management::view::Failure;
use tauri::State;

use crate::app::{App, RecipeAnswer, RecipePlanView, RecipeReadView};

/// Reads a recipe; a mistake in it is part of the answer. Nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn read_recipe(app: State<'_, App>, text: String) -> Result<RecipeReadView, Failure> {
    app.read_recipe(&text)
}

/// What a recipe would do at these gateways. Nothing is sent but what reads.
#[tauri::command]
#[specta::specta]
pub async fn plan_recipe(
    app: State<'_, App>,
    text: String,
    answers: Vec<RecipeAnswer>,
    udns: Vec<String>,
) -> Result<RecipePlanView, Failure> {
    app.plan_recipe(&text, answers, &udns).await
}

/// Sends what the plan of this number showed; each result arrives as an event, too.
#[tauri::command]
#[specta::specta]
pub async fn run_recipe(
    app: State<'_, App>,
    number: u32,
    even_if_cut_off: bool,
) -> Result<Vec<RecipeResultView>, Failure> {
    app.run_recipe(number, even_if_cut_off).await
}
