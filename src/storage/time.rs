//! Instants in the API's format: RFC 3339 in UTC, always with six digits of a second.

use chrono::{DateTime, SecondsFormat, Utc};

/// Writes an instant given in microseconds since 1970.
pub(super) fn write_micros(micros: i64, out: &mut Vec<u8>) {
    write(DateTime::from_timestamp_micros(micros).unwrap_or_default(), out);
}

/// Writes an instant that SQLite stores as text, with as many digits of a second as it needs.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    // "2026-01-31T09:30:00.123+00:00": the date and the time to the second always take 19 bytes.
    let parts = text.strip_suffix("+00:00").and_then(|text| text.split_at_checked(19));
    let fraction = parts.and_then(|(_, rest)| match rest {
        "" => Some("000000"),
        _ => rest.strip_prefix('.').filter(|digits| digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit())),
    });
    match (parts, fraction) {
        (Some((seconds, _)), Some(fraction)) => {
            out.extend_from_slice(seconds.as_bytes());
            out.push(b'.');
            out.extend_from_slice(fraction.as_bytes());
            out.extend(std::iter::repeat_n(b'0', 6 - fraction.len()));
            out.push(b'Z');
        }
        _ => write(text.parse().unwrap_or_default(), out),
    }
}

fn write(time: DateTime<Utc>, out: &mut Vec<u8>) {
    out.extend_from_slice(time.to_rfc3339_opts(SecondsFormat::Micros, true).as_bytes());
}

#[cfg(test)]
mod tests {
    use chrono::SubsecRound;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_ways_write_what_chrono_writes(micros in -62_000_000_000_000_000_i64..253_000_000_000_000_000) {
            let time = DateTime::from_timestamp_micros(micros).unwrap();
            for time in [time, time.trunc_subsecs(3), time.trunc_subsecs(0)] {
                let expected = time.to_rfc3339_opts(SecondsFormat::Micros, true);
                let (mut from_text, mut from_micros) = (Vec::new(), Vec::new());
                write_text(&time.to_rfc3339_opts(SecondsFormat::AutoSi, false), &mut from_text);
                write_micros(time.timestamp_micros(), &mut from_micros);
                prop_assert_eq!(String::from_utf8(from_text).unwrap(), expected.clone());
                prop_assert_eq!(String::from_utf8(from_micros).unwrap(), expected);
            }
        }
    }
}
