//! The most evidence that two people can have, told from a few numbers of each. Most pairs are given up by these, which are
//! in the processor's cache where the people themselves are not.

use super::{
    birthday::Birthday,
    company_sketch::CompanySketch,
    distance::{letters, may_differ_by},
    emails::{self, DIFFERENT_EMAIL, SAME_EMAIL},
    evidence::{self, DIFFERENT_PHONE, SAME_PHONE, SAME_UID},
    frequencies::NEAR_NUMBERS_MAX,
    hash::hash,
    name_sketch::NameSketch,
    parts::Parts,
    person::Person,
};

/// A few numbers of a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sketch {
    name: NameSketch,
    name_max: f32,
    whole_name: f32,
    rarest_company: Option<f32>,
    company: Values<CompanySketch>,
    email: Values<Email>,
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

/// The hash of an address, the letters that it has, each as a bit, their number, and the evidence in one that is close to it.
#[derive(Clone, Copy, Debug)]
struct Email {
    hash: u32,
    letters: u32,
    length: u32,
    near: f32,
}

/// A number, and the evidence in one that is close to it.
#[derive(Clone, Copy, Debug)]
struct Phone {
    number: u64,
    near: f32,
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
        #[expect(clippy::cast_possible_truncation, reason = "a shorter hash")]
        let short = |hash: u64| hash as u32;
        let email = |email: &str| Email {
            hash: short(hash(email)),
            letters: letters(email),
            length: u32::try_from(email.len()).unwrap_or(u32::MAX),
            near: emails::near_max(email),
        };
        let near = parts.phones.last().copied().unwrap_or(f32::INFINITY);
        Self {
            name: NameSketch::new(person, parts.words, parts.dependence),
            name_max: parts.name_max(),
            whole_name: parts.whole_name,
            rarest_company: parts.rarest_company(),
            company: Values::of(person.companies(), |company| CompanySketch::new(company, parts.companies)),
            email: Values::of(person.emails(), email),
            phone: Values::of(person.phones().iter(), |number| Phone { number: *number, near }),
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
        let email = self.email.bits_max(&other.email, SAME_EMAIL + scale, |one, other| {
            if one.hash == other.hash {
                SAME_EMAIL + scale
            } else if may_differ_by((one.letters, one.length), (other.letters, other.length), 1) {
                one.near.max(other.near)
            } else {
                DIFFERENT_EMAIL
            }
        });
        let phone_max = (SAME_PHONE + scale).max(NEAR_NUMBERS_MAX);
        let phone = self.phone.bits_max(&other.phone, phone_max, |one, other| {
            if evidence::is_same_phone(one.number, other.number) {
                SAME_PHONE + scale
            } else if evidence::is_misread_phone(one.number, other.number) {
                one.near.max(other.near).max(0.0)
            } else {
                DIFFERENT_PHONE
            }
        });
        let (_, birthday) = evidence::birthday(self.birthday, other.birthday);
        let address = evidence::address_max(self.has_address && other.has_address, scale);
        let uid = if self.has_uid && other.has_uid { SAME_UID + scale } else { 0.0 };
        email + phone + birthday.person + address + uid
    }
}
