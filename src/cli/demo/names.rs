//! Personal names in many languages and scripts.
//!
//! A contacts server must sort, search and display all of these. Demo data in English alone would hide the difficult
//! cases: accents, letters without a decomposition (ł, ø, ı), scripts from right to left, names without spaces, and
//! family names that come first. All words are common; the people made of them are invented.

use rand::Rng;
use serde::Deserialize;

use super::choice::{Spelled, digits};

/// Names of one language, and the rules for combining them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Language {
    /// Name of the language, by which the companies of a region refer to it.
    pub(super) name: String,
    /// Given names of women and men, the most frequent first.
    pub(super) given: Vec<Spelled>,
    /// Family names, the most frequent first.
    pub(super) family: Vec<Spelled>,
    /// Given and family names alternate between women's and men's forms, because the two must agree.
    #[serde(default)]
    pub(super) gendered: bool,
    /// The family name comes before the given name.
    #[serde(default)]
    pub(super) family_first: bool,
    /// Text between the given and the family name.
    #[serde(default = "space")]
    pub(super) separator: String,
    /// Additional part that some of the names have.
    #[serde(default)]
    pub(super) extra: Extra,
    /// Titles that some people put before their name.
    #[serde(default)]
    pub(super) titles: Vec<String>,
    /// Phone number in international format, each `#` a digit. It is taken from a range reserved for fiction, or has a
    /// subscriber number that starts with zeros. Otherwise demo data could make somebody's phone ring.
    phone: String,
    /// Top-level domains of `example` for the people's e-mail addresses.
    pub(super) email_domain_tlds: Vec<String>,
    /// Share of the people, relative to the other languages.
    pub(super) weight: u32,
}

impl Language {
    /// Makes a phone number of the language's country.
    pub(super) fn phone(&self, rng: &mut impl Rng) -> String {
        digits(rng, &self.phone)
    }
}

/// Part of a name besides one given and one family name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Extra {
    /// Nothing.
    #[default]
    None,
    /// A second given name or its initial.
    MiddleName,
    /// A second family name after a space, as most people have it.
    TwoFamilies,
    /// A second family name after a hyphen.
    HyphenFamily,
}

fn space() -> String {
    " ".to_owned()
}
