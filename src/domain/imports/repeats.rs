//! Rows of one file that have the same id, external id or UID: the last one is taken.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ConnectionTrait, DbBackend, Statement, Value,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    counts::counter,
    item::Item,
    json,
    read::{Fault, ReadRow},
    report,
};
use crate::{
    domain::{
        Write, bulk,
        condition::is_one_of,
        error::{Code, Result},
        parse_id,
        upsert::Outcome,
    },
    entity::import_job,
};

/// The keys of a chunk's rows, each with the last row that has it.
#[derive(Default)]
pub(super) struct Repeats {
    last: HashMap<String, i32>,
    /// Rows that a later one of the chunk repeats, each with a warning.
    pub(super) within: HashMap<i32, Fault>,
}

impl Repeats {
    /// Finds the keys of rows.
    pub(super) fn of<'a>(rows: impl Iterator<Item = (i32, &'a Item)>) -> Self {
        let mut repeats = Self::default();
        for (number, item) in rows {
            for key in own_keys(item) {
                if let Some(earlier) = repeats.last.get(&key) {
                    repeats.within.insert(*earlier, warning(&key, number));
                }
                repeats.last.insert(key, number);
            }
        }
        repeats
    }

    /// True where no row has a key.
    pub(super) fn is_empty(&self) -> bool {
        self.last.is_empty()
    }

    /// The rows, of those that wait, that a later chunk repeats.
    pub(super) async fn later(&self, db: &impl ConnectionTrait, job_id: Uuid) -> Result<HashSet<i32>> {
        let mut later = HashSet::new();
        if !self.is_empty() {
            for (key, row, ..) in self.stored(db, job_id).await? {
                later.extend(self.last.get(&key).filter(|own| **own < row));
            }
        }
        Ok(later)
    }

    /// The stored rows that have one of the keys: key, row, line and outcome.
    async fn stored(
        &self,
        db: &impl ConnectionTrait,
        job_id: Uuid,
    ) -> Result<Vec<(String, i32, Option<i32>, Option<String>)>> {
        let backend = db.get_database_backend();
        let keys: Vec<&String> = self.last.keys().collect();
        let keys = json::text(&keys)?;
        let list =
            if backend == DbBackend::Sqlite { "json_each($2)" } else { "jsonb_array_elements_text(CAST($2 AS jsonb))" };
        let sql = format!(
            "SELECT key, row_number, line, outcome FROM import_keys WHERE job_id = $1 AND key IN (SELECT value FROM {list})"
        );
        let rows = db.query_all_raw(Statement::from_sql_and_values(backend, sql, [job_id.into(), keys.into()])).await?;
        let read = |row: sea_orm::QueryResult| {
            Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))
        };
        rows.into_iter().map(read).collect()
    }

    /// Warns of the rows of earlier chunks that are repeated and takes them out of the job's counts. From here on the keys
    /// belong to the new rows, whose lines and outcomes are given.
    pub(super) async fn write(
        &self,
        write: &Write,
        job: &mut import_job::Model,
        rows: &HashMap<i32, (i32, Option<Outcome>)>,
    ) -> Result<()> {
        let mut earlier: HashMap<i32, (Outcome, i32, Fault)> = HashMap::new();
        for (key, row, line, outcome) in self.stored(&write.tx, job.id).await? {
            let (Some(later), Some(outcome)) = (self.last.get(&key), outcome.as_deref().and_then(named)) else {
                continue;
            };
            earlier.insert(row, (outcome, line.unwrap_or_default(), warning(&key, *later)));
        }
        let warnings = earlier.iter().map(|(row, (_, line, warning))| (*row, (*line, vec![warning.clone()])));
        let left_out = report::warn(write, job.id, warnings.collect()).await?;
        // A row that is left out already counts no more.
        for (_, (outcome, ..)) in earlier.iter().filter(|(row, _)| !left_out.contains(*row)) {
            *counter(job, *outcome) -= 1;
        }
        let mut keys: Vec<Vec<Option<Value>>> = Vec::with_capacity(self.last.len());
        for (key, row) in &self.last {
            let (line, outcome) = rows.get(row).copied().unwrap_or_default();
            let outcome = outcome.and_then(name).map(str::to_owned);
            keys.push([job.id.into(), key.clone().into(), (*row).into(), line.into(), outcome.into()].map(Some).into());
        }
        let columns =
            [("job_id", "uuid"), ("key", "text"), ("row_number", "integer"), ("line", "integer"), ("outcome", "text")];
        bulk::put_into(&write.tx, "import_keys", &columns, &keys, "job_id, key").await?;
        Ok(())
    }
}

/// Notes that nothing is left of rows, so that they count as unchanged if a later row repeats their keys.
pub(super) async fn note_unchanged(write: &Write, job_id: Uuid, rows: &[i32]) -> Result<()> {
    if !rows.is_empty() {
        let update = Query::update()
            .table("import_keys")
            .value("outcome", name(Outcome::Unchanged))
            .and_where(Expr::col("job_id").eq(job_id))
            .and_where(is_one_of(Expr::col("row_number"), rows, write.tx.get_database_backend()))
            .take();
        write.tx.execute(&update).await?;
    }
    Ok(())
}

/// The values that two rows of one file must not share.
fn own_keys(item: &Item) -> impl Iterator<Item = String> {
    let id = item.id.as_deref().and_then(parse_id).map(|id| format!("id {id}"));
    let external_id = item.text("externalId").map(|text| format!("externalId {text}"));
    let uid = item.uid.as_ref().map(|uid| format!("uid {uid}"));
    [id, external_id, uid].into_iter().flatten()
}

fn warning(key: &str, row: i32) -> Fault {
    let field = key.split(' ').next().unwrap_or_default();
    Fault {
        code: Code::Taken.name(),
        field: vec![field.to_owned()],
        message: format!("Row {row} has the same {field}, and the last one is taken."),
        conflict_ids: Vec::new(),
    }
}

/// Outcomes of rows that are written, as the table names them.
const OUTCOMES: [(Outcome, &str); 4] = [
    (Outcome::Created, "created"),
    (Outcome::Updated, "updated"),
    (Outcome::Unchanged, "unchanged"),
    (Outcome::Restored, "restored"),
];

fn named(name: &str) -> Option<Outcome> {
    OUTCOMES.iter().find(|(_, other)| *other == name).map(|(outcome, _)| *outcome)
}

fn name(outcome: Outcome) -> Option<&'static str> {
    OUTCOMES.iter().find(|(other, _)| *other == outcome).map(|(_, name)| *name)
}

/// The keys of the rows of a file.
pub(super) fn of_read(rows: &[ReadRow]) -> Repeats {
    Repeats::of(rows.iter().filter_map(|row| Some((row.number, row.item.as_ref()?))))
}
