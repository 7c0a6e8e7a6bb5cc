//! Evidence of each field, under each of the explanations of two contacts that are alike.

use super::{
    birthday::{Birthday, DayAgreement},
    distance::{above, is_misread},
    person::{Person, words_of},
    similarity::{share_no_number, similarity},
};

/// Bits of evidence for each explanation, against strangers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence {
    /// Both are one person.
    pub(super) person: f32,
    /// They are relatives who live together.
    pub(super) household: f32,
    /// They work for one company.
    pub(super) colleagues: f32,
}

impl Evidence {
    pub(super) const fn new(person: f32, household: f32, colleagues: f32) -> Self {
        Self { person, household, colleagues }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.person += other.person;
        self.household += other.household;
        self.colleagues += other.colleagues;
    }

    /// Adds the bits of a value that few have, of which others than these two share it. At worst it tells nothing about
    /// whether they are one person: a contact may stand in the directory many times.
    pub(super) fn shared(self, rare: f32, others: f32) -> Self {
        let (person, household) = ((self.person + rare - others).max(0.0), self.household + rare - others);
        Self::new(person, household, self.colleagues + rare - others * 0.5)
    }

    /// Adds bits to each: the logarithm of how rare a value is among strangers.
    fn rarer(self, bits: f32) -> Self {
        Self::new(self.person + bits, self.household + bits, self.colleagues + bits)
    }
}

/// Evidence in a field that is not known.
pub(super) const NOTHING: Evidence = Evidence::new(0.0, 0.0, 0.0);

/// How a field agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// One of the contacts has no value.
    Unknown,
    Same,
    Near,
    Different,
}

impl Agreement {
    pub(super) fn is_positive(self) -> bool {
        matches!(self, Self::Same | Self::Near)
    }
}

/// Digits that the ends of two numbers share where they are the same number.
const SAME_DIGITS: u64 = 10_000_000;

/// Bits for one person in a phone number of both, beside the logarithm of the number of contacts, and in others.
pub(super) const SAME_PHONE: f32 = 3.3;
pub(super) const DIFFERENT_PHONE: f32 = -3.0;

/// True where the numbers are the same but for the codes of country and area.
pub(super) fn is_same_phone(first: u64, second: u64) -> bool {
    let (short, long) = (first.min(second), first.max(second));
    if short < SAME_DIGITS / 10 {
        return first == second || short > 9_999 && long % 100_000 == short;
    }
    // The shorter one is the end of the longer one.
    let modulus = above(short);
    short == long || long >= modulus && long % modulus == short
}

/// A number that differs by a digit is evidence only of people who are alike in something else.
pub(super) fn phone(
    (first, sharing): (&Person, &[f32]),
    second: &Person,
    are_alike: bool,
    scale: f32,
) -> (Agreement, Evidence) {
    if first.phones().is_empty() || second.phones().is_empty() {
        return (Agreement::Unknown, NOTHING);
    }
    let (mut found, mut shared, mut near) = (Agreement::Different, f32::INFINITY, f32::INFINITY);
    let (sharing, nearness) = sharing.split_at_checked(first.phones().len()).unwrap_or_default();
    for ((one, sharing), nearness) in first.phones().iter().zip(sharing).zip(nearness) {
        for other in second.phones() {
            if is_same_phone(*one, *other) {
                found = Agreement::Same;
                shared = shared.min(*sharing);
            } else if found == Agreement::Different && are_alike && is_misread_phone(*one, *other) {
                found = Agreement::Near;
                near = near.min(*nearness);
            }
        }
    }
    let evidence = match found {
        // One person has several numbers. Relatives have the one of their home.
        Agreement::Same => Evidence::new(SAME_PHONE, 3.7, 0.5).shared(scale, shared),
        // No more than one that is the same.
        Agreement::Near => Evidence::new(0.0, -2.0, 0.0).rarer(near.min(SAME_PHONE + scale)),
        _ => Evidence::new(DIFFERENT_PHONE, -1.0, -0.4),
    };
    (found, evidence)
}

pub(super) fn is_misread_phone(first: u64, second: u64) -> bool {
    let (short, long) = (first.min(second), first.max(second));
    let modulus = above(short);
    let end = if long < modulus { long } else { long % modulus };
    short >= SAME_DIGITS / 10 && is_misread(short, end)
}

pub(super) fn birthday(first: Birthday, second: Birthday) -> (Agreement, Evidence) {
    match first.agreement(second) {
        DayAgreement::Unknown => (Agreement::Unknown, NOTHING),
        DayAgreement::Same => (Agreement::Same, Evidence::new(14.2, 9.0, 0.0)),
        DayAgreement::SameDay => (Agreement::Same, Evidence::new(8.3, 4.0, 0.0)),
        DayAgreement::Near => (Agreement::Near, Evidence::new(1.0, 0.0, 0.0)),
        DayAgreement::Different => (Agreement::Different, Evidence::new(-13.0, 0.0, 0.0)),
    }
}

/// Bits for one person in a UID of both, beside the logarithm of the number of contacts.
pub(super) const SAME_UID: f32 = 8.0;

pub(super) fn uid(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    match (first.uid(), second.uid()) {
        (Some(one), Some(other)) if one == other => (Agreement::Same, Evidence::new(SAME_UID, -4.0, -4.0).rarer(scale)),
        (Some(_), Some(_)) => (Agreement::Different, NOTHING),
        _ => (Agreement::Unknown, NOTHING),
    }
}

/// The most weight of colleagues, however small their company is.
const COLLEAGUES: f32 = -2.3;

/// Logarithm of the number of contacts from which on a word of a company is no typing error.
const KNOWN_COMPANY: f32 = 1.5;

/// Bits for a company of both, beside those of its name.
const SAME_COMPANY: f32 = -0.7;

/// Most bits for one person in companies whose rarest words these are; none where there are no companies.
pub(super) fn company_max(first: Option<f32>, second: Option<f32>) -> f32 {
    first.zip(second).map_or(0.0, |(first, second)| SAME_COMPANY + first.min(second).max(0.5))
}

/// Bits for one person in companies that have nothing in common. The name of a company in another script may be a translation.
pub(super) fn other_company(is_one_script: bool) -> f32 {
    if is_one_script { -3.0 } else { -1.0 }
}

/// The rarities are those of the companies' words, in their order.
pub(super) fn company(first: (&Person, &[f32]), second: (&Person, &[f32]), scale: f32) -> (Agreement, Evidence) {
    let mut best: Option<(f32, f32)> = None;
    for (one, rarities) in companies(first) {
        for (other, other_rarities) in companies(second) {
            let found = similarity((one, rarities), (other, other_rarities), scale - KNOWN_COMPANY);
            best = Some(best.filter(|best| best.0 >= found.0).unwrap_or(found));
        }
    }
    let Some((similarity, rarity)) = best else { return (Agreement::Unknown, NOTHING) };
    let (agreement, mut evidence) = match similarity {
        0.8.. => (Agreement::Same, Evidence::new(SAME_COMPANY, -4.3, 0.0).rarer(rarity)),
        0.5.. => (Agreement::Near, Evidence::new(-3.0, -5.0, -1.5).rarer(rarity * similarity)),
        0.3.. => (Agreement::Unknown, Evidence::new(-0.5, 0.0, -2.0)),
        _ if first.0.script != second.0.script => (Agreement::Unknown, Evidence::new(other_company(false), 0.0, -2.0)),
        _ => (Agreement::Different, Evidence::new(other_company(true), 0.0, -4.3)),
    };
    evidence.colleagues = evidence.colleagues.min(scale + COLLEAGUES);
    (agreement, evidence)
}

/// The companies of a person, each with the rarities of its words.
fn companies<'a>((person, rarities): (&'a Person, &'a [f32])) -> impl Iterator<Item = (&'a str, &'a [f32])> {
    let mut rest = rarities;
    person.companies().map(move |company| {
        let (of_this, others) = rest.split_at_checked(words_of(company).count()).unwrap_or_default();
        rest = others;
        (company, of_this)
    })
}

/// Bits for an address of both, beside the logarithm of the number of contacts.
const SAME_ADDRESS: f32 = 3.6;

/// Most bits for one person in addresses, if both have any.
pub(super) fn address_max(have_any: bool, scale: f32) -> f32 {
    if have_any { SAME_ADDRESS + scale } else { 0.0 }
}

pub(super) fn address(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    let mut best: Option<f32> = None;
    for one in first.addresses() {
        for other in second.addresses() {
            let found = if share_no_number(one, other) { 0.0 } else { similarity((one, &[]), (other, &[]), 0.0).0 };
            best = Some(best.map_or(found, |best| best.max(found)));
        }
    }
    match best {
        None => (Agreement::Unknown, NOTHING),
        Some(0.75..) => (Agreement::Same, Evidence::new(SAME_ADDRESS, 4.0, 1.6).rarer(scale)),
        Some(0.5..) => (Agreement::Near, Evidence::new(3.0, 3.0, 2.0)),
        Some(_) => (Agreement::Different, Evidence::new(-1.5, -2.3, 0.0)),
    }
}
