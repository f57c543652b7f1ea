//! The one window: made where it was left, followed while it moves, brought to the front.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tauri::{App, AppHandle, Manager, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tokio::sync::Notify;

use crate::placement::{Placement, Screen};

/// Label of the window, as in `tauri.conf.json`.
const LABEL: &str = "main";
/// A window that is being moved is kept once it rests this long.
const REST: Duration = Duration::from_millis(500);

/// Opens the window where it was left, and keeps where it is from now on. Without `dir`
/// nothing is kept.
///
/// # Errors
///
/// When the system makes no window.
pub fn open(app: &App, dir: Option<PathBuf>) -> tauri::Result<()> {
    let mut config = app
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    let kept = dir.as_deref().and_then(Placement::load);
    let kept = kept.map(|kept| kept.fitted(&screens(app)));
    if let Some(kept) = kept {
        config.width = kept.width;
        config.height = kept.height;
        config.maximized = kept.maximized;
        if let Some((x, y)) = kept.position {
            config.center = false;
            (config.x, config.y) = (Some(x), Some(y));
        }
    }
    let window = WebviewWindowBuilder::from_config(app, &config)?.build()?;
    if let Some(dir) = dir {
        follow(window, dir, kept);
    }
    Ok(())
}

/// Brings the window to the front, from wherever it is; whether there still is one.
pub fn to_front(handle: &AppHandle) -> bool {
    let Some(window) = handle.get_webview_window(LABEL) else {
        return false;
    };
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::warn!(%error, "the window did not come to the front");
        }
    }
    true
}

fn screens(app: &App) -> Vec<Screen> {
    let known = app.available_monitors().unwrap_or_default();
    known
        .iter()
        .map(|monitor| {
            let scale = monitor.scale_factor();
            let position = monitor.position().to_logical::<f64>(scale);
            let size = monitor.size().to_logical::<f64>(scale);
            Screen {
                position: (position.x, position.y),
                size: (size.width, size.height),
            }
        })
        .collect()
}

/// Writes down where the window is, when it rests and when it closes.
fn follow(window: WebviewWindow, dir: PathBuf, kept: Option<Placement>) {
    let last = Arc::new(Mutex::new(kept));
    let moved = Arc::new(Notify::new());
    let followed = window.clone();
    window.on_window_event({
        let (moved, last, dir) = (Arc::clone(&moved), Arc::clone(&last), dir.clone());
        let window = window.clone();
        move |event| match event {
            WindowEvent::Resized(_) | WindowEvent::Moved(_) => moved.notify_one(),
            WindowEvent::CloseRequested { .. } => keep(&window, &last, &dir),
            _ => {}
        }
    });
    tauri::async_runtime::spawn(async move {
        loop {
            moved.notified().await;
            tokio::time::sleep(REST).await;
            keep(&followed, &last, &dir);
        }
    });
}

fn keep(window: &WebviewWindow, last: &Mutex<Option<Placement>>, dir: &Path) {
    let Some(now) = placement(window) else {
        return;
    };
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let now = match *last {
        // The size of a maximized window is the screen's: the one it goes back to stays.
        Some(before) if now.maximized => Placement {
            maximized: true,
            ..before
        },
        _ => now,
    };
    if *last == Some(now) {
        return;
    }
    *last = Some(now);
    if let Err(error) = now.save(dir) {
        tracing::warn!(%error, "where the window is was not kept");
    }
}

/// Where the window is; nothing while it is minimized or already gone.
fn placement(window: &WebviewWindow) -> Option<Placement> {
    if window.is_minimized().unwrap_or(true) {
        return None;
    }
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let position = window.outer_position().ok();
    let position = position.map(|position| position.to_logical::<f64>(scale));
    Some(Placement {
        width: size.width,
        height: size.height,
        position: position.map(|position| (position.x, position.y)),
        maximized: window.is_maximized().unwrap_or(false),
    })
}
