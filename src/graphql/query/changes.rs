//! The query of the change feed.

use async_graphql::{Context, ID, Object};
use sea_orm::Iterable;

use crate::{
    domain::changes::{self, Cursor, Wanted},
    entity::change,
    graphql::{
        connection::PageArgs, context::ContextExt, enums::SubjectType, error::ApiResult, types::ChangeConnection,
    },
};

#[derive(Default)]
pub(super) struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// Durable feed of changes, oldest first: synchronise from a cursor, then subscribe from the last one seen. With
    /// `first: 0` the page's `endCursor` is the feed's present end: take it, load the lists, then subscribe from it.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Only changes of these types of records.")] subject_types: Option<Vec<SubjectType>>,
        #[graphql(desc = "Only changes that this contact's history shows.")] contact_id: Option<ID>,
    ) -> ApiResult<ChangeConnection> {
        let request = PageArgs { first, ..PageArgs::default() }.request(&ctx.state().limits)?;
        let after = after.map(|cursor| Cursor::parse(&cursor)).transpose()?.map(Cursor::resume);
        let wanted = wanted(subject_types.as_deref(), contact_id.as_ref());
        Ok(ChangeConnection(changes::page(ctx.db().reads(), &wanted, after, request.limit).await?))
    }
}

/// The changes that the arguments of the query and of the subscription select. A malformed id is treated as not found.
pub(crate) fn wanted(subject_types: Option<&[SubjectType]>, contact_id: Option<&ID>) -> Wanted {
    Wanted {
        subject_types: subject_types.map(distinct),
        contact_id: contact_id.map(|id| crate::domain::parse_id(id).unwrap_or_default()),
    }
}

/// The types, each once and in one order: a caller may repeat them as often as a body has room for.
fn distinct(types: &[SubjectType]) -> Vec<change::SubjectType> {
    let is_wanted =
        |subject: &change::SubjectType| types.iter().any(|wanted| change::SubjectType::from(*wanted) == *subject);
    change::SubjectType::iter().filter(is_wanted).collect()
}
