//! Trimming of invisible characters.

use super::folding;

/// The text without invisible characters at its ends: spaces, control characters, joiners, fillers and their like. The
/// selector after an emoji or an ideograph stays. NUL is not trimmed but refused.
pub fn trim(text: &str) -> &str {
    let is_unseen = |letter: char| {
        letter.is_whitespace() || (letter.is_control() && letter != '\0') || folding::is_ignorable(letter)
    };
    let begun = text.trim_start_matches(is_unseen);
    let seen = begun.trim_end_matches(is_unseen);
    let unseen = begun.strip_prefix(seen).unwrap_or_default();
    let takes_selectors = seen.chars().next_back().is_some_and(|last| !last.is_ascii());
    let selectors = unseen.find(|letter| !is_selector(letter)).unwrap_or(unseen.len());
    let end = seen.len() + if takes_selectors { selectors } else { 0 };
    begun.get(..end).unwrap_or(seen)
}

/// True of variation selectors, and of the tags that make a flag that of a region.
fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}
