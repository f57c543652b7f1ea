//! At the button. It has no PIN: what stands for one is known to all. It says that somebody may be
//! introduced now, and not who answers. These stories hold what protects and what does not.

use lanside_e2e::attacker::{Pretender, Rewrite, Tls};
use lanside_e2e::Answer;

use super::{kinds, says, Scene, KEYS, M2, M2D, NACK, PASSWORD, USER};

/// What stands for the PIN (DeviceProtection:1 digest, section 4.2).
const FOR_THE_PIN: &str = "00000000";

/// A gateway that is paired by its button, with the attacker before it.
fn scene(story: &str) -> Option<Scene> {
    Scene::of(story, "push-button")
}

/// The person presses at the gateway when asked, and says so.
fn press(scene: &mut Scene, more: &[&str]) -> Answer {
    let arguments = ["pair", &scene.at, "--push-button"];
    let gateway = &mut scene.gateway;
    scene
        .lanside
        .run_by_hand(&[&arguments[..], more].concat(), "Press the button", || {
            gateway.act("button");
            Some(String::new())
        })
}

fn pair(scene: &Scene, more: &[&str]) -> Answer {
    let arguments = ["pair", &scene.at, "--push-button"];
    scene.lanside.run(&[&arguments[..], more].concat())
}

#[test]
fn a_relay_within_the_two_minutes_is_found_out_by_the_first_message() {
    let Some(mut scene) = scene("a relay at the button") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    scene.gateway.act("button");
    let error = pair(&scene, &[]).failed(6, "IdentityChanged");
    says(&error, "message", &["hallway", "stands between"]);
    assert_eq!(kinds(&scene.attacker.record().messages), [0, NACK]);
    scene.trusts_nobody();
    // The press is not used up: once he is gone it lets the person in.
    scene.attacker.tls(Tls::PassOn);
    assert_eq!(pair(&scene, &[]).done()["how"], "push_button");
}

#[test]
fn a_relay_that_puts_his_name_into_m1_is_refused_by_the_gateway_though_its_button_is_pressed() {
    let Some(mut scene) = scene("a relay that rewrites M1 at the button") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(Rewrite::of(&KEYS.attacker()));
    scene.gateway.act("button");
    let error = pair(&scene, &[]).failed(7, "ActionRefused");
    says(&error, "message", &["hallway", "no pin was used"]);
    // The gateway computes with its own name: our messages are not for it.
    let sent = kinds(&scene.attacker.record().messages);
    assert!(sent.contains(&M2D) && !sent.contains(&M2), "{sent:?}");
    scene.trusts_nobody();
}

#[test]
fn who_plays_the_gateway_is_taken_for_it_and_gets_no_secret_all_the_same() {
    let Some(mut scene) = scene("somebody who plays the gateway at the button") else {
        return;
    };
    let (pretender, _) = Pretender::new(&KEYS.attacker(), FOR_THE_PIN);
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(pretender);
    // No button is pressed anywhere: he says by himself that it was.
    let taken = pair(&scene, &[]);
    let paired = taken.done();
    assert_eq!(paired["how"], "push_button");
    assert_eq!(paired["certificate_sha256"], scene.attacker.fingerprint());
    // The person was told before what the button cannot do, and saw whose certificate it is.
    assert!(taken.stderr.contains(&scene.attacker.fingerprint()));
    assert!(taken.stderr.contains("came unprotected"), "{taken:?}");
    assert!(
        taken.stderr.contains("cannot tell who answers"),
        "{taken:?}"
    );
    scene.gained_nothing();
    // A login that he passes on is bound to his certificate: the gateway does not take it, and the
    // password itself was not in it.
    let login = ["login", &scene.udn, "--name", USER];
    let refused = scene.lanside.run_with_input(&login, PASSWORD);
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(scene.attacker.record().holds("GetUserLoginChallenge"));
    scene.gained_nothing();
    // He has to stay for ever. As soon as the gateway itself answers, everything stops, and what
    // was taken by the button is doubted first.
    scene.attacker.tls(Tls::PassOn);
    let error = scene.lanside.run(&["roles", &scene.udn]);
    let error = error.failed(6, "IdentityChanged");
    says(&error, "message", &["hallway", "nothing was sent"]);
    let changed = &error["kind"]["changed"];
    assert_eq!(changed["old"]["how"], "push_button");
    assert_eq!(changed["likely"][0], "old_never_proven");
    // At the gateway nobody was let in meanwhile; the way back is the button once more.
    let again = press(&mut scene, &["--replace-certificate"]).done();
    assert_ne!(again["certificate_sha256"], scene.attacker.fingerprint());
    scene.lanside.run(&["roles", &scene.udn]).done();
}

#[test]
fn whoever_names_the_certificate_is_safe_at_the_button_too() {
    let Some(mut scene) = scene("a certificate that is named, at the button") else {
        return;
    };
    let genuine = press(&mut scene, &[]).done();
    let genuine = genuine["certificate_sha256"].as_str().expect("a hash");
    let genuine = genuine.to_owned();
    scene.lanside = KEYS.lanside();
    scene.attacker.forget();
    let (pretender, _) = Pretender::new(&KEYS.attacker(), FOR_THE_PIN);
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(pretender);
    let error = pair(&scene, &["--certificate", &genuine]);
    let error = error.failed(6, "IdentityChanged");
    says(&error, "message", &["hallway", "another certificate"]);
    let record = scene.attacker.record();
    assert_eq!(record.messages, Vec::<Vec<u8>>::new());
    scene.trusts_nobody();
}
