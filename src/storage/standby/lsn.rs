//! Positions in PostgreSQL's write-ahead log.

use std::{fmt, str::FromStr};

/// Position in the write-ahead log (LSN), written as PostgreSQL writes it: `16/B374D848`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lsn(u64);

impl Lsn {
    /// Position that no standby reaches: a read after it goes to the primary, and does not wait.
    pub(crate) const UNREACHABLE: Self = Self(u64::MAX);

    pub(crate) fn from_number(number: u64) -> Self {
        Self(number)
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// The text is not a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoLsn;

impl FromStr for Lsn {
    type Err = NoLsn;

    fn from_str(text: &str) -> Result<Self, NoLsn> {
        let (high, low) = text.split_once('/').ok_or(NoLsn)?;
        Ok(Self(half(high)? << 32 | half(low)?))
    }
}

/// Reads one to eight hexadecimal digits. `from_str_radix` would take a sign, too.
fn half(text: &str) -> Result<u64, NoLsn> {
    let is_hexadecimal = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = if is_hexadecimal { u64::from_str_radix(text, 16).ok() } else { None };
    number.ok_or(NoLsn)
}

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}/{:X}", self.0 >> 32, self.0 & 0xffff_ffff)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lsn, NoLsn};

    #[test]
    fn positions_are_read_as_postgresql_writes_them() {
        for text in ["0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF", "0/16"] {
            assert_eq!(text.parse::<Lsn>().unwrap().to_string(), text);
        }
        assert!("1/0".parse::<Lsn>().unwrap() > "0/FFFFFFFF".parse::<Lsn>().unwrap());
        assert_eq!("FFFFFFFF/ffffffff".parse(), Ok(Lsn::UNREACHABLE));
    }

    #[test]
    fn anything_else_is_none() {
        for text in
            ["", "/", "0", "0/", "/0", "0/0/0", "+1/0", "0/-1", "0x1/0", " 0/0", "0/0 ", "123456789/0", "G/0", "٣/0"]
        {
            assert_eq!(text.parse::<Lsn>(), Err(NoLsn), "{text}");
        }
    }
}
