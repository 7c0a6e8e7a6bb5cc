//! Meaning of the databases' errors: broken constraints, and temporary conditions.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use sqlx::{error::DatabaseError, sqlite::SqliteError};

/// Converts an error of the driver into the form that sea-orm gives its own.
pub(crate) fn driver_error(cause: sqlx::Error) -> DbErr {
    match cause {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Query(RuntimeErr::SqlxError(other.into())),
    }
}

/// Converts an error of making a connection. No statement has run, whatever the server says, so another attempt may
/// succeed.
pub(crate) fn connection_error(cause: sqlx::Error) -> DbErr {
    match driver_error(cause) {
        DbErr::Query(cause) => DbErr::Conn(cause),
        other => other,
    }
}

/// Constraint that a statement broke, in the terms of the database that reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation<'a> {
    /// The referenced record does not exist, or the record is still referenced.
    ForeignKey,
    /// Another record has this value already.
    Unique {
        /// Name of the constraint. Only PostgreSQL gives it.
        name: Option<&'a str>,
        /// Columns of the table, as `table.column, table.column`. Only SQLite gives them.
        columns: Option<&'a str>,
    },
}

/// Returns the constraint that a statement broke, if the error is about one.
pub fn violation(error: &DbErr) -> Option<Violation<'_>> {
    let (DbErr::Exec(cause) | DbErr::Query(cause)) = error else { return None };
    let (name, message) = match cause {
        RuntimeErr::SqlxError(cause) => {
            let cause = cause.as_database_error()?;
            if cause.is_foreign_key_violation() {
                return Some(Violation::ForeignKey);
            }
            (cause.constraint(), cause.message())
        }
        // SQLite's write queue reports it in this form.
        RuntimeErr::Internal(message) if message == "FOREIGN KEY constraint failed" => {
            return Some(Violation::ForeignKey);
        }
        RuntimeErr::Internal(message) => (None, message.as_str()),
    };
    let columns = message.strip_prefix("UNIQUE constraint failed: ");
    (name.is_some() || columns.is_some()).then_some(Violation::Unique { name, columns })
}

/// Returns true when the database could not be reached, had no free connection or accepts no writes. A later attempt
/// may succeed.
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_database_error() {
                Some(error) => will_pass(error),
                None => matches!(
                    cause.as_ref(),
                    sqlx::Error::Io(_)
                        | sqlx::Error::Tls(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                ),
            }
        }
        _ => false,
    }
}

/// Returns true when PostgreSQL ended the transaction because it and another one waited for each other.
pub(crate) fn is_deadlock(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error else {
        return false;
    };
    cause.as_database_error().and_then(DatabaseError::code).is_some_and(|code| code == "40P01")
}

fn will_pass(error: &dyn DatabaseError) -> bool {
    let Some(code) = error.code() else { return false };
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return code.parse().is_ok_and(sqlite_will_pass);
    }
    // Connection lost, out of resources, and system errors outside the server. Each is a whole class.
    ["08", "53", "58"].iter().any(|class| code.starts_with(class)) || POSTGRES_WILL_PASS.contains(&&*code)
}

/// PostgreSQL's codes of temporary conditions: a server that accepts no writes, timeouts of transactions, sessions,
/// locks and statements, lost races, and a server that stops or starts.
const POSTGRES_WILL_PASS: [&str; 11] =
    ["25006", "25P03", "25P04", "40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05"];

/// Returns true for SQLite's codes of conditions that pass without a change to the program or the data. Extended codes
/// count too. The conditions are a lock, a disk that is full or fails, a file that may not be written or opened, and
/// exhausted memory.
pub(crate) fn sqlite_will_pass(code: i32) -> bool {
    const BUSY: i32 = 5;
    const LOCKED: i32 = 6;
    const OUT_OF_MEMORY: i32 = 7;
    const READ_ONLY: i32 = 8;
    const IO_ERROR: i32 = 10;
    const FULL: i32 = 13;
    const CANNOT_OPEN: i32 = 14;
    const PROTOCOL: i32 = 15;
    // The lowest byte is the primary code, which extended codes contain.
    matches!(code & 0xff, BUSY | LOCKED | OUT_OF_MEMORY | READ_ONLY | IO_ERROR | FULL | CANNOT_OPEN | PROTOCOL)
}

#[cfg(test)]
mod tests {
    use super::sqlite_will_pass;

    #[test]
    fn conditions_of_sqlite_that_pass_are_told_by_their_first_byte() {
        // BUSY_SNAPSHOT, READONLY_DBMOVED, IOERR_WRITE, IOERR_FSYNC, FULL, CANTOPEN_FULLPATH.
        assert!([5, 6, 517, 8, 1032, 10, 778, 1034, 13, 14, 782].into_iter().all(sqlite_will_pass));
        // ERROR, CORRUPT, CONSTRAINT_UNIQUE, MISMATCH, NOTADB.
        assert!(![1, 11, 2067, 20, 26].into_iter().any(sqlite_will_pass));
    }
}
