//! Word lists of the demo, kept as data files.

use anyhow::Context;
use rand::{Rng, seq::IndexedRandom};
use serde::Deserialize;

use super::{companies::CompanyWords, people::PersonWords, texts::InteractionWords};

/// All word lists.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) people: PersonWords,
    pub(super) companies: CompanyWords,
    pub(super) interactions: InteractionWords,
}

impl Words {
    /// Reads the files that are part of the binary.
    pub(super) fn load() -> anyhow::Result<Self> {
        Ok(Self {
            people: serde_json::from_str(include_str!("data/people.json")).context("data/people.json")?,
            companies: serde_json::from_str(include_str!("data/companies.json")).context("data/companies.json")?,
            interactions: serde_json::from_str(include_str!("data/interactions.json"))
                .context("data/interactions.json")?,
        })
    }
}

/// A word in the script of its language, and in lower-case ASCII for addresses. In the files it is a list of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Spelled {
    pub(super) native: String,
    pub(super) latin: String,
}

/// Picks one of the words; the empty word when there are none.
pub(super) fn word<'a>(rng: &mut impl Rng, words: &'a [String]) -> &'a str {
    words.choose(rng).map_or("", String::as_str)
}

/// Replaces each `#` of a pattern by a digit.
pub(super) fn digits(rng: &mut impl Rng, pattern: &str) -> String {
    let digit = |letter| if letter == '#' { char::from(rng.random_range(b'0'..=b'9')) } else { letter };
    pattern.chars().map(digit).collect()
}

/// Picks one remark, or two on lines of their own.
pub(super) fn remarks(rng: &mut impl Rng, all: &[String]) -> String {
    let count = if rng.random_bool(0.25) { 2 } else { 1 };
    let lines: Vec<&str> = all.choose_multiple(rng, count).map(String::as_str).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn every_name_has_a_form_for_addresses() {
        for language in &Words::load().unwrap().people.languages {
            assert!(!language.given.is_empty() && !language.family.is_empty(), "{language:?}");
            for name in language.given.iter().chain(&language.family) {
                let is_simple = !name.latin.is_empty() && name.latin.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(is_simple && !name.native.is_empty(), "{name:?}");
            }
        }
    }

    #[test]
    fn companies_speak_a_language_of_the_list() {
        let words = Words::load().unwrap();
        for region in &words.companies.regions {
            assert!(words.people.languages.iter().any(|known| known.name == region.language), "{region:?}");
        }
    }
}
