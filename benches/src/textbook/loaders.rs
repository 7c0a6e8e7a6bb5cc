//! Batched reads: one statement for all rows of one table that a level of the answer needs.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, prelude::Uuid};

use super::entity::{company, contact, membership, user};

/// Loads rows for one request.
pub(crate) struct Loaders {
    pub(crate) db: DatabaseConnection,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct CompanyId(pub(crate) Uuid);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ContactId(pub(crate) Uuid);

/// Key of a primary membership: the id of its contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PrimaryOf(pub(crate) Uuid);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct UserId(pub(crate) Uuid);

impl Loader<CompanyId> for Loaders {
    type Value = company::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[CompanyId]) -> Result<HashMap<CompanyId, Self::Value>, Self::Error> {
        let ids = keys.iter().map(|key| key.0);
        let rows = company::Entity::find().filter(company::Column::Id.is_in(ids)).all(&self.db).await?;
        Ok(rows.into_iter().map(|row| (CompanyId(row.id), row)).collect())
    }
}

impl Loader<ContactId> for Loaders {
    type Value = contact::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[ContactId]) -> Result<HashMap<ContactId, Self::Value>, Self::Error> {
        let ids = keys.iter().map(|key| key.0);
        let rows = contact::Entity::find().filter(contact::Column::Id.is_in(ids)).all(&self.db).await?;
        Ok(rows.into_iter().map(|row| (ContactId(row.id), row)).collect())
    }
}

impl Loader<PrimaryOf> for Loaders {
    type Value = membership::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[PrimaryOf]) -> Result<HashMap<PrimaryOf, Self::Value>, Self::Error> {
        let contacts = keys.iter().map(|key| key.0);
        let rows = membership::Entity::find()
            .filter(membership::Column::ContactId.is_in(contacts))
            .filter(membership::Column::IsPrimary.eq(true))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (PrimaryOf(row.contact_id), row)).collect())
    }
}

impl Loader<UserId> for Loaders {
    type Value = user::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, keys: &[UserId]) -> Result<HashMap<UserId, Self::Value>, Self::Error> {
        let ids = keys.iter().map(|key| key.0);
        let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(&self.db).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.id), row)).collect())
    }
}
