//! Every published value, byte for byte.

mod common;

use base64::engine::general_purpose::STANDARD;
use base64::Engine;
use common::{array, bytes, hex, text, vectors, Published};
use dp_credentials::identity::{Fingerprint, IdentityUuid};
use dp_credentials::login;
use dp_credentials::secrets::Secret;
use dp_credentials::wps::attribute::{write, AttributeType};
use dp_credentials::wps::dh::{agree, prime};
use dp_credentials::wps::keys::{dh_key, kdf, kdk, SessionKeys};
use dp_credentials::wps::message::{EncryptedSettings, Message, M3, M5, M7};
use dp_credentials::wps::{AfterM2d, Half, Method, NoticedBy, Pin, PinError, WpsErrorKind};

const RUNS: [&str; 3] = ["wps_pin", "wps_pbc", "wps_pin_leading_zero"];

#[test]
fn identities() {
    let all = vectors();
    let identity = &all["identity"];
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&bytes(identity, "hash_only/sha256_first16"));
    let bare = IdentityUuid::from_sha256(&hash);
    assert_eq!(bare.as_bytes(), &array(identity, "hash_only/uuid_bytes"));
    assert_eq!(bare.to_string(), text(identity, "hash_only/uuid_text"));
    for (name, hash, der) in [
        ("ascii_der", "sha256", bytes(identity, "ascii_der/der_hex")),
        (
            "control_point",
            "leaf_sha256",
            base64(text(identity, "control_point/leaf_der_b64")),
        ),
        (
            "device",
            "leaf_sha256",
            base64(text(identity, "device/leaf_der_b64")),
        ),
    ] {
        let uuid = IdentityUuid::from_leaf_der(&der);
        assert_eq!(
            Fingerprint::of_leaf_der(&der).to_string(),
            text(identity, &format!("{name}/{hash}"))
        );
        assert_eq!(
            uuid.as_bytes(),
            &array(identity, &format!("{name}/uuid_bytes"))
        );
        assert_eq!(
            uuid.to_string(),
            text(identity, &format!("{name}/uuid_text"))
        );
    }
    for name in ["control_point", "device"] {
        let root = base64(text(identity, &format!("{name}/root_der_b64")));
        let wrong = text(identity, &format!("{name}/wrong_uuid_text_from_root"));
        assert_eq!(IdentityUuid::from_leaf_der(&root).to_string(), wrong);
        let leaf = base64(text(identity, &format!("{name}/leaf_der_b64")));
        let leaf = openssl::x509::X509::from_der(&leaf).expect("a certificate");
        let root = openssl::x509::X509::from_der(&root).expect("a certificate");
        assert!(
            leaf.verify(&root.public_key().expect("has a key"))
                .expect("verifies"),
            "{name}"
        );
        let common_name = leaf
            .subject_name()
            .entries_by_nid(openssl::nid::Nid::COMMONNAME)
            .next()
            .expect("has a name");
        assert_eq!(
            common_name.data().as_slice(),
            text(identity, &format!("{name}/common_name")).as_bytes()
        );
    }
}

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("base64")
}

#[test]
fn pins() {
    let all = vectors();
    for pin in all["pin_checksum"].as_array().expect("a list") {
        let (first, right) = (
            text(pin, "first7"),
            pin["check_digit"].as_u64().expect("a digit"),
        );
        assert_eq!(format!("{first}{right}"), text(pin, "pin"));
        for last in 0..10 {
            let expected = if last == right {
                None
            } else {
                Some(PinError::CheckDigit)
            };
            assert_eq!(
                Pin::parse(&format!("{first}{last}")).err(),
                expected,
                "{first} {last}"
            );
        }
    }
    for pin in all["pin_checksum_invalid"].as_array().expect("a list") {
        assert_eq!(
            Pin::parse(pin.as_str().expect("a text")).err(),
            Some(PinError::CheckDigit)
        );
    }
}

#[test]
fn key_derivation_function() {
    let all = vectors();
    assert_eq!(all["kdf"]["bits"].as_u64(), Some(640));
    let derived = kdf(&Secret::new(array(&all, "kdf/key"))).expect("derives");
    assert_eq!(derived.expose(), &array(&all, "kdf/output"));
}

#[test]
fn diffie_hellman() {
    let all = vectors();
    assert_eq!(prime().expect("known").to_vec(), bytes(&all, "dh/prime"));
    // One's own generator: the public key of private key 1 is the generator itself.
    let mut one = [0; 192];
    one[191] = 1;
    let mut three = [0; 192];
    three[191] = 3;
    let agreed = agree(&Secret::new(one), &three).expect("agrees");
    assert_eq!(
        u64::from(agreed.public[191]),
        all["dh"]["generator"].as_u64().expect("a number")
    );
    for run in RUNS {
        let run = Published::load(run).0;
        let (pk_e, pk_r) = (array(&run, "pk_e"), array(&run, "pk_r"));
        for (private, ours, theirs) in [("registrar", pk_r, pk_e), ("enrollee", pk_e, pk_r)] {
            let private = Secret::new(array(&run, &format!("{private}_dh_private")));
            let agreed = agree(&private, &theirs).expect("agrees");
            assert_eq!(agreed.public, ours);
            assert_eq!(agreed.shared.expose(), &array(&run, "dh_shared_z_padded"));
        }
    }
}

fn keys_of(run: &serde_json::Value) -> SessionKeys {
    let hashed = dh_key(&Secret::new(array(run, "dh_shared_z_padded")));
    assert_eq!(hashed.expose(), &array(run, "dhkey_sha256_of_z"));
    let (n1, n2) = (
        array(run, "enrollee_nonce_n1"),
        array(run, "registrar_nonce_n2"),
    );
    let kdk = kdk(&hashed, &n1, &array(run, "enrollee_mac"), &n2).expect("derives");
    assert_eq!(kdk.expose(), &array(run, "kdk"));
    SessionKeys::derive(&kdk).expect("derives")
}

#[test]
fn keys_and_proofs() {
    for name in RUNS {
        let run = Published::load(name);
        let (pin, run) = (run.pin(), run.0);
        let keys = keys_of(&run);
        assert_eq!(keys.auth_key().expose(), &array(&run, "authkey"), "{name}");
        assert_eq!(
            keys.key_wrap_key().expose(),
            &array(&run, "keywrapkey"),
            "{name}"
        );
        assert_eq!(keys.emsk().expose(), &array(&run, "emsk"), "{name}");
        let psks = keys.psks(&pin).expect("derives");
        let (pk_e, pk_r) = (array(&run, "pk_e"), array(&run, "pk_r"));
        for side in ["e", "r"] {
            for (half, psk) in [1, 2].into_iter().zip(&psks) {
                assert_eq!(psk.expose(), &array(&run, &format!("psk{half}")), "{name}");
                let nonce = Secret::new(array(&run, &format!("{side}_s{half}")));
                let commitment = keys.commitment(&nonce, psk, &pk_e, &pk_r).expect("hashes");
                assert_eq!(
                    commitment,
                    array(&run, &format!("{side}_hash{half}")),
                    "{name} {side} {half}"
                );
            }
        }
        let m3 = M3::parse(&bytes(&run, "messages/M3")).expect("reads");
        assert_eq!(
            (m3.e_hash1, m3.e_hash2),
            (array(&run, "e_hash1"), array(&run, "e_hash2"))
        );
    }
}

#[test]
fn authenticators() {
    let chain = ["M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8"];
    for name in RUNS {
        let run = Published::load(name);
        let keys = keys_of(&run.0);
        for pair in chain.windows(2) {
            let (previous, message) = (run.message(pair[0]), run.message(pair[1]));
            keys.verify_authenticator(&previous, &message)
                .expect("authentic");
            let mut again = message[..message.len() - 12].to_vec();
            keys.append_authenticator(&previous, &mut again)
                .expect("appends");
            assert_eq!(again, message);
            assert_eq!(
                message[message.len() - 8..],
                bytes(&run.0, &format!("authenticators/{}", pair[1]))
            );
        }
    }
}

#[test]
fn encrypted_settings() {
    use openssl::symm::{Cipher, Crypter, Mode};
    for name in RUNS {
        let run = Published::load(name);
        let keys = keys_of(&run.0);
        for (message, nonce, kind) in [
            ("M4", "r_s1", Some(AttributeType::R_SNONCE1)),
            ("M5", "e_s1", Some(AttributeType::E_SNONCE1)),
            ("M6", "r_s2", Some(AttributeType::R_SNONCE2)),
            ("M7", "e_s2", Some(AttributeType::E_SNONCE2)),
            ("M8", "", None),
        ] {
            let settings = run.0["encrypted_settings"][message].clone();
            let mut inside = Vec::new();
            if let Some(kind) = kind {
                write(&mut inside, kind, &bytes(&run.0, nonce));
            }
            let sealed = keys
                .seal(&Secret::new(inside.clone()), array(&settings, "iv"))
                .expect("seals");
            assert_eq!(
                sealed.as_bytes(),
                bytes(&settings, "attribute_value_iv_plus_ciphertext")
            );
            if let Some(kind) = kind {
                assert_eq!(
                    keys.open(&sealed, kind).expect("opens").expose(),
                    &array(&run.0, nonce)
                );
            }
            // What is inside, padding included.
            let key = array::<16>(&run.0, "keywrapkey");
            let mut crypter = Crypter::new(
                Cipher::aes_128_cbc(),
                Mode::Decrypt,
                &key,
                Some(&sealed.as_bytes()[..16]),
            )
            .expect("starts");
            crypter.pad(false);
            let mut plain = vec![0; sealed.as_bytes().len()];
            let count = crypter
                .update(&sealed.as_bytes()[16..], &mut plain)
                .expect("decrypts");
            assert_eq!(plain[..count], bytes(&settings, "padded_plaintext"));
            assert!(plain.starts_with(&bytes(&settings, "plaintext_with_key_wrap_auth")));
            assert!(plain.starts_with(&inside));
        }
        let inside = |message: &str| {
            let settings = bytes(
                &run.0,
                &format!("encrypted_settings/{message}/attribute_value_iv_plus_ciphertext"),
            );
            EncryptedSettings::new(settings).expect("whole blocks")
        };
        assert_eq!(
            M5::parse(&run.message("M5"))
                .expect("reads")
                .encrypted_settings,
            inside("M5")
        );
        assert_eq!(
            M7::parse(&run.message("M7"))
                .expect("reads")
                .encrypted_settings,
            inside("M7")
        );
    }
}

#[test]
fn whole_runs() {
    for name in RUNS {
        let run = Published::load(name);
        let mut random = run.script();
        let (state, m2d) = run
            .start()
            .handle(&run.message("M1"), &mut random)
            .expect("M1");
        assert_eq!(m2d, run.message("M2D"), "{name}");
        assert_eq!(
            u64::from(state.enrollee().config_methods.0),
            run.0["enrollee_config_methods"].as_u64().expect("a number")
        );
        assert_eq!(state.enrollee().device_name, "Example Gateway");
        let AfterM2d::Ready(state, m2) = state
            .handle(&run.message("WSC_ACK"), &mut random)
            .expect("ACK")
        else {
            panic!("ready after the ACK");
        };
        assert_eq!(m2, run.message("M2"), "{name}");
        assert!(!state.pin_exposed());
        let (state, m4) = state.handle(&run.message("M3"), &mut random).expect("M3");
        assert_eq!(m4, run.message("M4"), "{name}");
        assert_eq!(state.pin_exposed(), name != "wps_pbc");
        let (state, m6) = state.handle(&run.message("M5"), &mut random).expect("M5");
        assert_eq!(m6, run.message("M6"), "{name}");
        let (state, m8) = state.handle(&run.message("M7"), &mut random).expect("M7");
        assert_eq!(m8, run.message("M8"), "{name}");
        let introduced = state.handle(&run.message("WSC_Done")).expect("Done");
        assert_eq!(introduced.uuid_e.as_bytes(), &array(&run.0, "uuid_e"));
        assert!(
            random.0.is_empty(),
            "{name}: all randomness of the run was used"
        );
        for (name, text) in run.0["messages_b64"].as_object().expect("messages") {
            assert_eq!(
                base64(text.as_str().expect("text")),
                run.message(name),
                "{name}"
            );
        }
    }
}

#[test]
fn a_pin_shown_after_m2d_gives_the_same_run() {
    let run = Published::load("wps_pin");
    let mut random = run.script();
    let (state, m2d) = run
        .start_with(Method::PinToCome)
        .handle(&run.message("M1"), &mut random)
        .expect("M1");
    assert_eq!(m2d, run.message("M2D"));
    let AfterM2d::PinNeeded(state) = state
        .handle(&run.message("WSC_ACK"), &mut random)
        .expect("ACK")
    else {
        panic!("waits for the PIN");
    };
    let (_, m2) = state.entered(&run.pin(), &mut random).expect("goes on");
    assert_eq!(m2, run.message("M2"));
}

#[test]
fn a_refusal_before_the_button_means_press_it() {
    let run = Published::load("wps_pbc");
    let mut random = run.script();
    let (state, _) = run
        .start()
        .handle(&run.message("M1"), &mut random)
        .expect("M1");
    let answer = state
        .handle(&run.message("WSC_NACK_busy_alternative"), &mut random)
        .expect("no failure");
    let AfterM2d::ButtonNeeded(state) = answer else {
        panic!("waits for the button")
    };
    let (_, m2) = state.pressed(&mut random).expect("goes on");
    assert_eq!(m2, run.message("M2"));
}

#[test]
fn a_gateway_that_is_not_ready_yet_goes_on_with_the_pin() {
    let run = Published::load("wps_pin");
    let mut random = run.script();
    let (state, _) = run
        .start()
        .handle(&run.message("M1"), &mut random)
        .expect("M1");
    let answer = state
        .handle(&run.message("WSC_NACK_busy_alternative"), &mut random)
        .expect("no failure");
    assert!(matches!(answer, AfterM2d::Ready(_, m2) if m2 == run.message("M2")));
}

#[test]
fn a_refused_password_says_which_half() {
    let run = Published::load("wps_pin");
    let nack = bytes(&run.0, "WSC_NACK_password_failure");
    for (due, half) in [("M5", Half::First), ("M7", Half::Second)] {
        let error = run.run_with(due, &nack).expect_err("refused");
        assert_eq!(
            error.kind(),
            &WpsErrorKind::WrongPin {
                half,
                noticed_by: NoticedBy::Enrollee
            },
            "{due}"
        );
        assert!(error.pin_exposed());
        assert_eq!(error.nack(), None);
    }
}

#[test]
fn logins() {
    let all = vectors();
    for login in all["pkcs5"].as_array().expect("a list") {
        let (name, salt) = (text(login, "name"), bytes(login, "salt"));
        let password = Secret::new(text(login, "password").to_owned());
        assert_eq!(name.as_bytes(), bytes(login, "name_utf8"));
        assert_eq!(password.expose().as_bytes(), bytes(login, "password_utf8"));
        assert_eq!(
            (
                base64(text(login, "salt_b64")),
                login["iterations"].as_u64()
            ),
            (salt.clone(), Some(5000))
        );
        let stored = login::stored(name, &password, &salt);
        assert_eq!(stored.expose(), &array(login, "stored"));
        assert_eq!(STANDARD.encode(stored.expose()), text(login, "stored_b64"));
        assert!(hex(text(login, "t1")).starts_with(stored.expose()));
        let upper = login::stored(&name.to_uppercase(), &password, &salt);
        assert_eq!(
            upper.expose(),
            &array(login, "wrong_stored_if_name_upper_cased")
        );
        let challenge = bytes(login, "challenge");
        assert_eq!(STANDARD.encode(&challenge), text(login, "challenge_b64"));
        let device = IdentityUuid::from_bytes(array(login, "device_id"));
        let control_point = IdentityUuid::from_bytes(array(login, "control_point_id"));
        let answer = login::authenticator(&stored, &challenge, &device, &control_point);
        assert_eq!(answer, array(login, "authenticator"));
        assert_eq!(STANDARD.encode(answer), text(login, "authenticator_b64"));
        assert!(bytes(login, "hmac_full").starts_with(&answer));
        let swapped = login::authenticator(&stored, &challenge, &control_point, &device);
        assert_eq!(swapped, array(login, "wrong_authenticator_if_ids_swapped"));
    }
}
