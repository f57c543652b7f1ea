//! The Registrar in every state against every message, and what it tells about the second half
//! of the PIN to whoever has not proven the first.

mod common;

use common::{array, Published, Script};
use dp_credentials::secrets::Secret;
use dp_credentials::wps::attribute::{AttributeType, Attributes};
use dp_credentials::wps::keys::{dh_key, kdk, SessionKeys};
use dp_credentials::wps::message::EncryptedSettings;
use dp_credentials::wps::{AfterM2d, Half, Method, NoticedBy, Pin, WpsError, WpsErrorKind};
use proptest::prelude::*;

/// What the gateway sends, in turn.
const DEVICE: [&str; 6] = ["M1", "WSC_ACK", "M3", "M5", "M7", "WSC_Done"];

/// Everything there is, our own messages thrown back among them.
const ALL: [&str; 12] = [
    "M1",
    "M2D",
    "WSC_ACK",
    "WSC_NACK_busy_alternative",
    "M2",
    "M3",
    "M4",
    "M5",
    "M6",
    "M7",
    "M8",
    "WSC_Done",
];

/// Runs up to the state that waits for message number `due` and hands it `message`.
fn step(run: &Published, due: usize, message: &[u8]) -> Result<(), WpsError> {
    let mut random = run.script();
    let given = |at: usize| match at == due {
        true => message.to_owned(),
        false => run.message(DEVICE[at]),
    };
    let (state, _) = run.start().handle(&given(0), &mut random)?;
    if due == 0 {
        return Ok(());
    }
    let state = match state.handle(&given(1), &mut random)? {
        AfterM2d::Ready(state, _) => state,
        AfterM2d::ButtonNeeded(state) => state.pressed(&mut random)?.0,
        AfterM2d::PinNeeded(state) => state.entered(&run.pin(), &mut random)?.0,
    };
    if due == 1 {
        return Ok(());
    }
    let (state, _) = state.handle(&given(2), &mut random)?;
    if due == 2 {
        return Ok(());
    }
    let (state, _) = state.handle(&given(3), &mut random)?;
    if due == 3 {
        return Ok(());
    }
    let (state, _) = state.handle(&given(4), &mut random)?;
    if due == 4 {
        return Ok(());
    }
    state.handle(&given(5)).map(|_| ())
}

#[test]
fn in_every_state_only_the_message_that_is_due_gets_on() {
    for name in ["wps_pin", "wps_pbc", "wps_pin_leading_zero"] {
        let run = Published::load(name);
        for (due, right) in DEVICE.iter().enumerate() {
            for sent in ALL {
                let outcome = step(&run, due, &run.message(sent));
                let what = format!("{name}: {sent} in place of {right}");
                match (&outcome, sent) {
                    (Ok(()), sent) if sent == *right => {}
                    // "Not ready yet": the button is waited for, or the PIN goes on.
                    (Ok(()), "WSC_NACK_busy_alternative") if due == 1 => {}
                    (Err(error), "WSC_NACK_busy_alternative") => {
                        let nack = matches!(error.kind(), WpsErrorKind::Nack { .. });
                        assert!(nack, "{what}: {error:?}");
                    }
                    (Err(error), _) => {
                        let turn = matches!(error.kind(), WpsErrorKind::UnexpectedMessage(_));
                        assert!(turn, "{what}: {error:?}");
                        assert_eq!(error.pin_exposed(), due > 2 && name != "wps_pbc", "{what}");
                    }
                    (Ok(()), _) => panic!("{what} was taken"),
                }
            }
        }
    }
}

/// The keys of the published run.
fn keys(run: &Published) -> SessionKeys {
    let hashed = dh_key(&Secret::new(array(&run.0, "dh_shared_z_padded")));
    let (n1, n2) = (
        array(&run.0, "enrollee_nonce_n1"),
        array(&run.0, "registrar_nonce_n2"),
    );
    let kdk = kdk(&hashed, &n1, &array(&run.0, "enrollee_mac"), &n2).expect("derives");
    SessionKeys::derive(&kdk).expect("derives")
}

/// An M5 that holds this nonce and is authentic after this M4.
fn m5(run: &Published, m4: &[u8], nonce: [u8; 16]) -> Vec<u8> {
    let keys = keys(run);
    let published = run.message("M5");
    let mut message = Vec::new();
    let mut inside = Vec::new();
    dp_credentials::wps::attribute::write(&mut inside, AttributeType::E_SNONCE1, &nonce);
    let sealed: EncryptedSettings = keys.seal(&Secret::new(inside), [7; 16]).expect("seals");
    for (attribute, value) in Attributes::parse(&published).expect("published").iter() {
        match attribute {
            AttributeType::AUTHENTICATOR => {}
            AttributeType::ENCRYPTED_SETTINGS => {
                dp_credentials::wps::attribute::write(&mut message, attribute, sealed.as_bytes())
            }
            _ => dp_credentials::wps::attribute::write(&mut message, attribute, value),
        }
    }
    keys.append_authenticator(m4, &mut message)
        .expect("appends");
    message
}

/// Eight digits with the first half of the published PIN and a check digit that fits.
fn pin_with_second_half(run: &Published, three: u16) -> Pin {
    let first = &common::text(&run.0, "password_ascii")[..4];
    let mut all = (0..10).map(|last| Pin::parse(&format!("{first}{three:03}{last}")));
    all.find_map(Result::ok).expect("one digit fits")
}

/// What the Registrar sends until a gateway fails to prove the first half: M4 and the refusal.
fn told(run: &Published, pin: Pin, random: &mut Script, nonce: [u8; 16]) -> (Vec<u8>, WpsError) {
    let state = run
        .until_m3(&run.message("M1"), Method::Pin(pin), random)
        .expect("until M3");
    let (state, m4) = state.handle(&run.message("M3"), random).expect("M3");
    let refused = state.handle(&m5(run, &m4, nonce), random);
    let error = refused.expect_err("an unproven first half");
    (m4, error)
}

/// M4 without R-Hash2, which commits to the second half, and without the Authenticator over it.
fn open_part(m4: &[u8]) -> Vec<(AttributeType, Vec<u8>)> {
    let attributes = Attributes::parse(m4).expect("ours");
    let open = attributes.iter().filter(|(attribute, _)| {
        !matches!(
            *attribute,
            AttributeType::R_HASH2 | AttributeType::AUTHENTICATOR
        )
    });
    open.map(|(attribute, value)| (attribute, value.to_owned()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Two PINs that differ in their second half look the same to a gateway that has not proven
    /// the first: but for the commitment, which hides it behind a nonce that stays here.
    #[test]
    fn nothing_about_the_second_half_is_told_before_the_first_is_proven(
        one in 0u16..1000,
        other in 0u16..1000,
        nonce in any::<[u8; 16]>(),
    ) {
        let run = Published::load("wps_pin");
        prop_assume!(nonce != array::<16>(&run.0, "e_s1"));
        let (m4, error) = told(&run, pin_with_second_half(&run, one), &mut run.script(), nonce);
        let (same, refused) =
            told(&run, pin_with_second_half(&run, other), &mut run.script(), nonce);
        prop_assert_eq!(open_part(&m4), open_part(&same));
        prop_assert_eq!(&error, &refused);
        prop_assert_eq!(error.kind(), &WpsErrorKind::WrongPin {
            half: Half::First,
            noticed_by: NoticedBy::Registrar,
        });
        let r_s2: [u8; 16] = array(&run.0, "r_s2");
        for sent in [m4.as_slice(), error.nack().expect("tells the gateway")] {
            prop_assert!(!sent.windows(16).any(|window| window == r_s2));
        }
        prop_assert_eq!(error.nack().map(<[u8]>::len), Some(56));
    }
}
