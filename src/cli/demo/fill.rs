//! Writing the demo data, a thousand contacts a transaction.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::{ActiveEnum, DbErr, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::{Builder, Uuid};

use super::{
    companies::company,
    people::{Person, person},
    texts::interaction,
    words::Words,
};
use crate::{
    domain::{email, folding, users::SOURCE_CONTACT},
    entity::{company, contact, interaction, interaction_party, membership, role::Role, status::Status, user},
    storage::Db,
};

/// Contacts in one transaction.
const BATCH: u64 = 1000;
/// Rows in one statement: both databases limit its parameters, SQLite to 32,766.
const ROWS: usize = 1000;
/// Contacts for each company.
const CONTACTS_PER_COMPANY: u64 = 10;

/// Fills the database; `tell` hears how many contacts are done.
pub(super) async fn fill(db: &Db, words: &Words, contacts: u64, tell: impl Fn(u64)) -> anyhow::Result<()> {
    let mut maker = Maker { words, rng: ChaCha8Rng::seed_from_u64(contacts), sequence: 0 };
    let mut company_ids = Vec::new();
    let mut done = 0;
    while done < contacts {
        let size = BATCH.min(contacts - done);
        let mut rows = Rows::default();
        for number in 0..size.div_ceil(CONTACTS_PER_COMPANY) {
            let row = maker.company(done / CONTACTS_PER_COMPANY + number)?;
            company_ids.push(row.id);
            rows.companies.push(row);
        }
        for number in done..done + size {
            maker.contact(number, &company_ids, &mut rows)?;
        }
        rows.write(db).await?;
        done += size;
        tell(done);
    }
    Ok(())
}

/// Makes rows from random numbers that are the same each time.
struct Maker<'a> {
    words: &'a Words,
    rng: ChaCha8Rng,
    sequence: i64,
}

#[derive(Default)]
struct Rows {
    companies: Vec<company::Model>,
    users: Vec<user::Model>,
    contacts: Vec<contact::Model>,
    memberships: Vec<membership::Model>,
    interactions: Vec<interaction::Model>,
    parties: Vec<interaction_party::Model>,
}

impl Maker<'_> {
    /// The records were made over the two years before 2026, a moment apart.
    fn time(&mut self) -> DateTime<Utc> {
        self.sequence += 1;
        let start = DateTime::from_timestamp(1_704_067_200, 0).unwrap_or_default();
        start + TimeDelta::milliseconds(self.sequence)
    }

    fn id(&mut self) -> Uuid {
        let millis = u64::try_from(self.time().timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &self.rng.random()).into_uuid()
    }

    /// Most are in use, some no longer, a few in the trash.
    fn life(&mut self, now: DateTime<Utc>) -> (Status, Option<Status>, Option<DateTime<Utc>>) {
        match self.rng.random_range(0..100) {
            0..2 => (Status::Trashed, Some(Status::Active), Some(now)),
            2..10 => (Status::Inactive, None, None),
            _ => (Status::Active, None, None),
        }
    }

    fn company(&mut self, number: u64) -> anyhow::Result<company::Model> {
        let data = company(&mut self.rng, self.words, number)?;
        let (id, now) = (self.id(), self.time());
        Ok(company::Model {
            id,
            name_key: folding::key(&data.name),
            name: data.name,
            status: Status::Active,
            prior_status: None,
            website_key: data.website.as_deref().map(folding::key),
            website: data.website,
            email_lower: data.email.as_deref().map(email::lower),
            email_key: data.email.as_deref().map(folding::key),
            email: data.email,
            phone: data.phone,
            address: data.address,
            industry_key: data.industry.as_deref().map(folding::key),
            industry: data.industry,
            notes: data.notes,
            metadata: json!({}),
            external_id: None,
            external_id_key: None,
            version: 1,
            created_at: now,
            updated_at: now,
            trashed_at: None,
        })
    }

    fn contact(&mut self, number: u64, company_ids: &[Uuid], rows: &mut Rows) -> anyhow::Result<()> {
        let mut person = person(&mut self.rng, &self.words.people, number)?;
        let (id, now) = (self.id(), self.time());
        let (status, prior_status, trashed_at) = self.life(now);
        let user_id = self.user(&person, number, rows);
        self.memberships(id, &mut person, company_ids, rows);
        let last_interaction_at = self.interactions(id, &person.name, rows)?;
        rows.contacts.push(contact::Model {
            id,
            name_key: folding::key(&person.name),
            name: person.name,
            status,
            prior_status,
            email_lower: person.email.as_deref().map(email::lower),
            email_key: person.email.as_deref().map(folding::key),
            email: person.email,
            phone_key: person.phone.as_deref().map(folding::key),
            phone: person.phone,
            notes: person.notes,
            metadata: if person.tags.is_empty() { json!({}) } else { json!({ "tags": person.tags }) },
            external_id_key: Some(format!("demo:{number}")),
            external_id: Some(format!("demo:{number}")),
            user_id,
            last_interaction_at,
            version: 1,
            created_at: now,
            updated_at: now,
            trashed_at,
        });
        Ok(())
    }

    /// One contact in five may log in.
    fn user(&mut self, person: &Person, number: u64, rows: &mut Rows) -> Option<Uuid> {
        if !self.rng.random_bool(0.2) {
            return None;
        }
        // Contacts may share an address; users may not.
        let (local, domain) = person.email.as_deref()?.split_once('@')?;
        let address = format!("{local}+{number}@{domain}");
        let (id, now) = (self.id(), self.time());
        rows.users.push(user::Model {
            id,
            email_lower: email::lower(&address),
            email_key: folding::key(&address),
            email: address,
            name_key: Some(folding::key(&person.name)),
            name: Some(person.name.clone()),
            is_placeholder: true,
            role: Role::Contact,
            source: Some(SOURCE_CONTACT.to_owned()),
            created_at: now,
            updated_at: now,
        });
        Some(id)
    }

    /// Nine in ten work somewhere, some of them in two places.
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

    /// Makes none to three for each, and returns the time of the newest.
    fn interactions(&mut self, contact_id: Uuid, name: &str, rows: &mut Rows) -> anyhow::Result<Option<DateTime<Utc>>> {
        let mut newest = None;
        for _ in 0..self.rng.random_range(0..4).min(self.rng.random_range(0..4)) {
            let text = interaction(&mut self.rng, &self.words.interactions, name)?;
            let (id, now) = (self.id(), self.time());
            let occurred_at = now - TimeDelta::minutes(self.rng.random_range(0..500_000));
            newest = newest.max(Some(occurred_at));
            rows.interactions.push(interaction::Model {
                id,
                contact_id,
                kind: interaction::Kind::try_from_value(&text.kind)?,
                occurred_at,
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

impl Rows {
    async fn write(self, db: &Db) -> Result<(), DbErr> {
        let tx = db.begin().await?;
        insert::<company::Entity, _>(&tx, self.companies).await?;
        insert::<user::Entity, _>(&tx, self.users).await?;
        insert::<contact::Entity, _>(&tx, self.contacts).await?;
        insert::<membership::Entity, _>(&tx, self.memberships).await?;
        insert::<interaction::Entity, _>(&tx, self.interactions).await?;
        insert::<interaction_party::Entity, _>(&tx, self.parties).await?;
        tx.commit().await
    }
}

async fn insert<E, M>(tx: &impl sea_orm::ConnectionTrait, rows: Vec<M>) -> Result<(), DbErr>
where
    E: EntityTrait<Model = M, ActiveModel: Send>,
    M: IntoActiveModel<E::ActiveModel> + Clone + Send + Sync,
{
    for chunk in rows.chunks(ROWS) {
        let rows = chunk.iter().cloned().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
