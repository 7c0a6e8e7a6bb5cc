//! Restore: one transaction removes what there is, runs the dump's script, and leaves the mark of a restore. A process that
//! is killed at any moment leaves the old state, because only the script's last line commits.

use std::{
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use super::{
    super::{
        error::Error,
        folder::{self, WorkFolder},
        make::back_up,
        manifest::{DatabaseKind, Manifest},
        target::{CONTENT, Overwrite, Restored, Target},
        task::{self, Waiter},
        unpack::unpack,
    },
    tools::{Running, Tools},
};
use crate::{
    app,
    clock::Clock,
    config::DatabaseConfig,
    domain::restored,
    storage::{Lock, OpenError, applied_migrations, connect_once},
};

/// Removes the schema's tables and what belongs to them; what belongs to an extension stays.
const CLEAR: &str = "
DO $clear$ DECLARE item record; BEGIN
    FOR item IN SELECT format('DROP TABLE IF EXISTS %s CASCADE', oid::regclass) AS sql FROM pg_class AS thing
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT EXISTS
            (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = thing.oid AND deptype = 'e')
    LOOP EXECUTE item.sql; END LOOP;
    FOR item IN SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) AS sql FROM pg_proc AS thing
        WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS
            (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = thing.oid AND deptype = 'e')
    LOOP EXECUTE item.sql; END LOOP;
END $clear$;
";

/// Line of a dump's script after which names are looked up nowhere. Functions of indexes call others by their plain names.
const NO_PATH: &str = "SELECT pg_catalog.set_config('search_path', '', false);";

/// State of the database before a restore.
struct Present {
    version: u32,
    schema: String,
    search_path: String,
    /// True where the schema has tables of Liaison.
    has_tables: bool,
}

/// Restores a backup of PostgreSQL.
pub(in crate::backup) async fn restore(
    config: &DatabaseConfig,
    file: &Path,
    overwrite: Overwrite,
) -> Result<Restored, Error> {
    let failed = |cause| Error::from(OpenError::new(config, &cause));
    let connection = connect_once(config).map_err(failed)?;
    let present = look(&connection, overwrite).await;
    connection.close().await?;
    let present = present?;
    let work = WorkFolder::make(&std::env::temp_dir(), "restore")?;
    let dump = work.file("liaison.dump");
    let manifest = unpack(file, &dump, DatabaseKind::Postgres).await?;
    let schema = manifest.server.as_ref().map(|server| server.schema.as_str()).unwrap_or_default();
    if schema != present.schema {
        return Err(Error::Refused(format!(
            "The backup's tables are in the schema \"{schema}\", and this database's in \"{}\". Make \"{schema}\" the first \
             schema of the search path: ALTER DATABASE … SET search_path = …",
            present.schema
        )));
    }
    let tools = Tools::find(config, present.version)?;
    let kept = if present.has_tables { Some(keep(config, file).await?) } else { None };
    let last = manifest.clone();
    task::blocking(move |waiter| load(&tools, &dump, &present, &last, waiter)).await?;
    // Migrates an older schema, and begins the new epoch.
    app::open_database(config).await?.close().await?;
    Ok(Restored { manifest, kept })
}

/// Time for the connections of a process that has ended: PostgreSQL lists each until its server process has gone as well.
const CLOSING_MAX: Duration = Duration::from_secs(3);

/// Refuses a database that Liaison uses.
async fn wait_until_unused(connection: &DatabaseConnection) -> Result<(), Error> {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
               AND application_name = 'liaison'";
    let begun = Instant::now();
    loop {
        let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        let others: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        if others == 0 {
            return Ok(());
        }
        if begun.elapsed() > CLOSING_MAX {
            return Err(Error::Refused("The database is in use. Stop Liaison, all replicas of it.".to_owned()));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Looks at the database, and refuses one that is in use, has something else, or is not empty.
async fn look(connection: &DatabaseConnection, overwrite: Overwrite) -> Result<Present, Error> {
    let sql = "SELECT CAST(current_setting('server_version_num') AS integer) / 10000, CAST(current_schema() AS text), \
               current_setting('search_path'), \
               EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))";
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let row = row.ok_or_else(|| Error::Refused("The server does not answer.".to_owned()))?;
    let schema: Option<String> = row.try_get_by_index(1)?;
    let schema = schema.ok_or_else(|| Error::Refused("No schema of the search path exists.".to_owned()))?;
    let version: i32 = row.try_get_by_index(0)?;
    wait_until_unused(connection).await?;
    let has_tables = row.try_get_by_index(3)?;
    if has_tables && applied_migrations(connection).await?.is_empty() {
        return Err(Error::Refused(format!(
            "The schema \"{schema}\" has tables that are not Liaison's. Restore into a database of its own."
        )));
    }
    if has_tables && overwrite == Overwrite::No && has_rows(connection).await? {
        return Err(Error::Refused(
            "The database is not empty; --force replaces what it has, and backs it up first.".to_owned(),
        ));
    }
    Ok(Present { version: version.unsigned_abs(), schema, search_path: row.try_get_by_index(2)?, has_tables })
}

async fn has_rows(connection: &DatabaseConnection) -> Result<bool, Error> {
    let any = CONTENT.map(|table| format!("EXISTS (SELECT FROM {table})")).join(" OR ");
    let statement = Statement::from_string(DbBackend::Postgres, format!("SELECT {any}"));
    Ok(connection.query_one_raw(statement).await?.map_or(Ok(false), |row| row.try_get_by_index(0))?)
}

/// Backs up what there is, beside the file that is restored.
async fn keep(config: &DatabaseConfig, file: &Path) -> Result<PathBuf, Error> {
    let name = format!("liaison-before-restore-{}.tar", Clock::default().now().format("%Y%m%dT%H%M%S%.6fZ"));
    let path = folder::of(file).join(name);
    Box::pin(back_up(config, Target::File(path.clone(), Overwrite::No))).await?;
    Ok(path)
}

/// Runs the whole restore as one transaction.
fn load(tools: &Tools, dump: &Path, present: &Present, manifest: &Manifest, waiter: &Waiter) -> Result<(), Error> {
    let mut command = tools.command("psql");
    command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--no-password"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null());
    let mut psql = Running::start(command)?;
    let mut script = tools.command("pg_restore");
    let schema = format!("--schema={}", present.schema);
    script.args(["--no-owner", "--no-privileges", &schema, "--file=-"]).arg(dump);
    let mut script = Running::start(script)?;
    let (into, from) = (psql.child.stdin.take(), script.child.stdout.take());
    let (Some(mut into), Some(from)) = (into, from) else {
        return Err(Error::Refused("psql has no input.".to_owned()));
    };
    let copied = begin(&mut into).and_then(|()| copy(BufReader::new(from), &mut into, present, waiter));
    // Only a script that was complete is committed. Without its last lines, psql's end is a rollback.
    let finished = script.finish(waiter);
    let ended = copied.and_then(|()| if finished.is_ok() { commit(&mut into, present, manifest) } else { Ok(()) });
    drop(into);
    // psql's error comes first, because it names the cause; the other errors only follow from it.
    psql.finish(waiter)?;
    finished?;
    ended.map_err(Error::Input)
}

fn begin(into: &mut impl Write) -> io::Result<()> {
    writeln!(
        into,
        "SET client_min_messages = warning;\nBEGIN;\n{};\n{CLEAR}\n\
         CREATE EXTENSION IF NOT EXISTS pg_trgm;",
        Lock::Migration.script()
    )
}

fn copy(mut from: impl BufRead, into: &mut impl Write, present: &Present, waiter: &Waiter) -> io::Result<()> {
    let (mut line, mut has_path) = (Vec::new(), false);
    while from.read_until(b'\n', &mut line)? > 0 {
        if waiter.is_gone() {
            return Err(io::Error::other("the restore was stopped"));
        }
        if !has_path && line.trim_ascii() == NO_PATH.as_bytes() {
            has_path = true;
            line = format!("{}\n", path(present)).into_bytes();
        }
        into.write_all(&line)?;
        line.clear();
    }
    Ok(())
}

fn path(present: &Present) -> String {
    let path = present.search_path.replace('\'', "''");
    format!("SELECT pg_catalog.set_config('search_path', '{path}', false);")
}

fn commit(into: &mut impl Write, present: &Present, manifest: &Manifest) -> io::Result<()> {
    let mark = manifest.feed.map(|feed| restored::mark(feed.last())).unwrap_or_default();
    writeln!(into, "{}\n{mark}\nCOMMIT;\nANALYZE;", path(present))
}
