//! The most evidence that two words of names can have, told from a few numbers of each.

use super::{
    distance::{accepted, letters, may_differ_by},
    hash::hash,
    latin, nicknames,
    parts::ShortRarity,
    word_agreement::{self, Differences},
};

/// A few numbers of a word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WordSketch {
    /// Its letters in Latin letters, for Chinese characters those of their reading; each as a bit, and their number.
    latin: u32,
    latin_count: u8,
    has_nickname: bool,
    rarity: ShortRarity,
    text: Form,
}

/// Other forms of a word that is not in Latin letters, or was not before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OtherForms {
    /// Letters of its own script.
    own: Letters,
    reading: Form,
    /// The text is no ASCII: one letter of it is no initial, but that of its reading may be.
    is_read: bool,
}

/// A word with its other forms.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) sketch: &'a WordSketch,
    /// None where these are those of its text.
    pub(super) others: Option<&'a OtherForms>,
}

/// Short hashes of a word in one form, and of how it sounds.
#[derive(Clone, Copy, Debug, Default)]
struct Form {
    hash: u16,
    sound: u16,
}

/// Form by which words are compared.
#[derive(Clone, Copy)]
pub(super) enum By {
    Text,
    Reading,
}

/// Letters of a word, each as a bit, and their number.
#[derive(Clone, Copy, Debug, Default)]
struct Letters {
    letters: u32,
    count: u8,
}

impl WordSketch {
    /// The sketch of a word with how it sounds, its letters in its own script if that is another one, and its rarity; and
    /// its other forms, if it has any.
    pub(super) fn new((text, sound): (&str, &str), own: &str, rarity: f32) -> (Self, Option<OtherForms>) {
        let text_form = Form::new(text, sound);
        let reading = (!text.is_ascii()).then(|| latin::latin(text));
        let Letters { letters, count } = Letters::new(reading.as_deref().unwrap_or(text));
        let sketch = Self {
            latin: letters,
            latin_count: count,
            has_nickname: nicknames::has_any(text) || reading.as_deref().is_some_and(nicknames::has_any),
            rarity: ShortRarity::new(rarity),
            text: text_form,
        };
        let others = || OtherForms {
            own: Letters::new(own),
            reading: reading.as_deref().map_or(text_form, |reading| Form::new(reading, &latin::sound(reading))),
            is_read: reading.is_some(),
        };
        (sketch, (!own.is_empty() || reading.is_some()).then(others))
    }

    /// False where there are too many letters to count.
    pub(super) fn is_counted(self) -> bool {
        self.latin_count < u8::MAX
    }

    fn latin(self) -> Letters {
        Letters { letters: self.latin, count: self.latin_count }
    }
}

impl Word<'_> {
    /// Number of letters of its reading.
    pub(super) fn reading_length(self) -> u16 {
        self.sketch.latin_count.into()
    }

    /// Letters of its own script; none where that is the Latin one.
    fn own(self) -> Letters {
        self.others.map_or_else(Letters::default, |others| others.own)
    }

    fn form(self, by: By) -> Form {
        match (by, self.others) {
            (By::Reading, Some(others)) => others.reading,
            _ => self.sketch.text,
        }
    }

    /// True for one letter. A Chinese character is none, but its reading may be.
    fn is_initial(self, by: By) -> bool {
        let is_text = matches!(by, By::Text) && self.others.is_some_and(|others| others.is_read);
        self.sketch.latin_count == 1 && !is_text
    }

    /// Most bits of this word and another one; none if they differ.
    pub(super) fn bits_max(self, other: Self, by: By, differences: &Differences) -> Option<f32> {
        let (one, two) = (self.form(by), other.form(by));
        let (rarity, other_rarity) = (self.sketch.rarity, other.sketch.rarity);
        if one.hash == two.hash {
            // Other words may have the same short hash.
            return Some(rarity.min(other_rarity).bits().max(word_agreement::INITIAL));
        }
        let is_shorter = self.sketch.latin_count <= other.sketch.latin_count;
        let (short, long) = if is_shorter { (self, other) } else { (other, self) };
        let is_part = short.sketch.latin & !long.sketch.latin == 0;
        if short.is_initial(by) {
            return is_part.then_some(word_agreement::INITIAL);
        }
        let difference = if one.sound == two.sound {
            differences.transcription
        } else if short.sketch.latin().may_be_near(long.sketch.latin()) || self.own().may_be_near(other.own()) {
            differences.error
        } else if is_part {
            differences.cut_off
        } else {
            f32::NEG_INFINITY
        };
        let have_nicknames = self.sketch.has_nickname && other.sketch.has_nickname;
        let difference = difference.max(if have_nicknames { differences.nickname } else { f32::NEG_INFINITY });
        // A word that may agree counts for more than one that differs.
        let bits = || {
            word_agreement::similar_bits((rarity.bits(), other_rarity.bits()), difference)
                .max(word_agreement::OTHER_NAME)
        };
        (difference > f32::NEG_INFINITY).then(bits)
    }
}

impl Form {
    #[expect(clippy::cast_possible_truncation, reason = "shorter hashes")]
    fn new(text: &str, sound: &str) -> Self {
        Self { hash: hash(text) as u16, sound: hash(sound) as u16 }
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
