//! Deviations of other makers' gateways in how things are written. The writers of messages know nothing
//! of them: a finished message passes through here on its way out.

pub(crate) mod description;
pub(crate) mod discovery;
pub(crate) mod document;
pub(crate) mod envelope;
pub(crate) mod event;
pub(crate) mod scpd;
pub(crate) mod wire;
