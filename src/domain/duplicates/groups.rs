//! Groups of contacts that hang together by pairs.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Certainty, Pair};

/// Contacts that hang together by pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The contacts, in the order of their ids.
    pub contacts: Vec<Uuid>,
    /// The pairs, the most certain ones first.
    pub pairs: Vec<Pair>,
    /// Certain where certain pairs alone hold it together.
    pub certainty: Certainty,
}

/// Makes groups of pairs: those that certain pairs alone hold together, then those of the other pairs.
///
/// A contact is in one certain group at most, and in one likely group at most. A likely pair never joins certain groups:
/// where A and B, and C and D, are certain and B and C are likely, the groups are AB, CD and BC. A likely pair of two
/// members of a certain group is one of its pairs.
pub fn groups(pairs: Vec<Pair>) -> Vec<Group> {
    let (certain, likely): (Vec<Pair>, Vec<Pair>) =
        pairs.into_iter().partition(|pair| pair.likeness.certainty == Certainty::Certain);
    let mut sets = Sets::default();
    for pair in &certain {
        sets.join(pair.first, pair.second);
    }
    let (inner, likely): (Vec<Pair>, Vec<Pair>) =
        likely.into_iter().partition(|pair| sets.are_joined(pair.first, pair.second));
    let mut groups = collect(sets, certain.into_iter().chain(inner), Certainty::Certain);
    let mut sets = Sets::default();
    for pair in &likely {
        sets.join(pair.first, pair.second);
    }
    groups.extend(collect(sets, likely, Certainty::Likely));
    groups
}

fn collect(mut sets: Sets, pairs: impl IntoIterator<Item = Pair>, certainty: Certainty) -> Vec<Group> {
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for pair in pairs {
        let Some(set) = sets.set_of(pair.first) else { continue };
        let place = *places.entry(set).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Group { contacts: Vec::new(), pairs: Vec::new(), certainty });
        }
        if let Some(group) = groups.get_mut(place) {
            group.contacts.extend([pair.first, pair.second]);
            group.pairs.push(pair);
        }
    }
    for group in &mut groups {
        group.contacts.sort_unstable();
        group.contacts.dedup();
        group.pairs.sort_by_key(|pair| (pair.likeness.rank(), pair.first, pair.second));
    }
    groups
}

/// Disjoint sets of contacts.
#[derive(Default)]
struct Sets {
    places: HashMap<Uuid, usize>,
    /// The parent of each contact; the root of a tree is its own.
    parents: Vec<usize>,
}

impl Sets {
    fn place(&mut self, id: Uuid) -> usize {
        let next = self.parents.len();
        let place = *self.places.entry(id).or_insert(next);
        if place == next {
            self.parents.push(next);
        }
        place
    }

    fn root(&mut self, mut place: usize) -> usize {
        while let Some(parent) = self.parents.get(place).copied().filter(|parent| *parent != place) {
            // Halves the way for those who come later.
            let grandparent = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(place) {
                *slot = grandparent;
            }
            place = grandparent;
        }
        place
    }

    fn join(&mut self, first: Uuid, second: Uuid) {
        let (first, second) = (self.place(first), self.place(second));
        let (first, second) = (self.root(first), self.root(second));
        if let Some(slot) = self.parents.get_mut(first) {
            *slot = second;
        }
    }

    fn set_of(&mut self, id: Uuid) -> Option<usize> {
        let place = *self.places.get(&id)?;
        Some(self.root(place))
    }

    fn are_joined(&mut self, first: Uuid, second: Uuid) -> bool {
        self.set_of(first).is_some_and(|set| self.set_of(second) == Some(set))
    }
}
