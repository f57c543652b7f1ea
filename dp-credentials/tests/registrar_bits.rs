//! Every bit of every message of the gateway, flipped: the run ends in the error that fits, at the
//! message where it can be found first. Bits that nobody protects are named in [`UNPROTECTED`].

mod common;

use common::Published;
use dp_credentials::wps::attribute::{AttributeError, AttributeType as A};
use dp_credentials::wps::{MessageType, WpsErrorKind};

/// Bits that change nothing: message, attribute, and which bits of which bytes of its value.
///
/// * The lower half of the version does not count (section 4.3: any 0x1X is version 1).
/// * Enrollees may leave N2 of M2D out, so any is taken in the ACK (section 4.9). ACK and Done
///   carry no Authenticator: neither decides what is trusted.
const UNPROTECTED: [(&str, A, u8); 3] = [
    ("WSC_ACK", A::VERSION, 0x0f),
    ("WSC_ACK", A::REGISTRAR_NONCE, 0xff),
    ("WSC_Done", A::VERSION, 0x0f),
];

/// What a message has to hold, in the order it is read: length of the value, and whether it may
/// be missing. Texts that are too long are forgiven.
fn layout(name: &str) -> Vec<(A, Length, bool)> {
    use Length::{Exact, UpTo};
    let must = |attribute, length| (attribute, Exact(length), false);
    let mut layout = vec![must(A::VERSION, 1), must(A::MESSAGE_TYPE, 1)];
    let more = match name {
        "M1" => vec![
            must(A::UUID_E, 16),
            must(A::MAC_ADDRESS, 6),
            must(A::ENROLLEE_NONCE, 16),
            (A::PUBLIC_KEY, UpTo(192), false),
            (A::AUTHENTICATION_TYPE_FLAGS, Exact(2), true),
            (A::ENCRYPTION_TYPE_FLAGS, Exact(2), true),
            (A::CONNECTION_TYPE_FLAGS, Exact(1), true),
            must(A::CONFIG_METHODS, 2),
            (A::SETUP_STATE, Exact(1), true),
            (A::MANUFACTURER, UpTo(usize::MAX), true),
            (A::MODEL_NAME, UpTo(usize::MAX), true),
            (A::MODEL_NUMBER, UpTo(usize::MAX), true),
            (A::SERIAL_NUMBER, UpTo(usize::MAX), true),
            (A::PRIMARY_DEVICE_TYPE, Exact(8), true),
            (A::DEVICE_NAME, UpTo(usize::MAX), true),
            (A::RF_BANDS, Exact(1), true),
            (A::ASSOCIATION_STATE, Exact(2), true),
            (A::DEVICE_PASSWORD_ID, Exact(2), true),
            (A::CONFIGURATION_ERROR, Exact(2), true),
            (A::OS_VERSION, Exact(4), true),
        ],
        "M3" => vec![
            must(A::REGISTRAR_NONCE, 16),
            must(A::E_HASH1, 32),
            must(A::E_HASH2, 32),
            must(A::AUTHENTICATOR, 8),
        ],
        "M5" | "M7" => vec![
            must(A::REGISTRAR_NONCE, 16),
            (A::ENCRYPTED_SETTINGS, UpTo(usize::MAX), false),
            must(A::AUTHENTICATOR, 8),
        ],
        _ => vec![must(A::ENROLLEE_NONCE, 16), must(A::REGISTRAR_NONCE, 16)],
    };
    layout.extend(more);
    layout
}

#[derive(Clone, Copy)]
enum Length {
    Exact(usize),
    UpTo(usize),
}

/// Types and values, split here and not by the crate; or where an attribute has too little.
fn split(message: &[u8]) -> Result<Vec<(A, &[u8])>, usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < message.len() {
        let head = message.get(at..at + 4).ok_or(at)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = message.get(at + 4..at + 4 + length).ok_or(at)?;
        found.push((A(u16::from_be_bytes([head[0], head[1]])), value));
        at += 4 + length;
    }
    Ok(found)
}

/// What has to come of a message, and while waiting for which; `None` when the run goes on.
fn expected(
    run: &Published,
    name: &str,
    due: MessageType,
    flipped: &[u8],
) -> Option<(WpsErrorKind, MessageType)> {
    let here = |kind| Some((kind, due));
    let malformed = |error| Some((WpsErrorKind::Malformed(error), due));
    let original = run.message(name);
    let genuine = split(&original).expect("published");
    let found = match split(flipped) {
        Ok(found) => found,
        Err(at) => return malformed(AttributeError::Truncated { at }),
    };
    let of = |wanted: A| {
        found
            .iter()
            .filter(move |(attribute, _)| *attribute == wanted)
    };
    for (attribute, length, optional) in layout(name) {
        let value = match (of(attribute).count(), of(attribute).next()) {
            (0, _) if optional => continue,
            (1, Some((_, value))) => *value,
            (0, _) => return malformed(AttributeError::Missing(attribute)),
            _ => return malformed(AttributeError::Repeated(attribute)),
        };
        let fits = match length {
            Length::Exact(exact) => value.len() == exact,
            Length::UpTo(most) => value.len() <= most,
        };
        if !fits {
            return malformed(AttributeError::Value(attribute));
        }
        let same = genuine.contains(&(attribute, value));
        match attribute {
            A::VERSION if value[0] & 0xf0 != 0x10 => {
                return malformed(AttributeError::Value(attribute))
            }
            A::MESSAGE_TYPE if !same => {
                let other = MessageType::ALL
                    .iter()
                    .find(|kind| **kind as u8 == value[0]);
                return match other {
                    // A refusal has to name its reason, and N2 comes before.
                    Some(MessageType::Nack) => {
                        malformed(AttributeError::Missing(A::CONFIGURATION_ERROR))
                    }
                    Some(other) => here(WpsErrorKind::UnexpectedMessage(*other)),
                    None => malformed(AttributeError::Value(attribute)),
                };
            }
            A::UUID_E if !same => {
                let claimed = dp_credentials::identity::IdentityUuid::from_bytes(
                    value.try_into().expect("16 bytes"),
                );
                let expected = run.info().expected_uuid_e;
                return here(WpsErrorKind::IdentityMismatch { claimed, expected });
            }
            // Only ours to repeat: the ACK then belongs to another run.
            A::ENROLLEE_NONCE if !same && name == "M1" => {
                return Some((WpsErrorKind::Nonce, MessageType::Ack))
            }
            A::REGISTRAR_NONCE if name == "WSC_ACK" => {}
            A::ENROLLEE_NONCE | A::REGISTRAR_NONCE if !same => return here(WpsErrorKind::Nonce),
            _ => {}
        }
    }
    match name {
        // All of M1 is under the Authenticator of M2, and so under that of M3.
        "M1" => Some((WpsErrorKind::Authenticator, MessageType::M3)),
        "M3" | "M5" | "M7" => here(WpsErrorKind::Authenticator),
        _ => None,
    }
}

fn check(name: &str, due: MessageType) {
    let run = Published::load("wps_pin");
    let message = run.message(name);
    let mut free = 0;
    for at in 0..message.len() {
        for bit in 0..8 {
            let mut flipped = message.clone();
            flipped[at] ^= 1 << bit;
            let outcome = run.run_with(name, &flipped);
            let found = outcome
                .err()
                .map(|error| (error.kind().clone(), error.waiting_for()));
            let wanted = expected(&run, name, due, &flipped);
            assert_eq!(found, wanted, "{name} byte {at} bit {bit}");
            if found.is_none() {
                free += 1;
                assert!(
                    is_unprotected(name, &message, at, bit),
                    "{name} byte {at} bit {bit}"
                );
            }
        }
    }
    let named: u32 = UNPROTECTED
        .iter()
        .filter(|(of, _, _)| *of == name)
        .map(|(_, attribute, bits)| {
            let value = split(&message).expect("published");
            let length = value
                .iter()
                .find(|(found, _)| found == attribute)
                .map(|(_, value)| value.len());
            bits.count_ones() * u32::try_from(length.expect("there")).expect("small")
        })
        .sum();
    assert_eq!(free, named, "{name}: as many bits are free as are named");
}

fn is_unprotected(name: &str, message: &[u8], at: usize, bit: u8) -> bool {
    let mut start = 0;
    for (attribute, value) in split(message).expect("published") {
        let inside = at >= start + 4 && at < start + 4 + value.len();
        let listed = |(of, free, bits): &(&str, A, u8)| {
            *of == name && *free == attribute && bits & 1 << bit != 0
        };
        if inside && UNPROTECTED.iter().any(listed) {
            return true;
        }
        start += 4 + value.len();
    }
    false
}

#[test]
fn every_bit_of_m1() {
    check("M1", MessageType::M1);
}

#[test]
fn every_bit_of_the_ack() {
    check("WSC_ACK", MessageType::Ack);
}

#[test]
fn every_bit_of_m3() {
    check("M3", MessageType::M3);
}

#[test]
fn every_bit_of_m5() {
    check("M5", MessageType::M5);
}

#[test]
fn every_bit_of_m7() {
    check("M7", MessageType::M7);
}

#[test]
fn every_bit_of_done() {
    check("WSC_Done", MessageType::Done);
}
