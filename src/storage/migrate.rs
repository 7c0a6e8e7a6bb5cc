//! Opening a database: checks that the database exists and is usable, and migrates its schema.

use std::{
    fs, io,
    path::{self, Path},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, RuntimeErr, Statement};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tokio::time;

use super::{
    MIGRATION_LOCK,
    error::{driver_error, is_deadlock},
    options::{AccessMode, postgres_options, postgres_pool, sqlite_options, sqlite_pool},
    postgres, sqlite,
};
use crate::config::DatabaseConfig;

/// Interval between attempts to connect to a server, and between attempts to take the migration lock.
const RETRY_INTERVAL: Duration = Duration::from_millis(200);
/// Interval between log lines that say what the program waits for.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);
/// Attempts of a migration that deadlocks with the writes of replicas which are serving.
const ATTEMPTS_MAX: u32 = 20;

/// Reason why a database could not be opened. It names the file or the server, and never quotes the URL.
#[derive(Debug, thiserror::Error)]
#[error("{database}: {reason}")]
pub struct OpenError {
    database: String,
    reason: String,
}

impl OpenError {
    /// Describes an error of the given database.
    pub(crate) fn new(config: &DatabaseConfig, cause: &DbErr) -> Self {
        let reason = match cause {
            DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause) => match cause {
                RuntimeErr::SqlxError(cause) => message(cause),
                RuntimeErr::Internal(reason) => reason.clone(),
            },
            other => other.to_string(),
        };
        Self { database: describe(config), reason }
    }
}

/// Returns the message of the server or the system.
fn message(cause: &sqlx::Error) -> String {
    match cause {
        sqlx::Error::Database(cause) => match cause.code() {
            Some(code) => format!("{} (code {code})", cause.message()),
            None => cause.message().to_owned(),
        },
        sqlx::Error::Io(cause) => cause.to_string(),
        other => other.to_string(),
    }
}

/// Names the file, or the server and the database on it.
fn describe(config: &DatabaseConfig) -> String {
    if config.is_sqlite() {
        return match sqlite_options(config, AccessMode::Read) {
            Ok(options) => format!("The SQLite file {}", display_path(options.get_filename())),
            Err(_) => "The SQLite file".to_owned(),
        };
    }
    match postgres_options(config, None) {
        Ok(options) => server(&options),
        Err(_) => "PostgreSQL".to_owned(),
    }
}

fn display_path(file: &Path) -> String {
    path::absolute(file).unwrap_or_else(|_cause| file.to_owned()).display().to_string()
}

fn server(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    let socket = options.get_socket().map(std::path::PathBuf::as_path).or_else(|| {
        let host = Path::new(host);
        host.is_absolute().then_some(host)
    });
    let database = options.get_database().unwrap_or_else(|| options.get_username());
    match socket {
        Some(folder) => format!("PostgreSQL at {}/.s.PGSQL.{port}, database {database}", folder.display()),
        None => format!("PostgreSQL at {host}:{port}, database {database}"),
    }
}

/// Creates the SQLite file when it does not exist, refuses an unusable database, and migrates the schema. On
/// PostgreSQL, replicas that start together migrate one after the other.
///
/// `finish` runs after the migrations on the same connection, while other replicas still wait.
pub async fn migrate(
    config: &DatabaseConfig,
    finish: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>,
) -> Result<(), OpenError> {
    let failed = |cause| OpenError::new(config, &cause);
    // One connection, because PostgreSQL's advisory lock belongs to the connection that took it.
    let connection: DatabaseConnection = if config.is_sqlite() {
        check_file(config).map_err(|reason| OpenError { database: describe(config), reason })?;
        sqlite_pool(config, &std::sync::Arc::default()).await.map_err(failed)?.into()
    } else {
        check_server(config).await?;
        postgres_pool(config, 1, None, &std::sync::Arc::default()).map_err(failed)?.into()
    };
    let outcome = migrate_schema(&connection, finish).await.map_err(failed);
    connection.close().await.map_err(failed)?;
    outcome
}

async fn migrate_schema(
    connection: &DatabaseConnection,
    finish: impl AsyncFnOnce(&DatabaseConnection) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    if connection.get_database_backend() == DbBackend::Postgres {
        wait_for_migration_lock(connection).await?;
    }
    run_migrations(connection).await?;
    finish(connection).await
}

/// Runs the missing migrations, each in a transaction. A deadlock undoes the last one, which then runs again.
async fn run_migrations(connection: &DatabaseConnection) -> Result<(), DbErr> {
    use migration::{Migrator, MigratorTrait};

    for _ in 1..ATTEMPTS_MAX {
        match Migrator::up(connection, None).await {
            Err(cause) if is_deadlock(&cause) => tracing::info!(%cause, "A migration met another replica's write"),
            outcome => return outcome,
        }
        time::sleep(RETRY_INTERVAL).await;
    }
    Migrator::up(connection, None).await
}

/// Takes the lock by repeated attempts. A replica that blocked on it would hold a snapshot and stall an index build.
async fn wait_for_migration_lock(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = format!("SELECT pg_try_advisory_lock({MIGRATION_LOCK})");
    let mut reported: Option<Instant> = None;
    loop {
        let statement = Statement::from_string(DbBackend::Postgres, &sql);
        let row = connection.query_one_raw(statement).await?;
        if row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(false) {
            return Ok(());
        }
        if reported.is_none_or(|reported| reported.elapsed() > REPORT_INTERVAL) {
            reported = Some(Instant::now());
            tracing::info!("Waiting for another process that is migrating the database");
        }
        time::sleep(RETRY_INTERVAL).await;
    }
}

/// Creates the file when it does not exist, and refuses a file that cannot be written or is not a database.
fn check_file(config: &DatabaseConfig) -> Result<(), String> {
    let options = sqlite_options(config, AccessMode::Write).map_err(|cause| OpenError::new(config, &cause).reason)?;
    let file = options.get_filename();
    create(file).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => "it cannot be made, because its folder does not exist".to_owned(),
        _ => format!("it cannot be made: {cause}"),
    })?;
    if file.is_dir() {
        return Err("it is a folder".to_owned());
    }
    check_writable(file)?;
    warn_of_readers(file);
    let opened = sqlite::open(config, AccessMode::Write).and_then(|connection| {
        // A read shows whether the file is a database, and whether SQLite may create its files beside it.
        let read = connection.query_row("PRAGMA schema_version", [], |_row| Ok(()));
        read.and_then(|()| connection.is_readonly("main")).map_err(|cause| sqlite::cannot_open(&cause))
    });
    match opened {
        Ok(false) => Ok(()),
        Ok(true) => Err("it is read-only".to_owned()),
        Err(cause) => Err(OpenError::new(config, &cause).reason),
    }
}

/// Creates an empty file that only this user may read. SQLite gives the files beside it the same mode.
///
/// An existing file is not even opened, because closing it would release the locks that this process holds on it.
fn create(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    if file.exists() {
        return Ok(());
    }
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file).map(drop)
}

/// Refuses a file that may not be written, or whose folder or companion files may not be written.
///
/// The check comes before SQLite opens anything. SQLite gives the files beside a read-only file the same mode and
/// leaves them there. They would block every writer, even after the file itself has been made writable.
fn check_writable(file: &Path) -> Result<(), String> {
    let refusal = |path: &Path| rustix::fs::access(path, rustix::fs::Access::WRITE_OK).map_err(io::Error::from).err();
    // SQLite creates its files beside the target of a symbolic link.
    let file = fs::canonicalize(file).map_err(|cause| format!("it cannot be found: {cause}"))?;
    if let Some(cause) = refusal(&file) {
        return Err(format!("it is read-only: {cause}"));
    }
    if let Some(cause) = file.parent().and_then(refusal) {
        return Err(format!("its folder cannot be written, where SQLite keeps files beside it: {cause}"));
    }
    for suffix in ["-wal", "-shm"] {
        let mut beside = file.clone().into_os_string();
        beside.push(suffix);
        match refusal(Path::new(&beside)) {
            Some(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(format!("{} beside it is read-only: {cause}", beside.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn warn_of_readers(file: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let is_open = fs::metadata(file).is_ok_and(|file| file.permissions().mode() & 0o007 != 0);
    if is_open {
        let file = display_path(file);
        tracing::warn!("Everybody on this machine may read {file}: chmod 600 {file} and the files beside it");
    }
}

/// Refuses a server that does not answer, and an unusable database.
async fn check_server(config: &DatabaseConfig) -> Result<(), OpenError> {
    let options = postgres_options(config, None).map_err(|cause| OpenError::new(config, &cause))?;
    let refuse = |reason: String| OpenError { database: describe(config), reason };
    let mut connection = connect(&options, config.acquire_timeout).await.map_err(refuse)?;
    let problem = find_problem(&mut connection).await;
    // An error while closing changes nothing.
    drop(connection.close().await);
    match problem {
        Ok(None) => Ok(()),
        Ok(Some(reason)) => Err(refuse(reason)),
        Err(cause) => Err(OpenError::new(config, &driver_error(cause))),
    }
}

/// Connects, and retries for a while when the server is not up yet. The error is the last one that was reported.
async fn connect(options: &PgConnectOptions, acquire_timeout: Duration) -> Result<PgConnection, String> {
    let until = time::Instant::now() + acquire_timeout;
    let mut refusal = None;
    loop {
        match time::timeout_at(until, PgConnection::connect_with(options)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(cause)) if postgres::will_pass(&cause) && time::Instant::now() + RETRY_INTERVAL < until => {
                if refusal.is_none() {
                    tracing::info!(cause = message(&cause), "{} takes no connection yet", server(options));
                }
                refusal = Some(message(&cause));
                time::sleep(RETRY_INTERVAL).await;
            }
            Ok(Err(cause)) => return Err(message(&cause)),
            Err(_elapsed) => {
                let silence = || format!("it did not answer within {} ms", acquire_timeout.as_millis());
                return Err(refusal.unwrap_or_else(silence));
            }
        }
    }
}

/// Encoding; the schema that holds `pg_trgm`; whether that schema is on the search path; whether the server has
/// `pg_trgm` at all.
type Fitness = (String, Option<String>, Option<bool>, bool);

/// Returns the first reason why Liaison cannot use the database, and how to fix it.
async fn find_problem(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let sql = "SELECT current_setting('server_encoding'), CAST(nspname AS text), nspname = ANY(current_schemas(TRUE)), \
               EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') \
               FROM (SELECT) AS one LEFT JOIN (pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace) \
               ON extname = 'pg_trgm'";
    let (encoding, schema, is_found, is_available): Fitness = sqlx::query_as(sql).fetch_one(connection).await?;
    Ok(if encoding != "UTF8" {
        Some(format!(
            "its encoding is {encoding}, but must be UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        ))
    } else if let Some(schema) = schema.filter(|_| is_found != Some(true)) {
        Some(format!(
            "the extension pg_trgm is in the schema \"{schema}\", which is not on the search path: ALTER EXTENSION \
             pg_trgm SET SCHEMA public, or add \"{schema}\" to the search path by ALTER DATABASE … SET search_path = …"
        ))
    } else if is_found.is_none() && !is_available {
        Some("the extension pg_trgm is missing on the server: install PostgreSQL's contrib package there".to_owned())
    } else {
        None
    })
}
