//! Comparing the contacts of a group once more before they are merged. Stored pairs are of contacts as they were: the upkeep comes
//! a moment after a write, and later while a scan is made.

use uuid::Uuid;

use super::{Certainty, Group, Pair, find::Weighted, groups, people, score::Weighed, words};
use crate::{domain::error::Result, storage::RowSource};

/// True where certain pairs still hold all of these contacts together.
pub(crate) async fn is_still_certain(tx: &impl RowSource, ids: &[Uuid]) -> Result<bool> {
    let known = people::get_many(tx, ids).await?;
    let frequencies = words::frequencies(tx, known.iter().map(|known| &known.person)).await?;
    let weighed = Weighed::new(&frequencies);
    let mut others: Vec<Weighted<'_>> = known.iter().map(|known| Weighted::new(known, &frequencies)).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    while let Some(one) = others.pop() {
        pairs.extend(others.iter().filter_map(|other| one.pair(other, weighed)));
    }
    let is_whole = |group: &Group| group.certainty == Certainty::Certain && group.contacts.len() == ids.len();
    Ok(groups(pairs).iter().any(is_whole))
}
