//! [`Pin`]: the eight digits on a gateway's label or display.

use std::fmt;

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN whose check digit is right. Never printed, overwritten when dropped.
///
/// Eight digits, the last of which is a check digit; WPS also knows PINs of
/// four digits without one, and a few displays show them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pin {
    digits: [u8; 8],
    length: usize,
}

/// Why a text is not a PIN. Says nothing about which digits it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PinError {
    /// There is something besides digits, blanks, dashes and dots.
    #[error("a PIN has digits only")]
    NotADigit,
    /// Neither eight nor four digits.
    #[error("a PIN has 8 digits, this has {digits}")]
    Length {
        /// How many were typed.
        digits: usize,
    },
    /// The check digit does not fit: a typing mistake.
    #[error("this PIN has a typing mistake: its check digit does not fit")]
    CheckDigit,
}

impl Pin {
    /// Reads what a person typed: `1234 5670`, `1234-5670`, `1234.5670` and
    /// full-width digits are all the same PIN; leading zeros count.
    ///
    /// # Errors
    /// [`PinError`], which tells the user what to look for.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let mut pin = Self {
            digits: [0; 8],
            length: 0,
        };
        let mut count = 0usize;
        for character in text.chars() {
            if is_separator(character) {
                continue;
            }
            let digit = ascii_digit(character).ok_or(PinError::NotADigit)?;
            if let Some(place) = pin.digits.get_mut(count) {
                *place = digit;
            }
            count += 1;
        }
        pin.length = count;
        match count {
            8 if !check_digit_fits(&pin.digits) => Err(PinError::CheckDigit),
            4 | 8 => Ok(pin),
            digits => Err(PinError::Length { digits }),
        }
    }

    /// What stands for a PIN when the gateway's button is pressed (section 4.2).
    pub(crate) fn push_button() -> Self {
        Self {
            digits: *b"00000000",
            length: 8,
        }
    }

    /// The ASCII digits, for the proof of knowledge.
    pub(crate) fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    /// Both halves, which are proven one after the other (section 4.7).
    pub(crate) fn halves(&self) -> (&[u8], &[u8]) {
        self.digits().split_at(self.length / 2)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[PIN]")
    }
}

/// Blanks, and the dots and dashes people and labels put between groups.
fn is_separator(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '.' | '_' | '\u{ad}' | '\u{2010}'
                ..='\u{2015}'
                    | '\u{2212}'
                    | '\u{b7}'
                    | '\u{2022}'
                    | '\u{fe63}'
                    | '\u{ff0d}'
                    | '\u{ff0e}'
                    | '\u{200b}'
                    | '\u{feff}'
        )
}

fn ascii_digit(character: char) -> Option<u8> {
    let narrow = match character {
        '\u{ff10}'..='\u{ff19}' => u32::from(character) - 0xff10 + u32::from(b'0'),
        other => u32::from(other),
    };
    u8::try_from(narrow).ok().filter(u8::is_ascii_digit)
}

/// Digits weighted 3, 1, 3, 1, … add up to a multiple of ten.
fn check_digit_fits(digits: &[u8; 8]) -> bool {
    let weighted = digits.iter().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&[u8], PinError>) {
        let pin = Pin::parse(text);
        assert_eq!(
            pin.as_ref().map(Pin::digits),
            expected.as_ref().map(|d| *d),
            "{text}"
        );
    }

    #[test]
    fn any_spelling_is_the_same_pin() {
        for text in [
            "12345670",
            " 1234 5670\n",
            "1234-5670",
            "12.34.56.70",
            "1234\u{2013}5670",
            "1234\u{a0}5670",
            "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}\u{ff10}",
        ] {
            check(text, Ok(b"12345670"));
        }
        check("00000017", Ok(b"00000017"));
        check("0042", Ok(b"0042"));
    }

    #[test]
    fn mistakes_are_told_apart() {
        check("12345671", Err(PinError::CheckDigit));
        check("1234567", Err(PinError::Length { digits: 7 }));
        check("123456700", Err(PinError::Length { digits: 9 }));
        check("", Err(PinError::Length { digits: 0 }));
        check("1234567O", Err(PinError::NotADigit));
        check("1234/5670", Err(PinError::NotADigit));
    }

    #[test]
    fn a_pin_is_never_printed() {
        let pin = Pin::parse("12345670").expect("valid");
        assert_eq!(format!("{pin:?}"), "[PIN]");
        for error in [
            PinError::CheckDigit,
            PinError::NotADigit,
            PinError::Length { digits: 3 },
        ] {
            assert!(!format!("{error} {error:?}").contains("1234"));
        }
    }
}
