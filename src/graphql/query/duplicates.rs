//! The query of groups of likely duplicates.

use async_graphql::{Context, Object};

use crate::{
    domain::duplicates,
    graphql::{
        connection::PageArgs,
        context::ContextExt,
        error::ApiResult,
        types::{DuplicateCertainty, DuplicateGroupConnection},
    },
};

#[derive(Default)]
pub(super) struct DuplicateQuery;

#[Object]
impl DuplicateQuery {
    /// Groups of contacts that are likely one person, most certain first. A write shows within a second.
    async fn duplicate_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "CERTAIN: only groups that are; LIKELY, and by default: this or better.")] certainty: Option<
            DuplicateCertainty,
        >,
    ) -> ApiResult<DuplicateGroupConnection> {
        let request = PageArgs { first, after, ..PageArgs::default() }.request(&ctx.state().limits)?;
        let at_least = certainty.unwrap_or(DuplicateCertainty::Likely).into();
        Ok(Box::pin(duplicates::groups_page(ctx.domain(), at_least, &request)).await?.into())
    }
}
