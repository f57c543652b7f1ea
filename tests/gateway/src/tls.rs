//! TLS of the secure port: both sides show certificates, any issuer will do, possession of the key is
//! proven by the handshake (DeviceProtection:1, clause 2.2.2.3).

use openssl::error::ErrorStack;
use openssl::ssl::{
    SslContext, SslContextBuilder, SslMethod, SslOptions, SslSessionCacheMode, SslVerifyMode,
    SslVersion,
};

use crate::identity::DeviceIdentity;

/// Server side settings with the gateway's chain: TLS 1.2 and 1.3, a client certificate required, no
/// renegotiation and no resumption, so that a session always has its own certificate.
///
/// # Errors
/// The crypto library failed.
pub fn server_context(identity: &DeviceIdentity) -> Result<SslContext, ErrorStack> {
    let mut context = SslContextBuilder::new(SslMethod::tls_server())?;
    context.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    // Foreign control points have RSA keys of 1024 bits.
    context.set_security_level(1);
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
    // Trust comes from the introduction, not from an issuer: every chain is accepted here.
    context.set_verify_callback(
        SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        |_, _| true,
    );
    Ok(context.build())
}
