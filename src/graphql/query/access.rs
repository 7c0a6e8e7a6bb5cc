//! Queries of who asks, and with what.

use async_graphql::{Context, Object};

use crate::{
    domain::access,
    graphql::{
        context::ContextExt,
        error::ApiResult,
        items::Items,
        types::{ApiKey, Viewer},
    },
};

#[derive(Default)]
pub(super) struct AccessQuery;

#[Object]
impl AccessQuery {
    /// The caller; null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        Viewer::of(ctx.domain().actor)
    }

    /// All API keys, newest first, revoked and expired ones too.
    async fn api_keys(&self, ctx: &Context<'_>) -> ApiResult<Items<ApiKey>> {
        Ok(access::list_keys(ctx.db().reads()).await?.into_iter().map(ApiKey).collect())
    }
}
