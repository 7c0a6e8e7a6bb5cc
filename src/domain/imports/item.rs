//! A row of a file as it waits to be written: the fields that it sets, by their names in the API.

use sea_orm::Value;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::options::Options;
use crate::{
    card::{Card, CompanyCard, Employment, Given, jscontact, with_line_feeds},
    domain::{
        derived,
        described::{self, Described},
        error::{Result, UserError},
        input::{self, Input, check},
        text::trim,
        unite::unite,
    },
    entity::contact,
    resources::{ColumnKind, Field, Resource},
};

/// The columns of a new contact, and everything that is wrong with it.
pub(super) type Prepared = Box<input::Checked<contact::Entity>>;

/// A row that waits to be written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    /// Liaison's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The card's UID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<String>,
    /// The name of a new record where the row gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fallback: Option<String>,
    /// The fields that it sets; null clears.
    pub(super) fields: Map<String, Json>,
    /// Keys of the metadata that it clears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) cleared: Vec<String>,
    /// Properties of a card that have no field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) card: Option<Map<String, Json>>,
    /// The companies that the person works for, the primary one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) employments: Vec<Employer>,
    /// True where none of them becomes the primary one, because a later row names another.
    #[serde(skip)]
    pub(super) keeps_primary: bool,
}

/// A company that a row names, and the person's place in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Employer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) department: Option<String>,
}

impl Employer {
    fn of_place(place: &Employment, options: &Options) -> Self {
        let Employment { company_id, company_external_id, company, website, role, department } = place.clone();
        // A blank text clears, as it does in the API.
        let text = |given: Given<String>| match given {
            Given::Value(text) => Some(text),
            Given::Empty if options.empty_clears => Some(String::new()),
            Given::Empty | Given::Absent => None,
        };
        Self {
            id: company_id,
            external_id: company_external_id,
            name: company,
            website,
            role: text(role),
            department: text(department),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let Self { id, external_id, name, website, role, department } = self;
        [id, external_id, name, website, role, department].into_iter().flatten()
    }
}

/// The fields of a row that are given: empty ones clear where the options say so.
struct Fields<'a> {
    options: &'a Options,
    fields: Map<String, Json>,
}

impl Fields<'_> {
    fn set<T: Serialize>(&mut self, name: &str, given: &Given<T>) {
        match given {
            Given::Value(value) => {
                self.fields.insert(name.to_owned(), json!(value));
            }
            Given::Empty if self.options.empty_clears => {
                self.fields.insert(name.to_owned(), Json::Null);
            }
            Given::Empty | Given::Absent => {}
        }
    }
}

impl Item {
    /// The row of a person.
    pub(super) fn of_card(card: &Card, options: &Options) -> Self {
        let mut fields = Fields { options, fields: Map::new() };
        // A name made of something else names a new contact, and renames none.
        if let Some(name) = card.own_name() {
            fields.fields.insert("name".to_owned(), name.into());
        }
        fields.set("status", &status(card.status));
        fields.set("emails", &card.emails);
        fields.set("phones", &card.phones);
        fields.set("links", &card.links);
        fields.set("addresses", &card.addresses);
        fields.set("birthday", &map(&card.birthday, ToString::to_string));
        fields.set("tags", &card.tags);
        fields.set("notes", &card.notes);
        fields.set("metadata", &card.metadata);
        fields.set("externalId", &card.external_id);
        let given = |text: &Given<String>| text.text().map(trim).filter(|text| !text.is_empty()).map(str::to_owned);
        Self {
            id: given(&card.id),
            uid: given(&card.uid),
            fallback: card.display_name(),
            cleared: cleared(&card.empty_entries, options),
            fields: fields.fields,
            card: jscontact::to_stored(card),
            employments: card.employments.items().iter().map(|place| Employer::of_place(place, options)).collect(),
            keeps_primary: false,
        }
    }

    /// The row of a company.
    pub(super) fn of_company(card: &CompanyCard, options: &Options) -> Self {
        let mut fields = Fields { options, fields: Map::new() };
        fields.set("name", &card.name);
        fields.set("status", &status(card.status));
        fields.set("website", &card.website);
        fields.set("email", &card.email);
        fields.set("phone", &card.phone);
        fields.set("address", &card.address);
        fields.set("industry", &card.industry);
        fields.set("tags", &card.tags);
        fields.set("notes", &card.notes);
        fields.set("metadata", &card.metadata);
        fields.set("externalId", &card.external_id);
        Self {
            id: card.id.text().map(str::to_owned),
            cleared: cleared(&card.empty_entries, options),
            fields: fields.fields,
            ..Self::default()
        }
    }

    /// The bytes of its texts, and whether one has the NUL character, which no database can store.
    pub(super) fn measure(&self) -> (usize, bool) {
        let (mut bytes, mut has_nul) = (0, false);
        self.each_text(&mut |text| {
            bytes += text.len();
            has_nul |= text.contains('\0');
        });
        (bytes, has_nul)
    }

    fn each_text(&self, see: &mut impl FnMut(&str)) {
        let own = [&self.id, &self.uid, &self.fallback].into_iter().flatten().chain(&self.cleared);
        own.chain(self.employments.iter().flat_map(Employer::texts)).for_each(|text| see(text));
        for (name, value) in self.fields.iter().chain(self.card.iter().flatten()) {
            see(name);
            each_text_of(value, see);
        }
    }

    /// A text of the row, trimmed.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Json::as_str).map(trim).filter(|text| !text.is_empty())
    }

    /// The name of the row, or what names a new record.
    pub(super) fn name(&self) -> Option<&str> {
        self.text("name").or(self.fallback.as_deref())
    }

    /// The values of a list of contact points.
    pub(super) fn values(&self, field: &str) -> Vec<String> {
        let points = self.fields.get(field).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let values = points.iter().filter_map(|point| point.get("value").and_then(Json::as_str));
        values.map(trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// The columns to be written to a record, or to a new one, and everything that is wrong with the row. Lists are
    /// united with those of the record, and entries of the metadata too; all other fields replace.
    pub(super) fn row<E: Described>(&self, target: Option<&E::Model>) -> Result<(E::ActiveModel, Vec<UserError>)> {
        let mut given = Input::default();
        let entries = (!self.cleared.is_empty() && !self.fields.contains_key("metadata")).then(|| json!({}));
        let entries = entries.as_ref().map(|entries| ("metadata", entries));
        for (name, value) in self.fields.iter().map(|(name, value)| (name.as_str(), value)).chain(entries) {
            let Some(field) = E::RESOURCE.field(name) else { continue };
            let mut value = match target {
                Some(record) => united(field, described::field_json::<E>(record, field), value.clone()),
                None => value.clone(),
            };
            if let (ColumnKind::Json, Json::Object(entries)) = (field.kind, &mut value) {
                entries.retain(|key, _| !self.cleared.contains(key));
            }
            given = given.with(field, as_given(field, value));
        }
        let needs_name = target.is_none() && self.text("name").is_none();
        if let Some((field, name)) = E::RESOURCE.field("name").zip(self.fallback.as_ref()).filter(|_| needs_name) {
            given = given
                .with(field, Some(input::Given::Text(name.chars().take(crate::resources::LINE_CHARS_MAX).collect())));
        }
        let (mut row, errors) = check::<E>(&[], given, target.is_none())?;
        self.set_card::<E>(&mut row, target)?;
        Ok((row, errors))
    }

    /// The row as a new contact; none where that is to be worked out, and to fail, later.
    pub(super) fn prepared(&self) -> Option<Prepared> {
        self.row::<contact::Entity>(None).ok().map(Box::new)
    }

    /// Sets what only an imported card has: its UID, and the properties without a field.
    fn set_card<E: Described>(&self, row: &mut E::ActiveModel, target: Option<&E::Model>) -> Result<()> {
        let resource: &Resource = E::RESOURCE;
        if let Some((field, uid)) = resource.field("uid").zip(self.uid.as_ref()) {
            derived::set::<E>(row, field, Value::from(uid.clone()))?;
        }
        if let Some((field, card)) = resource.field("card").zip(self.card.as_ref()) {
            let stored = target.map(|record| described::field_json::<E>(record, field));
            let mut whole = match stored {
                Some(Json::Object(stored)) => stored,
                _ => Map::new(),
            };
            whole.extend(card.clone());
            derived::set::<E>(row, field, Json::Object(whole).into())?;
        }
        Ok(())
    }
}

/// The entries of the metadata that an empty cell clears. One with a value in another column stays.
fn cleared(empty_entries: &[String], options: &Options) -> Vec<String> {
    if options.empty_clears { empty_entries.to_vec() } else { Vec::new() }
}

/// Readers bound how deep values nest.
fn each_text_of(value: &Json, see: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) => see(text),
        Json::Array(items) => items.iter().for_each(|item| each_text_of(item, see)),
        Json::Object(entries) => entries.iter().for_each(|(name, value)| {
            see(name);
            each_text_of(value, see);
        }),
        _ => {}
    }
}

fn map<T, U>(given: &Given<T>, change: impl FnOnce(&T) -> U) -> Given<U> {
    match given {
        Given::Value(value) => Given::Value(change(value)),
        Given::Empty => Given::Empty,
        Given::Absent => Given::Absent,
    }
}

/// A status that a caller may set: a row in the trash of another directory is inactive here.
fn status(given: Given<crate::card::CardStatus>) -> Given<&'static str> {
    use crate::card::CardStatus;
    map(&given, |status| match status {
        CardStatus::Active => "active",
        CardStatus::Inactive | CardStatus::Trashed => "inactive",
    })
}

/// A value as inputs take it.
fn as_given(field: &Field, value: Json) -> Option<input::Given> {
    match value {
        Json::Null => None,
        Json::String(text) if field.kind == ColumnKind::Status => Some(input::Given::Word(text)),
        Json::String(text) => Some(input::Given::Text(text)),
        other => Some(input::Given::Json(other)),
    }
}

/// A field's value after an import: lists and entries of objects are united, and anything else is replaced. A text that
/// differs by the kind of its line breaks alone stays, because not every format has all kinds.
fn united(field: &Field, present: Json, new: Json) -> Json {
    match (field.kind, present, new) {
        (kind, Json::Array(present), Json::Array(new)) if kind.is_list() => Json::Array(unite(field, present, new)),
        (ColumnKind::Json, Json::Object(mut present), Json::Object(new)) => {
            present.extend(new);
            Json::Object(present)
        }
        (_, Json::String(present), Json::String(new)) if with_line_feeds(&present) == with_line_feeds(&new) => {
            Json::String(present)
        }
        (_, _, new) => new,
    }
}
