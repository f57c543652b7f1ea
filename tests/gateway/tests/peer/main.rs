//! The gateway from outside, by a control point made of plain sockets.

mod access;
mod broken_introductions;
mod configuration;
mod introduction;
mod lifecycle;
mod misbehaviour;
mod policies;
mod support;
mod web_page;
