//! Whom we trust: the gateways we were introduced to ([`store`]) and the TLS verifier that
//! decides inside the handshake ([`verifier`]), also about TLS that protects little
//! ([`weakness`]).

pub mod store;
pub mod verifier;
pub mod weakness;

pub use store::{TrustStore, TrustedBy, TrustedGateway};
pub use verifier::{client_context, judge_leaf, Expectation, TrustError, Verdict};
pub use weakness::Weakness;
