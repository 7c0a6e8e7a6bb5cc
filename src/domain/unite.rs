//! Uniting two lists of a field, as imports and merges do.

use serde_json::Value as Json;

use super::{derived, email, folding, text::trim};
use crate::{
    card::{with_line_feeds, without_scheme},
    resources::{ColumnKind, Field},
};

/// The items that are there, and after them the new ones that are not among them.
pub(crate) fn unite(field: &Field, present: Vec<Json>, new: Vec<Json>) -> Vec<Json> {
    let mut seen: std::collections::HashSet<String> = present.iter().map(|item| item_key(field, item)).collect();
    let new: Vec<Json> = new.into_iter().filter(|item| seen.insert(item_key(field, item))).collect();
    present.into_iter().chain(new).collect()
}

/// The key of a list's item; two items with one key are the same, however they are written or labelled.
pub(crate) fn item_key(field: &Field, item: &Json) -> String {
    match field.kind {
        ColumnKind::Points => {
            let value = item.get("value").and_then(Json::as_str).map(trim).unwrap_or_default();
            match (field.name, derived::digits(value)) {
                ("phones", digits) if digits.len() > 3 => digits,
                ("phones", _) => without_scheme(value, "tel:").to_owned(),
                ("emails", _) => email::lower(value),
                _ => value.to_owned(),
            }
        }
        ColumnKind::Addresses => folding::fold(&with_line_feeds(&parts(item))),
        ColumnKind::Texts => folding::key(&with_line_feeds(item.as_str().map(trim).unwrap_or_default())),
        _ => item.to_string(),
    }
}

/// The parts of an address without its label.
fn parts(address: &Json) -> String {
    let part = |name| address.get(name).and_then(Json::as_str).map(trim).unwrap_or_default();
    ["street", "locality", "region", "postalCode", "country"].map(part).join("\u{1f}")
}
