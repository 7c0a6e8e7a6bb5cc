//! Words for personal names in many languages and scripts.
//!
//! A contacts server must sort, search and show all of these, so that demo data in English alone would hide what
//! matters most: accents, letters without a decomposition (ł, ø, ı), scripts from right to left, names without spaces
//! and family names that come first. All words are common; the people made of them are invented.

mod asia;
mod europe;
mod latin_east;
mod latin_west;
mod near_east;

use rand::{Rng, seq::IndexedRandom};

pub(super) use asia::{BENGALI, CHINESE, HINDI, JAPANESE, KOREAN, THAI};
pub(super) use europe::{GREEK, RUSSIAN, UKRAINIAN};
pub(super) use latin_east::{CZECH, HUNGARIAN, ICELANDIC, NORDIC, POLISH, TURKISH, VIETNAMESE};
pub(super) use latin_west::{AMERICAN, BRITISH, DUTCH, FRENCH, GERMAN, ITALIAN, PORTUGUESE, SPANISH};
pub(super) use near_east::{ARABIC, ARMENIAN, GEORGIAN, HEBREW, PERSIAN};

/// The names of one language, and how they are put together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Locale {
    /// Given names, of women and men.
    pub(super) given: &'static [&'static str],
    /// Family names.
    pub(super) family: &'static [&'static str],
    /// The given names in lower-case ASCII, in the same order.
    pub(super) latin_given: &'static [&'static str],
    /// The family names in lower-case ASCII, in the same order.
    pub(super) latin_family: &'static [&'static str],
    /// Given and family names alternate between women's and men's, because the two must agree.
    pub(super) gendered: bool,
    /// The family name comes before the given name.
    pub(super) family_first: bool,
    /// What stands between the two.
    pub(super) separator: &'static str,
    /// What some of the names have besides.
    pub(super) extra: Extra,
    /// Titles that some people put before their name.
    pub(super) titles: &'static [&'static str],
    /// The country's calling code.
    pub(super) phone_prefix: &'static str,
    /// The rest of a phone number, each `#` a digit. Taken from a range that is reserved for fiction, or else with a
    /// subscriber number that starts with zeros: nobody should be called because of demo data.
    pub(super) phone_rest: &'static str,
    /// Top-level domains of `example` that its people have their e-mail at.
    pub(super) email_domain_tlds: &'static [&'static str],
    /// How common it is, relative to the others.
    pub(super) weight: u32,
}

/// What some names of a language have besides one given and one family name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// Nothing.
    None,
    /// A second given name or its initial.
    MiddleName,
    /// A second family name after a space, as most people have it.
    TwoFamilies,
    /// A second family name after a hyphen.
    HyphenFamily,
}

/// All languages.
pub(super) static LOCALES: &[Locale] = &[
    AMERICAN, BRITISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH, POLISH, CZECH, HUNGARIAN, ICELANDIC,
    NORDIC, TURKISH, VIETNAMESE, GREEK, RUSSIAN, UKRAINIAN, ARABIC, HEBREW, PERSIAN, GEORGIAN, ARMENIAN, HINDI,
    BENGALI, THAI, CHINESE, JAPANESE, KOREAN,
];

/// A language, the common ones more often.
pub(super) fn locale(rng: &mut impl Rng) -> &'static Locale {
    LOCALES.choose_weighted(rng, |locale| locale.weight).unwrap_or(&AMERICAN)
}

/// Any of the words; empty when there are none.
pub(super) fn word(rng: &mut impl Rng, words: &[&'static str]) -> &'static str {
    words.choose(rng).copied().unwrap_or_default()
}

/// The pattern with a digit for each `#`.
pub(super) fn digits(rng: &mut impl Rng, pattern: &str) -> String {
    let digit = |letter| if letter == '#' { char::from(rng.random_range(b'0'..=b'9')) } else { letter };
    pattern.chars().map(digit).collect()
}

/// A phone number of the language's country.
pub(super) fn phone(rng: &mut impl Rng, locale: &Locale) -> String {
    format!("{} {}", locale.phone_prefix, digits(rng, locale.phone_rest))
}

#[cfg(test)]
mod tests {
    use super::LOCALES;

    #[test]
    fn latin_forms_match_the_names() {
        for locale in LOCALES {
            assert_eq!(locale.given.len(), locale.latin_given.len(), "{locale:?}");
            assert_eq!(locale.family.len(), locale.latin_family.len(), "{locale:?}");
            for latin in locale.latin_given.iter().chain(locale.latin_family) {
                assert!(!latin.is_empty() && latin.bytes().all(|byte| byte.is_ascii_lowercase()), "{latin}");
            }
        }
    }
}
