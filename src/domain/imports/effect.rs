//! The effect that a row has on the record that it was matched with, whatever other rows of the file do.

use sea_orm::{ActiveModelTrait, ModelTrait, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    companies::{self, Place},
    item::Item,
    options::Options,
    plan::Chunk,
    singles::Single,
    wanted::Subject,
};
use crate::{
    domain::{
        described,
        error::Result,
        upsert::{Directory, Findable, Outcome},
    },
    entity::{company, contact, membership},
};

/// Values of a row, and what it changes.
#[derive(Debug, Default)]
pub(super) struct Effect {
    /// The values that it sets.
    pub(super) sets: Vec<Single>,
    /// Values among `sets` that differ from those of the record.
    pub(super) changes: Vec<Single>,
    /// True where the row changes more than `changes`, such as a list that no row clears.
    pub(super) does_more: bool,
}

impl Effect {
    /// Compares a row with a record as it is stored.
    pub(super) fn of(chunk: &Chunk, subject: Subject, item: &Item, id: Uuid, options: &Options) -> Result<Self> {
        match subject {
            Subject::Companies => Self::on_record::<company::Entity>(&chunk.companies, item, id, options),
            Subject::Contacts => {
                let mut effect = Self::on_record::<contact::Entity>(&chunk.contacts, item, id, options)?;
                effect.add_places(chunk, item, id);
                Ok(effect)
            }
        }
    }

    /// The outcome of the row by itself.
    pub(super) fn outcome(&self) -> Outcome {
        if self.changes.is_empty() && !self.does_more { Outcome::Unchanged } else { Outcome::Updated }
    }

    fn on_record<E: Findable>(directory: &Directory<E>, item: &Item, id: Uuid, options: &Options) -> Result<Self> {
        let sets = item.singles::<E>();
        let Some(record) = directory.stored(id) else { return Ok(Self { sets, ..Self::default() }) };
        let (row, _) = item.row::<E>(Some(record))?;
        let row = directory.without_aliases(id, &row);
        let mut changes = Vec::new();
        for single in &sets {
            let is_list = E::RESOURCE.field(&single.field).is_some_and(|field| field.kind.is_list());
            let is_changed = match is_list {
                true if single.is_items() && !options.empty_clears => false,
                // A list has more columns than one.
                true => directory.would_change(id, &item.only(&single.field).row::<E>(Some(record))?.0)?,
                false => is_changed::<E>(record, &row, single),
            };
            changes.extend(is_changed.then(|| single.clone()));
        }
        let mut rest = item.clone();
        rest.drop_singles(&changes);
        let does_more = directory.would_change(id, &rest.row::<E>(Some(record))?.0)?;
        Ok(Self { sets, changes, does_more })
    }

    /// Adds what the row does to the contact's memberships. Of two places in one company, the last one's role is taken.
    fn add_places(&mut self, chunk: &Chunk, item: &Item, contact_id: Uuid) {
        let employers =
            item.employments.iter().enumerate().filter(|(_, employer)| !companies::keys(employer).is_empty());
        let Ok(places) = Place::find_all(&item.employments, &chunk.companies) else { return };
        let mut changes: Vec<Single> = Vec::new();
        for (at, ((number, employer), place)) in employers.zip(places).enumerate() {
            let stored = place.company_id().and_then(|id| chunk.memberships.stored(contact_id, id));
            self.does_more |= stored.is_none();
            if at == 0 {
                self.sets.push(Single::primary_company());
                changes.extend((!stored.is_some_and(|stored| stored.is_primary)).then(Single::primary_company));
            }
            let company = place.company_id().filter(|id| chunk.companies.stored(*id).is_some());
            let company = company.map_or_else(|| companies::told_by(employer), |id| id.to_string());
            let details = place.details(stored);
            for (name, column) in [("role", membership::Column::Role), ("department", membership::Column::Department)] {
                let is_given = if name == "role" { employer.role.is_some() } else { employer.department.is_some() };
                if !is_given {
                    continue;
                }
                let (single, set) = (Single::detail(name, company.clone(), number), details.get(column));
                changes.retain(|change| !single.replaces(change));
                if set.is_set() && stored.is_none_or(|stored| Some(stored.get(column)) != set.into_value()) {
                    changes.push(single.clone());
                }
                self.sets.push(single);
            }
        }
        self.changes.extend(changes);
    }
}

/// True where a row sets a single value that the record has otherwise.
fn is_changed<E: Findable>(record: &E::Model, row: &E::ActiveModel, single: &Single) -> bool {
    let field = E::RESOURCE.field(&single.field);
    let Some(column) = field.and_then(|field| described::column::<E>(field.column)) else { return false };
    let set = row.get(column);
    if !set.is_set() {
        return false;
    }
    match (single.entry(), set.into_value(), record.get(column)) {
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
