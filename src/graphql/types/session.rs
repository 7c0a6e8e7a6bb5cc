//! `Session`.

use async_graphql::{Context, ID, Object};

use crate::{
    domain::access,
    entity::session,
    graphql::{context::ContextExt, scalars::DateTime},
};

/// A sign-in that has not ended.
#[derive(Clone)]
pub(crate) struct Session(pub(crate) session::Model);

/// A sign-in that has not ended.
#[Object]
impl Session {
    /// The session's globally unique id; not its token.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// True of the session in use.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        ctx.domain().actor.session_id == Some(self.0.id)
    }

    /// Time of the sign-in.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Time of the session's last use, accurate to a minute.
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.0.last_used_at)
    }

    /// Time when the session ends if it is not used again.
    async fn expires_at(&self, ctx: &Context<'_>) -> DateTime {
        DateTime(access::session_end(&self.0, ctx.domain().token_cache.lifetimes()))
    }
}
