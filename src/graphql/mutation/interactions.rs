//! Mutations of interactions.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::interactions::{self, SubjectReference},
    entity::interaction,
    graphql::{
        context::ContextExt,
        error::Nullable,
        input::InteractionInput,
        loaders::InteractionById,
        types::{Interaction, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct InteractionMutation;

#[Object]
impl InteractionMutation {
    /// Logs an interaction on a contact or on a company: exactly one of the two. With an `id` (UUIDv7) of the caller's
    /// choice, repeating the call returns the same interaction. An id that another record has, or had before it was
    /// deleted for good, is TAKEN.
    async fn create_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the contact that it is logged on.")] contact_id: Option<ID>,
        #[graphql(desc = "Id of the company that it is logged on.")] company_id: Option<ID>,
        #[graphql(desc = "The interaction's fields and parties.")] input: InteractionInput,
        #[graphql(desc = "An id of the caller's choice.")] id: Option<ID>,
    ) -> Nullable<InteractionPayload> {
        let (contact_id, company_id) =
            (contact_id.as_ref().map(|id| id.as_str()), company_id.as_ref().map(|id| id.as_str()));
        let logged_on = SubjectReference { contact_id, company_id };
        let created = interactions::create(ctx.domain(), logged_on, id.as_ref().map(|id| id.as_str()), input.into());
        InteractionPayload::from_result(created).await
    }

    /// Writes the fields of the input; the others stay as they are.
    async fn update_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: InteractionInput,
        #[graphql(desc = "Version that the record must have; the update is refused otherwise.")]
        expected_version: Option<i32>,
    ) -> Nullable<InteractionPayload> {
        InteractionPayload::from_result(interactions::update(ctx.domain(), &id, input.into(), expected_version)).await
    }

    /// Deletes an interaction for good, with its parties.
    async fn delete_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction's id.")] id: ID,
    ) -> Nullable<DeleteInteractionPayload> {
        let outcome = into_outcome(Box::pin(interactions::delete(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(id) => DeleteInteractionPayload { deleted_interaction_id: Some(id.into()), user_errors: Vec::new() },
            Err(user_errors) => DeleteInteractionPayload { deleted_interaction_id: None, user_errors },
        }))
    }
}

payload! {
    /// Result of an interaction mutation.
    InteractionPayload {
        /// The interaction after the mutation; null when the mutation was refused.
        interaction: Interaction(interaction::Model),
        /// Present state of the interaction with `STALE_VERSION`; otherwise null.
        current: InteractionById
    }
}

/// Result of `deleteInteraction`.
#[derive(SimpleObject)]
pub(crate) struct DeleteInteractionPayload {
    /// Id of the deleted interaction; null when the mutation was refused.
    deleted_interaction_id: Option<ID>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
