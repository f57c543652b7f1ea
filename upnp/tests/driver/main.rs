//! The driver against tiny servers on loopback, each with one thing wrong.

mod early;
mod http;
mod introduction;
mod search;
mod secure;
mod strength;
mod support;
mod trace;
mod watch;
