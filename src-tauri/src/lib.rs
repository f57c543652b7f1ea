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
pub mod licences;
pub mod link;
pub mod logging;
pub mod notice;
pub mod placement;
pub mod single;
pub mod startup;
pub mod status;
pub mod window;
pub mod wish;

use std::process::ExitCode;
use std::sync::Arc;

use tauri::{AppHandle, Manager};
use tauri_specta::Event;

use crate::app::App;
use crate::event::AppEvent;
use crate::link::{OpenedLink, Waiting};
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
    #[cfg(target_os = "linux")]
    if gtk::init().is_err() {
        // What follows would call it a mistake of its own.
        let problem =
            "there is no display to open a window on; `lanside` does its work without one";
        tracing::error!("{problem}");
        eprintln!("lanside-app: {problem}");
        return ExitCode::FAILURE;
    }
    let builder = bindings::builder();
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    let link = OpenedLink::among(arguments.iter().map(String::as_str));
    let mut tauri_builder = tauri::Builder::default();
    // The first of all: a second start goes no further.
    if let Some(plugin) = single::plugin(startup.options.state_dir.as_deref()) {
        tauri_builder = tauri_builder.plugin(plugin);
    }
    let built = tauri_builder
        .plugin(tauri_plugin_dialog::init())
        .manage(Waiting::new(link))
        .invoke_handler(builder.invoke_handler())
        .setup(move |tauri_app| {
            builder.mount_events(tauri_app);
            window::open(tauri_app, startup.dir())?;
            let handle = tauri_app.handle().clone();
            let push = Arc::new(move |event: AppEvent| pushed(&handle, &event));
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
            tauri_app.run(|handle, event| match event {
                // The window goes at once; gateways are said goodbye to behind it. Without a code
                // it is the window that was closed, with one the goodbye that is over.
                tauri::RunEvent::ExitRequested {
                    api, code: None, ..
                } => {
                    api.prevent_exit();
                    let handle = handle.clone();
                    tauri::async_runtime::spawn(async move {
                        single::step_aside(&handle);
                        handle.state::<App>().close().await;
                        handle.exit(0);
                    });
                }
                // A Mac hands links over this way, and not as arguments.
                #[cfg(target_os = "macos")]
                tauri::RunEvent::Opened { urls } => {
                    let links: Vec<&str> = urls.iter().map(|url| url.as_str()).collect();
                    if let Some(link) = OpenedLink::among(links) {
                        window::to_front(handle);
                        link_opened(handle, link);
                    }
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("lanside-app: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Keeps a link until the window asks for it, and says that there is one.
fn link_opened(handle: &AppHandle, link: OpenedLink) {
    handle.state::<Waiting>().put(link);
    pushed(handle, &AppEvent::LinkOpened);
}

fn pushed(handle: &AppHandle, event: &AppEvent) {
    if let Err(error) = event.emit(handle) {
        tracing::warn!(%error, "a push did not reach the window");
    }
}
