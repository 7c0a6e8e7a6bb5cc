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
