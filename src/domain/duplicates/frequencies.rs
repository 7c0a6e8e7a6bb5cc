//! How frequent words are in the directory.

use std::hash::Hash;

use rapidhash::RapidHashMap;

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
/// Share of numbers that are entered with a wrong digit.
const MISREAD: f32 = 0.03;
/// Most digits of a number that its subscriber may have misread. Those of the country are the same in many numbers.
pub(super) const DIGITS_MAX: u32 = 10;
/// Most bits of evidence in two numbers of which one digit differs: those of ten digits that no other number is close to.
pub(super) const NEAR_NUMBERS_MAX: f32 = 21.5;

/// Numbers that are the same but for some digits at the end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neighbourhood {
    /// Number of these digits.
    pub(super) digits: u32,
    /// Fewest numbers of one that is counted. Fewer are no more than chance.
    pub(super) crowd: usize,
}

pub(super) const NEIGHBOURHOODS: [Neighbourhood; 4] = [
    Neighbourhood { digits: 2, crowd: 3 },
    Neighbourhood { digits: 3, crowd: 6 },
    Neighbourhood { digits: 4, crowd: 20 },
    Neighbourhood { digits: 6, crowd: 500 },
];

/// Share of the numbers of so many digits in which one digit differs from those of one number, or two are swapped.
pub(super) fn share_of_near(digits: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few digits")]
    let (wrong, all) = ((9 * digits + digits.saturating_sub(1)) as f32, 10_u64.pow(digits) as f32);
    wrong / all
}
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

/// Numbers of contacts that are counted for each alphabet.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum OfAlphabet {
    /// Contacts whose names are in it.
    All,
    /// Contacts with a common whole name of two words.
    Common,
    /// The same, if words were independent of each other.
    Expected,
}

impl OfAlphabet {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::Common, Self::Expected];
}

/// A number of contacts of an alphabet.
pub(super) fn of_alphabet(alphabet: u8, number: OfAlphabet) -> Counted {
    counted('s', (alphabet, number))
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
    counts: RapidHashMap<Counted, u32>,
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

    /// Number of contacts that have something.
    pub(super) fn count_of(&self, counted: Counted) -> u32 {
        self.counts.get(&counted).copied().unwrap_or_default()
    }

    /// Notes that several contacts have something.
    pub(super) fn note_shared(&mut self, counted: Counted, count: u32) {
        self.counts.insert(counted, count);
    }

    /// Number of contacts that have something beside so many of them.
    pub(super) fn others(&self, counted: Counted, known: u32) -> f32 {
        let others = self.count_of(counted).saturating_sub(known);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let others = others as f32;
        others
    }

    /// Number of contacts.
    pub(super) fn scale(&self) -> f32 {
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
    /// close to each other, as those of a company are, or where numbers are short.
    pub(super) fn near_numbers(&self, phone: u64) -> f32 {
        let digits = phone.checked_ilog10().map_or(1, |digits| digits + 1).min(DIGITS_MAX);
        let others = |Neighbourhood { digits, crowd: _ }: Neighbourhood| {
            self.others(neighbourhood(phone, digits), 2) * share_of_near(digits)
        };
        // Before the first scan no contact is counted.
        let scale = self.scale().max(1.0);
        let others = NEIGHBOURHOODS.into_iter().map(others).fold(scale * share_of_near(digits), f32::max);
        (MISREAD * scale / others.max(f32::MIN_POSITIVE)).log2().min(NEAR_NUMBERS_MAX)
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

#[cfg(test)]
mod tests {
    use super::{Frequencies, NEAR_NUMBERS_MAX, neighbourhood};

    #[test]
    fn numbers_that_are_close_say_little_in_a_crowd_and_where_they_are_short() {
        let crowd = Frequencies::new(1_000_000, [(neighbourhood(49_301_234_567, 2), 80)]);
        let alone = crowd.near_numbers(49_309_876_543);
        assert!((alone - NEAR_NUMBERS_MAX).abs() < 0.1);
        assert!(crowd.near_numbers(49_301_234_511) < alone - 8.0);
        assert!(crowd.near_numbers(1_234_567) < alone - 8.0);
    }

    #[test]
    fn numbers_that_are_close_say_something_before_the_first_scan() {
        let bits = Frequencies::default().near_numbers(49_309_876_543);
        assert!(bits > 0.0 && bits <= NEAR_NUMBERS_MAX, "{bits}");
    }
}
