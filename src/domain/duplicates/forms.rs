//! The forms in which values are compared.

use super::latin;
use crate::domain::{email, folding::fold};

/// Scripts whose words can be compared with each other. From one to another a transcription tells little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin letters.
    Latin,
    /// Other scripts with a letter for each sound.
    Alphabet,
    /// Scripts that leave vowels out.
    Consonants,
    /// Chinese characters, of which each language reads its own sounds.
    Characters,
    /// Syllables, as in Korean and Japanese.
    Syllables,
}

pub(super) fn email_form(address: &str) -> String {
    email::lower(address).chars().filter(|letter| !letter.is_control() && !letter.is_whitespace()).collect()
}

/// Words that say what kind of company it is.
const LEGAL_FORMS: [&str; 50] = [
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "ev",
    "eg",
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "pty",
    "pte",
    "sa",
    "sl",
    "sarl",
    "sas",
    "srl",
    "spa",
    "snc",
    "bv",
    "nv",
    "vof",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "kft",
    "zrt",
    "sro",
    "doo",
    "ooo",
    "oao",
    "zao",
    "pao",
    "tov",
    "and",
    "und",
    "et",
];

pub(super) fn company_form(name: &str) -> String {
    let mut words = latin::words(name);
    if words.iter().any(|word| !LEGAL_FORMS.contains(&word.as_str())) {
        words.retain(|word| !LEGAL_FORMS.contains(&word.as_str()));
    }
    words.join(" ")
}

pub(super) fn address_form(address: &str) -> String {
    latin::words(address).join(" ")
}

/// Most digits of a number: those of an international one.
const DIGITS_MAX: usize = 15;
/// Fewest digits that are a phone number.
const DIGITS_MIN: usize = 5;

/// The digits of a phone number, without zeros in front. An extension is left out.
pub(super) fn digits(phone: &str) -> Option<u64> {
    // A zero in brackets is dialled within the country alone.
    let number = fold(phone).replace("(0)", "");
    let mut digits = String::new();
    for letter in number.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else if letter.is_numeric() {
            let spelled = deunicode::deunicode_char(letter).unwrap_or_default();
            digits.extend(spelled.chars().filter(char::is_ascii_digit));
        } else if digits.len() >= DIGITS_MIN && (letter.is_alphabetic() || matches!(letter, ';' | '#')) {
            break;
        }
    }
    let digits = digits.trim_start_matches('0');
    let start = digits.len().saturating_sub(DIGITS_MAX);
    let digits = digits.get(start..).filter(|digits| digits.len() >= DIGITS_MIN)?;
    digits.parse().ok()
}

/// The script that a name is in.
pub(super) fn script(name: &str) -> Script {
    let of_letter = |letter: char| match letter {
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => Some(Script::Consonants),
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Some(Script::Characters),
        '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => Some(Script::Syllables),
        '\u{370}'..='\u{58f}' | '\u{900}'..='\u{10ff}' => Some(Script::Alphabet),
        _ => None,
    };
    name.chars().find_map(of_letter).unwrap_or(Script::Latin)
}

/// A number for the alphabet that a name is written in, or 0 for the Latin one. Languages of one alphabet share it.
pub(super) fn alphabet(name: &str) -> u8 {
    let of_letter = |letter: char| match letter {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(1),
        '\u{400}'..='\u{52f}' => Some(2),
        '\u{530}'..='\u{58f}' => Some(3),
        '\u{590}'..='\u{5ff}' | '\u{fb1d}'..='\u{fb4f}' => Some(4),
        '\u{600}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => Some(5),
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Some(6),
        '\u{3040}'..='\u{30ff}' => Some(7),
        '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => Some(8),
        // Each of the others has a block of 128 characters.
        '\u{900}'..='\u{10ff}' => u8::try_from(u32::from(letter) >> 7).ok(),
        _ => None,
    };
    name.chars().find_map(of_letter).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{address_form, company_form, digits};

    #[test]
    fn numbers_are_their_digits() {
        for (phone, number) in [
            ("+49 170 0034512", Some(491_700_034_512)),
            ("0170/003 45 12", Some(1_700_034_512)),
            ("+40 (0)251 000 334", Some(40_251_000_334)),
            ("Tel. 555 0121 ext. 77", Some(5_550_121)),
            ("+968 ٢٤ 000 333", Some(96_824_000_333)),
            ("112", None),
            ("", None),
        ] {
            assert_eq!(digits(phone), number, "{phone}");
        }
    }

    #[test]
    fn legal_forms_are_left_out_of_companies() {
        assert_eq!(company_form("Mühle Schöttelkötter GmbH & Co. KG"), "muhle schottelkotter");
        assert_eq!(company_form("Co. Ltd."), "co ltd");
        assert_eq!(address_form("ул. Лесная 5, Москва"), "ul lesnaia 5 moskva");
    }
}
