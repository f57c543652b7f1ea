//! Whom we trust: the gateways we were introduced to ([`store`]) and the TLS verifier that
//! decides inside the handshake ([`verifier`]).

pub mod store;
pub mod verifier;

pub use store::{TrustStore, TrustedBy, TrustedGateway};
pub use verifier::{client_context, judge_leaf, Expectation, TrustError, Verdict};
