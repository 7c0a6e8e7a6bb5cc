//! Reading vetoes, and keeping contacts in place while something is written about them.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

use crate::{domain::error::Result, storage::Parameters};

/// Keeps contacts from being deleted until the transaction ends; returns those that exist, each with its survivor if it was
/// merged. In the order of the ids, so that two transactions wait for each other instead of deadlocking.
pub(super) async fn lock_existing(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Option<Uuid>>> {
    let backend = tx.get_database_backend();
    let mut parameters = Parameters::new(backend);
    let ids = parameters.bind_ids(ids);
    let lock = if backend == DbBackend::Postgres { "FOR KEY SHARE" } else { "" };
    let sql = format!("SELECT id, merged_into FROM contacts WHERE id IN {ids} ORDER BY id {lock}");
    let rows = tx.query_all_raw(parameters.statement(sql)).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// A condition on a pair, whose contacts are the columns `first_id` and `second_id` of a table: nobody has said that they
/// are different people.
pub(super) fn is_allowed(table: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM duplicate_vetoes AS veto \
         WHERE veto.first_id = {table}.first_id AND veto.second_id = {table}.second_id)"
    )
}

/// All pairs of which somebody has said that they are different people.
pub(super) async fn all(db: &impl ConnectionTrait) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT first_id, second_id FROM duplicate_vetoes";
    let rows = db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// The contacts that these are different from, as somebody has said of them or of those that were merged into them.
pub(crate) async fn different_from(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    let mut parameters = Parameters::new(db.get_database_backend());
    let [first, second] = [(); 2].map(|()| parameters.bind_ids(ids));
    let sql = format!(
        "SELECT second_id FROM duplicate_vetoes WHERE first_id IN {first} \
         UNION ALL SELECT first_id FROM duplicate_vetoes WHERE second_id IN {second}"
    );
    let rows = db.query_all_raw(parameters.statement(sql)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
