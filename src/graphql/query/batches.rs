//! The query of batches.

use async_graphql::{Context, Object};

use crate::graphql::{connection::PageArgs, context::ContextExt, error::ApiResult, types::BatchConnection};

#[derive(Default)]
pub(super) struct BatchQuery;

#[Object]
impl BatchQuery {
    /// Batches, newest first: what was imported, merged, upserted, or written, trashed and restored in bulk.
    async fn batches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<BatchConnection> {
        let request = PageArgs { first, after, ..PageArgs::default() }.request(&ctx.state().limits)?;
        BatchConnection::read(ctx, &request).await
    }
}
