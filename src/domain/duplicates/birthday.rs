//! Birthdays, and how two of them agree.

use super::distance::is_misread;

/// A birthday, perhaps without its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Birthday {
    year: u16,
    month: u8,
    day: u8,
}

/// Agreement of two birthdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayAgreement {
    /// One is not known.
    Unknown,
    Same,
    /// The days agree, and a year is not known.
    SameDay,
    /// One digit differs, or two numbers are swapped.
    Near,
    Different,
}

impl Birthday {
    pub(super) fn parse(text: &str) -> Self {
        let number = |part: &str| part.parse::<u16>().ok();
        let small = |part: &str| part.parse::<u8>().ok();
        let parts = match text.strip_prefix("--") {
            Some(day) => day.split_once('-').map(|(month, day)| (Some(0), small(month), small(day))),
            None => text.split_once('-').and_then(|(year, rest)| {
                rest.split_once('-').map(|(month, day)| (number(year), small(month), small(day)))
            }),
        };
        match parts {
            Some((Some(year), Some(month), Some(day))) => Self { year, month, day },
            _ => Self::default(),
        }
    }

    pub(super) fn is_known(self) -> bool {
        self.month > 0 && self.day > 0
    }

    pub(super) fn number(self) -> u32 {
        u32::from(self.year) * 10_000 + u32::from(self.month) * 100 + u32::from(self.day)
    }

    pub(super) fn agreement(self, other: Self) -> DayAgreement {
        if !self.is_known() || !other.is_known() {
            return DayAgreement::Unknown;
        }
        if self == other {
            return if self.year == 0 { DayAgreement::SameDay } else { DayAgreement::Same };
        }
        if self.year == 0 || other.year == 0 {
            let is_same = (self.month, self.day) == (other.month, other.day);
            return if is_same { DayAgreement::SameDay } else { DayAgreement::Different };
        }
        let is_swapped = self.year == other.year && (self.month, self.day) == (other.day, other.month);
        let is_near = is_swapped || is_misread(self.number().into(), other.number().into());
        if is_near { DayAgreement::Near } else { DayAgreement::Different }
    }
}
