//! Dates of which parts may be unknown.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;

/// A date of which parts may be unknown: `1985-04-12`, `1985-04`, `1985` or `--04-12`.
///
/// **Invariant:** there is a year, or a month with a day; a day has a month; the parts make a date of the calendar
/// (February has 29 days where the year is unknown).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    year: Option<u16>,
    month: Option<u8>,
    day: Option<u8>,
}

/// The text is no such date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADate;

/// A leap year, for dates whose year is unknown.
const SOME_LEAP_YEAR: u16 = 2000;

impl PartialDate {
    /// The date of these parts; none where they make none.
    pub fn new(year: Option<u16>, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let is_shaped = match (year, month, day) {
            (Some(year), None, None) | (Some(year), Some(_), _) => (1..=9999).contains(&year),
            (None, Some(_), Some(_)) => true,
            _ => false,
        };
        let whole = (year.unwrap_or(SOME_LEAP_YEAR), month.unwrap_or(1), day.unwrap_or(1));
        let exists = NaiveDate::from_ymd_opt(whole.0.into(), whole.1.into(), whole.2.into()).is_some();
        (is_shaped && exists).then_some(Self { year, month, day })
    }

    /// Its year.
    pub fn year(self) -> Option<u16> {
        self.year
    }

    /// Its month, from 1.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// Its day, from 1.
    pub fn day(self) -> Option<u8> {
        self.day
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        fn number<T: FromStr>(text: &str, digits: usize) -> Option<T> {
            let is_plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            is_plain.then(|| text.parse().ok()).flatten()
        }
        let parsed = || {
            let (year, rest) = match text.strip_prefix("--") {
                Some(rest) => (None, Some(rest)),
                None => match text.split_once('-') {
                    Some((year, rest)) => (Some(number(year, 4)?), Some(rest)),
                    None => (Some(number(text, 4)?), None),
                },
            };
            let Some(rest) = rest else { return Self::new(year, None, None) };
            match rest.split_once('-') {
                Some((month, day)) => Self::new(year, Some(number(month, 2)?), Some(number(day, 2)?)),
                None => Self::new(year, Some(number(rest, 2)?), None),
            }
        };
        parsed().ok_or(NotADate)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year {
            Some(year) => write!(formatter, "{year:04}")?,
            None => formatter.write_str("-")?,
        }
        [self.month, self.day].into_iter().flatten().try_for_each(|part| write!(formatter, "-{part:02}"))
    }
}

#[cfg(test)]
mod tests {
    use super::PartialDate;

    #[test]
    fn dates_are_written_as_they_were_read() {
        for text in ["1985-04-12", "1985-04", "1985", "--04-12", "--02-29", "2000-02-29", "0001"] {
            assert_eq!(text.parse::<PartialDate>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in [
            "",
            "-",
            "--",
            "--04",
            "85",
            "1985-4",
            "1985-13",
            "1985-02-30",
            "0000",
            "2001-02-29",
            "1985-04-12-01",
            "+985",
        ] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
