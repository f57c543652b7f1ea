//! One window a person: a second start hands over what it was given and ends.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use tauri::plugin::TauriPlugin;
use tauri::{AppHandle, Wry};

use crate::link::OpenedLink;
use crate::{link_opened, window};

/// The part of the program that finds an earlier start. A state directory of one's own is
/// another window's, as in tests and rehearsals: only starts with the same one find each other.
/// Elsewhere than on Linux they cannot be told apart, and such a start always opens a window.
pub fn plugin(state_dir: Option<&Path>) -> Option<TauriPlugin<Wry>> {
    let builder = tauri_plugin_single_instance::Builder::new().callback(second_start);
    match state_dir {
        None => Some(builder.build()),
        #[cfg(target_os = "linux")]
        Some(dir) => Some(builder.dbus_id(name_for(dir)).build()),
        #[cfg(not(target_os = "linux"))]
        Some(_) => None,
    }
}

/// Lets the next start open a window of its own, while this one still says goodbye to gateways.
pub fn step_aside(handle: &AppHandle) {
    tauri_plugin_single_instance::destroy(handle);
}

/// Whoever may start programs in this session may send this, so it is read as strictly as a link.
fn second_start(handle: &AppHandle, arguments: Vec<String>, _directory: String) {
    window::to_front(handle);
    if let Some(link) = OpenedLink::among(arguments.iter().skip(1).map(String::as_str)) {
        link_opened(handle, link);
    }
}

#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn name_for(dir: &Path) -> String {
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let mut hasher = DefaultHasher::new();
    whole.hash(&mut hasher);
    format!("org.lanside.app.at{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

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
