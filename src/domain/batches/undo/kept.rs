//! The changes that an undo leaves.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    domain::{changes::Change, error::Result},
    entity::{
        batch,
        change::SubjectType,
        kept_change::{Column, Entity, Model},
    },
};

/// Kept changes of one transaction, each once, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Kept {
    seen: HashSet<(Uuid, String)>,
    rows: Vec<(SubjectType, Uuid, String)>,
}

impl Kept {
    /// Notes that a record stays as it is.
    pub(super) fn whole(&mut self, change: &Change) {
        self.add(change.subject_type, change.subject_id, "");
    }

    /// Notes that a field of a record stays as it is.
    pub(super) fn field(&mut self, change: &Change, field: &str) {
        self.add(change.subject_type, change.subject_id, field);
    }

    /// The same for a record whose change is not at hand.
    pub(super) fn add(&mut self, subject: SubjectType, id: Uuid, field: &str) {
        if self.seen.insert((id, field.to_owned())) {
            self.rows.push((subject, id, field.to_owned()));
        }
    }

    /// Adds them to those of the batch. Returns the position of the next.
    pub(super) async fn store(self, tx: &impl ConnectionTrait, batch: &batch::Model) -> Result<i32> {
        let mut position = batch.kept_next;
        let mut rows = Vec::new();
        for (subject_type, subject_id, field) in self.rows {
            rows.push(Model { batch_id: batch.id, position, subject_type, subject_id, field }.into_active_model());
            position = position.saturating_add(1);
        }
        if !rows.is_empty() {
            // An earlier transaction may have found the same.
            let once = OnConflict::columns([Column::BatchId, Column::SubjectId, Column::Field]).do_nothing().to_owned();
            Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx).await?;
        }
        Ok(position)
    }
}
