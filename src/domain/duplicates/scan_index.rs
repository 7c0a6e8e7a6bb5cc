//! Writing the keys of all contacts anew, in the order of the tables, which is many times faster than one by one.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use super::{
    ScannedKeys,
    index::{self, Entry, Indexed},
    job::Progress,
};
use crate::{
    domain::{Context, error::Result},
    storage::{Db, Nothing},
};

/// Keys in one statement on SQLite, whose statements have a parameter for each value.
const KEYS_PER_STATEMENT: usize = 500;
/// Keys in one transaction.
const KEYS_PER_TRANSACTION: usize = 10_000;
/// Contacts in one transaction.
const CONTACTS_PER_TRANSACTION: usize = 2_000;

/// Replaces all keys. Meanwhile candidates are found by none or by some of them.
pub(super) async fn rebuild(
    ctx: &Context,
    progress: &Progress,
    contacts: &[(Uuid, i64)],
    keys: &ScannedKeys,
) -> Result<()> {
    clear(&ctx.db).await?;
    let mut entries: Vec<(i64, u32)> = Vec::with_capacity(keys.len());
    for place in 0..contacts.len() {
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        entries.extend(keys.of(place).iter().map(|key| (*key, number)));
    }
    // Contacts are in the order of their ids.
    entries.sort_unstable();
    for some in entries.chunks(KEYS_PER_TRANSACTION) {
        let id = |place: u32| contacts.get(place as usize).map(|(id, _)| *id);
        let some: Vec<Entry> = some.iter().filter_map(|(key, place)| Some((*key, id(*place)?))).collect();
        add(&ctx.db, &some).await?;
        progress.advance(some.len());
    }
    drop(entries);
    for (chunk, some) in contacts.chunks(CONTACTS_PER_TRANSACTION).enumerate() {
        let first = chunk * CONTACTS_PER_TRANSACTION;
        let indexed = |(place, (id, fingerprint)): (usize, &(Uuid, i64))| {
            (*id, Indexed { fingerprint: *fingerprint, keys: keys.of(first + place).to_vec() })
        };
        let people: Vec<(Uuid, Indexed)> = some.iter().enumerate().map(indexed).collect();
        let tx = ctx.db.begin().await?;
        index::note(&tx, &people).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Says that the keys are of no scoring, so that another scan begins anew if this one is cut off.
const UNFINISHED: &str = "UPDATE duplicate_upkeep SET scoring = 0";

async fn clear(db: &Db) -> Result<()> {
    let statements = if db.backend() == DbBackend::Postgres {
        ["TRUNCATE duplicate_people", "TRUNCATE duplicate_keys", UNFINISHED]
    } else {
        ["DELETE FROM duplicate_people", "DELETE FROM duplicate_keys", UNFINISHED]
    };
    let tx = db.begin().await?;
    for statement in statements {
        tx.execute_raw(Statement::from_string(db.backend(), statement)).await?;
    }
    Ok(tx.commit().await?)
}

/// Adds keys of which none is stored.
async fn add(db: &Db, entries: &[Entry]) -> Result<()> {
    if db.backend() == DbBackend::Postgres {
        let (keys, ids): (Vec<i64>, Vec<Uuid>) = entries.iter().copied().unzip();
        let sql = "INSERT INTO duplicate_keys (key, contact_id) SELECT * FROM unnest($1, $2)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [Value::from(keys), ids.into()]);
        db.writer().execute_raw(statement).await?;
        return Ok(());
    }
    let insert = |some: &[Entry]| {
        let rows = vec!["(?, ?)"; some.len()].join(", ");
        let values = some.iter().flat_map(|(key, id)| [Value::from(*key), Value::from(*id)]);
        let sql = format!("INSERT INTO duplicate_keys (key, contact_id) VALUES {rows}");
        Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
    };
    db.run_together(entries.chunks(KEYS_PER_STATEMENT).map(insert).collect(), Nothing).await?;
    Ok(())
}
