//! `User` and its connection.

use async_graphql::{Context, ID, Object};

use super::{Contact, Role, contact::count};
use crate::{
    domain::{search::Term, users},
    entity::user,
    graphql::{
        connection::connection,
        context::ContextExt,
        error::{ApiResult, Nullable},
        loaders::ContactOfUser,
        scalars::DateTime,
    },
};

/// Somebody who may log in.
#[derive(Clone)]
pub(crate) struct User(pub(crate) user::Model);

/// Somebody who may log in.
#[Object]
impl User {
    /// The user's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The address that the user logs in with; unique, ignoring case.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// What the user is called.
    async fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// What the user may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// True until the person has claimed the account.
    async fn is_placeholder(&self) -> bool {
        self.0.is_placeholder
    }

    /// `crm_contact` for a user registered by `connectUser` or `findOrCreateUser`, else null.
    async fn source(&self) -> Option<&str> {
        self.0.source.as_deref()
    }

    /// The contact connected to this user, if any.
    async fn contact(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let contact = ctx.load_one(ContactOfUser(self.0.id)).await;
        contact.map(|contact| contact.map(Contact)).transpose()
    }

    /// When the user was registered.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}

/// What `UserConnection.totalCount` counts.
pub(crate) struct UserTotal(pub(crate) Option<Term>);

impl UserTotal {
    async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(users::count(ctx.db().reads(), self.0.as_ref())).await?))
    }
}

connection!(UserConnection, UserEdge, User(user::Model), UserTotal, "users");
