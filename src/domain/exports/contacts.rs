//! Contacts of an export, with their places in companies.

use sea_orm::{DbBackend, DbErr};
use serde_json::Value as Json;
use uuid::Uuid;

use super::output::Output;
use crate::{
    card::Employment,
    domain::{Context, contacts::card::CardColumns},
    entity::status::Status,
    resources::Resource,
    storage::{Row, RowEncoder, projection::Projection},
};

/// Columns of a contact, in the order in which [`Contacts`] reads them. After them come its places.
const COLUMNS: [&str; 16] = [
    "id",
    "external_id",
    "uid",
    "status",
    "name",
    "email",
    "emails",
    "phone",
    "phones",
    "links",
    "addresses",
    "birthday",
    "tags",
    "notes",
    "metadata",
    "card",
];

/// The places of a contact, the primary one first, as lists of texts in one JSON list. A subquery and no join, so that the
/// rows are read in the order of an index and never sorted.
const PLACES: &str =
    "FROM company_memberships m JOIN companies c ON c.id = m.company_id WHERE m.contact_id = contacts.id";
const PLACES_ORDER: &str = "ORDER BY m.is_primary DESC, m.position, m.id";

pub(super) fn columns(contacts: &'static Resource, ctx: &Context) -> Projection {
    let mut projection = Projection::new(contacts);
    let table = projection.start();
    for column in COLUMNS {
        projection.column(&table, column);
    }
    let values = "c.external_id, c.name, c.website, m.role, m.department";
    projection.expression(match ctx.db.backend() {
        DbBackend::Postgres => {
            format!("(SELECT json_agg(json_build_array(c.id, {values}) {PLACES_ORDER}) {PLACES})")
        }
        _ => format!("(SELECT json_group_array(json_array(hex(c.id), {values}) {PLACES_ORDER}) {PLACES})"),
    });
    projection
}

/// Encodes contacts.
pub(super) struct Contacts {
    output: Output,
    is_empty: bool,
}

impl Contacts {
    pub(super) fn new(output: Output) -> Self {
        Self { output, is_empty: true }
    }
}

impl RowEncoder for Contacts {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let text = |column| row.text(column).map(str::to_owned);
        let json = |column| row.json(column).map(Option::unwrap_or_default);
        let contact = CardColumns {
            id: row.id(0).unwrap_or_default(),
            external_id: text(1),
            uid: text(2),
            status: status(row, 3),
            name: text(4).unwrap_or_default(),
            email: text(5),
            emails: row.json(6)?,
            phone: text(7),
            phones: row.json(8)?,
            links: json(9)?,
            addresses: json(10)?,
            birthday: text(11),
            tags: json(12)?,
            notes: text(13),
            metadata: json(14)?,
            card: row.json(15)?,
        };
        let places = places(row.json(COLUMNS.len())?);
        self.output.contact(&contact.card(places), self.is_empty)?;
        self.is_empty = false;
        Ok(())
    }

    fn part(&mut self) -> Option<Vec<u8>> {
        self.output.part()
    }

    fn end(self) -> Result<Vec<u8>, DbErr> {
        self.output.end(self.is_empty)
    }
}

/// The status that a column holds.
pub(super) fn status(row: &impl Row, column: usize) -> Status {
    match row.text(column) {
        Some("inactive") => Status::Inactive,
        Some("trashed") => Status::Trashed,
        _ => Status::Active,
    }
}

fn places(list: Option<Json>) -> Vec<Employment> {
    let Some(Json::Array(places)) = list else { return Vec::new() };
    places.into_iter().filter_map(place).collect()
}

fn place(values: Json) -> Option<Employment> {
    let Json::Array(values) = values else { return None };
    let mut texts = values.into_iter().map(|value| if let Json::String(text) = value { Some(text) } else { None });
    let mut next = || texts.next().flatten();
    // SQLite gives the id as bare digits.
    let company_id = next().and_then(|id| Uuid::try_parse(&id).ok()).map(|id| id.to_string());
    let (company_external_id, company, website, role, department) = (next(), next(), next(), next(), next());
    Some(Employment {
        company_id,
        company_external_id,
        company,
        website,
        role: role.into(),
        department: department.into(),
    })
}
