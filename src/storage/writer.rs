//! SQLite's write queue: one thread with one connection, for transactions whose statements are known beforehand.
//!
//! Queued jobs are written in one transaction, each in its own savepoint, and answered when that transaction is
//! committed. While one commit waits for the disk, the next jobs gather. A job that fails is rolled back alone.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use metrics::{Histogram, histogram};
use quanta::Instant;
use rusqlite::Connection;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Statement};
use sqlx::{Sqlite, SqlitePool, pool::PoolConnection};
use tokio::{runtime::Handle, sync::oneshot};

use super::{options::AccessMode, rows::RowVisitor, sqlite, traffic::Traffic};
use crate::config::DatabaseConfig;

/// Most jobs in one commit.
const JOBS_PER_COMMIT_MAX: usize = 64;

/// Reports the outcome of the commit to the request that waits for it.
type Finish = Box<dyn FnOnce(Result<(), DbErr>)>;

/// Executed job, and whether the commit includes it.
struct Executed {
    is_kept: bool,
    finish: Finish,
}

/// Job of the thread. `None` stops the thread.
type Job = Option<Box<dyn FnOnce(&Connection) -> Executed + Send>>;

/// Write queue.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: flume::Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Waits of jobs for their turn.
    waits: Histogram,
}

impl Writer {
    /// Opens the connection. `write_lock` is the pool of sea-orm's single write connection. The queue acquires that
    /// connection before it writes, so the two never write at once. `has_failed` turns true when a transaction was not
    /// written.
    pub(crate) fn start(
        config: &DatabaseConfig,
        write_lock: SqlitePool,
        traffic: &Traffic,
        has_failed: Arc<AtomicBool>,
    ) -> Result<Self, DbErr> {
        let connection = sqlite::open(config, AccessMode::Write)?;
        let (queue, jobs) = flume::unbounded::<Job>();
        let (runtime, traffic) = (Handle::current(), traffic.clone());
        let waits = histogram!("liaison_write_queue_wait_seconds");
        let thread = thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                // Returning the lock to the pool spawns a task, which needs the runtime.
                let _entered = runtime.enter();
                write_all(&connection, &jobs, &has_failed, || {
                    let _waiter = traffic.wait();
                    runtime.block_on(write_lock.acquire())
                });
            })
            .map_err(|cause| sqlite::cannot_open(&cause))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)), waits })
    }

    /// Runs statements as one transaction and passes the rows that they return to `visitor`.
    pub(crate) async fn run<V: RowVisitor>(&self, statements: Vec<Statement>, visitor: V) -> Result<V, DbErr> {
        let (sender, outcome) = oneshot::channel();
        let (waits, sent) = (self.waits.clone(), Instant::now());
        let job = move |connection: &Connection| {
            waits.record(sent.elapsed().as_secs_f64());
            // The request was cancelled before its job started, so the job is skipped.
            if sender.is_closed() {
                return Executed { is_kept: false, finish: Box::new(drop) };
            }
            let visited = statements
                .iter()
                .try_fold(visitor, |visitor, statement| sqlite::run_statement(connection, statement, visitor));
            let is_kept = visited.is_ok();
            let finish = move |committed: Result<(), DbErr>| {
                drop(sender.send(visited.and_then(|visitor| committed.map(|()| visitor))));
            };
            Executed { is_kept, finish: Box::new(finish) }
        };
        self.queue.send(Some(Box::new(job))).map_err(|_closed| closed())?;
        outcome.await.map_err(|_closed| closed())?
    }

    /// Returns the number of jobs that wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Lets the thread finish its queued jobs and closes its connection.
    pub(crate) async fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A thread that has ended need not be stopped.
        drop(self.queue.send(None));
        drop(tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await);
    }
}

fn closed() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

fn write_all(
    connection: &Connection,
    jobs: &flume::Receiver<Job>,
    has_failed: &AtomicBool,
    acquire_lock: impl Fn() -> Result<PoolConnection<Sqlite>, sqlx::Error>,
) {
    let (mut is_over, held) = (false, histogram!("liaison_write_queue_held_seconds"));
    while !is_over && let Ok(Some(first)) = jobs.recv() {
        // The request of a dropped job receives the error for a closed connection.
        let Ok(lock) = acquire_lock() else { continue };
        let locked = Instant::now();
        let waiting = jobs.try_iter().map_while(|job| {
            is_over = job.is_none();
            job
        });
        if let Err(cause) =
            write(connection, std::iter::once(first).chain(waiting).take(JOBS_PER_COMMIT_MAX), has_failed)
        {
            has_failed.store(true, Ordering::Relaxed);
            tracing::warn!(%cause, "Changes could not be written");
        }
        drop(lock);
        held.record(locked.elapsed().as_secs_f64());
    }
}

/// Writes jobs in one commit. After an error the remaining jobs are dropped.
fn write(
    connection: &Connection,
    jobs: impl Iterator<Item = Box<dyn FnOnce(&Connection) -> Executed + Send>>,
    has_failed: &AtomicBool,
) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut finishing = Vec::new();
    let committed = in_savepoints(connection, jobs, &mut finishing).and_then(|()| execute(connection, "COMMIT"));
    if finishing.iter().any(|executed| !executed.is_kept) || committed.is_err() {
        has_failed.store(true, Ordering::Relaxed);
    }
    if committed.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK")?;
    }
    for Executed { finish, .. } in finishing {
        finish(committed.as_ref().copied().map_err(not_committed));
    }
    Ok(())
}

/// Builds the error for a failed commit, or a failed savepoint of another job. No job is at fault, so each may be
/// retried.
fn not_committed(cause: &rusqlite::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(format!("the transaction was not committed: {cause}")))
}

fn in_savepoints(
    connection: &Connection,
    jobs: impl Iterator<Item = Box<dyn FnOnce(&Connection) -> Executed + Send>>,
    finishing: &mut Vec<Executed>,
) -> rusqlite::Result<()> {
    for job in jobs {
        execute(connection, "SAVEPOINT one")?;
        let executed = job(connection);
        let is_kept = executed.is_kept;
        finishing.push(executed);
        if !is_kept {
            // Fails when the error has ended the whole transaction, as a full disk does.
            execute(connection, "ROLLBACK TO one")?;
        }
        execute(connection, "RELEASE one")?;
    }
    Ok(())
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, DbErr, Statement};

    use crate::storage::{Db, Nothing, is_unavailable, tests::new_file};

    fn sql(text: &str) -> Vec<Statement> {
        vec![Statement::from_string(DbBackend::Sqlite, text)]
    }

    /// A full disk ends the whole transaction, including jobs that had succeeded in it.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn jobs_beside_one_that_fills_the_disk_may_be_retried() {
        let (_folder, config) = new_file().await;
        let db = Db::connect(&config).await.unwrap();
        db.run_together(sql("CREATE TABLE filled (text)"), Nothing).await.unwrap();
        db.run_together(sql("PRAGMA max_page_count = 1"), Nothing).await.unwrap();
        let small = || db.run_together(sql("INSERT INTO filled VALUES ('small')"), Nothing);
        let large = db.run_together(sql("INSERT INTO filled VALUES (randomblob(1000000))"), Nothing);
        let wrong = db.run_together(sql("INSERT INTO filled VALUES (no_such_column)"), Nothing);
        // The jobs gather in the queue while another transaction holds the write lock.
        let lock = db.begin().await.unwrap();
        let writing = async { tokio::join!(small(), large, small(), wrong, small()) };
        let release = async {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            lock.rollback().await.unwrap();
        };
        let ((before, large, between, wrong, after), ()) = tokio::join!(writing, release);
        let failed = |outcome: Result<Nothing, DbErr>| outcome.err().map(|cause| is_unavailable(&cause));
        assert_eq!(failed(large), Some(true));
        for innocent in [before, between, after] {
            assert_ne!(failed(innocent), Some(false));
        }
        assert_ne!(failed(wrong), None);
    }
}
