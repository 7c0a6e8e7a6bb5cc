//! Queries.

use async_graphql::{
    Context, Error, ID, Object, Result,
    connection::{Connection, Edge, EmptyFields, OpaqueCursor, query},
    dataloader::DataLoader,
};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::Uuid,
};

use crate::{
    entity::{company, contact, status::Status},
    loaders::{ContactId, Loaders},
};

/// Cursor: the name of the order, and the name key and id of the page's last contact, as in Liaison's cursors.
type ContactCursor = OpaqueCursor<(String, String, Uuid)>;

pub(crate) struct Query;

#[Object]
impl Query {
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
        first: i32,
    ) -> Result<Connection<ContactCursor, contact::Model, EmptyFields, EmptyFields>> {
        query(after, None, Some(first), None, |after: Option<ContactCursor>, _, first, _| async move {
            let limit = first.unwrap_or_default();
            let mut page = live().cursor_by((contact::Column::NameKey, contact::Column::Id));
            let is_later = after.is_some();
            if let Some(OpaqueCursor((_, name_key, id))) = after {
                page.after((name_key, id));
            }
            let mut rows = page.first(limit as u64 + 1).all(ctx.data::<DatabaseConnection>()?).await?;
            let has_next = rows.len() > limit;
            rows.truncate(limit);
            let mut connection = Connection::new(is_later, has_next);
            connection.edges.extend(rows.into_iter().map(|row| {
                let cursor = OpaqueCursor(("name+id+".to_owned(), row.name_key.clone(), row.id));
                Edge::new(cursor, row)
            }));
            Ok::<_, Error>(connection)
        })
        .await
    }

    async fn contact(&self, ctx: &Context<'_>, id: ID) -> Result<Option<contact::Model>> {
        Ok(contact::Entity::find_by_id(id.parse::<Uuid>()?).one(ctx.data::<DatabaseConnection>()?).await?)
    }

    async fn contacts_by_ids(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Vec<Option<contact::Model>>> {
        let ids = ids.iter().map(|id| id.parse()).collect::<Result<Vec<Uuid>, _>>()?;
        let mut found = ctx.data::<DataLoader<Loaders>>()?.load_many(ids.iter().copied().map(ContactId)).await?;
        Ok(ids.into_iter().map(|id| found.remove(&ContactId(id))).collect())
    }

    async fn search_contacts(&self, ctx: &Context<'_>, query: String, limit: u64) -> Result<Vec<contact::Model>> {
        let found = live()
            .filter(contact::Column::SearchKey.contains(query))
            .order_by_asc(contact::Column::NameKey)
            .order_by_asc(contact::Column::Id)
            .limit(limit);
        Ok(found.all(ctx.data::<DatabaseConnection>()?).await?)
    }

    async fn contact_count(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(live().count(ctx.data::<DatabaseConnection>()?).await?)
    }

    async fn company(&self, ctx: &Context<'_>, id: ID) -> Result<Option<company::Model>> {
        Ok(company::Entity::find_by_id(id.parse::<Uuid>()?).one(ctx.data::<DatabaseConnection>()?).await?)
    }
}

/// Contacts that are not in the trash.
fn live() -> Select<contact::Entity> {
    contact::Entity::find().filter(contact::Column::Status.ne(Status::Trashed))
}
