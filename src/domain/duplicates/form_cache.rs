//! Caches of the forms of what many contacts share: names of companies, and words of names.

use std::sync::Arc;

use rapidhash::RapidHashMap;

use super::{
    forms::company_form,
    word_forms::{self, NameWord},
};

/// Most bytes of texts that are kept with their forms, for each kind.
const BYTES_MAX: usize = 16 << 20;

/// Forms by their texts.
#[derive(Debug)]
struct Cache<T> {
    forms: RapidHashMap<String, T>,
    bytes: usize,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self { forms: RapidHashMap::default(), bytes: 0 }
    }
}

impl<T: Clone> Cache<T> {
    /// Returns the form of a text, of which not all may be kept. `size` tells the bytes of a form.
    fn get(&mut self, text: &str, make: impl FnOnce(&str) -> T, size: impl FnOnce(&T) -> usize) -> T {
        if let Some(form) = self.forms.get(text) {
            return form.clone();
        }
        let form = make(text);
        if self.bytes < BYTES_MAX {
            self.bytes += size_of::<(String, T)>() + text.len() + size(&form);
            self.forms.insert(text.to_owned(), form.clone());
        }
        form
    }
}

/// Forms of companies' names, and of the words of people's names.
#[derive(Debug, Default)]
pub(super) struct FormCache {
    companies: Cache<String>,
    words: Cache<Arc<[NameWord]>>,
}

impl FormCache {
    /// Returns the form of a company's name.
    pub(super) fn company(&mut self, name: &str) -> String {
        self.companies.get(name, company_form, String::len)
    }

    /// Returns the words of a part of a name that is written in letters.
    pub(super) fn words(&mut self, part: &str) -> Arc<[NameWord]> {
        let make = |part: &str| word_forms::of_letters(part).into();
        self.words.get(part, make, |words| words.iter().map(NameWord::size).sum())
    }
}
