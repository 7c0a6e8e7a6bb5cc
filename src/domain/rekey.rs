//! Rebuilding the folded keys when a newer program folds differently.
//!
//! Keys that identify a record (a company's name) are rebuilt before anything is served. All others are rebuilt beside
//! the requests. Meanwhile searches may miss records, and lists may have them in another place. Tests of equal texts
//! miss none, because they use keys only when `Db::has_current_keys` says that none is old. An interruption loses
//! nothing: the version is written last, and rows whose keys are right are only read.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    derived::{self, Derived},
    folding::VERSION,
};
use crate::{
    resources::{RESOURCES, Resource},
    storage::Db,
};

/// Interval between progress messages.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);
/// Delay while another replica rebuilds, and after an error.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);

/// Refuses a database whose keys a newer program made, and brings up to date what identifies records.
pub(crate) async fn begin(db: &Db) -> Result<(), DbErr> {
    match stored_version(db).await? {
        Some(stored) if stored > VERSION => {
            let message = format!(
                "the search keys were made by a newer version of Liaison (folding {stored}; this one has {VERSION})"
            );
            Err(DbErr::Custom(message))
        }
        Some(VERSION) => {
            db.note_current_keys();
            Ok(())
        }
        Some(stored) => {
            tracing::info!(
                from = stored,
                to = VERSION,
                "The search keys are rebuilt, first those that identify records"
            );
            for resource in RESOURCES.into_iter().filter(|resource| resource.rekey.is_first) {
                rebuild(db, resource).await?;
            }
            Ok(())
        }
        // A new database has nothing to rebuild.
        None => finish(db).await,
    }
}

/// Brings all other keys up to date, or waits until another replica has. From then on equal texts are found by them.
pub async fn finish(db: &Db) -> Result<(), DbErr> {
    rebuild_others(db).await?;
    db.note_current_keys();
    Ok(())
}

async fn rebuild_others(db: &Db) -> Result<(), DbErr> {
    loop {
        if is_up_to_date(db).await? {
            return Ok(());
        }
        if let Some(lock) = db.lock_keys().await? {
            // The last one may have finished meanwhile.
            if !is_up_to_date(db).await? {
                for resource in RESOURCES.into_iter().filter(|resource| !resource.rekey.is_first) {
                    rebuild(db, resource).await?;
                }
                write_version(db).await?;
                tracing::info!(version = VERSION, "The search keys are up to date");
            }
            drop(lock);
            return Ok(());
        }
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
}

/// Finishes beside the requests, and tries again after an error.
pub(crate) async fn keep_up(db: &Db) {
    while let Err(cause) = finish(db).await {
        tracing::warn!(%cause, "The search keys could not be rebuilt; trying again");
        tokio::time::sleep(RETRY_INTERVAL).await;
    }
}

async fn stored_version(db: &Db) -> Result<Option<i32>, DbErr> {
    let row = db.reads().query_one_raw(sql(db, "SELECT version FROM folding")).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}

/// True when all keys are of this program's folding.
pub(crate) async fn is_up_to_date(db: &Db) -> Result<bool, DbErr> {
    Ok(stored_version(db).await? == Some(VERSION))
}

async fn write_version(db: &Db) -> Result<(), DbErr> {
    let upsert = format!(
        "INSERT INTO folding (only_row, version) VALUES (1, {VERSION}) \
         ON CONFLICT (only_row) DO UPDATE SET version = {VERSION}"
    );
    db.writer().execute_raw(sql(db, &upsert)).await.map(drop)
}

fn sql(db: &Db, text: &str) -> Statement {
    Statement::from_string(db.backend(), text)
}

/// Goes through a table and writes the keys that are not what they should be.
async fn rebuild(db: &Db, resource: &'static Resource) -> Result<(), DbErr> {
    let columns: Vec<Derived> = derived::folded(resource).collect();
    let changed = go_through(db, resource, &columns, Wrong::IsWritten).await?;
    tracing::info!(table = resource.table, changed, "Rebuilt the search keys");
    Ok(())
}

/// Number of rows of a table of which a derived column is not what it should be. They are written where that is wanted.
pub(crate) async fn examine(db: &Db, resource: &'static Resource, wrong: Wrong) -> Result<usize, DbErr> {
    let columns: Vec<Derived> = derived::all(resource).collect();
    if columns.is_empty() { Ok(0) } else { go_through(db, resource, &columns, wrong).await }
}

/// Action on rows whose derived columns are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The rows are counted.
    IsCounted,
    /// The rows are counted and corrected.
    IsWritten,
}

/// Goes through a table in the order of its ids. Returns the number of wrong rows.
async fn go_through(db: &Db, resource: &Resource, columns: &[Derived], wrong: Wrong) -> Result<usize, DbErr> {
    let row = db.reads().query_one_raw(sql(db, &format!("SELECT count(*) FROM {}", resource.table))).await?;
    let all: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    let (mut after, mut seen, mut changed, mut told) = (Uuid::nil(), 0, 0, Instant::now());
    loop {
        let batch = match wrong {
            Wrong::IsCounted => read_batch(db.reads(), resource, columns, after, "").await?,
            Wrong::IsWritten => rebuild_batch(db, resource, columns, after).await?,
        };
        (seen, changed) = (seen + batch.seen, changed + batch.wrong.len());
        let Some(last) = batch.last else { return Ok(changed) };
        after = last;
        if told.elapsed() > PROGRESS_INTERVAL {
            told = Instant::now();
            tracing::info!(table = resource.table, seen, of = all, changed, "Comparing the search keys");
        }
    }
}

/// The outcome for some rows.
struct Batch {
    last: Option<Uuid>,
    seen: usize,
    /// Ids and keys of the wrong ones.
    wrong: Vec<Json>,
}

async fn read_batch(
    db: &impl ConnectionTrait,
    resource: &Resource,
    columns: &[Derived],
    after: Uuid,
    lock: &str,
) -> Result<Batch, DbErr> {
    let (name, batch, backend) = (resource.table, resource.rekey.batch, db.get_database_backend());
    let selected: Vec<String> =
        columns.iter().map(|derived| format!("{}, {}", derived.field.column, derived.column)).collect();
    let selected = selected.join(", ");
    let select = format!("SELECT id, {selected} FROM {name} WHERE id > $1 ORDER BY id LIMIT {batch} {lock}");
    let rows = db.query_all_raw(Statement::from_sql_and_values(backend, select, [after.into()])).await?;
    let mut wrong = Vec::new();
    for row in &rows {
        wrong.extend(corrected(row, columns, backend)?);
    }
    let last = rows.last().map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(Batch { last, seen: rows.len(), wrong })
}

async fn rebuild_batch(db: &Db, resource: &Resource, columns: &[Derived], after: Uuid) -> Result<Batch, DbErr> {
    let backend = db.backend();
    let lock = if backend == DbBackend::Postgres { "FOR NO KEY UPDATE" } else { "" };
    let tx = db.begin().await?;
    let batch = read_batch(&tx, resource, columns, after, lock).await?;
    if !batch.wrong.is_empty() {
        let values: [Value; 1] = [Json::Array(batch.wrong.clone()).into()];
        let update = update(resource, columns, backend);
        tx.execute_raw(Statement::from_sql_and_values(backend, update, values)).await?;
    }
    tx.commit().await?;
    Ok(batch)
}

/// Returns the corrected keys of a row; none when they are current.
fn corrected(row: &QueryResult, columns: &[Derived], backend: DbBackend) -> Result<Option<Json>, DbErr> {
    let mut corrected = Map::new();
    let mut is_wrong = false;
    for (place, derived) in columns.iter().enumerate() {
        let read = |place| -> Result<Value, DbErr> {
            Ok(if derived.is_json() {
                row.try_get_by_index::<Option<Json>>(place)?.into()
            } else {
                row.try_get_by_index::<Option<String>>(place)?.into()
            })
        };
        let current = derived.value(&read(1 + 2 * place)?);
        is_wrong |= current != read(2 + 2 * place)?;
        let current = match current {
            Value::String(Some(text)) => text.into(),
            Value::Json(Some(json)) => *json,
            _ => Json::Null,
        };
        corrected.insert(derived.column.to_owned(), current);
    }
    let id: Uuid = row.try_get_by_index(0)?;
    let id = if backend == DbBackend::Sqlite { id.simple().to_string() } else { id.to_string() };
    corrected.insert("id".to_owned(), id.into());
    Ok(is_wrong.then_some(Json::Object(corrected)))
}

/// Writes the keys of all rows that one parameter lists.
fn update(resource: &Resource, columns: &[Derived], backend: DbBackend) -> String {
    let name = resource.table;
    let each = |format: fn(&str, bool) -> String| {
        let columns: Vec<String> = columns.iter().map(|derived| format(derived.column, derived.is_json())).collect();
        columns.join(", ")
    };
    let set = each(|column, _| format!("{column} = corrected.{column}"));
    if backend == DbBackend::Sqlite {
        let read = each(|column, _| format!("json_extract(value, '$.{column}') AS {column}"));
        format!(
            "UPDATE {name} SET {set} FROM (SELECT unhex(json_extract(value, '$.id')) AS id, {read} FROM json_each($1)) \
             AS corrected WHERE {name}.id = corrected.id"
        )
    } else {
        let read = each(|column, is_json| format!("{column} {}", if is_json { "jsonb" } else { "text" }));
        format!(
            "UPDATE {name} SET {set} FROM jsonb_to_recordset($1) AS corrected (id uuid, {read}) \
             WHERE {name}.id = corrected.id"
        )
    }
}
