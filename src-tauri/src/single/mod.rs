//! One window a person: a second start hands over what it was given and ends.

#[cfg(target_os = "linux")]
mod holder;

#[cfg(target_os = "linux")]
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};

use crate::link::OpenedLink;
use crate::{link_opened, window};

/// The identifier of the program, as in `tauri.conf.json`.
#[cfg(target_os = "linux")]
const IDENTIFIER: &str = "org.lanside.app";

/// The part of the program that finds an earlier start. A state directory of one's own is
/// another window's, as in tests and rehearsals: only starts with the same one find each other.
/// Elsewhere than on Linux they cannot be told apart, and such a start always opens a window.
/// So does one that finds an earlier program that hangs: a person can work on.
pub fn plugin(state_dir: Option<&Path>) -> Option<TauriPlugin<Wry>> {
    let builder = tauri_plugin_single_instance::Builder::new().callback(second_start);
    #[cfg(target_os = "linux")]
    {
        let name = state_dir.map_or_else(|| IDENTIFIER.to_owned(), name_for);
        // The plugin adds this to what it is given.
        if holder::holder_of(&format!("{name}.SingleInstance")) == holder::Holder::Hangs {
            tracing::warn!("the program runs already and does not answer: this is a second window");
            return None;
        }
        Some(builder.dbus_id(name).build())
    }
    #[cfg(not(target_os = "linux"))]
    state_dir.is_none().then(|| builder.build())
}

/// Lets the next start open a window of its own, while this one still says goodbye to gateways.
pub fn step_aside(handle: &AppHandle) {
    tauri_plugin_single_instance::destroy(handle);
}

/// Whoever may start programs in this session may send this, so it is read as strictly as a link.
fn second_start(handle: &AppHandle, arguments: Vec<String>, _directory: String) {
    if !window::to_front(handle) {
        start_instead(handle.clone(), arguments);
        return;
    }
    if let Some(link) = OpenedLink::among(arguments.iter().skip(1).map(String::as_str)) {
        link_opened(handle, link);
    }
}

/// The window is closed already and the other start has ended in trust: starts the program in its
/// place. On a thread of its own, as the bus waits for the answer to the other start.
fn start_instead(handle: AppHandle, arguments: Vec<String>) {
    std::thread::spawn(move || {
        step_aside(&handle);
        let started = std::env::current_exe()
            .and_then(|program| Command::new(program).args(arguments.iter().skip(1)).spawn());
        if let Err(error) = started {
            tracing::error!(%error, "the program was asked for while it ended, and did not start again");
        }
    });
}

#[cfg(target_os = "linux")]
fn name_for(dir: &Path) -> String {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let mut hasher = DefaultHasher::new();
    whole.hash(&mut hasher);
    format!("{IDENTIFIER}.at{:016x}", hasher.finish())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_identifier_is_that_of_the_program() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../../tauri.conf.json")).expect("JSON");
        assert_eq!(config["identifier"], IDENTIFIER);
    }

    #[test]
    fn a_place_of_its_own_has_a_name_of_its_own() {
        let name = name_for(Path::new("/tmp/a"));
        assert_eq!(name, name_for(Path::new("/tmp/a")));
        assert_ne!(name, name_for(Path::new("/tmp/b")));
        // What D-Bus takes as a name: short, and no part begins with a digit.
        assert!(
            name.len() < 200
                && name
                    .split('.')
                    .all(|part| !part.starts_with(char::is_numeric))
        );
    }
}
