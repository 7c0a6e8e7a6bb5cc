//! Taking back the changes of contacts and companies.

use std::collections::{HashMap, HashSet};

use sea_orm::{ActiveModelTrait, FromQueryResult, ModelTrait, Value};
use uuid::Uuid;

use super::kept::Kept;
use crate::{
    domain::{
        Patch, Write,
        batches::rows::{overlay, restore, trash, update_all},
        changes::{Change, NewChange},
        derived,
        described::{self, Described},
        error::Result,
        input::{self, Given, Input},
        merging, parse_id, records,
        refusal::Keyed,
    },
    entity::change::ChangeKind,
    resources::ColumnKind,
};

/// Records that are taken back: as they are stored, and as they will be.
pub(super) struct Records<'a, E: Keyed> {
    pub(super) write: &'a Write,
    pub(super) stored: HashMap<Uuid, E::Model>,
    pub(super) present: HashMap<Uuid, E::Model>,
    /// Ids, in the order in which they were changed.
    pub(super) changed: Vec<Uuid>,
    /// Ids of the records whose merge is taken back.
    unmerged: HashSet<Uuid>,
}

impl<'a, E: Keyed> Records<'a, E>
where
    E::Model: Clone + FromQueryResult,
{
    /// Reads the records, which are locked.
    pub(super) async fn read(write: &'a Write, ids: &[Uuid]) -> Result<Self> {
        let stored = if ids.is_empty() { HashMap::new() } else { records::get_many::<E>(&write.tx, ids).await? };
        Ok(Self { write, present: stored.clone(), stored, changed: Vec::new(), unmerged: HashSet::new() })
    }

    /// True of a record that was not deleted.
    pub(super) fn is_there(&self, id: Uuid) -> bool {
        self.stored.contains_key(&id)
    }

    /// Takes back a change, as far as the record is as the change left it.
    pub(super) fn take_back(&mut self, change: &Change, kept: &mut Kept) -> Result<()> {
        let Some(record) = self.present.get_mut(&change.subject_id) else {
            kept.whole(change);
            return Ok(());
        };
        let (is_trashed, is_merged) = (E::is_trashed(record), merging::survivor_of::<E>(record).is_some());
        match change.kind {
            ChangeKind::Merged if restore_merged::<E>(record, change, kept)? => {
                self.unmerged.insert(change.subject_id);
            }
            ChangeKind::Updated if is_merged => set_survivor_back::<E>(record, change, kept)?,
            // It takes no writes until the merge is taken back.
            _ if is_merged => {
                kept.whole(change);
                return Ok(());
            }
            ChangeKind::Absorbed => {
                set_back::<E>(record, change, kept)?;
                self.unmerged.insert(change.subject_id);
            }
            ChangeKind::UserConnected | ChangeKind::UserDisconnected => set_user_back::<E>(record, change, kept)?,
            ChangeKind::Created if !is_trashed => trash::<E>(record, self.write)?,
            ChangeKind::Trashed if is_trashed => restore::<E>(record)?,
            ChangeKind::Restored if !is_trashed && has_status_of::<E>(record, change) => {
                trash::<E>(record, self.write)?;
            }
            ChangeKind::Updated => set_back::<E>(record, change, kept)?,
            _ => {
                kept.whole(change);
                return Ok(());
            }
        }
        if !self.changed.contains(&change.subject_id) {
            self.changed.push(change.subject_id);
        }
        Ok(())
    }

    /// Writes the records, and records that.
    pub(super) async fn store(mut self, kept: &mut Kept) -> Result<()> {
        self.leave_taken(kept).await?;
        let life = E::trash_columns();
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        for id in &self.changed {
            let (Some(stored), Some(present)) = (self.stored.get(id), self.present.get_mut(id)) else { continue };
            let is_unmerged = self.unmerged.contains(id);
            if stored == present && !is_unmerged {
                continue;
            }
            let version = present.get(life.version).unwrap::<i32>().saturating_add(1);
            let at = std::cmp::max(self.write.now, E::id_and_time(stored).1);
            present.try_set(life.version, version.into())?;
            present.try_set(life.updated_at, at.into())?;
            changes.extend(taken_back::<E>(stored, present, is_unmerged));
            rows.push(*id);
        }
        let pairs = rows.iter().filter_map(|id| Some((self.stored.get(id)?, self.present.get(id)?)));
        let pairs: Vec<_> = pairs.collect();
        self.free_passed(&pairs).await?;
        update_all::<E>(self.write, pairs).await?;
        self.write.record(changes).await
    }
}

/// The changes of a record that was taken back.
fn taken_back<E: Keyed>(stored: &E::Model, present: &E::Model, is_unmerged: bool) -> Vec<NewChange> {
    let kind = match (E::is_trashed(stored), E::is_trashed(present)) {
        _ if is_unmerged => Some(ChangeKind::Unmerged),
        (false, true) => Some(ChangeKind::Trashed),
        (true, false) => Some(ChangeKind::Restored),
        _ => None,
    };
    let (id, at) = E::id_and_time(present);
    let change = |kind| NewChange::of(kind, E::SUBJECT, id).at(at);
    let diff = merging::diff::<E>(stored, present);
    let mut changes = Vec::new();
    if is_unmerged {
        changes.push(change(ChangeKind::Unmerged).with(diff));
    } else {
        let diff = if kind.is_some() { diff.without("status") } else { diff };
        if !diff.is_empty() {
            changes.push(change(ChangeKind::Updated).with(diff));
        }
        changes.extend(kind.map(change));
    }
    changes.extend(merging::link_change::<E>(stored, present));
    changes
}

/// Takes a record out of the trash to which a merge has moved it. False where it is not merged into that survivor.
fn restore_merged<E: Keyed>(record: &mut E::Model, change: &Change, kept: &mut Kept) -> Result<bool>
where
    E::Model: Clone,
{
    let survivor = merging::survivor_of::<E>(record);
    if survivor.is_none() || survivor != id_after(change, merging::SURVIVOR) {
        return Ok(false);
    }
    restore::<E>(record)?;
    set_id::<E>(record, merging::MERGED_INTO, None)?;
    set_back::<E>(record, &change.without(&["status", merging::SURVIVOR]), kept)?;
    Ok(true)
}

/// Sets the survivor of a record back that a later merge has passed on with its first survivor.
fn set_survivor_back<E: Keyed>(record: &mut E::Model, change: &Change, kept: &mut Kept) -> Result<()>
where
    E::Model: Clone,
{
    let after = id_after(change, merging::SURVIVOR);
    if after.is_none() || after != merging::survivor_of::<E>(record) {
        kept.whole(change);
        return Ok(());
    }
    set_id::<E>(record, merging::MERGED_INTO, id_before(change, merging::SURVIVOR))?;
    set_back::<E>(record, &change.without(&[merging::SURVIVOR]), kept)
}

/// Sets the login user back, as far as it is as the change left it.
fn set_user_back<E: Keyed>(record: &mut E::Model, change: &Change, kept: &mut Kept) -> Result<()> {
    let (present, before) = (merging::id_in::<E>(record, merging::USER_ID), id_before(change, merging::USER));
    if present == id_after(change, merging::USER) {
        return set_id::<E>(record, merging::USER_ID, before);
    }
    if present != before {
        kept.field(change, merging::USER);
    }
    Ok(())
}

fn set_id<E: Keyed>(record: &mut E::Model, column: &str, id: Option<Uuid>) -> Result<()> {
    if let Some(column) = described::column::<E>(column) {
        record.try_set(column, Value::Uuid(id))?;
    }
    Ok(())
}

/// The id that a field had before a change.
fn id_before(change: &Change, field: &str) -> Option<Uuid> {
    let fields = change.fields();
    let (_, before, _) = fields.iter().find(|(name, ..)| *name == field)?;
    parse_id(before.as_ref()?.as_str()?)
}

/// The id that a field had after a change.
fn id_after(change: &Change, field: &str) -> Option<Uuid> {
    let fields = change.fields();
    let (.., after) = fields.iter().find(|(name, ..)| *name == field)?;
    parse_id(after.as_ref()?.as_str()?)
}

/// True where the record's status is the one that the change left.
fn has_status_of<E: Described>(record: &E::Model, change: &Change) -> bool {
    let Some(field) = E::RESOURCE.field("status") else { return false };
    let left =
        change.fields().into_iter().find(|(name, ..)| *name == "status").and_then(|(_, _, after)| after.cloned());
    left.is_none_or(|left| left == described::field_json::<E>(record, field))
}

/// Sets back the fields of a record that are as the change left them. A field that is as it was before is left alone.
pub(super) fn set_back<E: Described>(record: &mut E::Model, change: &Change, kept: &mut Kept) -> Result<()>
where
    E::Model: Clone,
{
    let mut given = Vec::new();
    let mut unchecked = <E::ActiveModel as ActiveModelTrait>::default();
    for (name, before, after) in change.fields() {
        let Some(field) = E::RESOURCE.field(name) else {
            kept.field(change, name);
            continue;
        };
        let present = described::field_json::<E>(record, field);
        if Some(&present) == before {
            continue;
        }
        let before = before.filter(|_| Some(&present) == after);
        match (before.map_or(Patch::Keep, |before| Given::of_json(before, field)), field.kind) {
            (Patch::Set(value), _) if field.input.is_some() => given.push((field, value)),
            // No input sets these.
            (Patch::Set(value), ColumnKind::Text) => {
                derived::set::<E>(&mut unchecked, field, value.map_or(Value::String(None), Value::from))?;
            }
            (Patch::Set(value), ColumnKind::Json) => {
                derived::set::<E>(&mut unchecked, field, value.map_or(Value::Json(None), Value::from))?;
            }
            _ => kept.field(change, name),
        }
    }
    // A list sets its first value too.
    let firsts: Vec<&str> =
        given.iter().filter_map(|(list, _)| E::RESOURCE.first_of(list)).map(|first| first.name).collect();
    let given = given.into_iter().filter(|(field, _)| !firsts.contains(&field.name));
    let input = given.fold(Input::default(), |input, (field, value)| input.with(field, value));
    // Checked like any update, so that the columns with other forms of a value follow it.
    let (row, errors) = input::check::<E>(&[], input, false)?;
    for error in errors {
        kept.field(change, error.field.first().map_or("", String::as_str));
    }
    let whole = input::with_whole_lists::<E>(record, &row)?;
    overlay::<E>(record, whole.as_ref().unwrap_or(&row))?;
    overlay::<E>(record, &unchecked)
}
