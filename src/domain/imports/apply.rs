//! Writing the staged rows.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{
    counts::counter,
    created::{self, CreatedRow},
    options::Options,
    plan::Chunk,
    read::Fault,
    report,
    wanted::{Pass, Subject, Wanted},
};
use crate::{
    domain::{
        Context, Write, batches,
        error::Result,
        upsert::{Outcome, write_records},
    },
    entity::{batch::BatchState, import_chunk, import_job},
};

/// Makes a transaction a part of a job's batch.
pub(super) fn join(write: &mut Write, job: &import_job::Model) {
    if let Some(batch_id) = job.batch_id {
        batches::join(write, batch_id);
    }
}

/// Writes rows of a job, in a transaction that has joined its batch.
pub(super) async fn rows(
    ctx: &Context,
    write: &Write,
    job: &mut import_job::Model,
    options: &Options,
    rows: &mut [Wanted],
) -> Result<()> {
    let mut chunk = Chunk::read(&write.tx, rows, job, options, Pass::Write).await?;
    let (mut created, mut failed) = (Vec::new(), Vec::new());
    for row in rows {
        let planned = chunk.plan(&ctx.clock, job.subject, row, options, Pass::Write)?;
        *counter(job, row.counted(planned.outcome)) += 1;
        if let Some(id) = planned.target.filter(|_| planned.outcome == Outcome::Created) {
            created.push(CreatedRow::new((row.number, row.line), id));
        }
        if planned.outcome == Outcome::Failed {
            let errors: Vec<Fault> = planned.errors.into_iter().map(Fault::from).collect();
            failed.push((&*row, errors));
        }
    }
    report::fail(write, job.id, failed).await?;
    if job.subject == Subject::Contacts {
        job.companies_created += i32::try_from(chunk.companies.written().0.len()).unwrap_or(i32::MAX);
        created::note(write, job.id, &created).await?;
    }
    let mut changes = write_records(write, &mut chunk.companies).await?;
    changes.extend(write_records(write, &mut chunk.contacts).await?);
    changes.extend(chunk.memberships.write(write).await?);
    write.record(changes).await
}

/// Ends a transaction of rows: counts its changes for the batch, and drops the chunks that are written.
pub(super) async fn end_turn(write: &Write, job: &import_job::Model) -> Result<()> {
    batches::advance(write).await?;
    forget(write, job).await
}

/// Drops the chunks that are written.
async fn forget(write: &Write, job: &import_job::Model) -> Result<()> {
    use import_chunk::Column;
    import_chunk::Entity::delete_many()
        .filter(Column::JobId.eq(job.id))
        .filter(Column::LastRow.lt(job.next_row))
        .exec(&write.tx)
        .await?;
    Ok(())
}

/// Drops all rows of a job that nothing is written of, but for the report.
pub(super) async fn forget_all(write: &Write, job: &import_job::Model) -> Result<()> {
    for table in ["import_chunks", "import_keys", "import_claims"] {
        let delete = Query::delete().from_table(table).and_where(Expr::col("job_id").eq(job.id)).take();
        write.tx.execute(&delete).await?;
    }
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
