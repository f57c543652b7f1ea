//! Text forms of the built-in and named types that no facet describes.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The boolean a text stands for: what gateways send and people type.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let is = |word: &&str| text.eq_ignore_ascii_case(word);
    if ["1", "true", "yes", "on"].iter().any(is) {
        Some(true)
    } else if ["0", "false", "no", "off"].iter().any(is) {
        Some(false)
    } else {
        None
    }
}

/// A whole number of up to 64 bits, signed or not.
pub(super) fn whole_number(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A number with more digits than fit is as far out of range as the largest that does.
    Some(text.parse().unwrap_or(if text.starts_with('-') {
        i128::MIN
    } else {
        i128::MAX
    }))
}

/// A decimal number without exponent.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    !(whole.is_empty() && fraction.is_empty())
        && whole
            .bytes()
            .chain(fraction.bytes())
            .all(|byte| byte.is_ascii_digit())
}

/// XML Schema dateTime with a four-digit year; fraction and time zone may be missing.
///
/// `0001-01-01T00:00:00Z` ("unknown time") and the years before it count as dates.
pub(super) fn is_date_time(text: &str) -> bool {
    date_time(text).is_some()
}

fn date_time(text: &str) -> Option<()> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = fields(date, '-', [4, 2, 2])?;
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, "Z"),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = fields(clock, ':', [2, 2, 2])?;
    let zone_is_good = zone == "Z"
        || fields(zone.get(1..)?, ':', [2, 2]).is_some_and(|[hours, minutes]| {
            minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0)) && !zone.starts_with('Z')
        });
    let good = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        // 60 for a leap second, which a gateway's clock may well show.
        && second <= 60
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && zone_is_good;
    good.then_some(())
}

fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next()?;
        if part.len() != width || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Number of octets a base64 text holds, `None` if it is not base64. Blanks do not count.
pub(super) fn base64_octets(text: &str) -> Option<usize> {
    let characters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if !characters.len().is_multiple_of(4) {
        return None;
    }
    let padding = characters
        .iter()
        .rev()
        .take_while(|byte| **byte == b'=')
        .count();
    let (data, _) = characters.split_at(characters.len() - padding);
    if padding > 2 {
        return None;
    }
    let good = data
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    good.then_some(characters.len() / 4 * 3 - padding)
}

/// Number of octets in a text of hexadecimal pairs, `None` if it is not that.
pub(super) fn hex_octets(text: &str) -> Option<usize> {
    (text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then_some(text.len() / 2)
}

/// Dotted decimal, four numbers without leading zeros (which some systems would read as octal).
pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Any of the three forms of RFC 4291 section 2.2, without a zone.
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// Which addresses a prefix may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
    Either,
}

/// `address/length`; the models also allow `/length` alone (TR-106 IPPrefix).
pub(super) fn is_prefix(text: &str, family: Family) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    if length.is_empty() || length.len() > 3 || !length.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let Ok(length) = length.parse::<u32>() else {
        return false;
    };
    let v4 = family != Family::V6 && length <= 32 && (address.is_empty() || is_ipv4(address));
    let v6 = family != Family::V4 && length <= 128 && (address.is_empty() || is_ipv6(address));
    v4 || v6
}

/// `separator`-joined pairs of hexadecimal digits, `count` of them.
pub(super) fn is_octet_string(text: &str, count: usize) -> bool {
    let mut pairs = 0;
    text.split(':').all(|pair| {
        pairs += 1;
        pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit())
    }) && pairs == count
}

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(text: &str) -> bool {
    let mut widths = [8, 4, 4, 4, 12].into_iter();
    text.split('-').all(|part| {
        widths.next() == Some(part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    }) && widths.next().is_none()
}

/// Printable ASCII without blanks (RFC 3986). Deliberately no more: gateways take forms no URL
/// parser does, such as a bare host and port.
pub(super) fn is_url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether XML 1.0 can carry the character.
pub(super) fn is_sendable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_in_every_spelling() {
        for text in ["1", "true", "TRUE", "True", "yes", "on"] {
            assert_eq!(boolean(text), Some(true), "{text}");
        }
        for text in ["0", "false", "FALSE", "no", "Off"] {
            assert_eq!(boolean(text), Some(false), "{text}");
        }
        for text in ["", "2", "truee", "01", " 1", "-1"] {
            assert_eq!(boolean(text), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("+7", Some(7)),
            ("007", Some(7)),
            ("18446744073709551615", Some(18_446_744_073_709_551_615)),
            (
                "9999999999999999999999999999999999999999999",
                Some(i128::MAX),
            ),
            (
                "-9999999999999999999999999999999999999999999",
                Some(i128::MIN),
            ),
            ("", None),
            ("-", None),
            ("1.0", None),
            ("1e3", None),
            ("0x10", None),
            ("١", None),
        ] {
            assert_eq!(whole_number(text), expected, "{text}");
        }
    }

    #[test]
    fn decimals() {
        for text in ["0", "1.5", "-1.5", "+.5", "5."] {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["", ".", "-", "1,5", "1e3", "1.2.3", "NaN"] {
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn dates_and_times() {
        for text in [
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-01-31T12:00:00.123456+02:00",
            "0001-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2024-02-29T23:59:60Z",
            "2000-02-29T00:00:00-14:00",
        ] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "",
            "2026-01-31",
            "12:00:00",
            "2026-1-31T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-00-01T12:00:00Z",
            "2026-02-29T12:00:00Z",
            "1900-02-29T12:00:00Z",
            "2026-04-31T12:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:61Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31T12:00:00+15:00",
            "2026-01-31T12:00:00+14:01",
            "2026-01-31T12:00:00Z00:00",
            "2026-01-31T12:00:00+é",
            "2026-01-31 12:00:00Z",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }

    #[test]
    fn octets_of_binary_forms() {
        for (text, octets) in [
            ("", Some(0)),
            ("QQ==", Some(1)),
            ("QUI=", Some(2)),
            ("QUJD", Some(3)),
            ("QUJD\nQUJD", Some(6)),
            ("QUJ", None),
            ("Q===", None),
            ("====", None),
            ("QU=D", None),
            ("QU-D", None),
        ] {
            assert_eq!(base64_octets(text), octets, "{text}");
        }
        for (text, octets) in [
            ("", Some(0)),
            ("0aFF", Some(2)),
            ("0", None),
            ("0g", None),
            ("éa", None),
        ] {
            assert_eq!(hex_octets(text), octets, "{text}");
        }
    }

    #[test]
    fn addresses() {
        for (text, v4, v6) in [
            ("192.168.1.1", true, false),
            ("255.255.255.0", true, false),
            ("256.1.1.1", false, false),
            ("01.2.3.4", false, false),
            ("1.2.3", false, false),
            ("2001:db8::1", false, true),
            ("::ffff:13.1.68.3", false, true),
            ("fe80::1%eth0", false, false),
            ("", false, false),
        ] {
            assert_eq!(is_ipv4(text), v4, "{text}");
            assert_eq!(is_ipv6(text), v6, "{text}");
        }
    }

    #[test]
    fn prefixes() {
        for (text, v4, v6) in [
            ("192.168.1.0/24", true, false),
            ("192.168.1.0/33", false, false),
            ("2001:db8::/64", false, true),
            ("2001:db8::/129", false, false),
            ("/24", true, true),
            ("/64", false, true),
            ("192.168.1.0", false, false),
            ("192.168.1.0/", false, false),
            ("192.168.1.0/+1", false, false),
            ("192.168.1.0/0024", false, false),
        ] {
            assert_eq!(is_prefix(text, Family::V4), v4, "{text}");
            assert_eq!(is_prefix(text, Family::V6), v6, "{text}");
            assert_eq!(is_prefix(text, Family::Either), v4 || v6, "{text}");
        }
    }

    #[test]
    fn hardware_addresses_uuids_and_urls() {
        assert!(is_octet_string("00:11:22:aa:BB:ff", 6));
        assert!(!is_octet_string("00:11:22:aa:BB", 6));
        assert!(!is_octet_string("00-11-22-aa-BB-ff", 6));
        assert!(!is_octet_string("00:11:22:aa:BB:fg", 6));
        assert!(is_octet_string("00:11:22:aa:BB:ff:00:01", 8));
        assert!(is_uuid("123e4567-e89b-12d3-a456-426614174000"));
        assert!(!is_uuid("123e4567e89b12d3a456426614174000"));
        assert!(!is_uuid("123e4567-e89b-12d3-a456-42661417400g"));
        assert!(!is_uuid("123e4567-e89b-12d3-a456-426614174000-"));
        assert!(is_url("https://acs.example.com:7547/cwmp?x=1"));
        assert!(!is_url("https://acs.example.com/a b"));
        assert!(!is_url("https://exämple.com/"));
    }

    #[test]
    fn characters_xml_cannot_carry() {
        for character in ['\0', '\u{1}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            assert!(!is_sendable(character), "{character:?}");
        }
        for character in ['\t', '\n', 'a', 'ß', '😀'] {
            assert!(is_sendable(character), "{character:?}");
        }
    }
}
