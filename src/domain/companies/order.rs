//! What companies can be ordered by.

use crate::{
    domain::page::{Kind, SortKey, SortValue},
    entity::company::{Column, Entity, Model},
};

/// One key of an order as the caller gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// What to compare.
    pub field: OrderField,
    /// Greatest first.
    pub descending: bool,
}

/// The fields that companies can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL enum, in one place")]
pub enum OrderField {
    Name,
    CreatedAt,
    UpdatedAt,
}

/// The sort keys of an order: by name unless said otherwise, and always by id at the end.
pub(crate) fn keys(order: &[OrderBy]) -> Vec<SortKey<Model>> {
    let by_name = [OrderBy { field: OrderField::Name, descending: false }];
    let order = if order.is_empty() { &by_name } else { order };
    let mut seen = Vec::new();
    let mut keys = Vec::new();
    let mut descending = false;
    for by in order.iter().copied() {
        if !seen.contains(&by.field) {
            seen.push(by.field);
            keys.push(key(by));
            descending = by.descending;
        }
    }
    keys.push(
        SortKey::column("id", Kind::Id, (Entity, Column::Id), |row: &Model| SortValue::Id(row.id)).directed(descending),
    );
    keys
}

fn key(by: OrderBy) -> SortKey<Model> {
    let key = match by.field {
        OrderField::Name => SortKey::column("name", Kind::Text, (Entity, Column::NameKey), |row: &Model| {
            SortValue::Text(row.name_key.clone())
        }),
        OrderField::CreatedAt => SortKey::column("created", Kind::Time, (Entity, Column::CreatedAt), |row: &Model| {
            SortValue::Time(row.created_at)
        }),
        OrderField::UpdatedAt => SortKey::column("updated", Kind::Time, (Entity, Column::UpdatedAt), |row: &Model| {
            SortValue::Time(row.updated_at)
        }),
    };
    key.directed(by.descending)
}
