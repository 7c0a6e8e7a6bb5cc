//! Writing the staged rows.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{
    options::Options,
    plan::{Chunk, Pass, Subject, Wanted},
    read::Fault,
    stage::{as_json, count},
};
use crate::{
    domain::{
        Context, Write, batches,
        error::Result,
        upsert::{Outcome, write_records},
    },
    entity::{
        batch::BatchState,
        import_job,
        import_row::{Column, Entity},
    },
};

/// Writes the next rows of a job, in the caller's transaction; false where there is none left.
pub(super) async fn chunk(
    ctx: &Context,
    write: &mut Write,
    job: &mut import_job::Model,
    options: &Options,
    most: u64,
) -> Result<bool> {
    let stored = Entity::find()
        .filter(Column::JobId.eq(job.id))
        .filter(Column::RowNumber.gte(job.next_row))
        .filter(Column::Item.is_not_null())
        .order_by_asc(Column::RowNumber)
        .limit(most)
        .all(&write.tx)
        .await?;
    let Some(last) = stored.last().map(|row| row.row_number) else { return Ok(false) };
    if let Some(batch_id) = job.batch_id {
        batches::join(write, batch_id);
    }
    let rows: Vec<Wanted> = stored.iter().cloned().filter_map(Wanted::of_stored).collect();
    let mut chunk = Chunk::read(&write.tx, rows.iter(), job.subject, options, Pass::Write).await?;
    for row in &rows {
        let planned = chunk.plan(&ctx.clock, job.subject, row, options, Pass::Write)?;
        count(job, planned.outcome);
        if planned.outcome == Outcome::Failed {
            let errors: Vec<Fault> = planned.errors.into_iter().map(Fault::from).collect();
            let failed = stored.iter().find(|stored| stored.row_number == row.number).cloned();
            if let Some(failed) = failed {
                let mut failed = failed.into_active_model();
                failed.errors = Set(as_json(&errors));
                failed.item = Set(None);
                failed.update(&write.tx).await?;
            }
        }
    }
    if job.subject == Subject::Contacts {
        job.companies_created += i32::try_from(chunk.companies.written().0.len()).unwrap_or(i32::MAX);
    }
    let mut changes = write_records(write, &mut chunk.companies).await?;
    changes.extend(write_records(write, &mut chunk.contacts).await?);
    changes.extend(chunk.memberships.write(write).await?);
    write.record(changes).await?;
    batches::advance(write).await?;
    job.next_row = last.saturating_add(1);
    forget(write, job).await?;
    Ok(true)
}

/// Drops the rows that are written, but for what the report has of them.
async fn forget(write: &Write, job: &import_job::Model) -> Result<()> {
    let written = || Expr::col(Column::JobId).eq(job.id).and(Expr::col(Column::RowNumber).lt(job.next_row));
    Entity::delete_many()
        .filter(written())
        .filter(Column::Errors.is_null())
        .filter(Column::Warnings.is_null())
        .exec(&write.tx)
        .await?;
    Ok(())
}

/// Drops all rows of a job that nothing is written of, but for the report.
pub(super) async fn forget_all(write: &Write, job: &import_job::Model) -> Result<()> {
    Entity::delete_many()
        .filter(Column::JobId.eq(job.id))
        .filter(Column::Errors.is_null())
        .filter(Column::Warnings.is_null())
        .exec(&write.tx)
        .await?;
    let keys =
        sea_orm::sea_query::Query::delete().from_table("import_keys").and_where(Expr::col("job_id").eq(job.id)).take();
    write.tx.execute(&keys).await?;
    Ok(())
}

/// Ends the batch of a job, if it has begun one.
pub(super) async fn end_batch(write: &Write, job: &import_job::Model) -> Result<()> {
    let state = if job.state == import_job::ImportState::Failed { BatchState::Failed } else { BatchState::Done };
    match job.batch_id {
        Some(id) => batches::end(write, id, state).await,
        None => Ok(()),
    }
}
