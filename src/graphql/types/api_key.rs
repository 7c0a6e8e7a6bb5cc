//! `ApiKey`.

use async_graphql::{ID, Object};

use crate::{
    entity::api_key,
    graphql::{enums::Role, scalars::DateTime},
};

/// Credential of a program.
#[derive(Clone)]
pub(crate) struct ApiKey(pub(crate) api_key::Model);

/// Credential of a program.
#[Object]
impl ApiKey {
    /// The key's globally unique id; not its secret.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Purpose of the key.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// First characters of the secret, to recognise the key by.
    async fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// Role of the key.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Time when the key was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Time when the key expires; null when it never does.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.expires_at.map(DateTime)
    }

    /// Time of the key's last use, accurate to ten minutes.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }

    /// Time when the key was revoked; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.0.revoked_at.map(DateTime)
    }
}
