//! The limits of the WPS exchange, in one place.

/// Largest setup message read, in bytes. The largest of a run has about 400; vendor
/// extensions and credentials may add a few hundred more.
pub const MESSAGE_MAX_BYTES: usize = 8192;

/// Most attributes read from one setup message. The longest, M1, has 22.
pub const ATTRIBUTES_MAX: usize = 128;

/// Most attempts to find a Diffie-Hellman key pair whose public key and shared secret
/// both start with a non-zero byte. One attempt in about 128 fails.
pub const KEY_PAIR_ATTEMPTS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wps::attribute::{AttributeError, Attributes};

    #[test]
    fn oversize_messages_are_refused() {
        let too_long = vec![0; MESSAGE_MAX_BYTES + 1];
        assert_eq!(
            Attributes::parse(&too_long).err(),
            Some(AttributeError::TooLong {
                bytes: MESSAGE_MAX_BYTES + 1
            })
        );
    }

    #[test]
    fn messages_of_very_many_attributes_are_refused() {
        let empty_attribute = [0x10, 0x49, 0, 0];
        assert!(Attributes::parse(&empty_attribute.repeat(ATTRIBUTES_MAX)).is_ok());
        assert_eq!(
            Attributes::parse(&empty_attribute.repeat(ATTRIBUTES_MAX + 1)).err(),
            Some(AttributeError::TooMany)
        );
    }
}
