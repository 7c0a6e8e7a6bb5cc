//! What is one sign to people: the marks that are decoration, the variants of a letter or of a punctuation mark, and
//! what nobody sees.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// Blanks that Unicode does not count among what is ignored: Braille's, a head of a note that is none, and the marks between
/// a text and its gloss.
const BLANKS: [char; 5] = ['\u{2800}', '\u{1d159}', '\u{fff9}', '\u{fffa}', '\u{fffb}'];

/// True of what takes no part in a text: joiners, fillers, marks of direction, selectors of variants.
pub(crate) fn is_ignorable(letter: char) -> bool {
    !letter.is_ascii()
        && (BLANKS.contains(&letter) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter))
}

/// Goes through a flag: after the black flag, tags say of which region it is. Elsewhere they take no part in a text.
#[derive(Default)]
pub(super) struct Flag(bool);

impl Flag {
    /// True of a tag that belongs to a flag.
    pub(super) fn takes(&mut self, letter: char) -> bool {
        let is_tag = self.0 && matches!(letter, '\u{e0020}'..='\u{e007f}');
        self.0 = is_tag || letter == '\u{1f3f4}';
        is_tag
    }
}

/// The one sign that stands for all its variants; none for what takes no part in a text.
pub(super) fn unified(sign: char) -> Option<char> {
    match sign {
        // Variants that are letters of their own are among them, as Greek breathings and Hebrew's geresh are.
        '`'
        | '´'
        | '\u{2b9}'
        | '\u{2bb}'
        | '\u{2bc}'
        | '\u{2bd}'..='\u{2bf}'
        | '\u{2c8}'
        | '\u{2ca}'
        | '\u{2cb}'
        | '\u{55a}'
        | '\u{5f3}'
        | '\u{1fbd}'
        | '\u{1fbf}'
        | '\u{1fef}'
        | '\u{1ffd}'
        | '\u{1ffe}'
        | '\u{2018}'..='\u{201b}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{2039}'
        | '\u{203a}'
        | '\u{a78c}'
        | '\u{ff07}'
        | '\u{ff40}' => Some('\''),
        '«'
        | '»'
        | '\u{2ba}'
        | '\u{5f4}'
        | '\u{201c}'..='\u{201f}'
        | '\u{2033}'
        | '\u{2036}'
        | '\u{301d}'..='\u{301f}'
        | '\u{ff02}' => Some('"'),
        '\u{58a}'
        | '\u{5be}'
        | '\u{1806}'
        | '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2e17}'
        | '\u{2e3a}'
        | '\u{2e3b}'
        | '\u{2212}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}' => Some('-'),
        // Kana's marks of voice, where they stand for themselves
        '\u{309b}' | '\u{ff9e}' => Some('\u{3099}'),
        '\u{309c}' | '\u{ff9f}' => Some('\u{309a}'),
        space if space.is_whitespace() => Some(' '),
        unseen if unseen.is_control() || is_ignorable(unseen) => None,
        other => Some(other),
    }
}

/// True of marks that people leave out: those of Latin, Greek and Cyrillic, Hebrew's points, and in Arabic the short
/// vowels and what only draws a word longer. In all other scripts marks are letters.
pub(super) fn is_decoration(mark: char) -> bool {
    matches!(mark,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20f0}' | '\u{2de0}'..='\u{2dff}' | '\u{a66f}'..='\u{a672}' | '\u{a674}'..='\u{a67d}'
        | '\u{fe20}'..='\u{fe2f}'
        // The stems of notes
        | '\u{1d165}'..='\u{1d169}' | '\u{1d16d}'..='\u{1d172}'
        // Hebrew
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{fb1e}'
        // Arabic
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{656}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}')
}

/// True of what people leave out of an alef, and of no other letter: the hamza and the madda.
pub(super) fn is_left_out_after(previous: Option<char>, mark: char) -> bool {
    previous == Some('\u{627}') && matches!(mark, '\u{653}'..='\u{655}')
}

/// The letters that people type for one that their keyboard does not have.
pub(super) fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        // Alef wasla
        '\u{671}' => "\u{627}",
        _ => return None,
    })
}
