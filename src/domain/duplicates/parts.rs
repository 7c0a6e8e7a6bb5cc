//! The rarities of what a person has.

use super::{names, person::Person};

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
        let points = 2 + person.email_count() + 2 * person.phones().len();
        let (companies, points) = rest.split_at_checked(rest.len().saturating_sub(points)).unwrap_or_default();
        let (whole_name, points) = points.split_first().unwrap_or((&f32::INFINITY, &[]));
        let (dependence, points) = points.split_first().unwrap_or((&0.0, &[]));
        let (emails, phones) = points.split_at_checked(person.email_count()).unwrap_or_default();
        Self { words, companies, whole_name: *whole_name, dependence: *dependence, emails, phones }
    }
}

impl Parts<'_> {
    /// The rarity of the rarest word of a company; none without companies.
    pub(super) fn rarest_company(&self) -> Option<f32> {
        self.companies.iter().copied().reduce(f32::max)
    }

    /// Most bits of a name that agrees with this one.
    pub(super) fn name_max(&self) -> f32 {
        self.words.iter().map(|rarity| rarity.max(names::INITIAL)).sum()
    }
}
