//! Contacts as they are compared, read from their rows.

use sea_orm::{DbBackend, DbErr};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Facts, Person, form_cache::FormCache, hash::hash};
use crate::{
    card::{ContactPoint, PostalAddress},
    domain::error::Result,
    entity::contact,
    resources::CONTACT,
    storage::{Parameters, Row, RowSource, RowVisitor},
};

/// The fields of a contact, as changes name them, without a change of which nothing is compared again. The status is among
/// them, because contacts in the trash are not compared.
pub(super) const FIELDS: [&str; 9] =
    ["name", "email", "emails", "phone", "phones", "addresses", "birthday", "uid", "status"];

/// A contact as it is compared, and a hash of what that is made of. Another release may hash otherwise, and then compares
/// once more than it has to.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(super) person: Person,
    pub(super) fingerprint: i64,
}

impl Known {
    pub(super) fn of_facts(facts: &Facts, forms: &mut FormCache) -> Self {
        Self { person: Person::with_forms(facts, forms), fingerprint: hash(facts).cast_signed() }
    }

    /// A contact that is not stored as it is here, with the names of its companies.
    pub(crate) fn of_model(contact: &contact::Model, companies: Vec<String>) -> Self {
        let facts = Facts {
            id: contact.id,
            name: contact.name.clone(),
            emails: points(contact.emails.clone().map(list), contact.email.clone()),
            phones: points(contact.phones.clone().map(list), contact.phone.clone()),
            companies: sorted(companies),
            addresses: addresses(list(contact.addresses.clone())),
            birthday: contact.birthday.clone(),
            uid: contact.uid.clone(),
        };
        Self::of_facts(&facts, &mut FormCache::default())
    }
}

/// The values of a list whose first value stands for it where there is no list.
fn points(stored: Option<Vec<ContactPoint>>, first: Option<String>) -> Vec<String> {
    match stored {
        Some(stored) => stored.into_iter().map(|point| point.value).collect(),
        None => first.into_iter().collect(),
    }
}

fn addresses(stored: Vec<PostalAddress>) -> Vec<String> {
    let text = |address: PostalAddress| {
        let PostalAddress { label: _, street, locality, region, postal_code, country } = address;
        let parts = [street, locality, region, postal_code, country];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    stored.into_iter().map(text).collect()
}

fn list<T: DeserializeOwned>(stored: Json) -> Vec<T> {
    serde_json::from_value(stored).unwrap_or_default()
}

pub(super) fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names.dedup();
    names
}

/// Reads live contacts; trashed and unknown ones are left out.
pub(super) async fn get_many(db: &impl RowSource, ids: &[Uuid]) -> Result<Vec<Known>> {
    let backend = db.get_database_backend();
    let collect = if backend == DbBackend::Postgres { "json_agg" } else { "json_group_array" };
    let companies = format!(
        ", (SELECT {collect}(company.name) FROM company_memberships AS membership \
         JOIN companies AS company ON company.id = membership.company_id \
         WHERE membership.contact_id = contacts.id)"
    );
    let mut parameters = Parameters::new(backend);
    let ids = parameters.bind_ids(ids);
    let sql = format!("{} AND contacts.id IN {ids}", select(&companies));
    Ok(db.visit(parameters.statement(sql), People::default()).await?.known)
}

/// A query of live contacts: the columns that [`facts`] reads, and others after them.
pub(super) fn select(others: &str) -> String {
    let live = CONTACT.trash.map_or("TRUE", |trash| trash.live);
    format!(
        "SELECT contacts.id, contacts.name, contacts.email, contacts.emails, contacts.phone, contacts.phones, \
         contacts.addresses, contacts.birthday, contacts.uid{others} FROM contacts WHERE {live}"
    )
}

/// Reads what is compared of a contact, but for its companies.
pub(super) fn facts(row: &impl Row) -> Facts {
    let text = |column| row.text(column).map(str::to_owned);
    Facts {
        id: row.id(0).unwrap_or_default(),
        name: text(1).unwrap_or_default(),
        emails: points(read_list(row, 3), text(2)),
        phones: points(read_list(row, 5), text(4)),
        addresses: addresses(read_list(row, 6).unwrap_or_default()),
        birthday: text(7),
        uid: text(8),
        companies: Vec::new(),
    }
}

/// The column after those of [`facts`].
const COMPANIES: usize = 9;

#[derive(Default)]
struct People {
    known: Vec<Known>,
    forms: FormCache,
}

impl RowVisitor for People {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let companies = sorted(read_list(row, COMPANIES).unwrap_or_default());
        self.known.push(Known::of_facts(&Facts { companies, ..facts(row) }, &mut self.forms));
        Ok(())
    }
}

/// Reads a list without making a tree of it first.
fn read_list<T: DeserializeOwned>(row: &impl Row, column: usize) -> Option<Vec<T>> {
    row.json_text(column).map(|text| serde_json::from_str(text).unwrap_or_default())
}
