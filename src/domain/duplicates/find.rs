//! Comparing contacts again with all that share a key with them.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::{
    BLOCK_MAX, Frequencies, Likeness, Pair,
    index::{self, Entry, Indexed},
    keys, pairs,
    people::{self, Known},
    score::Weighed,
    sketch::Sketch,
};
use crate::{domain::error::Result, storage::Db};

/// Contacts that are read to be compared with others, at once.
const CANDIDATES_AT_ONCE: usize = 4_000;

/// Findings of comparing contacts again, and what is to be written because of them.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Contacts that were compared, or have left.
    pub(super) changed: Vec<Uuid>,
    pub(super) pairs: Vec<Pair>,
    pub(super) gone_pairs: Vec<(Uuid, Uuid)>,
    pub(super) keys: Vec<Entry>,
    pub(super) gone_keys: Vec<Entry>,
    pub(super) people: Vec<(Uuid, Indexed)>,
    pub(super) gone_people: Vec<Uuid>,
    /// Other contacts that have to be compared again, because a key of theirs has become too common to be used, or is no
    /// longer.
    pub(super) queue: Vec<Uuid>,
    /// Given contacts that came from the queue.
    pub(super) queued: Vec<Uuid>,
}

/// Compares contacts again. Those of which nothing has changed are left out, unless they are queued.
pub(super) async fn find(db: &Db, ids: &[Uuid], queued: &HashSet<Uuid>, frequencies: &Frequencies) -> Result<Findings> {
    if ids.is_empty() {
        return Ok(Findings::default());
    }
    let queued: Vec<Uuid> = ids.iter().copied().filter(|id| queued.contains(id)).collect();
    let mut findings = Findings { queued, ..Findings::default() };
    let stored = index::get_many(db, ids).await?;
    let live: HashMap<Uuid, Known> =
        people::get_many(db.reads(), ids).await?.into_iter().map(|known| (known.person.id, known)).collect();
    let mut changed: Vec<&Known> = Vec::new();
    for id in ids {
        match (live.get(id), stored.get(id)) {
            (Some(known), Some(stored)) if stored.fingerprint == known.fingerprint && !findings.queued.contains(id) => {
            }
            (Some(known), stored) => {
                changed.push(known);
                findings.index(known, stored);
            }
            (None, Some(stored)) => {
                findings.changed.push(*id);
                findings.gone_people.push(*id);
                findings.gone_keys.extend(stored.keys.iter().map(|key| (*key, *id)));
            }
            (None, None) => findings.changed.push(*id),
        }
    }
    // As many as could be in a block that shrinks to one that is used.
    let blocks = blocks(db, &mut findings, BLOCK_MAX + 1 + most_with_one_key(&stored)).await?;
    let found = compare_all(db, &changed, &findings.people, &blocks, frequencies).await?;
    findings.replace(pairs::touching(db, &findings.changed).await?, found);
    Ok(findings)
}

impl Findings {
    /// Notes the keys of a contact, and how they differ from those that are stored.
    fn index(&mut self, known: &Known, stored: Option<&Indexed>) {
        let id = known.person.id;
        let indexed = Indexed { fingerprint: known.fingerprint, keys: sorted_keys(known) };
        let before: &[i64] = stored.map_or(&[], |stored| &stored.keys);
        let is_new = |key: &&i64| before.binary_search(key).is_err();
        self.keys.extend(indexed.keys.iter().filter(is_new).map(|key| (*key, id)));
        let is_gone = |key: &&i64| indexed.keys.binary_search(key).is_err();
        self.gone_keys.extend(before.iter().filter(is_gone).map(|key| (*key, id)));
        self.changed.push(id);
        self.people.push((id, indexed));
    }

    /// Works out which pairs are to be written and removed, from those that are stored of the contacts.
    fn replace(&mut self, stored: Vec<Pair>, found: Vec<Pair>) {
        let mut stored: HashMap<(Uuid, Uuid), Pair> =
            stored.into_iter().map(|pair| ((pair.first, pair.second), pair)).collect();
        self.pairs = found;
        self.pairs.retain(|pair| stored.remove(&(pair.first, pair.second)).as_ref() != Some(pair));
        self.gone_pairs = stored.into_keys().collect();
    }
}

/// The keys of a contact, sorted, each once.
pub(super) fn sorted_keys(known: &Known) -> Vec<i64> {
    let mut keys: Vec<i64> = keys(&known.person).into_iter().map(u64::cast_signed).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Number of these contacts that have the key that most of them have.
fn most_with_one_key(stored: &HashMap<Uuid, Indexed>) -> usize {
    let mut counts: HashMap<i64, usize> = HashMap::new();
    for key in stored.values().flat_map(|indexed| &indexed.keys) {
        *counts.entry(*key).or_default() += 1;
    }
    counts.into_values().max().unwrap_or_default()
}

/// The contacts that have each of the keys of the contacts after the findings are written, where they are few enough to
/// be compared. Queues those whose key becomes too common, or is no longer.
async fn blocks(db: &Db, findings: &mut Findings, limit: usize) -> Result<BTreeMap<i64, Vec<Uuid>>> {
    let of_people = findings.people.iter().flat_map(|(_, indexed)| indexed.keys.iter().copied());
    let mut keys: Vec<i64> = of_people.chain(findings.gone_keys.iter().map(|(key, _)| *key)).collect();
    keys.sort_unstable();
    keys.dedup();
    let before = index::members(db.reads(), &keys, limit).await?;
    let changed: HashSet<Uuid> = findings.changed.iter().copied().collect();
    let mut after: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        let members = before.get(&key).into_iter().flatten().filter(|id| !changed.contains(id));
        after.insert(key, members.copied().collect());
    }
    let mut queue: HashSet<Uuid> = HashSet::new();
    for (id, indexed) in &findings.people {
        for key in &indexed.keys {
            after.entry(*key).or_default().push(*id);
        }
    }
    for (key, members) in &after {
        let was_used = before.get(key).is_none_or(|before| before.len() <= BLOCK_MAX);
        if was_used != (members.len() <= BLOCK_MAX) {
            queue.extend(members.iter().filter(|id| !changed.contains(id)));
        }
    }
    after.retain(|_, members| members.len() <= BLOCK_MAX);
    findings.queue = queue.into_iter().collect();
    Ok(after)
}

/// A contact with the rarities of its words.
pub(super) struct Weighted<'a> {
    known: &'a Known,
    rarities: Vec<f32>,
    sketch: Sketch,
}

impl<'a> Weighted<'a> {
    pub(super) fn new(known: &'a Known, frequencies: &Frequencies) -> Self {
        let rarities = Weighed::rarities(&known.person, frequencies);
        Self { known, sketch: Sketch::new(&known.person, &rarities), rarities }
    }

    /// The pair of this one and another, if they are likely one person.
    pub(super) fn pair(&self, other: &Self, weighed: Weighed) -> Option<Pair> {
        if !weighed.can_be_likely(&self.sketch, &other.sketch) {
            return None;
        }
        let (one, two) = if self.known.person.id < other.known.person.id { (self, other) } else { (other, self) };
        let (first, second) = (&one.known.person, &two.known.person);
        let comparison = weighed.compare_likely((first, &one.rarities), (second, &two.rarities))?;
        let likeness = Likeness::of(&comparison)?;
        Some(Pair { first: first.id, second: second.id, likeness })
    }
}

/// Compares contacts with the members of their blocks.
async fn compare_all(
    db: &Db,
    changed: &[&Known],
    indexed: &[(Uuid, Indexed)],
    blocks: &BTreeMap<i64, Vec<Uuid>>,
    frequencies: &Frequencies,
) -> Result<Vec<Pair>> {
    let mut found: HashMap<(Uuid, Uuid), Pair> = HashMap::new();
    let mut waiting: Vec<(&Known, HashSet<Uuid>)> = Vec::new();
    let mut size = 0;
    for (known, (_, indexed)) in changed.iter().zip(indexed) {
        let in_blocks = indexed.keys.iter().filter_map(|key| blocks.get(key)).flatten();
        let others: HashSet<Uuid> = in_blocks.copied().filter(|id| *id != known.person.id).collect();
        size += others.len();
        waiting.push((known, others));
        if size >= CANDIDATES_AT_ONCE {
            compare_some(db, &std::mem::take(&mut waiting), frequencies, &mut found).await?;
            size = 0;
        }
    }
    compare_some(db, &waiting, frequencies, &mut found).await?;
    Ok(found.into_values().collect())
}

async fn compare_some(
    db: &Db,
    waiting: &[(&Known, HashSet<Uuid>)],
    frequencies: &Frequencies,
    found: &mut HashMap<(Uuid, Uuid), Pair>,
) -> Result<()> {
    let ids: HashSet<Uuid> = waiting.iter().flat_map(|(_, others)| others.iter().copied()).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let others = people::get_many(db.reads(), &ids).await?;
    let others: HashMap<Uuid, Weighted<'_>> =
        others.iter().map(|known| (known.person.id, Weighted::new(known, frequencies))).collect();
    let weighed = Weighed::new(frequencies);
    for (known, candidates) in waiting {
        let one = Weighted::new(known, frequencies);
        for other in candidates.iter().filter_map(|id| others.get(id)) {
            found.extend(one.pair(other, weighed).map(|pair| ((pair.first, pair.second), pair)));
        }
    }
    Ok(())
}
