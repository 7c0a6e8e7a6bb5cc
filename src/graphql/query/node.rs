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
        #[graphql(desc = "The record's id; a malformed one is the id of nothing.")] id: ID,
    ) -> Nullable<Node> {
        Node::find(ctx, &[id]).await.map(|found| found.into_iter().flatten().next()).transpose()
    }

    /// In the order asked, null where there is none; at most 200.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The records' ids.")] ids: Vec<ID>,
    ) -> ApiResult<Items<Option<Node>>> {
        check_ids(&ids, &ctx.state().limits)?;
        Node::find(ctx, &ids).await.map(Items)
    }
}
