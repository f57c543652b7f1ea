//! The wall clock as text. The one place of this crate that reads it.

use std::time::Duration;

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
}
