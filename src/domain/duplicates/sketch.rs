//! The most evidence that two people can have, told from a few numbers of each. Most pairs are given up by these, which are
//! in the processor's cache where the people themselves are not.

use super::{
    birthday::Birthday,
    company_sketch::CompanySketch,
    email_sketch::EmailSketch,
    emails::SAME_EMAIL,
    evidence::{self, DIFFERENT_PHONE, SAME_PHONE, SAME_UID},
    frequencies::NEAR_NUMBERS_MAX,
    name_sketch::NameSketch,
    parts::Parts,
    person::Person,
};

/// A few numbers of a person.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    name: NameSketch,
    name_max: f32,
    whole_name: f32,
    rarest_company: Option<f32>,
    company: Values<CompanySketch>,
    email: Values<EmailSketch>,
    phone: Values<Phone>,
    birthday: Birthday,
    has_address: bool,
    has_uid: bool,
}

/// Values of a field. Only what has one is looked at.
#[derive(Clone, Copy, Debug)]
enum Values<T> {
    None,
    One(T),
    Many,
}

/// A number, the evidence in one that is close to it, and by how much it tells less because others share it.
#[derive(Clone, Copy, Debug)]
struct Phone {
    number: u64,
    near: f32,
    sharing: f32,
}

impl Phone {
    fn bits_max(&self, other: &Self, scale: f32) -> f32 {
        if evidence::is_same_phone(self.number, other.number) {
            (SAME_PHONE + scale - self.sharing.min(other.sharing)).max(0.0)
        } else if evidence::is_misread_phone(self.number, other.number) {
            self.near.max(other.near).max(0.0)
        } else {
            DIFFERENT_PHONE
        }
    }
}

impl<T> Values<T> {
    fn of<V>(mut values: impl Iterator<Item = V>, sketch: impl FnOnce(V) -> T) -> Self {
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(value), None) => Self::One(sketch(value)),
            _ => Self::Many,
        }
    }

    /// Most bits of two fields: those of one value each, or of values that are the same.
    fn bits_max(&self, other: &Self, same: f32, of_two: impl FnOnce(&T, &T) -> f32) -> f32 {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => 0.0,
            (Self::One(one), Self::One(other)) => of_two(one, other),
            _ => same,
        }
    }
}

impl Sketch {
    /// The sketch of a person, with the rarities of the person's words.
    pub(super) fn new(person: &Person, rarities: &[f32]) -> Self {
        let parts = Parts::new(person, rarities);
        let shared = |sharing: &[f32]| sharing.first().copied().unwrap_or_default();
        let phone = |number: &u64| {
            let near = parts.phones.last().copied().unwrap_or(f32::INFINITY);
            Phone { number: *number, near, sharing: shared(parts.phones) }
        };
        Self {
            name: NameSketch::new(person, parts.words, parts.dependence),
            name_max: parts.name_max(),
            whole_name: parts.whole_name,
            rarest_company: parts.rarest_company(),
            company: Values::of(person.companies(), |company| CompanySketch::new(company, parts.companies)),
            email: Values::of(person.emails(), |email| EmailSketch::new(email, shared(parts.emails))),
            phone: Values::of(person.phones().iter(), phone),
            birthday: person.birthday,
            has_address: person.addresses().next().is_some(),
            has_uid: person.uid().is_some(),
        }
    }

    /// True where both may have so many bits of evidence that they are one person, among so many contacts by their logarithm.
    pub(super) fn may_have(&self, other: &Self, least: f32, scale: f32) -> bool {
        let company = evidence::company_max(self.rarest_company, other.rarest_company);
        let least = least - self.known_max(other, scale);
        let name = self.name_max.min(other.name_max).min(self.whole_name.max(other.whole_name));
        if company + name < least {
            return false;
        }
        let is_one_script = self.name.script() == other.name.script();
        let company = self
            .company
            .bits_max(&other.company, company, |one, other| one.bits_max(other, is_one_script).unwrap_or(company));
        company + name >= least && self.name.bits_max(&other.name).is_none_or(|name| company + name >= least)
    }

    /// Most bits of all fields but names and companies.
    fn known_max(&self, other: &Self, scale: f32) -> f32 {
        let email = self.email.bits_max(&other.email, SAME_EMAIL + scale, |one, other| one.bits_max(other, scale));
        let phone_max = (SAME_PHONE + scale).max(NEAR_NUMBERS_MAX);
        let phone = self.phone.bits_max(&other.phone, phone_max, |one, other| one.bits_max(other, scale));
        let (_, birthday) = evidence::birthday(self.birthday, other.birthday);
        let address = evidence::address_max(self.has_address && other.has_address, scale);
        let uid = if self.has_uid && other.has_uid { SAME_UID + scale } else { 0.0 };
        email + phone + birthday.person + address + uid
    }
}
