//! Instants that both databases can hold.

use chrono::{DateTime, Datelike, SubsecRound, Timelike, Utc};

/// True of the instants that both databases can hold and compare: the years 1 to 9999, without leap seconds.
pub fn is_possible(time: &DateTime<Utc>) -> bool {
    // The library keeps a leap second as more than a second's nanoseconds.
    (1..=9999).contains(&time.year()) && time.nanosecond() < 1_000_000_000
}

/// Reads an RFC 3339 instant, to the microsecond.
///
/// # Errors
/// The form that is expected instead.
pub fn parse(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let time = DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc().trunc_subsecs(6));
    time.filter(is_possible).ok_or(
        "An RFC 3339 instant of the years 1 to 9999 is expected, without leap seconds, such as 2026-01-31T09:30:00Z.",
    )
}
