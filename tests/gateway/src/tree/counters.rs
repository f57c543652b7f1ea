//! Values that move with the clock: counters, ages, wobbling measurements, times of day.
//!
//! The clock is passed in as milliseconds since 1970; nothing here reads one.

use std::fmt::Write as _;

use time::{OffsetDateTime, UtcOffset};

/// How a value follows from the clock.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Computed {
    /// Grows from `start` by so many thousandths a second.
    Counter {
        start: u64,
        per_second_milli: u64,
        wraps_32: bool,
    },
    /// Seconds since a moment, given in milliseconds relative to the boot.
    SecondsSince { relative_ms: i64 },
    /// Seconds since a moment of the clock.
    SecondsSinceMoment { unix_ms: u64 },
    /// A moment, given in seconds relative to the boot.
    Moment { relative_s: i64 },
    /// Time of day in the gateway's zone.
    LocalTime,
    /// Time of day in UTC.
    UtcTime,
    /// A measurement that swings around a middle, with a period in seconds.
    Wave {
        middle: i64,
        swing: i64,
        period_s: u32,
    },
    /// Rows of the sibling table of this name; counted by the tree.
    RowCount { table: u32 },
}

/// The gateway's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub now_ms: u64,
    pub booted_ms: u64,
    pub started: bool,
    /// Counters begin at zero after a reboot, but look well used at first.
    pub first_boot: bool,
}

/// 15 January 2026, 09:00 UTC: the time before anybody has told the gateway the time.
const UNTOLD_MS: u64 = 1_768_467_600_000;

impl Default for Clock {
    fn default() -> Self {
        Self {
            now_ms: UNTOLD_MS,
            booted_ms: UNTOLD_MS,
            started: false,
            first_boot: true,
        }
    }
}

impl Computed {
    /// Appends the value at this moment. Row counts are not known here and append nothing.
    pub fn write(&self, clock: &Clock, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match *self {
            Self::Counter {
                start,
                per_second_milli,
                wraps_32,
            } => {
                let grown_ms = u128::from(clock.now_ms.saturating_sub(clock.booted_ms));
                let grown = grown_ms * u128::from(per_second_milli) / 1_000_000;
                let start = if clock.first_boot { start } else { 0 };
                let value = u128::from(start) + grown;
                write!(
                    out,
                    "{}",
                    if wraps_32 {
                        value & 0xFFFF_FFFF
                    } else {
                        value & u128::from(u64::MAX)
                    }
                )
            }
            Self::SecondsSince { relative_ms } => {
                let then = i128::from(clock.booted_ms)
                    + i128::from(if clock.first_boot {
                        relative_ms
                    } else {
                        relative_ms.max(0)
                    });
                write!(
                    out,
                    "{}",
                    ((i128::from(clock.now_ms) - then) / 1000).clamp(0, i128::from(u32::MAX))
                )
            }
            Self::SecondsSinceMoment { unix_ms } => {
                write!(out, "{}", clock.now_ms.saturating_sub(unix_ms) / 1000)
            }
            Self::Moment { relative_s } => {
                let seconds = i128::from(clock.booted_ms) / 1000 + i128::from(relative_s);
                write_utc(u64::try_from(seconds).unwrap_or(0) * 1000, out)
            }
            Self::LocalTime => write_local(clock.now_ms, out),
            Self::UtcTime => write_utc(clock.now_ms, out),
            Self::Wave {
                middle,
                swing,
                period_s,
            } => {
                let phase = clock.now_ms as f64 / 1000.0 / f64::from(period_s.max(1))
                    * std::f64::consts::TAU;
                write!(
                    out,
                    "{}",
                    middle + (phase.sin() * swing as f64).round() as i64
                )
            }
            Self::RowCount { .. } => Ok(()),
        };
    }
}

/// `2026-01-15T09:00:00Z`.
pub(crate) fn write_utc(unix_ms: u64, out: &mut String) -> std::fmt::Result {
    write_fields(moment(unix_ms), out)?;
    out.write_char('Z')
}

/// The date and time without a zone.
pub(crate) fn write_without_zone(unix_ms: u64, out: &mut String) -> std::fmt::Result {
    write_fields(moment(unix_ms), out)
}

/// Central European time with its offset, summer time included.
fn write_local(unix_ms: u64, out: &mut String) -> std::fmt::Result {
    let utc = moment(unix_ms);
    let hours: i8 = if is_european_summer(utc) { 2 } else { 1 };
    let local = UtcOffset::from_hms(hours, 0, 0).map_or(utc, |offset| utc.to_offset(offset));
    write_fields(local, out)?;
    write!(out, "+0{hours}:00")
}

fn moment(unix_ms: u64) -> OffsetDateTime {
    let seconds = i64::try_from(unix_ms / 1000).unwrap_or(0);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn write_fields(at: OffsetDateTime, out: &mut String) -> std::fmt::Result {
    let (month, day) = (u8::from(at.month()), at.day());
    write!(
        out,
        "{:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}",
        at.year(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// From the last Sunday of March to the last Sunday of October, each at 01:00 UTC.
fn is_european_summer(utc: OffsetDateTime) -> bool {
    let month = u8::from(utc.month());
    let last_sunday_passed = || {
        let days_since_sunday = utc.weekday().number_days_from_sunday();
        let last_sunday_was = utc.day().saturating_sub(days_since_sunday);
        let in_last_week = last_sunday_was + 7 > 31;
        in_last_week && (days_since_sunday > 0 || utc.hour() >= 1)
    };
    match month {
        3 => last_sunday_passed(),
        4..=9 => true,
        10 => !last_sunday_passed(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(computed: &Computed, clock: &Clock) -> String {
        let mut out = String::new();
        computed.write(clock, &mut out);
        out
    }

    #[test]
    fn counters_grow_and_begin_at_zero_after_a_reboot() {
        let mut clock = Clock {
            booted_ms: 1_000_000,
            now_ms: 1_010_000,
            ..Clock::default()
        };
        let counter = Computed::Counter {
            start: 100,
            per_second_milli: 1500,
            wraps_32: false,
        };
        assert_eq!(text(&counter, &clock), "115");
        clock.first_boot = false;
        assert_eq!(text(&counter, &clock), "15");
        let wrapping = Computed::Counter {
            start: u64::from(u32::MAX),
            per_second_milli: 1000,
            wraps_32: true,
        };
        clock.first_boot = true;
        assert_eq!(text(&wrapping, &clock), "9");
    }

    #[test]
    fn local_time_follows_summer_time() {
        let at = |unix_s: u64| {
            text(
                &Computed::LocalTime,
                &Clock {
                    now_ms: unix_s * 1000,
                    ..Clock::default()
                },
            )
        };
        assert_eq!(at(1_768_467_600), "2026-01-15T10:00:00+01:00");
        assert_eq!(at(1_784_106_000), "2026-07-15T11:00:00+02:00");
        // The hour before and after the change on 29 March 2026.
        assert_eq!(at(1_774_745_999), "2026-03-29T01:59:59+01:00");
        assert_eq!(at(1_774_746_000), "2026-03-29T03:00:00+02:00");
        assert_eq!(at(1_792_889_999), "2026-10-25T02:59:59+02:00");
        assert_eq!(at(1_792_890_000), "2026-10-25T02:00:00+01:00");
    }
}
