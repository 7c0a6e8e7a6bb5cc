//! SQLite's file as a whole: copying it while others write, checking it, and taking it from everybody else.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    backup::{Backup, StepResult},
};
use sea_orm::{DatabaseConnection, DbErr};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::{
    error::connection_error,
    options::{AccessMode, sqlite_options},
    sqlite::{self, OPS_BETWEEN_CHECKS},
};
use crate::config::DatabaseConfig;

/// Pages that are copied at once: a megabyte.
const PAGES_PER_STEP: i32 = 256;
/// Rest after a step, as a multiple of the time that the step took. The server keeps most of a disk and of a processor.
const REST_PER_STEP: u32 = 3;
/// Time before another try while a file is locked.
const BUSY_INTERVAL: Duration = Duration::from_millis(10);
/// Time for which a file that somebody is using is tried again.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);
/// Problems of a damaged file that are told.
const PROBLEMS_MAX: u32 = 10;

/// Endings of the files that SQLite may keep beside a file.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// Characters that are percent-encoded in the path of a URL.
const IN_URLS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

/// A file of SQLite.
#[derive(Clone, Debug)]
pub(crate) struct SqliteFile(PathBuf);

impl SqliteFile {
    /// The file of a database, whether or not it exists.
    pub(crate) fn of(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let options = sqlite_options(config, AccessMode::Read)?;
        let file = options.get_filename();
        // SQLite keeps its files beside the target of a symbolic link.
        Ok(Self(std::fs::canonicalize(file).unwrap_or_else(|_cause| file.to_owned())))
    }

    /// The file with this path.
    pub(crate) fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The path with an ending.
    pub(crate) fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.0.clone().into_os_string();
        path.push(ending);
        path.into()
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", utf8_percent_encode(&self.0.to_string_lossy(), IN_URLS))
    }

    /// Copies a database as it is at one moment, until it is stopped. Others go on writing.
    ///
    /// One read transaction holds the moment for all steps. A copy without it would begin anew at each write of another
    /// process, and never end under a steady load. Meanwhile, the write-ahead log grows by what is written.
    pub(crate) fn copy(config: &DatabaseConfig, to: &Path, is_stopped: impl Fn() -> bool) -> Result<Self, DbErr> {
        let failed = |cause| sqlite::failed(&cause);
        let source = sqlite::open(config, AccessMode::Read)?;
        let mut target = Connection::open(to).map_err(failed)?;
        // The copy is written once, and synced by the caller, who gives it its name afterwards.
        target.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF").map_err(failed)?;
        source.execute_batch("BEGIN").map_err(failed)?;
        source.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(())).map_err(failed)?;
        let copying = Backup::new(&source, &mut target).map_err(failed)?;
        loop {
            let begun = Instant::now();
            match copying.step(PAGES_PER_STEP).map_err(failed)? {
                StepResult::Done => break,
                _ if is_stopped() => return Err(DbErr::Custom("the copy is not wanted any more".to_owned())),
                StepResult::More => thread::sleep(begun.elapsed() * REST_PER_STEP),
                _ => thread::sleep(BUSY_INTERVAL),
            }
        }
        drop(copying);
        source.execute_batch("COMMIT").map_err(failed)?;
        // Otherwise whoever opens the copy would make a write-ahead log beside it.
        target.execute_batch("PRAGMA journal_mode = DELETE").map_err(failed)?;
        Ok(Self::at(to))
    }

    /// The first problems of the file: pages, and entries of indexes that disagree with their tables.
    pub(crate) fn problems(&self, is_stopped: impl FnMut() -> bool + Send + 'static) -> Result<Vec<String>, DbErr> {
        let failed = |cause| sqlite::failed(&cause);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = Connection::open_with_flags(&self.0, flags).map_err(failed)?;
        file.progress_handler(OPS_BETWEEN_CHECKS, Some(is_stopped)).map_err(failed)?;
        let mut check = file.prepare(&format!("PRAGMA integrity_check({PROBLEMS_MAX})")).map_err(failed)?;
        let lines = check.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
        Ok(if lines == ["ok"] { Vec::new() } else { lines })
    }

    /// Writes all indexes anew.
    pub(crate) fn write_indexes(&self) -> Result<(), DbErr> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let written = Connection::open_with_flags(&self.0, flags).and_then(|file| file.execute_batch("REINDEX"));
        written.map_err(|cause| sqlite::failed(&cause))
    }

    /// Opens one connection that reads the file and migrates nothing.
    pub(crate) async fn connect(&self) -> Result<DatabaseConnection, DbErr> {
        let options = SqliteConnectOptions::new().filename(&self.0).create_if_missing(false);
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await;
        Ok(pool.map_err(connection_error)?.into())
    }

    /// True of a file that begins like one of SQLite, and of an empty one.
    fn has_header(&self) -> bool {
        let mut header = Vec::new();
        let read = File::open(&self.0).and_then(|file| file.take(HEADER.len() as u64).read_to_end(&mut header));
        read.is_ok() && (header.is_empty() || header == HEADER)
    }

    /// Takes the file from everybody else, and merges its write-ahead log into it.
    pub(crate) fn take(&self) -> Result<TakenFile, TakeError> {
        // SQLite would remove the log of such a file, from which somebody may still save something.
        if !self.has_header() {
            return Err(TakeError::Damaged);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let taken = Connection::open_with_flags(&self.0, flags).and_then(|file| {
            file.busy_timeout(BUSY_TIMEOUT)?;
            // A connection in WAL mode holds a lock for as long as it is open, so this fails while a server runs.
            file.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE")?;
            Ok(TakenFile(file))
        });
        taken.map_err(|cause| match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => TakeError::InUse,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => TakeError::Damaged,
            _ => TakeError::Failed(sqlite::failed(&cause)),
        })
    }
}

/// Beginning of every file of SQLite.
const HEADER: &[u8] = b"SQLite format 3\0";

/// Reason why a file could not be taken.
#[derive(Debug)]
pub(crate) enum TakeError {
    /// Another process has it open.
    InUse,
    /// It is no database any more.
    Damaged,
    /// Something else.
    Failed(DbErr),
}

/// A file that nobody else can open until this is dropped. All of it is in the one file.
#[derive(Debug)]
pub(crate) struct TakenFile(Connection);

impl TakenFile {
    /// True when one of these tables has a row.
    pub(crate) fn has_rows(&self, tables: &[&str]) -> Result<bool, DbErr> {
        for table in tables {
            let is_there = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1)";
            let is_there: bool =
                self.0.query_row(is_there, [table], |row| row.get(0)).map_err(|cause| sqlite::failed(&cause))?;
            if is_there {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
                if self.0.query_row(&sql, [], |row| row.get(0)).map_err(|cause| sqlite::failed(&cause))? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
