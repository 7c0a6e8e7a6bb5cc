//! The query of webhooks.

use async_graphql::{Context, Object};

use crate::{
    domain::webhooks,
    graphql::{context::ContextExt, error::ApiResult, items::Items, types::Webhook},
};

#[derive(Default)]
pub(super) struct WebhookQuery;

#[Object]
impl WebhookQuery {
    /// All webhooks, newest first, those that are switched off too.
    async fn webhooks(&self, ctx: &Context<'_>) -> ApiResult<Items<Webhook>> {
        Ok(webhooks::list(ctx.db().reads()).await?.into_iter().map(Webhook).collect())
    }
}
