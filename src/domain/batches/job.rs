//! Making a batch in many transactions, as jobs do.

use sea_orm::{
    ActiveEnum, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType},
};
use uuid::Uuid;

use super::write::new;
use crate::{
    domain::{Write, error::Result},
    entity::batch::{BatchKind, BatchState, Column, Entity, Model},
};

/// Starts the batch of a job, in a transaction of the job's. Its state is RUNNING until [`end`].
pub(crate) async fn start(write: &Write, kind: BatchKind) -> Result<Model> {
    let batch = new(write, write.clock.new_id(), kind, BatchState::Running);
    Entity::insert(batch.clone().into_active_model()).exec_without_returning(&write.tx).await?;
    Ok(batch)
}

/// Starts the batch of a job again that has failed, unless it is being undone; false where it cannot be.
pub(crate) async fn start_again(write: &Write, id: Uuid) -> Result<bool> {
    let restarted = Entity::update_many()
        .col_expr(Column::State, Expr::val(BatchState::Running.to_value()))
        .filter(Expr::col(Column::Id).eq(id).and(Expr::col(Column::State).eq(BatchState::Failed.to_value())))
        .exec(&write.tx)
        .await?;
    Ok(restarted.rows_affected > 0)
}

/// True of a batch that is running. It does not end before the transaction does.
pub(crate) async fn is_running(write: &Write, id: Uuid) -> Result<bool> {
    let running = Expr::col(Column::Id).eq(id).and(Expr::col(Column::State).eq(BatchState::Running.to_value()));
    let found = Entity::find().filter(running).lock(LockType::NoKeyUpdate).one(&write.tx).await?;
    Ok(found.is_some())
}

/// Joins a transaction to a job's batch: its changes belong to it from here on.
pub(crate) fn join(write: &mut Write, id: Uuid) {
    write.batch_id = Some(id);
}

/// Adds the changes of a transaction that has joined a job's batch to the batch's counts. Comes right before the commit,
/// so that the counts are those of the changes, whenever the process ends.
pub(crate) async fn advance(write: &Write) -> Result<()> {
    let Some(id) = write.batch_id else { return Ok(()) };
    let more = i32::try_from(write.recorded()).unwrap_or(i32::MAX);
    let counts = [Column::ChangeCount, Column::DoneCount];
    let update = Entity::update_many().filter(Expr::col(Column::Id).eq(id));
    let update = counts.into_iter().fold(update, |update, column| update.col_expr(column, Expr::col(column).add(more)));
    update.exec(&write.tx).await?;
    Ok(())
}

/// Removes the batch of a job that had nothing to do.
pub(crate) async fn discard(write: &Write, id: Uuid) -> Result<()> {
    Entity::delete_many()
        .filter(Expr::col(Column::Id).eq(id).and(Expr::col(Column::ChangeCount).eq(0)))
        .exec(&write.tx)
        .await?;
    Ok(())
}

/// Ends the batch of a job, as done or as failed, in a transaction of the job's. What it has made can be undone from then
/// on.
pub(crate) async fn end(write: &Write, id: Uuid, state: BatchState) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::val(state.to_value()))
        .filter(Expr::col(Column::Id).eq(id).and(Expr::col(Column::State).eq(BatchState::Running.to_value())))
        .exec(&write.tx)
        .await?;
    Ok(())
}
