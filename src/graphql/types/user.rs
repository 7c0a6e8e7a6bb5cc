//! `User` and its connection.

use async_graphql::{Context, ID, Object};

use super::records::{Contact, User};
use crate::{
    domain::users::{self, Wanted},
    entity::user,
    graphql::{
        connection::{connection, count},
        context::ContextExt,
        described::Columns,
        error::{ApiResult, Nullable},
        loaders::ContactOfUser,
    },
};

/// A person who may sign in.
#[Object]
impl User {
    /// The user's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(flatten)]
    fn columns(&self) -> Columns<'_, user::Entity> {
        Columns(&self.0)
    }

    /// The contact connected to this user, if any.
    async fn contact(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let contact = ctx.load_one(ContactOfUser(self.0.id)).await;
        contact.map(|contact| contact.map(Contact)).transpose()
    }
}

/// List that `UserConnection.totalCount` counts.
pub(crate) struct UserTotal(pub(crate) Wanted);

impl UserTotal {
    async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(users::count(ctx.db(), &self.0)).await?))
    }
}

connection!(UserConnection, UserEdge, User(user::Model), UserTotal, "users");
