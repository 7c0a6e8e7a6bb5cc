//! The most evidence that two names can have, told from a few numbers of their words. Most people who share a key have one
//! word in common, and others that no error makes the same.

use super::{
    forms::Script,
    names,
    person::Person,
    word_agreement::{self, Differences},
    word_sketch::{By, OtherForms, Word, WordSketch},
};

/// Most words of a name with a sketch. Longer names are compared in any case.
const WORDS_MAX: usize = 4;

/// A few numbers of a name.
#[derive(Clone, Debug)]
pub(super) struct NameSketch {
    words: [WordSketch; WORDS_MAX],
    /// Other forms of the words. Names in Latin letters, which are most, have none and take less memory.
    others: Option<Box<[OtherForms; WORDS_MAX]>>,
    dependence: f32,
    /// Bytes of all words.
    length: u16,
    /// Number of words, or 0 where there is no sketch of them.
    count: u8,
    script: Script,
}

impl NameSketch {
    /// The sketch of a person's name, with the rarities of its words, and by how much they depend on each other.
    pub(super) fn new(person: &Person, rarities: &[f32], dependence: f32) -> Self {
        let (mut words, mut others) = ([WordSketch::default(); WORDS_MAX], [None; WORDS_MAX]);
        let (mut count, mut length) = (0, 0_usize);
        let mut own = person.letters();
        // A character without a reading leaves others in its place.
        let are_read = person.script != Script::Characters || person.readings().count() == person.word_count();
        if person.word_count() <= WORDS_MAX && are_read {
            let slots = words.iter_mut().zip(&mut others);
            let of_person = person.words().zip(person.sounds()).zip(rarities);
            for ((word, others), ((text, sound), rarity)) in slots.zip(of_person) {
                (*word, *others) = WordSketch::new((text, sound), own.next().unwrap_or_default(), *rarity);
                length += text.len();
                count += 1;
            }
        }
        if !words.iter().all(|word| word.is_counted()) {
            count = 0;
        }
        let has_others = others.iter().any(Option::is_some);
        let others = has_others.then(|| Box::new(others.map(Option::unwrap_or_default)));
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        Self { words, others, dependence, length, count, script: person.script }
    }

    /// Most bits of evidence in two names for one person. None where their sketches do not tell.
    pub(super) fn bits_max(&self, other: &Self) -> Option<f32> {
        let (short, long) = if self.count <= other.count { (self, other) } else { (other, self) };
        let across = (&word_agreement::ACROSS_SCRIPTS, names::INCOMPARABLE);
        let differences = word_agreement::differences(self.script, other.script);
        let (differences, least) = differences.map_or(across, |differences| (differences, f32::NEG_INFINITY));
        let by = if word_agreement::is_by_reading(self.script, other.script) { By::Reading } else { By::Text };
        // Both names may be the same but for spaces.
        if short.count == 0 || short.count < long.count && self.length(by) == other.length(by) {
            return None;
        }
        let bits = words_max(short, long, (by, differences)).max(names::NOTHING_IN_COMMON);
        Some((bits + names::missing(short.count.into(), long.count.into())).max(least))
    }

    /// Length of all words together.
    fn length(&self, by: By) -> u16 {
        match by {
            By::Text => self.length,
            By::Reading => (0..self.count()).filter_map(|place| self.word(place)).map(Word::reading_length).sum(),
        }
    }

    pub(super) fn script(&self) -> Script {
        self.script
    }

    fn count(&self) -> usize {
        self.count.into()
    }

    fn word(&self, place: usize) -> Option<Word<'_>> {
        let others = self.others.as_deref().and_then(|others| others.get(place));
        self.words.get(place).map(|sketch| Word { sketch, others })
    }
}

/// Most bits of the words of a name, each of them with the best one of the other name.
fn words_max(short: &NameSketch, long: &NameSketch, (by, differences): (By, &Differences)) -> f32 {
    let dependence = short.dependence.max(long.dependence);
    let bits = |place, other| short.word(place)?.bits_max(long.word(other)?, by, differences);
    if (short.count, long.count) == (2, 2) {
        let straight = sum([bits(0, 0), bits(1, 1)], dependence);
        let crossed = sum([bits(0, 1), bits(1, 0)], dependence);
        return straight.max(crossed);
    }
    let best = |place| (0..long.count()).filter_map(|other| bits(place, other)).reduce(f32::max);
    sum((0..short.count()).map(best), dependence)
}

/// Most bits of words, by those of each one that may agree: all of these, which depend on each other, or the best one alone.
fn sum(words: impl IntoIterator<Item = Option<f32>>, dependence: f32) -> f32 {
    let (mut all, mut best, mut differing) = (0.0, word_agreement::OTHER_NAME, 0.0);
    let (mut agreeing, mut count) = ([0.0; WORDS_MAX], 0);
    for bits in words {
        if let Some(bits) = bits
            && let Some(slot) = agreeing.get_mut(count)
        {
            *slot = bits;
            count += 1;
        }
        let bits = bits.unwrap_or(word_agreement::OTHER_NAME);
        all += bits;
        best = bits.max(best);
        differing += word_agreement::OTHER_NAME;
    }
    let alone = best + differing - word_agreement::OTHER_NAME;
    if count > 1 { alone.max(all - names::lost(agreeing.into_iter().take(count), dependence)) } else { alone }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{hash::hash, person::Facts},
        *,
    };

    const WORDS: [&str; 29] = [
        "Anna",
        "Maria",
        "de",
        "Smith",
        "Bill",
        "William",
        "J",
        "Müller",
        "Mueller",
        "Jo",
        "Ng",
        "Иванова",
        "Анна",
        "김",
        "王",
        "萨沙",
        "Alexander",
        "鹅花",
        "さくら",
        "々",
        "지은",
        "小藤",
        "花子",
        "فاطمة",
        "刘",
        "Liu",
        "鹅",
        "Ελένη",
        "Schmidt",
    ];

    /// A word, with some typing errors.
    fn word() -> impl Strategy<Value = String> {
        let errors = prop::collection::vec((0..4_u8, 0..9_usize), 0..3);
        (prop::sample::select(&WORDS[..]), errors).prop_map(|(word, errors)| {
            let mut letters: Vec<char> = word.chars().collect();
            for (error, place) in errors {
                let place = place % letters.len();
                match error {
                    0 => letters[place] = 'x',
                    1 if letters.len() > 1 => drop(letters.remove(place)),
                    2 if place > 0 => letters.swap(place - 1, place),
                    _ => letters.insert(place, letters[place]),
                }
            }
            letters.into_iter().collect()
        })
    }

    fn person() -> impl Strategy<Value = Person> {
        prop::collection::vec(word(), 1..5)
            .prop_map(|words| Person::new(&Facts { name: words.join(" "), ..Facts::default() }))
    }

    /// Any rarities, the same for the same word.
    fn rarities(person: &Person, seed: u8) -> Vec<f32> {
        person.words().map(|word| f32::from(u8::try_from(hash((word, seed)) % 200).unwrap()) / 10.0).collect()
    }

    /// Bits of two names, and the most that their sketches promise.
    fn found_and_promised(people: [&Person; 2], rarities: [&[f32]; 2], dependence: f32) -> (f32, Option<f32>) {
        let ([first, second], [one, other]) = (people, rarities);
        let sketch = |person, rarities| NameSketch::new(person, rarities, dependence);
        let found = names::compare((first, one), (second, other), dependence).bits;
        (found, sketch(first, one).bits_max(&sketch(second, other)))
    }

    #[test]
    fn a_nickname_may_be_a_reading() {
        let [chinese, latin] =
            ["王萨沙", "Alexander Wang"].map(|name| Person::new(&Facts { name: name.to_owned(), ..Facts::default() }));
        let (found, promised) = found_and_promised([&chinese, &latin], [&[5.9, 11.5], &[7.2, 5.9]], 3.3);
        assert!(found > 5.0 && promised >= Some(found), "{found} {promised:?}");
    }

    proptest! {
        #[test]
        fn a_sketch_promises_at_least_what_the_names_have(
            first in person(),
            second in person(),
            seed in any::<u8>(),
            dependence in 0.0_f32..6.0,
        ) {
            let (one, other) = (rarities(&first, seed), rarities(&second, seed));
            let (found, promised) = found_and_promised([&first, &second], [&one, &other], dependence);
            if let Some(most) = promised {
                prop_assert!(found <= most + 0.001, "{found} {most}");
            }
        }
    }
}
