//! Queries of interactions.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::{
    domain::{interactions, parse_id},
    entity::interaction,
    graphql::{
        connection::{PageArgs, needs_page},
        context::ContextExt,
        described::Where,
        error::{ApiResult, Nullable},
        loaders::InteractionById,
        types::{Interaction, InteractionConnection, InteractionTotal},
    },
};

#[derive(Default)]
pub(super) struct InteractionQuery;

#[Object]
impl InteractionQuery {
    /// An interaction by its id; null when the id is unknown or malformed.
    async fn interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction's id.")] id: ID,
    ) -> Nullable<Interaction> {
        let id = parse_id(&id)?;
        ctx.load_one(InteractionById(id)).await.map(|row| row.map(Interaction)).transpose()
    }

    /// Interactions, newest first; those of trashed contacts and companies are left out.
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<interaction::Entity>>,
    ) -> ApiResult<InteractionConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let filter = filter.map(|filter| filter.0);
        let page = if needs_page(ctx, &request) {
            Some(Arc::new(Box::pin(interactions::list(ctx.db(), filter.as_ref(), &request)).await?))
        } else {
            None
        };
        Ok(InteractionConnection { page, total: InteractionTotal::All(filter) })
    }
}
