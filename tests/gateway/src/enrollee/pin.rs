//! The PIN on the gateway's label.

use crate::secret::Secret;

/// Eight digits with a correct check digit.
#[derive(Debug, Clone)]
pub struct Pin(Secret<String>);

impl Pin {
    /// Reads a PIN; blanks and dashes are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|character| !matches!(character, ' ' | '-'))
            .collect();
        let well_formed = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        (well_formed && weighted_sum(&digits).is_multiple_of(10)).then(|| Self(Secret::new(digits)))
    }

    /// Completes a number below 10,000,000 with its check digit.
    pub fn from_number(number: u32) -> Self {
        let first = format!("{:07}", number % 10_000_000);
        let check = (10 - weighted_sum(&first) % 10) % 10;
        Self(Secret::new(format!("{first}{check}")))
    }

    /// The digits, for the label and the proof.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn weighted_sum(digits: &str) -> u32 {
    digits
        .bytes()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digit() {
        assert_eq!(Pin::from_number(1_234_567).expose(), "12345670");
        assert_eq!(Pin::from_number(4_922_687).expose(), "49226874");
        assert!(Pin::parse("1234-5670").is_some());
        for bad in ["12345671", "1234567", "", "1234567a", "123456700"] {
            assert!(Pin::parse(bad).is_none(), "{bad}");
        }
    }
}
