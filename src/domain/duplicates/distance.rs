//! How far words are from each other.

/// Fewest letters of words in which two typing errors are accepted, and three.
const MEDIUM: usize = 5;
const LONG: usize = 10;

/// Number of typing errors, one to three, that make one word of the other. None where the words are equal, or too different
/// for their length.
pub(super) fn errors(first: &str, second: &str) -> Option<usize> {
    if !first.is_ascii() || !second.is_ascii() {
        return errors_in_characters(first, second);
    }
    let accepted = match first.len().min(second.len()) {
        0..=1 => return None,
        2..MEDIUM => 1,
        MEDIUM..LONG => 2,
        _ => 3,
    };
    if first.len().abs_diff(second.len()) > accepted || foreign_letters(first, second) > accepted * 2 {
        return None;
    }
    Some(strsim::osa_distance(first, second)).filter(|errors| (1..=accepted).contains(errors))
}

/// The same for Chinese characters: one may be wrong, missing or twice where another is right.
fn errors_in_characters(first: &str, second: &str) -> Option<usize> {
    let shares_one = first.chars().any(|letter| second.contains(letter));
    let is_near = shares_one && first.len().abs_diff(second.len()) <= 4 && strsim::osa_distance(first, second) == 1;
    is_near.then_some(1)
}

/// True where words are equal but for few typing errors, for their length.
pub(super) fn is_near(first: &str, second: &str) -> bool {
    first == second || errors(first, second).is_some_and(|errors| errors * 4 <= first.len().min(second.len()))
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
