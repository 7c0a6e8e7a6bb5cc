//! How far words are from each other.

/// Fewest letters of words in which two typing errors are accepted, and three.
const MEDIUM: usize = 5;
const LONG: usize = 10;

/// Number of typing errors, one to three, that make one word of the other. None where the words are equal, or too different
/// for their length.
pub(super) fn errors(first: &str, second: &str) -> Option<usize> {
    let accepted = match first.len().min(second.len()) {
        0..=1 => 0,
        2..MEDIUM => 1,
        MEDIUM..LONG => 2,
        _ => 3,
    };
    errors_within(accepted, first, second)
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
    let accepted = (letters / 4).min(3);
    first == second || errors_within(accepted, first, second).is_some_and(|errors| errors * 4 <= letters)
}

/// Number of letters that only one of the words has.
fn foreign_letters(first: &str, second: &str) -> usize {
    (letters(first) ^ letters(second)).count_ones() as usize
}

/// The letters of a word, each as a bit.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, letter| letters | 1 << (letter & 31))
}

/// True where two numbers of so many digits differ by one digit, or by two that are swapped.
pub(super) fn is_misread(mut first: u64, mut second: u64) -> bool {
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
