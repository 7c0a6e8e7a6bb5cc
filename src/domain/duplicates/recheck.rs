//! Comparing the contacts of a group once more before they are merged. Stored pairs are of contacts as they were: the upkeep comes
//! a moment after a write, and later while a scan is made.

use uuid::Uuid;

use super::{Certainty, Likeness, Pair, groups, people, score::Weighed, words};
use crate::{domain::error::Result, storage::RowSource};

/// True where certain pairs still hold all of these contacts together.
pub(crate) async fn is_still_certain(tx: &impl RowSource, ids: &[Uuid]) -> Result<bool> {
    let known = people::get_many(tx, ids).await?;
    let frequencies = words::frequencies(tx, known.iter().map(|known| &known.person)).await?;
    let weighed = Weighed::new(&frequencies);
    let people: Vec<_> =
        known.iter().map(|known| (&known.person, Weighed::rarities(&known.person, &frequencies))).collect();
    let mut pairs = Vec::new();
    for (place, (person, rarities)) in people.iter().enumerate() {
        for (other, other_rarities) in people.iter().skip(place + 1) {
            let found = Likeness::of(&weighed.compare((person, rarities), (other, other_rarities)));
            let certain = found.filter(|likeness| likeness.certainty == Certainty::Certain);
            pairs.extend(certain.map(|likeness| Pair { first: person.id, second: other.id, likeness }));
        }
    }
    Ok(groups(pairs).iter().any(|group| group.contacts.len() == ids.len()))
}
