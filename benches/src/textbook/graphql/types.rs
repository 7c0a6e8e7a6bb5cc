//! Fields that are more than a column.

use async_graphql::{
    ComplexObject, Context, Error, ID, Result,
    connection::{Connection, Edge, EmptyFields, query},
    dataloader::DataLoader,
};
use chrono::SecondsFormat;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    entity::{company, contact, membership, status::Status, user},
    loaders::{CompanyId, ContactId, Loaders, PrimaryOf, UserId},
};

#[ComplexObject]
impl contact::Model {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn updated_at(&self) -> String {
        self.updated_at.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    async fn primary_membership(&self, ctx: &Context<'_>) -> Result<Option<membership::Model>> {
        Ok(ctx.data::<DataLoader<Loaders>>()?.load_one(PrimaryOf(self.id)).await?)
    }

    async fn user(&self, ctx: &Context<'_>) -> Result<Option<user::Model>> {
        let Some(id) = self.user_id else { return Ok(None) };
        Ok(ctx.data::<DataLoader<Loaders>>()?.load_one(UserId(id)).await?)
    }
}

#[ComplexObject]
impl company::Model {
    async fn id(&self) -> ID {
        self.id.into()
    }

    async fn memberships(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        first: i32,
    ) -> Result<Connection<u64, membership::Model, EmptyFields, EmptyFields>> {
        query(after, None, Some(first), None, |after: Option<u64>, _, first, _| async move {
            let (start, limit) = (after.map_or(0, |after| after + 1), first.unwrap_or_default());
            let mut rows = membership::Entity::find()
                .inner_join(contact::Entity)
                .filter(membership::Column::CompanyId.eq(self.id))
                .filter(contact::Column::Status.ne(Status::Trashed))
                .order_by_desc(membership::Column::IsPrimary)
                .order_by_asc(membership::Column::Position)
                .order_by_asc(membership::Column::Id)
                .offset(start)
                .limit(limit as u64 + 1)
                .all(ctx.data::<DatabaseConnection>()?)
                .await?;
            let has_next = rows.len() > limit;
            rows.truncate(limit);
            let mut connection = Connection::new(start > 0, has_next);
            connection.edges.extend((start..).zip(rows).map(|(at, row)| Edge::new(at, row)));
            Ok::<_, Error>(connection)
        })
        .await
    }
}

#[ComplexObject]
impl membership::Model {
    async fn company(&self, ctx: &Context<'_>) -> Result<Option<company::Model>> {
        Ok(ctx.data::<DataLoader<Loaders>>()?.load_one(CompanyId(self.company_id)).await?)
    }

    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<contact::Model>> {
        Ok(ctx.data::<DataLoader<Loaders>>()?.load_one(ContactId(self.contact_id)).await?)
    }
}

#[ComplexObject]
impl user::Model {
    async fn id(&self) -> ID {
        self.id.into()
    }
}
