//! What the window asks for when it pairs.

use std::str::FromStr;

use dp_credentials::identity::Fingerprint;
use dp_credentials::secrets::Secret;
use management::view::PairingMethod;
use management::{Error, PairingWish, Proof};
use serde::Deserialize;
use specta::Type;

/// How a person wants to pair. It does not print: a PIN may be inside.
#[derive(Deserialize, Type)]
pub struct PairWish {
    /// The way that was chosen.
    method: PairingMethod,
    /// The PIN, for the ways that have it before the gateway is asked.
    pin: Option<String>,
    /// SHA-256 of the certificate the person was shown, hex; no other one is paired with.
    confirmed: Option<String>,
    /// Whether the person compared that certificate with what the gateway itself shows, for
    /// a gateway that needs neither PIN nor button.
    compared: bool,
    /// Whether a trusted certificate may be replaced once another one is proven.
    replace_certificate: bool,
    /// Whether TLS that protects little was allowed.
    allow_weak_tls: bool,
}

impl TryFrom<PairWish> for PairingWish {
    type Error = Error;

    fn try_from(wish: PairWish) -> Result<PairingWish, Error> {
        let pin = wish.pin.map(Secret::new);
        let proof = match wish.method {
            PairingMethod::PushButton => Proof::PushButton,
            PairingMethod::FirstUse if wish.compared => Proof::ByHand,
            PairingMethod::FirstUse => Proof::FirstUse,
            PairingMethod::ScreenPin if pin.is_none() => Proof::PinToCome,
            _ => Proof::pin(pin.as_ref().map_or("", |pin| pin.expose().as_str()))?,
        };
        let confirmed = wish.confirmed.as_deref().map(Fingerprint::from_str);
        Ok(PairingWish {
            proof,
            confirmed: confirmed
                .transpose()
                .map_err(|_| Error::Usage("the confirmed fingerprint is not one".to_owned()))?,
            replace_certificate: wish.replace_certificate,
            allow_weak_tls: wish.allow_weak_tls,
        })
    }
}
