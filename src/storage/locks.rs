//! Advisory locks of PostgreSQL, for what has no row that could be locked. SQLite needs none, because it has one process
//! and one writer.
//!
//! [`call`] alone names PostgreSQL's functions, because engines that are like PostgreSQL refuse them.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use super::{
    Db,
    error::{connection_error, driver_error},
    options::postgres_options,
};

type Result<T> = std::result::Result<T, DbErr>;

/// "liaison" in ASCII.
const LIAISON: i64 = 0x006c_6961_6973_6f6e;

/// Locks that have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// For migrating the schema, and for replacing it by that of a backup.
    Migration,
    /// For rebuilding search keys.
    Keys,
    /// For keeping duplicates up to date.
    Duplicates,
    /// For changing who is an admin.
    Admins,
}

impl Lock {
    /// Returns its number among the database's advisory locks.
    fn number(self) -> i64 {
        match self {
            Self::Migration => LIAISON,
            Self::Keys => LIAISON + 1,
            Self::Duplicates => LIAISON + 2,
            // "roles" in ASCII.
            Self::Admins => 491_327_447_411,
        }
    }

    /// Returns SQL that waits for the lock and holds it until the transaction ends, for a script.
    pub(crate) fn script(self) -> String {
        format!("SELECT {}", call(Taking::Wait, &self.number().to_string()))
    }
}

/// How a lock is taken, and how long it is held.
#[derive(Clone, Copy)]
enum Taking {
    /// Waits, and holds it until the transaction ends.
    Wait,
    /// Is true when nobody else holds it, and then holds it until the transaction ends.
    Try,
    /// Is true when nobody else holds it, and then holds it until the connection closes. Behind a pooler that would be
    /// somebody else's connection by then, so the connection must be a direct one.
    TryForConnection,
}

/// Returns the expression that takes the lock of a number, which is an expression too.
fn call(taking: Taking, number: &str) -> String {
    let function = match taking {
        Taking::Wait => "pg_advisory_xact_lock",
        Taking::Try => "pg_try_advisory_xact_lock",
        Taking::TryForConnection => "pg_try_advisory_lock",
    };
    format!("{function}({number})")
}

/// Takes a lock until the transaction ends, and waits for it.
pub(crate) async fn lock(tx: &impl ConnectionTrait, lock: Lock) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(&lock.script()).await?;
    }
    Ok(())
}

/// Takes a lock until the transaction ends. Returns false while another transaction holds it.
pub(crate) async fn try_lock(tx: &DatabaseTransaction, lock: Lock) -> Result<bool> {
    attempt(tx, Taking::Try, lock).await
}

/// Takes a lock for as long as the connection is open. Returns false while another connection holds it.
pub(super) async fn try_lock_for_connection(connection: &impl ConnectionTrait, lock: Lock) -> Result<bool> {
    attempt(connection, Taking::TryForConnection, lock).await
}

async fn attempt(connection: &impl ConnectionTrait, taking: Taking, lock: Lock) -> Result<bool> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let sql = format!("SELECT {}", call(taking, &lock.number().to_string()));
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

/// Makes transactions that have a text in common take turns. All locks are taken in one order, so that no two
/// transactions wait for each other.
pub(crate) async fn lock_texts(tx: &impl ConnectionTrait, texts: Vec<String>) -> Result<()> {
    let numbers = "SELECT DISTINCT hashtextextended(text, 0) AS number FROM unnest($1) AS text ORDER BY number";
    lock_each(tx, numbers, texts.is_empty(), texts.into()).await
}

/// Makes transactions that have a number in common take turns. The numbers are sorted, so that no two transactions wait
/// for each other.
pub(crate) async fn lock_numbers(tx: &impl ConnectionTrait, numbers: Vec<i64>) -> Result<()> {
    lock_each(tx, "SELECT number FROM unnest($1) AS number", numbers.is_empty(), numbers.into()).await
}

async fn lock_each(tx: &impl ConnectionTrait, numbers: &str, are_none: bool, values: Value) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres && !are_none {
        let sql = format!("SELECT {} FROM ({numbers}) AS numbers", call(Taking::Wait, "number"));
        tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, [values])).await?;
    }
    Ok(())
}

/// The lock of [`Lock::Keys`], which lasts as long as the value. On PostgreSQL it belongs to its own connection.
#[derive(Debug)]
#[expect(dead_code, reason = "closing the connection gives the lock back")]
pub(crate) struct KeyLock(Option<PgConnection>);

impl Db {
    /// Takes the lock for rebuilding search keys. Returns `None` while another replica holds it.
    pub(crate) async fn lock_keys(&self) -> Result<Option<KeyLock>> {
        if self.backend() != DbBackend::Postgres {
            return Ok(Some(KeyLock(None)));
        }
        // Not a pool, which would close the connection when it is idle for long.
        let options = postgres_options(&self.config().direct(), None)?;
        let mut connection = options.connect().await.map_err(connection_error)?;
        let sql = format!("SELECT {}", call(Taking::TryForConnection, &Lock::Keys.number().to_string()));
        let is_taken = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.map_err(driver_error)?;
        Ok(if is_taken { Some(KeyLock(Some(connection))) } else { None })
    }
}
