//! Writing what a scan has found, in bounded transactions.

use std::{collections::HashMap, sync::atomic::Ordering};

use uuid::Uuid;

use super::{
    Likeness, Pair, SCORING, Scanned, ScannedKeys,
    index::{self, Entry, Indexed},
    job::{self, Progress},
    lease::Lease,
    pairs, scan_index, words,
};
use crate::{domain::error::Result, entity::duplicate_scan::ScanStep, storage::Db};

/// Pairs that are written in one transaction.
const PAIRS_PER_TRANSACTION: usize = 500;
/// Contacts whose keys are written in one transaction.
const CONTACTS_PER_TRANSACTION: usize = 200;
/// Contacts that are noted in one transaction.
const NOTED_PER_TRANSACTION: usize = 2_000;
/// Stored rows that are read at once.
const ROWS_PER_READ: usize = 10_000;
/// All keys are gone through where more than one contact in so many has others than before.
const ALL_FROM: usize = 5;

/// Writes the frequencies, keys and pairs that differ from what is stored.
pub(super) async fn write(
    lease: Lease<'_>,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    scanned: Scanned,
    scoring: i32,
) -> Result<()> {
    let Scanned { frequencies, keys, pairs: found, skipped_blocks, compared: _ } = scanned;
    progress.skipped_blocks.store(job::number(skipped_blocks), Ordering::Relaxed);
    progress.pairs.store(job::number(found.len()), Ordering::Relaxed);
    words::replace(lease, &frequencies).await?;
    write_keys(lease, progress, contacts, &keys, scoring).await?;
    drop(keys);
    write_pairs(lease, progress, found).await
}

/// Differences between the stored keys and the keys that a scan has found.
#[derive(Default)]
struct Differences {
    /// Places of contacts, with what is stored of them where they are few.
    changed: Vec<(usize, Option<Indexed>)>,
    gone: Vec<(Uuid, Indexed)>,
}

async fn write_keys(
    lease: Lease<'_>,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    keys: &ScannedKeys,
    scoring: i32,
) -> Result<()> {
    progress.begin(ScanStep::Indexing, keys.len());
    scan_index::clear_others(lease, scoring).await?;
    let differences = differences(lease.db, contacts, keys).await?;
    let is_small = differences.changed.len() + differences.gone.len() <= contacts.len() / ALL_FROM;
    if scoring == SCORING && is_small {
        progress.begin(ScanStep::Indexing, differences.changed.len());
        return write_differences(lease, progress, contacts, keys, differences).await;
    }
    progress.begin(ScanStep::Indexing, keys.len() + differences.changed.len());
    scan_index::write(lease, progress, contacts, keys).await?;
    write_people(lease, progress, contacts, keys, &differences).await
}

/// Compares contacts with what is stored of them.
async fn differences(db: &Db, contacts: &[(Uuid, i64)], keys: &ScannedKeys) -> Result<Differences> {
    let mut differences = Differences::default();
    let mut read = contacts.iter().enumerate().peekable();
    let mut last = Uuid::nil();
    loop {
        let stored = index::after(db, last, ROWS_PER_READ).await?;
        let is_last = stored.len() < ROWS_PER_READ;
        last = stored.last().map_or(last, |(id, _)| *id);
        for (id, indexed) in stored {
            while let Some((place, _)) = read.next_if(|(_, (other, _))| *other < id) {
                differences.changed.push((place, None));
            }
            match read.next_if(|(_, (other, _))| *other == id) {
                Some((place, (_, fingerprint))) if indexed.is(*fingerprint, keys.of(place)) => {}
                Some((place, _)) => {
                    // Nobody asks for more: all keys are gone through then.
                    let stored = Some(indexed).filter(|_| differences.changed.len() < contacts.len() / ALL_FROM);
                    differences.changed.push((place, stored));
                }
                None => differences.gone.push((id, indexed)),
            }
        }
        if is_last {
            differences.changed.extend(read.map(|(place, _)| (place, None)));
            return Ok(differences);
        }
    }
}

async fn write_differences(
    lease: Lease<'_>,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    keys: &ScannedKeys,
    differences: Differences,
) -> Result<()> {
    for some in differences.gone.chunks(CONTACTS_PER_TRANSACTION) {
        let tx = lease.begin().await?;
        let entries: Vec<Entry> = some.iter().flat_map(|(id, old)| old.keys.iter().map(|key| (*key, *id))).collect();
        index::remove(&tx, &entries).await?;
        index::forget(&tx, &some.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
    for some in differences.changed.chunks(CONTACTS_PER_TRANSACTION) {
        let (mut people, mut added, mut removed): (Vec<(Uuid, Indexed)>, Vec<Entry>, Vec<Entry>) = Default::default();
        for (place, stored) in some {
            let Some((id, fingerprint)) = contacts.get(*place) else { continue };
            let new = keys.of(*place);
            let old: &[i64] = stored.as_ref().map_or(&[], |stored| &stored.keys);
            added.extend(new.iter().filter(|key| old.binary_search(key).is_err()).map(|key| (*key, *id)));
            removed.extend(old.iter().filter(|key| new.binary_search(key).is_err()).map(|key| (*key, *id)));
            people.push((*id, Indexed { fingerprint: *fingerprint, keys: new.to_vec() }));
        }
        let tx = lease.begin().await?;
        index::remove(&tx, &removed).await?;
        index::add(&tx, &added).await?;
        index::note(&tx, &people).await?;
        tx.commit().await?;
        progress.advance(some.len());
    }
    Ok(())
}

/// Notes contacts whose keys are all written, and forgets those that are gone.
async fn write_people(
    lease: Lease<'_>,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    keys: &ScannedKeys,
    differences: &Differences,
) -> Result<()> {
    for some in differences.gone.chunks(NOTED_PER_TRANSACTION) {
        let tx = lease.begin().await?;
        index::forget(&tx, &some.iter().map(|(id, _)| *id).collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
    for some in differences.changed.chunks(NOTED_PER_TRANSACTION) {
        let indexed = |(place, _): &(usize, Option<Indexed>)| {
            let (id, fingerprint) = contacts.get(*place)?;
            Some((*id, Indexed { fingerprint: *fingerprint, keys: keys.of(*place).to_vec() }))
        };
        scan_index::note(lease, &some.iter().filter_map(indexed).collect::<Vec<_>>()).await?;
        progress.advance(some.len());
    }
    Ok(())
}

async fn write_pairs(lease: Lease<'_>, progress: &Progress, found: Vec<Pair>) -> Result<()> {
    let mut new: HashMap<(Uuid, Uuid), Likeness> =
        found.into_iter().map(|pair| ((pair.first, pair.second), pair.likeness)).collect();
    let mut gone = Vec::new();
    let mut last = (Uuid::nil(), Uuid::nil());
    loop {
        let stored = pairs::after(lease.db, last, ROWS_PER_READ).await?;
        for pair in &stored {
            last = (pair.first, pair.second);
            match new.get(&last) {
                Some(likeness) if *likeness == pair.likeness => drop(new.remove(&last)),
                Some(_) => {}
                None => gone.push(last),
            }
        }
        if stored.len() < ROWS_PER_READ {
            break;
        }
    }
    progress.begin(ScanStep::Writing, new.len() + gone.len());
    for some in gone.chunks(PAIRS_PER_TRANSACTION) {
        let tx = lease.begin().await?;
        pairs::remove(&tx, some).await?;
        tx.commit().await?;
        progress.advance(some.len());
    }
    let mut new: Vec<Pair> =
        new.into_iter().map(|((first, second), likeness)| Pair { first, second, likeness }).collect();
    new.sort_unstable_by_key(|pair| (pair.first, pair.second));
    for some in new.chunks(PAIRS_PER_TRANSACTION) {
        let tx = lease.begin().await?;
        pairs::write_existing(&tx, some.to_vec()).await?;
        tx.commit().await?;
        progress.advance(some.len());
    }
    Ok(())
}
