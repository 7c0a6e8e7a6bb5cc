//! The effect that a row has on the record that it was matched with, whatever other rows of the file do.

use sea_orm::{ActiveModelTrait, ModelTrait, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{companies::Place, item::Item, plan::Chunk, singles::PRIMARY, wanted::Subject};
use crate::{
    domain::{
        described,
        error::Result,
        upsert::{Directory, Findable, Outcome},
    },
    entity::{company, contact, membership},
};

/// Single values of a row, and what it changes.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// The names of the values that it sets.
    pub(super) sets: Vec<String>,
    /// The names of those that the record has otherwise.
    pub(super) changes: Vec<String>,
    /// True where it changes more than these, such as a list.
    pub(super) does_more: bool,
}

impl Effect {
    /// Compares a row with a record as it is stored.
    pub(super) fn of(chunk: &Chunk, subject: Subject, item: &Item, id: Uuid) -> Result<Self> {
        match subject {
            Subject::Companies => Self::on_record::<company::Entity>(&chunk.companies, item, id),
            Subject::Contacts => {
                let mut effect = Self::on_record::<contact::Entity>(&chunk.contacts, item, id)?;
                effect.add_places(chunk, item, id);
                Ok(effect)
            }
        }
    }

    /// The outcome of the row by itself.
    pub(super) fn outcome(&self) -> Outcome {
        if self.changes.is_empty() && !self.does_more { Outcome::Unchanged } else { Outcome::Updated }
    }

    fn on_record<E: Findable>(directory: &Directory<E>, item: &Item, id: Uuid) -> Result<Self> {
        let sets = item.singles::<E>();
        let Some(record) = directory.stored(id) else { return Ok(Self { sets, ..Self::default() }) };
        let (row, _) = item.row::<E>(Some(record))?;
        let row = directory.without_aliases(id, &row);
        let changes: Vec<String> = sets.iter().filter(|name| is_changed::<E>(record, &row, name)).cloned().collect();
        let mut rest = item.clone();
        rest.drop_singles(&changes);
        let does_more = directory.would_change(id, &rest.row::<E>(Some(record))?.0)?;
        Ok(Self { sets, changes, does_more })
    }

    /// Adds what the row does to the contact's memberships.
    fn add_places(&mut self, chunk: &Chunk, item: &Item, contact_id: Uuid) {
        let employers = item.employments.iter().filter(|employer| !super::companies::keys(employer).is_empty());
        let Ok(places) = Place::find_all(&item.employments, &chunk.companies) else { return };
        for (at, (employer, place)) in employers.zip(places).enumerate() {
            let stored = place.company_id().and_then(|id| chunk.memberships.stored(contact_id, id));
            self.does_more |= stored.is_none();
            if at == 0 && !stored.is_some_and(|stored| stored.is_primary) {
                self.changes.push(PRIMARY.to_owned());
            }
            let details = place.details(stored);
            for (name, column) in [("role", membership::Column::Role), ("department", membership::Column::Department)] {
                let set = details.get(column);
                if set.is_set() && stored.is_none_or(|stored| Some(stored.get(column)) != set.into_value()) {
                    self.changes.push(employer.detail_name(name));
                }
            }
        }
    }
}

/// True where a row sets a single value that the record has otherwise.
fn is_changed<E: Findable>(record: &E::Model, row: &E::ActiveModel, name: &str) -> bool {
    let (field, entry) = name.split_once('.').map_or((name, None), |(field, entry)| (field, Some(entry)));
    let Some(column) = E::RESOURCE.field(field).and_then(|field| described::column::<E>(field.column)) else {
        return false;
    };
    let set = row.get(column);
    if !set.is_set() {
        return false;
    }
    match (entry, set.into_value(), record.get(column)) {
        (Some(entry), Some(new), present) => entry_of(&new, entry) != entry_of(&present, entry),
        (_, new, present) => new != Some(present),
    }
}

fn entry_of<'a>(object: &'a Value, key: &str) -> Option<&'a Json> {
    match object {
        Value::Json(Some(json)) => json.get(key),
        _ => None,
    }
}
