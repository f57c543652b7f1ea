//! Attributes: the type, length and value triples every setup message is made of
//! (section 4.3).
//!
//! Read in any order, unknown ones skipped; written in the order of the standard,
//! because one known Enrollee reads them strictly in sequence.

use std::fmt;

use super::limits::{ATTRIBUTES_MAX, MESSAGE_MAX_BYTES};

/// Bytes of type and length in front of every value.
const HEADER_BYTES: usize = 4;

/// What an attribute means.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttributeType(pub u16);

macro_rules! attribute_types {
    ($($constant:ident = $number:literal $name:literal,)*) => {
        impl AttributeType {
            $(#[doc = $name] pub const $constant: AttributeType = AttributeType($number);)*

            /// The standard's name, if it is one of those this crate knows.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(AttributeType::$constant => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

attribute_types! {
    ASSOCIATION_STATE = 0x1002 "Association State",
    AUTHENTICATION_TYPE_FLAGS = 0x1004 "Authentication Type Flags",
    AUTHENTICATOR = 0x1005 "Authenticator",
    CONFIG_METHODS = 0x1008 "Config Methods",
    CONFIGURATION_ERROR = 0x1009 "Configuration Error",
    CONNECTION_TYPE_FLAGS = 0x100d "Connection Type Flags",
    ENCRYPTION_TYPE_FLAGS = 0x1010 "Encryption Type Flags",
    DEVICE_NAME = 0x1011 "Device Name",
    DEVICE_PASSWORD_ID = 0x1012 "Device Password ID",
    E_HASH1 = 0x1014 "E-Hash1",
    E_HASH2 = 0x1015 "E-Hash2",
    E_SNONCE1 = 0x1016 "E-SNonce1",
    E_SNONCE2 = 0x1017 "E-SNonce2",
    ENCRYPTED_SETTINGS = 0x1018 "Encrypted Settings",
    ENROLLEE_NONCE = 0x101a "Enrollee Nonce",
    KEY_WRAP_AUTHENTICATOR = 0x101e "Key Wrap Authenticator",
    MAC_ADDRESS = 0x1020 "MAC Address",
    MANUFACTURER = 0x1021 "Manufacturer",
    MESSAGE_TYPE = 0x1022 "Message Type",
    MODEL_NAME = 0x1023 "Model Name",
    MODEL_NUMBER = 0x1024 "Model Number",
    OS_VERSION = 0x102d "OS Version",
    PUBLIC_KEY = 0x1032 "Public Key",
    REGISTRAR_NONCE = 0x1039 "Registrar Nonce",
    RF_BANDS = 0x103c "RF Bands",
    R_HASH1 = 0x103d "R-Hash1",
    R_HASH2 = 0x103e "R-Hash2",
    R_SNONCE1 = 0x103f "R-SNonce1",
    R_SNONCE2 = 0x1040 "R-SNonce2",
    SERIAL_NUMBER = 0x1042 "Serial Number",
    SETUP_STATE = 0x1044 "Wi-Fi Protected Setup State",
    UUID_E = 0x1047 "UUID-E",
    UUID_R = 0x1048 "UUID-R",
    VENDOR_EXTENSION = 0x1049 "Vendor Extension",
    VERSION = 0x104a "Version",
    PRIMARY_DEVICE_TYPE = 0x1054 "Primary Device Type",
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "attribute 0x{:04x}", self.0),
        }
    }
}

impl fmt::Debug for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why bytes are no setup message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// The message is longer than any real one.
    #[error("the setup message has {bytes} bytes, more than any real one")]
    TooLong {
        /// Length of the message.
        bytes: usize,
    },
    /// The message has more attributes than any real one.
    #[error("the setup message has more attributes than any real one")]
    TooMany,
    /// The message ends inside an attribute.
    #[error("the setup message ends inside the attribute at byte {at}")]
    Truncated {
        /// Where the attribute starts.
        at: usize,
    },
    /// A required attribute is not there.
    #[error("{0} is missing")]
    Missing(AttributeType),
    /// An attribute that can be there once is there again, with another value or the same.
    #[error("{0} is there twice")]
    Repeated(AttributeType),
    /// The value has the wrong length, or no allowed content.
    #[error("{0} has a value that is not allowed")]
    Value(AttributeType),
    /// The message is authenticated, but goes on after its Authenticator.
    #[error("{0} is not the last attribute")]
    NotLast(AttributeType),
}

/// The attributes of one message, in the order they came.
#[derive(Clone, PartialEq, Eq)]
pub struct Attributes<'a> {
    entries: Vec<(AttributeType, &'a [u8])>,
}

impl<'a> Attributes<'a> {
    /// Splits a message into its attributes.
    ///
    /// # Errors
    ///
    /// When an attribute claims more bytes than are left, or a limit is passed.
    pub fn parse(message: &'a [u8]) -> Result<Self, AttributeError> {
        if message.len() > MESSAGE_MAX_BYTES {
            return Err(AttributeError::TooLong {
                bytes: message.len(),
            });
        }
        let mut entries = Vec::new();
        let mut rest = message;
        while !rest.is_empty() {
            let truncated = AttributeError::Truncated {
                at: message.len() - rest.len(),
            };
            let Some((&[t0, t1, l0, l1], after)) = rest.split_first_chunk::<HEADER_BYTES>() else {
                return Err(truncated);
            };
            let length = usize::from(u16::from_be_bytes([l0, l1]));
            let Some((value, after)) = after.split_at_checked(length) else {
                return Err(truncated);
            };
            if entries.len() == ATTRIBUTES_MAX {
                return Err(AttributeError::TooMany);
            }
            entries.push((AttributeType(u16::from_be_bytes([t0, t1])), value));
            rest = after;
        }
        Ok(Attributes { entries })
    }

    /// Value of an attribute that may be missing.
    ///
    /// # Errors
    ///
    /// When it is there more than once: which one was meant nobody can say.
    pub fn optional(&self, wanted: AttributeType) -> Result<Option<&'a [u8]>, AttributeError> {
        let mut values = self.entries.iter().filter(|(found, _)| *found == wanted);
        let first = values.next().map(|(_, value)| *value);
        match values.next() {
            Some(_) => Err(AttributeError::Repeated(wanted)),
            None => Ok(first),
        }
    }

    /// Value of an attribute that must be there.
    ///
    /// # Errors
    ///
    /// When it is missing or there more than once.
    pub fn required(&self, wanted: AttributeType) -> Result<&'a [u8], AttributeError> {
        self.optional(wanted)?
            .ok_or(AttributeError::Missing(wanted))
    }

    /// Types and values in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (AttributeType, &'a [u8])> + '_ {
        self.entries.iter().copied()
    }
}

impl fmt::Debug for Attributes<'_> {
    // Values may be secret, and are never worth a log line: only the types.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.entries.iter().map(|(found, _)| found))
            .finish()
    }
}

/// Appends one attribute.
///
/// # Panics
///
/// When the value is longer than an attribute can be; no caller in this crate has one.
pub fn write(message: &mut Vec<u8>, attribute: AttributeType, value: &[u8]) {
    let length = u16::try_from(value.len()).expect("invariant: values fit an attribute");
    message.extend_from_slice(&attribute.0.to_be_bytes());
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_attribute_that_claims_too_much_is_an_error() {
        for (bytes, at) in [
            (&[0x10][..], 0),
            (&[0x10, 0x4a, 0], 0),
            (&[0x10, 0x4a, 0, 2, 0x10], 0),
            (&[0x10, 0x4a, 0, 1, 0x10, 0x10, 0x22, 0xff, 0xff, 4], 5),
            (&[0x10, 0x4a, 0, 1, 0x10, 0], 5),
        ] {
            assert_eq!(
                Attributes::parse(bytes),
                Err(AttributeError::Truncated { at }),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn unknown_attributes_are_skipped_and_repeated_ones_refused() {
        let bytes = [
            0x7f, 0x01, 0, 1, 9, 0x10, 0x4a, 0, 1, 0x10, 0x10, 0x49, 0, 0, 0x10, 0x49, 0, 0,
        ];
        let attributes = Attributes::parse(&bytes).expect("valid");
        assert_eq!(attributes.required(AttributeType::VERSION), Ok(&[0x10][..]));
        assert_eq!(
            attributes.required(AttributeType::UUID_E),
            Err(AttributeError::Missing(AttributeType::UUID_E))
        );
        assert_eq!(
            attributes.optional(AttributeType::VENDOR_EXTENSION),
            Err(AttributeError::Repeated(AttributeType::VENDOR_EXTENSION))
        );
    }

    #[test]
    fn types_have_the_standards_names() {
        assert_eq!(AttributeType::E_HASH1.to_string(), "E-Hash1");
        assert_eq!(AttributeType(0x1234).to_string(), "attribute 0x1234");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            entries in proptest::collection::vec((any::<u16>(), proptest::collection::vec(any::<u8>(), 0..40)), 0..20)
        ) {
            let mut message = Vec::new();
            for (attribute, value) in &entries {
                write(&mut message, AttributeType(*attribute), value);
            }
            let attributes = Attributes::parse(&message).expect("valid");
            let read: Vec<_> = attributes.iter().map(|(found, value)| (found.0, value.to_vec())).collect();
            prop_assert_eq!(read, entries);
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Attributes::parse(&bytes);
        }
    }
}
