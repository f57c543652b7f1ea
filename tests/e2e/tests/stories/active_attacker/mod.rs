//! Somebody on the way between `lanside` and the gateway: before they know each other, while they are
//! introduced, and afterwards. Whatever he tries, he reads no secret, is trusted by nobody, and the
//! person is told what happened and what to do.

mod afterwards;
mod button;
mod first_contact;
mod introduction;

use std::sync::LazyLock;

use lanside_e2e::attacker::{Attacker, Tls};
use lanside_e2e::{Answer, Keys, Lanside, RunningGateway};
use serde_json::Value;

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::new);

const USER: &str = "anna";
const PASSWORD: &str = "Leuchtturm-1887-Weser";

/// A gateway, an installation, and the attacker between them.
struct Scene {
    gateway: RunningGateway,
    lanside: Lanside,
    attacker: Attacker,
    /// Where a person looks for the gateway.
    at: String,
    udn: String,
    pin: String,
}

impl Scene {
    /// Nothing where this computer has no IPv6 loopback: the gateway stands there, where only the
    /// attacker reaches it.
    fn set(story: &str) -> Option<Scene> {
        Scene::of(story, "basic")
    }

    /// As [`Scene::set`], with a gateway that lets computers in another way.
    fn of(story: &str, policy: &str) -> Option<Scene> {
        if std::net::TcpListener::bind("[::1]:0").is_err() {
            eprintln!("left out: {story} (this computer has no ::1)");
            return None;
        }
        let user = format!("{USER}:{PASSWORD}");
        let arguments = ["--bind", "::1", "--user", &user, "--role-policy", policy];
        let more = ["--friendly-name", "Hallway", "--lock-after", "0"];
        let gateway = KEYS.serve(&[&arguments[..], &more].concat());
        let attacker = Attacker::before(&gateway, &KEYS.attacker());
        Some(Scene {
            lanside: KEYS.lanside(),
            at: attacker.location(),
            udn: gateway.told("udn"),
            pin: gateway.told("pin"),
            attacker,
            gateway,
        })
    }

    /// Paired while the attacker only passes on; what he read of it is forgotten.
    fn paired(story: &str) -> Option<Scene> {
        let scene = Scene::set(story)?;
        scene.pair(&[]).done();
        scene.gained_nothing();
        scene.attacker.forget();
        Some(scene)
    }

    fn pair(&self, more: &[&str]) -> Answer {
        let arguments = ["pair", &self.at, "--pin", &self.pin];
        self.lanside.run(&[&arguments[..], more].concat())
    }

    /// He read no PIN, no password and no key.
    fn gained_nothing(&self) {
        let record = self.attacker.record();
        let (first, second) = self.pin.split_at(4);
        let pin = &self.pin;
        for secret in [
            pin.as_str(),
            &format!("{first}-{second}"),
            &openssl::base64::encode_block(pin.as_bytes()),
            PASSWORD,
            &openssl::base64::encode_block(PASSWORD.as_bytes()),
            "PRIVATE KEY",
        ] {
            assert!(!record.holds(secret), "he read “{secret}”");
        }
    }

    /// As [`Scene::gained_nothing`], and nobody is trusted.
    fn trusts_nobody(&self) {
        self.gained_nothing();
        assert!(!self.lanside.trusts(&self.udn), "something is trusted");
    }

    /// SHA-256 of the certificate of the gateway itself.
    fn certificate(&self) -> String {
        let other = KEYS.lanside();
        self.attacker.tls(Tls::PassOn);
        let arguments = ["pair", &self.at, "--pin", &self.pin];
        let paired = other.run(&arguments).done();
        self.attacker.forget();
        let certificate = paired["certificate_sha256"].as_str().expect("a hash");
        certificate.to_owned()
    }
}

/// What the person reads holds all of this, in lower case.
fn says(error: &Value, key: &str, words: &[&str]) {
    let text = error[key].as_str().unwrap_or_default().to_lowercase();
    for word in words {
        assert!(text.contains(word), "no “{word}” in the {key}: {error}");
    }
}

/// Types of the introduction's messages that reached the attacker; 0 for an empty one.
fn kinds(messages: &[Vec<u8>]) -> Vec<u8> {
    // The type is the second attribute, after a version of one octet.
    let kind = |message: &Vec<u8>| message.get(9).copied().unwrap_or_default();
    messages.iter().map(kind).collect()
}

const M2D: u8 = 6;
const M2: u8 = 5;
const M4: u8 = 8;
const M6: u8 = 10;
const NACK: u8 = 14;
