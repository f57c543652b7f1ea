//! Setup messages on the wire: type, length, value, all big endian.

/// Attribute identifiers the Enrollee reads or writes.
pub mod id {
    /// Authentication Type Flags.
    pub const AUTHENTICATION_TYPE_FLAGS: u16 = 0x1004;
    /// Authenticator.
    pub const AUTHENTICATOR: u16 = 0x1005;
    /// Config Methods.
    pub const CONFIG_METHODS: u16 = 0x1008;
    /// Configuration Error.
    pub const CONFIGURATION_ERROR: u16 = 0x1009;
    /// Connection Type Flags.
    pub const CONNECTION_TYPE_FLAGS: u16 = 0x100d;
    /// Encryption Type Flags.
    pub const ENCRYPTION_TYPE_FLAGS: u16 = 0x1010;
    /// Credential.
    pub const CREDENTIAL: u16 = 0x100e;
    /// Device Name.
    pub const DEVICE_NAME: u16 = 0x1011;
    /// Device Password ID.
    pub const DEVICE_PASSWORD_ID: u16 = 0x1012;
    /// E-Hash1.
    pub const E_HASH1: u16 = 0x1014;
    /// E-Hash2.
    pub const E_HASH2: u16 = 0x1015;
    /// E-SNonce1.
    pub const E_SNONCE1: u16 = 0x1016;
    /// E-SNonce2.
    pub const E_SNONCE2: u16 = 0x1017;
    /// Encrypted Settings.
    pub const ENCRYPTED_SETTINGS: u16 = 0x1018;
    /// Enrollee Nonce, N1.
    pub const ENROLLEE_NONCE: u16 = 0x101a;
    /// Key Wrap Authenticator.
    pub const KEY_WRAP_AUTHENTICATOR: u16 = 0x101e;
    /// MAC Address.
    pub const MAC_ADDRESS: u16 = 0x1020;
    /// Manufacturer.
    pub const MANUFACTURER: u16 = 0x1021;
    /// Message Type.
    pub const MESSAGE_TYPE: u16 = 0x1022;
    /// Model Name.
    pub const MODEL_NAME: u16 = 0x1023;
    /// Model Number.
    pub const MODEL_NUMBER: u16 = 0x1024;
    /// Network Key.
    pub const NETWORK_KEY: u16 = 0x1027;
    /// OS Version.
    pub const OS_VERSION: u16 = 0x102d;
    /// Public Key.
    pub const PUBLIC_KEY: u16 = 0x1032;
    /// Registrar Nonce, N2.
    pub const REGISTRAR_NONCE: u16 = 0x1039;
    /// RF Bands.
    pub const RF_BANDS: u16 = 0x103c;
    /// R-Hash1.
    pub const R_HASH1: u16 = 0x103d;
    /// R-Hash2.
    pub const R_HASH2: u16 = 0x103e;
    /// R-SNonce1.
    pub const R_SNONCE1: u16 = 0x103f;
    /// R-SNonce2.
    pub const R_SNONCE2: u16 = 0x1040;
    /// Serial Number.
    pub const SERIAL_NUMBER: u16 = 0x1042;
    /// Wi-Fi Protected Setup State.
    pub const SETUP_STATE: u16 = 0x1044;
    /// UUID-E.
    pub const UUID_E: u16 = 0x1047;
    /// UUID-R.
    pub const UUID_R: u16 = 0x1048;
    /// SSID.
    pub const SSID: u16 = 0x1045;
    /// Version.
    pub const VERSION: u16 = 0x104a;
    /// Association State.
    pub const ASSOCIATION_STATE: u16 = 0x1002;
    /// Primary Device Type.
    pub const PRIMARY_DEVICE_TYPE: u16 = 0x1054;
}

/// Message types.
pub mod kind {
    /// M1.
    pub const M1: u8 = 0x04;
    /// M2.
    pub const M2: u8 = 0x05;
    /// M2D.
    pub const M2D: u8 = 0x06;
    /// M3.
    pub const M3: u8 = 0x07;
    /// M4.
    pub const M4: u8 = 0x08;
    /// M5.
    pub const M5: u8 = 0x09;
    /// M6.
    pub const M6: u8 = 0x0a;
    /// M7.
    pub const M7: u8 = 0x0b;
    /// M8.
    pub const M8: u8 = 0x0c;
    /// WSC_ACK.
    pub const ACK: u8 = 0x0d;
    /// WSC_NACK.
    pub const NACK: u8 = 0x0e;
    /// WSC_Done.
    pub const DONE: u8 = 0x0f;
}

/// The bytes are not a sequence of attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a sequence of attributes")]
pub struct TlvError;

/// Attributes of one message, in the order received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes<'a>(Vec<(u16, &'a [u8])>);

impl<'a> Attributes<'a> {
    /// Splits a message into its attributes; unknown ones are kept.
    ///
    /// # Errors
    /// The lengths do not add up.
    pub fn parse(mut bytes: &'a [u8]) -> Result<Self, TlvError> {
        let mut attributes = Vec::new();
        while !bytes.is_empty() {
            let (head, rest) = bytes.split_first_chunk::<4>().ok_or(TlvError)?;
            let id = u16::from_be_bytes([head[0], head[1]]);
            let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let (value, rest) = rest.split_at_checked(length).ok_or(TlvError)?;
            attributes.push((id, value));
            bytes = rest;
        }
        Ok(Self(attributes))
    }

    /// First value of an attribute.
    pub fn get(&self, id: u16) -> Option<&'a [u8]> {
        self.0
            .iter()
            .find(|(found, _)| *found == id)
            .map(|(_, value)| *value)
    }

    /// First value of an attribute that must have exactly `N` bytes.
    pub fn exact<const N: usize>(&self, id: u16) -> Option<[u8; N]> {
        self.get(id)?.try_into().ok()
    }

    /// A two-byte number.
    pub fn number(&self, id: u16) -> Option<u16> {
        self.exact::<2>(id).map(u16::from_be_bytes)
    }

    /// Message type, when the version is one the Enrollee understands.
    pub fn message_type(&self) -> Option<u8> {
        let [version] = self.exact::<1>(id::VERSION)?;
        let [kind] = self.exact::<1>(id::MESSAGE_TYPE)?;
        (version >> 4 == 1).then_some(kind)
    }
}

/// Writes attributes one after the other.
#[derive(Debug, Clone, Default)]
pub struct Message(Vec<u8>);

impl Message {
    /// A message with version 1.0 and its type.
    pub fn new(kind: u8) -> Self {
        Self::default()
            .attribute(id::VERSION, &[0x10])
            .attribute(id::MESSAGE_TYPE, &[kind])
    }

    /// Appends an attribute.
    #[must_use]
    pub fn attribute(mut self, id: u16, value: &[u8]) -> Self {
        let length =
            u16::try_from(value.len()).expect("invariant: our attributes are shorter than 64 KiB");
        self.0.extend(id.to_be_bytes());
        self.0.extend(length.to_be_bytes());
        self.0.extend(value);
        self
    }

    /// Appends a text, which is never empty on the wire.
    #[must_use]
    pub fn text(self, id: u16, text: &str, longest: usize) -> Self {
        let mut end = text.len().min(longest);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = if end == 0 { "-" } else { &text[..end] };
        self.attribute(id, text.as_bytes())
    }

    /// The bytes so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The finished bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let bytes = Message::new(kind::M3)
            .attribute(id::REGISTRAR_NONCE, &[7; 16])
            .into_bytes();
        let attributes = Attributes::parse(&bytes).unwrap();
        assert_eq!(attributes.message_type(), Some(kind::M3));
        assert_eq!(attributes.exact::<16>(id::REGISTRAR_NONCE), Some([7; 16]));
        assert_eq!(attributes.exact::<15>(id::REGISTRAR_NONCE), None);
    }

    #[test]
    fn every_cut_is_an_error_or_a_shorter_message() {
        let bytes = Message::new(kind::M3)
            .attribute(id::REGISTRAR_NONCE, &[7; 16])
            .into_bytes();
        for cut in 0..bytes.len() {
            let parsed = Attributes::parse(&bytes[..cut]);
            assert_eq!(parsed.is_ok(), matches!(cut, 0 | 5 | 10), "{cut}");
        }
    }
}
