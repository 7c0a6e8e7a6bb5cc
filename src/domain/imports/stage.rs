//! Staging the rows of a file: each is checked and matched, and waits to be written.

use std::collections::{HashMap, HashSet, VecDeque};

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    claims::{self, Claims},
    counts::counter,
    item::Item,
    json,
    options::Options,
    plan::{Chunk, Planned},
    read::{Fault, ReadRow},
    repeats::{self, Repeats},
    report::as_json,
    wanted::{Pass, Subject, Wanted},
};
use crate::{
    domain::{
        Context, Write, bulk,
        error::{Result, UserError},
        upsert::Outcome,
    },
    entity::{
        import_chunk::{self, Column},
        import_job, import_row,
    },
};

/// State that is carried from chunk to chunk.
#[derive(Default)]
pub(super) struct Seen {
    /// Names of companies that rows have created, so that each counts once.
    companies: HashSet<String>,
    has_claims: bool,
}

/// A chunk of rows, checked and matched.
#[derive(Default)]
pub(super) struct Staged {
    /// Rows that the report is about.
    report: Vec<import_row::ActiveModel>,
    /// Rows to be written.
    waiting: Vec<Wanted>,
    /// The cells of those, by their numbers.
    cells: Vec<(i32, Vec<String>)>,
    repeats: Repeats,
    claims: Claims,
    /// Lines and outcomes of the rows that have keys.
    keyed: HashMap<i32, (i32, Option<Outcome>)>,
}

/// Checks and matches the rows of a chunk. The job's counts become what writing them would count.
pub(super) async fn plan(
    ctx: &Context,
    job: &mut import_job::Model,
    options: &Options,
    seen: &mut Seen,
    rows: Vec<ReadRow>,
) -> Result<Staged> {
    let repeats = repeats::of_read(&rows);
    let mut staged = Staged { repeats, ..Staged::default() };
    let (mut wanted, mut others) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for mut row in rows {
        job.rows_read += 1;
        job.failed += i32::from(!row.errors.is_empty());
        let item = row.item.take();
        match (staged.repeats.within.get(&row.number), item) {
            (Some(warning), _) => row.warnings.push(warning.clone()),
            (None, Some(item)) => {
                let prepared = row.prepared.take();
                wanted.push(Wanted { number: row.number, line: row.line, item, target: None, planned: None, prepared });
                others.push(row);
                continue;
            }
            (None, None) => {}
        }
        staged.note(job, row);
    }
    let (planned, claims) = plan_all(ctx, job, options, seen, &mut wanted).await?;
    staged.claims = claims;
    for ((mut wanted, mut row), planned) in wanted.into_iter().zip(others).zip(planned) {
        let Planned { target, errors, outcome } = planned;
        if !staged.repeats.is_empty() {
            staged.keyed.insert(row.number, (row.line, Some(outcome)));
        }
        if outcome == Outcome::Failed {
            row.errors = errors.into_iter().map(Fault::from).collect();
        } else {
            (wanted.target, wanted.planned) = (target, Some(outcome));
            staged.waiting.push(wanted);
            staged.cells.push((row.number, std::mem::take(&mut row.cells)));
        }
        row.warnings.extend(staged.claims.warnings.remove(&row.number).into_iter().flat_map(|(_, warnings)| warnings));
        staged.note(job, row);
    }
    Ok(staged)
}

impl Staged {
    /// Notes a row for the report, where there is something to be said of it. The cells are kept of rows that fail.
    fn note(&mut self, job: &import_job::Model, row: ReadRow) {
        let ReadRow { number, line, cells, errors, warnings, .. } = row;
        if errors.is_empty() && warnings.is_empty() {
            return;
        }
        self.report.push(import_row::ActiveModel {
            job_id: Set(job.id),
            row_number: Set(number),
            line: Set(line),
            cells: Set((!errors.is_empty()).then(|| json!(cells))),
            errors: Set(as_json(&errors)),
            warnings: Set(as_json(&warnings)),
        });
    }

    /// True where a dry run has nothing to store.
    pub(super) fn is_silent(&self) -> bool {
        self.report.is_empty() && self.repeats.is_empty() && self.claims.is_empty()
    }

    /// Stores the rows: those that the report is about, and, unless it is a dry run, those that wait.
    pub(super) async fn write(self, write: &Write, job: &mut import_job::Model) -> Result<()> {
        if !self.repeats.is_empty() {
            self.repeats.write(write, job, &self.keyed).await?;
        }
        bulk::insert::<import_row::Entity>(&write.tx, &self.report).await?;
        if !self.claims.is_empty() {
            self.claims.write(write, job).await?;
        }
        let Some(last) = self.waiting.last().filter(|_| !job.is_dry_run) else { return Ok(()) };
        let last_row = last.number;
        let rows: Vec<Waiting<&Item>> =
            self.waiting.iter().map(|row| Waiting(row.number, row.line, row.target, &row.item, row.planned)).collect();
        let rows = json::text(&rows)?;
        let has_cells = self.cells.iter().any(|(_, cells)| !cells.is_empty());
        let cells = if has_cells { Some(json::text(&self.cells)?) } else { None };
        let (job_id, last_row) = (Set(job.id), Set(last_row));
        let chunk = import_chunk::ActiveModel { job_id, last_row, rows: Set(rows), cells: Set(cells) };
        import_chunk::Entity::insert(chunk).exec_without_returning(&write.tx).await?;
        Ok(())
    }
}

/// A row as a chunk has it: number, line, target, item, what it would do. Chunks of older versions have no last one.
#[derive(Serialize, Deserialize)]
struct Waiting<I>(i32, i32, Option<Uuid>, I, #[serde(default)] Option<Outcome>);

/// The next rows of a job that wait to be written, without those that a later row of the file repeats; none after the
/// last. The rows are those up to the returned number.
pub(super) async fn next(
    ctx: &Context,
    (job_id, subject): (Uuid, Subject),
    from: i32,
) -> Result<Option<(i32, VecDeque<Wanted>)>> {
    let db = ctx.db.reads();
    let select = import_chunk::Entity::find().select_only().columns([Column::LastRow, Column::Rows]);
    let select = select.filter(Column::JobId.eq(job_id)).filter(Column::LastRow.gte(from));
    let chunk: Option<(i32, String)> = select.order_by_asc(Column::LastRow).into_tuple().one(db).await?;
    let Some((last_row, rows)) = chunk else { return Ok(None) };
    let rows: Vec<Waiting<Item>> = json::read(&rows)?;
    let repeats = Repeats::of(rows.iter().map(|row| (row.0, &row.3)));
    let left_out = repeats.later(db, job_id).await?;
    let rows = rows.into_iter().filter(|row| row.0 >= from && !left_out.contains(&row.0));
    let wanted = |Waiting(number, line, target, item, planned): Waiting<Item>| {
        let is_new_contact = subject == Subject::Contacts && target.is_none();
        let prepared = if is_new_contact { item.prepared() } else { None };
        Wanted { number, line, item, target, planned, prepared }
    };
    let mut rows: Vec<Wanted> = rows.map(wanted).collect();
    claims::settle(db, job_id, &mut rows).await?;
    Ok(Some((last_row, rows.into())))
}

/// Plans the rows, and adds what they would do to the job's counts. New records are no targets, because their ids are not
/// those that they get.
async fn plan_all(
    ctx: &Context,
    job: &mut import_job::Model,
    options: &Options,
    seen: &mut Seen,
    rows: &mut [Wanted],
) -> Result<(Vec<Planned>, Claims)> {
    let mut chunk = Chunk::read(ctx.db.reads(), rows, job, options, Pass::Match).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows.iter_mut() {
        let mut planned = chunk.plan(&ctx.clock, job.subject, row, options, Pass::Match)?;
        if planned.outcome == Outcome::Created {
            planned.target = None;
        }
        all.push(planned);
    }
    let claims = Claims::of(ctx.db.reads(), (&*job, options, seen.has_claims), &chunk, rows, &mut all).await?;
    seen.has_claims |= !claims.is_empty();
    for planned in &all {
        *counter(job, planned.outcome) += 1;
    }
    if job.subject == Subject::Contacts {
        let created = chunk.companies.written().0;
        let new = created.into_iter().filter(|company| seen.companies.insert(company.now.name_key.clone()));
        job.companies_created += i32::try_from(new.count()).unwrap_or(i32::MAX);
    }
    Ok((all, claims))
}

impl From<UserError> for Fault {
    fn from(error: UserError) -> Self {
        Self { code: error.code.name(), field: error.field, message: error.message, conflict_ids: error.conflict_ids }
    }
}
