//! A word of a name in the forms in which it is compared.

use std::sync::Arc;

use super::latin::{self, latin, sound};
use crate::domain::folding::fold;

/// A word of a name in all its forms. Many names share it.
#[derive(Clone, Debug)]
pub(super) struct NameWord(Arc<Forms>);

#[derive(Debug)]
struct Forms {
    text: String,
    own: String,
    sound: String,
}

impl NameWord {
    /// Makes the forms of a word that is compared by a text. None where there is no text.
    pub(super) fn new(text: String, own: &str) -> Option<Self> {
        let forms = |text: String| Forms { sound: sound(&text), text, own: own.to_owned() };
        (!text.is_empty()).then(|| Self(Arc::new(forms(text))))
    }

    /// The word in Latin letters, but for Chinese characters, which stay as they are.
    pub(super) fn text(&self) -> &str {
        &self.0.text
    }

    /// The word in its own letters.
    pub(super) fn own(&self) -> &str {
        &self.0.own
    }

    /// How the word sounds. A word without sounds is its own.
    pub(super) fn sound(&self) -> &str {
        if self.0.sound.is_empty() { &self.0.text } else { &self.0.sound }
    }

    /// Bytes of all forms.
    pub(super) fn size(&self) -> usize {
        size_of::<Forms>() + self.0.text.len() + self.0.own.len() + self.0.sound.len()
    }
}

/// The words of a text in letters, or of a part of one between spaces: these are folded one by one.
pub(super) fn of_letters(text: &str) -> Vec<NameWord> {
    let folded = fold(text);
    latin::split(&folded).filter_map(|part| NameWord::new(latin(part), part)).collect()
}
