//! The most evidence that two names can have, told from a few numbers of their words. Most people who share a key have one
//! word in common, and others that no error makes the same.

use super::{
    distance::{accepted, letters, may_differ_by},
    forms::Script,
    hash::hash,
    latin, names, nicknames,
    parts::ShortRarity,
    person::Person,
    word_agreement::{self, Differences},
};

/// Most words of a name with a sketch. Longer names are compared in any case.
const WORDS_MAX: usize = 4;

/// A few numbers of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameSketch {
    words: [Word; WORDS_MAX],
    /// Number of words, or 0 where there is no sketch of them.
    count: u8,
    script: Script,
    /// Bytes of all words.
    length: u16,
    dependence: f32,
}

/// A few numbers of a word.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    /// Letters of the word in Latin letters, for Chinese characters those of their reading; each as a bit, and their number.
    latin: u32,
    latin_count: u8,
    /// Letters of its own script, where that is another one.
    own_count: u8,
    own: u32,
    text: Form,
    reading: Form,
    rarity: ShortRarity,
    is_initial: bool,
    has_nickname: bool,
}

/// Short hashes of a word in one form, and of how it sounds.
#[derive(Clone, Copy, Debug, Default)]
struct Form {
    hash: u16,
    sound: u16,
}

/// Form by which words are compared.
#[derive(Clone, Copy)]
enum By {
    Text,
    Reading,
}

/// Letters of a word, each as a bit, and their number.
#[derive(Clone, Copy)]
struct Letters {
    letters: u32,
    count: u8,
}

impl NameSketch {
    /// The sketch of a person's name, with the rarities of its words, and by how much they depend on each other.
    pub(super) fn new(person: &Person, rarities: &[f32], dependence: f32) -> Self {
        let (mut words, mut count, mut length) = ([Word::default(); WORDS_MAX], 0, 0_usize);
        let mut own = person.letters();
        // A character without a reading leaves others in its place.
        let are_read = person.script != Script::Characters || person.readings().count() == person.word_count();
        if person.word_count() <= WORDS_MAX && are_read {
            let of_person = person.words().zip(person.sounds()).zip(rarities);
            for (slot, ((text, sound), rarity)) in words.iter_mut().zip(of_person) {
                *slot = Word::new((text, sound), own.next().unwrap_or_default(), *rarity);
                length += text.len();
                count += 1;
            }
        }
        if words.iter().any(|word| word.latin_count == u8::MAX) {
            // Its letters were not all counted.
            count = 0;
        }
        let length = u16::try_from(length).unwrap_or(u16::MAX);
        Self { words, count, script: person.script, length, dependence }
    }

    /// Most bits of evidence in two names for one person. None where their sketches do not tell.
    pub(super) fn bits_max(&self, other: &Self) -> Option<f32> {
        let (one, two) = (self.words(), other.words());
        let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
        let across = (&word_agreement::ACROSS_SCRIPTS, names::INCOMPARABLE);
        let differences = word_agreement::differences(self.script, other.script);
        let (differences, least) = differences.map_or(across, |differences| (differences, f32::NEG_INFINITY));
        let by = if word_agreement::is_by_reading(self.script, other.script) { By::Reading } else { By::Text };
        // Both names may be the same but for spaces.
        if short.is_empty() || short.len() < long.len() && self.length(by) == other.length(by) {
            return None;
        }
        let dependence = self.dependence.max(other.dependence);
        let bits = words_max(short, long, (by, differences), dependence).max(names::NOTHING_IN_COMMON);
        Some((bits + names::missing(short.len(), long.len())).max(least))
    }

    /// Length of all words together.
    fn length(&self, by: By) -> u16 {
        match by {
            By::Text => self.length,
            By::Reading => self.words().iter().map(|word| u16::from(word.latin_count)).sum(),
        }
    }

    pub(super) fn script(&self) -> Script {
        self.script
    }

    fn words(&self) -> &[Word] {
        self.words.get(..usize::from(self.count)).unwrap_or_default()
    }
}

/// Most bits of the words of a name, each of them with the best one of the other name.
fn words_max(short: &[Word], long: &[Word], (by, differences): (By, &Differences), dependence: f32) -> f32 {
    let bits = |word: &Word, other: &Word| word.bits_max(other, by, differences);
    if let ([one, two], [first, second]) = (short, long) {
        let straight = sum([bits(one, first), bits(two, second)], dependence);
        let crossed = sum([bits(one, second), bits(two, first)], dependence);
        return straight.max(crossed);
    }
    sum(short.iter().map(|word| long.iter().filter_map(|other| bits(word, other)).reduce(f32::max)), dependence)
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

impl Word {
    #[expect(clippy::cast_possible_truncation, reason = "shorter hashes")]
    fn new((text, sound): (&str, &str), own: &str, rarity: f32) -> Self {
        let form = |text: &str, sound: &str| Form { hash: hash(text) as u16, sound: hash(sound) as u16 };
        let text_form = form(text, sound);
        let reading = (!text.is_ascii()).then(|| latin::latin(text));
        let (latin, own) = (Letters::new(reading.as_deref().unwrap_or(text)), Letters::new(own));
        Self {
            latin: latin.letters,
            latin_count: latin.count,
            own: own.letters,
            own_count: own.count,
            text: text_form,
            reading: reading.as_deref().map_or(text_form, |reading| form(reading, &latin::sound(reading))),
            rarity: ShortRarity::new(rarity),
            is_initial: text.len() == 1,
            has_nickname: nicknames::has_any(text) || reading.as_deref().is_some_and(nicknames::has_any),
        }
    }

    fn latin(&self) -> Letters {
        Letters { letters: self.latin, count: self.latin_count }
    }

    fn own(&self) -> Letters {
        Letters { letters: self.own, count: self.own_count }
    }

    fn form(&self, by: By) -> Form {
        match by {
            By::Text => self.text,
            By::Reading => self.reading,
        }
    }

    /// True for one letter. A Chinese character is none, but its reading may be.
    fn is_initial(&self, by: By) -> bool {
        match by {
            By::Text => self.is_initial,
            By::Reading => self.latin_count == 1,
        }
    }

    /// Most bits of this word and another one; none if they differ.
    fn bits_max(&self, other: &Self, by: By, differences: &Differences) -> Option<f32> {
        let (one, two) = (self.form(by), other.form(by));
        if one.hash == two.hash {
            // Other words may have the same short hash.
            return Some(self.rarity.min(other.rarity).bits().max(word_agreement::INITIAL));
        }
        let (short, long) = if self.latin_count <= other.latin_count { (self, other) } else { (other, self) };
        let is_part = short.latin & !long.latin == 0;
        if short.is_initial(by) {
            return is_part.then_some(word_agreement::INITIAL);
        }
        let difference = if one.sound == two.sound {
            differences.transcription
        } else if short.latin().may_be_near(long.latin()) || self.own().may_be_near(other.own()) {
            differences.error
        } else if is_part {
            differences.cut_off
        } else {
            f32::NEG_INFINITY
        };
        let by_nickname =
            if self.has_nickname && other.has_nickname { differences.nickname } else { f32::NEG_INFINITY };
        let difference = difference.max(by_nickname);
        // A word that may agree counts for more than one that differs.
        let bits = || {
            word_agreement::similar_bits((self.rarity.bits(), other.rarity.bits()), difference)
                .max(word_agreement::OTHER_NAME)
        };
        (difference > f32::NEG_INFINITY).then(bits)
    }
}

impl Letters {
    fn new(text: &str) -> Self {
        Self { letters: letters(text), count: u8::try_from(text.chars().count()).unwrap_or(u8::MAX) }
    }

    /// False where so few errors as are accepted do not make one word of the other.
    fn may_be_near(self, other: Self) -> bool {
        let accepted = accepted(self.count.into(), other.count.into()).max(1);
        // Two words that are near have a letter in common. A word without letters of its own script has none here.
        self.letters & other.letters != 0
            && may_differ_by((self.letters, self.count.into()), (other.letters, other.count.into()), accepted)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::person::Facts, *};

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
