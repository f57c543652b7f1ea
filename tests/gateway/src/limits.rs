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
/// Time a PIN on the screen stays valid.
pub const SHOWN_PIN: Duration = Duration::from_secs(120);
/// Time a PIN on the web page stays valid.
pub const PAGE_PIN: Duration = Duration::from_secs(600);
/// Connections to the web page at a time.
pub const WEB_CONNECTIONS: usize = 32;
/// Longest time for one connection to the web page.
pub const WEB_CONNECTION: Duration = Duration::from_secs(60);
/// Largest form, in bytes.
pub const WEB_FORM: usize = 4096;
/// Most fields of a form.
pub const WEB_FIELDS: usize = 16;
/// Visitors of the web page that are remembered.
pub const WEB_VISITORS: usize = 64;
/// How long a visitor who does nothing is remembered.
pub const WEB_VISIT: Duration = Duration::from_secs(900);
/// Wrong passwords on the web page within the window, after which nobody can log in there.
pub const WEB_FAILURES: usize = 5;
/// That window.
pub const WEB_FAILURES_WINDOW: Duration = Duration::from_secs(60);
/// Wrong PINs in a row that lock the introduction, unless `--lock-after` says otherwise.
pub const WRONG_PINS: u32 = 3;
/// Wrong PINs without a right one, after which only a restart unlocks the introduction.
pub const WRONG_PINS_FOR_GOOD: u32 = 10;
/// How long the first lock lasts, unless `--lock-seconds` says otherwise.
pub const PIN_LOCK: Duration = Duration::from_secs(60);
/// How long a lock lasts at most.
pub const PIN_LOCK_LONGEST: Duration = Duration::from_secs(3600);
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
/// Operations of SoftwareManagement that are remembered.
pub const OPERATIONS: usize = 32;
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
    fn a_run_waits_as_long_as_what_it_waits_for_stays_valid() {
        let (step, button, pin) = (SETUP_STEP, BUTTON_WINDOW, SHOWN_PIN);
        assert!(step >= button && step >= pin);
        let (lock, longest) = (PIN_LOCK, PIN_LOCK_LONGEST);
        assert!(lock < longest);
    }

    #[test]
    fn a_setup_message_fits_in_a_request() {
        let (message, request) = (SETUP_MESSAGE, REQUEST_BODY);
        assert!(message * 4 < request);
    }
}
