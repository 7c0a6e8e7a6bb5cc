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
    /// One interaction; null when absent or malformed.
    async fn interaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The interaction's id.")] id: ID,
    ) -> Nullable<Interaction> {
        let id = parse_id(&id)?;
        ctx.load_one(InteractionById(id)).await.map(|row| row.map(Interaction)).transpose()
    }

    /// Newest first; those of trashed contacts are left out.
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most this many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Where<interaction::Entity>>,
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
