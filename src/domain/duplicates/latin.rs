//! Words in plain Latin letters, and how they sound.

use deunicode::deunicode_char;

use crate::domain::folding::fold;

/// Splits a text into words of lower-case Latin letters and digits. Apostrophes are left out; other signs part words.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    split(&folded).map(latin).filter(|word| !word.is_empty()).collect()
}

/// The parts of a folded text between signs that part words.
pub(super) fn split(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|letter: char| !is_part(letter))
}

/// True for characters inside words: letters, digits, marks that belong to letters, and apostrophes.
fn is_part(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_alphanumeric() || letter == '\'' } else { !is_separator(letter) }
}

/// True for signs of other scripts that part words: the middle dot, and all of their punctuation that folding leaves.
fn is_separator(letter: char) -> bool {
    matches!(letter, '\u{b7}' | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}' | '\u{30fb}' | '\u{ff00}'..='\u{ff0f}')
}

/// Writes a folded word in Latin letters.
pub(super) fn latin(folded: &str) -> String {
    let mut word = String::with_capacity(folded.len());
    for letter in folded.chars() {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
        } else if !letter.is_ascii() {
            let spelled = deunicode_char(letter).unwrap_or_default();
            word.extend(spelled.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()));
        }
    }
    word
}

/// How a word of Latin letters sounds, roughly: words that transcribe one name differently sound the same.
pub(super) fn sound(word: &str) -> String {
    let letters = word.as_bytes();
    let mut sounds = String::with_capacity(letters.len());
    let mut rest = letters;
    while let Some((length, sound)) = first_sound(rest, rest.len() == letters.len()) {
        for sound in sound.chars() {
            if !sounds.ends_with(sound) {
                sounds.push(sound);
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    sounds
}

/// A word without the letters that people write for umlauts: `ae`, `oe` and `ue` are `a`, `o` and `u`.
pub(super) fn plain(word: &str) -> String {
    word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

/// The first sound of some letters, and how many letters it takes. None where there are no letters.
fn first_sound(letters: &[u8], is_first: bool) -> Option<(usize, &'static str)> {
    let sound = match letters {
        [] => return None,
        [b's', b'h', b'c', b'h', ..] => (4, "s"),
        [b's', b'c', b'h', ..] => (3, "s"),
        [b't', b'c', b'h', ..] => (3, "c"),
        [b's', b'h' | b'z', ..] => (2, "s"),
        [b'z', b'h', ..] => (2, "z"),
        [b'c', b'z', ..] | [b't', b's' | b'z', ..] => (2, "c"),
        [b'c' | b'k', b'h', ..] => (2, "h"),
        [b'c', b'k', ..] => (2, "k"),
        [b'p', b'h', ..] => (2, "f"),
        [b't', b'h', ..] => (2, "t"),
        [b'g', b'h', ..] => (2, "g"),
        [b'd', b'h', ..] => (2, "d"),
        [b'o', b'u' | b'o', ..] | [b'u', b'e', ..] => (2, "u"),
        [b'e', b'e', ..] => (2, "i"),
        [b'a', b'e', ..] => (2, "a"),
        [b'o', b'e', ..] => (2, "o"),
        [b'c', b'e', ..] => (2, "se"),
        [b'c', b'i' | b'y', ..] => (2, "si"),
        [b'y' | b'j', b'a', ..] => (2, "ia"),
        [b'y' | b'j', b'u', ..] => (2, "iu"),
        [first, ..] => (1, sound_of_one(*first, is_first)),
    };
    Some(sound)
}

/// The sound of one letter; none of one that is silent.
fn sound_of_one(letter: u8, is_first: bool) -> &'static str {
    match letter {
        b'y' | b'j' | b'i' => "i",
        b'w' | b'v' => "v",
        b'q' | b'k' | b'c' => "k",
        b'x' => "ks",
        b'h' if is_first => "h",
        b'a' => "a",
        b'b' => "b",
        b'd' => "d",
        b'e' => "e",
        b'f' => "f",
        b'g' => "g",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'o' => "o",
        b'p' => "p",
        b'r' => "r",
        b's' => "s",
        b't' => "t",
        b'u' => "u",
        b'z' => "z",
        b'0' => "0",
        b'1' => "1",
        b'2' => "2",
        b'3' => "3",
        b'4' => "4",
        b'5' => "5",
        b'6' => "6",
        b'7' => "7",
        b'8' => "8",
        b'9' => "9",
        _ => "",
    }
}
