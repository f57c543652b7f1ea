//! The driver against tiny servers on loopback, each with one thing wrong.

mod http;
mod search;
mod secure;
mod support;
mod trace;
