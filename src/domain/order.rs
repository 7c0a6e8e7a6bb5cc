//! The sort keys of orders.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;

use super::page::{SortKey, SortValue};
use crate::resources::{ColumnKind, Direction, Resource, SortBy};

/// One key of an order as the caller gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// The field's key.
    pub by: SortBy,
    /// Greatest first. Nulls come last either way.
    pub descending: bool,
}

/// The sort keys of a list in the order that the caller gives, or else in its own. A field that is named again changes
/// nothing.
pub(crate) fn asked(resource: &Resource, order: &[OrderBy]) -> Vec<SortKey> {
    let mut asked: Vec<SortBy> = Vec::new();
    for OrderBy { by, descending } in order {
        if !asked.iter().any(|seen| seen.name == by.name) {
            asked.push(by.direction(if *descending { Direction::Descending } else { Direction::Ascending }));
        }
    }
    keys(resource, if asked.is_empty() { resource.order } else { &asked })
}

/// The sort keys of an order, and the id at the end, in the direction of the key before it, so that an index can be read
/// either way.
pub(crate) fn keys(resource: &Resource, order: &[SortBy]) -> Vec<SortKey> {
    let last = order.last().map_or(Direction::Ascending, |key| key.direction);
    let last = if last == Direction::Descending { last } else { Direction::Ascending };
    let id = SortBy::new("id", "id", ColumnKind::Id).direction(last);
    order.iter().chain([&id]).map(|by| key(resource, *by)).collect()
}

/// Nulls come last by standing for a value beyond all others, which needs one expression per direction; there is an index
/// on each. The texts are word for word the expressions of the indexes, in the form that each database takes: SQLite
/// knows `char`, which is a type in PostgreSQL, so the greatest text is the character itself.
fn key(resource: &Resource, by: SortBy) -> SortKey {
    let (table, descending) = (resource.table, by.direction == Direction::Descending);
    let column = format!("{table}.{}", by.column);
    let (expr, beyond) = match (by.direction, by.kind) {
        (Direction::TrueFirst, _) => (Expr::cust(format!("(NOT {column})")), None),
        (_, ColumnKind::Time) if by.is_nullable => {
            let (text, micros) = if descending { FIRST_TIME } else { LAST_TIME };
            (Expr::cust(format!("COALESCE({column}, '{text}')")), Some(SortValue::Time(instant(micros))))
        }
        (_, ColumnKind::Text) if by.is_nullable => {
            let text = if descending { "" } else { LAST_TEXT };
            (Expr::cust(format!("COALESCE({column}, '{text}')")), Some(SortValue::Text(text.to_owned())))
        }
        _ => (Expr::col((table, by.column)), None),
    };
    SortKey { by, expr, beyond, descending }
}

/// Greater than all texts.
const LAST_TEXT: &str = "\u{10ffff}";
/// The last instant of the year 9999, and its microseconds since 1970.
const LAST_TIME: (&str, i64) = ("9999-12-31T23:59:59.999999+00:00", 253_402_300_799_999_999);
/// The first instant of the year 1.
const FIRST_TIME: (&str, i64) = ("0001-01-01T00:00:00+00:00", -62_135_596_800_000_000);

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
