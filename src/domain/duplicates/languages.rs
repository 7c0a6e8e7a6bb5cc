//! How much the words of a name say together: those of one language go together, so that each says less than alone.
//!
//! Two words that are independent of each other are in one name as often as the shares of contacts that have each of them,
//! multiplied. Given and family names of a language that one of ten contacts speaks are ten times as often together. The
//! directory tells how often by its common whole names. Where it has few of these, the alphabet tells as much as it can.

use std::collections::HashMap;

use super::{
    frequencies::{Frequencies, OfAlphabet, name_word, of_alphabet},
    person::Person,
};

/// Fewest contacts with one whole name that is a common one, and not one contact many times.
const COMMON: f32 = 20.0;
/// Fewest contacts with common names of an alphabet that tell how its words go together.
const COMMON_NAMES_MIN: f32 = 500.0;
/// Fewest bits that two words of one name both tell, where no common names tell how many.
const OF_ONE_LANGUAGE: f32 = 3.0;

/// Counts the contacts of each alphabet. The words and the whole names of these are counted already.
pub(super) fn count(people: &[Person], frequencies: &mut Frequencies) {
    let mut alphabets: HashMap<u8, (u32, f32, f32)> = HashMap::new();
    for person in people {
        let (all, observed, expected) = alphabets.entry(person.alphabet).or_default();
        *all += 1;
        let common = frequencies.others(person.whole_name(), 0);
        if common >= COMMON && person.word_count() == 2 {
            let words: f32 = person.words().map(|word| frequencies.others(name_word(word), 0)).product();
            *observed += 1.0;
            // Each of those who have this name adds its part.
            *expected += words / frequencies.scale() / common;
        }
    }
    for (alphabet, (all, observed, expected)) in alphabets {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of contacts")]
        let [observed, expected] = [observed, expected].map(|number| number.round() as u32);
        for (number, count) in
            [(OfAlphabet::All, all), (OfAlphabet::Common, observed), (OfAlphabet::Expected, expected)]
        {
            frequencies.note_shared(of_alphabet(alphabet, number), count);
        }
    }
}

/// Bits that each further word of a name in an alphabet says less than alone.
pub(super) fn dependence(frequencies: &Frequencies, alphabet: u8) -> f32 {
    let count = |number| frequencies.others(of_alphabet(alphabet, number), 0);
    let of_alphabet = (frequencies.scale() / count(OfAlphabet::All).max(1.0)).log2();
    if count(OfAlphabet::Common) < COMMON_NAMES_MIN {
        return of_alphabet.max(OF_ONE_LANGUAGE);
    }
    (count(OfAlphabet::Common) / count(OfAlphabet::Expected).max(1.0)).log2().max(of_alphabet)
}

#[cfg(test)]
mod tests {
    use super::{super::person::Facts, *};

    const LATIN: u8 = 0;
    const GREEK: u8 = 1;

    fn person(name: &str) -> Person {
        Person::new(&Facts { name: name.to_owned(), ..Facts::default() })
    }

    #[test]
    fn words_go_together_as_common_names_tell() {
        // Half of all have one of two names of a language, and the other half others, which are of one contact each.
        let mut people: Vec<Person> =
            (0..1_000).map(|number| person(["Anna Rossi", "Luca Bianchi"][number % 2])).collect();
        people.extend((0..1_000).map(|number| person(&format!("Given{number} Family{number}"))));
        let mut frequencies = Frequencies::default();
        for person in &people {
            frequencies.count(person.frequent_words());
        }
        for name in ["Anna Rossi", "Luca Bianchi"] {
            frequencies.note_shared(person(name).whole_name(), 500);
        }
        count(&people, &mut frequencies);
        // A quarter of all have each word, and a quarter have both, which is four times as many as by chance.
        assert!((dependence(&frequencies, LATIN) - 2.0).abs() < 0.01);
    }

    #[test]
    fn an_alphabet_that_few_use_is_a_language() {
        let greek = of_alphabet(GREEK, OfAlphabet::All);
        let latin = of_alphabet(LATIN, OfAlphabet::All);
        let frequencies = Frequencies::new(6_400, [(greek, 100), (latin, 6_300)]);
        assert!((dependence(&frequencies, GREEK) - 6.0).abs() < 0.01);
        assert!((dependence(&frequencies, LATIN) - OF_ONE_LANGUAGE).abs() < 0.01);
    }
}
