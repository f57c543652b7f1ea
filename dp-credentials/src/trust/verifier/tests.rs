//! Handshakes with ourselves over an in-memory pipe of two sockets.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread;

use openssl::ssl::{SslContext, SslStream};

use super::*;

fn identities() -> &'static (Identity, Identity) {
    static MADE: OnceLock<(Identity, Identity)> = OnceLock::new();
    MADE.get_or_init(|| {
        let make = |name| Identity::generate(name).expect("made");
        (make("Control point"), make("Gateway"))
    })
}

/// A gateway that wants our certificate, answers one byte and tells the leaf
/// and the number of certificates it saw.
fn serve(version: SslVersion) -> (TcpStream, thread::JoinHandle<Option<(Vec<u8>, usize)>>) {
    let gateway = &identities().1;
    let mut context = SslContext::builder(SslMethod::tls_server()).expect("context");
    context.set_min_proto_version(Some(version)).expect("version");
    context.set_max_proto_version(Some(version)).expect("version");
    context.set_certificate(gateway.leaf()).expect("leaf");
    context.add_extra_chain_cert(gateway.root().to_owned()).expect("root");
    context.set_private_key(gateway.private_key()).expect("key");
    context.set_session_id_context(b"test").expect("id");
    let mode = SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT;
    context.set_verify_callback(mode, |_, _| true);
    let context = context.build();

    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = listener.local_addr().expect("address");
    let server = thread::spawn(move || {
        let (socket, _) = listener.accept().ok()?;
        let mut stream = SslStream::new(Ssl::new(&context).ok()?, socket).ok()?;
        stream.accept().ok()?;
        stream.write_all(b"!").ok()?;
        let leaf = stream.ssl().peer_certificate()?.to_der().ok()?;
        let chain = stream.ssl().peer_cert_chain().map_or(0, |chain| chain.len());
        Some((leaf, chain))
    });
    (TcpStream::connect(address).expect("connected"), server)
}

fn connect(expectation: Expectation, socket: TcpStream) -> (Option<SslStream<TcpStream>>, LeafSeen) {
    let client = connector(&identities().0, expectation).expect("client");
    let (ssl, seen) = client.session().expect("session");
    let mut stream = SslStream::new(ssl, socket).expect("stream");
    let done = stream.connect().is_ok();
    (done.then_some(stream), seen)
}

#[test]
fn both_sides_see_each_others_chain() {
    let (control_point, gateway) = identities();
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        for expectation in [Expectation::FirstContact, Expectation::Trusted(gateway.fingerprint())]
        {
            let (socket, server) = serve(version);
            let (stream, seen) = connect(expectation, socket);
            let mut stream = stream.expect("handshake");
            seen.verdict().expect("accepted");
            seen.check_connection(stream.ssl()).expect("same leaf");
            assert_eq!(seen.leaf_der(), Some(gateway.leaf_der()));
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("answered");
            let (leaf, chain) = server.join().expect("ran").expect("accepted");
            assert_eq!(leaf, control_point.leaf_der());
            assert_eq!(chain, 2, "leaf and root, as DeviceProtection asks");
        }
    }
}

#[test]
fn another_certificate_ends_the_handshake() {
    let expected = identities().0.fingerprint();
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let (socket, server) = serve(version);
        let (stream, seen) = connect(Expectation::Trusted(expected), socket);
        assert!(stream.is_none(), "refused inside the handshake");
        let found = identities().1.fingerprint();
        assert!(matches!(
            seen.verdict(),
            Err(TrustError::IdentityChanged { expected: e, found: f }) if e == expected && f == found
        ));
        assert!(server.join().expect("ran").is_none(), "nothing reached the server");
    }
}

#[test]
fn a_second_leaf_is_refused() {
    let seen = LeafSeen { expectation: Expectation::FirstContact, leaf: Arc::default() };
    assert!(matches!(seen.verdict(), Err(TrustError::NoLeaf)));
    assert!(seen.record(b"one".to_vec()));
    assert!(seen.record(b"one".to_vec()));
    assert!(!seen.record(b"two".to_vec()));
}

#[test]
fn the_certificate_size_is_limited() {
    let huge = vec![0; PEER_LEAF_DER_BYTES + 1];
    let refused = verify_leaf_der(Expectation::FirstContact, &huge);
    assert!(matches!(refused, Err(TrustError::NoLeaf)));
    assert!(verify_leaf_der(Expectation::FirstContact, &huge[1..]).is_ok());
}
