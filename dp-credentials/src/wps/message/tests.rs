//! What is written is read again, for every message; nothing makes the readers panic.

use proptest::prelude::*;

use super::*;
use crate::identity::IdentityUuid;

fn text<const MAX: usize>() -> impl Strategy<Value = Text<MAX>> {
    any::<String>().prop_map(|text| Text::new(&text))
}

fn settings() -> impl Strategy<Value = EncryptedSettings> {
    (2..6usize, any::<u8>()).prop_map(|(blocks, byte)| {
        EncryptedSettings::new(vec![byte; blocks * EncryptedSettings::BLOCK_BYTES])
            .expect("whole blocks")
    })
}

fn key() -> impl Strategy<Value = [u8; PUBLIC_KEY_BYTES]> {
    any::<u8>().prop_map(|byte| [byte; PUBLIC_KEY_BYTES])
}

fn check<M: Message + PartialEq + std::fmt::Debug>(message: &M) -> Result<(), TestCaseError> {
    let bytes = message.write();
    let again = M::parse(&bytes);
    prop_assert_eq!(again.as_ref(), Ok(message));
    // Unknown attributes and another order change nothing.
    let mut shuffled = vec![0x10, 0x49, 0, 3, 0, 0x37, 0x2a];
    let entries: Vec<_> = open(&bytes).expect("just read").1.iter().collect();
    for (attribute, value) in entries.into_iter().rev() {
        crate::wps::attribute::write(&mut shuffled, attribute, value);
    }
    let again = M::parse(&shuffled);
    prop_assert_eq!(again.as_ref(), Ok(message));
    Ok(())
}

proptest! {
    #[test]
    fn m1_is_read_as_written(
        ids in any::<([u8; 16], [u8; 6], [u8; 16])>(), public_key in key(), flags in any::<(u16, u16, u8, u16, u8)>(),
        texts in (text(), text(), text(), text(), text()), kind in any::<[u8; 8]>(), rest in any::<(u8, u16, u16, u16, u32)>(),
    ) {
        check(&M1 {
            uuid_e: IdentityUuid::from_bytes(ids.0), mac_address: ids.1, enrollee_nonce: ids.2, public_key,
            authentication_type_flags: flags.0, encryption_type_flags: flags.1, connection_type_flags: flags.2,
            config_methods: ConfigMethods(flags.3), setup_state: flags.4, manufacturer: texts.0, model_name: texts.1,
            model_number: texts.2, serial_number: texts.3, primary_device_type: kind, device_name: texts.4,
            rf_bands: rest.0, association_state: rest.1, device_password_id: DevicePasswordId(rest.2),
            configuration_error: ConfigurationError(rest.3), os_version: rest.4,
        })?;
    }

    #[test]
    fn m2_and_m2d_are_read_as_written(
        ids in any::<([u8; 16], [u8; 16], [u8; 16])>(), public_key in key(), flags in any::<(u16, u16, u8, u16)>(),
        texts in (text(), text(), text(), text(), text()), kind in any::<[u8; 8]>(), rest in any::<(u8, u16, u16, u16, u32)>(),
    ) {
        check(&M2 {
            enrollee_nonce: ids.0, registrar_nonce: ids.1, uuid_r: IdentityUuid::from_bytes(ids.2), public_key,
            authentication_type_flags: flags.0, encryption_type_flags: flags.1, connection_type_flags: flags.2,
            config_methods: ConfigMethods(flags.3), manufacturer: texts.0.clone(), model_name: texts.1.clone(),
            model_number: texts.2.clone(), serial_number: texts.3.clone(), primary_device_type: kind,
            device_name: texts.4.clone(), rf_bands: rest.0, association_state: rest.1,
            device_password_id: DevicePasswordId(rest.2), configuration_error: ConfigurationError(rest.3),
            os_version: rest.4,
        })?;
        check(&M2d {
            enrollee_nonce: ids.0, registrar_nonce: ids.1, uuid_r: IdentityUuid::from_bytes(ids.2),
            authentication_type_flags: flags.0, encryption_type_flags: flags.1, connection_type_flags: flags.2,
            config_methods: ConfigMethods(flags.3), manufacturer: texts.0, model_name: texts.1,
            model_number: texts.2, serial_number: texts.3, primary_device_type: kind, device_name: texts.4,
            rf_bands: rest.0, association_state: rest.1, device_password_id: DevicePasswordId(rest.2),
            configuration_error: ConfigurationError(rest.3), os_version: rest.4,
        })?;
    }

    #[test]
    fn the_short_messages_are_read_as_written(
        enrollee_nonce in any::<[u8; 16]>(), registrar_nonce in any::<[u8; 16]>(), hash1 in any::<[u8; 32]>(),
        hash2 in any::<[u8; 32]>(), encrypted_settings in settings(), error in any::<u16>(),
    ) {
        check(&M3 { registrar_nonce, e_hash1: hash1, e_hash2: hash2 })?;
        check(&M4 { enrollee_nonce, r_hash1: hash1, r_hash2: hash2, encrypted_settings: encrypted_settings.clone() })?;
        check(&M5 { registrar_nonce, encrypted_settings: encrypted_settings.clone() })?;
        check(&M6 { enrollee_nonce, encrypted_settings: encrypted_settings.clone() })?;
        check(&M7 { registrar_nonce, encrypted_settings: encrypted_settings.clone() })?;
        check(&M8 { enrollee_nonce, encrypted_settings })?;
        check(&Ack { enrollee_nonce, registrar_nonce })?;
        check(&Nack { enrollee_nonce, registrar_nonce, configuration_error: ConfigurationError(error) })?;
        check(&Done { enrollee_nonce, registrar_nonce })?;
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), number in 0u8..20) {
        let mut message = vec![0x10, 0x4a, 0, 1, 0x10, 0x10, 0x22, 0, 1, number];
        message.extend_from_slice(&bytes);
        for bytes in [&bytes, &message] {
            let _ = (M1::parse(bytes), M3::parse(bytes), M5::parse(bytes), Nack::parse(bytes), M2::parse(bytes));
        }
    }
}

#[test]
fn what_is_no_message_is_said() {
    let done = Done {
        enrollee_nonce: [1; 16],
        registrar_nonce: [2; 16],
    }
    .write();
    let changed = |at: usize, to: u8| {
        let mut bytes = done.clone();
        bytes[at] = to;
        Done::parse(&bytes).err()
    };
    assert_eq!(Done::parse(b"").err(), Some(MessageError::Empty));
    assert_eq!(Done::parse(b"\0").err(), Some(MessageError::Empty));
    assert_eq!(
        Ack::parse(&done).err(),
        Some(MessageError::Unexpected(MessageType::Done))
    );
    assert_eq!(changed(4, 0x1f), None);
    assert_eq!(
        changed(4, 0x20),
        Some(AttributeError::Value(AttributeType::VERSION).into())
    );
    assert_eq!(
        changed(9, 0x77),
        Some(AttributeError::Value(AttributeType::MESSAGE_TYPE).into())
    );
    assert_eq!(
        changed(11, 0x77),
        Some(AttributeError::Missing(AttributeType::ENROLLEE_NONCE).into())
    );
    assert_eq!(
        changed(13, 0x0f),
        Some(AttributeError::Truncated { at: 29 }.into())
    );
}

#[test]
fn a_bare_m1_is_enough() {
    let mut bytes = vec![0x10, 0x4a, 0, 1, 0x20 - 1, 0x10, 0x22, 0, 1, 4];
    put(&mut bytes, AttributeType::UUID_E, &[1u8; 16]);
    put(&mut bytes, AttributeType::MAC_ADDRESS, &[2u8; 6]);
    put(&mut bytes, AttributeType::ENROLLEE_NONCE, &[3u8; 16]);
    put(
        &mut bytes,
        AttributeType::PUBLIC_KEY,
        &[4u8; PUBLIC_KEY_BYTES],
    );
    put(
        &mut bytes,
        AttributeType::CONFIG_METHODS,
        &ConfigMethods::PUSH_BUTTON,
    );
    let m1 = M1::parse(&bytes).expect("what the exchange needs is there");
    assert_eq!(
        (m1.device_name.as_str(), m1.configuration_error),
        ("", ConfigurationError::NONE)
    );
}
