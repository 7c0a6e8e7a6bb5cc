//! Search terms of every frequency, taken from the data: beginnings, middles and ends of names, parts of e-mail
//! addresses, single letters and pairs; found once and ten thousand times; early, in the middle and late in the order.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::data::rows;

/// Contacts whose names and addresses give candidates, spread over the order.
const SOURCES: usize = 150;
/// Terms of one kind, frequency and part of the order.
const PER_GROUP: usize = 2;

/// Term, and the position of the contacts that contain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) text: String,
    pub(crate) kind: TermKind,
    pub(crate) hits: usize,
    /// Position of the median hit in the order by name, in percent.
    pub(crate) median_place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TermKind {
    Short,
    Beginning,
    Middle,
    End,
    Whole,
    Email,
    Absent,
}

const KEYS: &str = "SELECT id, name_key || chr(31) || COALESCE(email_key, '') FROM contacts WHERE status <> 'trashed' \
                    ORDER BY name_key, id";

/// Chooses terms from the data of a database.
pub(crate) fn sample(url: &str) -> Result<Vec<Term>> {
    let sql = if url.starts_with("sqlite") { KEYS.replace("chr(31)", "char(31)") } else { KEYS.to_owned() };
    let keys: Vec<String> = rows(url, &sql)?.into_iter().map(|(_, key)| key).collect();
    let mut groups: BTreeMap<_, Vec<Term>> = BTreeMap::new();
    for (kind, text) in candidates(&keys) {
        let places: Vec<usize> =
            (0..).zip(&keys).filter(|(_, key)| key.contains(&text)).map(|(place, _)| place).collect();
        let median = places.get(places.len() / 2).copied().unwrap_or_default();
        let term = Term { text, kind, hits: places.len(), median_place: median * 100 / keys.len().max(1) };
        let magnitude = (term.hits + 1).ilog(4);
        let group = groups.entry((kind, magnitude, term.median_place / 34)).or_default();
        if group.len() < PER_GROUP {
            group.push(term);
        }
    }
    Ok(groups.into_values().flatten().collect())
}

/// Returns the possible terms, each once, in an order that is the same each time.
fn candidates(keys: &[String]) -> BTreeSet<(TermKind, String)> {
    let mut found: BTreeSet<(TermKind, String)> =
        ["qqzzxv", "\u{2603}", "q\u{2603}"].map(|text| (TermKind::Absent, text.to_owned())).into();
    let step = (keys.len() / SOURCES).max(1);
    for key in keys.iter().step_by(step) {
        let (name, email) = key.split_once('\u{1f}').unwrap_or((key, ""));
        let letters: Vec<char> = name.chars().collect();
        let part = |from: usize, length: usize| -> String { letters.iter().skip(from).take(length).collect() };
        found.insert((TermKind::Whole, name.to_owned()));
        found.extend(name.split(' ').map(|word| (TermKind::Whole, word.to_owned())));
        found.extend([3, 5].map(|length| (TermKind::Beginning, part(0, length))));
        found.insert((TermKind::Middle, part(letters.len() / 2, 3)));
        found.insert((TermKind::End, part(letters.len().saturating_sub(4), 4)));
        found.extend([1, 2].map(|length| (TermKind::Short, part(letters.len() / 3, length))));
        found.extend(email.split(['@', '.']).map(|word| (TermKind::Email, word.to_owned())));
        found.insert((TermKind::Email, email.to_owned()));
    }
    found.retain(|(_, text)| !text.trim().is_empty());
    found.into_iter().map(|(kind, text)| (kind, text.trim().to_owned())).collect()
}
