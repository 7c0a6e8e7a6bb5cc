//! The single values of a row: those that replace what a record has, where lists are united.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::item::Item;
use crate::{domain::described::Described, resources::ColumnKind};

/// The part of a record's field that a row sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    /// All of it.
    Whole,
    /// An entry of an object.
    Entry(String),
    /// Items of a list, which are added to those that are there.
    Items,
    /// The role or the department in a company.
    Detail {
        /// The company, by its id or by what the row calls it.
        company: String,
        /// Its place in the row.
        place: usize,
    },
}

/// A value that a row sets, where other rows about the record may set another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Single {
    /// Name of the field.
    pub(super) field: String,
    part: Part,
}

impl Single {
    fn new(field: &str, part: Part) -> Self {
        Self { field: field.to_owned(), part }
    }

    /// The company that is the primary one.
    pub(super) fn primary_company() -> Self {
        Self::new("company", Part::Whole)
    }

    /// A person's role or department in a company.
    pub(super) fn detail(field: &str, company: String, place: usize) -> Self {
        Self::new(field, Part::Detail { company, place })
    }

    /// The entry that it is of its field.
    pub(super) fn entry(&self) -> Option<&str> {
        match &self.part {
            Part::Entry(key) => Some(key),
            _ => None,
        }
    }

    /// True of items of a list.
    pub(super) fn is_items(&self) -> bool {
        self.part == Part::Items
    }

    /// True where it takes the place of the other. Items take that of nothing but a list that was cleared.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        self.field == other.field
            && match (&self.part, &other.part) {
                (Part::Whole, _) | (_, Part::Whole) => true,
                (Part::Entry(own), Part::Entry(other))
                | (Part::Detail { company: own, .. }, Part::Detail { company: other, .. }) => own == other,
                _ => false,
            }
    }

    /// Its name in a report.
    pub(super) fn label(&self) -> String {
        match self.entry() {
            Some(key) => format!("{}.{key}", self.field),
            None => self.field.clone(),
        }
    }
}

impl Item {
    /// The values that the row sets of the record itself, not of its memberships.
    pub(super) fn singles<E: Described>(&self) -> Vec<Single> {
        let entries = |field: &'static str| move |key: &String| Single::new(field, Part::Entry(key.clone()));
        let mut singles: Vec<Single> = self.cleared.iter().map(entries("metadata")).collect();
        for (name, value) in &self.fields {
            let Some(field) = E::RESOURCE.field(name) else { continue };
            match (field.kind, value) {
                (ColumnKind::Json, Json::Object(object)) => singles.extend(object.keys().map(entries(field.name))),
                (kind, Json::Array(_)) if kind.is_list() => singles.push(Single::new(name, Part::Items)),
                _ => singles.push(Single::new(name, Part::Whole)),
            }
        }
        singles.extend(self.uid.iter().map(|_| Single::new("uid", Part::Whole)));
        singles.extend(self.card.iter().flat_map(Map::keys).map(entries("card")));
        singles
    }

    /// The row with one of its fields alone.
    pub(super) fn only(&self, field: &str) -> Self {
        let fields = self.fields.get_key_value(field).map(|(name, value)| (name.clone(), value.clone()));
        Self { fields: fields.into_iter().collect(), ..Self::default() }
    }

    /// Takes values out of the row.
    pub(super) fn drop_singles(&mut self, singles: &[Single]) {
        for single in singles {
            let field = &single.field;
            match &single.part {
                Part::Entry(key) => self.drop_entry(field, key),
                Part::Detail { place, .. } => {
                    let Some(employer) = self.employments.get_mut(*place) else { continue };
                    let detail = if field == "role" { &mut employer.role } else { &mut employer.department };
                    *detail = None;
                }
                Part::Whole | Part::Items => {
                    self.fields.remove(field);
                    self.uid.take_if(|_| field == "uid");
                    self.keeps_primary |= *single == Single::primary_company();
                }
            }
        }
    }

    fn drop_entry(&mut self, field: &str, key: &str) {
        let object = if field == "card" {
            self.card.as_mut()
        } else {
            self.cleared.retain(|cleared| field != "metadata" || cleared != key);
            self.fields.get_mut(field).and_then(Json::as_object_mut)
        };
        if let Some(object) = object {
            object.remove(key);
        }
    }
}
