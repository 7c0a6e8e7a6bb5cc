//! The fields of a survivor: each from the first contact that has a value, lists united, and the overrides last.

use sea_orm::{ActiveModelTrait, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    card::{self, CARD_BYTES_MAX},
    domain::{
        Patch, batches, derived, described,
        error::{Code, Error, Result, UserError},
        input::{self, Given, Input},
        unite::{item_key, unite},
    },
    entity::contact::{ActiveModel, Entity, Model},
    resources::{CONTACT, ColumnKind, Field},
};

/// The field of the properties of imported cards that have no field.
const CARD: &str = "card";

/// A field in which merged contacts differed.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The field, or a path in it, with dots.
    pub field: String,
    /// The survivor's value.
    pub chosen: Json,
    /// The other values, each once.
    pub discarded: Vec<Json>,
}

/// The survivor with its fields after the merge with others, which come in the order in which they are named.
pub(super) fn merged(survivor: &Model, absorbed: &[&Model], overrides: &Input) -> Result<Model> {
    let mut present = survivor.clone();
    let (mut united, mut unchecked) = (Input::default(), <ActiveModel as ActiveModelTrait>::default());
    for field in fields().filter(|field| !overrides.gives(field.name)) {
        let before = described::field_json::<Entity>(survivor, field);
        let others = absorbed.iter().map(|contact| described::field_json::<Entity>(contact, field));
        let after = others.fold(before.clone(), |merged, value| with(field, merged, value));
        if after == before {
            continue;
        }
        if field.name == CARD && after.to_string().len() > CARD_BYTES_MAX {
            let message = format!("Together, the imported cards are longer than {} MiB.", CARD_BYTES_MAX >> 20);
            return Err(UserError::new(Code::TooMany, &["absorbedIds"], message).into());
        }
        if field.input.is_some() {
            if let Patch::Set(value) = Given::of_json(&after, field) {
                united = united.with(field, value);
            }
        } else {
            let is_json = field.kind == ColumnKind::Json;
            let value = if is_json { Value::from(after) } else { Value::from(after.as_str().map(str::to_owned)) };
            derived::set::<Entity>(&mut unchecked, field, value)?;
        }
    }
    let mut errors = Vec::new();
    for input in [united, overrides.clone()] {
        let (row, wrong) = input::check::<Entity>(&["overrides"], input, false)?;
        errors.extend(wrong);
        let whole = input::with_whole_lists::<Entity>(&present, &row)?;
        batches::overlay::<Entity>(&mut present, whole.as_ref().unwrap_or(&row))?;
    }
    batches::overlay::<Entity>(&mut present, &unchecked)?;
    if errors.is_empty() { Ok(present) } else { Err(Error::Rejected(errors)) }
}

/// The fields that a merge decides on. A field that is the first value of a list follows the list.
fn fields() -> impl Iterator<Item = &'static Field> {
    CONTACT.recorded().filter(|field| CONTACT.list_of(field).is_none())
}

/// A field's value with that of another contact.
fn with(field: &Field, merged: Json, value: Json) -> Json {
    match (merged, value) {
        (Json::Array(present), Json::Array(new)) if field.kind.is_list() => Json::Array(unite(field, present, new)),
        (Json::Object(merged), Json::Object(value)) if field.name == CARD => Json::Object(card::unite(merged, value)),
        (mut merged @ Json::Object(_), value @ Json::Object(_)) => {
            card::add_members(&mut merged, value);
            merged
        }
        (Json::Null, value) => value,
        (merged, _) => merged,
    }
}

/// The fields in which the contacts differ from the survivor after the merge.
pub(super) fn conflicts(contacts: &[&Model], after: &Model) -> Vec<Conflict> {
    let mut conflicts = Conflicts::default();
    // The UID of a card is looked up like any other identifier, and shown nowhere.
    for field in fields().filter(|field| field.name != "uid") {
        let chosen = described::field_json::<Entity>(after, field);
        for contact in contacts {
            conflicts.compare(field, &chosen, described::field_json::<Entity>(contact, field));
        }
    }
    for user in contacts.iter().filter_map(|contact| contact.user_id) {
        let as_json = |user: Option<Uuid>| user.map_or(Json::Null, |user| user.to_string().into());
        conflicts.add("user".to_owned(), &as_json(after.user_id), as_json(Some(user)));
    }
    conflicts.0
}

/// Conflicts, in the order in which they are found.
#[derive(Default)]
pub(super) struct Conflicts(pub(super) Vec<Conflict>);

impl Conflicts {
    /// Adds a value that is not the chosen one; null is no value.
    pub(super) fn add(&mut self, field: String, chosen: &Json, value: Json) {
        if value.is_null() || value == *chosen {
            return;
        }
        let known = self.0.iter_mut().find(|conflict| conflict.field == field && conflict.chosen == *chosen);
        match known {
            Some(known) if known.discarded.contains(&value) => {}
            Some(known) => known.discarded.push(value),
            None => self.0.push(Conflict { field, chosen: chosen.clone(), discarded: vec![value] }),
        }
    }

    fn compare(&mut self, field: &Field, chosen: &Json, value: Json) {
        match (chosen, value) {
            (Json::Array(chosen), Json::Array(items)) if field.kind.is_list() => {
                for item in items.into_iter().filter(|item| !chosen.contains(item)) {
                    let key = item_key(field, &item);
                    let same = chosen.iter().find(|other| item_key(field, other) == key);
                    self.add(field.name.to_owned(), same.unwrap_or(&Json::Null), item);
                }
            }
            (chosen, Json::Object(mut members)) if field.name == CARD => {
                members.retain(|property, _| !card::is_united(property));
                self.compare_members(field.name.to_owned(), Some(chosen), Json::Object(members));
            }
            (chosen, value) => self.compare_members(field.name.to_owned(), Some(chosen), value),
        }
    }

    /// Compares objects member by member.
    fn compare_members(&mut self, path: String, chosen: Option<&Json>, value: Json) {
        match (chosen, value) {
            (Some(Json::Object(chosen)), Json::Object(members)) => {
                for (key, value) in members {
                    self.compare_members(format!("{path}.{key}"), chosen.get(&key), value);
                }
            }
            (chosen, value) => self.add(path, chosen.unwrap_or(&Json::Null), value),
        }
    }
}
