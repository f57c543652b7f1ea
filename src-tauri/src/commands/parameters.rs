//! The parameter tree, the draft, Review and Apply.

use std::path::PathBuf;

use management::schema::Language;
use management::view::{
    ApplyView, DraftView, Failure, NodeDetailsView, NodeView, SearchView, SessionView,
};
use management::{RememberedRows, TypedView};
use tauri::State;

use crate::app::App;

/// Rows of the direct children of a node; `/` is the top.
#[tauri::command]
#[specta::specta]
pub async fn children(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
) -> Result<Vec<NodeView>, Failure> {
    app.children(&udn, &upnp_path).await
}

/// Rows of a branch as they were at an earlier visit, until the gateway answers.
#[tauri::command]
#[specta::specta]
pub async fn remembered_rows(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
) -> Result<Option<RememberedRows>, Failure> {
    app.remembered_rows(&udn, &upnp_path).await
}

/// Loads everything below a node; progress arrives as events.
#[tauri::command]
#[specta::specta]
pub async fn load_subtree(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
) -> Result<SessionView, Failure> {
    app.load_subtree(&udn, &upnp_path).await
}

/// Stops a running load.
#[tauri::command]
#[specta::specta]
pub async fn cancel_load(app: State<'_, App>, udn: String) -> Result<(), Failure> {
    app.cancel_load(&udn)
}

/// Everything about one node, its meaning in the language asked for.
#[tauri::command]
#[specta::specta]
pub async fn details(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
    language: Language,
) -> Result<NodeDetailsView, Failure> {
    app.details(&udn, &upnp_path, language).await
}

/// A free name of a file for a value.
#[tauri::command]
#[specta::specta]
pub async fn value_file(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
) -> Result<PathBuf, Failure> {
    app.value_file(&udn, &upnp_path)
}

/// Writes the whole of a value to a new file; it does not pass the window.
#[tauri::command]
#[specta::specta]
pub async fn save_value(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
    file: PathBuf,
) -> Result<(), Failure> {
    app.save_value(&udn, &upnp_path, file).await
}

/// Reads values anew.
#[tauri::command]
#[specta::specta]
pub async fn read(
    app: State<'_, App>,
    udn: String,
    paths: Vec<String>,
) -> Result<Vec<NodeView>, Failure> {
    app.read(&udn, &paths).await
}

/// Searches the known part of the tree.
#[tauri::command]
#[specta::specta]
pub async fn search(
    app: State<'_, App>,
    udn: String,
    text: String,
    limit: u32,
) -> Result<SearchView, Failure> {
    app.search(&udn, &text, limit).await
}

/// Searches the tree as it was at an earlier visit, until the gateway answers.
#[tauri::command]
#[specta::specta]
pub async fn search_remembered(
    app: State<'_, App>,
    udn: String,
    text: String,
    limit: u32,
) -> Result<Option<SearchView>, Failure> {
    app.search_remembered(&udn, &text, limit).await
}

/// The draft of a gateway.
#[tauri::command]
#[specta::specta]
pub async fn draft(app: State<'_, App>, udn: String) -> Result<DraftView, Failure> {
    app.draft(&udn).await
}

/// What was typed for parameters and is not in the draft.
#[tauri::command]
#[specta::specta]
pub async fn typed(app: State<'_, App>, udn: String) -> Result<Vec<TypedView>, Failure> {
    app.typed(&udn).await
}

/// Keeps what is being typed for a parameter; without a text it is forgotten.
#[tauri::command]
#[specta::specta]
pub async fn keep_typed(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
    text: Option<String>,
) -> Result<(), Failure> {
    app.keep_typed(&udn, &upnp_path, text.as_deref()).await
}

/// Puts an edit into the draft; nothing is sent.
#[tauri::command]
#[specta::specta]
pub async fn stage(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
    value: String,
) -> Result<DraftView, Failure> {
    app.stage(&udn, &upnp_path, &value).await
}

/// Takes an edit out of the draft.
#[tauri::command]
#[specta::specta]
pub async fn unstage(
    app: State<'_, App>,
    udn: String,
    upnp_path: String,
) -> Result<DraftView, Failure> {
    app.unstage(&udn, &upnp_path).await
}

/// Empties the draft.
#[tauri::command]
#[specta::specta]
pub async fn discard(app: State<'_, App>, udn: String) -> Result<DraftView, Failure> {
    app.discard(&udn).await
}

/// The draft compared with the gateway's present values.
#[tauri::command]
#[specta::specta]
pub async fn review(app: State<'_, App>, udn: String) -> Result<DraftView, Failure> {
    app.review(&udn).await
}

/// Sends the draft and reads it back.
#[tauri::command]
#[specta::specta]
pub async fn apply(app: State<'_, App>, udn: String) -> Result<ApplyView, Failure> {
    app.apply(&udn).await
}
