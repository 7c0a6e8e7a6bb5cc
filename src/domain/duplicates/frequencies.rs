//! How frequent words are in the directory.

use std::collections::HashMap;

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
const NEAR_NUMBERS_MAX: f32 = 14.0;
/// Numbers that are the same but for so many digits at the end, and the share of these in which one digit differs.
pub(super) const NEIGHBOURHOODS: [(u32, f32); 3] = [(2, 0.19), (3, 0.027), (4, 0.004)];
/// Fewest numbers of a neighbourhood that is counted.
pub(super) const CROWD: usize = 20;

/// A number without its last digits, as it is counted.
pub(super) fn neighbourhood(phone: u64, digits: u32) -> String {
    format!("+{}*{digits}", phone / 10_u64.pow(digits))
}

/// How many contacts have each word, and how many contacts there are.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    records: u32,
    words: HashMap<Box<str>, u32>,
}

impl Frequencies {
    /// Takes what was counted before. Words that are left out count as words of one contact.
    pub fn new(records: u32, words: impl IntoIterator<Item = (String, u32)>) -> Self {
        Self { records, words: words.into_iter().map(|(word, count)| (word.into(), count)).collect() }
    }

    /// Counts the words of one more contact, each of which it names once.
    pub(super) fn count<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        self.records += 1;
        for word in words {
            match self.words.get_mut(word) {
                Some(count) => *count += 1,
                None => drop(self.words.insert(word.into(), 1)),
            }
        }
    }

    /// Number of contacts.
    pub fn records(&self) -> u32 {
        self.records
    }

    /// Each word, with the number of contacts that have it.
    pub fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words.iter().map(|(word, count)| (&**word, *count))
    }

    /// Notes that several contacts have a word.
    pub(super) fn note_shared(&mut self, word: String, count: u32) {
        self.words.insert(word.into(), count);
    }

    /// Bits by which an address or a number tells less, because more contacts share it than the two that are compared.
    pub(super) fn sharing(&self, word: &str) -> f32 {
        let others = self.words.get(word).map_or(0, |count| count.saturating_sub(2));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let others = others as f32;
        (1.0 + SHARED * others).log2() * (1.0 + (others / MANY).min(1.0).powi(2))
    }

    /// Most bits of information in a whole name, because more contacts have it than the two that are compared.
    pub(super) fn whole_name(&self, word: &str) -> f32 {
        let others = self.words.get(word).map_or(0, |count| count.saturating_sub(2));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (others, records) = (others as f32, self.records as f32);
        if others > 0.0 { ((records + OTHER_WORDS) / others).log2() } else { f32::INFINITY }
    }

    /// Bits of evidence in two numbers of which one digit differs. They are few where many numbers of the directory are
    /// close to each other, as those of a company are.
    pub(super) fn near_numbers(&self, phone: u64) -> f32 {
        let others = |(digits, neighbours): (u32, f32)| {
            let count = self.words.get(neighbourhood(phone, digits).as_str());
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            count.map_or(0.0, |count| *count as f32 * neighbours)
        };
        let others = NEIGHBOURHOODS.into_iter().map(others).fold(0.0, f32::max);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let records = self.records as f32;
        (MISREAD * records / others.max(f32::MIN_POSITIVE)).log2().min(NEAR_NUMBERS_MAX)
    }

    /// Bits of information in a word: the logarithm of the number of people of whom one has it. One of those who have it
    /// is the person itself.
    pub(super) fn rarity(&self, word: &str) -> f32 {
        let others = self.words.get(word).map_or(0, |count| count.saturating_sub(1));
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let (others, records) = (others as f32, self.records as f32);
        let rarity = ((records + OTHER_WORDS) / (others + 1.0)).log2();
        if PARTICLES.contains(&word) { rarity.min(PARTICLE) } else { rarity }
    }
}
