//! Gateways with TLS of other days, played by the real library.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dp_credentials::identity::{Fingerprint, Identity, KeyKind};
use dp_credentials::trust::{Expectation, Weakness};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::dh::Dh;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{Ssl, SslContext, SslContextBuilder, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::{X509Builder, X509NameBuilder, X509};
use upnp::driver::{ControlPoint, Options, SecureConnection};
use upnp::Error;
use url::Url;

/// What a gateway of the test can do.
#[derive(Clone)]
struct Offer {
    key: PKey<Private>,
    newest: SslVersion,
    signatures: Option<&'static str>,
    /// Only this suite, with a group of 1024 bits.
    small_group: bool,
}

fn rsa(bits: u32) -> PKey<Private> {
    static KEYS: OnceLock<[PKey<Private>; 2]> = OnceLock::new();
    let keys = KEYS.get_or_init(|| {
        [2048, 1024].map(|bits| {
            let key = Rsa::generate(bits).expect("a key");
            PKey::from_rsa(key).expect("a key")
        })
    });
    match bits {
        2048 => keys[0].clone(),
        1024 => keys[1].clone(),
        other => PKey::from_rsa(Rsa::generate(other).expect("a key")).expect("a key"),
    }
}

fn curve(name: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(name).expect("a curve");
    PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key")
}

fn offer(key: PKey<Private>, newest: SslVersion) -> Offer {
    Offer {
        key,
        newest,
        signatures: None,
        small_group: false,
    }
}

/// A server that takes any client certificate and counts what it reads after the handshake.
struct Gateway {
    address: SocketAddr,
    leaf: X509,
    octets: Arc<AtomicUsize>,
    handshakes: Arc<AtomicUsize>,
}

impl Gateway {
    fn start(offer: &Offer) -> Gateway {
        Self::start_as(offer, certificate(&offer.key))
    }

    fn start_as(offer: &Offer, leaf: X509) -> Gateway {
        let context = context(offer, &leaf);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (octets, handshakes) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (read, shaken) = (Arc::clone(&octets), Arc::clone(&handshakes));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let ssl = Ssl::new(&context).expect("a session");
                let Ok(mut stream) = ssl.accept(stream) else {
                    continue;
                };
                shaken.fetch_add(1, Ordering::SeqCst);
                let read = Arc::clone(&read);
                std::thread::spawn(move || {
                    let mut buffer = [0; 1024];
                    while let Ok(count @ 1..) = stream.ssl_read(&mut buffer) {
                        read.fetch_add(count, Ordering::SeqCst);
                    }
                });
            }
        });
        Gateway {
            address,
            leaf,
            octets,
            handshakes,
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_leaf_der(&self.leaf.to_der().expect("DER"))
    }

    async fn connect(
        &self,
        expectation: Expectation,
        allowed: &[Weakness],
    ) -> Result<SecureConnection, Error> {
        self.connect_as(KeyKind::Rsa2048, expectation, allowed)
            .await
    }

    async fn connect_as(
        &self,
        kind: KeyKind,
        expectation: Expectation,
        allowed: &[Weakness],
    ) -> Result<SecureConnection, Error> {
        let url = Url::parse(&format!("https://{}/desc.xml", self.address)).expect("a URL");
        let point = ControlPoint::new(Options {
            identity: Some(own(kind)),
            timeout: Duration::from_secs(20),
            ..Options::default()
        });
        point
            .expect("a control point")
            .connect_allowing(url, expectation, allowed)
            .await
    }

    /// What it offers, as the refusal says.
    async fn refused(&self, allowed: &[Weakness]) -> Vec<Weakness> {
        let refused = self.connect(Expectation::FirstContact, allowed).await;
        match refused.expect_err("refused") {
            Error::WeakTls { address, offers } => {
                assert_eq!(address, self.address.to_string());
                offers
            }
            other => panic!("{other:?}"),
        }
    }
}

fn own(kind: KeyKind) -> Arc<Identity> {
    static OWN: OnceLock<[Arc<Identity>; 2]> = OnceLock::new();
    let own = OWN.get_or_init(|| {
        [KeyKind::Rsa2048, KeyKind::P256]
            .map(|kind| Arc::new(Identity::generate_with("Strength", kind).expect("an identity")))
    });
    Arc::clone(&own[usize::from(kind == KeyKind::P256)])
}

fn certificate(key: &PKey<Private>) -> X509 {
    let mut name = X509NameBuilder::new().expect("a name");
    name.append_entry_by_nid(Nid::COMMONNAME, "Gateway of the test")
        .expect("a name");
    let name = name.build();
    let mut builder = X509Builder::new().expect("a builder");
    builder.set_version(2).expect("set");
    let serial = BigNum::from_u32(7).expect("a number");
    builder
        .set_serial_number(&serial.to_asn1_integer().expect("a number"))
        .expect("set");
    builder.set_subject_name(&name).expect("set");
    builder.set_issuer_name(&name).expect("set");
    builder
        .set_not_before(&Asn1Time::days_from_now(0).expect("a time"))
        .expect("set");
    builder
        .set_not_after(&Asn1Time::days_from_now(9).expect("a time"))
        .expect("set");
    builder.set_pubkey(key).expect("set");
    builder.sign(key, MessageDigest::sha256()).expect("signed");
    builder.build()
}

fn context(offer: &Offer, leaf: &X509) -> SslContext {
    let mut context = SslContextBuilder::new(SslMethod::tls_server()).expect("a context");
    context.set_security_level(0);
    context
        .set_min_proto_version(Some(SslVersion::TLS1))
        .expect("set");
    context
        .set_max_proto_version(Some(offer.newest))
        .expect("set");
    context.set_certificate(leaf).expect("set");
    context.set_private_key(&offer.key).expect("set");
    if let Some(signatures) = offer.signatures {
        context.set_sigalgs_list(signatures).expect("set");
    }
    if offer.small_group {
        context
            .set_cipher_list("DHE-RSA-AES128-GCM-SHA256")
            .expect("set");
        let prime = BigNum::get_rfc2409_prime_1024().expect("a prime");
        let group = Dh::from_pqg(prime, None, BigNum::from_u32(2).expect("2")).expect("a group");
        context.set_tmp_dh(&group).expect("set");
    }
    context.set_verify_callback(
        SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT,
        |_, _| true,
    );
    context.build()
}

#[tokio::test]
async fn what_is_strong_is_taken_unasked() {
    let ec = curve(Nid::X9_62_PRIME256V1);
    for (key, newest, version) in [
        (rsa(2048), SslVersion::TLS1_3, "TLSv1.3"),
        (rsa(2048), SslVersion::TLS1_2, "TLSv1.2"),
        (ec.clone(), SslVersion::TLS1_3, "TLSv1.3"),
        (ec, SslVersion::TLS1_2, "TLSv1.2"),
        (curve(Nid::SECP384R1), SslVersion::TLS1_3, "TLSv1.3"),
    ] {
        let gateway = Gateway::start(&offer(key, newest));
        for own in [KeyKind::Rsa2048, KeyKind::P256] {
            let connection = gateway
                .connect_as(own, Expectation::FirstContact, &[])
                .await
                .expect("connects");
            assert_eq!(connection.tls_version(), version);
            assert_eq!(connection.fingerprint(), gateway.fingerprint());
        }
    }
}

#[tokio::test]
async fn old_versions_are_refused_by_name_and_taken_when_allowed() {
    for (newest, weakness, version) in [
        (SslVersion::TLS1, Weakness::Tls10, "TLSv1"),
        (SslVersion::TLS1_1, Weakness::Tls11, "TLSv1.1"),
    ] {
        let gateway = Gateway::start(&offer(rsa(2048), newest));
        assert_eq!(gateway.refused(&[]).await, [weakness]);
        assert_eq!(gateway.refused(&[Weakness::Sha1]).await, [weakness]);
        assert_eq!(gateway.octets.load(Ordering::SeqCst), 0, "nothing was sent");
        for own in [KeyKind::Rsa2048, KeyKind::P256] {
            let connection = gateway
                .connect_as(own, Expectation::FirstContact, &[weakness])
                .await
                .expect("allowed");
            assert_eq!(connection.tls_version(), version);
        }
    }
}

#[tokio::test]
async fn tls_1_1_does_not_open_the_door_for_tls_1_0() {
    let gateway = Gateway::start(&offer(rsa(2048), SslVersion::TLS1));
    let offers = gateway.refused(&[Weakness::Tls11]).await;
    assert_eq!(offers, [Weakness::Tls10]);
}

#[tokio::test]
async fn what_was_allowed_does_not_hold_a_better_version_back() {
    let gateway = Gateway::start(&offer(rsa(2048), SslVersion::TLS1_3));
    let connection = gateway
        .connect(Expectation::FirstContact, &[Weakness::Tls10])
        .await
        .expect("connects");
    assert_eq!(connection.tls_version(), "TLSv1.3");
}

#[tokio::test]
async fn a_short_key_is_refused_by_name_and_taken_when_allowed() {
    for newest in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let gateway = Gateway::start(&offer(rsa(1024), newest));
        assert_eq!(gateway.refused(&[]).await, [Weakness::RsaKey(1024)]);
        assert_eq!(gateway.octets.load(Ordering::SeqCst), 0, "nothing was sent");
        gateway
            .connect(Expectation::FirstContact, &[Weakness::RsaKey(1024)])
            .await
            .expect("allowed");
    }
}

#[tokio::test]
async fn everything_that_falls_short_is_told_at_once() {
    let gateway = Gateway::start(&offer(rsa(1024), SslVersion::TLS1));
    let both = [Weakness::Tls10, Weakness::RsaKey(1024)];
    assert_eq!(gateway.refused(&[]).await, both);
    let left = gateway.refused(&[Weakness::Tls10]).await;
    assert_eq!(left, [Weakness::RsaKey(1024)]);
    gateway
        .connect(Expectation::FirstContact, &both)
        .await
        .expect("allowed");
}

#[tokio::test]
async fn a_key_that_protects_nothing_is_never_taken() {
    let gateway = Gateway::start(&offer(rsa(512), SslVersion::TLS1));
    let everything = [Weakness::Tls10, Weakness::RsaKey(1024), Weakness::Sha1];
    let error = gateway
        .connect(Expectation::FirstContact, &everything)
        .await
        .expect_err("refused");
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
}

#[tokio::test]
async fn signatures_over_sha_1_and_small_groups_are_named() {
    let sha1 = Gateway::start(&Offer {
        signatures: Some("RSA+SHA1"),
        ..offer(rsa(2048), SslVersion::TLS1_2)
    });
    assert_eq!(sha1.refused(&[]).await, [Weakness::Sha1]);
    sha1.connect(Expectation::FirstContact, &[Weakness::Sha1])
        .await
        .expect("allowed");
    let small = Gateway::start(&Offer {
        small_group: true,
        ..offer(rsa(2048), SslVersion::TLS1_2)
    });
    assert_eq!(small.refused(&[]).await, [Weakness::SmallGroup]);
    small
        .connect(Expectation::FirstContact, &[Weakness::SmallGroup])
        .await
        .expect("allowed");
}

#[tokio::test]
async fn who_answers_is_judged_before_how() {
    let weak = offer(rsa(1024), SslVersion::TLS1);
    let trusted = certificate(&rsa(2048));
    let expectation =
        Expectation::Trusted(Fingerprint::of_leaf_der(&trusted.to_der().expect("DER")));
    let stranger = Gateway::start(&weak);
    let error = stranger
        .connect(expectation, &[])
        .await
        .expect_err("a stranger");
    assert!(matches!(error, Error::IdentityChanged { .. }), "{error:?}");
    assert_eq!(stranger.handshakes.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_trusted_gateway_that_offers_less_than_before_is_refused() {
    let strong = offer(rsa(2048), SslVersion::TLS1_3);
    let leaf = certificate(&strong.key);
    let before = Gateway::start_as(&strong, leaf.clone());
    let trusted = Expectation::Trusted(before.fingerprint());
    before.connect(trusted, &[]).await.expect("as ever");
    let after = Gateway::start_as(&offer(strong.key, SslVersion::TLS1), leaf);
    let error = after.connect(trusted, &[]).await.expect_err("a downgrade");
    assert!(
        matches!(&error, Error::WeakTls { offers, .. } if *offers == [Weakness::Tls10]),
        "{error:?}"
    );
    assert_eq!(after.octets.load(Ordering::SeqCst), 0, "nothing was sent");
}
