//! Words of a search.

use std::collections::{BTreeSet, HashSet};

use crate::resources::PHONE_CHARS_MAX;

/// Most different words that count in one search. Each costs a look into the index.
pub(super) const WORDS_MAX: usize = 10;
/// Digits from which on words are looked for in phone numbers. Fewer occur in nearly every number.
const PHONE_DIGITS_MIN: usize = 4;

/// A word to look for, folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Word {
    /// The word, which holds no space.
    pub(super) text: String,
    /// The digits that a phone number must contain instead, where the word may be part of a phone number.
    pub(super) digits: Option<String>,
}

impl Word {
    /// True of one or two letters, which have an index of their own.
    pub(super) fn is_short(&self) -> bool {
        self.text.chars().nth(2).is_none()
    }

    /// The digits of the words without those that contain others: a number that has the longer ones has the shorter.
    pub(super) fn numbers(words: &[Self]) -> Vec<String> {
        let digits: BTreeSet<&String> = words.iter().filter_map(|word| word.digits.as_ref()).collect();
        let is_shortest = |one: &String| digits.iter().all(|other| *other == one || !one.contains(other.as_str()));
        digits.iter().filter(|one| is_shortest(one)).map(|one| (*one).clone()).collect()
    }
}

/// Splits a folded text into its words, each once, at most [`WORDS_MAX`] of them.
///
/// Words that are written like a phone number (digits, and the punctuation of phone numbers) may stand side by side, as
/// in `+44 20 7946 0958`. A word with too few digits of its own then stands for all of them.
pub(super) fn split(folded: &str) -> Vec<Word> {
    let texts: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let mut words = Vec::new();
    for run in texts.chunk_by(|one, next| is_dialable(one) && is_dialable(next)) {
        let is_number = run.iter().all(|word| is_dialable(word));
        let whole: String = run.iter().filter(|_| is_number).map(|word| digits(word)).collect();
        words.extend(run.iter().map(|word| {
            let own = if is_number { digits(word) } else { String::new() };
            let digits = if own.len() < PHONE_DIGITS_MIN { whole.clone() } else { own };
            let digits = Some(digits).filter(|digits| (PHONE_DIGITS_MIN..=PHONE_CHARS_MAX).contains(&digits.len()));
            Word { text: (*word).to_owned(), digits }
        }));
    }
    let mut seen = HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    let longer = words.clone();
    // A record with the longer word has the shorter one in the same text.
    let is_implied = |word: &Word| {
        longer.iter().any(|other| {
            word.text.len() < other.text.len()
                && other.text.contains(&word.text)
                && word.digits.is_none()
                && other.digits.is_none()
        })
    };
    words.retain(|word| !is_implied(word));
    words.truncate(WORDS_MAX);
    words
}

/// True of a word that may be a phone number or a part of one.
fn is_dialable(word: &str) -> bool {
    word.bytes().all(|letter| letter.is_ascii_digit() || matches!(letter, b'+' | b'(' | b')' | b'-' | b'.' | b'/'))
}

fn digits(word: &str) -> String {
    word.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_into(text: &str) -> Vec<(String, Option<String>)> {
        split(text).into_iter().map(|word| (word.text, word.digits)).collect()
    }

    #[test]
    fn words_are_split_at_spaces_and_count_once() {
        let words = |text| split_into(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words("lovelace ada"), ["lovelace", "ada"]);
        assert_eq!(words(" ada  ada "), ["ada"]);
        assert_eq!(words("ad ada lovelace a"), ["ada", "lovelace"]);
        assert_eq!(words(""), [""; 0]);
        let many: Vec<String> = (0..30).map(|number| format!("w{number:02}")).collect();
        assert_eq!(words(&many.join(" ")), many[..WORDS_MAX]);
    }

    #[test]
    fn words_of_four_digits_are_looked_for_in_phone_numbers() {
        let digits =
            |text| split_into(text).into_iter().map(|(_, digits)| digits.unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(digits("7946 0958"), ["7946", "0958"]);
        assert_eq!(digits("020-7946"), ["0207946"]);
        assert_eq!(digits("123"), [""]);
        assert_eq!(digits("ada 1815x 1815"), ["", "", "1815"]);
        assert_eq!(digits("+44 20 7946 0958"), ["442079460958", "442079460958", "7946", "0958"]);
        assert_eq!(digits("(020) 79 ada 12 -"), ["02079", "02079", "", "", ""]);
        assert_eq!(digits("1234 - 5"), ["1234", "12345", "12345"]);
    }
}
