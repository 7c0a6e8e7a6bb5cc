//! Memberships and interactions that a merge has passed from one contact to another.

use serde_json::Value as Json;
use uuid::Uuid;

use crate::domain::{changes::Change, interactions::PartyPlace, parse_id};

/// The contacts that a change has passed a membership or an interaction from and to.
pub(super) fn passed(change: &Change) -> Option<(Uuid, Uuid)> {
    let (before, after) = values(change, "contact")?;
    Some((id(&before)?, id(&after)?))
}

/// The parties that a change has passed from a contact to another: the place of each, and both.
pub(super) fn passed_parties(change: &Change) -> Vec<(PartyPlace, Uuid, Uuid)> {
    let Some((Json::Array(before), Json::Array(after))) = values(change, "parties") else { return Vec::new() };
    let pairs = before.iter().zip(&after).filter_map(|(before, after)| {
        let position = i32::try_from(before.get("position")?.as_i64()?).ok()?;
        Some(((change.subject_id, position), id(before.get("contactId")?)?, id(after.get("contactId")?)?))
    });
    pairs.collect()
}

fn values(change: &Change, field: &str) -> Option<(Json, Json)> {
    let fields = change.fields();
    let (_, before, after) = fields.iter().find(|(name, ..)| *name == field)?;
    Some(((*before)?.clone(), (*after)?.clone()))
}

fn id(value: &Json) -> Option<Uuid> {
    parse_id(value.as_str()?)
}
