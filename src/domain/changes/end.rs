//! The end of the feed.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::{Position, dialect::Dialect};
use crate::domain::error::Result;

/// Returns the place of the feed's last change, or the place up to which it was pruned when none is left.
///
/// It is always the place of a change, never one made of a transaction's number alone. PostgreSQL gives a number again
/// after a crash or a failover when nothing of its transaction had reached the disk or the standby. A change with such a
/// number would come before a place that had counted it. The number of a change is safe, because its commit is durable
/// before others see it.
pub(crate) async fn end(db: &impl ConnectionTrait) -> Result<Position> {
    let backend = db.get_database_backend();
    let Dialect { settled, last, .. } = Dialect::of(backend);
    let sql = if backend == DbBackend::Sqlite {
        format!("SELECT {last}")
    } else {
        format!(
            "SELECT COALESCE(last.tx, pruned_tx), COALESCE(last.position, pruned_position) FROM change_feed \
             LEFT JOIN (SELECT tx, position FROM changes WHERE {settled} ORDER BY tx DESC, position DESC LIMIT 1) AS last \
             ON TRUE"
        )
    };
    place(db, sql).await
}

/// Returns the last place that a cursor can have which the database has handed out by now, for its backup.
///
/// A cursor of a history may point beyond the last change, at the transaction before the oldest one that runs.
pub(crate) async fn reach(db: &impl ConnectionTrait) -> Result<Position> {
    let backend = db.get_database_backend();
    if backend == DbBackend::Sqlite {
        return end(db).await;
    }
    let horizon = Dialect::of(backend).horizon;
    place(db, format!("SELECT {horizon} - 1, {}", i64::MAX)).await
}

async fn place(db: &impl ConnectionTrait, sql: String) -> Result<Position> {
    let Some(row) = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await? else {
        return Ok(Position::START);
    };
    Ok(Position { tx: row.try_get_by_index(0)?, number: row.try_get_by_index(1)? })
}
