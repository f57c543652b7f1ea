//! Before the installation and the gateway know each other.

use lanside_e2e::attacker::Tls;

use super::{kinds, says, Scene, NACK, PASSWORD, USER};

#[test]
fn a_relay_with_a_certificate_of_his_own_is_found_out_before_the_pin_is_used() {
    let Some(scene) = Scene::set("a relay at first contact") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    let error = scene.pair(&[]).failed(6, "IdentityChanged");
    says(&error, "message", &["hallway", "stands between"]);
    says(&error, "next", &["stop", "cable"]);
    // What the gateway says of itself does not fit the certificate he shows.
    let record = scene.attacker.record();
    assert!(record.handshakes > 0, "{record:?}");
    assert_eq!(kinds(&record.messages), [0, NACK]);
    scene.trusts_nobody();
    // Once he is gone, everything is as if he had never been.
    scene.attacker.tls(Tls::PassOn);
    scene.pair(&[]).done();
}

#[test]
fn whoever_names_the_certificate_does_not_even_speak_to_him() {
    let Some(scene) = Scene::set("a certificate that is named") else {
        return;
    };
    let genuine = scene.certificate();
    scene.attacker.tls(Tls::Answer);
    let answer = scene.pair(&["--certificate", &genuine]);
    let error = answer.failed(6, "IdentityChanged");
    says(&error, "message", &["hallway", "another certificate"]);
    assert!(
        answer.stderr.contains(&scene.attacker.fingerprint()),
        "{answer:?}"
    );
    let record = scene.attacker.record();
    assert_eq!(record.messages, Vec::<Vec<u8>>::new());
    scene.trusts_nobody();
}

#[test]
fn a_protected_side_that_is_kept_quiet_is_not_guessed() {
    let Some(scene) = Scene::set("no SECURELOCATION at first contact") else {
        return;
    };
    scene.attacker.announces_protection(false);
    let error = scene.pair(&[]).failed(7, "ActionRefused");
    says(&error, "message", &["hallway", "securelocation"]);
    let record = scene.attacker.record();
    assert_eq!(record.connections, 0, "{record:?}");
    scene.trusts_nobody();
}

#[test]
fn no_password_goes_to_somebody_who_was_never_paired() {
    let Some(scene) = Scene::set("a login before pairing") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    let login = ["login", &scene.at, "--name", USER];
    let answer = scene.lanside.run_with_input(&login, PASSWORD);
    let error = answer.failed(4, "NotAuthorized");
    says(&error, "next", &["lanside pair"]);
    let record = scene.attacker.record();
    assert!(!record.holds("GetUserLoginChallenge"), "{record:?}");
    assert!(!record.holds(USER), "not even the name");
    scene.trusts_nobody();
}

#[test]
fn trust_at_first_use_is_no_proof_for_a_password() {
    let Some(scene) = Scene::set("a login after first use") else {
        return;
    };
    // He is the one whom the person took on trust.
    scene.attacker.tls(Tls::Answer);
    let his = scene.attacker.fingerprint();
    let first_use = ["pair", &scene.at, "--first-use", "--certificate", &his];
    let taken = scene.lanside.run(&first_use);
    // This gateway gives nobody a role without an introduction, so there is nothing to trust.
    let error = taken.failed(4, "NotAuthorized");
    says(&error, "message", &["nothing to trust"]);
    let login = ["login", &scene.at, "--name", USER];
    scene
        .lanside
        .run_with_input(&login, PASSWORD)
        .failed(4, "NotAuthorized");
    let record = scene.attacker.record();
    assert!(!record.holds("GetUserLoginChallenge"), "{record:?}");
    scene.trusts_nobody();
}
