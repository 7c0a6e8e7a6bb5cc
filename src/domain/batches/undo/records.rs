//! Taking back the changes of contacts and companies.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, FromQueryResult, ModelTrait, QueryFilter, QuerySelect, Value, sea_query::Expr,
};
use uuid::Uuid;

use super::kept::Kept;
use crate::{
    domain::{
        Patch, Write,
        batches::rows::{overlay, restore, trash, update_all},
        changes::{Change, Diff, NewChange},
        condition::is_one_of,
        derived,
        described::{self, Described},
        error::Result,
        input::{self, Given, Input},
        records,
        refusal::Keyed,
    },
    entity::change::ChangeKind,
    resources::{ColumnKind, Field},
};

/// The column of the caller's own key, which no two records share.
const EXTERNAL_ID: &str = "external_id";

/// Records that are taken back: as they are stored, and as they will be.
pub(super) struct Records<'a, E: Keyed> {
    write: &'a Write,
    stored: HashMap<Uuid, E::Model>,
    present: HashMap<Uuid, E::Model>,
    /// Ids, in the order in which they were changed.
    changed: Vec<Uuid>,
}

impl<'a, E: Keyed> Records<'a, E>
where
    E::Model: Clone + FromQueryResult,
{
    /// Reads the records, which are locked.
    pub(super) async fn read(write: &'a Write, ids: &[Uuid]) -> Result<Self> {
        let stored = if ids.is_empty() { HashMap::new() } else { records::get_many::<E>(&write.tx, ids).await? };
        Ok(Self { write, present: stored.clone(), stored, changed: Vec::new() })
    }

    /// Takes back a change, as far as the record is as the change left it.
    pub(super) fn take_back(&mut self, change: &Change, kept: &mut Kept) -> Result<()> {
        let Some(record) = self.present.get_mut(&change.subject_id) else {
            kept.whole(change);
            return Ok(());
        };
        let is_trashed = E::is_trashed(record);
        match change.kind {
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
        self.give_up_taken_keys(kept).await?;
        let life = E::trash_columns();
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        for id in &self.changed {
            let (Some(stored), Some(present)) = (self.stored.get(id), self.present.get_mut(id)) else { continue };
            let diff = Diff::between::<E>(stored, present);
            if diff.is_empty() {
                continue;
            }
            let version = present.get(life.version).unwrap::<i32>().saturating_add(1);
            let at = std::cmp::max(self.write.now, E::id_and_time(stored).1);
            present.try_set(life.version, version.into())?;
            present.try_set(life.updated_at, at.into())?;
            let kind = match (E::is_trashed(stored), E::is_trashed(present)) {
                (false, true) => Some(ChangeKind::Trashed),
                (true, false) => Some(ChangeKind::Restored),
                _ => None,
            };
            let diff = if kind.is_some() { diff.without("status") } else { diff };
            if !diff.is_empty() {
                changes.push(NewChange::of(ChangeKind::Updated, E::SUBJECT, *id).at(at).with(diff));
            }
            changes.extend(kind.map(|kind| NewChange::of(kind, E::SUBJECT, *id).at(at)));
            rows.push(*id);
        }
        let pairs = rows.iter().filter_map(|id| Some((self.stored.get(id)?, self.present.get(id)?)));
        let pairs: Vec<_> = pairs.collect();
        self.free_keys(&pairs).await?;
        update_all::<E>(self.write, pairs).await?;
        self.write.record(changes).await
    }

    /// Leaves the key of each record whose former key another record has by now.
    async fn give_up_taken_keys(&mut self, kept: &mut Kept) -> Result<()> {
        let Some(column) = described::column::<E>(EXTERNAL_ID) else { return Ok(()) };
        let key_of = |record: &E::Model| record.get(column).unwrap::<Option<String>>();
        let wanted = |this: &Self| -> HashMap<String, Uuid> {
            let changed = this.changed.iter().filter_map(|id| {
                let (stored, present) = (this.stored.get(id)?, this.present.get(id)?);
                Some((key_of(present).filter(|key| Some(key) != key_of(stored).as_ref())?, *id))
            });
            changed.collect()
        };
        let keys: Vec<String> = wanted(self).into_keys().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let holders = E::find().select_only().column(E::trash_columns().id).column(column).filter(is_one_of(
            Expr::col((E::RESOURCE.table, EXTERNAL_ID)),
            &keys,
            self.write.tx.get_database_backend(),
        ));
        let holders: Vec<(Uuid, String)> = holders.into_tuple().all(&self.write.tx).await?;
        loop {
            let wanted = wanted(self);
            let keeps = |(id, key): &&(Uuid, String)| {
                self.present.get(id).is_none_or(|record| key_of(record).as_ref() == Some(key))
            };
            let taken = holders
                .iter()
                .filter(keeps)
                .find_map(|(holder, key)| wanted.get(key).copied().filter(|id| id != holder));
            let Some(id) = taken else { return Ok(()) };
            let (Some(stored), Some(present)) = (self.stored.get(&id), self.present.get_mut(&id)) else {
                return Ok(());
            };
            let field = E::RESOURCE.fields.iter().find(|field| field.column == EXTERNAL_ID);
            for name in field.into_iter().flat_map(columns_of) {
                if let Some(column) = described::column::<E>(name) {
                    present.try_set(column, stored.get(column))?;
                }
            }
            kept.add(E::SUBJECT, id, field.map_or("", |field| field.name));
        }
    }

    /// Clears keys that pass from one of the rows to another, because a row may be written before the one that gives its
    /// key up.
    async fn free_keys(&self, rows: &[(&E::Model, &E::Model)]) -> Result<()> {
        let Some(column) = described::column::<E>(EXTERNAL_ID) else { return Ok(()) };
        let key_of = |record: &E::Model| record.get(column).unwrap::<Option<String>>();
        let given_up: HashMap<String, Uuid> = rows
            .iter()
            .filter(|(stored, present)| key_of(stored) != key_of(present))
            .filter_map(|(stored, _)| Some((key_of(stored)?, E::id_and_time(stored).0)))
            .collect();
        let passed: HashSet<Uuid> = rows
            .iter()
            .filter_map(|(stored, present)| {
                let giver = given_up.get(&key_of(present)?)?;
                (*giver != E::id_and_time(stored).0).then_some(*giver)
            })
            .collect();
        if passed.is_empty() {
            return Ok(());
        }
        let givers: Vec<Uuid> = passed.into_iter().collect();
        E::update_many()
            .col_expr(column, Expr::cust("NULL"))
            .filter(is_one_of(Expr::col(E::trash_columns().id), &givers, self.write.tx.get_database_backend()))
            .exec(&self.write.tx)
            .await?;
        Ok(())
    }
}

/// The columns that hold a field: its own, and those with other forms of it.
fn columns_of(field: &'static Field) -> impl Iterator<Item = &'static str> {
    [field.column].into_iter().chain(field.folded.map(|folded| folded.column)).chain(field.lower)
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
