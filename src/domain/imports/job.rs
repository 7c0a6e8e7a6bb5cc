//! Import jobs.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::options::Options;
use crate::{
    domain::{
        Context, Write,
        condition::is_one_of,
        error::{Code, Error, Result, UserError},
        page::{self, Page, PageRequest, SortKey},
        parse_id,
    },
    entity::import_job::{Column, Entity, ImportFormat, ImportState, ImportSubject, Model},
    resources::{ColumnKind, Direction, SortBy},
    storage::Db,
};

/// Time after which a job whose runner says nothing is taken up by another.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(20);
/// Interval at which a runner says that it waits for rows, which may take long to arrive.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5);

/// An import to be begun.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Kind of records.
    pub subject: ImportSubject,
    /// Format of the file.
    pub format: ImportFormat,
    /// Name of the file, if it has one; at most 255 characters are kept.
    pub file_name: Option<String>,
    /// True where nothing is to be written.
    pub is_dry_run: bool,
    /// An id of the caller's choice.
    pub id: Option<Uuid>,
    /// How rows are matched and written.
    pub options: Options,
}

/// Creates a job, whose file is to be read next.
pub async fn create(ctx: &Context, new: NewJob) -> Result<Model> {
    let texts = new.options.mapping.iter().flat_map(|wish| [Some(&wish.column), wish.field.as_ref()]);
    if texts.flatten().any(|text| text.contains('\0')) {
        return Err(UserError::new(Code::Invalid, &["mapping"], "The text must not contain the NUL character.").into());
    }
    let id = new.id.unwrap_or_else(|| ctx.clock.new_id());
    if get(&ctx.db, id).await?.is_some() {
        let message = "There is an import with this id already.";
        return Err(UserError::new(Code::Taken, &["id"], message).with_conflicts([id]).into());
    }
    let now = ctx.clock.now();
    let job = Model {
        id,
        batch_id: None,
        state: ImportState::Reading,
        subject: new.subject,
        format: new.format,
        file_name: new.file_name.map(|name| name.chars().filter(|letter| !letter.is_control()).take(255).collect()),
        options: json!(new.options),
        is_dry_run: new.is_dry_run,
        mapping: json!([]),
        rows_read: 0,
        rows_total: None,
        created: 0,
        updated: 0,
        unchanged: 0,
        restored: 0,
        failed: 0,
        companies_created: 0,
        next_row: 1,
        error: None,
        user_id: ctx.actor.user_id,
        api_key_id: ctx.actor.key_id,
        started_at: now,
        finished_at: None,
        lease_until: now + LEASE,
    };
    let write = ctx.begin().await?;
    Entity::insert(job.clone().into_active_model()).exec_without_returning(&write.tx).await?;
    write.commit().await?;
    Ok(job)
}

/// The job with the id.
pub async fn get(db: &Db, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db.reads()).await?)
}

/// The jobs with these ids.
pub async fn get_many(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let these = is_one_of(Expr::col(Column::Id), ids, db.get_database_backend());
    let jobs = Entity::find().filter(these).all(db).await?;
    Ok(jobs.into_iter().map(|job| (job.id, job)).collect())
}

/// The jobs that batches were made by, by the batches' ids.
pub async fn of_batches(db: &impl ConnectionTrait, batch_ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let these = is_one_of(Expr::col(Column::BatchId), batch_ids, db.get_database_backend());
    let jobs = Entity::find().filter(these).all(db).await?;
    Ok(jobs.into_iter().filter_map(|job| Some((job.batch_id?, job))).collect())
}

/// Jobs, newest first.
pub async fn list(db: &Db, request: &PageRequest) -> Result<Page<Model>> {
    let by = SortBy::new("import", "id", ColumnKind::Id).direction(Direction::Descending);
    let order = vec![SortKey { by, expr: Expr::col((Entity, Column::Id)), beyond: None, descending: true }];
    page::fetch(db.reads(), Entity::find(), order, request).await
}

/// Stops a job. What it has written stays, and can be taken back as a batch; the rest is not written.
pub async fn cancel(ctx: &Context, id: &str) -> Result<Model> {
    let not_found = || UserError::not_found("import", &["id"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    let write = ctx.begin().await?;
    let cancel = |from: ImportState| {
        Entity::update_many()
            .col_expr(Column::State, Expr::val(ImportState::Cancelled.to_value()))
            .col_expr(Column::FinishedAt, Expr::val(write.now))
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(from))
    };
    // Of a file that is still read, nothing has been written.
    let counts = [Column::Created, Column::Updated, Column::Unchanged, Column::Restored, Column::CompaniesCreated];
    let unread =
        counts.into_iter().fold(cancel(ImportState::Reading), |update, count| update.col_expr(count, Expr::val(0)));
    let mut cancelled = unread.exec_with_returning(&write.tx).await?;
    if cancelled.is_empty() {
        cancelled = cancel(ImportState::Writing).exec_with_returning(&write.tx).await?;
    }
    let Some(job) = cancelled.pop() else {
        let job = Entity::find_by_id(id).one(&write.tx).await?.ok_or_else(not_found)?;
        return Err(UserError::new(Code::Invalid, &["id"], "The import is over.").with_conflicts([job.id]).into());
    };
    super::apply::end_batch(&write, &job).await?;
    write.commit().await?;
    Ok(job)
}

/// Writes what has become of a job, if it still is as it was before; false when somebody has cancelled it, or goes on
/// with it.
pub(super) async fn save(write: &Write, job: &Model, before: (ImportState, i32)) -> Result<bool> {
    let columns = [
        (Column::State, Expr::val(job.state.to_value())),
        (Column::BatchId, Expr::val(job.batch_id)),
        (Column::Mapping, Expr::val(job.mapping.clone())),
        (Column::RowsRead, Expr::val(job.rows_read)),
        (Column::RowsTotal, Expr::val(job.rows_total)),
        (Column::Created, Expr::val(job.created)),
        (Column::Updated, Expr::val(job.updated)),
        (Column::Unchanged, Expr::val(job.unchanged)),
        (Column::Restored, Expr::val(job.restored)),
        (Column::Failed, Expr::val(job.failed)),
        (Column::CompaniesCreated, Expr::val(job.companies_created)),
        (Column::NextRow, Expr::val(job.next_row)),
        (Column::Error, Expr::val(job.error.clone())),
        (Column::FinishedAt, Expr::val(job.finished_at)),
        (Column::LeaseUntil, Expr::val(job.lease_until)),
    ];
    let update =
        columns.into_iter().fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    let (state, next_row) = before;
    let update = update.filter(Column::Id.eq(job.id));
    let update = update.filter(Column::State.eq(state)).filter(Column::NextRow.eq(next_row));
    Ok(update.exec(&write.tx).await?.rows_affected > 0)
}

/// Says that a job is still run while its file arrives; false when somebody has cancelled it.
pub(super) async fn keep(ctx: &Context, id: Uuid) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(ctx.clock.now() + LEASE))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(ImportState::Reading));
    Ok(update.exec(ctx.db.writer()).await?.rows_affected > 0)
}

/// Takes a job whose lease ends before a time; none where somebody else has taken it, or where there is no such job.
pub(super) async fn claim(ctx: &Context, id: Uuid, before: DateTime<Utc>) -> Result<Option<Model>> {
    let write = ctx.begin().await?;
    let update = Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(write.now + LEASE))
        .filter(Column::Id.eq(id))
        .filter(Column::LeaseUntil.lt(before))
        .filter(Column::State.is_in([ImportState::Reading, ImportState::Writing]));
    let claimed = update.exec_with_returning(&write.tx).await?.pop();
    write.commit().await?;
    Ok(claimed)
}

/// True where a process reads or writes the rows of an import.
pub(crate) async fn is_any_running(ctx: &Context) -> Result<bool> {
    let running = Entity::find()
        .filter(Column::State.is_in([ImportState::Reading, ImportState::Writing]))
        .filter(Column::LeaseUntil.gte(ctx.clock.now()));
    Ok(running.one(ctx.db.reads()).await?.is_some())
}

/// The jobs that are not over, and whose lease ends before a time.
pub(super) async fn abandoned(db: &Db, before: DateTime<Utc>) -> Result<Vec<Uuid>> {
    use sea_orm::QuerySelect;
    let jobs = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.is_in([ImportState::Reading, ImportState::Writing]))
        .filter(Column::LeaseUntil.lt(before));
    Ok(jobs.into_tuple().all(db.reads()).await?)
}

/// The user's error where a job is to be resumed that cannot be.
pub(super) fn not_resumable(message: &str) -> Error {
    UserError::new(Code::Invalid, &["id"], message).into()
}
