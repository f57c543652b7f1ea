//! The wall clock as text. The one place of this crate that reads it.

use std::time::Duration;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

/// Now, RFC 3339 in UTC with whole seconds.
pub fn now() -> String {
    format(OffsetDateTime::now_utc())
}

/// Now with milliseconds, for timelines.
pub fn now_precise() -> String {
    let now = OffsetDateTime::now_utc();
    let milliseconds = now.millisecond();
    let whole = format(now);
    format!("{}.{milliseconds:03}Z", whole.trim_end_matches('Z'))
}

/// A moment some time after another, both RFC 3339; the text itself when it is no moment.
pub fn later(start: &str, by: Duration) -> String {
    OffsetDateTime::parse(start, &Rfc3339)
        .map_or_else(|_| start.to_owned(), |start| format(start + by))
}

/// A moment some time before another, both RFC 3339; the text itself when it is no moment.
pub fn earlier(end: &str, by: Duration) -> String {
    OffsetDateTime::parse(end, &Rfc3339).map_or_else(|_| end.to_owned(), |end| format(end - by))
}

/// A time of a certificate, RFC 3339 in UTC.
///
/// # Errors
///
/// When OpenSSL cannot read the time.
pub(crate) fn certificate_time(time: &Asn1TimeRef) -> Result<String, ErrorStack> {
    let since = Asn1Time::from_unix(0)?.diff(time)?;
    let seconds = i64::from(since.days) * 86_400 + i64::from(since.secs);
    Ok(OffsetDateTime::from_unix_timestamp(seconds).map_or_else(|_| time.to_string(), format))
}

/// A span of time in its two largest units, the way both our languages write it.
pub(crate) fn span(seconds: u32) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// Seconds from one moment of a gateway to another; `None` when either is no moment. A moment
/// without a zone is taken as UTC, as gateways mean it.
pub fn seconds_between(from: &str, to: &str) -> Option<f64> {
    Some((moment(to)? - moment(from)?).as_seconds_f64())
}

fn moment(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .ok()
}

fn format(moment: OffsetDateTime) -> String {
    let whole = moment.replace_nanosecond(0).unwrap_or(moment);
    whole.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_one_form() {
        assert_eq!(
            later("2026-11-21T03:00:59Z", Duration::from_secs(2)),
            "2026-11-21T03:01:01Z"
        );
        assert_eq!(later("yesterday", Duration::from_secs(2)), "yesterday");
        assert!(now().ends_with('Z') && now().len() == 20, "{}", now());
        assert_eq!(now_precise().len(), 24);
    }

    #[test]
    fn a_time_of_a_certificate_is_written_like_any_other() {
        let time = Asn1Time::from_str("20540318120000Z").expect("a time");
        let text = certificate_time(&time).expect("it is read");
        assert_eq!(text, "2054-03-18T12:00:00Z");
    }
}
