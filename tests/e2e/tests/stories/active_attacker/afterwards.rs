//! After they were introduced: the certificate is pinned.

use lanside_e2e::attacker::Tls;
use lanside_e2e::{Answer, RunningGateway};

use super::{says, Scene, KEYS, PASSWORD, USER};

/// Everything a person may try with a gateway they have paired, and its secrets.
fn everything(scene: &Scene) -> Vec<(&'static str, Answer)> {
    let lanside = &scene.lanside;
    let udn = scene.udn.as_str();
    let value = "Device.Time.NTPServer1=secret.example";
    let new_user = ["access", udn, "add", "user", "guest", "--role", "Basic"];
    vec![
        ("get", lanside.run(&["get", udn, "Device.DeviceInfo."])),
        ("set", lanside.run(&["set", udn, value, "--yes"])),
        ("reboot", lanside.run(&["reboot", udn])),
        ("roles", lanside.run(&["roles", udn])),
        ("access", lanside.run_with_input(&new_user, PASSWORD)),
        (
            "login",
            lanside.run_with_input(&["login", udn, "--name", USER], PASSWORD),
        ),
        ("pair", lanside.run(&["pair", udn, "--pin", &scene.pin])),
    ]
}

/// The attacker left, and the trust of before still stands.
fn all_is_well_again(scene: &Scene) {
    scene.attacker.tls(Tls::PassOn);
    scene.attacker.announces_protection(true);
    let shown = scene.lanside.run(&["roles", &scene.udn]).done();
    assert!(shown.to_string().contains("Basic"), "{shown}");
}

#[test]
fn another_certificate_is_refused_before_the_first_request() {
    let Some(scene) = Scene::paired("another certificate afterwards") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    for (verb, answer) in everything(&scene) {
        let error = answer.failed(6, "IdentityChanged");
        says(&error, "message", &["hallway", "nothing was sent"]);
        says(&error, "next", &["stop", "--replace-certificate"]);
        let his = scene.attacker.fingerprint();
        says(&error, "detail", &[&his, "somebody pretends to be it"]);
        let record = scene.attacker.record();
        assert_eq!(record.requests, Vec::<String>::new(), "{verb}");
        assert_eq!(record.handshakes, 0, "{verb}: he never saw who asks");
        assert!(!record.holds("secret.example"), "{verb}");
        assert!(!record.holds(USER), "{verb}: not even the name");
        scene.gained_nothing();
    }
    all_is_well_again(&scene);
}

#[test]
fn protection_that_is_gone_is_a_downgrade_and_refused() {
    let Some(scene) = Scene::paired("protection that is gone") else {
        return;
    };
    scene.attacker.tls(Tls::HangUp);
    scene.attacker.announces_protection(false);
    for (verb, answer) in everything(&scene) {
        let error = answer.failed(6, "IdentityChanged");
        says(
            &error,
            "message",
            &["hallway", "used to be protected", "nothing was sent"],
        );
        let record = scene.attacker.record();
        // No action went over the unprotected side instead.
        assert!(
            !record.holds("SOAPACTION") && !record.holds("soapaction"),
            "{verb}"
        );
        assert!(!record.holds("secret.example"), "{verb}");
        scene.gained_nothing();
    }
    all_is_well_again(&scene);
}

#[test]
fn a_known_protected_side_is_used_though_nobody_announces_it_any_more() {
    let Some(scene) = Scene::paired("SECURELOCATION kept quiet afterwards") else {
        return;
    };
    scene.attacker.announces_protection(false);
    scene.lanside.run(&["roles", &scene.udn]).done();
    assert!(!scene.attacker.record().holds("GetAssignedRoles"));
}

#[test]
fn who_takes_the_gateways_place_and_name_gets_neither_trust_nor_pin() {
    let Some(mut scene) = Scene::paired("somebody in the gateway's place") else {
        return;
    };
    scene.gateway.kill();
    scene.attacker.leave();
    // Everything is the gateway's but the key and the PIN.
    let state = KEYS.gateway_state();
    std::fs::copy(KEYS.attacker(), state.path().join("identity.pem")).expect("a copy");
    let arguments = ["--udn", scene.udn.trim_start_matches("uuid:")];
    let more = [
        "--friendly-name",
        "Hallway",
        "--model",
        "minimal",
        "--pin",
        "12345670",
    ];
    let mut impostor = RunningGateway::start_in(state, &[&arguments[..], &more].concat());
    assert_eq!(impostor.told("udn"), scene.udn);
    let before = trusted(&scene);
    for (verb, answer) in everything(&scene) {
        let error = answer.failed(6, "IdentityChanged");
        says(&error, "message", &["hallway", "nothing was sent"]);
        says(&error, "detail", &[&scene.attacker.fingerprint()]);
        assert_eq!(trusted(&scene), before, "{verb}");
    }
    // Somebody believes in a reset: without the PIN the old trust stays.
    let location = impostor.told("location");
    let wish = [
        "pair",
        &location,
        "--pin",
        &scene.pin,
        "--replace-certificate",
    ];
    let replaced = scene.lanside.run(&wish);
    replaced.failed(5, "PinRejected");
    assert!(replaced.stderr.contains("trusted since"), "{replaced:?}");
    assert_eq!(trusted(&scene), before);
    impostor.kill();
}

/// What the installation keeps of the gateway's certificate.
fn trusted(scene: &Scene) -> Vec<u8> {
    let secrets = scene.lanside.state_dir().join("secrets");
    let mut kept: Vec<_> = std::fs::read_dir(secrets)
        .expect("a directory")
        .flatten()
        .map(|entry| std::fs::read(entry.path()).unwrap_or_default())
        .filter(|kept| {
            String::from_utf8_lossy(kept).contains(scene.udn.trim_start_matches("uuid:"))
        })
        .collect();
    kept.sort();
    kept.concat()
}

#[test]
fn a_login_that_is_kept_is_not_repeated_to_somebody_else() {
    let Some(scene) = Scene::paired("a login that is kept") else {
        return;
    };
    let login = ["login", &scene.udn, "--name", USER];
    scene.lanside.run_with_input(&login, PASSWORD).done();
    scene.gained_nothing();
    let roles = ["roles", scene.udn.as_str()];
    let mut over = false;
    for records in 1..60 {
        scene.attacker.forget();
        // He lets so much pass and takes the connection over.
        scene.attacker.tls(Tls::PassOnUntil(records));
        let answer = scene.lanside.run(&roles);
        let record = scene.attacker.record();
        assert_eq!(
            record.requests,
            Vec::<String>::new(),
            "{records}: {answer:?}"
        );
        assert!(!record.holds(USER), "{records}");
        scene.gained_nothing();
        if answer.code == 0 {
            over = true;
            break;
        }
        assert!(matches!(answer.code, 3 | 6), "{records}: {answer:?}");
    }
    assert!(over, "it never came to an end");
    all_is_well_again(&scene);
}
