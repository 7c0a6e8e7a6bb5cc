//! First steps of a database that was restored from a backup.
//!
//! A restore leaves a mark in the database, in the transaction that fills it. Whoever opens the database next takes these
//! steps and removes the mark, so a restore that was cut off between the two is still completed.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

use super::{
    access,
    changes::{self, Position},
};
use crate::clock::Clock;

/// SQL that marks a database as restored, with the last place of its feed.
pub fn mark(last: Position) -> String {
    let (tx, number) = last.parts();
    format!(
        "CREATE TABLE restored (last_tx bigint NOT NULL, last_position bigint NOT NULL); \
         INSERT INTO restored VALUES ({tx}, {number});"
    )
}

/// Begins a new epoch of the feed and ends all sessions, if the database was restored and nobody has done so.
///
/// A session or a link that was ended after the backup would otherwise be valid again.
pub(crate) async fn settle(connection: &DatabaseConnection, clock: &Clock) -> Result<(), DbErr> {
    let backend = connection.get_database_backend();
    let is_marked = if backend == DbBackend::Sqlite {
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'restored')"
    } else {
        "SELECT to_regclass('restored') IS NOT NULL"
    };
    let row = connection.query_one_raw(Statement::from_string(backend, is_marked)).await?;
    if !row.map_or(Ok(false), |row| row.try_get_by_index::<bool>(0))? {
        return Ok(());
    }
    let tx = connection.begin().await?;
    let marked = Statement::from_string(backend, "SELECT last_tx, last_position FROM restored");
    if let Some(row) = tx.query_one_raw(marked).await? {
        let last = Position::new(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        changes::begin_epoch(&tx, last, clock.now()).await?;
    }
    access::sign_everybody_out(&tx).await?;
    tx.execute_raw(Statement::from_string(backend, "DROP TABLE restored")).await?;
    tx.commit().await?;
    tracing::info!("The database was restored from a backup: a new epoch of the change feed has begun");
    Ok(())
}
