//! What the Enrollee, the gateway, says.

use super::value::{ConfigMethods, ConfigurationError, DevicePasswordId, EncryptedSettings, Text};
use super::{message, put, Message, MessageType, PUBLIC_KEY_BYTES, VERSION};
use crate::identity::IdentityUuid;
use crate::wps::attribute::{AttributeError, AttributeType, Attributes};

message! {
    /// The Enrollee introduces itself.
    ///
    /// What only describes a wireless network may be missing: a gateway that leaves it
    /// out can still be introduced.
    M1 {
        /// Identity of the Enrollee: that of its certificate, or it is an impostor.
        uuid_e: IdentityUuid = UUID_E,
        /// Its MAC address, part of the key derivation; some send zeros.
        mac_address: [u8; 6] = MAC_ADDRESS,
        /// N1, new in every run.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// PK_E.
        public_key: [u8; PUBLIC_KEY_BYTES] = PUBLIC_KEY,
        /// Wireless authentication types, one bit each.
        authentication_type_flags: u16 = AUTHENTICATION_TYPE_FLAGS or 1,
        /// Wireless encryption types, one bit each.
        encryption_type_flags: u16 = ENCRYPTION_TYPE_FLAGS or 1,
        /// Wireless connection types, one bit each.
        connection_type_flags: u8 = CONNECTION_TYPE_FLAGS or 1,
        /// How a user can prove presence.
        config_methods: ConfigMethods = CONFIG_METHODS,
        /// 1 not configured, 2 configured.
        setup_state: u8 = SETUP_STATE or 1,
        /// Who made it.
        manufacturer: Text<64> = MANUFACTURER or Text::default(),
        /// Name of the model.
        model_name: Text<32> = MODEL_NAME or Text::default(),
        /// Number of the model.
        model_number: Text<32> = MODEL_NUMBER or Text::default(),
        /// Serial number.
        serial_number: Text<32> = SERIAL_NUMBER or Text::default(),
        /// Category, organisation and subcategory.
        primary_device_type: [u8; 8] = PRIMARY_DEVICE_TYPE or [0; 8],
        /// Friendly name.
        device_name: Text<32> = DEVICE_NAME or Text::default(),
        /// Radio bands, one bit each.
        rf_bands: u8 = RF_BANDS or 1,
        /// Wireless association state.
        association_state: u16 = ASSOCIATION_STATE or 0,
        /// Which password the Enrollee is ready for.
        device_password_id: DevicePasswordId = DEVICE_PASSWORD_ID or DevicePasswordId::DEFAULT_PIN,
        /// What is wrong already.
        configuration_error: ConfigurationError = CONFIGURATION_ERROR or ConfigurationError::NONE,
        /// Version of the operating system, top bit set.
        os_version: u32 = OS_VERSION or 0x8000_0000,
    }
}

message! {
    /// The Enrollee's commitment to the password.
    M3 {
        /// N2.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// Commitment to the first half.
        e_hash1: [u8; 32] = E_HASH1,
        /// Commitment to the second half.
        e_hash2: [u8; 32] = E_HASH2,
    }
}

message! {
    /// The Enrollee's proof of the first half.
    M5 {
        /// N2.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// E-SNonce1.
        encrypted_settings: EncryptedSettings = ENCRYPTED_SETTINGS,
    }
}

message! {
    /// The Enrollee's proof of the second half.
    M7 {
        /// N2.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// E-SNonce2.
        encrypted_settings: EncryptedSettings = ENCRYPTED_SETTINGS,
    }
}

message! {
    /// The Enrollee has done what M2D asked for.
    Ack {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// N2, or zeros from Enrollees that do not keep the one in M2D.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
    }
}

message! {
    /// The control point is introduced.
    Done {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// N2.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
    }
}
