//! Beginning transactions.

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

use sea_orm::{
    ConnAcquireErr, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::time;

use super::{
    Db, Open,
    error::driver_error,
    silence::{answer_timeout, silence},
};

impl Db {
    /// Begins a transaction that may write. Dropping it rolls it back.
    ///
    /// BEGIN runs in its own task, so that it completes even when the client hangs up. A driver that is dropped during
    /// BEGIN does not know that it must roll back. The connection's next user would be inside the open transaction.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let open = Arc::clone(&self.0);
        let beginning = tokio::spawn(async move {
            let (_waiter, waiting) = (open.traffic.wait(), quanta::Instant::now());
            let begun = begin(&open).await;
            open.waits.record(waiting.elapsed().as_secs_f64());
            begun
        });
        let begun = beginning.await.map_err(|cause| DbErr::Custom(cause.to_string()))?;
        begun.map_err(|cause| {
            self.0.has_failed.store(true, Ordering::Relaxed);
            match cause {
                // sea-orm drops the server's message. The feed connects all the time, and therefore knows it.
                DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => self.0.reads.timed_out(),
                other => other,
            }
        })
    }
}

async fn begin(open: &Open) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = open.config.is_sqlite().then_some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
    let mut beginning = pin!(open.writer.begin_with_options(options));
    let Some(limit) = answer_timeout(&open.config) else { return beginning.await };
    // Noted before the connection is dropped, which is at the end of this function.
    time::timeout(limit, &mut beginning).await.unwrap_or_else(|_elapsed| {
        open.given_up.note();
        Err(driver_error(silence()))
    })
}
