//! Notifications of the system, for what ended while nobody looked at the window.
//!
//! They are sent from here, so the web view needs no permission for them. Where no service
//! shows them nothing happens: the window says the same.

use notify_rust::Notification;
use tauri::{Manager, WebviewWindow};

/// Longest title and text, in characters.
const TITLE_CHARACTERS: usize = 120;
const TEXT_CHARACTERS: usize = 400;

/// Tells it when the window is in the background; whether it was tried.
pub fn tell_in_background(window: &WebviewWindow, title: &str, text: &str) -> bool {
    if window.is_focused().unwrap_or(true) {
        return false;
    }
    let mut notice = Notification::new();
    notice
        .appname("Lanside")
        .summary(&plain(title, TITLE_CHARACTERS));
    let text = plain(text, TEXT_CHARACTERS);
    let handle = window.app_handle().clone();
    // Whoever shows it may take seconds to answer, and it stays until somebody presses it.
    let shown = std::thread::Builder::new()
        .name("notice".to_owned())
        .spawn(move || show(notice, &text, &handle));
    if let Err(error) = shown {
        tracing::warn!(%error, "a notification was not shown");
    }
    true
}

#[cfg(all(unix, not(target_os = "macos")))]
fn show(mut notice: Notification, text: &str, handle: &tauri::AppHandle) {
    // Most services read marks in the text as HTML does; names come from gateways.
    let marks = notify_rust::get_capabilities()
        .is_ok_and(|able| able.iter().any(|one| one == "body-markup"));
    notice
        .body(&if marks {
            escaped(text)
        } else {
            text.to_owned()
        })
        .icon("lanside-app")
        .hint(notify_rust::Hint::DesktopEntry("Lanside".to_owned()))
        .action("default", "Lanside");
    match notice.show() {
        Ok(shown) => shown.wait_for_action(|action| {
            if action == "default" {
                crate::window::to_front(handle);
            }
        }),
        Err(error) => tracing::info!(%error, "no service shows notifications"),
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn show(mut notice: Notification, text: &str, _: &tauri::AppHandle) {
    #[cfg(target_os = "windows")]
    notice.app_id("org.lanside.app");
    if let Err(error) = notice.body(text).show() {
        tracing::info!(%error, "no service shows notifications");
    }
}

/// One line without control characters, cut where it is too long.
fn plain(text: &str, most: usize) -> String {
    let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = shown.chars().filter(|c| !c.is_control()).collect();
    if let Some((end, _)) = shown.char_indices().nth(most) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

#[cfg(all(unix, not(target_os = "macos")))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_one_short_line() {
        assert_eq!(plain(" a\n\tb\u{7}\u{1b}[1m ", 10), "a b[1m");
        assert_eq!(plain("aäbc", 2), "aä…");
        assert_eq!(plain("ab", 2), "ab");
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn a_name_is_no_markup() {
        assert_eq!(escaped("<b>&x</b>"), "&lt;b&gt;&amp;x&lt;/b&gt;");
    }
}
