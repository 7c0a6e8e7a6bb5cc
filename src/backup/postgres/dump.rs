//! Backup: `pg_dump` of the schema, in the snapshot of a transaction that also reads the feed's place and the counts.

use std::path::{Path, PathBuf};

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, IsolationLevel, Statement, TransactionTrait,
};

use super::{
    super::{
        error::Error,
        folder::WorkFolder,
        manifest::{DatabaseKind, Manifest, Server},
        task::{self, Waiter},
    },
    tools::{Running, Tools},
};
use crate::{
    clock::Clock,
    config::DatabaseConfig,
    storage::{OpenError, connect_once},
};

/// Snapshot, version and its number, and the schema.
struct Facts {
    snapshot: String,
    server: Server,
    version: u32,
}

/// Dumps the database into the work folder, reads the dump once to check it, and describes it.
pub(in crate::backup) async fn dump(config: &DatabaseConfig, work: &WorkFolder) -> Result<(Manifest, PathBuf), Error> {
    let failed = |cause| Error::from(OpenError::new(config, &cause));
    let connection = connect_once(config).map_err(failed)?;
    let (level, access) = (Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly));
    let tx = connection.begin_with_config(level, access).await.map_err(failed)?;
    let made_at = Clock::default().now();
    let Facts { snapshot, server, version } = facts(&tx).await?;
    let tools = Tools::find(config, version / 10_000)?;
    let path = work.file("liaison.dump");
    let mut command = tools.command("pg_dump");
    // In a pattern of names, quotation marks make everything else stand for itself.
    let schema = format!("--schema=\"{}\"", server.schema.replace('"', "\"\""));
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password", &schema]);
    command.arg(format!("--snapshot={snapshot}")).arg("--file").arg(&path);
    let manifest = Manifest::describe(&tx, DatabaseKind::Postgres, Some(server), made_at).await?;
    let dump = path.clone();
    task::blocking(move |waiter| {
        Running::start(command)?.finish(waiter)?;
        read_all(&tools, &dump, waiter)
    })
    .await?;
    tx.rollback().await?;
    connection.close().await?;
    Ok((manifest, path))
}

async fn facts(tx: &DatabaseTransaction) -> Result<Facts, Error> {
    // The server may end transactions that do nothing for long, as this one does.
    let settings = "SET LOCAL idle_in_transaction_session_timeout = 0";
    tx.execute_raw(Statement::from_string(DbBackend::Postgres, settings)).await?;
    let sql = "SELECT pg_export_snapshot(), current_setting('server_version'), \
               CAST(current_setting('server_version_num') AS integer), CAST(current_schema() AS text)";
    let row = tx.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let row = row.ok_or_else(|| Error::Refused("The server has no snapshot.".to_owned()))?;
    let schema: Option<String> = row.try_get_by_index(3)?;
    let schema = schema.ok_or_else(|| Error::Refused("No schema of the search path exists.".to_owned()))?;
    let version: i32 = row.try_get_by_index(2)?;
    Ok(Facts {
        snapshot: row.try_get_by_index(0)?,
        server: Server { version: row.try_get_by_index(1)?, schema },
        version: version.unsigned_abs(),
    })
}

/// Reads a dump to its end, which unpacks all of it.
fn read_all(tools: &Tools, dump: &Path, waiter: &Waiter) -> Result<(), Error> {
    let mut command = tools.command("pg_restore");
    command.args(["--file", "/dev/null"]).arg(dump);
    Running::start(command)?.finish(waiter)
}
