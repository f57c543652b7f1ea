//! Every bound this crate puts on what a peer may send or make us do.
//!
//! One place, so that a reviewer can see at a glance how much of a hostile
//! answer is ever read. Sizes are octets unless the name says otherwise.

use std::time::Duration;

/// Largest device description or SCPD read.
pub const DESCRIPTION_BYTES: usize = 1024 * 1024;
/// Largest SOAP answer read; a whole parameter tree travels in one.
pub const SOAP_ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Largest event message read.
pub const EVENT_BYTES: usize = 1024 * 1024;
/// Largest SOAP fault parsed.
pub const FAULT_BYTES: usize = 256 * 1024;
/// Largest document carried inside an argument and read as a whole (an ACL,
/// a list of paths), and largest list of parameter values read as a stream.
pub const DOCUMENT_BYTES: usize = SOAP_ANSWER_BYTES;

/// Largest request sent with a list of paths or values in it. Servers built
/// on the portable SDK refuse requests above 16 000 octets.
pub const REQUEST_BYTES: usize = 12 * 1024;

/// Deepest nesting of XML elements.
pub const XML_DEPTH: usize = 64;
/// Most nodes (elements and texts) of a document read as a whole.
pub const XML_NODES: usize = 200_000;
/// Most octets of one attribute value.
pub const XML_ATTRIBUTE_BYTES: usize = 64 * 1024;
/// Most attributes of one element.
pub const XML_ATTRIBUTES: usize = 256;
/// Most octets of an element or attribute name.
pub const XML_NAME_BYTES: usize = 1024;
/// How often an escaped document is unescaped: once by the book, twice for
/// devices that escape it twice.
pub const UNESCAPE_ROUNDS: usize = 2;
/// Most different things forgiven and reported of one document.
pub const FORGIVEN: usize = 32;

/// Most entries of a list of parameter values.
pub const PARAMETER_VALUES: usize = 1_000_000;
/// Most entries of a list of paths.
pub const PATHS: usize = 1_000_000;
/// Most output arguments of one action.
pub const ARGUMENTS: usize = 256;
/// Longest data model path.
pub const PATH_BYTES: usize = 4096;

/// Most octets of one SSDP datagram that are parsed.
pub const DATAGRAM_BYTES: usize = 8 * 1024;
/// Most headers of one message.
pub const HEADERS: usize = 64;
/// Most devices the SSDP tracker remembers.
pub const TRACKED_DEVICES: usize = 512;
/// Most notification types remembered for one device.
pub const TRACKED_TARGETS: usize = 64;
/// Most locations remembered for one device.
pub const TRACKED_LOCATIONS: usize = 8;
/// Most announcements of tracker events kept for a reader that is late.
pub const TRACKER_EVENTS: usize = 4096;
/// Longest accepted identifier (UDN, type, service id).
pub const IDENTIFIER_BYTES: usize = 512;
/// Longest accepted URL text.
pub const URL_BYTES: usize = 4096;

/// Deepest nesting of embedded devices.
pub const DEVICE_DEPTH: usize = 8;
/// Most devices in one description.
pub const DEVICES: usize = 64;
/// Most services in one description.
pub const SERVICES: usize = 256;
/// Most actions in one SCPD.
pub const ACTIONS: usize = 512;
/// Most state variables in one SCPD.
pub const STATE_VARIABLES: usize = 2048;

/// Life of an announcement that does not say.
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(1800);
/// Shortest life of an announcement we believe.
pub const MIN_MAX_AGE: Duration = Duration::from_secs(60);
/// Longest life of an announcement we believe.
pub const MAX_MAX_AGE: Duration = Duration::from_secs(86_400);

/// Life of an event subscription that does not say.
pub const DEFAULT_SUBSCRIPTION: Duration = Duration::from_secs(1800);
/// Shortest life of a subscription we believe; it is renewed at half of it.
pub const MIN_SUBSCRIPTION: Duration = Duration::from_secs(2);
/// Longest life of a subscription we rely on, however long it may be.
pub const MAX_SUBSCRIPTION: Duration = Duration::from_secs(3600);
/// Most event messages kept while their subscription has no SID yet.
pub const EARLY_EVENTS: usize = 16;
/// Most octets of names and values in them.
pub const EARLY_EVENT_BYTES: usize = EVENT_BYTES;
/// Most events of one subscription kept for a reader that is late.
pub const SUBSCRIPTION_EVENTS: usize = 256;
/// Most octets of names and values in them.
pub const SUBSCRIPTION_EVENT_BYTES: usize = 4 * EVENT_BYTES;
/// Most deployment units of one gateway.
pub const SOFTWARE_UNITS: usize = 1024;
