//! Setup messages: which attributes each has, and in which order (section 4.4).
//!
//! The Authenticator that ends M2 to M8 is no field of theirs: it covers the bytes, so
//! [`keys`](super::keys) appends and checks it on the bytes.

use super::attribute::{AttributeError, AttributeType, Attributes};

mod enrollee;
mod registrar;
mod value;

pub use enrollee::{Ack, Done, M1, M3, M5, M7};
pub use registrar::{M2d, Nack, M2, M4, M6, M8};
pub use value::{
    ConfigMethods, ConfigurationError, DevicePasswordId, EncryptedSettings, Text, Value,
};

/// Version written; its upper half is what counts.
pub const VERSION: u8 = 0x10;

/// Public keys are this long, padded on the left, in bytes.
pub const PUBLIC_KEY_BYTES: usize = 192;

/// Primary Device Type of a computer: category 1, the Wi-Fi Alliance, subcategory 1.
pub const COMPUTER: [u8; 8] = [0, 1, 0, 0x50, 0xf2, 4, 0, 1];

macro_rules! message_types {
    ($($(#[$doc:meta])* $name:ident = $number:literal $spelling:literal,)*) => {
        /// Which message it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MessageType {
            $($(#[$doc])* $name = $number,)*
        }

        impl MessageType {
            /// Every message type, by number.
            pub const ALL: &'static [MessageType] = &[$(MessageType::$name),*];

            /// The standard's name.
            pub fn name(self) -> &'static str {
                match self {
                    $(MessageType::$name => $spelling,)*
                }
            }
        }
    };
}

message_types! {
    /// The Enrollee introduces itself.
    M1 = 0x04 "M1",
    /// The Registrar's public key.
    M2 = 0x05 "M2",
    /// The Registrar says how it would like to be introduced.
    M2d = 0x06 "M2D",
    /// The Enrollee's commitment to the password.
    M3 = 0x07 "M3",
    /// The Registrar's commitment, and proof of the first half.
    M4 = 0x08 "M4",
    /// The Enrollee's proof of the first half.
    M5 = 0x09 "M5",
    /// The Registrar's proof of the second half.
    M6 = 0x0a "M6",
    /// The Enrollee's proof of the second half.
    M7 = 0x0b "M7",
    /// The Registrar's settings: none.
    M8 = 0x0c "M8",
    /// Go on.
    Ack = 0x0d "WSC_ACK",
    /// Stop.
    Nack = 0x0e "WSC_NACK",
    /// Introduced.
    Done = 0x0f "WSC_Done",
}

impl std::fmt::Display for MessageType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why bytes are not the message that was wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// There is no message at all.
    #[error("there is no setup message")]
    Empty,
    /// The bytes are no message of its type.
    #[error(transparent)]
    Malformed(#[from] AttributeError),
    /// It is a message, but another one.
    #[error("{0} in place of the message that was wanted")]
    Unexpected(MessageType),
}

/// A setup message.
pub trait Message: Sized {
    /// Which one.
    const TYPE: MessageType;

    /// Reads what follows version and type.
    ///
    /// # Errors
    ///
    /// When a required attribute is missing or not allowed.
    fn read(attributes: &Attributes<'_>) -> Result<Self, AttributeError>;

    /// The whole message, without Authenticator.
    fn write(&self) -> Vec<u8>;

    /// Reads a whole message.
    ///
    /// # Errors
    ///
    /// When the bytes are no message, or another one.
    fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let (found, attributes) = open(bytes)?;
        if found == Self::TYPE {
            Ok(Self::read(&attributes)?)
        } else {
            Err(MessageError::Unexpected(found))
        }
    }
}

/// Splits a message and says which one it is.
///
/// # Errors
///
/// When the bytes are no message of a known version and type.
pub fn open(bytes: &[u8]) -> Result<(MessageType, Attributes<'_>), MessageError> {
    // One known control point and device take a single byte for an empty message too.
    if bytes.len() <= 1 {
        return Err(MessageError::Empty);
    }
    let attributes = Attributes::parse(bytes)?;
    let version: u8 = required(&attributes, AttributeType::VERSION)?;
    if version & 0xf0 != VERSION {
        return Err(AttributeError::Value(AttributeType::VERSION).into());
    }
    let number: u8 = required(&attributes, AttributeType::MESSAGE_TYPE)?;
    let found = MessageType::ALL
        .iter()
        .find(|known| **known as u8 == number);
    match found {
        Some(found) => Ok((*found, attributes)),
        None => Err(AttributeError::Value(AttributeType::MESSAGE_TYPE).into()),
    }
}

/// Value of an attribute that must be there.
///
/// # Errors
///
/// When it is missing, repeated or not allowed.
pub fn required<T: Value>(
    attributes: &Attributes<'_>,
    wanted: AttributeType,
) -> Result<T, AttributeError> {
    T::read(attributes.required(wanted)?).ok_or(AttributeError::Value(wanted))
}

/// Value of an attribute that may be missing.
///
/// # Errors
///
/// When it is repeated or not allowed.
pub fn optional<T: Value>(
    attributes: &Attributes<'_>,
    wanted: AttributeType,
) -> Result<Option<T>, AttributeError> {
    match attributes.optional(wanted)? {
        Some(bytes) => T::read(bytes)
            .ok_or(AttributeError::Value(wanted))
            .map(Some),
        None => Ok(None),
    }
}

/// Appends one attribute.
pub fn put<T: Value>(message: &mut Vec<u8>, attribute: AttributeType, value: &T) {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    super::attribute::write(message, attribute, &bytes);
}

/// Defines a message by its attributes in the order of the standard. `or` gives the
/// value that stands in when a device leaves the attribute out.
macro_rules! message {
    (@read $attributes:ident $attribute:ident) => { $crate::wps::message::required($attributes, AttributeType::$attribute)? };
    (@read $attributes:ident $attribute:ident $default:expr) => {
        $crate::wps::message::optional($attributes, AttributeType::$attribute)?.unwrap_or($default)
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty = $attribute:ident $(or $default:expr)?,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl Message for $name {
            const TYPE: MessageType = MessageType::$name;

            fn read(attributes: &Attributes<'_>) -> Result<Self, AttributeError> {
                Ok($name { $($field: message!(@read attributes $attribute $($default)?),)* })
            }

            fn write(&self) -> Vec<u8> {
                let mut message = Vec::new();
                put(&mut message, AttributeType::VERSION, &VERSION);
                put(&mut message, AttributeType::MESSAGE_TYPE, &(Self::TYPE as u8));
                $(put(&mut message, AttributeType::$attribute, &self.$field);)*
                message
            }
        }
    };
}
use message;

#[cfg(test)]
mod tests;
