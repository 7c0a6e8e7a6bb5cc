//! The rarities of what a person has.

use super::{
    person::{Person, words_of},
    word_agreement,
};

/// Rarity in parts of a bit, rounded up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ShortRarity(u16);

impl ShortRarity {
    const PARTS: f32 = 512.0;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rarity is a few bits")]
    pub(super) fn new(rarity: f32) -> Self {
        Self((rarity.max(0.0) * Self::PARTS).ceil() as u16)
    }

    pub(super) fn bits(self) -> f32 {
        f32::from(self.0) / Self::PARTS
    }
}

/// Rarities by what they are of.
pub(super) struct Parts<'a> {
    pub(super) words: &'a [f32],
    pub(super) companies: &'a [f32],
    pub(super) whole_name: f32,
    pub(super) dependence: f32,
    pub(super) emails: &'a [f32],
    pub(super) phones: &'a [f32],
}

impl<'a> Parts<'a> {
    pub(super) fn new(person: &Person, rarities: &'a [f32]) -> Self {
        let (words, rest) = rarities.split_at_checked(person.word_count()).unwrap_or_default();
        let companies = rest.len().saturating_sub(after_companies(person));
        let (companies, points) = rest.split_at_checked(companies).unwrap_or_default();
        let (whole_name, points) = points.split_first().unwrap_or((&f32::INFINITY, &[]));
        let (dependence, points) = points.split_first().unwrap_or((&0.0, &[]));
        let (emails, phones) = points.split_at_checked(person.email_count()).unwrap_or_default();
        Self { words, companies, whole_name: *whole_name, dependence: *dependence, emails, phones }
    }
}

/// Number of the rarities of a person.
pub(super) fn count(person: &Person) -> usize {
    person.word_count() + person.companies().flat_map(words_of).count() + after_companies(person)
}

/// Number of the rarities after those of words: of the whole name, by how much words depend on each other, and of addresses
/// and numbers.
fn after_companies(person: &Person) -> usize {
    2 + person.email_count() + 2 * person.phones().len()
}

impl Parts<'_> {
    /// The rarity of the rarest word of a company; none without companies.
    pub(super) fn rarest_company(&self) -> Option<f32> {
        self.companies.iter().copied().reduce(f32::max)
    }

    /// Most bits of a name that agrees with this one.
    pub(super) fn name_max(&self) -> f32 {
        self.words.iter().map(|rarity| rarity.max(word_agreement::INITIAL)).sum()
    }
}
