//! `ApiKey`.

use async_graphql::{ID, Object};

use crate::{
    entity::api_key,
    graphql::{enums::Role, scalars::DateTime},
};

/// What a program comes in with.
#[derive(Clone)]
pub(crate) struct ApiKey(pub(crate) api_key::Model);

/// What a program comes in with.
#[Object]
impl ApiKey {
    /// The key's globally unique id; not its secret.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What the key is for.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The first characters of the secret, to recognise it by.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// What the key may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// When the key was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the key ends by itself, if it does.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// When the key was last used, within ten minutes.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// When the key was revoked, if it was.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}
