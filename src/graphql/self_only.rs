//! Reads for callers who may see only their own contact.

use async_graphql::Context;

use super::{
    context::ContextExt,
    error::ApiResult,
    loaders::{ContactOfUser, UserById},
};
use crate::entity::{contact, user};

/// The contact that the caller is, if it is connected to one.
pub(crate) async fn contact(ctx: &Context<'_>) -> ApiResult<Option<contact::Model>> {
    match ctx.domain().actor.user_id {
        Some(user_id) => Ok(ctx.load_one(ContactOfUser(user_id)).await?),
        None => Ok(None),
    }
}

/// The user that the caller is.
pub(crate) async fn user(ctx: &Context<'_>) -> ApiResult<Option<user::Model>> {
    match ctx.domain().actor.user_id {
        Some(user_id) => Ok(ctx.load_one(UserById(user_id)).await?),
        None => Ok(None),
    }
}
