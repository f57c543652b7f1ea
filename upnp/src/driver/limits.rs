//! Times and sizes of the driver, all in one place.
//!
//! They bound what a gateway, or anything that pretends to be one, can make
//! this side wait for or keep in memory. The limits of the documents
//! themselves (depth, counts) are in [`crate::limits`].

use std::time::Duration;

/// Longest start line with all header fields of an HTTP answer, in bytes.
pub const HEAD_BYTES: usize = 32 * 1024;

/// Most header fields of an HTTP answer.
pub const HEAD_FIELDS: usize = 128;

/// Most interim (1xx) answers before the real one.
pub const INTERIM_ANSWERS: usize = 8;

/// Longest chunk-size line, extensions included, in bytes.
pub const CHUNK_LINE_BYTES: usize = 1024;

/// Redirects followed for one description, all on the same host.
pub const REDIRECTS: usize = 3;

/// How long opening a TCP connection may take.
pub const CONNECT: Duration = Duration::from_secs(5);

/// How long fetching one description may take, connection included.
pub const DESCRIPTION: Duration = Duration::from_secs(10);

/// How long an answer may take when the caller names no other time.
pub const ANSWER: Duration = Duration::from_secs(10);

/// An answer that keeps flowing earns one more second per this many bytes,
/// so a full tree over a slow link gets through and a trickle does not.
pub const BYTES_PER_EXTRA_SECOND: usize = 64 * 1024;

/// How long to wait for the rest of a document that already looks complete
/// although the announced length says that more must come.
pub const COMPLETE_GRACE: Duration = Duration::from_millis(400);

/// When the three copies of each search are sent, counted from the start.
pub const SEARCH_REPEATS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(600),
];

/// How much longer than `MX` answers to a search are awaited.
pub const SEARCH_MARGIN: Duration = Duration::from_millis(1500);

/// How often the adapters of this computer are looked at while watching.
pub const ADAPTERS_EVERY: Duration = Duration::from_secs(2);

/// How often a search is repeated while watching: announcements get lost, and
/// some devices make none.
pub const SEARCH_EVERY: Duration = Duration::from_secs(120);

/// How long a device may take to prove that it is still there.
pub const PROOF_OF_LIFE: Duration = Duration::from_secs(4);

/// When a device that said goodbye and still answered is asked once more.
pub const GOODBYE_AGAIN: Duration = Duration::from_secs(3);

/// When the description of a device that did not answer is tried again,
/// if the device announces itself again.
pub const DESCRIPTION_AGAIN: Duration = Duration::from_secs(15);

/// Changes of the network kept for a reader that is late.
pub const CHANGES_QUEUE: usize = 256;

/// How long a unicast search waits before it is repeated with `MX: 1`.
pub const UNICAST_REPEAT: Duration = Duration::from_millis(1500);

/// How long a unicast search listens on after the first answer.
pub const UNICAST_MORE: Duration = Duration::from_millis(400);

/// How long a unicast search waits altogether.
pub const UNICAST_TOTAL: Duration = Duration::from_millis(3500);

/// Largest datagram read, in bytes.
pub const DATAGRAM_BYTES: usize = 64 * 1024;

/// What the system is asked to keep of unread datagrams for one socket, in bytes. It may grant
/// less: at its usual limit some 330 answers, at its usual size without asking some 160, which a
/// crowd that answers three copies of a search fills before a busy computer has read any.
pub const RECEIVE_BUFFER_BYTES: usize = 2 * 1024 * 1024;

/// Datagrams kept between the sockets and the one who reads them.
pub const DATAGRAM_QUEUE: usize = 1024;

/// Most locations of one search; whoever invents more is ignored.
pub const LOCATIONS: usize = 512;

/// Most locations on one host: devices of one box live on a few ports.
pub const LOCATIONS_PER_HOST: usize = 16;

/// Descriptions fetched at the same time.
pub const PARALLEL_DESCRIPTIONS: usize = 64;

/// Datagrams that mean nothing and are still listed in the report.
pub const IGNORED_LISTED: usize = 64;

/// How long the walk to the push button may take (DeviceProtection:1, appendix A).
pub const PUSH_BUTTON: Duration = Duration::from_secs(120);

/// How long the person may take to type a PIN the gateway shows. One gateway
/// gives up 60 s after M1.
pub const PIN_ENTRY: Duration = Duration::from_secs(120);

/// How long telling a gateway that a run is over may take.
pub const LAST_WORD: Duration = Duration::from_secs(3);

/// How long to wait before asking a busy gateway (708) again.
pub const BUSY_RETRY: Duration = Duration::from_secs(5);

/// How often a busy gateway is asked before giving up.
pub const BUSY_ATTEMPTS: u32 = 12;

/// Longest base64 text of a setup message, in bytes.
pub const SETUP_MESSAGE_BYTES: usize = 64 * 1024;

/// Longest body kept in one line of a trace, in bytes.
pub const TRACE_BODY_BYTES: usize = 16 * 1024;

/// How long a subscription to events is asked for.
pub const SUBSCRIPTION: Duration = Duration::from_secs(1800);

/// Longest head of an event message, and of an answer about a subscription.
pub const EVENT_HEAD_BYTES: usize = crate::limits::DATAGRAM_BYTES;

/// Connections on which one gateway may deliver the events of one subscription
/// at the same time.
pub const EVENT_CONNECTIONS: usize = 16;

/// How long one event message may take from its first byte to its last.
pub const EVENT_MESSAGE: Duration = Duration::from_secs(5);

/// How long a connection for events may stay open between two of them.
pub const EVENT_IDLE: Duration = Duration::from_secs(30);

/// How long, and for how many bytes, a refused sender is listened to, so that
/// it sees the refusal and not a broken connection.
pub const EVENT_LINGER: Duration = Duration::from_millis(500);
/// See [`EVENT_LINGER`].
pub const EVENT_LINGER_BYTES: usize = 256 * 1024;

/// How long finding out why nothing is seen may take altogether.
pub const DOCTOR_TOTAL: Duration = Duration::from_millis(3800);

/// How long it listens for answers, and for its own search to come back.
pub const DOCTOR_LISTEN: Duration = Duration::from_millis(2600);

/// How long it waits before a router is asked once more with `MX: 1`.
pub const DOCTOR_UNICAST_REPEAT: Duration = Duration::from_millis(1200);

/// How long it waits for a router to accept a connection.
pub const DOCTOR_CONNECT: Duration = Duration::from_millis(1500);

/// How long it reads what the system tells of adapters and routes; twice that
/// for the list of processes.
pub const DOCTOR_SYSTEM: Duration = Duration::from_secs(1);

/// Most addresses it searches through.
pub const DOCTOR_ADAPTERS: usize = 32;

/// Most routers it asks.
pub const DOCTOR_GATEWAYS: usize = 8;

/// Event messages between their connections and the subscription, and events
/// between the subscription and its reader.
pub const EVENT_QUEUE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_sent_in_order_and_end_before_the_answers_do() {
        assert!(SEARCH_REPEATS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(SEARCH_REPEATS[2] < Duration::from_secs(1) + SEARCH_MARGIN);
        assert!(UNICAST_REPEAT < UNICAST_TOTAL);
        let waits = DOCTOR_SYSTEM + DOCTOR_LISTEN;
        assert!(waits < DOCTOR_TOTAL && DOCTOR_UNICAST_REPEAT < DOCTOR_LISTEN);
    }

    #[test]
    fn the_largest_answer_still_ends() {
        let extra = crate::limits::SOAP_ANSWER_BYTES / BYTES_PER_EXTRA_SECOND;
        assert!(extra <= 256, "seconds an endless answer can last: {extra}");
        assert!(CONNECT < DESCRIPTION);
        assert!(BUSY_RETRY * BUSY_ATTEMPTS <= Duration::from_secs(180));
    }
}
