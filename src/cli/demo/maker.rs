//! Rows of the demo, made from random numbers.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ActiveEnum, Set, TryIntoModel};
use serde_json::json;
use uuid::{Builder, Uuid};

use super::{
    companies::company,
    people::{Person, person},
    texts::interaction,
    words::Words,
};
use crate::{
    domain::{derived, email, folding, input::complete, users::SOURCE_CONTACT},
    entity::{company, contact, interaction, interaction_party, membership, role::Role, status::Status, user},
};

/// Prefix of the contacts' external ids, before their number.
pub(super) const EXTERNAL_ID: &str = "demo:";

/// Makes rows from random numbers, the same each time.
pub(super) struct Maker<'a> {
    words: &'a Words,
    /// A contact in use that no user is connected to.
    pub(super) free_contact: Option<contact::Model>,
    rng: ChaCha8Rng,
    sequence: i64,
}

/// Rows of one transaction.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) companies: Vec<company::Model>,
    pub(super) users: Vec<user::Model>,
    pub(super) contacts: Vec<contact::Model>,
    pub(super) memberships: Vec<membership::Model>,
    pub(super) interactions: Vec<interaction::Model>,
    pub(super) parties: Vec<interaction_party::Model>,
}

impl<'a> Maker<'a> {
    /// Starts a maker. Another stream of random numbers gives other records with other ids.
    pub(super) fn new(words: &'a Words, contacts: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(contacts);
        rng.set_stream(stream);
        Self { words, free_contact: None, rng, sequence: 0 }
    }

    /// Returns the next record's time, from 2024 on, a millisecond apart.
    fn time(&mut self) -> DateTime<Utc> {
        self.sequence += 1;
        let start = DateTime::from_timestamp(1_704_067_200, 0).unwrap_or_default();
        start + TimeDelta::milliseconds(self.sequence)
    }

    fn id(&mut self) -> Uuid {
        let millis = u64::try_from(self.time().timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.rng.random()).into_uuid()
    }

    /// Makes most contacts active, some inactive, and puts a few in the trash.
    fn life(&mut self, now: DateTime<Utc>) -> (Status, Option<Status>, Option<DateTime<Utc>>) {
        match self.rng.random_range(0..100) {
            0..2 => (Status::Trashed, Some(Status::Active), Some(now)),
            2..10 => (Status::Inactive, None, None),
            _ => (Status::Active, None, None),
        }
    }

    pub(super) fn company(&mut self, number: u64) -> anyhow::Result<company::Model> {
        let data = company(&mut self.rng, &self.words.companies, &self.words.people.languages, number)?;
        let (id, now) = (self.id(), self.time());
        let mut row = company::ActiveModel {
            name: Set(data.name),
            website: Set(data.website),
            email: Set(data.email),
            phone: Set(data.phone),
            address: Set(data.address),
            industry: Set(data.industry),
            notes: Set(data.notes),
            ..Default::default()
        };
        derived::set_all::<company::Entity>(&mut row)?;
        Ok(complete::<company::Entity>(row, id, now)?.try_into_model()?)
    }

    pub(super) fn contact(&mut self, number: u64, company_ids: &[Uuid], rows: &mut Rows) -> anyhow::Result<()> {
        let mut person = person(&mut self.rng, &self.words.people, number)?;
        let (id, now) = (self.id(), self.time());
        let (status, prior_status, trashed_at) = self.life(now);
        let user_id = self.user(&person, number, rows);
        self.memberships(id, &mut person, company_ids, rows);
        let last_interaction_at = self.interactions(id, &person.name, rows)?;
        let mut row = contact::ActiveModel {
            name: Set(person.name),
            status: Set(status),
            prior_status: Set(prior_status),
            email: Set(person.email),
            phone: Set(person.phone),
            notes: Set(person.notes),
            tags: Set(json!(person.tags)),
            external_id: Set(Some(format!("{EXTERNAL_ID}{number}"))),
            user_id: Set(user_id),
            last_interaction_at: Set(last_interaction_at),
            trashed_at: Set(trashed_at),
            ..Default::default()
        };
        derived::set_all::<contact::Entity>(&mut row)?;
        let contact = complete::<contact::Entity>(row, id, now)?.try_into_model()?;
        if self.free_contact.is_none() && contact.user_id.is_none() && contact.status == Status::Active {
            self.free_contact = Some(contact.clone());
        }
        rows.contacts.push(contact);
        Ok(())
    }

    /// Connects a user to one contact in five.
    fn user(&mut self, person: &Person, number: u64, rows: &mut Rows) -> Option<Uuid> {
        if !self.rng.random_bool(0.2) {
            return None;
        }
        // Contacts may share an address; users may not.
        let (local, domain) = person.email.as_deref()?.split_once('@')?;
        let address = format!("{local}+{number}@{domain}");
        let row = self.user_row(address, Some(person.name.clone()), Role::Contact);
        let id = row.id;
        rows.users.push(row);
        Some(id)
    }

    /// Makes a user without a password.
    pub(super) fn user_row(&mut self, email: String, name: Option<String>, role: Role) -> user::Model {
        let (id, now) = (self.id(), self.time());
        user::Model {
            id,
            email_lower: email::lower(&email),
            email_key: folding::key(&email),
            email,
            name_key: name.as_deref().map(folding::key),
            name,
            is_placeholder: true,
            role,
            source: (role == Role::Contact).then(|| SOURCE_CONTACT.to_owned()),
            created_at: now,
            updated_at: now,
            deactivated_at: None,
            last_seen_at: None,
        }
    }

    /// Makes memberships for a person who works somewhere: two for one person in ten.
    fn memberships(&mut self, contact_id: Uuid, person: &mut Person, company_ids: &[Uuid], rows: &mut Rows) {
        let Some(job) = person.job.take() else { return };
        let count = if self.rng.random_bool(0.1) { 2 } else { 1 };
        let first = self.rng.random_range(0..company_ids.len().max(1));
        for position in 0..count {
            let place = (first + position) % company_ids.len().max(1);
            let Some(company_id) = company_ids.get(place) else { continue };
            if position > 0 && place == first {
                continue;
            }
            let (id, now) = (self.id(), self.time());
            rows.memberships.push(membership::Model {
                id,
                contact_id,
                company_id: *company_id,
                role_key: Some(folding::key(&job.role)),
                role: Some(job.role.clone()),
                department_key: Some(folding::key(&job.department)),
                department: Some(job.department.clone()),
                is_primary: position == 0,
                position: i32::try_from(position).unwrap_or_default(),
                created_at: now,
                updated_at: now,
            });
        }
    }

    /// Makes up to three interactions of a contact, and returns the time of the newest.
    fn interactions(&mut self, contact_id: Uuid, name: &str, rows: &mut Rows) -> anyhow::Result<Option<DateTime<Utc>>> {
        let mut newest = None;
        for _ in 0..self.rng.random_range(0..4).min(self.rng.random_range(0..4)) {
            let text = interaction(&mut self.rng, &self.words.interactions, name)?;
            let (id, now) = (self.id(), self.time());
            let occurred_at = now - TimeDelta::minutes(self.rng.random_range(0..500_000));
            newest = newest.max(Some(occurred_at));
            rows.interactions.push(interaction::Model {
                id,
                contact_id: Some(contact_id),
                company_id: None,
                kind: interaction::InteractionKind::try_from_value(&text.kind)?,
                occurred_at,
                time_zone: None,
                subject_key: text.subject.as_deref().map(folding::key),
                subject: text.subject,
                body_key: text.body.as_deref().map(folding::fold),
                body: text.body,
                owner_id: None,
                metadata: json!({}),
                version: 1,
                created_at: now,
                updated_at: now,
            });
            let snapshot = json!({ "name": name, "company": null, "role": null, "department": null });
            rows.parties.push(interaction_party::Model {
                interaction_id: id,
                position: 0,
                name: name.to_owned(),
                contact_id: Some(contact_id),
                snapshot,
            });
        }
        Ok(newest)
    }
}
