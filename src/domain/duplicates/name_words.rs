//! The words of a name that are compared: without titles, and with the generation that it tells.

use super::{form_cache::FormCache, forms::Script, latin::latin, word_forms::NameWord};
use crate::domain::folding::fold;

/// Most words of a name that are compared.
pub(super) const WORDS_MAX: usize = 6;

/// Words before or after a name that are no part of it.
const TITLES: [&str; 74] = [
    "dr",
    "prof",
    "professor",
    "doctor",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "reverend",
    "hon",
    "honorable",
    "honourable",
    "father",
    "pastor",
    "rabbi",
    "imam",
    "capt",
    "captain",
    "col",
    "colonel",
    "maj",
    "major",
    "gen",
    "general",
    "lt",
    "sgt",
    "herr",
    "frau",
    "dipl",
    "ing",
    "mag",
    "mgr",
    "bc",
    "lic",
    "phd",
    "ph",
    "md",
    "msc",
    "bsc",
    "mba",
    "ma",
    "ba",
    "esq",
    "mme",
    "mlle",
    "monsieur",
    "madame",
    "sig",
    "signora",
    "dott",
    "dottssa",
    "avv",
    "don",
    "dona",
    "senor",
    "senora",
    "sra",
    "drs",
    "ir",
    "med",
    "habil",
    "akad",
    "inz",
    "san",
    "sama",
    "sensei",
    "bey",
    "hanim",
];
/// Words after a name that tell a parent and a child of one name apart.
const GENERATIONS: [(&str, u8); 18] = [
    ("sr", 1),
    ("senior", 1),
    ("sen", 1),
    ("pere", 1),
    ("starshii", 1),
    ("pai", 1),
    ("i", 1),
    ("jr", 2),
    ("junior", 2),
    ("jun", 2),
    ("fils", 2),
    ("filho", 2),
    ("hijo", 2),
    ("ii", 2),
    ("mladshii", 2),
    ("iii", 3),
    ("neto", 3),
    ("iv", 4),
];

/// The words of a name without titles, and the generation that it tells, or 0.
pub(super) fn words(name: &str, script: Script, forms: &mut FormCache) -> (Vec<NameWord>, u8) {
    let words = match script {
        Script::Characters | Script::Syllables => characters(name),
        _ => name.split(' ').fold(Vec::new(), |mut words, part| {
            words.extend_from_slice(&forms.words(part));
            words
        }),
    };
    without_titles(words)
}

fn without_titles(mut words: Vec<NameWord>) -> (Vec<NameWord>, u8) {
    let mut generation = 0;
    if words.len() > 2
        && let Some((_, found)) =
            GENERATIONS.iter().find(|(word, _)| words.last().is_some_and(|last| last.text() == *word))
    {
        generation = *found;
        words.pop();
    }
    let is_title = |word: &NameWord| TITLES.contains(&word.text());
    // At least two words are left, or else they are no titles.
    if words.iter().filter(|word| !is_title(word)).count() > 1 {
        words.retain(|word| !is_title(word));
    }
    words.truncate(WORDS_MAX);
    (words, generation)
}

/// Words of a name that is not written in letters. Chinese characters stay as they are.
fn characters(name: &str) -> Vec<NameWord> {
    let folded = fold(name);
    let mut parts: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if let [whole] = parts.as_slice()
        && let Some((family, given)) = split_family(whole)
    {
        parts = vec![family, given];
    }
    let text = |part: &str| if is_characters(part) { part.to_owned() } else { latin(part) };
    parts.into_iter().filter_map(|part| NameWord::new(text(part), part)).collect()
}

fn is_characters(part: &str) -> bool {
    part.chars()
        .all(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Parts a name in Chinese characters or in Hangul that is written without a space.
fn split_family(whole: &str) -> Option<(&str, &str)> {
    let is_hangul = whole.chars().all(|letter| matches!(letter, '\u{ac00}'..='\u{d7af}'));
    let family = match whole.chars().count() {
        2..=5 if is_hangul => 1,
        2 | 3 => 1,
        4..=6 => 2,
        _ => return None,
    };
    let (place, _) = whole.char_indices().nth(family).filter(|_| is_hangul || is_characters(whole))?;
    whole.split_at_checked(place)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::word_forms::of_letters, FormCache, NameWord, Script, without_titles, words};

    proptest! {
        // The cache has the words of parts of names.
        #[test]
        fn parts_of_a_name_have_the_words_of_the_whole(
            names in prop::collection::vec(
                "(Dr |Jr|[a-zA-Z0-9 '.,\t\\-ßłŁİéА-Яأ-يα-ωάا\u{a8}\u{fdfa}\u{300}-\u{310}\u{653}\u{640}\u{3099}\u{200d}\u{a0}\u{3000}]\
                 |\u{1f3f4}|\u{e0067}| ){0,12}",
                1..4,
            ),
        ) {
            let mut forms = FormCache::default();
            let texts = |words: &[NameWord]| {
                words.iter().map(|word| [word.text(), word.own(), word.sound()].map(str::to_owned)).collect::<Vec<_>>()
            };
            for name in names.iter().chain(&names) {
                let (found, generation) = words(name, Script::Latin, &mut forms);
                let (expected, of_whole) = without_titles(of_letters(name));
                prop_assert_eq!((texts(&found), generation), (texts(&expected), of_whole));
            }
        }
    }
}
