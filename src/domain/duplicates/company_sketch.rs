//! The most evidence that two companies can have, told from a few numbers of their words. Most namesakes work for companies
//! whose names have no word in common.

use super::{
    distance::{letters, may_differ_by, near_errors_max},
    evidence,
    parts::ShortRarity,
    person::words_of,
};

/// Most words of a company's name with a sketch. Companies with longer names are compared in any case.
const WORDS_MAX: usize = 4;

/// A few numbers of a company's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompanySketch {
    words: [Word; WORDS_MAX],
    /// Number of words, or 0 where there is no sketch of them.
    count: u8,
    /// All words as one, as rare as the rarest of them.
    joined: Word,
}

/// Letters of a word, each as a bit, their number, and how rare the word is.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    letters: u32,
    length: u16,
    rarity: ShortRarity,
}

impl CompanySketch {
    /// Makes the sketch of a company's name, with the rarities of its words.
    pub(super) fn new(name: &str, rarities: &[f32]) -> Self {
        let (mut words, mut count, mut joined) = ([Word::default(); WORDS_MAX], 0, Word::default());
        if words_of(name).count() <= WORDS_MAX {
            for ((slot, text), rarity) in words.iter_mut().zip(words_of(name)).zip(rarities) {
                *slot = Word {
                    letters: letters(text),
                    length: u16::try_from(text.len()).unwrap_or(u16::MAX),
                    rarity: ShortRarity::new(*rarity),
                };
                joined.letters |= slot.letters;
                joined.length = joined.length.saturating_add(slot.length);
                joined.rarity = joined.rarity.max(slot.rarity);
                count += 1;
            }
        }
        Self { words, count, joined }
    }

    /// Returns the most bits for one person in two companies of people whose names are in one script, or in two. None where
    /// the sketches do not tell.
    pub(super) fn bits_max(&self, other: &Self, is_one_script: bool) -> Option<f32> {
        let (one, two) = (self.words(), other.words());
        if one.is_empty() || two.is_empty() {
            return None;
        }
        let pairs = one.iter().flat_map(|word| two.iter().map(|other| (*word, *other)));
        let near = pairs.filter(|(word, other)| word.may_be_near(*other));
        // Both may be the same but for spaces and an error.
        let joined = Some((self.joined, other.joined)).filter(|(one, other)| one.may_differ_by(*other, 1));
        let rarest = near.chain(joined).map(|(word, other)| word.rarity.min(other.rarity)).max().map(ShortRarity::bits);
        Some(rarest.map_or_else(
            || evidence::other_company(is_one_script),
            |rarest| evidence::company_max(Some(rarest), Some(rarest)),
        ))
    }

    fn words(&self) -> &[Word] {
        self.words.get(..usize::from(self.count)).unwrap_or_default()
    }
}

impl Word {
    fn may_be_near(self, other: Self) -> bool {
        self.may_differ_by(other, near_errors_max(self.length.min(other.length).into()))
    }

    /// False where so few errors do not make one of the other.
    fn may_differ_by(self, other: Self, errors: usize) -> bool {
        may_differ_by((self.letters, self.length.into()), (other.letters, other.length.into()), errors)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::person::{Facts, Person},
        CompanySketch, evidence,
    };

    const WORDS: [&str; 12] =
        ["Acme", "Acne", "Acmes", "Trading", "Traiding", "Halle", "Algor", "AlgorHalle", "Hal", "Le", "Werke", "天辉"];

    fn person() -> impl Strategy<Value = Person> {
        prop::collection::vec(prop::sample::select(&WORDS[..]), 1..5)
            .prop_map(|words| Person::new(&Facts { companies: vec![words.join(" ")], ..Facts::default() }))
    }

    proptest! {
        #[test]
        fn a_sketch_promises_at_least_what_the_companies_have(
            first in person(),
            second in person(),
            rarities in prop::collection::vec(0.0_f32..20.0, 8),
            scale in 10.0_f32..20.0,
        ) {
            // Different words of one number are as rare, which the sketch need not know.
            let of = |person: &Person| person.company_words().map(|word| rarities[usize::try_from(word % 8).unwrap()]).collect::<Vec<_>>();
            let (one, other) = (of(&first), of(&second));
            let (_, found) = evidence::company((&first, &one), (&second, &other), scale);
            let sketch = |person: &Person, rarities: &[f32]| CompanySketch::new(person.companies().next().unwrap(), rarities);
            if let Some(most) = sketch(&first, &one).bits_max(&sketch(&second, &other), true) {
                prop_assert!(found.person <= most + 0.001, "{found:?} {most}");
            }
        }
    }
}
