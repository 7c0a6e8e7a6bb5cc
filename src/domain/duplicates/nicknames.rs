//! Short and pet names.

use std::{collections::HashMap, sync::LazyLock};

/// A line for each name: the name and its variants, then short names of it.
const NICKNAMES: &str = include_str!("nicknames.txt");

static GROUPS: LazyLock<HashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut groups: HashMap<&str, Vec<u16>> = HashMap::new();
    for (number, line) in (0..).zip(NICKNAMES.lines()) {
        for name in line.split_whitespace() {
            groups.entry(name).or_default().push(number);
        }
    }
    groups
});

/// True for a name that has short names, or is one.
pub(super) fn has_any(name: &str) -> bool {
    GROUPS.contains_key(name)
}

/// True where both names can be of one person.
pub(super) fn is_nickname(first: &str, second: &str) -> bool {
    let Some(groups) = GROUPS.get(first) else { return false };
    GROUPS.get(second).is_some_and(|others| others.iter().any(|group| groups.contains(group)))
}
