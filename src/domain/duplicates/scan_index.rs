//! Writing the keys of all contacts in the order of the table, which is many times faster than contact by contact. Where a
//! scan was cut off, the next one goes on.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::{
    SCORING, ScannedKeys,
    index::{self, Entry, Indexed},
    job::Progress,
    lease::Lease,
};
use crate::domain::error::Result;

/// Rows of one statement on SQLite, whose statements have a parameter for each value.
const ROWS_PER_STATEMENT: usize = 500;
/// Most keys that are added in one transaction.
const KEYS_PER_TRANSACTION: usize = 10_000;
/// Stored keys that are read at once, and most that are removed in one transaction.
const KEYS_PER_READ: usize = 20_000;
/// The scoring of keys that were not all written.
const UNFINISHED: i32 = 0;

/// Removes keys of another scoring than this.
pub(super) async fn clear_others(lease: Lease<'_>, scoring: i32) -> Result<()> {
    if matches!(scoring, UNFINISHED | SCORING) {
        return Ok(());
    }
    let statements = if lease.db.backend() == DbBackend::Postgres {
        ["TRUNCATE duplicate_people", "TRUNCATE duplicate_keys"]
    } else {
        ["DELETE FROM duplicate_people", "DELETE FROM duplicate_keys"]
    };
    let tx = lease.begin().await?;
    for statement in statements {
        tx.execute_raw(Statement::from_string(lease.db.backend(), statement)).await?;
    }
    Ok(tx.commit().await?)
}

/// Says that the keys are of no scoring until the scan is at its end.
async fn note_unfinished(lease: Lease<'_>) -> Result<()> {
    let sql = format!("UPDATE duplicate_upkeep SET scoring = {UNFINISHED}");
    lease.execute(Statement::from_string(lease.db.backend(), sql)).await
}

/// Writes the keys that are not stored yet, and removes those that nobody has any more. Both are in one order, so that
/// each of them is looked at once.
pub(super) async fn write(
    lease: Lease<'_>,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    keys: &ScannedKeys,
) -> Result<()> {
    note_unfinished(lease).await?;
    let mut entries: Vec<(i64, u32)> = Vec::with_capacity(keys.len());
    for place in 0..contacts.len() {
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        entries.extend(keys.of(place).iter().map(|key| (*key, number)));
    }
    // Contacts are in the order of their ids.
    entries.sort_unstable();
    let entry = |(key, place): &(i64, u32)| Some((*key, contacts.get(*place as usize)?.0));
    let mut wanted = entries.iter().filter_map(entry).peekable();
    let mut last = (i64::MIN, Uuid::nil());
    loop {
        let stored = index::entries_after(lease.db, last, KEYS_PER_READ).await?;
        let is_last = stored.len() < KEYS_PER_READ;
        let (mut missing, mut gone) = (Vec::new(), Vec::new());
        for entry in &stored {
            while let Some(new) = wanted.next_if(|new| new < entry) {
                missing.push(new);
                if missing.len() == KEYS_PER_TRANSACTION {
                    add(lease, &std::mem::take(&mut missing)).await?;
                    progress.advance(KEYS_PER_TRANSACTION);
                }
            }
            if wanted.next_if_eq(entry).is_none() {
                gone.push(*entry);
            }
        }
        add(lease, &missing).await?;
        remove(lease, &gone).await?;
        progress.advance(missing.len() + stored.len() - gone.len());
        last = stored.last().copied().unwrap_or(last);
        if is_last {
            break;
        }
    }
    loop {
        let some: Vec<Entry> = wanted.by_ref().take(KEYS_PER_TRANSACTION).collect();
        if some.is_empty() {
            return Ok(());
        }
        add(lease, &some).await?;
        progress.advance(some.len());
    }
}

async fn remove(lease: Lease<'_>, entries: &[Entry]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let tx = lease.begin().await?;
    index::remove(&tx, entries).await?;
    Ok(tx.commit().await?)
}

/// Adds keys. None is stored, unless an older program beside this one, which does not look at leases, has written it.
async fn add(lease: Lease<'_>, entries: &[Entry]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    if lease.db.backend() == DbBackend::Postgres {
        let (keys, ids): (Vec<i64>, Vec<Uuid>) = entries.iter().copied().unzip();
        let sql = "INSERT INTO duplicate_keys (key, contact_id) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [Value::from(keys), ids.into()]);
        return lease.execute(statement).await;
    }
    let insert = |some: &[Entry]| {
        let rows = vec!["(?, ?)"; some.len()].join(", ");
        let values = some.iter().flat_map(|(key, id)| [Value::from(*key), Value::from(*id)]);
        let sql = format!("INSERT INTO duplicate_keys (key, contact_id) VALUES {rows} ON CONFLICT DO NOTHING");
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    };
    lease.run_together(entries.chunks(ROWS_PER_STATEMENT).map(insert)).await
}

/// Notes contacts whose keys are all written.
pub(super) async fn note(lease: Lease<'_>, people: &[(Uuid, Indexed)]) -> Result<()> {
    if lease.db.backend() == DbBackend::Postgres {
        let ids: Vec<Uuid> = people.iter().map(|(id, _)| *id).collect();
        let fingerprints: Vec<i64> = people.iter().map(|(_, indexed)| indexed.fingerprint).collect();
        let keys: Vec<Vec<u8>> = people.iter().map(|(_, indexed)| indexed.bytes()).collect();
        let values = [Value::from(ids), fingerprints.into(), keys.into()];
        let sql = index::noting("SELECT * FROM unnest($1, $2, $3)");
        return lease.execute(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await;
    }
    let insert = |some: &[(Uuid, Indexed)]| {
        let rows = format!("VALUES {}", vec!["(?, ?, ?)"; some.len()].join(", "));
        let values = some.iter().flat_map(|(id, indexed)| {
            [Value::from(*id), Value::from(indexed.fingerprint), Value::from(indexed.bytes())]
        });
        Statement::from_sql_and_values(DbBackend::Sqlite, index::noting(&rows), values)
    };
    lease.run_together(people.chunks(ROWS_PER_STATEMENT).map(insert)).await
}
