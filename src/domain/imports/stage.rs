//! Staging the rows of a file: each is checked and matched, and waits to be written.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Statement, sea_query::Expr,
};
use serde_json::{Value as Json, json};

use super::{
    item::Item,
    options::Options,
    plan::{Chunk, Pass, Planned, Subject, Wanted},
    read::{Fault, ReadRow},
};
use crate::{
    domain::{Context, Write, bulk, condition::is_one_of, error::Result, error::UserError, parse_id, upsert::Outcome},
    entity::{
        import_job,
        import_row::{self, Column, Entity},
    },
};

/// Names of companies that rows have created so far, so that each counts once.
#[derive(Default)]
pub(super) struct Seen(HashSet<String>);

/// Checks and matches the rows of a chunk, and stages them. The job's counts are what writing them would count.
pub(super) async fn chunk(
    ctx: &Context,
    write: &Write,
    job: &mut import_job::Model,
    options: &Options,
    seen: &mut Seen,
    rows: Vec<ReadRow>,
) -> Result<()> {
    let repeated = repeats(write, job, &rows).await?;
    let mut staged: Vec<import_row::ActiveModel> = Vec::with_capacity(rows.len());
    let mut wanted = Vec::with_capacity(rows.len());
    for row in rows {
        job.rows_read += 1;
        let ReadRow { number, line, item, cells, errors, mut warnings } = row;
        let item = match repeated.get(&number) {
            Some(warning) => {
                warnings.push(warning.clone());
                None
            }
            None => item,
        };
        if !errors.is_empty() {
            job.failed += 1;
        }
        staged.push(import_row::ActiveModel {
            job_id: Set(job.id),
            row_number: Set(number),
            line: Set(line),
            item: Set(item.as_ref().map(|item| json!(item))),
            target_id: Set(None),
            cells: Set((!errors.is_empty()).then(|| json!(cells))),
            errors: Set(as_json(&errors)),
            warnings: Set(as_json(&warnings)),
        });
        // The cells are kept of rows that fail, whichever way.
        wanted.push(item.map(|item| (Wanted { number, item, target: None }, cells)));
    }
    let (rows, mut cells): (Vec<Wanted>, HashMap<i32, Vec<String>>) = {
        let mut cells = HashMap::new();
        let rows = wanted.into_iter().flatten().map(|(row, own)| {
            cells.insert(row.number, own);
            row
        });
        (rows.collect(), cells)
    };
    let mut planned = plan(ctx, job, options, seen, &rows).await?;
    for row in &mut staged {
        let number = row.row_number.clone().take().unwrap_or_default();
        if let Some(Planned { target, errors, outcome }) = planned.remove(&number) {
            row.target_id = Set(target);
            if outcome == Outcome::Failed {
                row.item = Set(None);
                row.cells = Set(cells.remove(&number).map(|cells| json!(cells)));
                let errors: Vec<Fault> = errors.into_iter().map(Fault::from).collect();
                row.errors = Set(as_json(&errors));
            }
        }
    }
    bulk::insert::<Entity>(&write.tx, &staged).await?;
    Ok(())
}

/// Rows of earlier chunks that are planned again with a chunk, so that its rows see what those do to the same records.
/// Behind more rows of the same records, the counts of a dry run may differ from those of the run.
const ROWS_AGAIN_MAX: u64 = 1000;

/// Reads what the rows name, and plans again what earlier rows of the file do to the same records.
async fn read(
    db: &impl ConnectionTrait,
    job: &import_job::Model,
    options: &Options,
    rows: &[Wanted],
) -> Result<(Chunk, Vec<Wanted>)> {
    let chunk = Chunk::read(db, rows.iter(), job.subject, options, Pass::Match).await?;
    let is_first = rows.first().is_none_or(|row| row.number <= 1);
    let ids = if is_first { Vec::new() } else { chunk.ids(job.subject) };
    if ids.is_empty() {
        return Ok((chunk, Vec::new()));
    }
    let mut earlier: Vec<Wanted> = Entity::find()
        .filter(Column::JobId.eq(job.id))
        .filter(is_one_of(Expr::col(Column::TargetId), &ids, db.get_database_backend()))
        .filter(Column::Item.is_not_null())
        .order_by_desc(Column::RowNumber)
        .limit(ROWS_AGAIN_MAX)
        .all(db)
        .await?
        .into_iter()
        .filter_map(Wanted::of_stored)
        .collect();
    earlier.reverse();
    if earlier.is_empty() {
        return Ok((chunk, earlier));
    }
    let both = rows.iter().chain(&earlier);
    Ok((Chunk::read(db, both, job.subject, options, Pass::Match).await?, earlier))
}

/// Plans the rows, and adds what they would do to the job's counts. New records are no targets, because their ids are not
/// those that they get.
async fn plan(
    ctx: &Context,
    job: &mut import_job::Model,
    options: &Options,
    seen: &mut Seen,
    rows: &[Wanted],
) -> Result<HashMap<i32, Planned>> {
    let (mut chunk, earlier) = read(ctx.db.reads(), job, options, rows).await?;
    for row in &earlier {
        chunk.plan(&ctx.clock, job.subject, row, options, Pass::Write)?;
    }
    let mut all = HashMap::with_capacity(rows.len());
    for row in rows {
        let mut planned = chunk.plan(&ctx.clock, job.subject, row, options, Pass::Match)?;
        count(job, planned.outcome);
        if planned.outcome == Outcome::Created {
            planned.target = None;
        }
        all.insert(row.number, planned);
    }
    if job.subject == Subject::Contacts {
        let created = chunk.companies.written().0;
        let new = created.into_iter().filter(|company| seen.0.insert(company.now.name_key.clone()));
        job.companies_created += i32::try_from(new.count()).unwrap_or(i32::MAX);
    }
    Ok(all)
}

/// Adds an outcome to the job's counts.
pub(super) fn count(job: &mut import_job::Model, outcome: Outcome) {
    let counter = match outcome {
        Outcome::Created => &mut job.created,
        Outcome::Updated => &mut job.updated,
        Outcome::Unchanged => &mut job.unchanged,
        Outcome::Restored => &mut job.restored,
        Outcome::Failed => &mut job.failed,
    };
    *counter += 1;
}

pub(super) fn as_json(faults: &[Fault]) -> Option<Json> {
    (!faults.is_empty()).then(|| json!(faults))
}

impl From<UserError> for Fault {
    fn from(error: UserError) -> Self {
        Self { code: error.code.name(), field: error.field, message: error.message, conflict_ids: error.conflict_ids }
    }
}

/// The values that two rows of one file must not share.
fn own_keys(item: &Item) -> Vec<String> {
    let id = item.id.as_deref().and_then(parse_id).map(|id| format!("id {id}"));
    let external_id = item.text("externalId").map(|text| format!("externalId {text}"));
    let uid = item.uid.as_ref().map(|uid| format!("uid {uid}"));
    [id, external_id, uid].into_iter().flatten().collect()
}

/// The rows of a chunk that a later one repeats, each with a warning. Rows of earlier chunks that are repeated are taken
/// out of those that wait to be written.
async fn repeats(write: &Write, job: &mut import_job::Model, rows: &[ReadRow]) -> Result<HashMap<i32, Fault>> {
    let mut last: HashMap<String, i32> = HashMap::new();
    let mut repeated = HashMap::new();
    for row in rows {
        for key in row.item.iter().flat_map(own_keys) {
            if let Some(earlier) = last.insert(key.clone(), row.number) {
                repeated.insert(earlier, warning(&key, row.number));
            }
        }
    }
    if last.is_empty() {
        return Ok(repeated);
    }
    let earlier = earlier_rows(write, job, &last).await?;
    let numbers: Vec<i32> = earlier.keys().copied().filter(|number| !repeated.contains_key(number)).collect();
    let stored = Entity::find()
        .filter(Column::JobId.eq(job.id))
        .filter(is_one_of(Expr::col(Column::RowNumber), &numbers, write.tx.get_database_backend()))
        .all(&write.tx)
        .await?;
    for row in stored.into_iter().filter(|row| row.item.is_some()) {
        let Some(warning) = earlier.get(&row.row_number) else { continue };
        let mut warnings: Vec<Fault> =
            row.warnings.clone().and_then(|warnings| serde_json::from_value(warnings).ok()).unwrap_or_default();
        warnings.push(warning.clone());
        // Counted as what it would have done; a row that is left out does nothing.
        if row.target_id.is_none() {
            job.created -= 1;
        }
        let mut row = row.into_active_model();
        row.item = Set(None);
        row.warnings = Set(as_json(&warnings));
        row.update(&write.tx).await?;
    }
    Ok(repeated)
}

fn warning(key: &str, row: i32) -> Fault {
    let field = key.split(' ').next().unwrap_or_default();
    Fault {
        code: "TAKEN".to_owned(),
        field: vec![field.to_owned()],
        message: format!("Row {row} has the same {field}, and the last one is taken."),
        conflict_ids: Vec::new(),
    }
}

/// The earlier rows of the file that have one of the keys; the keys belong to the new ones from here on.
async fn earlier_rows(
    write: &Write,
    job: &import_job::Model,
    last: &HashMap<String, i32>,
) -> Result<HashMap<i32, Fault>> {
    let backend = write.tx.get_database_backend();
    let keys: Vec<Json> = last.iter().map(|(key, row)| json!([key, row])).collect();
    let keys = Json::Array(keys);
    let (given, select) = if backend == DbBackend::Sqlite {
        (
            "SELECT json_extract(value, '$[0]') AS key, json_extract(value, '$[1]') AS row_number FROM json_each($2) WHERE TRUE",
            "import_keys.key",
        )
    } else {
        (
            "SELECT value ->> 0 AS key, CAST(value ->> 1 AS integer) AS row_number FROM jsonb_array_elements($2)",
            "import_keys.key",
        )
    };
    let found = format!(
        "SELECT {select}, import_keys.row_number FROM import_keys JOIN ({given}) AS given ON given.key = import_keys.key \
         WHERE import_keys.job_id = $1"
    );
    let values = || [sea_orm::Value::from(job.id), keys.clone().into()];
    let rows = write.tx.query_all_raw(Statement::from_sql_and_values(backend, found, values())).await?;
    let mut earlier = HashMap::new();
    for row in rows {
        let (key, number): (String, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let Some(later) = last.get(&key) else { continue };
        earlier.insert(number, warning(&key, *later));
    }
    let upsert = format!(
        "INSERT INTO import_keys (job_id, key, row_number) SELECT $1, given.key, given.row_number FROM ({given}) AS given \
         WHERE TRUE ON CONFLICT (job_id, key) DO UPDATE SET row_number = excluded.row_number"
    );
    write.tx.execute_raw(Statement::from_sql_and_values(backend, upsert, values())).await?;
    Ok(earlier)
}
