//! Rules for single signs: marks that are decoration, variants of a letter or a punctuation mark, and invisible
//! characters.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// Blanks that Unicode does not count as ignorable: Braille's, a note head that is empty, and the marks between a text
/// and its gloss.
const BLANKS: [char; 5] = ['\u{2800}', '\u{1d159}', '\u{fff9}', '\u{fffa}', '\u{fffb}'];

/// Returns true for characters without meaning in a text: joiners, fillers, marks of direction, selectors of variants.
pub(crate) fn is_ignorable(letter: char) -> bool {
    !letter.is_ascii()
        && (BLANKS.contains(&letter) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(letter))
}

/// Tracks flags: after the black flag, tags name a region. Elsewhere tags are ignorable.
#[derive(Default)]
pub(super) struct Flag(bool);

impl Flag {
    /// Returns true for a tag that belongs to a flag.
    pub(super) fn takes(&mut self, letter: char) -> bool {
        let is_tag = self.0 && matches!(letter, '\u{e0020}'..='\u{e007f}');
        self.0 = is_tag || letter == '\u{1f3f4}';
        is_tag
    }
}

/// Returns the one sign that stands for all its variants. `None` for an ignorable character.
pub(super) fn unified(sign: char) -> Option<char> {
    match sign {
        // Most signs of most texts.
        'a'..='z' | 'A'..='Z' | '0'..='9' => Some(sign),
        // These include variants that are letters of their own, such as Greek breathings and Hebrew's geresh.
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
        // Kana's voicing marks, standing alone
        '\u{309b}' | '\u{ff9e}' => Some('\u{3099}'),
        '\u{309c}' | '\u{ff9f}' => Some('\u{309a}'),
        space if space.is_whitespace() => Some(' '),
        unseen if unseen.is_control() || is_ignorable(unseen) => None,
        other => Some(other),
    }
}

/// Returns true for marks that people omit: those of Latin, Greek and Cyrillic, Hebrew's points, and in Arabic the
/// short vowels and the elongation mark. In all other scripts marks are letters.
pub(super) fn is_decoration(mark: char) -> bool {
    matches!(mark,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20f0}' | '\u{2de0}'..='\u{2dff}' | '\u{a66f}'..='\u{a672}' | '\u{a674}'..='\u{a67d}'
        | '\u{fe20}'..='\u{fe2f}'
        // Stems of musical notes
        | '\u{1d165}'..='\u{1d169}' | '\u{1d16d}'..='\u{1d172}'
        // Hebrew
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{fb1e}'
        // Arabic
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{656}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{8ca}'..='\u{8e1}' | '\u{8e3}'..='\u{8ff}')
}

/// Returns true for the hamza and the madda after an alef, which people omit. After other letters they count.
pub(super) fn is_left_out_after(previous: Option<char>, mark: char) -> bool {
    previous == Some('\u{627}') && matches!(mark, '\u{653}'..='\u{655}')
}

/// Returns the letters that people type for one that their keyboard lacks.
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
