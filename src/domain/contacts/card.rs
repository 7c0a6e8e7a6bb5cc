//! Cards of contacts, made of their rows.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    card::{Card, CardStatus, ContactPoint, Employment, Given, jscontact},
    entity::{contact::Model, status::Status},
};

/// The columns of a contact that its card is made of, named like them.
pub(crate) struct CardColumns {
    pub(crate) id: Uuid,
    pub(crate) external_id: Option<String>,
    pub(crate) uid: Option<String>,
    pub(crate) status: Status,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) emails: Option<Json>,
    pub(crate) phone: Option<String>,
    pub(crate) phones: Option<Json>,
    pub(crate) links: Json,
    pub(crate) addresses: Json,
    pub(crate) birthday: Option<String>,
    pub(crate) tags: Json,
    pub(crate) notes: Option<String>,
    pub(crate) metadata: Json,
    pub(crate) card: Option<Json>,
}

impl From<Model> for CardColumns {
    fn from(contact: Model) -> Self {
        Self {
            id: contact.id,
            external_id: contact.external_id,
            uid: contact.uid,
            status: contact.status,
            name: contact.name,
            email: contact.email,
            emails: contact.emails,
            phone: contact.phone,
            phones: contact.phones,
            links: contact.links,
            addresses: contact.addresses,
            birthday: contact.birthday,
            tags: contact.tags,
            notes: contact.notes,
            metadata: contact.metadata,
            card: contact.card,
        }
    }
}

impl CardColumns {
    /// The card: the contact's fields, and the properties of an imported card that have no field. Its places in
    /// companies are none of its columns.
    pub(crate) fn card(self, employments: Vec<Employment>) -> Card {
        let mut card = Card {
            id: Given::Value(self.id.to_string()),
            external_id: self.external_id.into(),
            uid: self.uid.into(),
            status: Given::Value(card_status(self.status)),
            name: Given::Value(self.name),
            emails: points(self.emails, self.email),
            phones: points(self.phones, self.phone),
            links: list(self.links),
            addresses: list(self.addresses),
            birthday: self.birthday.and_then(|date| date.parse().ok()).into(),
            tags: list(self.tags),
            notes: self.notes.into(),
            metadata: object(self.metadata),
            employments: some(employments),
            ..Card::default()
        };
        if let Some(Json::Object(stored)) = &self.card {
            jscontact::set_stored(&mut card, stored);
        }
        card
    }
}

/// The whole card of a contact as JSContact, without its places in companies.
pub fn jscontact(contact: &Model) -> Json {
    jscontact::to_jscontact(&CardColumns::from(contact.clone()).card(Vec::new()))
}

/// The status of a record, as files give it.
pub(crate) fn card_status(status: Status) -> CardStatus {
    match status {
        Status::Active => CardStatus::Active,
        Status::Inactive => CardStatus::Inactive,
        Status::Trashed => CardStatus::Trashed,
    }
}

/// The points of a list whose first value stands for it where there is no list.
fn points(stored: Option<Json>, first: Option<String>) -> Given<Vec<ContactPoint>> {
    match stored {
        Some(stored) => list(stored),
        None => first.map(|value| vec![ContactPoint::new(value)]).into(),
    }
}

/// The items of a stored list; absent where there are none.
pub(crate) fn list<T: DeserializeOwned>(stored: Json) -> Given<Vec<T>> {
    match &stored {
        Json::Array(items) if items.is_empty() => Given::Absent,
        _ => some(serde_json::from_value(stored).unwrap_or_default()),
    }
}

fn some<T>(items: Vec<T>) -> Given<Vec<T>> {
    if items.is_empty() { Given::Absent } else { Given::Value(items) }
}

/// The entries of a stored object; absent where there are none.
pub(crate) fn object(stored: Json) -> Given<serde_json::Map<String, Json>> {
    match stored {
        Json::Object(entries) if !entries.is_empty() => Given::Value(entries),
        _ => Given::Absent,
    }
}
