//! Words and random choices among them.

use rand::{Rng, seq::IndexedRandom};
use serde::Deserialize;

/// Word in the script of its language, and in lower-case ASCII for addresses. The files write it as a list of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Spelled {
    pub(super) native: String,
    pub(super) latin: String,
}

/// Picks one of the words, or the empty word when there are none.
pub(super) fn word<'a>(rng: &mut impl Rng, words: &'a [String]) -> &'a str {
    words.choose(rng).map_or("", String::as_str)
}

/// Replaces each `#` of a pattern by a digit.
pub(super) fn digits(rng: &mut impl Rng, pattern: &str) -> String {
    let digit = |letter| if letter == '#' { char::from(rng.random_range(b'0'..=b'9')) } else { letter };
    pattern.chars().map(digit).collect()
}

/// Picks one remark, or two on lines of their own.
pub(super) fn remarks(rng: &mut impl Rng, all: &[String]) -> String {
    let count = if rng.random_bool(0.25) { 2 } else { 1 };
    let lines: Vec<&str> = all.choose_multiple(rng, count).map(String::as_str).collect();
    lines.join("\n")
}
