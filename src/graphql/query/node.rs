//! Any record by its id.

use async_graphql::{Context, ID, Object};

use crate::graphql::{
    context::{ContextExt, check_ids},
    error::{ApiResult, Nullable},
    items::Items,
    types::Node,
};

#[derive(Default)]
pub(super) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The record with this id, of any type and status; null when there is none.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The record's id; a malformed id is treated as not found.")] id: ID,
    ) -> Nullable<Node> {
        Node::find(ctx, &[id]).await.map(|found| found.into_iter().flatten().next()).transpose()
    }

    /// Records in the order of the ids, null for each id without a record; at most 200 ids.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records' ids.")] ids: Vec<ID>,
    ) -> ApiResult<Items<Option<Node>>> {
        check_ids(&ids, &ctx.state().limits)?;
        Node::find(ctx, &ids).await.map(Items)
    }
}
