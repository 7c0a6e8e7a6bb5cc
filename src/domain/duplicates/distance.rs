//! How far words are from each other.

/// Fewest letters of words in which two typing errors are accepted.
const LONG: usize = 7;

/// Number of typing errors, one or two, that make one word of the other. None where the words are equal, or too different
/// for their length.
pub(super) fn errors(first: &str, second: &str) -> Option<usize> {
    let accepted = match first.len().min(second.len()) {
        0..=2 => return None,
        3..LONG => 1,
        _ => 2,
    };
    if first.len().abs_diff(second.len()) > accepted || foreign_letters(first, second) > accepted * 2 {
        return None;
    }
    Some(strsim::osa_distance(first, second)).filter(|errors| (1..=accepted).contains(errors))
}

/// True where words are equal but for typing errors.
pub(super) fn is_near(first: &str, second: &str) -> bool {
    first == second || errors(first, second).is_some()
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
