//! Settings of the database, and of the machine that it is on.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use sea_orm::{ConnectionTrait, DbErr, Statement};

use super::{Finding, Report, integrity::texts};
use crate::storage::{COMPANIONS, Db, ROLE_SETTINGS, SqliteFile};

/// Oldest version of PostgreSQL.
const POSTGRES_MIN: i32 = 14;
/// Least room that a disk should have left, besides that for a backup.
const ROOM_MIN: u64 = 256 << 20;

/// Examines the settings.
pub(super) async fn examine(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    report.add("settings", None);
    if db.config().is_sqlite() {
        of_sqlite(db, report).await?;
    } else {
        of_postgres(db, report).await?;
    }
    if !texts(db, "SELECT 'own' FROM webhook_keys").await?.is_empty() {
        let what = "The key of the webhooks' secrets is in the database, and in each backup of it".to_owned();
        report.add("settings", [Finding::advice(what).mend("Set LIAISON_SECRET_KEY (docs/webhooks.md).")]);
    }
    Ok(())
}

async fn of_sqlite(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    let file = SqliteFile::of(db.config())?;
    for path in std::iter::once("").chain(COMPANIONS).map(|ending| file.beside(ending)) {
        let is_open = fs::metadata(&path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        report.add(
            "settings",
            is_open.then(|| {
                let what = format!("Others on this machine may read {}", path.display());
                Finding::problem(1, what).mend(&format!("chmod 600 {}", path.display()))
            }),
        );
    }
    let mode = texts(db, "SELECT journal_mode FROM pragma_journal_mode").await?;
    report.add(
        "settings",
        (mode != ["wal"]).then(|| {
            let what = format!("The journal's mode is {}, so readers and writers wait for each other", mode.concat());
            Finding::problem(1, what)
                .mend("Put the file on a local file system; a network's has no shared memory for WAL.")
        }),
    );
    let bytes = fs::metadata(file.path()).map_or(0, |file| file.len());
    report.add(
        "settings",
        room(file.path()).filter(|room| *room < bytes + ROOM_MIN).map(|room| {
            let what = format!("The disk has {} MiB left, and a restore needs room for a second file", room >> 20);
            Finding::problem(1, what).mend("Make room, or move the file to a larger disk.")
        }),
    );
    Ok(())
}

/// Bytes that are left on the disk of a file.
fn room(file: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(file).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

/// Settings of a server, the value that is wrong, and what that means.
const UNSAFE: [(&str, &str, &str); 3] = [
    ("fsync", "off", "a crash of the machine may damage the database"),
    ("full_page_writes", "off", "a crash of the machine may damage pages"),
    ("synchronous_commit", "off", "a crash may lose writes that were acknowledged"),
];

/// Stands for any value but zero.
const ANY_LIMIT: &str = "";
/// Time limits of a pooler's connections, and advised values: that of `LIAISON_REQUEST_TIMEOUT_MS` by default.
const TIME_LIMITS: [(&str, &str, &str); 2] =
    [("statement_timeout", ANY_LIMIT, "'30s'"), ("idle_in_transaction_session_timeout", ANY_LIMIT, "'30s'")];

async fn of_postgres(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    for (name, value, meaning) in UNSAFE {
        let is_set = texts(db, &format!("SELECT current_setting('{name}')")).await? == [value];
        report.add(
            "settings",
            is_set.then(|| {
                let what = format!("{name} is {value}: {meaning}");
                Finding::problem(1, what).mend(&format!("ALTER SYSTEM RESET {name}, or ALTER DATABASE … RESET {name}."))
            }),
        );
    }
    let sql = "SELECT CAST(current_setting('server_version_num') AS integer) / 10000, \
               CAST(current_setting('max_connections') AS integer), \
               EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm'), current_setting('server_encoding')";
    let Some(row) = db.reads().query_one_raw(Statement::from_string(db.backend(), sql)).await? else { return Ok(()) };
    let (version, connections): (i32, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    let (has_trigrams, encoding): (bool, String) = (row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    report.add(
        "settings",
        (version < POSTGRES_MIN).then(|| {
            let what = format!("PostgreSQL is version {version}, and {POSTGRES_MIN} is the oldest that works");
            Finding::problem(1, what).mend("Upgrade the server.")
        }),
    );
    report.add(
        "settings",
        (!has_trigrams).then(|| {
            Finding::problem(1, "The extension pg_trgm is missing".to_owned()).mend("CREATE EXTENSION pg_trgm")
        }),
    );
    report.add(
        "settings",
        (encoding != "UTF8").then(|| {
            Finding::problem(1, format!("The encoding is {encoding}"))
                .mend("Restore a backup into a database with UTF8.")
        }),
    );
    // A server has the pool twice, and a few more for signals and locks.
    let wanted = 2 * db.config().pool_size + 3;
    report.add(
        "settings",
        (i64::from(connections) < i64::from(wanted)).then(|| {
            let what = format!("One server may open {wanted} connections, and PostgreSQL has {connections}");
            Finding::problem(1, what).mend("Lower LIAISON_POOL_SIZE, or raise max_connections.")
        }),
    );
    if db.config().is_unnamed() {
        of_role(db, report).await?;
    }
    Ok(())
}

/// Settings that connections make, and that a role must have whose connections are a pooler's, with a good value. Those
/// of time are left to the operator.
async fn of_role(db: &Db, report: &mut Report) -> Result<(), DbErr> {
    let wanted = ROLE_SETTINGS.into_iter().map(|(name, value)| (name, value, value)).chain(TIME_LIMITS);
    for (name, good, advised) in wanted {
        let present = texts(db, &format!("SELECT current_setting('{name}')")).await?.concat();
        let is_good = if good == ANY_LIMIT { present != "0" } else { present == good };
        report.add(
            "settings",
            (!is_good).then(|| {
                let what = format!("Connections of the pooler have {name} = {present}");
                Finding::advice(what).mend(&format!(
                    "ALTER ROLE … SET {name} = {advised}; then RECONNECT in the pooler's console (docs/deploy.md)."
                ))
            }),
        );
    }
    Ok(())
}
