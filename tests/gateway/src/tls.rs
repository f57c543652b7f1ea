//! TLS of the secure port: both sides show certificates, any issuer will do, possession of the key is
//! proven by the handshake (DeviceProtection:1, clause 2.2.2.3).

use std::str::FromStr;

use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{
    SslContext, SslContextBuilder, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode,
    SslVersion,
};

use crate::identity::DeviceIdentity;

/// What the secure port is able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TlsOptions {
    /// Newest version of the protocol.
    pub newest: Newest,
    /// Kind of the certificate's key, where one is made.
    pub key: Key,
}

/// Newest version of TLS that a gateway speaks; those before it down to 1.2, or itself, are spoken too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newest {
    /// 1.0, as the standard of 2011 has it.
    Tls10,
    /// 1.1.
    Tls11,
    /// 1.2.
    Tls12,
    /// 1.3.
    #[default]
    Tls13,
}

impl FromStr for Newest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1.0" => Ok(Self::Tls10),
            "1.1" => Ok(Self::Tls11),
            "1.2" => Ok(Self::Tls12),
            "1.3" => Ok(Self::Tls13),
            _ => Err("the versions of TLS are 1.0, 1.1, 1.2 and 1.3".to_owned()),
        }
    }
}

impl Newest {
    fn version(self) -> SslVersion {
        match self {
            Self::Tls10 => SslVersion::TLS1,
            Self::Tls11 => SslVersion::TLS1_1,
            Self::Tls12 => SslVersion::TLS1_2,
            Self::Tls13 => SslVersion::TLS1_3,
        }
    }
}

/// Kind of a gateway's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Key {
    /// RSA with 2048 bits.
    #[default]
    Rsa2048,
    /// RSA with 1024 bits, the least the standard allows.
    Rsa1024,
    /// The curve P-256, which the standard does not know.
    P256,
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "rsa2048" => Ok(Self::Rsa2048),
            "rsa1024" => Ok(Self::Rsa1024),
            "p256" => Ok(Self::P256),
            _ => Err("the keys are rsa2048, rsa1024 and p256".to_owned()),
        }
    }
}

impl Key {
    /// Makes a key pair.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn generate(self) -> Result<PKey<Private>, ErrorStack> {
        match self {
            Self::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?),
            Self::Rsa1024 => PKey::from_rsa(Rsa::generate(1024)?),
            Self::P256 => {
                let curve = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
                PKey::from_ec_key(EcKey::generate(&curve)?)
            }
        }
    }
}

/// Settings of the web page: the same chain, and no certificate is asked of a browser.
///
/// # Errors
/// The crypto library failed.
pub fn web_context(identity: &DeviceIdentity) -> Result<SslContext, ErrorStack> {
    Ok(context_of(identity, TlsOptions::default())?.build())
}

/// Server side settings with the gateway's chain: the versions of the options, a client certificate required, no
/// renegotiation and no resumption, so that a session always has its own certificate.
///
/// # Errors
/// The crypto library failed.
pub fn server_context(
    identity: &DeviceIdentity,
    options: TlsOptions,
) -> Result<SslContext, ErrorStack> {
    let mut context = context_of(identity, options)?;
    // Trust comes from the introduction, not from an issuer: every chain is accepted here.
    context.set_verify_callback(
        SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        |_, _| true,
    );
    Ok(context.build())
}

fn context_of(
    identity: &DeviceIdentity,
    options: TlsOptions,
) -> Result<SslContextBuilder, ErrorStack> {
    let mut context = SslContextBuilder::new(SslMethod::tls_server())?;
    let newest = options.newest.version();
    let old = matches!(options.newest, Newest::Tls10 | Newest::Tls11);
    let oldest = if old { newest } else { SslVersion::TLS1_2 };
    context.set_min_proto_version(Some(oldest))?;
    context.set_max_proto_version(Some(newest))?;
    // Foreign control points have RSA keys of 1024 bits; the library allows old versions at its level 0 alone.
    context.set_security_level(if old { 0 } else { 1 });
    context.set_certificate(identity.leaf())?;
    context.add_extra_chain_cert(identity.root().clone())?;
    context.set_private_key(identity.key())?;
    context.check_private_key()?;
    context.set_options(
        SslOptions::NO_RENEGOTIATION | SslOptions::NO_TICKET | SslOptions::NO_COMPRESSION,
    );
    context.set_session_cache_mode(SslSessionCacheMode::OFF);
    context.set_num_tickets(0)?;
    context.set_session_id_context(b"lanside-gateway")?;
    Ok(context)
}
