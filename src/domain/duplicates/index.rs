//! The keys of contacts: contacts that share one are compared.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rows::{self, Given};
use crate::{
    domain::error::Result,
    storage::{Db, Parameters, Row, RowSource, RowVisitor},
};

/// The keys that are stored of a contact, and a hash of what they were made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Indexed {
    pub(super) fingerprint: i64,
    /// Sorted, each once.
    pub(super) keys: Vec<i64>,
}

impl Indexed {
    /// True where this is what the hash and the keys say.
    pub(super) fn is(&self, fingerprint: i64, keys: &[i64]) -> bool {
        self.fingerprint == fingerprint && self.keys == keys
    }

    /// The keys as they are stored.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.keys.iter().flat_map(|key| key.to_be_bytes()).collect()
    }

    fn hex(&self) -> String {
        self.keys.iter().fold(String::new(), |text, key| text + &format!("{key:016x}"))
    }

    fn read(row: &impl Row, first: usize) -> Option<Self> {
        let keys = row.bytes(first + 1)?.chunks_exact(size_of::<i64>());
        let keys = keys.filter_map(|bytes| bytes.try_into().ok().map(i64::from_be_bytes));
        Some(Self { fingerprint: row.int(first)?, keys: keys.collect() })
    }
}

/// Returns the stored keys of these contacts.
pub(super) async fn get_many(db: &Db, ids: &[Uuid]) -> Result<HashMap<Uuid, Indexed>> {
    let mut parameters = Parameters::new(db.backend());
    let ids = parameters.bind_ids(ids);
    let sql = format!("SELECT contact_id, fingerprint, keys FROM duplicate_people WHERE contact_id IN {ids}");
    let people = db.reads().run(parameters.statement(sql), People(Vec::new())).await?.0;
    Ok(people.into_iter().collect())
}

/// Returns the stored keys of the first contacts after an id.
pub(super) async fn after(db: &Db, last: Uuid, limit: usize) -> Result<Vec<(Uuid, Indexed)>> {
    let mut parameters = Parameters::new(db.backend());
    let last = parameters.bind(last);
    let sql = format!(
        "SELECT contact_id, fingerprint, keys FROM duplicate_people WHERE contact_id > {last} \
         ORDER BY contact_id LIMIT {limit}"
    );
    Ok(db.reads().run(parameters.statement(sql), People(Vec::new())).await?.0)
}

struct People(Vec<(Uuid, Indexed)>);

impl RowVisitor for People {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.id(0).zip(Indexed::read(row, 1)));
        Ok(())
    }
}

/// The contacts that have each key, at most so many of each.
pub(super) async fn members(db: &impl RowSource, keys: &[i64], limit: usize) -> Result<HashMap<i64, Vec<Uuid>>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut parameters = Parameters::new(db.get_database_backend());
    let sql = if db.get_database_backend() == DbBackend::Postgres {
        let keys = parameters.bind(keys.to_vec());
        format!(
            "SELECT wanted.key, member.contact_id FROM unnest({keys}) AS wanted (key) CROSS JOIN LATERAL \
             (SELECT contact_id FROM duplicate_keys WHERE duplicate_keys.key = wanted.key LIMIT {limit}) AS member"
        )
    } else {
        let keys = parameters.bind(Json::from(keys.to_vec()).to_string());
        // SQLite has no LATERAL. The row after the last one that is wanted is found by the index.
        format!(
            "SELECT wanted.value, member.contact_id FROM json_each({keys}) AS wanted \
             CROSS JOIN duplicate_keys AS member ON member.key = wanted.value AND member.contact_id < COALESCE(\
                 (SELECT contact_id FROM duplicate_keys AS past WHERE past.key = wanted.value \
                  ORDER BY contact_id LIMIT 1 OFFSET {limit}), x'ffffffffffffffffffffffffffffffffff')"
        )
    };
    let found = db.visit(parameters.statement(sql), Members(HashMap::new())).await?;
    Ok(found.0)
}

struct Members(HashMap<i64, Vec<Uuid>>);

impl RowVisitor for Members {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        if let Some((key, id)) = row.int(0).zip(row.id(1)) {
            self.0.entry(key).or_default().push(id);
        }
        Ok(())
    }
}

/// A key of a contact.
pub(super) type Entry = (i64, Uuid);

/// Returns the first stored keys after one, in their order.
pub(super) async fn entries_after(db: &Db, (key, id): Entry, limit: usize) -> Result<Vec<Entry>> {
    let mut parameters = Parameters::new(db.backend());
    let (key, id) = (parameters.bind(key), parameters.bind(id));
    let sql = format!(
        "SELECT key, contact_id FROM duplicate_keys WHERE (key, contact_id) > ({key}, {id}) \
         ORDER BY key, contact_id LIMIT {limit}"
    );
    Ok(db.reads().run(parameters.statement(sql), Entries(Vec::new())).await?.0)
}

struct Entries(Vec<Entry>);

impl RowVisitor for Entries {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.int(0).zip(row.id(1)));
        Ok(())
    }
}

/// Adds keys.
pub(super) async fn add(tx: &impl ConnectionTrait, entries: &[Entry]) -> Result<()> {
    let insert = |given: &str| {
        format!(
            "INSERT INTO duplicate_keys (key, contact_id) SELECT key, contact_id FROM {given} WHERE TRUE \
             ON CONFLICT (key, contact_id) DO NOTHING"
        )
    };
    write(tx, entries, insert).await
}

/// Removes keys.
pub(super) async fn remove(tx: &impl ConnectionTrait, entries: &[Entry]) -> Result<()> {
    let delete = |given: &str| match tx.get_database_backend() {
        DbBackend::Postgres => format!(
            "DELETE FROM duplicate_keys AS stored USING {given} \
             WHERE stored.key = given.key AND stored.contact_id = given.contact_id"
        ),
        _ => format!("DELETE FROM duplicate_keys WHERE (key, contact_id) IN (SELECT key, contact_id FROM {given})"),
    };
    write(tx, entries, delete).await
}

async fn write(tx: &impl ConnectionTrait, entries: &[Entry], sql: impl FnOnce(&str) -> String) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows = entries.iter().map(|(key, id)| json!([key, rows::id(*id)])).collect();
    let columns = [("key", Given::Number), ("contact_id", Given::Id)];
    tx.execute_raw(rows::over(tx.get_database_backend(), &columns, rows, sql)).await?;
    Ok(())
}

/// Notes the keys of contacts.
pub(super) async fn note(tx: &impl ConnectionTrait, people: &[(Uuid, Indexed)]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let row = |(id, indexed): &(Uuid, Indexed)| json!([rows::id(*id), indexed.fingerprint, indexed.hex()]);
    let columns = [("contact_id", Given::Id), ("fingerprint", Given::Number), ("keys", Given::Bytes)];
    let insert = |given: &str| noting(&format!("SELECT contact_id, fingerprint, keys FROM {given} WHERE TRUE"));
    tx.execute_raw(rows::over(tx.get_database_backend(), &columns, people.iter().map(row).collect(), insert)).await?;
    Ok(())
}

/// A statement that notes rows of contacts, hashes and keys.
pub(super) fn noting(rows: &str) -> String {
    format!(
        "INSERT INTO duplicate_people (contact_id, fingerprint, keys) {rows} ON CONFLICT (contact_id) \
         DO UPDATE SET fingerprint = excluded.fingerprint, keys = excluded.keys"
    )
}

/// Forgets contacts, whose keys are removed.
pub(super) async fn forget(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    delete_by_contact(tx, "duplicate_people", ids).await
}

/// Deletes the rows of contacts from a table.
pub(super) async fn delete_by_contact(tx: &impl ConnectionTrait, table: &str, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut parameters = Parameters::new(tx.get_database_backend());
    let ids = parameters.bind_ids(ids);
    let sql = format!("DELETE FROM {table} WHERE contact_id IN {ids}");
    tx.execute_raw(parameters.statement(sql)).await?;
    Ok(())
}
