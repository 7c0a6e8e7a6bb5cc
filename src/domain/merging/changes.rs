//! The changes that a merge and its undoing record of contacts.

use serde_json::Value as Json;
use uuid::Uuid;

use super::survivor::{MERGED_INTO, USER_ID, id_in};
use crate::{
    domain::{
        changes::{Diff, NewChange},
        trash::Trashable,
    },
    entity::change::ChangeKind,
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
