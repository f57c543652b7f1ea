//! What the Registrar, the control point, says; and what both sides can say.

use super::value::{ConfigMethods, ConfigurationError, DevicePasswordId, EncryptedSettings, Text};
use super::{message, put, Message, MessageType, PUBLIC_KEY_BYTES, VERSION};
use crate::identity::IdentityUuid;
use crate::wps::attribute::{AttributeError, AttributeType, Attributes};

message! {
    /// The Registrar says how it would like to be introduced.
    M2d {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// N2.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// Identity of the Registrar: that of its certificate.
        uuid_r: IdentityUuid = UUID_R,
        /// Wireless authentication types, one bit each.
        authentication_type_flags: u16 = AUTHENTICATION_TYPE_FLAGS,
        /// Wireless encryption types, one bit each.
        encryption_type_flags: u16 = ENCRYPTION_TYPE_FLAGS,
        /// Wireless connection types, one bit each.
        connection_type_flags: u8 = CONNECTION_TYPE_FLAGS,
        /// How the user will prove presence.
        config_methods: ConfigMethods = CONFIG_METHODS,
        /// Who made it.
        manufacturer: Text<64> = MANUFACTURER,
        /// Name of the model.
        model_name: Text<32> = MODEL_NAME,
        /// Number of the model.
        model_number: Text<32> = MODEL_NUMBER,
        /// Serial number.
        serial_number: Text<32> = SERIAL_NUMBER,
        /// Category, organisation and subcategory.
        primary_device_type: [u8; 8] = PRIMARY_DEVICE_TYPE,
        /// Friendly name.
        device_name: Text<32> = DEVICE_NAME,
        /// Radio bands, one bit each.
        rf_bands: u8 = RF_BANDS,
        /// Wireless association state.
        association_state: u16 = ASSOCIATION_STATE,
        /// What is wrong already.
        configuration_error: ConfigurationError = CONFIGURATION_ERROR,
        /// Version of the operating system, top bit set.
        os_version: u32 = OS_VERSION,
        /// Which password will be used. Not in the list of WSC 1.0, but DeviceProtection
        /// speaks of it; last, because one known device stops reading before it.
        device_password_id: DevicePasswordId = DEVICE_PASSWORD_ID or DevicePasswordId::DEFAULT_PIN,
    }
}

message! {
    /// The Registrar's public key.
    M2 {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// N2, the same as in M2D.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// Identity of the Registrar: that of its certificate.
        uuid_r: IdentityUuid = UUID_R,
        /// PK_R.
        public_key: [u8; PUBLIC_KEY_BYTES] = PUBLIC_KEY,
        /// Wireless authentication types, one bit each.
        authentication_type_flags: u16 = AUTHENTICATION_TYPE_FLAGS,
        /// Wireless encryption types, one bit each.
        encryption_type_flags: u16 = ENCRYPTION_TYPE_FLAGS,
        /// Wireless connection types, one bit each.
        connection_type_flags: u8 = CONNECTION_TYPE_FLAGS,
        /// How the user proves presence.
        config_methods: ConfigMethods = CONFIG_METHODS,
        /// Who made it.
        manufacturer: Text<64> = MANUFACTURER,
        /// Name of the model.
        model_name: Text<32> = MODEL_NAME,
        /// Number of the model.
        model_number: Text<32> = MODEL_NUMBER,
        /// Serial number.
        serial_number: Text<32> = SERIAL_NUMBER,
        /// Category, organisation and subcategory.
        primary_device_type: [u8; 8] = PRIMARY_DEVICE_TYPE,
        /// Friendly name.
        device_name: Text<32> = DEVICE_NAME,
        /// Radio bands, one bit each.
        rf_bands: u8 = RF_BANDS,
        /// Wireless association state.
        association_state: u16 = ASSOCIATION_STATE,
        /// What is wrong already.
        configuration_error: ConfigurationError = CONFIGURATION_ERROR,
        /// Which password is used.
        device_password_id: DevicePasswordId = DEVICE_PASSWORD_ID,
        /// Version of the operating system, top bit set.
        os_version: u32 = OS_VERSION,
    }
}

message! {
    /// The Registrar's commitment to the password, and proof of the first half.
    M4 {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// Commitment to the first half.
        r_hash1: [u8; 32] = R_HASH1,
        /// Commitment to the second half.
        r_hash2: [u8; 32] = R_HASH2,
        /// R-SNonce1.
        encrypted_settings: EncryptedSettings = ENCRYPTED_SETTINGS,
    }
}

message! {
    /// The Registrar's proof of the second half.
    M6 {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// R-SNonce2.
        encrypted_settings: EncryptedSettings = ENCRYPTED_SETTINGS,
    }
}

message! {
    /// The Registrar's settings for the Enrollee: none.
    M8 {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// Nothing but the Key Wrap Authenticator.
        encrypted_settings: EncryptedSettings = ENCRYPTED_SETTINGS,
    }
}

message! {
    /// Either side stops, or is not ready yet.
    Nack {
        /// N1.
        enrollee_nonce: [u8; 16] = ENROLLEE_NONCE,
        /// N2, or zeros from Enrollees that do not keep the one in M2D.
        registrar_nonce: [u8; 16] = REGISTRAR_NONCE,
        /// Why.
        configuration_error: ConfigurationError = CONFIGURATION_ERROR,
    }
}
