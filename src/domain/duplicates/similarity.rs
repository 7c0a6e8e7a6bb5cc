//! How much of two texts is the same, by their words.

use super::{
    distance::{errors, is_near},
    person::words_of,
};

/// True where both addresses have numbers, and none is the same.
pub(super) fn share_no_number(first: &str, second: &str) -> bool {
    let numbers = |text| str::split(text, ' ').filter(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    numbers(first).count() > 0
        && numbers(second).count() > 0
        && !numbers(first).any(|number| numbers(second).any(|other| other == number))
}

/// Most words of a text that are compared.
const WORDS_MAX: usize = 16;
/// Weight of a word that is mistyped, and of one that is rather another word, because several contacts have each of both.
const MISTYPED: f32 = 0.6;
const ANOTHER_WORD: f32 = 0.3;
/// Weight of the words that only the longer text has.
const MORE_WORDS: f32 = 0.3;

/// How much of two texts is the same, from 0 to 1, and the bits of the rarest word that they share. A word counts by how
/// rare it is; without rarities, by its length. Words of fewer bits than `known_below` are no typing errors, because several
/// contacts have them.
pub(super) fn similarity(
    (first, rarities): (&str, &[f32]),
    (second, other_rarities): (&str, &[f32]),
    known_below: f32,
) -> (f32, f32) {
    let (mut one, mut other) = ([("", 0.0); WORDS_MAX], [("", 0.0); WORDS_MAX]);
    let (one, other) = (weighed(&mut one, first, rarities), weighed(&mut other, second, other_rarities));
    let mut used = 0_u32;
    let (mut agreed, mut lost, mut other_lost, mut rarest) = (0.0, 0.0, 0.0, 0.0_f32);
    for (word, weight) in one {
        let free = other.iter().enumerate().filter(|(place, _)| used & 1 << place == 0);
        let same = free.clone().find(|(_, (other, _))| other == word);
        let found = same.or_else(|| {
            let is_number = word.bytes().all(|letter| letter.is_ascii_digit());
            free.clone().find(|(_, (other, _))| !is_number && is_near(word, other))
        });
        match found {
            Some((place, (found, other_weight))) => {
                used |= 1 << place;
                let mistyped = if weight.max(*other_weight) < known_below { ANOTHER_WORD } else { MISTYPED };
                let weight = weight.min(*other_weight);
                let same = if found == word { weight } else { weight * mistyped };
                agreed += same;
                lost += weight - same;
                other_lost += weight - same;
                rarest = rarest.max(same);
            }
            None => lost += weight,
        }
    }
    let free = other.iter().enumerate().filter(|(place, _)| used & 1 << place == 0);
    other_lost += free.map(|(_, (_, weight))| weight).sum::<f32>();
    let rarest_of = |words: &[(&str, f32)]| words.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
    let (rarest_one, rarest_other) = (rarest_of(one), rarest_of(other));
    let errors = usize::from(rarest_one.max(rarest_other) >= known_below);
    if lost > 0.0 && other_lost > 0.0 && is_joined(one, other, errors) {
        return (0.9, rarest_one.min(rarest_other));
    }
    let (fewer, more) = (lost.min(other_lost), lost.max(other_lost));
    (agreed / (agreed + fewer + (more - fewer) * MORE_WORDS).max(1.0), rarest)
}

fn weighed<'a, 'b>(
    words: &'b mut [(&'a str, f32); WORDS_MAX],
    text: &'a str,
    rarities: &[f32],
) -> &'b [(&'a str, f32)] {
    let mut count = 0;
    for ((place, slot), word) in words.iter_mut().enumerate().zip(words_of(text)) {
        #[expect(clippy::cast_precision_loss, reason = "the length of a word")]
        let length = word.len() as f32;
        *slot = (word, rarities.get(place).copied().unwrap_or(length));
        count += 1;
    }
    words.get(..count).unwrap_or_default()
}

/// True where texts are the same but for spaces and so many typing errors.
fn is_joined(first: &[(&str, f32)], second: &[(&str, f32)], accepted: usize) -> bool {
    let all = |words: &[(&str, f32)]| words.iter().map(|(word, _)| *word).collect::<String>();
    let letters = |words: &[(&str, f32)]| words.iter().map(|(word, _)| word.len()).sum::<usize>();
    if letters(first).abs_diff(letters(second)) > accepted {
        return false;
    }
    let (one, other) = (all(first), all(second));
    one == other || accepted > 0 && errors(&one, &other) == Some(1)
}
