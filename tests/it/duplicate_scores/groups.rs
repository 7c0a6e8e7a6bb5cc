//! Laws of groups, for any pairs.

use std::collections::{HashMap, HashSet};

use liaison::domain::duplicates::{Certainty, Comparison, Group, Likeness, Pair, groups};
use proptest::prelude::*;
use uuid::Uuid;

use super::id;

fn pair((first, second, is_certain): (usize, usize, bool)) -> Option<Pair> {
    let certainty = Some(if is_certain { Certainty::Certain } else { Certainty::Likely });
    let score = if is_certain { 0.99 } else { 0.7 };
    let likeness = Likeness::of(&Comparison { score, certainty, reasons: Vec::new() })?;
    (first != second).then(|| Pair { first: id(first.min(second)), second: id(first.max(second)), likeness })
}

/// Different pairs of few contacts, so that many hang together.
fn pairs() -> impl Strategy<Value = Vec<Pair>> {
    prop::collection::vec((0..14_usize, 0..14_usize, any::<bool>()), 0..24).prop_map(|drawn| {
        let pairs: HashMap<(Uuid, Uuid), Pair> =
            drawn.into_iter().filter_map(pair).map(|pair| ((pair.first, pair.second), pair)).collect();
        pairs.into_values().collect()
    })
}

/// Contacts that can be reached from one by pairs.
fn reached(from: Uuid, pairs: &[Pair]) -> HashSet<Uuid> {
    let mut reached = HashSet::from([from]);
    loop {
        let before = reached.len();
        for pair in pairs {
            if reached.contains(&pair.first) || reached.contains(&pair.second) {
                reached.extend([pair.first, pair.second]);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

fn of(certainty: Certainty, groups: &[Group]) -> impl Iterator<Item = &Group> {
    groups.iter().filter(move |group| group.certainty == certainty)
}

proptest! {
    #[test]
    fn certain_groups_are_what_certain_pairs_alone_hold_together(pairs in pairs()) {
        let certain: Vec<Pair> =
            pairs.iter().filter(|pair| pair.likeness.certainty == Certainty::Certain).copied().collect();
        let all = groups(pairs);
        let mut grouped = HashSet::new();
        for group in of(Certainty::Certain, &all) {
            let members: HashSet<Uuid> = group.contacts.iter().copied().collect();
            prop_assert_eq!(&members, &reached(group.contacts[0], &certain));
            prop_assert!(members.iter().all(|id| grouped.insert(*id)), "a contact is in one certain group at most");
        }
        prop_assert!(certain.iter().all(|pair| grouped.contains(&pair.first) && grouped.contains(&pair.second)));
    }

    #[test]
    fn each_pair_is_in_one_group_and_each_contact_in_one_of_each_certainty(pairs in pairs()) {
        let all = groups(pairs.clone());
        let listed: Vec<Pair> = all.iter().flat_map(|group| group.pairs.iter().copied()).collect();
        prop_assert_eq!(listed.len(), pairs.len());
        prop_assert!(pairs.iter().all(|pair| listed.contains(pair)));
        for certainty in [Certainty::Certain, Certainty::Likely] {
            let mut grouped = HashSet::new();
            for group in of(certainty, &all) {
                prop_assert!(group.contacts.len() > 1 && group.contacts.is_sorted());
                prop_assert!(group.contacts.iter().all(|id| grouped.insert(*id)));
                let ends: HashSet<Uuid> = group.pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
                prop_assert_eq!(ends, group.contacts.iter().copied().collect::<HashSet<_>>());
            }
        }
    }
}

#[test]
fn a_likely_pair_never_joins_two_certain_groups() {
    let pairs = [(1, 2, true), (3, 4, true), (2, 3, false)].into_iter().filter_map(pair).collect();
    let contacts: Vec<Vec<Uuid>> = groups(pairs).into_iter().map(|group| group.contacts).collect();
    assert_eq!(contacts, [[1, 2].map(id), [3, 4].map(id), [2, 3].map(id)]);
}
