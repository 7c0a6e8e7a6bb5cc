//! Making a batch: one transaction, and the batch's row.

use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{
    domain::{Write, error::Result},
    entity::batch::{BatchKind, BatchState, Entity, Model},
};

/// Begins a batch that is this one transaction: its changes belong to it from here on. [`finish`] writes the batch's
/// row. Returns the batch's id.
pub(crate) fn begin(write: &mut Write) -> Uuid {
    let id = write.clock.new_id();
    write.batch_id = Some(id);
    id
}

/// Finishes the batch that [`begin`] began. There is none where nothing was changed.
pub(crate) async fn finish(write: &Write, kind: BatchKind) -> Result<Option<Model>> {
    let Some(id) = write.batch_id.filter(|_| write.recorded() > 0) else { return Ok(None) };
    let count = write.recorded().try_into().unwrap_or(i32::MAX);
    let batch = Model { change_count: count, done_count: count, ..new(write, id, kind, BatchState::Done) };
    Entity::insert(batch.clone().into_active_model()).exec_without_returning(&write.tx).await?;
    Ok(Some(batch))
}

/// A batch of the transaction's caller without changes.
pub(super) fn new(write: &Write, id: Uuid, kind: BatchKind, state: BatchState) -> Model {
    Model {
        id,
        kind,
        state,
        user_id: write.actor.user_id,
        api_key_id: write.actor.key_id,
        created_at: write.now,
        change_count: 0,
        done_count: 0,
        is_pruned: false,
        undone_at: None,
        undo_user_id: None,
        undo_api_key_id: None,
        undo_position: None,
        kept_next: 0,
    }
}
