//! Queries of login users.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::{
    domain::{parse_id, search::Term, users},
    graphql::{
        connection::{PageArgs, needs_page},
        context::ContextExt,
        enums::Role,
        error::{ApiResult, Nullable},
        loaders::UserById,
        types::{User, UserConnection, UserTotal},
    },
};

#[derive(Default)]
pub(super) struct UserQuery;

#[Object]
impl UserQuery {
    /// A login user by its id; null when the id is unknown or malformed.
    async fn user(&self, ctx: &Context<'_>, #[graphql(desc = "The user's id.")] id: ID) -> Nullable<User> {
        let id = parse_id(&id)?;
        if !ctx.domain().actor.sees_all() && ctx.domain().actor.user_id != Some(id) {
            return None;
        }
        ctx.load_one(UserById(id)).await.map(|user| user.map(User)).transpose()
    }

    /// Login users, ordered by e-mail address.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only users with each of these words in e-mail or name; blank is ignored.")] search: Option<
            String,
        >,
        #[graphql(desc = "Only users with one of these roles.")] roles: Option<Vec<Role>>,
        #[graphql(desc = "Only placeholders; with false, only accounts that were claimed.")] is_placeholder: Option<
            bool,
        >,
    ) -> ApiResult<UserConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let wanted = users::Wanted {
            term: search.as_deref().and_then(Term::parse),
            roles: roles.map(|roles| roles.into_iter().map(Into::into).collect()),
            is_placeholder,
        };
        let page = if needs_page(ctx, &request) {
            Some(Arc::new(Box::pin(users::list(ctx.db(), &wanted, &request)).await?))
        } else {
            None
        };
        Ok(UserConnection { page, total: UserTotal(wanted) })
    }
}
