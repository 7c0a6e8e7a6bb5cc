//! Folding: the form of a text in which case, accents and typographic variants do not matter.
//!
//! Both databases compare these keys byte by byte, so they agree, whatever their own collations know.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Grows when [`fold`] changes, so that a newer program rebuilds the keys that an older one stored.
pub const VERSION: i32 = 1;

/// Stands between the two texts of a search key; folding removes it from both, so no match runs across.
const SEPARATOR: char = '\u{1f}';

/// PostgreSQL refuses index entries of more than a third of a page (2704 bytes), and two of these fit in one.
/// Only text that grows on folding reaches it.
const KEY_BYTES_MAX: usize = 1200;

/// Folds a text: NFKD, marks removed, case-folded, and the letters that people type without their strokes.
///
/// The order is that of Unicode's compatibility caseless matching (D146), without the marks.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let decomposed = text.nfkd().default_case_fold().nfkd();
    for letter in decomposed.filter(|letter| !is_combining_mark(*letter) && !matches!(letter, '\0' | &SEPARATOR)) {
        match letter {
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ı' => folded.push('i'),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            other => folded.push(other),
        }
    }
    folded
}

/// Folds a text for a key column: as [`fold`], cut where an index could not hold more.
pub fn key(text: &str) -> String {
    let mut folded = fold(text);
    folded.truncate(folded.floor_char_boundary(KEY_BYTES_MAX));
    folded
}

/// The smallest text greater than all that begin with `prefix`, or none when there is no such text.
pub(crate) fn end_of_prefix(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(u32::from(other) + 1),
        };
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{end_of_prefix, fold};

    #[test]
    fn case_accents_and_strokes_do_not_matter() {
        for (text, folded) in [
            ("Łukasz Żółć", "lukasz zolc"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Søren Ærø", "soren aero"),
            ("Þórður", "thordur"),
            ("İstanbul ıİ", "istanbul ii"),
            ("Ελλάς", "ελλασ"),
            ("ﬁne Ａ①", "fine a1"),
            ("Nguyễn", "nguyen"),
            ("a\0b\u{1f}c", "abc"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn what_begins_with_a_prefix_sorts_before_its_end(prefix in "\\PC{1,8}", rest in "\\PC{0,8}") {
            if let Some(end) = end_of_prefix(&prefix) {
                let text = format!("{prefix}{rest}");
                prop_assert!(prefix.as_str() <= text.as_str() && text < end);
            }
        }
    }
}
