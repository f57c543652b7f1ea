//! Setup messages of the introduction.

use dp_credentials::wps::attribute::{write, Attributes};
use dp_credentials::wps::limits::{ATTRIBUTES_MAX, MESSAGE_MAX_BYTES};
use dp_credentials::wps::message::{
    open, Ack, Done, M2d, Message, MessageType, Nack, M1, M2, M3, M4, M5, M6, M7, M8,
};
use dp_credentials::wps::MessageError;

/// Checks the attributes of a setup message.
///
/// # Panics
/// When something that must hold does not.
pub fn wps_tlv(input: &[u8]) {
    let read = Attributes::parse(input);
    assert_eq!(read, Attributes::parse(input), "the same twice");
    let attributes = match read {
        Ok(attributes) => attributes,
        Err(error) => {
            assert!(error.to_string().len() < 256, "{error}");
            return;
        }
    };
    assert!(input.len() <= MESSAGE_MAX_BYTES);
    assert!(attributes.iter().count() <= ATTRIBUTES_MAX);
    let mut written = Vec::new();
    for (kind, value) in attributes.iter() {
        write(&mut written, kind, value);
        let named = attributes
            .iter()
            .filter(|(found, _)| *found == kind)
            .count();
        match attributes.required(kind) {
            Ok(found) => assert!(named == 1 && found == value),
            Err(_) => assert!(named > 1, "{kind} is there once"),
        }
    }
    assert_eq!(written, input, "what is written is what was read");
}

/// Checks a setup message of each type.
///
/// # Panics
/// When something that must hold does not.
pub fn wps_message(input: &[u8]) {
    let opened = open(input).map(|(found, _)| found);
    if let Err(error) = &opened {
        assert!(error.to_string().len() < 256, "{error}");
    }
    message::<M1>(input, &opened);
    message::<M2>(input, &opened);
    message::<M2d>(input, &opened);
    message::<M3>(input, &opened);
    message::<M4>(input, &opened);
    message::<M5>(input, &opened);
    message::<M6>(input, &opened);
    message::<M7>(input, &opened);
    message::<M8>(input, &opened);
    message::<Ack>(input, &opened);
    message::<Nack>(input, &opened);
    message::<Done>(input, &opened);
}

fn message<M: Message + std::fmt::Debug + PartialEq>(
    input: &[u8],
    opened: &Result<MessageType, MessageError>,
) {
    let read = M::parse(input);
    match (opened, &read) {
        (Err(error), Err(found)) => assert_eq!(found, error),
        (Ok(found), Err(MessageError::Unexpected(other))) => {
            assert!(found == other && *found != M::TYPE);
        }
        (Ok(found), _) => assert_eq!(*found, M::TYPE),
        (Err(error), Ok(_)) => panic!("{} is read in spite of {error}", M::TYPE),
    }
    let Ok(message) = read else { return };
    let written = message.write();
    // What may be left out is written out: none of it is longer than 64 octets.
    assert!(written.len() <= input.len() + 24 * 68, "{}", written.len());
    let again = M::parse(&written).expect("what was written is read");
    assert_eq!(again, message, "what was written is what was read");
    assert_eq!(again.write(), written);
    assert!(format!("{message:?}").len() < 8 * 1024 + 8 * input.len());
}
