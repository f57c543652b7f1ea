//! Every limit of the simulated gateway in one place: sizes, counts and times.

use std::time::Duration;

/// Largest request body the gateway reads, in bytes.
pub const REQUEST_BODY: usize = 1024 * 1024;
/// Deepest nesting of elements in a request.
pub const XML_DEPTH: usize = 64;
/// Most elements in one request document.
pub const XML_ELEMENTS: usize = 200_000;
/// A setup message without its white space, in base64 characters.
pub const SETUP_MESSAGE: usize = 8 * 1024;
/// Time for a TLS handshake.
pub const TLS_HANDSHAKE: Duration = Duration::from_secs(10);
/// Time between two messages of one introduction.
pub const SETUP_STEP: Duration = Duration::from_secs(120);
/// Time a button press stays valid, and time to press after being asked.
pub const BUTTON_WINDOW: Duration = Duration::from_secs(120);
/// Window in which wrong PINs are counted.
pub const PIN_WINDOW: Duration = Duration::from_secs(60);
/// Wrong PINs within the window that lock the introduction.
pub const WRONG_PINS: usize = 3;
/// How long the introduction stays locked.
pub const PIN_LOCK: Duration = Duration::from_secs(60);
/// Failed logins after which the TLS connection is closed.
pub const LOGIN_FAILURES: u32 = 5;
/// Longest user name or alias, in characters.
pub const NAME_LENGTH: usize = 64;
/// Most identities in the access list.
pub const IDENTITIES: usize = 256;
/// Subscriptions of one source address.
pub const SUBSCRIPTIONS_PER_SOURCE: usize = 8;
/// Callback addresses in one subscription.
pub const CALLBACKS: usize = 6;
/// Longest subscription granted.
pub const SUBSCRIPTION: Duration = Duration::from_secs(1800);
/// Changes gathered before one event message.
pub const EVENT_MODERATION: Duration = Duration::from_millis(200);
/// Time for one event message to be delivered.
pub const EVENT_DELIVERY: Duration = Duration::from_secs(5);
/// Lifetime of an announcement.
pub const MAX_AGE_S: u32 = 1800;
/// Results kept for each kind of test.
pub const TEST_RESULTS: usize = 10;
/// Requests remembered in the request log.
pub const REQUEST_LOG: usize = 10_000;
/// Lines kept in the gateway's own log.
pub const LOG_LINES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_introduction_outlasts_the_counting_window() {
        let (lock, window, step, button) = (PIN_LOCK, PIN_WINDOW, SETUP_STEP, BUTTON_WINDOW);
        assert!(lock >= window && step >= button);
    }

    #[test]
    fn a_setup_message_fits_in_a_request() {
        let (message, request) = (SETUP_MESSAGE, REQUEST_BODY);
        assert!(message * 4 < request);
    }
}
