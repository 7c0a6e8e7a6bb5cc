//! What those see who see only themselves.

use async_graphql::Context;

use super::{
    context::ContextExt,
    error::ApiResult,
    loaders::{ContactOfUser, UserById},
    types::{Contact, User},
};

/// The contact that the caller is, if it is connected to one.
pub(crate) async fn contact(ctx: &Context<'_>) -> ApiResult<Option<Contact>> {
    match ctx.domain().actor.user_id {
        Some(user_id) => Ok(ctx.load_one(ContactOfUser(user_id)).await?.map(Contact)),
        None => Ok(None),
    }
}

/// The user that the caller is.
pub(crate) async fn user(ctx: &Context<'_>) -> ApiResult<Option<User>> {
    match ctx.domain().actor.user_id {
        Some(user_id) => Ok(ctx.load_one(UserById(user_id)).await?.map(User)),
        None => Ok(None),
    }
}
