//! While they are introduced to each other.

use lanside_e2e::attacker::{Pretender, Replay, Rewrite, Tls};
use lanside_e2e::wrong_first_half;
use lanside_e2e::wrong_second_half;

use super::{kinds, says, Scene, KEYS, M2, M2D, M4, M6, NACK};

#[test]
fn a_relay_that_puts_his_name_into_m1_is_refused_by_the_gateway() {
    let Some(scene) = Scene::set("a relay that rewrites M1") else {
        return;
    };
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(Rewrite::of(&KEYS.attacker()));
    let error = scene.pair(&[]).failed(7, "ActionRefused");
    says(&error, "message", &["hallway", "no pin was used"]);
    let sent = kinds(&scene.attacker.record().messages);
    assert!(sent.contains(&M2D), "{sent:?}");
    assert!(!sent.contains(&M4), "{sent:?}");
    scene.trusts_nobody();
}

#[test]
fn who_plays_the_gateway_without_the_pin_learns_the_first_half_at_most() {
    let Some(scene) = Scene::set("somebody who plays the gateway") else {
        return;
    };
    let guess = wrong_first_half(&scene.pin);
    let (pretender, learned) = Pretender::new(&KEYS.attacker(), &guess);
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(pretender);
    let error = scene.pair(&[]).failed(5, "PinRejected");
    says(
        &error,
        "message",
        &["hallway", "impostor", "first half at most"],
    );
    let sent = kinds(&scene.attacker.record().messages);
    assert_eq!(sent, [0, M2D, M2, M4, NACK]);
    let learned = learned.lock().expect("nobody panics with it").clone();
    // The protocol gives this half away to whoever asks; the other one not.
    assert_eq!(learned.first_half.as_deref(), Some(&scene.pin[..4]));
    assert_eq!(learned.second_half, None);
    scene.trusts_nobody();
}

#[test]
fn who_guesses_the_first_half_is_found_out_by_the_second_and_the_person_is_told_what_he_knows() {
    let Some(scene) = Scene::set("somebody who guesses half of the PIN") else {
        return;
    };
    let guess = wrong_second_half(&scene.pin);
    let (pretender, learned) = Pretender::new(&KEYS.attacker(), &guess);
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(pretender);
    let error = scene.pair(&[]).failed(5, "PinRejected");
    let learned = learned.lock().expect("nobody panics with it").clone();
    assert_eq!(learned.second_half.as_deref(), Some(&scene.pin[4..]));
    assert!(kinds(&scene.attacker.record().messages).contains(&M6));
    // He has computed the whole of it, so nothing less may be said.
    says(&error, "message", &["hallway", "impostor", "whole pin"]);
    says(&error, "next", &["another pin"]);
    assert!(!error.to_string().contains("half at most"), "{error}");
    assert!(!scene.lanside.trusts(&scene.udn));
}

#[test]
fn messages_of_an_earlier_run_are_worth_nothing() {
    let Some(scene) = Scene::set("messages of an earlier run") else {
        return;
    };
    let guess = wrong_first_half(&scene.pin);
    let (pretender, learned) = Pretender::new(&KEYS.attacker(), &guess);
    scene.attacker.tls(Tls::Answer);
    scene.attacker.meddles(pretender);
    scene.pair(&[]).failed(5, "PinRejected");
    let recorded = learned
        .lock()
        .expect("nobody panics with it")
        .answers
        .clone();
    assert_eq!(kinds(&recorded)[..3], [4, 13, 7]);
    for freshened in [false, true] {
        scene.attacker.forget();
        let replay = Replay::new(recorded.clone(), freshened);
        scene.attacker.meddles(replay);
        let error = scene.pair(&[]).failed(6, "IdentityChanged");
        says(
            &error,
            "message",
            &["hallway", "stands between", "nothing was trusted"],
        );
        let sent = kinds(&scene.attacker.record().messages);
        assert_eq!(sent, [0, M2D, M2, NACK], "freshened: {freshened}");
        scene.trusts_nobody();
    }
}

#[test]
fn who_takes_over_a_connection_that_is_cut_is_told_nothing() {
    let Some(scene) = Scene::set("a connection taken over") else {
        return;
    };
    let genuine = scene.certificate();
    let mut over = false;
    for records in 1..60 {
        scene.attacker.forget();
        scene.attacker.tls(Tls::PassOnUntil(records));
        let lanside = KEYS.lanside();
        let arguments = ["pair", &scene.at, "--pin", &scene.pin];
        let answer = lanside.run(&[&arguments[..], &["--certificate", &genuine]].concat());
        let record = scene.attacker.record();
        scene.gained_nothing();
        assert_eq!(
            record.messages,
            Vec::<Vec<u8>>::new(),
            "{records}: {answer:?}"
        );
        if answer.code == 0 {
            over = true;
            break;
        }
        assert!(matches!(answer.code, 3 | 6), "{records}: {answer:?}");
        answer.failed(
            answer.code,
            if answer.code == 3 {
                "Unreachable"
            } else {
                "IdentityChanged"
            },
        );
        assert!(!lanside.trusts(&scene.udn), "{records}");
    }
    assert!(over, "it never came to an end");
}
