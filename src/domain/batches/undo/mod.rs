//! Taking a batch back.
//!
//! Undoing goes through the batch's changes from the last to the first, in bounded transactions. Each transaction locks
//! the batch's row, takes some changes back, and stores its place in the row. A process that is killed loses no more than
//! its transaction, and any replica goes on from the place. Of the values that the batch wrote, those that are still there
//! are set back; the others are listed as kept. Undoing is recorded like any write.

mod interactions;
mod kept;
mod memberships;
mod merges;
mod passed;
mod records;
mod step;
mod unique;
mod worker;

use sea_orm::{
    ActiveEnum, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use self::{
    step::{Step, is_conflict, take_some},
    worker::{Pace, finish, go_on},
};
use crate::{
    domain::{
        Actor, Context, Write,
        error::{Code, Error, Result, UserError},
        parse_id,
    },
    entity::{
        batch::{BatchState, Column, Entity, Model},
        role::Role,
    },
};

pub use worker::keep_up;

/// Most changes that are taken back before the answer. A larger batch is undone in the background.
const CHANGES_IN_REQUEST_MAX: i32 = 10_000;

/// Undoes a batch: moves the records that it created to the trash, and sets back each value that is still as the batch
/// left it. A large batch is undone in the background, after the return.
///
/// A member undoes its own batches, an admin any.
pub async fn undo(ctx: &Context, id: &str) -> Result<Model> {
    let not_found = || UserError::not_found("batch", &["id"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    let batch = super::get(ctx.db.reads(), id).await?.ok_or_else(not_found)?;
    check_own(&ctx.actor, &batch)?;
    let (mut attempt, mut first) = (1, first_step(ctx, id).await);
    while is_conflict(&first, attempt) {
        (attempt, first) = (attempt + 1, first_step(ctx, id).await);
    }
    let Some(batch) = first? else {
        let batch = super::get(ctx.db.reads(), id).await?.ok_or_else(not_found)?;
        return Err(not_undoable(&batch).into());
    };
    if batch.state != BatchState::Undoing {
        return Ok(batch);
    }
    if batch.change_count <= CHANGES_IN_REQUEST_MAX {
        return go_on(ctx, id, Pace::AtOnce).await?.ok_or_else(|| not_found().into());
    }
    let ctx = ctx.clone();
    tokio::spawn(async move { finish(&ctx, id).await });
    Ok(batch)
}

/// Begins the undo and takes the first changes back, in one transaction: a small batch whole. None when the batch cannot be
/// undone.
async fn first_step(ctx: &Context, id: Uuid) -> Result<Option<Model>> {
    let write = ctx.begin().await?;
    let Some(claimed) = claim(&write, id).await? else { return Ok(None) };
    merges::take_turn(&write, &claimed).await?;
    merges::check(&write, &claimed).await?;
    let batch = take_some(&write, claimed, Step::default().changes).await?;
    write.commit().await?;
    Ok(Some(batch))
}

fn check_own(actor: &Actor, batch: &Model) -> Result<()> {
    let same = |own: Option<Uuid>, theirs: Option<Uuid>| own.is_some() && own == theirs;
    let is_own = same(actor.user_id, batch.user_id) || same(actor.key_id, batch.api_key_id);
    if is_own || actor.role >= Some(Role::Admin) {
        return Ok(());
    }
    Err(Error::NotOwn("Another caller made this batch. Undoing it needs the role ADMIN."))
}

/// Begins an undo by the transaction's caller. Of concurrent callers, one finds the batch as it must be.
async fn claim(write: &Write, id: Uuid) -> Result<Option<Model>> {
    let ended = [BatchState::Done, BatchState::Failed].map(|state| state.to_value());
    let claimed = Entity::update_many()
        .col_expr(Column::State, Expr::val(BatchState::Undoing.to_value()))
        .col_expr(Column::DoneCount, Expr::val(0))
        .col_expr(Column::UndoUserId, Expr::val(write.actor.user_id))
        .col_expr(Column::UndoApiKeyId, Expr::val(write.actor.key_id))
        .filter(Expr::col(Column::Id).eq(id).and(Expr::col(Column::State).is_in(ended)))
        .filter(Expr::col(Column::IsPruned).eq(false))
        .exec_with_returning(&write.tx);
    Ok(claimed.await?.pop())
}

fn not_undoable(batch: &Model) -> UserError {
    let message = match batch.state {
        BatchState::Running => "The batch is still running. Undo it when it has ended.",
        BatchState::Undoing => "The batch is being undone already.",
        BatchState::Undone => "The batch was undone already.",
        BatchState::Done | BatchState::Failed => {
            "Changes of the batch are no longer kept, so that it cannot be undone."
        }
    };
    UserError::new(Code::NotUndoable, &["id"], message)
}
