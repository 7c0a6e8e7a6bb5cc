//! Queries of tags.

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::tags,
    graphql::{
        context::ContextExt,
        error::{ApiError, ApiResult},
        items::Items,
    },
};

#[derive(Default)]
pub(super) struct TagQuery;

#[Object]
impl TagQuery {
    /// All tags in use with the number of live contacts that have them, most used first.
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only tags that contain this text, ignoring case and accents; blank is ignored.")]
        search: Option<String>,
        #[graphql(desc = "Maximum number of items.", default = 50)] first: i32,
    ) -> ApiResult<Items<TagCount>> {
        let most = ctx.state().limits.page_size_max;
        let limit = u64::try_from(first).ok().filter(|first| *first <= u64::from(most));
        let refused = || ApiError::bad_input(format!("`first` must be between 0 and {most}."));
        let counts = tags::in_use(ctx.db(), search.as_deref(), limit.ok_or_else(refused)?).await?;
        Ok(counts.into_iter().map(TagCount::from).collect())
    }
}

/// A tag in use.
#[derive(SimpleObject)]
pub(crate) struct TagCount {
    /// The tag; of several spellings, one.
    tag: String,
    /// Number of live contacts that have it.
    count: i64,
}

impl From<tags::TagCount> for TagCount {
    fn from(tags::TagCount { tag, count }: tags::TagCount) -> Self {
        Self { tag, count }
    }
}
