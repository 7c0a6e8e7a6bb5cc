//! Mutations of interactions.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::interactions,
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
    /// Logs an interaction on a contact. With an `id` (UUIDv7) of the caller's choice, repeating the call returns the
    /// same interaction instead of logging a second. An id that another record has, or had before it was deleted for
    /// good, is TAKEN.
    async fn create_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The subject's id.")] contact_id: ID,
        #[graphql(desc = "What was said, and who took part.")] input: InteractionInput,
        #[graphql(desc = "An id of the caller's choice.")] id: Option<ID>,
    ) -> Nullable<InteractionPayload> {
        let id = id.as_ref().map(|id| id.as_str());
        InteractionPayload::from_result(interactions::create(ctx.domain(), &contact_id, id, input.into())).await
    }

    /// Writes the fields that the input has; the others stay.
    async fn update_interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: InteractionInput,
        #[graphql(desc = "Refuse when the stored version is another.")] expected_version: Option<i32>,
    ) -> Nullable<InteractionPayload> {
        InteractionPayload::from_result(interactions::update(ctx.domain(), &id, input.into(), expected_version)).await
    }

    /// For good, with its parties.
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
    /// What became of an interaction.
    InteractionPayload {
        /// The interaction as it is now; null when nothing was done.
        interaction: Interaction(interaction::Model),
        /// With `STALE_VERSION`: the interaction as it is now. Else null.
        current: InteractionById
    }
}

/// What `deleteInteraction` did.
#[derive(SimpleObject)]
pub(crate) struct DeleteInteractionPayload {
    /// The id of the interaction that is gone; null when nothing was done.
    deleted_interaction_id: Option<ID>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
}
