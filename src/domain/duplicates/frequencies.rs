//! How frequent words are in the directory.

use std::{collections::HashMap, hash::Hash};

use super::hash::hash;

/// Number of different words that other directories would add. A word that only one contact has is not as rare as that in
/// the world.
const OTHER_WORDS: f32 = 2_000.0;

/// Words that belong to a name of several words, and tell little.
const PARTICLES: [&str; 28] = [
    "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "el", "al", "van", "von", "der", "den",
    "ter", "ten", "zu", "bin", "ibn", "ben", "bint", "abu", "mac", "san", "o",
];
/// Bits of information in such a word, at most.
const PARTICLE: f32 = 1.0;

/// Weight of each other contact that shares an address or a number.
const SHARED: f32 = 20.0;

/// Number of others who share a number that says little more than where somebody lives.
const MANY: f32 = 8.0;
/// Share of numbers that are entered with a wrong digit, divided by how much more frequent a name is in one country.
const MISREAD: f32 = 0.008;
/// Most bits of evidence in two numbers of which one digit differs.
pub(super) const NEAR_NUMBERS_MAX: f32 = 14.0;
/// Numbers that are the same but for so many digits at the end, and the share of these in which one digit differs.
pub(super) const NEIGHBOURHOODS: [(u32, f32); 3] = [(2, 0.19), (3, 0.027), (4, 0.004)];
/// Fewest numbers of a neighbourhood that is counted.
pub(super) const CROWD: usize = 20;
/// Numbers are counted by their last eight digits.
const COUNTED_END: u64 = 100_000_000;

/// Something that is counted, by its hash: a directory's addresses and numbers need not be kept once more for that.
pub(super) type Counted = u64;

fn counted(kind: char, value: impl Hash) -> Counted {
    hash((kind, value))
}

/// A word of a name.
pub(super) fn name_word(word: &str) -> Counted {
    counted('w', word)
}

/// A word of a company's name.
pub(super) fn company_word(word: &str) -> Counted {
    counted('c', word)
}

/// A whole name, by its words in alphabetical order.
pub(super) fn whole_name(words: &[&str]) -> Counted {
    counted('n', words)
}

/// An e-mail address.
pub(super) fn email(address: &str) -> Counted {
    counted('e', address)
}

/// A phone number, by its last eight digits.
pub(super) fn phone(phone: u64) -> Counted {
    counted('p', phone % COUNTED_END)
}

/// A phone number without its last digits.
pub(super) fn neighbourhood(phone: u64, digits: u32) -> Counted {
    counted('a', (phone / 10_u64.pow(digits), digits))
}

/// How many contacts have each word, and how many contacts there are.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    records: u32,
    counts: HashMap<Counted, u32>,
}

impl Frequencies {
    /// Takes what was counted before. Words that are left out count as words of one contact.
    pub fn new(records: u32, counts: impl IntoIterator<Item = (u64, u32)>) -> Self {
        Self { records, counts: counts.into_iter().collect() }
    }

    /// Counts the words of one more contact, each of which it names once.
    pub(super) fn count(&mut self, words: impl IntoIterator<Item = Counted>) {
        self.records += 1;
        for word in words {
            *self.counts.entry(word).or_default() += 1;
        }
    }

    /// Number of contacts.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Hashes of what is counted, with the number of contacts that have each.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u32)> {
        self.counts.iter().map(|(counted, count)| (*counted, *count))
    }

    /// Notes that several contacts have something.
    pub(super) fn note_shared(&mut self, counted: Counted, count: u32) {
        self.counts.insert(counted, count);
    }

    /// Number of contacts that have something beside so many of them.
    fn others(&self, counted: Counted, known: u32) -> f32 {
        let others = self.counts.get(&counted).map_or(0, |count| count.saturating_sub(known));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let others = others as f32;
        others
    }

    fn scale(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let records = self.records as f32;
        records
    }

    /// Bits by which an address or a number tells less, because more contacts share it than the two that are compared.
    pub(super) fn sharing(&self, point: Counted) -> f32 {
        let others = self.others(point, 2);
        (1.0 + SHARED * others).log2() * (1.0 + (others / MANY).min(1.0).powi(2))
    }

    /// Most bits of information in a whole name, because more contacts have it than the two that are compared.
    pub(super) fn whole_name(&self, name: Counted) -> f32 {
        let others = self.others(name, 2);
        if others > 0.0 { ((self.scale() + OTHER_WORDS) / others).log2() } else { f32::INFINITY }
    }

    /// Bits of evidence in two numbers of which one digit differs. They are few where many numbers of the directory are
    /// close to each other, as those of a company are.
    pub(super) fn near_numbers(&self, phone: u64) -> f32 {
        let others = |(digits, share): (u32, f32)| self.others(neighbourhood(phone, digits), 0) * share;
        let others = NEIGHBOURHOODS.into_iter().map(others).fold(0.0, f32::max);
        (MISREAD * self.scale() / others.max(f32::MIN_POSITIVE)).log2().min(NEAR_NUMBERS_MAX)
    }

    /// Bits of information in a word of a name.
    pub(super) fn name_rarity(&self, word: &str) -> f32 {
        let rarity = self.rarity(name_word(word));
        if PARTICLES.contains(&word) { rarity.min(PARTICLE) } else { rarity }
    }

    /// Bits of information in a word: the logarithm of the number of people of whom one has it. One of those who have it
    /// is the person itself.
    pub(super) fn rarity(&self, word: Counted) -> f32 {
        ((self.scale() + OTHER_WORDS) / (self.others(word, 1) + 1.0)).log2()
    }
}
