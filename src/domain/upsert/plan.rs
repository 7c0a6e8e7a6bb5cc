//! Planning the items of a call, one after the other.

use sea_orm::ActiveModelTrait;
use uuid::Uuid;

use super::{
    OnTrashed, Outcome,
    directory::Directory,
    keys::{Findable, Key},
};
use crate::domain::{
    Context, described,
    error::{Code, Result, UserError},
    input,
    refusal::{self, Wanted},
};

/// An item whose own errors are known.
pub(super) struct Checked<E: Findable> {
    /// The place of the item's fields in the arguments.
    pub(super) path: Vec<String>,
    /// The record that the item names.
    pub(super) key: Option<Key>,
    /// The columns to be written.
    pub(super) row: E::ActiveModel,
    /// The columns that a new record has by its identifier, where the item does not set them.
    pub(super) implied: E::ActiveModel,
    pub(super) on_trashed: OnTrashed,
    /// Everything that is wrong with the item by itself.
    pub(super) errors: Vec<UserError>,
}

/// Planned outcome of an item.
pub(super) struct Planned {
    pub(super) id: Option<Uuid>,
    pub(super) outcome: Outcome,
    pub(super) errors: Vec<UserError>,
}

impl Planned {
    pub(super) fn failed(errors: Vec<UserError>) -> Self {
        Self { id: None, outcome: Outcome::Failed, errors }
    }
}

impl<E: Findable> Checked<E> {
    /// An error about a part of the item.
    pub(super) fn error(&self, code: Code, field: &[&str], message: impl Into<String>) -> UserError {
        at(&self.path, code, field, message)
    }
}

/// An error about a part of the item whose fields are at a path.
pub(super) fn at(path: &[String], code: Code, field: &[&str], message: impl Into<String>) -> UserError {
    let mut error = UserError::new(code, &[], message);
    error.field = path.iter().cloned().chain(field.iter().map(|&part| part.to_owned())).collect();
    error
}

/// Plans an item: what it does to which record, or why it fails.
pub(super) fn plan<E: Findable>(ctx: &Context, item: &Checked<E>, directory: &mut Directory<E>) -> Result<Planned> {
    let Some(key) = item.key.as_ref().filter(|_| item.errors.is_empty()) else {
        return Ok(Planned::failed(item.errors.clone()));
    };
    let (live, trashed) = directory.with(key);
    let several = |ids: &[Uuid]| {
        let message = format!("Several {} have this identifier. Name one by its id.", E::RESOURCE.table);
        Ok(Planned::failed(vec![item.error(Code::Ambiguous, &["identifier"], message).with_conflicts(ids)]))
    };
    if let Some(survivor) = trashed.iter().find_map(|id| directory.survivor_of(*id)) {
        let mut error = UserError::merged(E::NOUN, &[], survivor);
        error.field = item.path.iter().cloned().chain(["identifier", "id"].map(str::to_owned)).collect();
        return Ok(Planned::failed(vec![error]));
    }
    if let (true, Some(undone)) = (live.is_empty(), directory.undone(&trashed)) {
        return change(item, directory, undone, true);
    }
    match (live.as_slice(), trashed.as_slice(), item.on_trashed) {
        ([one], ..) => change(item, directory, *one, false),
        ([], [], _) => create(ctx, item, directory),
        ([], [one], OnTrashed::Restore) => change(item, directory, *one, true),
        ([], _, OnTrashed::Ignore) if !matches!(key, Key::Id(_) | Key::ExternalId(_)) => create(ctx, item, directory),
        ([], [one, ..], OnTrashed::Ignore) => {
            let message = format!("A {} in the trash has this identifier.", E::NOUN);
            let error = item.error(Code::Taken, &["identifier"], message).with_current(*one);
            Ok(Planned::failed(vec![error]))
        }
        ([], several, OnTrashed::Reject) => {
            let message = format!("The {} is in the trash; restore it first.", E::NOUN);
            let error = item.error(Code::Trashed, &["identifier"], message).with_conflicts(several);
            Ok(Planned::failed(vec![error]))
        }
        ([], ids, OnTrashed::Restore) | (ids, ..) => several(ids),
    }
}

/// The record, other than the item's own, that has the external id that the item wants to set.
fn taken<E: Findable>(item: &Checked<E>, directory: &Directory<E>, own: Option<Uuid>) -> Option<UserError> {
    let external_id = Wanted::by::<E>(&item.row).external_id?;
    let (live, trashed) = directory.with(&Key::ExternalId(external_id));
    let holder = live.into_iter().chain(trashed).find(|id| Some(*id) != own)?;
    let message = format!("Another {} has this external id.", E::NOUN);
    Some(item.error(Code::Taken, &["input", "externalId"], message).with_current(holder))
}

fn change<E: Findable>(item: &Checked<E>, directory: &mut Directory<E>, id: Uuid, restores: bool) -> Result<Planned> {
    if let Some(error) = taken(item, directory, Some(id)) {
        return Ok(Planned::failed(vec![error]));
    }
    let is_changed = directory.change(id, &item.row, restores)?;
    let outcome = match (restores, is_changed) {
        (true, _) => Outcome::Restored,
        (false, true) => Outcome::Updated,
        (false, false) => Outcome::Unchanged,
    };
    Ok(Planned { id: Some(id), outcome, errors: Vec::new() })
}

fn create<E: Findable>(ctx: &Context, item: &Checked<E>, directory: &mut Directory<E>) -> Result<Planned> {
    let mut errors = Vec::new();
    let row = refusal::overlaid::<E>(item.implied.clone(), &item.row);
    let name = described::column::<E>("name");
    if name.is_some_and(|column| !row.get(column).is_set()) {
        errors.push(item.error(Code::Blank, &["input", "name"], "This must not be blank."));
    }
    let id = match &item.key {
        Some(Key::Id(id)) if directory.is_taken(*id) => {
            let message = "An id names one record for ever, and this one was used for another. Choose a new one.";
            errors.push(item.error(Code::Taken, &["identifier", "id"], message));
            *id
        }
        Some(Key::Id(id)) if id.get_version_num() == 7 => *id,
        Some(Key::Id(_)) => {
            let message = format!("There is no such {}, and the id of a new one must be a UUIDv7.", E::NOUN);
            errors.push(item.error(Code::Invalid, &["identifier", "id"], message));
            Uuid::nil()
        }
        _ => ctx.clock.new_id(),
    };
    errors.extend(taken(item, directory, None));
    if !errors.is_empty() {
        return Ok(Planned::failed(errors));
    }
    let is_chosen = matches!(item.key, Some(Key::Id(_)));
    directory.create(input::complete::<E>(row, id, ctx.clock.now())?, is_chosen)?;
    Ok(Planned { id: Some(id), outcome: Outcome::Created, errors: Vec::new() })
}
