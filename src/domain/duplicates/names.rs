//! Comparing names: the best assignment of their words to each other.

use super::{
    distance::errors,
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
        Script::Characters | Script::Syllables => characters(name),
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

/// Words of a name that is not written in letters. Chinese characters stay as they are.
fn characters(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut parts: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    if let [whole] = parts.as_slice()
        && let Some((family, given)) = split_family(whole)
    {
        parts = vec![family, given];
    }
    parts.into_iter().map(|part| if is_characters(part) { part.to_owned() } else { latin(part) }).collect()
}

fn is_characters(part: &str) -> bool {
    part.chars()
        .all(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Parts a name in Chinese characters or in Hangul that is written without a space.
fn split_family(whole: &str) -> Option<(&str, &str)> {
    let is_hangul = whole.chars().all(|letter| matches!(letter, '\u{ac00}'..='\u{d7af}'));
    let family = match whole.chars().count() {
        2 | 3 => 1,
        4..=6 => 2,
        _ => return None,
    };
    let (place, _) = whole.char_indices().nth(family).filter(|_| is_hangul || is_characters(whole))?;
    whole.split_at_checked(place)
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

/// Logarithms of the probabilities of certain differences between two spellings of one word.
#[derive(Clone, Copy)]
struct Differences {
    /// Other letters for a sound that one script or keyboard lacks.
    transcription: f32,
    /// Another spelling of the same sound.
    spelling: f32,
    /// A typing error.
    error: f32,
    /// Two typing errors.
    errors: f32,
    nickname: f32,
    /// A word that is cut off.
    cut_off: f32,
}

const WITHIN_A_SCRIPT: Differences =
    Differences { transcription: -3.0, spelling: -7.5, error: -9.5, errors: -13.0, nickname: -5.0, cut_off: -9.0 };
/// Between scripts, other spellings are the rule.
const ACROSS_SCRIPTS: Differences =
    Differences { transcription: -1.0, spelling: -2.0, error: -4.5, errors: -6.5, nickname: -6.0, cut_off: -9.0 };

const INITIAL: f32 = 3.0;
const DIFFERENT: f32 = -8.0;
const MISSING: f32 = -1.0;
const ONLY_ONE_WORD: f32 = -2.0;
/// Names of a language go together, so two of them say less than each alone.
const DEPENDENCE: f32 = -3.0;
/// Bits for which two names in scripts that cannot be compared count at least.
const INCOMPARABLE: f32 = -1.0;
/// Logarithm of the share of relatives that have one family name.
const FAMILY_NAME: f32 = -0.6;
/// Share of relatives that have the same given names, beside those who have them by chance.
const NAMED_AFTER: f32 = 0.0005;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Same,
    Similar,
    Initial,
    Different,
}

/// How two words agree: the level, and the bits of evidence for one person.
fn agreement(first: &Word<'_>, second: &Word<'_>, differences: Differences) -> (Level, f32) {
    let common = first.rarity.min(second.rarity);
    if first.text == second.text {
        return (Level::Same, common - 0.15);
    }
    let (short, long) =
        if first.text.len() <= second.text.len() { (first.text, second.text) } else { (second.text, first.text) };
    if short.len() == 1 {
        let is_initial = long.starts_with(short);
        return if is_initial { (Level::Initial, INITIAL) } else { (Level::Different, DIFFERENT) };
    }
    // The rarer of the two is taken for the error. It is no more likely than the word itself.
    let similar = |share: f32| (Level::Similar, (first.rarity.max(second.rarity) + share).min(common - 1.0));
    if first.sound == second.sound && first.sound.len() > 1 {
        let is_transcription = latin::plain(first.text) == latin::plain(second.text);
        return similar(if is_transcription { differences.transcription } else { differences.spelling });
    }
    match errors(first.text, second.text) {
        Some(1) => return similar(differences.error),
        Some(_) => return similar(differences.errors),
        None => {}
    }
    if nicknames::is_nickname(first.text, second.text) {
        return similar(differences.nickname);
    }
    if short.len() > 2 && long.starts_with(short) {
        return similar(differences.cut_off);
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
    let scripts = (first.0.script, second.0.script);
    let are_characters = [scripts.0, scripts.1].map(|script| script == Script::Characters);
    if are_characters[0] != are_characters[1] {
        let (one, other) = (latin_words(first), latin_words(second));
        return across_scripts(assign(&as_words(&one), &as_words(&other), false, ACROSS_SCRIPTS));
    }
    let (mut one, mut other) = ([Word::default(); WORDS_MAX], [Word::default(); WORDS_MAX]);
    let (one, other) = (fill(&mut one, first), fill(&mut other, second));
    let is_family_first = matches!(scripts.0, Script::Characters | Script::Syllables);
    match scripts {
        (one_script, other_script) if one_script == other_script => {
            assign(one, other, is_family_first, WITHIN_A_SCRIPT)
        }
        (Script::Latin | Script::Alphabet, Script::Latin | Script::Alphabet) => {
            assign(one, other, false, ACROSS_SCRIPTS)
        }
        _ => across_scripts(assign(one, other, false, ACROSS_SCRIPTS)),
    }
}

/// A name in a script without vowels, or in characters, tells little about one in letters.
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

fn assign(first: &[Word<'_>], second: &[Word<'_>], is_family_first: bool, differences: Differences) -> NameAgreement {
    let (short, long) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    if short.is_empty() {
        return NameAgreement::default();
    }
    if short.len() != long.len() && is_joined(short, long) {
        return joined(short);
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
                let (level, bits) = agreement(word, other, differences);
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

/// True where names are the same but for spaces.
fn is_joined(first: &[Word<'_>], second: &[Word<'_>]) -> bool {
    let letters = |words: &[Word<'_>]| words.iter().map(|word| word.text.len()).sum::<usize>();
    let all = |words: &[Word<'_>]| words.iter().map(|word| word.text).collect::<String>();
    letters(first) == letters(second) && all(first) == all(second)
}

/// Agreement of names that are the same but for spaces. The shorter one has the longer words.
fn joined(short: &[Word<'_>]) -> NameAgreement {
    let rarest = short.iter().map(|word| word.rarity).fold(0.0, f32::max);
    let sum = short.iter().map(|word| word.rarity).sum::<f32>();
    let bits = if short.len() > 1 { sum + DEPENDENCE - 1.0 } else { rarest - 1.0 };
    NameAgreement { bits, household: rarest + FAMILY_NAME, is_same: true, is_similar: true, shares_a_word: true }
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
    NameAgreement {
        bits,
        household: household(best.agreeing.get(..agreed).unwrap_or_default()),
        is_same: short == long && usize::from(best.same) == long,
        is_similar: agreed == short,
        shares_a_word: best.same > 0,
    }
}

/// Bits of evidence for relatives: they share the family name, and few share given names.
fn household(agreeing: &[(f32, bool)]) -> f32 {
    let of_family = agreeing.iter().filter(|(_, can_be_family)| *can_be_family).map(|(bits, _)| *bits);
    let all: f32 = agreeing.iter().map(|(bits, _)| *bits).sum();
    let family: f32 = if agreeing.iter().all(|(_, can_be_family)| *can_be_family) && agreeing.len() > 2 {
        of_family.sum()
    } else {
        of_family.fold(0.0, f32::max)
    };
    let given = (1.0 + NAMED_AFTER * (all - family + DEPENDENCE).exp2()).log2();
    if family > 0.0 { family + FAMILY_NAME + given } else { given }
}
