//! Reading from SQLite: rusqlite, on a few threads that each have a connection and take statements from one queue.
//!
//! A statement runs, and its rows are visited, on one thread from beginning to end. The request waits for one message.
//! (sqlx crosses between threads at every row.)

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    types::{Null, ValueRef},
};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Statement, Value};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    error::sqlite_will_pass,
    options::{AccessMode, sqlite_options, sqlite_pragmas},
    pool::PoolState,
    rows::{Row, RowVisitor},
};
use crate::config::DatabaseConfig;

/// Task for a connection. `None` stops the thread that takes it.
type Job = Option<Box<dyn FnOnce(&Connection) + Send>>;

/// Reader threads.
#[derive(Clone, Debug)]
pub(super) struct Readers {
    queue: flume::Sender<Job>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
    /// Number of threads, and of those that run a statement.
    count: usize,
    busy: Arc<AtomicUsize>,
    acquire_timeout: Duration,
}

/// Prepared statements in the cache of a connection.
const STATEMENTS_CACHED: usize = 128;
/// Steps of SQLite's virtual machine between two checks for an abandoned statement: some ten microseconds.
pub(super) const OPS_BETWEEN_CHECKS: i32 = 1000;

/// Progress of a statement, shared with the request that waits for it.
#[derive(Debug, Default)]
struct Progress {
    has_started: AtomicBool,
    is_abandoned: AtomicBool,
}

/// Stops a statement when its request stops waiting.
struct AbandonOnDrop(Arc<Progress>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }
}

impl Readers {
    /// Opens the connections: one per processor, and two more for statements that wait for the disk, within the pool
    /// size.
    pub(super) fn start(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let count = processors.saturating_add(2).min(config.pool_size as usize);
        let (queue, jobs) = flume::unbounded::<Job>();
        let (mut threads, busy) = (Vec::new(), Arc::<AtomicUsize>::default());
        for _ in 0..count {
            let connection = open(config, AccessMode::Read)?;
            let (jobs, busy) = (jobs.clone(), Arc::clone(&busy));
            let read = move || {
                while let Ok(Some(job)) = jobs.recv() {
                    busy.fetch_add(1, Ordering::Relaxed);
                    job(&connection);
                    busy.fetch_sub(1, Ordering::Relaxed);
                }
            };
            let thread = thread::Builder::new().name("sqlite-reader".to_owned()).spawn(read);
            threads.push(thread.map_err(|cause| cannot_open(&cause))?);
        }
        let threads = Arc::new(Mutex::new(threads));
        Ok(Self { queue, threads, count, busy, acquire_timeout: config.acquire_timeout })
    }

    pub(super) async fn run<V: RowVisitor>(&self, statement: Statement, visitor: V) -> Result<V, DbErr> {
        let (sender, mut outcome) = oneshot::channel();
        let waiting = AbandonOnDrop(Arc::default());
        let progress = Arc::clone(&waiting.0);
        let job = move |connection: &Connection| {
            progress.has_started.store(true, Ordering::Relaxed);
            // A request that gave up before the statement starts needs no rows. One that gives up now does not receive
            // them.
            if !sender.is_closed() {
                drop(sender.send(run_abandonable(connection, &statement, visitor, progress)));
            }
        };
        let closed = || DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        self.queue.send(Some(Box::new(job))).map_err(|_closed| closed())?;
        // A single message for all rows, because each message wakes a thread. A statement that has started may run
        // until the request's timeout.
        let outcome = match tokio::time::timeout(self.acquire_timeout, &mut outcome).await {
            Ok(outcome) => outcome,
            Err(_) if waiting.0.has_started.load(Ordering::Relaxed) => outcome.await,
            Err(_) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        };
        outcome.map_err(|_closed| closed())?
    }

    /// Returns the state of the threads.
    pub(super) fn state(&self) -> PoolState {
        let idle = self.count.saturating_sub(self.busy.load(Ordering::Relaxed));
        PoolState { name: "rows", size: self.count, idle, max: self.count, waiting: self.queue.len() }
    }

    /// Lets the threads finish their queued statements and closes their connections.
    pub(super) async fn close(&self) {
        let Self { queue, threads, .. } = self;
        let threads = std::mem::take(&mut *threads.lock().unwrap_or_else(PoisonError::into_inner));
        for _ in &threads {
            // A thread that has ended need not be stopped.
            drop(queue.send(None));
        }
        let join = move || threads.into_iter().for_each(|thread| drop(thread.join()));
        drop(tokio::task::spawn_blocking(join).await);
    }
}

pub(crate) fn cannot_open(cause: &dyn std::fmt::Display) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(format!("it cannot be opened: {cause}")))
}

/// Opens a connection to an existing file.
pub(crate) fn open(config: &DatabaseConfig, access: AccessMode) -> Result<Connection, DbErr> {
    let options = sqlite_options(config, access)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(options.get_filename(), flags).and_then(|connection| {
        for (name, value) in sqlite_pragmas(access) {
            connection.execute_batch(&format!("PRAGMA {name} = {value}"))?;
        }
        connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
        Ok(connection)
    });
    opened.map_err(|cause| cannot_open(&cause))
}

/// Runs a statement until it ends or its request stops waiting.
fn run_abandonable<V: RowVisitor>(
    connection: &Connection,
    statement: &Statement,
    visitor: V,
    progress: Arc<Progress>,
) -> Result<V, DbErr> {
    let is_abandoned = move || progress.is_abandoned.load(Ordering::Relaxed);
    connection.progress_handler(OPS_BETWEEN_CHECKS, Some(is_abandoned)).map_err(|cause| failed(&cause))?;
    run_statement(connection, statement, visitor)
}

/// Runs a statement and passes its rows to `visitor`.
pub(crate) fn run_statement<V: RowVisitor>(
    connection: &Connection,
    statement: &Statement,
    mut visitor: V,
) -> Result<V, DbErr> {
    let failed = |cause| failed(&cause);
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(failed)?;
    let values = statement.values.iter().flat_map(|values| values.0.iter());
    for (at, value) in values.enumerate() {
        bind(&mut prepared, at + 1, value).map_err(failed)?;
    }
    let mut rows = prepared.raw_query();
    while let Some(row) = rows.next().map_err(failed)? {
        visitor.row(row)?;
        if visitor.is_done() {
            break;
        }
    }
    Ok(visitor)
}

/// Converts the driver's error into sea-orm's.
pub(crate) fn failed(cause: &rusqlite::Error) -> DbErr {
    let error = RuntimeErr::Internal(cause.to_string());
    match cause.sqlite_error() {
        Some(code) if sqlite_will_pass(code.extended_code) => DbErr::Conn(error),
        _ => DbErr::Query(error),
    }
}

/// Binds a value in the form in which sqlx stores it.
fn bind(prepared: &mut rusqlite::CachedStatement<'_>, at: usize, value: &Value) -> rusqlite::Result<()> {
    match value {
        Value::String(Some(text)) => prepared.raw_bind_parameter(at, text),
        Value::Uuid(Some(id)) => prepared.raw_bind_parameter(at, id.as_bytes().as_slice()),
        Value::Bytes(Some(bytes)) => prepared.raw_bind_parameter(at, bytes.as_slice()),
        Value::Bool(Some(flag)) => prepared.raw_bind_parameter(at, flag),
        Value::Int(Some(number)) => prepared.raw_bind_parameter(at, number),
        Value::BigInt(Some(number)) => prepared.raw_bind_parameter(at, number),
        Value::ChronoDateTimeUtc(Some(time)) => {
            prepared.raw_bind_parameter(at, time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false))
        }
        Value::Json(Some(json)) => prepared.raw_bind_parameter(at, json.to_string()),
        Value::String(None)
        | Value::Uuid(None)
        | Value::Bytes(None)
        | Value::Bool(None)
        | Value::Int(None)
        | Value::BigInt(None)
        | Value::ChronoDateTimeUtc(None)
        | Value::Json(None) => prepared.raw_bind_parameter(at, Null),
        other => {
            let name = other.to_string();
            Err(rusqlite::Error::ToSqlConversionFailure(format!("no way to bind {name}").into()))
        }
    }
}

impl Row for rusqlite::Row<'_> {
    fn text(&self, column: usize) -> Option<&str> {
        self.get_ref(column).ok()?.as_str().ok()
    }

    fn id(&self, column: usize) -> Option<Uuid> {
        Uuid::from_slice(self.get_ref(column).ok()?.as_blob().ok()?).ok()
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.get_ref(column).ok()?.as_blob().ok()
    }

    fn int(&self, column: usize) -> Option<i64> {
        self.get_ref(column).ok()?.as_i64().ok()
    }

    fn is_null(&self, column: usize) -> bool {
        matches!(self.get_ref(column), Ok(ValueRef::Null) | Err(_))
    }
}
