//! Comparing names: the best assignment of their words to each other.

use super::{
    distance::is_near,
    latin::{self, latin, sound},
    nicknames,
    person::{Person, Script, WORDS_MAX},
};
use crate::domain::folding::fold;

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
pub(super) fn words(name: &str, script: Script) -> (Vec<String>, u8) {
    let mut words = match script {
        Script::Characters => characters(name),
        _ => latin::words(name),
    };
    let mut generation = 0;
    if words.len() > 2
        && let Some((_, found)) = GENERATIONS.iter().find(|(word, _)| words.last().is_some_and(|last| last == word))
    {
        generation = *found;
        words.pop();
    }
    let is_title = |word: &String| TITLES.contains(&word.as_str());
    // At least two words are left, or else they are no titles.
    if words.iter().filter(|word| !is_title(word)).count() > 1 {
        words.retain(|word| !is_title(word));
    }
    words.truncate(WORDS_MAX);
    (words, generation)
}

/// Words of a name in Chinese characters, as they are written.
fn characters(name: &str) -> Vec<String> {
    let folded = fold(name);
    let parts = folded.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A word of a name that is compared.
#[derive(Clone, Copy, Default)]
struct Word<'a> {
    text: &'a str,
    sound: &'a str,
    rarity: f32,
}

/// How two names agree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameAgreement {
    /// Bits of evidence for one person against strangers.
    pub(super) bits: f32,
    /// Bits of evidence for relatives against strangers.
    pub(super) household: f32,
    /// The same words in any order.
    pub(super) is_same: bool,
    /// All words of one name agree with words of the other, but for typing errors, nicknames and initials.
    pub(super) is_similar: bool,
    /// At least one word is the same.
    pub(super) shares_a_word: bool,
}

/// Probability of a certain typing error of a word, among all that could be made.
const TYPING_ERROR: f32 = -11.0;
/// The same for another spelling of the same sound.
const SPELLING: f32 = -8.0;
/// The same for a nickname.
const NICKNAME: f32 = -5.0;
/// The same for a word that is cut off.
const CUT_OFF: f32 = -9.0;
const INITIAL: f32 = 3.0;
const DIFFERENT: f32 = -9.0;
const MISSING: f32 = -1.0;
const ONLY_ONE_WORD: f32 = -2.0;
/// Names of a language go together, so two of them say less than each alone.
const DEPENDENCE: f32 = -3.0;
/// Bits for which two names in scripts that cannot be compared count at least.
const INCOMPARABLE: f32 = -1.0;
/// Logarithm of the share of relatives that have one family name.
const FAMILY_NAME: f32 = -0.6;
/// Share of relatives that have one given name, beside those who have it by chance.
const NAMED_AFTER: f32 = 0.002;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Same,
    Similar,
    Initial,
    Different,
}

/// How two words agree: the level, and the bits of evidence for one person.
fn agreement(first: &Word<'_>, second: &Word<'_>) -> (Level, f32) {
    let common = first.rarity.min(second.rarity);
    if first.text == second.text {
        return (Level::Same, common - 0.15);
    }
    let (short, long) =
        if first.text.len() <= second.text.len() { (first.text, second.text) } else { (second.text, first.text) };
    if short.len() == 1 {
        let level = if long.starts_with(short) { (Level::Initial, INITIAL) } else { (Level::Different, DIFFERENT) };
        return level;
    }
    // The rarer of the two is taken for the error. It is no more likely than the word itself.
    let error = |share: f32| (Level::Similar, (first.rarity.max(second.rarity) + share).min(common - 1.0));
    if first.sound == second.sound && first.sound.len() > 1 {
        return error(SPELLING);
    }
    if is_near(first.text, second.text) {
        return error(TYPING_ERROR);
    }
    if nicknames::is_nickname(first.text, second.text) {
        return error(NICKNAME);
    }
    if short.len() > 2 && long.starts_with(short) {
        return error(CUT_OFF);
    }
    (Level::Different, DIFFERENT)
}

/// An assignment of the words of the shorter name to those of the longer one.
#[derive(Clone, Copy)]
struct Assignment {
    bits: f32,
    /// Bits of each agreeing word, and whether it can be a family name.
    agreeing: [(f32, bool); WORDS_MAX],
    same: u8,
    agreed: u8,
}

/// Compares two names. The rarities are those of the words, in their order.
pub(super) fn compare(first: (&Person, &[f32]), second: (&Person, &[f32])) -> NameAgreement {
    let (first_script, second_script) = (first.0.script, second.0.script);
    if first_script == second_script || first_script != Script::Characters && second_script != Script::Characters {
        let (mut one, mut other) = ([Word::default(); WORDS_MAX], [Word::default(); WORDS_MAX]);
        let (one, other) = (fill(&mut one, first), fill(&mut other, second));
        let agreement = assign(one, other, first_script == Script::Characters);
        return if first_script == second_script { agreement } else { across_scripts(agreement) };
    }
    let (one, other) = (latin_words(first), latin_words(second));
    let (one, other) = (as_words(&one), as_words(&other));
    across_scripts(assign(&one, &other, false))
}

fn across_scripts(mut agreement: NameAgreement) -> NameAgreement {
    agreement.bits = agreement.bits.max(INCOMPARABLE);
    agreement
}

fn fill<'a, 'b>(words: &'b mut [Word<'a>; WORDS_MAX], (person, rarities): (&'a Person, &[f32])) -> &'b [Word<'a>] {
    let mut count = 0;
    for ((slot, (text, sound)), rarity) in words.iter_mut().zip(person.words().zip(person.sounds())).zip(rarities) {
        *slot = Word { text, sound, rarity: *rarity };
        count += 1;
    }
    words.get(..count).unwrap_or_default()
}

fn latin_words((person, rarities): (&Person, &[f32])) -> Vec<(String, String, f32)> {
    let readings: Vec<String> = if person.script == Script::Characters {
        person.readings().map(str::to_owned).collect()
    } else {
        person.words().map(latin).collect()
    };
    readings.into_iter().zip(rarities).map(|(reading, rarity)| (reading.clone(), sound(&reading), *rarity)).collect()
}

fn as_words(words: &[(String, String, f32)]) -> Vec<Word<'_>> {
    words.iter().map(|(text, sound, rarity)| Word { text, sound, rarity: *rarity }).collect()
}

fn assign(first: &[Word<'_>], second: &[Word<'_>], is_family_first: bool) -> NameAgreement {
    let (short, long) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    if short.is_empty() {
        return NameAgreement::default();
    }
    let none = Assignment { bits: f32::NEG_INFINITY, agreeing: [(0.0, false); WORDS_MAX], same: 0, agreed: 0 };
    let mut best = [none; 1 << WORDS_MAX];
    best[0] = Assignment { bits: 0.0, ..none };
    let all = 1_usize << long.len();
    for (place, word) in short.iter().enumerate() {
        for used in (0..all).rev() {
            if used.count_ones() as usize != place {
                continue;
            }
            let Some(before) = best.get(used).copied() else { continue };
            for (other_place, other) in long.iter().enumerate().filter(|(other_place, _)| used & 1 << other_place == 0)
            {
                let (level, bits) = agreement(word, other);
                let Some(slot) = best.get_mut(used | 1 << other_place) else { continue };
                if before.bits + bits <= slot.bits {
                    continue;
                }
                let mut next = Assignment { bits: before.bits + bits, ..before };
                if level != Level::Different {
                    let is_first = place == 0 && other_place == 0;
                    if let Some(agreeing) = next.agreeing.get_mut(usize::from(next.agreed)) {
                        *agreeing = (bits, is_first == is_family_first);
                    }
                    next.agreed += 1;
                    next.same += u8::from(level == Level::Same);
                }
                *slot = next;
            }
        }
    }
    let complete = best.iter().take(all).enumerate().filter(|(used, _)| used.count_ones() as usize == short.len());
    let best = complete.map(|(_, assignment)| assignment).max_by(|a, b| a.bits.total_cmp(&b.bits)).unwrap_or(&none);
    conclude(best, short.len(), long.len())
}

fn conclude(best: &Assignment, short: usize, long: usize) -> NameAgreement {
    let agreed = usize::from(best.agreed);
    let mut bits = best.bits;
    if agreed > 1 {
        bits += DEPENDENCE;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    if long > short {
        bits += MISSING * (long - short).min(2) as f32 + if short == 1 { ONLY_ONE_WORD } else { 0.0 };
    }
    let agreeing = best.agreeing.get(..agreed).unwrap_or_default();
    let family = agreeing.iter().enumerate().filter(|(_, (_, can_be_family))| *can_be_family);
    let family = family.max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0)).map(|(place, _)| place);
    let household = agreeing.iter().enumerate().map(|(place, (bits, _))| {
        if Some(place) == family { bits + FAMILY_NAME } else { (1.0 + NAMED_AFTER * bits.exp2()).log2() }
    });
    NameAgreement {
        bits,
        household: household.sum(),
        is_same: short == long && usize::from(best.same) == long,
        is_similar: agreed == short,
        shares_a_word: best.same > 0,
    }
}
