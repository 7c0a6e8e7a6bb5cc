//! Answers of any length: the rows of one statement, encoded as they are read, on a connection of its own.
//!
//! A statement sees the database as it was when it began, on either database, so what is streamed is one snapshot. The
//! rows are read as fast as the reader takes their bytes, and no faster, so the memory is bounded. When the reader goes
//! away, the statement is stopped and the connection closes.

use std::{thread, time::Duration};

use futures_util::TryStreamExt as _;
use sea_orm::{DbErr, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Either, Executor as _};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout, timeout_at},
};

use super::{
    Db,
    error::{connection_error, driver_error},
    options::{AccessMode, postgres_options},
    postgres::CHECK_CLIENT_CONNECTION,
    rows::{Row, RowVisitor},
    sqlite::{self, OPS_BETWEEN_CHECKS},
};
use crate::config::DatabaseConfig;

/// Parts that wait to be taken.
const PARTS_WAITING_MAX: usize = 2;
/// Longest life of a stream. Its statement keeps PostgreSQL from removing old rows, and SQLite from shortening its log.
const TIME_MAX: Duration = Duration::from_hours(1);

/// Encodes the rows of a statement.
pub(crate) trait RowEncoder: Send + 'static {
    /// Encodes the next row.
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr>;

    /// Returns the bytes so far, once they are enough for a part.
    fn part(&mut self) -> Option<Vec<u8>>;

    /// Returns the remaining bytes, after the last row.
    fn end(self) -> Result<Vec<u8>, DbErr>;
}

enum Part {
    Some(Vec<u8>),
    Last(Vec<u8>),
}

type Sender = mpsc::Sender<Result<Part, DbErr>>;

/// The encoded rows of a statement, part by part. Dropping it stops the statement.
#[derive(Debug)]
pub struct Parts {
    coming: mpsc::Receiver<Result<Part, DbErr>>,
    ends_by: Instant,
    is_over: bool,
}

impl Parts {
    /// Waits for the next part. `None` after the last one. An error is the end, too: what came before it is incomplete.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>, DbErr>> {
        if self.is_over {
            return None;
        }
        let failed = |message: &str| Some(Err(DbErr::Custom(message.to_owned())));
        match timeout_at(self.ends_by, self.coming.recv()).await {
            Ok(Some(Ok(Part::Some(bytes)))) => return Some(Ok(bytes)),
            Ok(Some(Ok(Part::Last(bytes)))) => {
                self.is_over = true;
                return Some(Ok(bytes));
            }
            Ok(Some(Err(cause))) => {
                self.is_over = true;
                return Some(Err(cause));
            }
            Ok(None) | Err(_) => {}
        }
        self.is_over = true;
        let is_late = self.ends_by <= Instant::now();
        failed(if is_late { "the stream took longer than an hour" } else { "the stream ended before its last row" })
    }
}

impl Db {
    /// Starts a statement, whose rows are encoded as their bytes are taken.
    pub(crate) async fn stream(&self, statement: Statement, encoder: impl RowEncoder) -> Result<Parts, DbErr> {
        let (sender, coming) = mpsc::channel(PARTS_WAITING_MAX);
        self.0.statements.note(&statement);
        if self.config().is_sqlite() {
            start_on_sqlite(self.config().clone(), statement, encoder, sender)?;
        } else {
            start_on_postgres(self.config(), statement, encoder, sender).await?;
        }
        Ok(Parts { coming, ends_by: Instant::now() + TIME_MAX, is_over: false })
    }
}

/// A thread of its own, because the runtime would wait for a blocking task when the process ends.
fn start_on_sqlite(
    config: DatabaseConfig,
    statement: Statement,
    encoder: impl RowEncoder,
    sender: Sender,
) -> Result<(), DbErr> {
    let run = move || {
        let outcome = run_on_sqlite(&config, &statement, encoder, &sender);
        // A reader that has gone wants neither.
        drop(sender.blocking_send(outcome.map(Part::Last)));
    };
    let started = thread::Builder::new().name("sqlite-stream".to_owned()).spawn(run);
    started.map(drop).map_err(|cause| sqlite::cannot_open(&cause))
}

fn run_on_sqlite(
    config: &DatabaseConfig,
    statement: &Statement,
    encoder: impl RowEncoder,
    sender: &Sender,
) -> Result<Vec<u8>, DbErr> {
    let connection = sqlite::open(config, AccessMode::Read)?;
    let reader = sender.clone();
    let is_abandoned = move || reader.is_closed();
    connection
        .progress_handler(OPS_BETWEEN_CHECKS, Some(is_abandoned))
        .map_err(|cause| DbErr::Conn(RuntimeErr::Internal(cause.to_string())))?;
    let sending = Sending { encoder, sender: sender.clone(), is_done: false };
    sqlite::run_statement(&connection, statement, sending)?.encoder.end()
}

struct Sending<E> {
    encoder: E,
    sender: Sender,
    is_done: bool,
}

impl<E: RowEncoder> RowVisitor for Sending<E> {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        self.encoder.row(row)?;
        if let Some(part) = self.encoder.part() {
            self.is_done = self.sender.blocking_send(Ok(Part::Some(part))).is_err();
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

async fn start_on_postgres(
    config: &DatabaseConfig,
    statement: Statement,
    encoder: impl RowEncoder,
    sender: Sender,
) -> Result<(), DbErr> {
    // Without the time limit of statements: this one lasts as long as its reader.
    let options = postgres_options(&config.direct(), None)?;
    let connecting = timeout(config.acquire_timeout, options.connect()).await;
    let connection = connecting.map_err(|_elapsed| driver_error(sqlx::Error::PoolTimedOut))?;
    let mut connection = connection.map_err(connection_error)?;
    // Some servers do not have it.
    drop(connection.execute(CHECK_CLIENT_CONNECTION).await);
    tokio::spawn(async move {
        let gone = sender.clone();
        tokio::select! {
            outcome = run_on_postgres(&mut connection, statement, encoder, &sender) => {
                drop(sender.send(outcome.map(Part::Last)).await);
            }
            () = gone.closed() => {}
        }
    });
    Ok(())
}

async fn run_on_postgres(
    connection: &mut sqlx::PgConnection,
    statement: Statement,
    mut encoder: impl RowEncoder,
    sender: &Sender,
) -> Result<Vec<u8>, DbErr> {
    let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
    // Values are bound, never written into the text.
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
    let mut results = connection.fetch_many(query);
    while let Some(result) = results.try_next().await.map_err(driver_error)? {
        let Either::Right(row) = result else { continue };
        encoder.row(&row)?;
        if let Some(part) = encoder.part()
            && sender.send(Ok(Part::Some(part))).await.is_err()
        {
            break;
        }
    }
    drop(results);
    encoder.end()
}
