//! Upserting contacts.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait, LockType, SelectStatement},
};

use serde_json::Value as Json;

use super::{
    ItemResult, OnTrashed, Outcome, Upserted,
    companies::Employer,
    directory::Directory,
    is_done, is_tried_again, item_path,
    keys::{Findable, Key, Texts, take_turns, with_values},
    memberships::Memberships,
    plan::{Checked, Planned, at, plan},
    refused,
    write::{self, record},
};
use crate::{
    domain::{
        Context, Write, batches,
        condition::is_one_of,
        contacts::{Identifier, PrimaryCompany},
        error::{Code, Result, UserError},
        input::{Given, Input, check},
        memberships::Details,
        parse_id, refusal,
    },
    entity::{
        batch::BatchKind,
        company,
        contact::{ActiveModel, Entity, Model},
        membership,
    },
    resources::CONTACT,
};

/// A contact to be updated or created.
#[derive(Clone, Debug)]
pub struct ContactItem {
    /// The contact.
    pub identifier: Identifier,
    /// Its fields.
    pub input: Input,
    /// Action when the only match is in the trash.
    pub on_trashed: OnTrashed,
    /// The company that it works for: added and made primary, while the others stay.
    pub primary_company: Option<PrimaryCompany>,
}

impl Findable for Entity {
    fn keys(contact: &Model) -> Vec<Key> {
        let emails = item_keys(contact.email_points.as_ref(), 0, contact.email_lower.as_ref()).into_iter();
        let phones = item_keys(contact.phone_points.as_ref(), 2, contact.phone_digits.as_ref()).into_iter();
        let phone = |digits: String| Key::Phone(digits, contact.name_key.clone());
        let external_id = contact.external_id.clone().map(Key::ExternalId);
        let one = [external_id, contact.uid.clone().map(Key::Uid), Some(Key::Name(contact.name_key.clone()))];
        one.into_iter().flatten().chain(emails.map(Key::Email)).chain(phones.map(phone)).collect()
    }

    fn with_texts(texts: &Texts, backend: DbBackend) -> Vec<SelectStatement> {
        let mut parts = Vec::new();
        if !texts.external_ids.is_empty() {
            parts.push(with_values("contacts", "id", "external_id", &texts.external_ids, backend));
        }
        for (column, values) in [("uid", &texts.uids), ("name_key", &texts.names)] {
            if !values.is_empty() {
                parts.push(with_values("contacts", "id", column, values, backend));
            }
        }
        if !texts.phones.is_empty() {
            parts.extend(with_phones(texts, backend));
        }
        if !texts.emails.is_empty() {
            parts.push(with_values("contacts", "id", "email_lower", &texts.emails, backend));
            parts.push(with_values("contact_emails", "contact_id", "lower", &texts.emails, backend));
        }
        parts
    }
}

/// Selects the ids of the contacts that have one of the names and one of the numbers. Digits alone have no index that would
/// find them whole.
fn with_phones(texts: &Texts, backend: DbBackend) -> [SelectStatement; 2] {
    let named = || with_values("contacts", "id", "name_key", &texts.phone_names, backend);
    let has_digits =
        |table: &'static str, column: &'static str| is_one_of(Expr::col((table, column)), &texts.phones, backend);
    let others = Expr::col(("contact_phones", "contact_id")).equals(("contacts", "id"));
    let mut with_others = named();
    with_others.inner_join("contact_phones", others).and_where(has_digits("contact_phones", "digits"));
    let mut with_first = named();
    with_first.and_where(has_digits("contacts", "phone_digits"));
    [with_first, with_others]
}

/// The keys of a list's items: those that are stored for each item, or that of the only one.
fn item_keys(points: Option<&Json>, place: usize, only: Option<&String>) -> Vec<String> {
    match points.and_then(Json::as_array) {
        Some(items) => items.iter().filter_map(|keys| Some(keys.get(place)?.as_str()?.to_owned())).collect(),
        None => only.into_iter().cloned().collect(),
    }
}

/// An item with the company that it names.
struct CheckedContact {
    item: Checked<Entity>,
    employer: Option<(Employer, membership::ActiveModel)>,
}

/// Updates or creates a contact.
pub async fn upsert_contact(ctx: &Context, item: ContactItem) -> Result<Upserted<Entity>> {
    upsert(ctx, vec![check_item(item, item_path(None))?], true).await
}

/// Updates or creates contacts, in one transaction. With `all_or_none`, one item that fails undoes all.
pub async fn upsert_contacts(ctx: &Context, items: Vec<ContactItem>, all_or_none: bool) -> Result<Upserted<Entity>> {
    let checked: Result<Vec<_>> =
        items.into_iter().enumerate().map(|(place, item)| check_item(item, item_path(Some(place)))).collect();
    upsert(ctx, checked?, all_or_none).await
}

async fn upsert(ctx: &Context, items: Vec<CheckedContact>, all_or_none: bool) -> Result<Upserted<Entity>> {
    let mut attempts = 1;
    loop {
        let outcome = attempt(ctx, &items, all_or_none).await.map_err(refusal::explain::<Entity>);
        if !is_tried_again(&outcome, &mut attempts) {
            return outcome;
        }
    }
}

async fn attempt(ctx: &Context, items: &[CheckedContact], all_or_none: bool) -> Result<Upserted<Entity>> {
    let mut write = ctx.begin().await?;
    batches::begin(&mut write);
    let mut plans = Plans::read(&write, items).await?;
    let mut planned = Vec::with_capacity(items.len());
    for item in items {
        planned.push(plans.plan(ctx, &write, item)?);
    }
    let is_written = is_done(planned.iter().map(|planned| planned.outcome), all_or_none);
    let mut batch = None;
    if is_written {
        plans.write(&write).await?;
        batch = batches::finish(&write, BatchKind::Upsert).await?;
        write.commit().await?;
    }
    let result = |planned: Planned| {
        if is_written {
            let record = record(&plans.contacts, planned.id);
            ItemResult { record, outcome: planned.outcome, errors: planned.errors }
        } else {
            refused(planned.errors)
        }
    };
    Ok(Upserted { results: planned.into_iter().map(result).collect(), batch })
}

/// Everything that the items of a call name.
struct Plans {
    companies: Directory<company::Entity>,
    contacts: Directory<Entity>,
    memberships: Memberships,
}

impl Plans {
    /// Locks and reads it: companies before contacts, as everywhere.
    async fn read(write: &Write, items: &[CheckedContact]) -> Result<Self> {
        let employers: Vec<_> = items.iter().filter_map(|item| item.employer.as_ref()?.0.key().cloned()).collect();
        let mut keys: Vec<Key> = items.iter().filter_map(|item| item.item.key.clone()).collect();
        keys.extend(items.iter().filter_map(|item| wanted_external_id(&item.item.row)));
        let turns = employers.iter().filter_map(|key| key.turn("companies"));
        let turns = turns.chain(keys.iter().filter_map(|key| key.turn("contacts")));
        take_turns(&write.tx, turns.collect()).await?;
        let companies = Directory::read(&write.tx, &employers, Some(LockType::KeyShare)).await?;
        let contacts = Directory::read(&write.tx, &keys, Some(LockType::NoKeyUpdate)).await?;
        let memberships = if employers.is_empty() {
            Memberships::default()
        } else {
            Memberships::read(&write.tx, &contacts.ids()).await?
        };
        Ok(Self { companies, contacts, memberships })
    }

    fn plan(&mut self, ctx: &Context, write: &Write, item: &CheckedContact) -> Result<Planned> {
        let Some((employer, details)) = &item.employer else { return plan(ctx, &item.item, &mut self.contacts) };
        if !item.item.errors.is_empty() {
            return Ok(Planned::failed(item.item.errors.clone()));
        }
        let path = &item.item.path;
        // Nothing is planned of an item that fails, so that everything that it may fail of comes first.
        let known = match employer.find(path, &self.companies) {
            Ok(known) => known,
            Err(error) => return Ok(Planned::failed(vec![error])),
        };
        let (live, trashed) = item.item.key.as_ref().map(|key| self.contacts.with(key)).unwrap_or_default();
        if live.iter().chain(&trashed).any(|id| self.memberships.would_overflow(*id, &[known])) {
            let message = "The contact has as many memberships as it may have.";
            return Ok(Planned::failed(vec![at(path, Code::TooMany, &["primaryCompany"], message)]));
        }
        let mut planned = plan(ctx, &item.item, &mut self.contacts)?;
        let Some(contact_id) = planned.id else { return Ok(planned) };
        let company_id = match known {
            Some(id) => id,
            None => employer.create(ctx, &mut self.companies)?,
        };
        let is_changed = self.memberships.put(&write.clock, (contact_id, company_id), details, true)?;
        if is_changed && planned.outcome == Outcome::Unchanged {
            planned.outcome = Outcome::Updated;
        }
        Ok(planned)
    }

    async fn write(&mut self, write: &Write) -> Result<()> {
        let mut changes = write::records(write, &mut self.companies).await?;
        changes.extend(write::records(write, &mut self.contacts).await?);
        changes.extend(self.memberships.write(write).await?);
        write.record(changes).await
    }
}

/// The key of the external id that a row sets.
fn wanted_external_id(row: &ActiveModel) -> Option<Key> {
    row.external_id.clone().take().flatten().map(Key::ExternalId)
}

fn check_item(item: ContactItem, path: Vec<String>) -> Result<CheckedContact> {
    let place: Vec<&str> = path.iter().map(String::as_str).collect();
    let (row, mut errors) = check::<Entity>(&[&place[..], &["input"]].concat(), item.input, false)?;
    let (key, implied) = check_identifier(&path, &item.identifier, &mut errors)?;
    let employer = match &item.primary_company {
        None => None,
        Some(primary) => {
            let employer = Employer::check(&path, &primary.company, &mut errors)?;
            let (role, department) = (primary.role.as_ref(), primary.department.as_ref());
            let (details, wrong) = Details::given(&[&place[..], &["primaryCompany"]].concat(), role, department)?;
            errors.extend(wrong);
            Some((employer, details.into_row()))
        }
    };
    let item = Checked { path, key, row, implied, on_trashed: item.on_trashed, errors };
    Ok(CheckedContact { item, employer })
}

/// The key that an identifier means, and the columns that a new contact has by it.
fn check_identifier(
    path: &[String],
    identifier: &Identifier,
    errors: &mut Vec<UserError>,
) -> Result<(Option<Key>, ActiveModel)> {
    let mut place: Vec<&str> = path.iter().map(String::as_str).collect();
    place.push("identifier");
    let (field, text) = match identifier {
        Identifier::Id(id) => {
            let key = parse_id(id).map(Key::Id);
            if key.is_none() {
                errors.push(at(path, Code::Invalid, &["identifier", "id"], "This is not an id."));
            }
            return Ok((key, ActiveModel::default()));
        }
        Identifier::ExternalId(text) => ("externalId", text),
        Identifier::Email(text) => ("email", text),
    };
    let input = CONTACT.field(field).map(|field| Input::default().with(field, Some(Given::Text(text.clone()))));
    let (implied, wrong) = check::<Entity>(&place, input.unwrap_or_default(), false)?;
    let key = match identifier {
        Identifier::Email(_) => implied.email_lower.clone().take().flatten().map(Key::Email),
        _ => wanted_external_id(&implied),
    };
    if key.is_none() && wrong.is_empty() {
        errors.push(at(path, Code::Blank, &["identifier", field], "This must not be blank."));
    }
    errors.extend(wrong);
    Ok((key, implied))
}
