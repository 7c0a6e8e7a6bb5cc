//! Word lists of the demo, kept as data files.

use anyhow::Context;

use super::{companies::CompanyWords, people::PersonWords, texts::InteractionWords};

/// All word lists.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) people: PersonWords,
    pub(super) companies: CompanyWords,
    pub(super) interactions: InteractionWords,
}

impl Words {
    /// Reads the files in the binary.
    pub(super) fn load() -> anyhow::Result<Self> {
        Ok(Self {
            people: serde_json::from_str(include_str!("data/people.json")).context("data/people.json")?,
            companies: serde_json::from_str(include_str!("data/companies.json")).context("data/companies.json")?,
            interactions: serde_json::from_str(include_str!("data/interactions.json"))
                .context("data/interactions.json")?,
        })
    }
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
