//! Merges that cannot be taken back: a record of them is gone, or another merge stands on them.

use sea_orm::{
    ActiveEnum, ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    domain::{
        Write, duplicates,
        error::{Code, Result, UserError},
        merging,
    },
    entity::{
        batch::{BatchKind, Model},
        change::ChangeKind,
    },
};

/// Makes the undoing of a merge take turns with merges and deletions for good.
pub(super) async fn take_turn(write: &Write, batch: &Model) -> Result<()> {
    match batch.kind {
        BatchKind::Merge => merging::take_turn(&write.tx).await,
        _ => Ok(()),
    }
}

/// Refuses a batch of merges that cannot be taken back, and takes back what its survivors have inherited beside values.
pub(super) async fn begin(write: &Write, batch: &Model) -> Result<()> {
    if batch.kind != BatchKind::Merge {
        return Ok(());
    }
    check(write, batch).await?;
    duplicates::disinherit_vetoes(&write.tx, batch.id).await
}

async fn check(write: &Write, batch: &Model) -> Result<()> {
    let mut obstacles = Query::select();
    obstacles
        .column(("contacts", "merged_into"))
        .from("changes")
        .left_join("contacts", Expr::col(("contacts", "id")).equals(("changes", "subject_id")))
        .and_where(Expr::col(("changes", "batch_id")).eq(batch.id))
        .and_where(
            Expr::col(("changes", "kind"))
                .is_in([ChangeKind::Merged, ChangeKind::Absorbed].map(|kind| kind.to_value())),
        )
        .and_where(
            Expr::col(("contacts", "id")).is_null().or(Expr::col(("changes", "kind"))
                .eq(ChangeKind::Absorbed.to_value())
                .and(Expr::col(("contacts", "merged_into")).is_not_null())),
        )
        // Nothing can be done about a record that is gone.
        .order_by_expr(Expr::cust("contacts.merged_into IS NOT NULL"), sea_orm::Order::Asc)
        .limit(1);
    let Some(obstacle) = write.tx.query_one(&obstacles).await? else { return Ok(()) };
    let survivor: Option<Uuid> = obstacle.try_get_by_index(0)?;
    let message = if survivor.is_some() {
        "The survivor was merged into another contact since, which conflictIds names. Undo that merge first."
    } else {
        "A contact of the merge was deleted for good, so that the merge cannot be undone."
    };
    Err(UserError::new(Code::NotUndoable, &["id"], message).with_conflicts(survivor).into())
}
