//! Dates as people write them in tables.

use crate::card::PartialDate;

/// The text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotADate;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Two-digit years from this one on are of the last century.
const CENTURY_TURN: u16 = 30;

/// A date: `1985-04-12` and its parts, `12.04.1985`, `4/12/1985`, `12 April 1985`, `April 12`. None of zeros, which Outlook
/// writes where there is no date.
pub(super) fn parse(text: &str, is_day_first: bool) -> Result<Option<PartialDate>, NotADate> {
    let text = text.trim();
    let head = text
        .split(['T', 't'])
        .next()
        .filter(|head| head.len() >= 8 && head.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text);
    if let Ok(date) = head.parse() {
        return Ok(Some(date));
    }
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u16>().ok());
        return date(number(0, 4), number(4, 6), number(6, 8)).map(Some);
    }
    // Google writes dates without a year as `--04-12` or ` --04-12`, others as `--0412`.
    if let Some(rest) = text.strip_prefix("--") {
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        let (month, day) = digits.split_at_checked(2).ok_or(NotADate)?;
        return date(None, month.parse().ok(), day.parse().ok()).map(Some);
    }
    let text = text.split(" 0:00").next().unwrap_or(text);
    let words: Vec<&str> =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let month = words.iter().position(|word| month(word).is_some());
    let numbers: Vec<(u16, usize)> = words.iter().filter_map(|word| Some((word.parse().ok()?, word.len()))).collect();
    match (month, numbers.as_slice()) {
        (None, [(0, _), (0, _), (0, _)]) => Ok(None),
        (None, [(year, 4), (month, _), (day, _), ..]) => date(Some(*year), Some(*month), Some(*day)).map(Some),
        (None, [(first, _), (second, _), (third, digits), ..]) => {
            let is_day_first = *second <= 12 && (is_day_first || text.contains('.') || *first > 12);
            let (month, day) = if is_day_first { (second, first) } else { (first, second) };
            date(Some(year(*third, *digits)), Some(*month), Some(*day)).map(Some)
        }
        (Some(at), [(day, _)]) if *day <= 31 => {
            date(None, words.get(at).and_then(|word| self::month(word)), Some(*day)).map(Some)
        }
        (Some(at), [(first, _), (second, digits), ..]) => {
            let month = words.get(at).and_then(|word| self::month(word));
            let (day, year) = if *first > 31 { (*second, *first) } else { (*first, year(*second, *digits)) };
            date(Some(year), month, Some(day)).map(Some)
        }
        _ => Err(NotADate),
    }
}

fn date(year: Option<u16>, month: Option<u16>, day: Option<u16>) -> Result<PartialDate, NotADate> {
    let byte = |number: Option<u16>| number.and_then(|number| u8::try_from(number).ok());
    let (Some(month), Some(day)) = (byte(month), byte(day)) else { return Err(NotADate) };
    PartialDate::new(year, Some(month), Some(day)).ok_or(NotADate)
}

fn year(number: u16, digits: usize) -> u16 {
    match digits {
        1 | 2 if number < CENTURY_TURN => 2000 + number,
        1 | 2 => 1900 + number,
        _ => number,
    }
}

/// The number of an English month, by its first three letters.
fn month(word: &str) -> Option<u16> {
    let start = word.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    word.chars().all(char::is_alphabetic).then(|| u16::try_from(at + 1).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (text, is_day_first, expected) in [
            ("1985-04-12", false, Some("1985-04-12")),
            ("1985-04-12T00:00:00Z", false, Some("1985-04-12")),
            ("19850412", false, Some("1985-04-12")),
            ("--04-12", false, Some("--04-12")),
            ("--0412", false, Some("--04-12")),
            ("12.04.1985", false, Some("1985-04-12")),
            ("4/12/1985", false, Some("1985-04-12")),
            ("4/12/85", false, Some("1985-04-12")),
            ("12/4/1985", true, Some("1985-04-12")),
            ("13/4/1985", false, Some("1985-04-13")),
            ("1985/4/12", false, Some("1985-04-12")),
            ("Apr 12, 1985", false, Some("1985-04-12")),
            ("12 April 1985", false, Some("1985-04-12")),
            ("12-Apr-85", false, Some("1985-04-12")),
            ("April 12", false, Some("--04-12")),
            ("0/0/00", false, None),
        ] {
            assert_eq!(
                parse(text, is_day_first).map(|date| date.map(|date| date.to_string())),
                Ok(expected.map(str::to_owned)),
                "{text}"
            );
        }
        for text in ["", "soon", "31.02.1985", "99/99/99", "1", "--"] {
            assert!(parse(text, false).is_err(), "{text}");
        }
    }
}
