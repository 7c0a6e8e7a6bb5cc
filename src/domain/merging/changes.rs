//! The changes that a merge and its undoing record of contacts.

use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use serde_json::Value as Json;
use uuid::Uuid;

use super::survivor::{MERGED_INTO, USER_ID, id_in};
use crate::{
    domain::{
        changes::{self, Change, Diff, NewChange},
        error::Result,
        parse_id,
        trash::Trashable,
    },
    entity::{change::ChangeKind, contact},
};

/// The name under which a survivor is recorded.
pub(crate) const SURVIVOR: &str = "mergedInto";
/// The name under which a login user is recorded.
pub(crate) const USER: &str = "user";

/// The recorded fields that differ between two states of a record, its survivor among them.
pub(crate) fn diff<E: Trashable>(before: &E::Model, after: &E::Model) -> Diff {
    with_id::<E>(Diff::between::<E>(before, after), (SURVIVOR, MERGED_INTO), before, after)
}

/// The change of a record's login user, if it changes.
pub(crate) fn link_change<E: Trashable>(before: &E::Model, after: &E::Model) -> Option<NewChange> {
    let kind = match id_in::<E>(after, USER_ID) {
        Some(_) => ChangeKind::UserConnected,
        None => ChangeKind::UserDisconnected,
    };
    let diff = with_id::<E>(Diff::default(), (USER, USER_ID), before, after);
    let (id, at) = E::id_and_time(after);
    (!diff.is_empty()).then(|| NewChange::of(kind, E::SUBJECT, id).at(at).with(diff))
}

fn with_id<E: Trashable>(diff: Diff, (name, column): (&str, &str), before: &E::Model, after: &E::Model) -> Diff {
    let json = |record: &E::Model| id_in::<E>(record, column).map_or(Json::Null, |id: Uuid| id.to_string().into());
    diff.field(name, json(before), json(after))
}

/// The contact that a contact was merged into at first, which may have been merged into another since; none where the
/// change is no longer kept.
pub(crate) async fn first_survivor(tx: &impl ConnectionTrait, id: Uuid) -> Result<Option<Uuid>> {
    let merged = changes::last_of(tx, id, ChangeKind::Merged).await?;
    let fields = merged.as_ref().map(Change::fields).unwrap_or_default();
    let after = fields.iter().find(|(name, ..)| *name == SURVIVOR).and_then(|(.., after)| after.as_ref()?.as_str());
    let Some(first) = after.and_then(parse_id) else { return Ok(None) };
    let is_there = contact::Entity::find_by_id(first).select_only().column(contact::Column::Id);
    Ok(is_there.into_tuple().one(tx).await?)
}
