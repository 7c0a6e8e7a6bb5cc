//! Folding: the form of a text in which case, accents and typographic variants do not matter.
//!
//! Both databases compare these keys byte by byte, so they agree whatever their collations do.

mod signs;

use caseless::Caseless;
use unicode_normalization::{
    UnicodeNormalization,
    char::{decompose_canonical, decompose_compatible},
};

pub(crate) use signs::is_ignorable;
use signs::{Flag, is_decoration, is_left_out_after, plain, unified};

/// Version of [`fold`] and of the columns that are made with it. It grows with each change, so that a newer program
/// rebuilds the keys that an older one stored.
pub const VERSION: i32 = 3;

/// Most bytes of a key for one character. PostgreSQL refuses index entries of more than a third of a page, 2704 bytes.
/// With this limit 255 characters and an id fit.
const CHARACTER_BYTES_MAX: usize = 10;
/// Most bytes of a key, whatever its text.
const KEY_BYTES_MAX: usize = 255 * CHARACTER_BYTES_MAX;

/// Folds a text in these steps: NFKD; removal of decoration and invisible characters; case folding; variants of a sign
/// made one; letters with strokes replaced by plain ones; several spaces made one; composition.
///
/// The order is that of Unicode's compatibility caseless matching (D146).
pub fn fold(text: &str) -> String {
    fold_with(text, decompose_fully)
}

/// Folds a text for an indexed column, as [`fold`] does. But a text with hundreds of signs that stand for whole words
/// (such as U+FDFA) keeps those signs. A key is never cut, because different texts must have different keys.
pub fn key(text: &str) -> String {
    let folded = fold(text);
    if folded.len() <= KEY_BYTES_MAX { folded } else { fold_with(text, decompose_briefly) }
}

/// Returns the forms that a part of a text may have in its key: one, except for parts with signs that stand for whole
/// words.
pub fn forms(part: &str) -> Vec<String> {
    let folded = fold(part);
    let brief = if part.is_ascii() { None } else { Some(fold_with(part, decompose_briefly)) };
    let other = brief.filter(|brief| *brief != folded);
    std::iter::once(folded).chain(other).collect()
}

fn fold_with(text: &str, decompose: fn(char, &mut dyn FnMut(char))) -> String {
    if text.is_ascii() {
        return one_space_for_several(text.chars().filter_map(unified).map(|letter| letter.to_ascii_lowercase()));
    }
    let mut spelled = String::with_capacity(text.len() + text.len() / 2);
    let mut flag = Flag::default();
    for letter in text.chars() {
        if flag.takes(letter) {
            spelled.push(letter);
        } else {
            decompose(letter, &mut |part| spelled.extend(unified(part).filter(|part| !is_decoration(*part))));
        }
    }
    // Case folding composes some letters anew.
    let lower: String = spelled.chars().default_case_fold().collect();
    let mut letters = String::with_capacity(lower.len());
    let mut previous = None;
    let mut flag = Flag::default();
    for letter in lower.chars() {
        if flag.takes(letter) {
            letters.push(letter);
            continue;
        }
        decompose(letter, &mut |part| {
            let Some(part) = unified(part) else { return };
            if is_decoration(part) || is_left_out_after(previous, part) {
                return;
            }
            previous = Some(part);
            match plain(part) {
                Some(plain) => letters.push_str(plain),
                None => letters.push(part),
            }
        });
    }
    one_space_for_several(letters.nfc())
}

fn decompose_fully(letter: char, emit: &mut dyn FnMut(char)) {
    // Variants of a sign may be parts of letters, and would themselves decompose.
    decompose_canonical(letter, |part| {
        if let Some(part) = unified(part) {
            decompose_compatible(part, &mut *emit);
        }
    });
}

/// Decomposes a character into a form that stays within [`CHARACTER_BYTES_MAX`] when it is folded.
fn decompose_briefly(letter: char, emit: &mut dyn FnMut(char)) {
    let mut bytes = [0; 4];
    let letter_itself: fn(char, &mut dyn FnMut(char)) = |letter, emit| emit(letter);
    let is_brief = fold(letter.encode_utf8(&mut bytes)).len() <= CHARACTER_BYTES_MAX;
    let decompose = if is_brief { decompose_fully } else { letter_itself };
    decompose(letter, emit);
}

fn one_space_for_several(letters: impl Iterator<Item = char>) -> String {
    let mut text = String::with_capacity(letters.size_hint().0);
    for letter in letters {
        if letter != ' ' || !text.ends_with(' ') {
            text.push(letter);
        }
    }
    text
}

/// Returns the smallest text greater than all that begin with `prefix`, or `None` when there is no such text.
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

    use super::{CHARACTER_BYTES_MAX, KEY_BYTES_MAX, decompose_briefly, end_of_prefix, fold, fold_with, key};

    #[test]
    fn case_accents_and_strokes_do_not_matter() {
        for (text, folded) in [
            ("Łukasz Żółć", "lukasz zolc"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Søren Ærø", "soren aero"),
            ("Þórður", "thordur"),
            ("İstanbul ıİ", "istanbul ii"),
            ("Ελλάς ᾳ ΐ", "ελλασ α ι"),
            ("ﬁne Ａ①", "fine a1"),
            ("Nguyễn", "nguyen"),
            ("Ёлка Йод", "елка иод"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد مـحـمـد أحمد ٱلله آل", "محمد محمد احمد الله ال"),
            ("㍿", "株式会社"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    #[test]
    fn marks_that_are_letters_stay() {
        for text in [
            "パ",
            "ハ",
            "ビ",
            "ヒ",
            "が",
            "か",
            "कमल",
            "कमला",
            "राम",
            "रमा",
            "रोमी",
            "ก้าน",
            "கா",
            "ক্ষ",
            "ខ្មែរ",
            "ी",
            "ؤ",
            "ئ",
        ] {
            let folded = fold(text);
            assert!(!folded.is_empty());
            for other in ["パ", "ハ", "ビ", "ヒ", "が", "か", "कमल", "कमला", "राम", "रमा", "रोमी", "ؤ", "و", "ئ", "ي"]
            {
                assert_eq!(fold(other) == folded, other == text, "{text} {other}");
            }
        }
        // The same text, composed or decomposed, in half or full width.
        assert_eq!(fold("ハ\u{309a}"), "パ");
        assert_eq!(fold("ﾊﾟ"), "パ");
        assert_eq!(fold("\u{1112}\u{1161}\u{11ab}"), "한");
    }

    #[test]
    fn variants_of_a_sign_are_one() {
        for group in [
            &["O'Brien", "O’Brien", "O‘Brien", "OʼBrien", "O`Brien", "O´Brien", "O＇Brien", "O′Brien"][..],
            &["Anne-Marie", "Anne‑Marie", "Anne‐Marie", "Anne–Marie", "Anne—Marie", "Anne−Marie", "Anne－Marie"],
            &["\"Acme\"", "“Acme”", "„Acme“", "«Acme»", "＂Acme＂"],
            &[
                "Ada Lovelace",
                "Ada\u{a0}Lovelace",
                "Ada\u{3000}Lovelace",
                "Ada \t Lovelace",
                "Ada\u{2009}\u{200b}Lovelace",
            ],
            &[
                "AdaLovelace",
                "Ada\u{200b}Lovelace",
                "Ada\u{ad}Lovelace",
                "\u{feff}AdaLovelace",
                "Ada\u{3164}Lovelace",
                "Ada\u{2800}Lovelace",
            ],
            &["a\0b\u{1f}c", "abc"],
            &["'Ali", "ʿAli", "ʾAli", "‘Ali"],
            &["Ann—Bo", "Ann⸺Bo", "Ann⸻Bo", "Ann⸗Bo"],
            &["ガス", "カ\u{309b}ス", "ｶﾞｽ"],
            &["AB", "A\u{fff9}B\u{fffb}", "A\u{1d159}B", "A\u{e0067}B"],
        ] {
            for text in group {
                assert_eq!(fold(text), fold(group[0]), "{text}");
            }
        }
    }

    #[test]
    fn flags_of_regions_differ() {
        let flag = |region: &str| {
            let tags = region.bytes().map(|letter| char::from_u32(0xe0000 + u32::from(letter)).unwrap());
            "\u{1f3f4}".chars().chain(tags).chain(['\u{e007f}']).collect::<String>()
        };
        assert_ne!(fold(&flag("gbeng")), fold(&flag("gbsct")));
        assert_eq!(fold(&fold(&flag("gbeng"))), fold(&flag("gbeng")));
    }

    #[test]
    fn no_character_takes_too_much_of_a_key() {
        // Other planes contain only ideographs without a decomposition, and unassigned characters.
        for letter in (0..0x2_0000).chain(0x2_f800..0x2_fa20).chain(0xe_0000..0xe_0200).filter_map(char::from_u32) {
            let brief = fold_with(&letter.to_string(), decompose_briefly);
            assert!(brief.len() <= CHARACTER_BYTES_MAX, "{letter:?} takes {}", brief.len());
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "{letter:?}");
        }
        let long = "\u{fdfa}".repeat(255);
        assert!(key(&long).len() <= KEY_BYTES_MAX && fold(&long).len() > KEY_BYTES_MAX);
        assert_ne!(key(&long), key(&format!("{}a", "\u{fdfa}".repeat(254))));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn how_a_text_is_composed_does_not_matter(text in "[\\PC\\u{300}-\\u{310}\\u{3099}\\u{93c}\\u{653}-\\u{655}\\u{627}]{0,20}") {
            use unicode_normalization::UnicodeNormalization;
            let folded = fold(&text);
            prop_assert_eq!(&fold(&text.nfd().collect::<String>()), &folded);
            prop_assert_eq!(&fold(&text.nfc().collect::<String>()), &folded);
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
