//! Contacts that are likely the same person as one, or as one that is not stored yet.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::{
    BLOCK_MAX, Certainty, Likeness,
    find::{self, Weighted},
    index,
    pairs::{self, CANDIDATES_MAX},
    people::{self, Known},
    queue,
    score::Weighed,
    state::State,
    vetoed, words,
};
use crate::{
    domain::{
        changes::{self, Most, Position, Reach},
        error::Result,
        records,
    },
    entity::contact,
    storage::{Db, RowSource, lock_numbers},
};

/// Contacts that were written lately, and that keys need not find yet, which are compared in any case.
const RECENT_MAX: usize = 1_000;
/// Changes among which they are looked for.
const RECENT_CHANGES_MAX: u64 = 5_000;

/// A contact that is likely the same person as another.
#[derive(Clone, Debug)]
pub struct Lookalike {
    /// The contact.
    pub contact: contact::Model,
    /// How likely, and why.
    pub likeness: Likeness,
}

/// The contacts that are likely the same person as each of these, by the pairs that are stored.
pub async fn of_contacts(db: &Db, ids: &[Uuid], at_least: Certainty) -> Result<HashMap<Uuid, Vec<Lookalike>>> {
    let found = pairs::of_contacts(db, ids, at_least).await?;
    let others: HashSet<Uuid> = found.values().flatten().map(|candidate| candidate.contact_id).collect();
    if others.is_empty() {
        return Ok(HashMap::new());
    }
    let others: Vec<Uuid> = others.into_iter().collect();
    let contacts = records::get_many::<contact::Entity>(db.reads(), &others).await?;
    let lookalikes = found.into_iter().map(|(id, candidates)| {
        let with_contact = candidates.into_iter().filter_map(|candidate| {
            let contact = contacts.get(&candidate.contact_id)?.clone();
            Some(Lookalike { contact, likeness: candidate.likeness })
        });
        (id, with_contact.collect())
    });
    Ok(lookalikes.collect())
}

/// Makes transactions that create contacts take turns, where the contacts share a key. SQLite's writers take turns anyway.
pub(crate) async fn take_turns(
    tx: &impl ConnectionTrait,
    contact: &contact::Model,
    companies: &[String],
) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let keys = find::sorted_keys(&Known::of_model(contact, companies.to_vec()));
        lock_numbers(tx, keys).await?;
    }
    Ok(())
}

/// The contacts that are likely the same person as one that is not stored as it is here and works for these companies,
/// the most certain ones first. Contacts that were written a moment ago are among them.
pub(crate) async fn of_unstored(
    db: &impl RowSource,
    contact: &contact::Model,
    companies: Vec<String>,
) -> Result<Vec<Lookalike>> {
    let known = Known::of_model(contact, companies);
    let own = known.person.id;
    let keys = find::sorted_keys(&known);
    let blocks = index::members(db, &keys, BLOCK_MAX + 1).await?;
    let used = blocks.into_values().filter(|members| members.len() <= BLOCK_MAX);
    let mut ids: HashSet<Uuid> = used.flatten().collect();
    ids.extend(recent(db).await?);
    let vetoed = vetoed::different_from(db, &[own]).await?;
    ids.retain(|id| *id != own && !vetoed.contains(id));
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let others = people::get_many(db, &ids).await?;
    let all = others.iter().chain([&known]).map(|known| &known.person);
    let frequencies = words::frequencies(db, all).await?;
    let (weighed, this) = (Weighed::new(&frequencies), Weighted::new(&known, &frequencies));
    let mut found: Vec<(Uuid, Likeness)> = others
        .iter()
        .filter_map(|other| {
            let pair = this.pair(&Weighted::new(other, &frequencies), weighed)?;
            Some((other.person.id, pair.likeness))
        })
        .collect();
    found.sort_by_key(|(id, likeness)| (likeness.rank(), *id));
    found.truncate(CANDIDATES_MAX);
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let mut contacts = records::get_many::<contact::Entity>(db, &ids).await?;
    let with_contact =
        found.into_iter().filter_map(|(id, likeness)| Some(Lookalike { contact: contacts.remove(&id)?, likeness }));
    Ok(with_contact.collect())
}

/// Contacts that wait to be compared.
async fn recent(db: &impl RowSource) -> Result<Vec<Uuid>> {
    let state = State::read(db).await?;
    let mut recent = queue::first(db, RECENT_MAX).await?;
    let place = state.place().unwrap_or(Position::START);
    let most = Most { changes: RECENT_CHANGES_MAX, contacts: RECENT_MAX };
    recent.extend(changes::touched(db, place, Reach::Committed, most, &people::FIELDS).await?.contacts);
    Ok(recent)
}
