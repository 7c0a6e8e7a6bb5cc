//! How far words are from each other.

/// Fewest letters of words in which two typing errors are accepted, two are no surprise, and three are accepted.
const SHORT: usize = 3;
const MEDIUM: usize = 5;
const LONG: usize = 10;

/// Number of typing errors, one to three, that make one word of the other. None where the words are equal, or too different
/// for their length.
pub(super) fn errors(first: &str, second: &str) -> Option<usize> {
    errors_within(accepted(first.len(), second.len()), first, second)
}

/// Number of typing errors that are accepted in two words of so many letters. Two letters of four may be missing.
pub(super) fn accepted(first: usize, second: usize) -> usize {
    match first.min(second).max(first.max(second).saturating_sub(1)) {
        0..=1 => 0,
        2..SHORT => 1,
        SHORT..LONG => 2,
        _ => 3,
    }
}

/// True for so many errors in so many letters that they may make another word.
pub(super) fn is_daring(errors: usize, letters: usize) -> bool {
    errors > 1 && letters < MEDIUM
}

/// The first of the signs that are syllables or words.
const SYLLABLES: char = '\u{3040}';

/// The same as [`errors`] for words in letters of other scripts, where one error may be several Latin letters.
pub(super) fn errors_in_letters(first: &str, second: &str) -> Option<usize> {
    let (one, other) = (first.chars().count(), second.chars().count());
    // A syllable of two may be missing, as a letter of three may.
    let least = usize::from(first.chars().all(|letter| letter >= SYLLABLES));
    let accepted = accepted(one, other).max(least);
    if one.abs_diff(other) > accepted || !first.chars().any(|letter| second.contains(letter)) {
        return None;
    }
    Some(strsim::osa_distance(first, second)).filter(|errors| (1..=accepted).contains(errors))
}

fn errors_within(accepted: usize, first: &str, second: &str) -> Option<usize> {
    if !first.is_ascii() || !second.is_ascii() {
        return errors_in_characters(first, second);
    }
    if first.len().abs_diff(second.len()) > accepted || foreign_letters(first, second) > accepted * 2 {
        return None;
    }
    match accepted {
        0 => None,
        1 => is_one_error(first.as_bytes(), second.as_bytes()).then_some(1),
        _ => Some(strsim::osa_distance(first, second)).filter(|errors| (1..=accepted).contains(errors)),
    }
}

/// True where one typing error makes one text of the other.
pub(super) fn is_mistyped(first: &str, second: &str) -> bool {
    errors_within(1, first, second).is_some()
}

/// True where a letter is wrong, missing or too many, or two are swapped.
fn is_one_error(first: &[u8], second: &[u8]) -> bool {
    let start = first.iter().zip(second).take_while(|(one, other)| one == other).count();
    let (first, second) = (first.get(start..).unwrap_or_default(), second.get(start..).unwrap_or_default());
    let end = first.iter().rev().zip(second.iter().rev()).take_while(|(one, other)| one == other).count();
    match (first.len() - end, second.len() - end) {
        (0 | 1, 1) | (1, 0) => true,
        (2, 2) => first.first() == second.get(1) && first.get(1) == second.first(),
        _ => false,
    }
}

/// The same for Chinese characters: one may be wrong, missing or twice where another is right.
fn errors_in_characters(first: &str, second: &str) -> Option<usize> {
    let shares_one = first.chars().any(|letter| second.contains(letter));
    let is_near = shares_one && first.len().abs_diff(second.len()) <= 4 && strsim::osa_distance(first, second) == 1;
    is_near.then_some(1)
}

/// True where words are equal but for few typing errors, for their length.
pub(super) fn is_near(first: &str, second: &str) -> bool {
    let letters = first.len().min(second.len());
    let accepted = near_errors_max(letters);
    first == second || errors_within(accepted, first, second).is_some_and(|errors| errors * 4 <= letters)
}

/// Most errors that [`is_near`] accepts in words of so many letters.
pub(super) fn near_errors_max(letters: usize) -> usize {
    (letters / 4).min(3)
}

/// False where so few errors do not make one text of the other, by the letters of each and their number.
pub(super) fn may_differ_by((first, length): (u32, u32), (second, other_length): (u32, u32), errors: usize) -> bool {
    length.abs_diff(other_length) as usize <= errors && (first ^ second).count_ones() as usize <= errors * 2
}

/// Number of letters that only one of the words has.
fn foreign_letters(first: &str, second: &str) -> usize {
    (letters(first) ^ letters(second)).count_ones() as usize
}

/// The letters of a word, each as a bit.
pub(super) fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, letter| letters | 1 << (u32::from(letter) & 31))
}

/// True where two numbers of so many digits differ by one digit, or by two that are swapped.
pub(super) fn is_misread(mut first: u64, mut second: u64) -> bool {
    if !may_be_misread(first, second) {
        return false;
    }
    let (mut differing, mut digits): (u32, [(u64, u64); 2]) = (0, [(0, 0); 2]);
    let mut gap = 0;
    while first != second {
        let pair = (first % 10, second % 10);
        if pair.0 != pair.1 {
            if let Some(place) = digits.get_mut(differing as usize) {
                *place = pair;
            }
            differing += 1;
        } else if differing == 1 {
            gap += 1;
        }
        (first, second) = (first / 10, second / 10);
    }
    let [(a, b), (c, d)] = digits;
    differing == 1 || differing == 2 && gap == 0 && a == d && b == c
}

/// False for most numbers of which neither is a misreading of the other. Misreadings are less than a hundred apart, but for
/// zeros at the end.
fn may_be_misread(first: u64, second: u64) -> bool {
    let mut apart = first.abs_diff(second);
    while apart >= 100 && apart.is_multiple_of(10) {
        apart /= 10;
    }
    (1..100).contains(&apart)
}

#[rustfmt::skip]
const POWERS_OF_TEN: [u64; 16] = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
    1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
];

/// The least power of ten that is greater than a number of up to fifteen digits.
pub(super) fn above(number: u64) -> u64 {
    let digits = number.checked_ilog10().map_or(0, |log| log as usize + 1);
    POWERS_OF_TEN.get(digits).copied().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{above, errors, errors_in_letters, is_daring, is_misread};

    fn is_misread_by_digits(first: u64, second: u64) -> bool {
        let digits = |number: u64| format!("{number:015}").into_bytes();
        let (first, second) = (digits(first), digits(second));
        let differing: Vec<usize> = (0..first.len()).filter(|place| first[*place] != second[*place]).collect();
        match differing.as_slice() {
            [_] => true,
            [one, two] => two - one == 1 && first[*one] == second[*two] && first[*two] == second[*one],
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn numbers_are_misread_by_a_digit_or_by_two(
            number in 0_u64..1_000_000_000_000_000,
            place in 0_u32..15,
            other in 0_u64..100,
            any in 0_u64..1_000_000_000_000_000,
        ) {
            // One or two digits are others.
            let size = 10_u64.pow(place);
            let near = (number - number / size % 100 * size + other * size) % 1_000_000_000_000_000;
            for second in [near, any, number] {
                prop_assert_eq!(is_misread(number, second), is_misread_by_digits(number, second), "{} {}", number, second);
            }
        }

        #[test]
        fn a_power_of_ten_is_above(number in 0_u64..1_000_000_000_000_000) {
            let power = above(number);
            prop_assert!(power > number && power.to_string().len() == number.to_string().len() + usize::from(number > 0));
        }
    }

    #[test]
    fn errors_are_counted_in_the_letters_of_each_script() {
        for (first, second, found) in [
            ("민은", "은민", Some(1)),
            ("지은", "최지은", Some(1)),
            ("चौ्मा", "च्मा", Some(1)),
            ("иван", "иива", Some(2)),
            ("Ελένη", "Ελνη", Some(1)),
            ("민준", "민서", Some(1)),
            ("민준", "지은", None),
            ("민준", "준", Some(1)),
            ("ольга", "анна", None),
        ] {
            assert_eq!(errors_in_letters(first, second), found, "{first} {second}");
            assert_eq!(errors_in_letters(second, first), found, "{second} {first}");
        }
    }

    #[test]
    fn two_errors_in_a_short_word_are_daring() {
        assert_eq!(errors("james", "jms"), Some(2));
        assert!(is_daring(2, 3) && !is_daring(1, 3) && !is_daring(2, 5));
        assert_eq!(errors("jo", "ob"), None);
    }
}
