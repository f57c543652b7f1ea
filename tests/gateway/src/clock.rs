//! Dates as the protocols spell them.

use std::time::{SystemTime, UNIX_EPOCH};

use time::format_description::FormatItem;
use time::macros::format_description;
use time::OffsetDateTime;

const UPNP: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const HTTP: &[FormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// The present time as `2026-11-21T02:57:45Z`.
pub fn upnp_now() -> String {
    written(UPNP)
}

/// The present time as HTTP headers have it.
pub fn http_now() -> String {
    written(HTTP)
}

fn written(format: &[FormatItem<'_>]) -> String {
    OffsetDateTime::now_utc().format(format).unwrap_or_default()
}

/// Milliseconds since 1970.
pub fn unix_milliseconds() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #[test]
    fn shapes() {
        assert_eq!(super::upnp_now().len(), "2026-11-21T02:57:45Z".len());
        assert!(super::http_now().ends_with(" GMT"));
    }
}
