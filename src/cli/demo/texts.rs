//! Invented interactions: notes that people write after calls, mails and meetings.

use rand::{Rng, seq::IndexedRandom};
use serde::Deserialize;

use super::choice::word;

/// Word lists for interactions. `{topic}` and `{name}` are filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InteractionWords {
    /// Kinds with their texts.
    kinds: Vec<KindWords>,
    /// Business that the texts are about.
    topics: Vec<String>,
    /// Agreements and next steps.
    outcomes: Vec<String>,
    /// Texts in other languages.
    foreign: Vec<ForeignText>,
}

/// Texts for one kind of interaction.
///
/// Subjects do not contain the name, because a name may be nearly as long as a subject.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindWords {
    kind: String,
    subjects: Vec<String>,
    openings: Vec<String>,
    /// Share of the interactions, relative to the other kinds.
    weight: u32,
}

/// Subject and body of one interaction in another language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForeignText {
    subject: String,
    body: String,
}

/// Text of an invented interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct InteractionText {
    /// One of `call`, `email`, `meeting`, `note` and `other`.
    pub kind: String,
    /// Subject, on one line.
    pub subject: Option<String>,
    /// Body: the topics and the agreement.
    pub body: Option<String>,
}

/// Makes the text of an interaction with the contact.
pub(super) fn interaction(
    rng: &mut impl Rng,
    words: &InteractionWords,
    contact_name: &str,
) -> anyhow::Result<InteractionText> {
    let kind = words.kinds.choose_weighted(rng, |kind| kind.weight)?;
    let (subject, body) = if rng.random_bool(0.2) { foreign(rng, words) } else { english(rng, words, kind) };
    // Notes often are a body alone, and calls a subject alone. At least one of the two is always there.
    let draw = rng.random_range(0..100_u32);
    let body = body.replace("{name}", contact_name);
    let (subject, body) = match (kind.kind.as_str(), draw) {
        ("note", 0..30) | (_, 0..5) => (None, Some(body)),
        ("call", 60..) | (_, 78..) => (Some(subject), None),
        _ => (Some(subject), Some(body)),
    };
    Ok(InteractionText { kind: kind.kind.clone(), subject, body })
}

/// Makes subject and body in English.
fn english(rng: &mut impl Rng, words: &InteractionWords, kind: &KindWords) -> (String, String) {
    let topic = word(rng, &words.topics);
    let subject = capitalized(&word(rng, &kind.subjects).replace("{topic}", topic));
    let mut body = word(rng, &kind.openings).replace("{topic}", topic);
    let count = rng.random_range(0..=3);
    for outcome in words.outcomes.choose_multiple(rng, count) {
        // Longer texts get paragraphs, so that lists must handle line breaks.
        body.push_str(if count == 3 { "\n\n" } else { " " });
        body.push_str(outcome);
    }
    (subject, body)
}

/// Picks subject and body in another language.
fn foreign(rng: &mut impl Rng, words: &InteractionWords) -> (String, String) {
    words.foreign.choose(rng).map(|text| (text.subject.clone(), text.body.clone())).unwrap_or_default()
}

/// Returns the text with an upper-case first letter.
fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    first.into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{capitalized, interaction};
    use crate::cli::demo::words::Words;

    #[test]
    fn every_interaction_says_something() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let words = Words::load().unwrap().interactions;
        for _ in 0..3_000 {
            let text = interaction(&mut rng, &words, "Ada Ørsted").unwrap();
            assert!(["call", "email", "meeting", "note", "other"].contains(&text.kind.as_str()), "{text:?}");
            assert!(text.subject.is_some() || text.body.is_some());
            for part in text.subject.iter().chain(&text.body) {
                assert!(!part.is_empty() && part.trim() == part && !part.contains(['{', '}', '\0']), "{part}");
            }
            assert!(text.subject.is_none_or(|subject| subject.chars().count() <= 255 && !subject.contains('\n')));
        }
    }

    #[test]
    fn capitalized_keeps_the_rest() {
        assert_eq!(capitalized("delivery dates"), "Delivery dates");
        assert_eq!(capitalized(""), "");
    }
}
