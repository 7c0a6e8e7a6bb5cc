//! Epochs of the feed. The restore of a backup begins one, at a place that no cursor can have: it is the time in
//! microseconds, and changes are fewer than those. Cursors that were handed out after the backup are then in the gap
//! between the epochs, where `check_place` refuses them. See docs/decisions/0028-epochs-of-the-feed.md.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{
    Position,
    transaction::{Transaction, number_of},
};
use crate::storage::Parameters;

/// Begins an epoch after the last place that a backup has.
///
/// On PostgreSQL the backup may hold changes beyond its last place, of transactions that committed before an older one.
/// They move to the new epoch's beginning, because a cursor of theirs was handed out after the backup, if ever.
pub(crate) async fn begin_epoch(
    tx: &impl ConnectionTrait,
    last: Position,
    now: DateTime<Utc>,
) -> std::result::Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let run = |sql: String| tx.execute_raw(Statement::from_string(backend, sql));
    let first = first_of_epoch(tx, last, now).await?;
    if backend == DbBackend::Sqlite {
        run("DELETE FROM sqlite_sequence WHERE name = 'changes'".to_owned()).await?;
        run(format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', {})", first.number)).await?;
    } else {
        let Position { tx: first, .. } = first;
        run(format!("UPDATE changes SET tx = {first} WHERE tx > {}", last.tx)).await?;
        // Transactions of other databases may be older than this one.
        run(format!("UPDATE change_feed SET tx_offset = {first} + 1 - {}", number_of(Transaction::OldestRunning)))
            .await?;
    }
    let mut parameters = Parameters::new(backend);
    let values = [last.tx, last.number, first.tx, first.number].map(|number| parameters.bind(number)).join(", ");
    let sql = format!("INSERT INTO feed_epochs VALUES ({values}, {})", parameters.bind(now));
    tx.execute_raw(parameters.statement(sql)).await?;
    Ok(())
}

/// A place beyond all that were handed out. The time is one, unless the clock was ahead before.
async fn first_of_epoch(
    tx: &impl ConnectionTrait,
    last: Position,
    now: DateTime<Utc>,
) -> std::result::Result<Position, DbErr> {
    let (backend, now) = (tx.get_database_backend(), now.timestamp_micros());
    let key = if backend == DbBackend::Sqlite { "position" } else { "tx" };
    let statement = Statement::from_string(backend, format!("SELECT max({key}) FROM changes"));
    let newest: Option<i64> = tx.query_one_raw(statement).await?.map_or(Ok(None), |row| row.try_get_by_index(0))?;
    Ok(if backend == DbBackend::Sqlite {
        Position { tx: 0, number: now.max(newest.unwrap_or_default().max(last.number) + 1) }
    } else {
        Position { tx: now.max(newest.unwrap_or_default().max(last.tx) + 1), number: 0 }
    })
}
