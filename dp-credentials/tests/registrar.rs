//! The Registrar against gateways that err, lie or refuse.

mod common;

use common::{bytes, Published, Script};
use dp_credentials::identity::IdentityUuid;
use dp_credentials::wps::attribute::{write, AttributeError, AttributeType, Attributes};
use dp_credentials::wps::{
    AfterM2d, ConfigurationError, ExpectM1, Half, MessageType, Method, NoticedBy, OsRandom, Pin,
    WpsErrorKind,
};
use proptest::prelude::*;

/// Device messages of a run, in turn.
const DEVICE: [(&str, MessageType); 6] = [
    ("M1", MessageType::M1),
    ("WSC_ACK", MessageType::Ack),
    ("M3", MessageType::M3),
    ("M5", MessageType::M5),
    ("M7", MessageType::M7),
    ("WSC_Done", MessageType::Done),
];

#[test]
fn an_attribute_that_claims_more_than_there_is_ends_the_run() {
    let run = Published::load("wps_pin");
    for (name, due) in DEVICE {
        let mut message = run.message(name);
        let start = message.len();
        message.extend_from_slice(&[0x10, 0x49, 0, 2, 0]);
        let error = run.run_with(name, &message).expect_err("refused");
        assert_eq!(
            error.kind(),
            &WpsErrorKind::Malformed(AttributeError::Truncated { at: start }),
            "{name}"
        );
        assert_eq!(error.waiting_for(), due);
    }
}

#[test]
fn nothing_may_follow_an_authenticator() {
    let run = Published::load("wps_pin");
    for name in ["M3", "M5", "M7"] {
        let mut message = run.message(name);
        write(
            &mut message,
            AttributeType::VENDOR_EXTENSION,
            &[0, 0x37, 0x2a],
        );
        let error = run.run_with(name, &message).expect_err("refused");
        let kind = WpsErrorKind::Malformed(AttributeError::NotLast(AttributeType::AUTHENTICATOR));
        assert_eq!(error.kind(), &kind, "{name}");
    }
}

#[test]
fn an_empty_message_is_a_failure() {
    let run = Published::load("wps_pin");
    for (name, due) in DEVICE {
        for empty in [&b""[..], b"\0"] {
            let error = run.run_with(name, empty).expect_err("refused");
            assert_eq!(
                (error.kind(), error.waiting_for()),
                (&WpsErrorKind::EmptyMessage, due)
            );
            assert_eq!(
                error.pin_exposed(),
                matches!(name, "M5" | "M7" | "WSC_Done"),
                "{name}"
            );
        }
    }
}

#[test]
fn another_gateway_cannot_pass_for_the_one_of_the_certificate() {
    let run = Published::load("wps_pin");
    let claimed = IdentityUuid::from_bytes(common::array(&run.0, "uuid_e"));
    for expected in [
        IdentityUuid::from_leaf_der(b"another certificate"),
        run.info().uuid_r,
    ] {
        let mut info = run.info();
        info.expected_uuid_e = expected;
        let error = ExpectM1::new(info, run.method())
            .handle(&run.message("M1"), &mut OsRandom)
            .expect_err("refused");
        assert_eq!(
            error.kind(),
            &WpsErrorKind::IdentityMismatch { claimed, expected }
        );
        assert!(!error.pin_exposed());
    }
    // An identity that follows from no certificate does not help either.
    let mut m1 = run.message("M1");
    let mut info = run.info();
    m1[14 + 6] ^= 0x10;
    info.expected_uuid_e = IdentityUuid::from_bytes(m1[14..30].try_into().expect("16 bytes"));
    let error = ExpectM1::new(info, run.method())
        .handle(&m1, &mut OsRandom)
        .expect_err("refused");
    assert!(matches!(
        error.kind(),
        WpsErrorKind::IdentityMismatch { .. }
    ));
}

#[test]
fn a_public_key_that_gives_the_secret_away_is_refused() {
    let run = Published::load("wps_pin");
    let m1 = run.message("M1");
    let start = m1
        .windows(4)
        .position(|bytes| bytes == [0x10, 0x32, 0, 192])
        .expect("has a key")
        + 4;
    let prime = bytes(&common::vectors(), "dh/prime");
    let last = |byte: u8| {
        let mut key = vec![0; 192];
        key[191] = byte;
        key
    };
    // The prime ends with ff, so its neighbours need no borrow.
    let near = |offset: u8| {
        let mut key = prime.clone();
        key[191] -= offset;
        key
    };
    for (key, allowed) in [
        (last(0), false),
        (last(1), false),
        (last(2), true),
        (near(2), true),
        (near(1), false),
        (near(0), false),
        (vec![0xff; 192], false),
    ] {
        let mut m1 = m1.clone();
        m1[start..start + 192].copy_from_slice(&key);
        let result = run.start().handle(&m1, &mut run.script());
        assert_eq!(result.is_ok(), allowed, "{key:02x?}");
        if let Err(error) = result {
            assert_eq!(error.kind(), &WpsErrorKind::PublicKey);
        }
    }
    // Our own key, thrown back at us.
    let mut mirrored = m1.clone();
    mirrored[start..start + 192].copy_from_slice(&bytes(&run.0, "pk_r"));
    let error = run.run_with("M1", &mirrored).expect_err("refused");
    assert_eq!(error.kind(), &WpsErrorKind::PublicKey);
}

#[test]
fn a_wrong_half_is_noticed_by_us_when_the_gateway_does_not_care() {
    let run = Published::load("wps_pin");
    for (typed, half, due) in [
        ("12346874", Half::First, MessageType::M5),
        ("49221231", Half::Second, MessageType::M7),
    ] {
        let pin = common_pin(typed);
        let mut random = run.script();
        let state = run
            .until_m3(&run.message("M1"), Method::Pin(pin), &mut random)
            .expect("until M3");
        let (state, _) = state.handle(&run.message("M3"), &mut random).expect("M3");
        // The gateway answers our M4 as if its proof was right: authentic, and with its own PIN.
        let error = match half {
            Half::First => state
                .handle(&authentic(&run, "M5", typed), &mut random)
                .err(),
            Half::Second => {
                let (state, _) = state
                    .handle(&authentic(&run, "M5", typed), &mut random)
                    .expect("first half is right");
                state
                    .handle(&authentic(&run, "M7", typed), &mut random)
                    .err()
            }
        };
        let error = error.expect("found");
        assert_eq!(
            error.kind(),
            &WpsErrorKind::WrongPin {
                half,
                noticed_by: NoticedBy::Registrar
            }
        );
        assert_eq!((error.waiting_for(), error.pin_exposed()), (due, true));
        let nack = error.nack().expect("tells the gateway");
        assert_eq!(nack, bytes(&run.0, "WSC_NACK_password_failure"));
    }
}

/// Any eight digits, made a PIN by their check digit.
fn common_pin(digits: &str) -> Pin {
    let mut candidates = (0..10).map(|last| Pin::parse(&format!("{}{last}", &digits[..7])));
    candidates.find_map(Result::ok).expect("one digit fits")
}

/// A published device message, authenticated over what the Registrar says with another PIN.
fn authentic(run: &Published, name: &str, typed: &str) -> Vec<u8> {
    use dp_credentials::secrets::Secret;
    use dp_credentials::wps::keys::{dh_key, kdk, SessionKeys};
    let hashed = dh_key(&Secret::new(common::array(&run.0, "dh_shared_z_padded")));
    let (n1, n2) = (
        common::array(&run.0, "enrollee_nonce_n1"),
        common::array(&run.0, "registrar_nonce_n2"),
    );
    let kdk = kdk(&hashed, &n1, &common::array(&run.0, "enrollee_mac"), &n2).expect("derives");
    let keys = SessionKeys::derive(&kdk).expect("derives");
    // Run the Registrar once more to learn what it sent.
    let mut random = run.script();
    let state = run
        .until_m3(
            &run.message("M1"),
            Method::Pin(common_pin(typed)),
            &mut random,
        )
        .expect("until M3");
    let (state, m4) = state.handle(&run.message("M3"), &mut random).expect("M3");
    let again = |previous: &[u8], name: &str| {
        let message = run.message(name);
        let mut again = message[..message.len() - 12].to_vec();
        keys.append_authenticator(previous, &mut again)
            .expect("appends");
        again
    };
    let m5 = again(&m4, "M5");
    if name == "M5" {
        return m5;
    }
    let (_, m6) = state.handle(&m5, &mut random).expect("M5");
    again(&m6, name)
}

#[test]
fn a_locked_gateway_says_so() {
    let run = Published::load("wps_pin");
    let locked = refused(&run, ConfigurationError::SETUP_LOCKED);
    for (name, _) in DEVICE {
        let error = run.run_with(name, &locked).expect_err("refused");
        assert_eq!(error.kind(), &WpsErrorKind::SetupLocked, "{name}");
    }
    // M1 may say it too; a button still works then.
    let in_m1 = |run: &Published| {
        let mut m1 = run.message("M1");
        let at = m1
            .windows(4)
            .position(|bytes| bytes == [0x10, 0x09, 0, 2])
            .expect("has an error")
            + 5;
        m1[at] = 15;
        run.start()
            .handle(&m1, &mut run.script())
            .map(|_| ())
            .map_err(|error| error.kind().clone())
    };
    assert_eq!(in_m1(&run), Err(WpsErrorKind::SetupLocked));
    assert_eq!(in_m1(&Published::load("wps_pbc")), Ok(()));
}

/// WSC_NACK with another reason than the published one.
fn refused(run: &Published, reason: ConfigurationError) -> Vec<u8> {
    let mut nack = run.message("WSC_NACK_busy_alternative");
    let end = nack.len() - 2;
    nack[end..].copy_from_slice(&reason.0.to_be_bytes());
    nack
}

#[test]
fn every_refusal_before_the_button_but_two_means_press_it() {
    let run = Published::load("wps_pbc");
    for reason in 0..20 {
        let mut random = run.script();
        let (state, _) = run
            .start()
            .handle(&run.message("M1"), &mut random)
            .expect("M1");
        let mut nack = refused(&run, ConfigurationError(reason));
        // Some gateways do not keep N2 before M2.
        nack[34..50].fill(0);
        let needed = matches!(
            state.handle(&nack, &mut random),
            Ok(AfterM2d::ButtonNeeded(_))
        );
        assert_eq!(needed, !matches!(reason, 12 | 15), "{reason}");
    }
}

#[test]
fn an_ack_without_our_nonce_is_fine_but_a_later_message_is_not() {
    let run = Published::load("wps_pin");
    let mut ack = run.message("WSC_ACK");
    ack[34..50].fill(0);
    run.run_with("WSC_ACK", &ack)
        .expect("some gateways do not keep N2 before M2");
    let mut nack = refused(&run, ConfigurationError::PASSWORD_FAILURE);
    nack[34..50].fill(0);
    for name in ["M3", "M5", "M7", "WSC_Done"] {
        assert_eq!(
            run.run_with(name, &nack).expect_err("refused").kind(),
            &WpsErrorKind::Nonce,
            "{name}"
        );
    }
}

#[test]
fn giving_up_names_both_nonces() {
    let run = Published::load("wps_pin");
    let (state, _) = run
        .start()
        .handle(&run.message("M1"), &mut run.script())
        .expect("M1");
    let nack = state.abort(ConfigurationError::DEVICE_BUSY);
    assert_eq!(nack, run.message("WSC_NACK_busy_alternative"));
}

#[test]
fn own_keys_never_start_with_a_zero_byte() {
    let run = Published::load("wps_pin");
    for _ in 0..20 {
        let (state, _) = ExpectM1::new(run.info(), run.method())
            .handle(&run.message("M1"), &mut OsRandom)
            .expect("M1");
        let Ok(AfterM2d::Ready(_, m2)) = state.handle(&run.message("WSC_ACK"), &mut OsRandom)
        else {
            panic!("ready after the ACK");
        };
        let attributes = Attributes::parse(&m2).expect("ours");
        assert_ne!(
            attributes
                .required(AttributeType::PUBLIC_KEY)
                .expect("has a key")[0],
            0
        );
    }
}

#[test]
fn no_state_or_error_prints_a_secret() {
    let run = Published::load("wps_pin");
    let mut random = run.script();
    let state = run
        .until_m3(&run.message("M1"), run.method(), &mut random)
        .expect("until M3");
    let mut printed = format!("{:?} {state:?}", run.start());
    let (state, _) = state.handle(&run.message("M3"), &mut random).expect("M3");
    printed += &format!("{state:?}");
    let error = state
        .handle(&bytes(&run.0, "WSC_NACK_password_failure"), &mut random)
        .expect_err("refused");
    printed += &format!("{error:?} {error}");
    for secret in [
        "authkey",
        "keywrapkey",
        "emsk",
        "psk1",
        "psk2",
        "r_s1",
        "r_s2",
        "registrar_dh_private",
    ] {
        let bytes = bytes(&run.0, secret);
        // As {:?} of an array would show its first bytes.
        let shown = format!("{:?}", &bytes[..8]);
        assert!(
            !printed.contains(shown.trim_matches(['[', ']'])),
            "{secret}"
        );
    }
    assert!(!printed.contains("49226874") && !printed.contains("52, 57, 50, 50"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever comes in whatever order, the run is in step or failed, and the second
    /// half of the PIN stays at home until the first is proven.
    #[test]
    fn any_order_is_in_step_or_failed(right in 0usize..=6, any in proptest::collection::vec(0usize..8, 6)) {
        let order: Vec<usize> = (0..right).chain(any).take(6).collect();
        let run = Published::load("wps_pin");
        let message = |at: usize| match order[at] {
            6 => refused(&run, ConfigurationError::SETUP_LOCKED),
            7 => run.message("M2"),
            known => run.message(DEVICE[known].0),
        };
        let in_step = order.iter().enumerate().take_while(|(at, known)| at == *known).count();
        let mut random = run.script();
        let mut reached = 0;
        let finished = drive(&run, &message, &mut random, &mut reached);
        prop_assert_eq!(reached, in_step);
        prop_assert_eq!(finished, in_step == 6);
        // Six draws: N2 before M2D, three before M4, one before M6, one before M8.
        let left = [6, 5, 5, 2, 1, 0, 0][in_step];
        prop_assert_eq!(random.0.len(), left);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120), due in 0usize..6, cut in 0usize..400) {
        let run = Published::load("wps_pin");
        prop_assert!(run.run_with(DEVICE[due].0, &bytes).is_err());
        let mut message = run.message(DEVICE[due].0);
        if cut < message.len() {
            message.truncate(cut);
            prop_assert!(run.run_with(DEVICE[due].0, &message).is_err());
        }
    }
}

/// Feeds messages until one is refused; counts those that were taken.
fn drive(
    run: &Published,
    message: &dyn Fn(usize) -> Vec<u8>,
    random: &mut Script,
    taken: &mut usize,
) -> bool {
    let Ok((state, _)) = run.start().handle(&message(0), random) else {
        return false;
    };
    *taken = 1;
    let Ok(AfterM2d::Ready(state, _)) = state.handle(&message(1), random) else {
        return false;
    };
    *taken = 2;
    let Ok((state, _)) = state.handle(&message(2), random) else {
        return false;
    };
    *taken = 3;
    let Ok((state, _)) = state.handle(&message(3), random) else {
        return false;
    };
    *taken = 4;
    let Ok((state, _)) = state.handle(&message(4), random) else {
        return false;
    };
    *taken = 5;
    let done = state.handle(&message(5)).is_ok();
    *taken += usize::from(done);
    done
}
