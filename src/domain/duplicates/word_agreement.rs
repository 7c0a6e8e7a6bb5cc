//! How two words of names agree: the same, misspelled, written in another script, cut off, or other words.

use super::{
    distance::{errors, errors_in_letters, is_daring},
    forms::Script,
    latin,
};

/// A word of a name that is compared.
#[derive(Clone, Copy, Default)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// The same in letters of another script; empty where it is in Latin ones, or scripts differ.
    pub(super) letters: &'a str,
    pub(super) sound: &'a str,
    pub(super) rarity: f32,
}

/// Logarithms of the probabilities of certain differences between two spellings of one word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Differences {
    /// Other letters for a sound that one script or keyboard lacks.
    pub(super) transcription: f32,
    /// Another spelling of the same sound.
    spelling: f32,
    /// A typing error at one place of a word.
    pub(super) error: f32,
    pub(super) nickname: f32,
    /// A word that is cut off.
    pub(super) cut_off: f32,
}

const WITHIN_A_SCRIPT: Differences =
    Differences { transcription: -3.0, spelling: -7.0, error: -6.8, nickname: -5.0, cut_off: -9.0 };
/// Logarithm of the share of words with an error that have one more.
const ONE_MORE_ERROR: f32 = -3.5;
/// Between scripts, other spellings are the rule.
pub(super) const ACROSS_SCRIPTS: Differences =
    Differences { transcription: -1.0, spelling: -2.0, error: -2.5, nickname: -6.0, cut_off: -9.0 };

/// Bits for an initial, however rare the word is.
pub(super) const INITIAL: f32 = 3.0;
/// Bits for another word, which may be a family name of before a marriage.
pub(super) const OTHER_NAME: f32 = -7.0;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Same,
    Similar,
    Initial,
    Different,
}

/// How two words agree: the level, and the bits of evidence for one person.
pub(super) fn agreement(first: &Word<'_>, second: &Word<'_>, differences: Differences) -> (Level, f32) {
    const DIFFERENT: (Level, f32) = (Level::Different, OTHER_NAME);
    let common = first.rarity.min(second.rarity);
    if first.text == second.text {
        return (Level::Same, common - 0.15);
    }
    let (short, long) =
        if first.text.len() <= second.text.len() { (first.text, second.text) } else { (second.text, first.text) };
    if short.len() == 1 {
        let is_initial = long.starts_with(short);
        return if is_initial { (Level::Initial, INITIAL) } else { DIFFERENT };
    }
    if first.sound == second.sound && first.sound.len() > 1 {
        let is_transcription = latin::plain(first.text) == latin::plain(second.text);
        return similar(first, second, if is_transcription { differences.transcription } else { differences.spelling });
    }
    let found = errors_in_letters(first.letters, second.letters).or_else(|| errors(first.text, second.text));
    if let Some(errors) = found {
        // The longer a word is, the more errors are possible, and the less likely is each.
        #[expect(clippy::cast_precision_loss, reason = "a few letters")]
        let (letters, more) = (short.len() as f32, errors.saturating_sub(1) as f32);
        let agreement = similar(first, second, differences.error - letters.log2() + ONE_MORE_ERROR * more);
        // So many errors in a short word may as well make another name, unless hardly anybody has that one.
        if !is_daring(errors, short.len()) || agreement.1 >= INITIAL {
            return agreement;
        }
    }
    if short.len() > 2 && long.starts_with(short) {
        return similar(first, second, differences.cut_off);
    }
    DIFFERENT
}

/// Agreement of words that differ by something as probable as this. The rarer of the two is taken for the wrong one. Its
/// evidence is no more than that of the word itself.
pub(super) fn similar(first: &Word<'_>, second: &Word<'_>, difference: f32) -> (Level, f32) {
    (Level::Similar, similar_bits((first.rarity, second.rarity), difference))
}

/// Bits of evidence in words of these rarities that are similar.
pub(super) fn similar_bits((first, second): (f32, f32), difference: f32) -> f32 {
    (first.max(second) + difference).min(first.min(second) - 1.0)
}

/// How words of names in two scripts may differ. None where the names tell little of each other.
pub(super) fn differences(first: Script, second: Script) -> Option<&'static Differences> {
    match (first, second) {
        (one, other) if one == other => Some(&WITHIN_A_SCRIPT),
        (Script::Latin | Script::Alphabet, Script::Latin | Script::Alphabet) => Some(&ACROSS_SCRIPTS),
        _ => None,
    }
}

/// True for names that are compared by the readings of their words: one of them is in Chinese characters.
pub(super) fn is_by_reading(first: Script, second: Script) -> bool {
    (first == Script::Characters) != (second == Script::Characters)
}
