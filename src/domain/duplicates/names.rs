//! Comparing names: the best assignment of their words to each other.

use super::{
    forms::Script,
    latin::{latin, sound},
    name_words::WORDS_MAX,
    nicknames,
    person::Person,
    word_agreement::{
        ACROSS_SCRIPTS, Differences, Level, OTHER_NAME, Word, agreement, differences, is_by_reading, similar,
    },
};

/// How two names agree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NameAgreement {
    /// Bits of evidence for one person against strangers.
    pub(super) bits: f32,
    /// The bits of the family name, where it agrees.
    family: f32,
    /// The bits of all other words that agree.
    given: f32,
    /// The same words in any order.
    pub(super) is_same: bool,
    /// All words of one name agree with words of the other, but for typing errors, nicknames and initials.
    pub(super) is_similar: bool,
    /// At least one word is the same.
    pub(super) shares_a_word: bool,
}

impl NameAgreement {
    /// Limits what the name tells, because a whole name tells no more than how frequent it is.
    pub(super) fn limit(&mut self, bits: f32) {
        let more = (self.bits - bits).max(0.0);
        self.bits -= more;
        // The excess was in the given names, unless there is not that much in them.
        let of_given = more.min(self.given.max(0.0));
        self.given -= of_given;
        self.family = (self.family - (more - of_given)).max(0.0);
    }

    /// Bits of evidence for relatives against strangers: they share the family name, and few share given names.
    pub(super) fn household(&self) -> f32 {
        let given = (1.0 + NAMED_AFTER * self.given.exp2()).log2();
        if self.family > 0.0 { self.family + FAMILY_NAME + given } else { given }
    }
}

/// Bits for another given name: these seldom change, and family names do with marriages.
const OTHER_GIVEN_NAME: f32 = -11.0;
/// Bits for which names count at least that have nothing in common.
pub(super) const NOTHING_IN_COMMON: f32 = -9.0;
const MISSING: f32 = -1.0;
const ONLY_ONE_WORD: f32 = -2.0;
/// Bits for which two names in scripts that cannot be compared count at least.
pub(super) const INCOMPARABLE: f32 = -1.0;
/// Logarithm of the share of relatives that have one family name.
const FAMILY_NAME: f32 = -0.6;
/// Share of relatives that have the same given names, beside those who have them by chance.
const NAMED_AFTER: f32 = 0.0005;

/// Compares two names. The rarities are those of the words, in their order.
pub(super) fn compare(first: (&Person, &[f32]), second: (&Person, &[f32]), dependence: f32) -> NameAgreement {
    let scripts = (first.0.script, second.0.script);
    if is_by_reading(scripts.0, scripts.1) {
        let (one, other) = (latin_words(first), latin_words(second));
        return across_scripts(assign(&as_words(&one), &as_words(&other), false, ACROSS_SCRIPTS, dependence));
    }
    let (mut one, mut other) = ([Word::default(); WORDS_MAX], [Word::default(); WORDS_MAX]);
    let (one, other) = (fill(&mut one, first), fill(&mut other, second));
    let is_family_first = matches!(scripts.0, Script::Characters | Script::Syllables);
    match differences(scripts.0, scripts.1) {
        Some(differences) => assign(one, other, is_family_first && scripts.0 == scripts.1, *differences, dependence),
        None => across_scripts(assign(one, other, false, ACROSS_SCRIPTS, dependence)),
    }
}

/// A name in a script without vowels, or in characters, tells little about one in letters.
fn across_scripts(mut agreement: NameAgreement) -> NameAgreement {
    agreement.bits = agreement.bits.max(INCOMPARABLE);
    agreement
}

fn fill<'a, 'b>(words: &'b mut [Word<'a>; WORDS_MAX], (person, rarities): (&'a Person, &[f32])) -> &'b [Word<'a>] {
    let mut count = 0;
    let mut letters = person.letters();
    for ((slot, (text, sound)), rarity) in words.iter_mut().zip(person.words().zip(person.sounds())).zip(rarities) {
        *slot = Word { text, letters: letters.next().unwrap_or_default(), sound, rarity: *rarity };
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
    words.iter().map(|(text, sound, rarity)| Word { text, letters: "", sound, rarity: *rarity }).collect()
}

#[expect(clippy::indexing_slicing, reason = "names have at most as many words as there are places")]
fn assign(
    first: &[Word<'_>],
    second: &[Word<'_>],
    is_family_first: bool,
    differences: Differences,
    dependence: f32,
) -> NameAgreement {
    let (short, long) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    if short.is_empty() {
        return NameAgreement::default();
    }
    if short.len() != long.len() && is_joined(short, long) {
        return joined(short, dependence);
    }
    let mut table = Table::new(short, long, is_family_first, differences);
    let mut pairs = table.best(short.len(), long.len());
    let differs = |table: &Table, (place, other): (usize, usize)| table.get(place, other).0 == Level::Different;
    if (0..short.len()).any(|place| differs(&table, (place, pairs[place])))
        && (0..short.len()).any(|place| !differs(&table, (place, pairs[place])))
        && table.add_nicknames(short, long, differences)
    {
        pairs = table.best(short.len(), long.len());
    }
    conclude(&table, pairs.get(..short.len()).unwrap_or_default(), long.len(), is_family_first, dependence)
}

/// How each word of the shorter name agrees with each of the longer one.
struct Table([[(Level, f32); WORDS_MAX]; WORDS_MAX]);

impl Table {
    fn new(short: &[Word<'_>], long: &[Word<'_>], is_family_first: bool, differences: Differences) -> Self {
        let mut table = Self([[(Level::Different, OTHER_NAME); WORDS_MAX]; WORDS_MAX]);
        for (place, (row, word)) in table.0.iter_mut().zip(short).enumerate() {
            for (other_place, (cell, other)) in row.iter_mut().zip(long).enumerate() {
                *cell = agreement(word, other, differences);
                let is_first = place == 0 && other_place == 0;
                if cell.0 == Level::Different && is_first != is_family_first {
                    cell.1 = OTHER_GIVEN_NAME;
                }
            }
        }
        table
    }

    fn get(&self, place: usize, other: usize) -> (Level, f32) {
        self.0.get(place).and_then(|row| row.get(other)).copied().unwrap_or((Level::Different, OTHER_NAME))
    }

    /// Looks for nicknames among the words that differ. False where there are none.
    fn add_nicknames(&mut self, short: &[Word<'_>], long: &[Word<'_>], differences: Differences) -> bool {
        let mut has_any = false;
        for (row, word) in self.0.iter_mut().zip(short) {
            for (cell, other) in row.iter_mut().zip(long) {
                if cell.0 == Level::Different && nicknames::is_nickname(word.text, other.text) {
                    *cell = similar(word, other, differences.nickname);
                    has_any = true;
                }
            }
        }
        has_any
    }

    /// The place in the longer name of each word of the shorter one, by the assignment with the most evidence.
    #[expect(clippy::indexing_slicing, reason = "names have at most as many words as there are places")]
    fn best(&self, short: usize, long: usize) -> [usize; WORDS_MAX] {
        let mut bits = [f32::NEG_INFINITY; 1 << WORDS_MAX];
        let mut last = [0_u8; 1 << WORDS_MAX];
        bits[0] = 0.0;
        let all = 1_usize << long;
        // A set of words of the longer name that so many words of the shorter one are assigned to.
        for used in 0..all {
            let place = used.count_ones() as usize;
            if place >= short {
                continue;
            }
            for (other, number) in (0..long).zip(0_u8..).filter(|(other, _)| used & 1 << other == 0) {
                let next = used | 1 << other;
                let sum = bits[used] + self.get(place, other).1;
                if sum > bits[next] {
                    (bits[next], last[next]) = (sum, number);
                }
            }
        }
        let complete = (0..all).filter(|used| used.count_ones() as usize == short);
        let mut used = complete.max_by(|one, other| bits[*one].total_cmp(&bits[*other])).unwrap_or(0);
        let mut pairs = [0; WORDS_MAX];
        for place in (0..short).rev() {
            pairs[place] = usize::from(last[used]);
            used &= !(1 << last[used]);
        }
        pairs
    }
}

/// True where names are the same but for spaces.
fn is_joined(first: &[Word<'_>], second: &[Word<'_>]) -> bool {
    let letters = |words: &[Word<'_>]| words.iter().map(|word| word.text.len()).sum::<usize>();
    let all = |words: &[Word<'_>]| words.iter().map(|word| word.text).collect::<String>();
    letters(first) == letters(second) && all(first) == all(second)
}

/// Agreement of names that are the same but for spaces. The shorter one has the longer words.
fn joined(short: &[Word<'_>], dependence: f32) -> NameAgreement {
    let rarest = short.iter().map(|word| word.rarity).fold(0.0, f32::max);
    let sum = short.iter().map(|word| word.rarity).sum::<f32>();
    let sum = sum - lost(short.iter().map(|word| word.rarity), dependence);
    let bits = sum - 1.0;
    NameAgreement { bits, family: rarest, given: sum - rarest, is_same: true, is_similar: true, shares_a_word: true }
}

/// Bits that the agreeing words of a name say together less than alone. The second one loses what words of a language have in
/// common. Each further one does too, but no more than it says: of a given name of two words, one may be in many names.
pub(super) fn lost(bits: impl IntoIterator<Item = f32>, dependence: f32) -> f32 {
    let (mut all, mut most, mut second, mut count) = (0.0, 0.0_f32, 0.0_f32, 0);
    for bits in bits {
        let of_word = dependence.min(bits.max(0.0));
        all += of_word;
        (most, second) = (most.max(of_word), second.max(most.min(of_word)));
        count += 1;
    }
    if count > 1 { dependence + all - most - second } else { 0.0 }
}

fn conclude(table: &Table, pairs: &[usize], long: usize, is_family_first: bool, dependence: f32) -> NameAgreement {
    let mut agreeing = [(0.0, false); WORDS_MAX];
    let (mut bits, mut agreed, mut same) = (0.0_f32, 0, 0);
    for (place, other) in pairs.iter().enumerate() {
        let (level, of_word) = table.get(place, *other);
        bits += of_word;
        same += usize::from(level == Level::Same);
        if let Some(slot) = agreeing.get_mut(agreed).filter(|_| level != Level::Different) {
            *slot = (of_word, (place == 0 && *other == 0) == is_family_first);
            agreed += 1;
        }
    }
    bits = bits.max(NOTHING_IN_COMMON);
    let short = pairs.len();
    let agreeing = agreeing.get(..agreed).unwrap_or_default();
    let lost = lost(agreeing.iter().map(|(bits, _)| *bits), dependence);
    bits -= lost;
    let all: f32 = agreeing.iter().map(|(bits, _)| *bits).sum();
    let family = family(agreeing, agreed == short);
    NameAgreement {
        bits: bits + missing(short, long),
        family,
        given: all - family - lost,
        is_same: short == long && same == long,
        is_similar: agreed == short,
        shares_a_word: same > 0,
    }
}

/// Bits for the words that only the longer of two names has.
pub(super) fn missing(short: usize, long: usize) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    let words = long.saturating_sub(short).min(2) as f32;
    if words > 0.0 && short == 1 { MISSING * words + ONLY_ONE_WORD } else { MISSING * words }
}

/// Bits of the family name. Where the given name is not among the words that agree, all of these are of the family name.
fn family(agreeing: &[(f32, bool)], do_all_agree: bool) -> f32 {
    let of_family = agreeing.iter().filter(|(_, can_be_family)| *can_be_family).map(|(bits, _)| *bits);
    if agreeing.iter().all(|(_, can_be_family)| *can_be_family) && !do_all_agree {
        of_family.sum()
    } else {
        of_family.fold(0.0, f32::max)
    }
}
