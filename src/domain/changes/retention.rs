//! Pruning of old changes, and the order of changes after a database has moved.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, QueryFilter, Statement,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Position, read,
    transaction::{Transaction, place_of},
};
use crate::{
    clock::Clock,
    domain::{condition::is_one_of, error::Result},
    entity::batch::{self, BatchState},
    storage::Db,
};

/// Changes removed in one transaction.
const CHANGES_PER_TRANSACTION: u64 = 1000;

/// Removes the changes at the feed's beginning that are older than so many days; how many they were. In batches, each a
/// transaction of its own, so that writers never wait for long.
pub async fn prune(db: &Db, clock: &Clock, keep_days: u32) -> Result<u64> {
    let Some(before) = clock.now().checked_sub_signed(TimeDelta::days(keep_days.into())) else { return Ok(0) };
    let mut removed = 0;
    loop {
        let some = prune_batch(db, before).await?;
        removed += some;
        if some < CHANGES_PER_TRANSACTION {
            return Ok(removed);
        }
    }
}

async fn prune_batch(db: &Db, before: DateTime<Utc>) -> Result<u64> {
    let tx = db.begin().await?;
    let backend = db.backend();
    // Replicas take turns.
    let mark = "UPDATE change_feed SET id = 1";
    tx.execute_raw(Statement::from_string(backend, mark)).await?;
    let oldest = read::after(&tx, &super::Wanted::default(), Position::START, CHANGES_PER_TRANSACTION).await?;
    // Times need not be in the feed's order, and nothing may be removed from its middle.
    // A row that cannot be read counts as old as the rows around it.
    let is_old = |row: &&read::Read| row.change.as_ref().is_none_or(|change| change.at < before);
    let old: Vec<&read::Read> = oldest.iter().take_while(is_old).collect();
    let Some(last) = old.last().map(|row| row.position) else {
        return Ok(0);
    };
    if !leave_batches(&tx, &old).await? {
        return Ok(0);
    }
    let key = if backend == DbBackend::Sqlite { "0, position" } else { "tx, position" };
    let (tx_number, number) = (last.tx, last.number);
    let mark = format!("UPDATE change_feed SET pruned_tx = {tx_number}, pruned_position = {number}");
    tx.execute_raw(Statement::from_string(backend, mark)).await?;
    let delete = if backend == DbBackend::Sqlite {
        format!("DELETE FROM changes WHERE position <= {number}")
    } else {
        format!("DELETE FROM changes WHERE ({key}) <= ({tx_number}, {number})")
    };
    let deleted = tx.execute_raw(Statement::from_string(backend, delete)).await?;
    tx.commit().await?;
    Ok(deleted.rows_affected())
}

/// Notes that the batches of these changes can no longer be undone. False where one of them is being undone, which needs
/// them a while longer.
async fn leave_batches(tx: &impl ConnectionTrait, old: &[&read::Read]) -> Result<bool> {
    let of_batches = old.iter().filter_map(|row| row.change.as_ref()?.batch_id);
    let ids: Vec<Uuid> = of_batches.collect::<HashSet<_>>().into_iter().collect();
    if ids.is_empty() {
        return Ok(true);
    }
    let noted = batch::Entity::update_many()
        .col_expr(batch::Column::IsPruned, Expr::val(true))
        .filter(is_one_of(Expr::col(batch::Column::Id), &ids, tx.get_database_backend()))
        .filter(Expr::col(batch::Column::State).ne(BatchState::Undoing.to_value()))
        .exec(tx)
        .await?;
    Ok(noted.rows_affected == ids.len() as u64)
}

/// Makes sure that what is written from now on comes after what was written before.
///
/// The feed's order is that of PostgreSQL's transaction numbers, and a dump that is restored elsewhere meets a server
/// that has not counted as far: what is missing is added from then on.
pub(crate) async fn keep_the_order(connection: &DatabaseConnection) -> std::result::Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!(
        "UPDATE change_feed SET tx_offset = behind.missing + tx_offset FROM (\
             SELECT last.tx + 1 - {own} AS missing \
             FROM (SELECT greatest(max(tx), (SELECT pruned_tx FROM change_feed)) AS tx FROM changes) AS last\
         ) AS behind WHERE behind.missing > 0",
        own = place_of(Transaction::Own)
    );
    connection.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    Ok(())
}
