//! Evidence of each field, under each of the explanations of two contacts that are alike.

use super::{
    distance::{is_misread, is_near},
    person::{DayAgreement, Person},
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

    /// Adds bits to each: the logarithm of how rare a value is among strangers.
    fn rarer(self, bits: f32) -> Self {
        Self::new(self.person + bits, self.household + bits, self.colleagues + bits)
    }
}

const NOTHING: Evidence = Evidence::new(0.0, 0.0, 0.0);

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

/// Local parts of addresses that several people read.
const INBOXES: [&str; 40] = [
    "info",
    "office",
    "contact",
    "kontakt",
    "sales",
    "hello",
    "mail",
    "team",
    "admin",
    "support",
    "service",
    "buero",
    "praxis",
    "kanzlei",
    "sekretariat",
    "secretariat",
    "secretariaat",
    "segreteria",
    "accueil",
    "reception",
    "empfang",
    "rezeption",
    "recepcion",
    "contacto",
    "contato",
    "bestellung",
    "orders",
    "order",
    "buchhaltung",
    "accounting",
    "billing",
    "buh",
    "post",
    "zentrale",
    "help",
    "jobs",
    "hr",
    "marketing",
    "press",
    "enquiries",
];

pub(super) fn email(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    let (mut any, mut found) = (false, Agreement::Different);
    let mut is_inbox = true;
    for one in first.emails() {
        for other in second.emails() {
            any = true;
            if one == other {
                found = Agreement::Same;
                is_inbox &= one.split('@').next().is_some_and(|local| INBOXES.contains(&local));
            } else if found == Agreement::Different && is_mistyped(one, other) {
                found = Agreement::Near;
            }
        }
    }
    let evidence = match found {
        _ if !any => return (Agreement::Unknown, NOTHING),
        Agreement::Same if is_inbox => Evidence::new(4.3, 3.0, 5.6).rarer(scale),
        Agreement::Same => Evidence::new(5.6, 3.9, 1.6).rarer(scale),
        Agreement::Near => Evidence::new(8.0, 4.0, 2.0),
        _ => Evidence::new(-1.3, -0.2, 0.0),
    };
    (found, evidence)
}

/// True where a typing error makes one address of the other. Other digits are other addresses.
fn is_mistyped(first: &str, second: &str) -> bool {
    let digits = |text: &str| {
        text.bytes()
            .filter(u8::is_ascii_digit)
            .fold(0_u64, |all, digit| all.wrapping_mul(11).wrapping_add(digit.into()))
    };
    first.len().min(second.len()) > 7 && digits(first) == digits(second) && is_near(first, second)
}

/// Digits that the ends of two numbers share where they are the same number.
const SAME_DIGITS: u64 = 10_000_000;

/// True where the numbers are the same but for the codes of country and area.
fn is_same_phone(first: u64, second: u64) -> bool {
    let short = first.min(second);
    if short >= SAME_DIGITS / 10 {
        let mut modulus = SAME_DIGITS / 10;
        while modulus <= short {
            modulus *= 10;
        }
        // The shorter one is the end of the longer one.
        return first % modulus == second % modulus;
    }
    first == second || short > 9_999 && first.max(second) % 100_000 == short
}

pub(super) fn phone(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    if first.phones().is_empty() || second.phones().is_empty() {
        return (Agreement::Unknown, NOTHING);
    }
    let mut found = Agreement::Different;
    for one in first.phones() {
        for other in second.phones() {
            if is_same_phone(*one, *other) {
                found = Agreement::Same;
            } else if found == Agreement::Different && is_misread_phone(*one, *other) {
                found = Agreement::Near;
            }
        }
    }
    let evidence = match found {
        Agreement::Same => Evidence::new(3.3, 3.3, 2.3).rarer(scale),
        Agreement::Near => Evidence::new(12.0, 11.0, 13.0),
        _ => Evidence::new(-1.2, -1.0, -0.4),
    };
    (found, evidence)
}

fn is_misread_phone(first: u64, second: u64) -> bool {
    let short = first.min(second);
    let mut modulus = 1;
    while modulus <= short {
        modulus *= 10;
    }
    short >= SAME_DIGITS / 10 && is_misread(first % modulus, second % modulus)
}

pub(super) fn birthday(first: &Person, second: &Person) -> (Agreement, Evidence) {
    match first.birthday.agreement(second.birthday) {
        DayAgreement::Unknown => (Agreement::Unknown, NOTHING),
        DayAgreement::Same => (Agreement::Same, Evidence::new(14.2, 6.9, 0.0)),
        DayAgreement::SameDay => (Agreement::Same, Evidence::new(8.3, 3.0, 0.0)),
        DayAgreement::Near => (Agreement::Near, Evidence::new(1.0, 0.0, 0.0)),
        DayAgreement::Different => (Agreement::Different, Evidence::new(-8.5, 0.0, 0.0)),
    }
}

pub(super) fn uid(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    match (first.uid(), second.uid()) {
        (Some(one), Some(other)) if one == other => (Agreement::Same, Evidence::new(8.0, -4.0, -4.0).rarer(scale)),
        (Some(_), Some(_)) => (Agreement::Different, NOTHING),
        _ => (Agreement::Unknown, NOTHING),
    }
}

/// Companies agree as well as the rarer of two that are alike. The rarities are those of the companies, in their order.
pub(super) fn company(first: (&Person, &[f32]), second: (&Person, &[f32])) -> (Agreement, Evidence) {
    let (mut any, mut best) = (false, (0.0, 0.0));
    for (one, rarity) in first.0.companies().zip(first.1) {
        for (other, other_rarity) in second.0.companies().zip(second.1) {
            any = true;
            let similarity = similarity(one, other);
            if similarity > best.0 {
                best = (similarity, rarity.min(*other_rarity));
            }
        }
    }
    match best {
        _ if !any => (Agreement::Unknown, NOTHING),
        (1.0, rarity) => (Agreement::Same, Evidence::new(-0.7, -4.3, 0.0).rarer(rarity)),
        (similarity, rarity) if similarity >= 0.6 => {
            (Agreement::Near, Evidence::new(-2.0, -5.0, -1.5).rarer(rarity * similarity))
        }
        _ => (Agreement::Different, Evidence::new(-1.7, 0.0, -4.3)),
    }
}

pub(super) fn address(first: &Person, second: &Person, scale: f32) -> (Agreement, Evidence) {
    let mut best: Option<f32> = None;
    for one in first.addresses() {
        for other in second.addresses() {
            let similarity = similarity(one, other);
            best = Some(best.map_or(similarity, |best| best.max(similarity)));
        }
    }
    match best {
        None => (Agreement::Unknown, NOTHING),
        Some(similarity) if similarity >= 0.75 => (Agreement::Same, Evidence::new(3.6, 4.0, 1.6).rarer(scale)),
        Some(similarity) if similarity >= 0.5 => (Agreement::Near, Evidence::new(3.0, 3.0, 2.0)),
        Some(_) => (Agreement::Different, Evidence::new(-1.5, -2.3, 0.0)),
    }
}

/// Share of letters in words that agree, from 0 to 1. Words that only one of the texts has count half.
fn similarity(first: &str, second: &str) -> f32 {
    if first == second {
        return 1.0;
    }
    let mut used = 0_u64;
    let (mut agreed, mut lost) = (0, 0);
    for word in first.split(' ') {
        let mut places = second.split(' ').enumerate().take(64).filter(|(place, _)| used & 1 << place == 0);
        let is_number = word.bytes().all(|letter| letter.is_ascii_digit());
        match places.find(|(_, other)| *other == word || !is_number && is_near(word, other)) {
            Some((place, _)) => {
                used |= 1 << place;
                agreed += word.len();
            }
            None => lost += word.len(),
        }
    }
    let others = second.split(' ').enumerate().take(64).filter(|(place, _)| used & 1 << place == 0);
    let lost_of_others: usize = others.map(|(_, word)| word.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "lengths of words")]
    let (agreed, fewer, more) = (agreed as f32, lost.min(lost_of_others) as f32, lost.max(lost_of_others) as f32);
    agreed / (agreed + fewer + (more - fewer) * 0.3).max(1.0)
}
