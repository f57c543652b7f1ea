//! The kinds of value an attribute can hold.

use std::fmt;

use crate::identity::IdentityUuid;

/// What stands in an attribute.
pub trait Value: Sized {
    /// Reads the value; `None` when the length or the content is not allowed.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Appends the value.
    fn write(&self, bytes: &mut Vec<u8>);
}

impl<const N: usize> Value for [u8; N] {
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self);
    }
}

macro_rules! integer {
    ($($integer:ty),*) => {
        $(impl Value for $integer {
            fn read(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(<$integer>::from_be_bytes)
            }

            fn write(&self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_be_bytes());
            }
        })*
    };
}

integer!(u8, u16, u32);

impl Value for IdentityUuid {
    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(IdentityUuid::from_bytes)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.as_bytes());
    }
}

/// Text of at most `MAX` bytes of UTF-8, without trailing zeros.
///
/// Known Enrollees end every text with a zero byte, or send an empty one as a single
/// zero byte: such bytes are cut off on reading. Attributes of length zero confuse some
/// readers, so an empty text is written as a single zero byte.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Takes as much of a text as the attribute may hold.
    pub fn new(text: &str) -> Self {
        let mut end = text.len().min(MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Text(text[..end].trim_end_matches('\0').to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<const MAX: usize> Value for Text<MAX> {
    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Text::new(&String::from_utf8_lossy(bytes)))
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        if self.0.is_empty() {
            bytes.push(0);
        } else {
            bytes.extend_from_slice(self.0.as_bytes());
        }
    }
}

/// Initialisation vector and ciphertext of Encrypted Settings: at least two AES blocks.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedSettings(Vec<u8>);

impl EncryptedSettings {
    /// Length of the initialisation vector and of a block, in bytes.
    pub const BLOCK_BYTES: usize = 16;

    /// Checks the shape; `None` when the bytes cannot be Encrypted Settings.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        let whole =
            bytes.len().is_multiple_of(Self::BLOCK_BYTES) && bytes.len() >= 2 * Self::BLOCK_BYTES;
        whole.then_some(EncryptedSettings(bytes))
    }

    /// Initialisation vector, then ciphertext.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for EncryptedSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedSettings({} bytes)", self.0.len())
    }
}

impl Value for EncryptedSettings {
    fn read(bytes: &[u8]) -> Option<Self> {
        EncryptedSettings::new(bytes.to_owned())
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.0);
    }
}

/// Defines a 16 bit value with named numbers; others are kept as they are.
macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident { $($(#[$constant_doc:meta])* $constant:ident = $number:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub u16);

        impl $name {
            $($(#[$constant_doc])* pub const $constant: $name = $name($number);)*
        }

        impl Value for $name {
            fn read(bytes: &[u8]) -> Option<Self> {
                u16::read(bytes).map($name)
            }

            fn write(&self, bytes: &mut Vec<u8>) {
                self.0.write(bytes);
            }
        }
    };
}

numbers! {
    /// Ways of proving presence, one bit each (Config Methods).
    ConfigMethods {
        /// A PIN on a label.
        LABEL = 0x0004,
        /// A PIN on a display.
        DISPLAY = 0x0008,
        /// A button.
        PUSH_BUTTON = 0x0080,
        /// A PIN is typed in.
        KEYPAD = 0x0100,
        /// Set beside the display where it is a page of the gateway's own (Wi-Fi Simple
        /// Configuration 2, virtual display).
        ON_WEB_PAGE = 0x2000,
        /// What a control point announces for a PIN that the gateway shows (section 4.2).
        PIN_OF_ENROLLEE = 0x0108,
    }
}

impl ConfigMethods {
    /// Whether any of these ways is offered.
    pub fn offers(self, any_of: ConfigMethods) -> bool {
        self.0 & any_of.0 != 0
    }
}

numbers! {
    /// Which password the exchange uses (Device Password ID).
    DevicePasswordId {
        /// The PIN of the Enrollee.
        DEFAULT_PIN = 0,
        /// The push button.
        PUSH_BUTTON = 4,
        /// A PIN made by the Registrar.
        REGISTRAR_SPECIFIED = 5,
    }
}

numbers! {
    /// Why a device refuses to go on (Configuration Error).
    ConfigurationError {
        /// No error.
        NONE = 0,
        /// Encrypted Settings could not be decrypted.
        DECRYPTION_FAILURE = 2,
        /// Push buttons were pressed on several devices.
        MULTIPLE_BUTTONS = 12,
        /// Somebody else tries to get in.
        ROGUE_SUSPECTED = 13,
        /// Busy, or waiting for its button.
        DEVICE_BUSY = 14,
        /// Setup is locked after wrong PINs.
        SETUP_LOCKED = 15,
        /// A message took too long.
        MESSAGE_TIMEOUT = 16,
        /// The run took too long.
        SESSION_TIMEOUT = 17,
        /// The PIN is wrong.
        PASSWORD_FAILURE = 18,
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::NONE => "no error",
            Self::DECRYPTION_FAILURE => "decryption failure",
            Self::MULTIPLE_BUTTONS => "several buttons pressed",
            Self::ROGUE_SUSPECTED => "rogue activity suspected",
            Self::DEVICE_BUSY => "device busy",
            Self::SETUP_LOCKED => "setup locked",
            Self::MESSAGE_TIMEOUT => "message timeout",
            Self::SESSION_TIMEOUT => "session timeout",
            Self::PASSWORD_FAILURE => "password authentication failure",
            Self(number) => return write!(f, "configuration error {number}"),
        };
        write!(f, "{name} ({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_their_terminators_and_what_does_not_fit() {
        let read = |bytes: &[u8]| {
            Text::<8>::read(bytes)
                .expect("any bytes")
                .as_str()
                .to_owned()
        };
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\0", ""),
            (b"GW\0", "GW"),
            (b"GW\0\0", "GW"),
            (b"Gateway number two", "Gateway "),
            ("Gatewayü".as_bytes(), "Gateway"),
            (b"\xffGW", "\u{fffd}GW"),
        ] {
            assert_eq!(read(bytes), text, "{bytes:?}");
        }
        let mut written = Vec::new();
        Text::<8>::new("").write(&mut written);
        assert_eq!(written, [0]);
    }

    #[test]
    fn encrypted_settings_are_whole_blocks() {
        for (length, allowed) in [
            (0, false),
            (16, false),
            (31, false),
            (32, true),
            (33, false),
            (48, true),
        ] {
            assert_eq!(
                EncryptedSettings::new(vec![0; length]).is_some(),
                allowed,
                "{length}"
            );
        }
    }
}
