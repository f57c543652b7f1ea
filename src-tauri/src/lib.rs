//! The window of Lanside: registers commands and the one event, and nothing else.
//!
//! [`commands`] parse what the window asks and call [`app::App`], which is the management
//! application with its pushes; [`event::AppEvent`] is every push there is. No protocol and
//! no device logic live here, and no value of a secret passes outward.

pub mod app;
pub mod bindings;
pub mod card;
pub mod commands;
pub mod event;
pub mod logging;
pub mod startup;
pub mod status;
pub mod wish;

use std::process::ExitCode;
use std::sync::Arc;

use tauri::Manager;
use tauri_specta::Event;

use crate::app::App;
use crate::startup::Startup;

/// Runs the window until it is closed.
pub fn run() -> ExitCode {
    management::crash::tell_places_only();
    let startup = match Startup::from_environment(|name| std::env::var(name).ok()) {
        Ok(startup) => startup,
        Err(problem) => {
            eprintln!("lanside-app: {problem}");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = logging::start(startup.log_dir().as_deref()) {
        eprintln!("lanside-app: no log is written: {error}");
    }
    let builder = bindings::builder();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(builder.invoke_handler())
        .setup(move |tauri_app| {
            builder.mount_events(tauri_app);
            let handle = tauri_app.handle().clone();
            let push = Arc::new(move |event: event::AppEvent| {
                if let Err(error) = event.emit(&handle) {
                    tracing::warn!(%error, "a push did not reach the window");
                }
            });
            let app = tauri::async_runtime::block_on(App::open(startup, push));
            tauri_app.manage(app);
            let handle = tauri_app.handle().clone();
            tauri::async_runtime::spawn(async move {
                handle.state::<App>().watch_network().await;
            });
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(tauri_app) => {
            tauri_app.run(|handle, event| {
                if let tauri::RunEvent::Exit = event {
                    tauri::async_runtime::block_on(handle.state::<App>().close());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("lanside-app: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}
