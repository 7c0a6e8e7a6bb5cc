//! Mutations that write many contacts, and that take a batch back.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::{
        batches,
        contacts::{self, BulkUpdate},
    },
    entity::{batch, contact},
    graphql::{
        connection::count,
        context::ContextExt,
        described::Where,
        error::{ApiResult, Nullable},
        input::ContactInput,
        types::{Batch, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct BatchMutation;

#[Object]
impl BatchMutation {
    /// Writes the same fields to all contacts that the filter finds, at most 10,000, as one batch. Contacts that have the
    /// values already are not written. `addTags` and `removeTags` leave the other tags. Trashed contacts are found only
    /// when the filter names a status.
    async fn update_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only contacts that match this filter.")] filter: Where<contact::Entity>,
        #[graphql(desc = "The fields to write.")] input: Option<ContactInput>,
        #[graphql(desc = "Tags to add.")] add_tags: Option<Vec<String>>,
        #[graphql(desc = "Tags to remove, ignoring case and accents.")] remove_tags: Option<Vec<String>>,
        #[graphql(desc = "Number of contacts that the filter must find; the update is refused otherwise.")]
        expected_count: i32,
    ) -> Nullable<UpdateContactsPayload> {
        let bulk = BulkUpdate {
            filter: filter.0,
            input: input.map(|input| input.fields.0).unwrap_or_default(),
            add_tags: add_tags.unwrap_or_default(),
            remove_tags: remove_tags.unwrap_or_default(),
            expected_count,
        };
        Some(Box::pin(UpdateContactsPayload::of(ctx, bulk)).await)
    }

    /// Takes a batch back: moves the records that it created to the trash, marked as undone, and sets back each value
    /// that is still as the batch left it. A value or record that somebody has changed since stays, and is listed in
    /// `kept`. Callers with the role MEMBER undo their own batches.
    async fn undo_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The batch's id.")] id: ID,
    ) -> Nullable<BatchPayload> {
        BatchPayload::from_result(batches::undo(ctx.domain(), &id)).await
    }
}

payload! {
    /// Result of `undoBatch`.
    BatchPayload {
        /// The batch; null when the mutation was refused. Undoing a large batch goes on after the answer: see `state` and
        /// `batchProgress`.
        batch: Batch(batch::Model)
    }
}

/// Result of `updateContacts`.
#[derive(SimpleObject)]
pub(crate) struct UpdateContactsPayload {
    /// The batch that the updates are; null when nothing was written.
    batch: Option<Batch>,
    /// Number of contacts that were changed.
    updated_count: i64,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

impl UpdateContactsPayload {
    async fn of(ctx: &Context<'_>, bulk: BulkUpdate) -> ApiResult<Self> {
        let outcome = into_outcome(contacts::update_found(ctx.domain(), bulk).await)?;
        Ok(match outcome {
            Ok(updated) => {
                Self { batch: updated.batch.map(Batch), updated_count: count(updated.count), user_errors: Vec::new() }
            }
            Err(user_errors) => Self { batch: None, updated_count: 0, user_errors },
        })
    }
}
