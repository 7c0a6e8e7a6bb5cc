//! `Viewer`.

use async_graphql::{Context, Object};

use super::{ApiKey, Contact, Session, User};
use crate::{
    domain::{Actor, access},
    entity::role,
    graphql::{
        context::ContextExt,
        enums::Role,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::{ApiKeyById, ContactOfUser, UserById},
    },
};

/// The caller: a signed-in user or an API key.
pub(crate) struct Viewer {
    actor: Actor,
    role: role::Role,
}

impl Viewer {
    /// None when nobody is signed in.
    pub(crate) fn of(actor: Actor) -> Option<Self> {
        actor.role.map(|role| Self { actor, role })
    }
}

/// The caller: a signed-in user or an API key.
#[Object]
impl Viewer {
    /// Signed-in user; null for an API key.
    async fn user(&self, ctx: &Context<'_>) -> Nullable<User> {
        let user_id = self.actor.user_id?;
        ctx.load_one(UserById(user_id)).await.map(|user| user.map(User)).transpose()
    }

    /// Role of the caller.
    async fn role(&self) -> Role {
        self.role.into()
    }

    /// The API key in use, if any.
    async fn api_key(&self, ctx: &Context<'_>) -> Nullable<ApiKey> {
        let key_id = self.actor.key_id?;
        ctx.load_one(ApiKeyById(key_id)).await.map(|key| key.map(ApiKey)).transpose()
    }

    /// The contact connected to the user.
    async fn contact(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let user_id = self.actor.user_id?;
        ctx.load_one(ContactOfUser(user_id)).await.map(|contact| contact.map(Contact)).transpose()
    }

    /// The caller's own sessions, the one in use first; at most 200.
    async fn sessions(&self, ctx: &Context<'_>) -> ApiResult<Items<Session>> {
        let Some(user_id) = self.actor.user_id else { return Ok(Items(Vec::new())) };
        let open = access::list_sessions(ctx.domain(), user_id, self.actor.session_id).await?;
        Ok(open.into_iter().map(Session).collect())
    }
}
