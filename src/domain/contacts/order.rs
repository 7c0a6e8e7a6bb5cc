//! What contacts can be ordered by.

use crate::{
    domain::page::{Kind, SortKey, SortValue},
    entity::contact::{Column, Entity, Model},
};

/// One key of an order as the caller gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// What to compare.
    pub field: OrderField,
    /// Greatest first. Nulls come last either way.
    pub descending: bool,
}

/// The fields that contacts can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL enum, in one place")]
pub enum OrderField {
    Name,
    Email,
    CreatedAt,
    UpdatedAt,
    LastInteractionAt,
}

/// The sort keys of an order: by name unless said otherwise, and always by id at the end, in the direction of the
/// key before it, so that an index can be read either way.
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

/// Nulls come last by standing for a value beyond all others, which needs one expression per direction; there is
/// an index on each.
fn key(by: OrderBy) -> SortKey<Model> {
    let key = match (by.field, by.descending) {
        (OrderField::Name, _) => SortKey::column("name", Kind::Text, (Entity, Column::NameKey), |row: &Model| {
            SortValue::Text(row.name_key.clone())
        }),
        (OrderField::CreatedAt, _) => {
            SortKey::column("created", Kind::Time, (Entity, Column::CreatedAt), |row: &Model| {
                SortValue::Time(row.created_at)
            })
        }
        (OrderField::UpdatedAt, _) => {
            SortKey::column("updated", Kind::Time, (Entity, Column::UpdatedAt), |row: &Model| {
                SortValue::Time(row.updated_at)
            })
        }
        (OrderField::Email, false) => SortKey::computed("email", Kind::Text, EMAIL_OR_LAST, |row: &Model| {
            SortValue::Text(row.email_key.clone().unwrap_or_else(|| "\u{10ffff}".to_owned()))
        }),
        (OrderField::Email, true) => SortKey::computed("email", Kind::Text, EMAIL_OR_FIRST, |row: &Model| {
            SortValue::Text(row.email_key.clone().unwrap_or_default())
        }),
        (OrderField::LastInteractionAt, false) => {
            SortKey::computed("last", Kind::Time, INTERACTION_OR_LAST, |row: &Model| {
                SortValue::Time(row.last_interaction_at.unwrap_or_else(|| instant(253_402_300_799_999_999)))
            })
        }
        (OrderField::LastInteractionAt, true) => {
            SortKey::computed("last", Kind::Time, INTERACTION_OR_FIRST, |row: &Model| {
                SortValue::Time(row.last_interaction_at.unwrap_or_else(|| instant(-62_135_596_800_000_000)))
            })
        }
    };
    key.directed(by.descending)
}

/// Word for word the expressions of the indexes, in the form that each database takes: SQLite knows `char`, which
/// is a type in PostgreSQL, so the sentinel is the character itself.
const EMAIL_OR_LAST: &str = "COALESCE(contacts.email_key, '\u{10ffff}')";
const EMAIL_OR_FIRST: &str = "COALESCE(contacts.email_key, '')";
const INTERACTION_OR_LAST: &str = "COALESCE(contacts.last_interaction_at, '9999-12-31T23:59:59.999999+00:00')";
const INTERACTION_OR_FIRST: &str = "COALESCE(contacts.last_interaction_at, '0001-01-01T00:00:00+00:00')";

fn instant(micros: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
