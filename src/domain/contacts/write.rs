//! Creating, updating and validating contacts.

use sea_orm::{
    ActiveEnum, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set, TryIntoModel,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{ContactInput, get, input::check};
use crate::{
    db::{self, Constraint},
    domain::{
        Context,
        changes::{self, NewChange, Recorded},
        companies,
        error::{Code, Error, Result, UserError},
        ids::{self, Claim},
        memberships, parse_id, parse_new_id, text,
    },
    entity::{
        change::{Kind, SubjectType},
        contact::{ActiveModel, Column, Entity, Model},
        status::Status,
    },
    read::{self, Record, Visit},
};

/// A contact to be created.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// An id of the caller's choice, which makes the call repeatable.
    pub id: Option<String>,
    /// Its fields.
    pub input: ContactInput,
    /// The company it works for, linked in the same transaction.
    pub primary_company: Option<PrimaryCompany>,
}

/// The company that a new contact works for.
#[derive(Clone, Debug)]
pub struct PrimaryCompany {
    /// Which one.
    pub company: CompanyReference,
    /// What the contact does there.
    pub role: Option<String>,
    /// Where in the company.
    pub department: Option<String>,
}

/// One of the ways to name a company.
#[derive(Clone, Debug)]
pub enum CompanyReference {
    /// Liaison's id.
    Id(String),
    /// The caller's own key.
    ExternalId(String),
    /// The live company of that name, else a new one.
    FindOrCreateByName(String),
}

/// Creates a contact. Repeating the call with the same `id` returns the contact that the first call made.
pub async fn create(ctx: &Context, new: NewContact) -> Result<Model> {
    let (id, row) = prepare(ctx, &new)?;
    let external_id = row.external_id.clone();
    let created = if new.id.is_none() && new.primary_company.is_none() {
        create_alone(ctx, id, row).await
    } else {
        create_with(ctx, id, row, new).await
    };
    match created {
        Err(Error::Internal(cause)) if db::broken_constraint(&cause) == Some(Constraint::ContactExternalId) => {
            Err(taken(ctx, &external_id).await?.into())
        }
        outcome => outcome,
    }
}

/// Inserts a contact for which nothing else is written.
async fn create_alone(ctx: &Context, id: Uuid, row: ActiveModel) -> Result<Model> {
    let row = complete(row, id, ctx.clock.now());
    changes::create::<Entity>(ctx, id, row.clone()).await?;
    Ok(row.try_into_model()?)
}

fn prepare(ctx: &Context, new: &NewContact) -> Result<(Uuid, ActiveModel)> {
    let mut errors = Vec::new();
    let id = match &new.id {
        Some(id) => parse_new_id(id, &ctx.clock),
        None => Ok(ctx.clock.new_id()),
    };
    let id = id.map_err(|error| errors.push(error)).unwrap_or_default();
    let row = check(new.input.clone(), true).map_err(|found| errors.extend(found)).unwrap_or_default();
    if let Some(company) = &new.primary_company {
        let details =
            memberships::Details::check(&["primaryCompany"], company.role.as_ref(), company.department.as_ref());
        errors.extend(companies::check_reference(&company.company));
        errors.extend(details.err().unwrap_or_default());
    }
    if errors.is_empty() { Ok((id, row)) } else { Err(Error::Rejected(errors)) }
}

/// Inserts a contact under the id that was chosen and with its membership, if any, in one transaction.
async fn create_with(ctx: &Context, id: Uuid, row: ActiveModel, new: NewContact) -> Result<Model> {
    let write = ctx.begin().await?;
    if new.id.is_some() && ids::claim(&write, id, SubjectType::Contact).await? == Claim::Repeated {
        return get(&write.tx, id).await?.ok_or_else(|| UserError::not_found("contact", &["id"]).into());
    }
    let row = complete(row, id, write.now);
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    if let Some(primary) = &new.primary_company {
        let (role, department) = (primary.role.as_ref(), primary.department.as_ref());
        let details = memberships::Details::check(&["primaryCompany"], role, department).map_err(Error::Rejected)?;
        let company_id = Box::pin(companies::resolve(&write, &primary.company)).await?;
        memberships::insert_first(&write, id, company_id, details).await?;
    }
    write.record(vec![NewChange::contact(Kind::Created, id)]).await?;
    write.commit().await?;
    Ok(row.try_into_model()?)
}

/// Fills in what a new contact starts with.
fn complete(row: ActiveModel, id: Uuid, now: chrono::DateTime<chrono::Utc>) -> ActiveModel {
    use text::or;
    ActiveModel {
        id: Set(id),
        status: or(row.status, Status::Active),
        metadata: or(row.metadata, json!({})),
        email: or(row.email, None),
        email_lower: or(row.email_lower, None),
        email_key: or(row.email_key, None),
        phone: or(row.phone, None),
        phone_key: or(row.phone_key, None),
        notes: or(row.notes, None),
        external_id: or(row.external_id, None),
        external_id_key: or(row.external_id_key, None),
        prior_status: Set(None),
        user_id: Set(None),
        last_interaction_at: Set(None),
        trashed_at: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..row
    }
}

/// Updates the fields that the input sets. `expected_version` refuses the write when
/// somebody else wrote first.
pub async fn update(ctx: &Context, id: &str, input: ContactInput, expected_version: Option<i32>) -> Result<Model> {
    let record = (&*read::columns::<Entity>(), Record::<Entity>(None));
    let Record(contact) = update_and_show(ctx, id, input, expected_version, record).await?;
    contact.ok_or_else(|| UserError::not_found("contact", &["id"]).into())
}

/// The same for a visitor that sees some of the contact's columns instead.
pub(crate) async fn update_and_show<V: Visit>(
    ctx: &Context,
    id: &str,
    input: ContactInput,
    expected_version: Option<i32>,
    shown: (&[&str], V),
) -> Result<V> {
    let row = check(input, false).map_err(Error::Rejected)?;
    let id = parse_id(id).ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    let external_id = row.external_id.clone();
    match changes::update::<Entity, _>(ctx, id, row, expected_version, shown).await {
        Ok(Some(visitor)) => Ok(visitor),
        // In boxes, so that updates that succeed do not carry the room for these queries along.
        Ok(None) => Err(Box::pin(why_not_updated(ctx.db.reads(), id, expected_version)).await?),
        Err(Error::Internal(cause)) if db::broken_constraint(&cause) == Some(Constraint::ContactExternalId) => {
            Err(Box::pin(taken(ctx, &external_id)).await?.into())
        }
        Err(error) => Err(error),
    }
}

/// Why no row met an update's conditions.
async fn why_not_updated(db: &impl ConnectionTrait, id: Uuid, expected_version: Option<i32>) -> Result<Error> {
    let Some(contact) = get(db, id).await? else {
        return Ok(UserError::not_found("contact", &["id"]).into());
    };
    let error = match expected_version {
        Some(version) if version != contact.version => UserError::stale(contact.version),
        _ => in_the_trash(),
    };
    Ok(error.into())
}

fn in_the_trash() -> UserError {
    UserError::new(Code::Trashed, &["input", "status"], "The contact is in the trash; restore it first.")
}

/// Says who holds the external id.
async fn taken(ctx: &Context, external_id: &ActiveValue<Option<String>>) -> Result<UserError> {
    let key = external_id.try_as_ref().and_then(Option::as_deref);
    let holder = match key {
        Some(key) => Entity::find().filter(Column::ExternalId.eq(key)).one(ctx.db.reads()).await?,
        None => None,
    };
    let error = UserError::new(Code::Taken, &["input", "externalId"], "Another contact has this external id.");
    Ok(error.with_conflicts(holder.map(|contact| contact.id)))
}

/// Checks an input without writing, as a new contact or as an update of `id`: the contact as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: ContactInput) -> Result<Json> {
    let db = ctx.db.reads();
    let mut errors = Vec::new();
    let stored = match id.and_then(parse_id) {
        Some(id) => get(db, id).await?,
        None => None,
    };
    if id.is_some() && stored.is_none() {
        errors.push(UserError::not_found("contact", &["id"]));
    }
    let row = check(input, id.is_none()).map_err(|found| errors.extend(found)).unwrap_or_default();
    if row.status.is_set() && stored.as_ref().is_some_and(|contact| contact.status == Status::Trashed) {
        errors.push(in_the_trash());
    }
    if let Some(Some(_)) = row.external_id.try_as_ref() {
        let error = taken(ctx, &row.external_id).await?;
        let own = stored.as_ref().map(|contact| contact.id.to_string());
        if error.conflict_ids.iter().any(|holder| Some(holder) != own.as_ref()) {
            errors.push(error);
        }
    }
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let merged = match stored {
        Some(contact) => contact.into_active_model().apply(row),
        None => complete(row, Uuid::nil(), ctx.clock.now()),
    };
    let contact = merged.try_into_model()?;
    Ok(json!({
        "name": contact.name,
        "status": contact.status.to_value().to_uppercase(),
        "email": contact.email,
        "phone": contact.phone,
        "notes": contact.notes,
        "metadata": contact.metadata,
        "externalId": contact.external_id,
    }))
}

impl Recorded for Entity {
    fn fields() -> &'static [(&'static str, Column)] {
        &[
            ("name", Column::Name),
            ("status", Column::Status),
            ("email", Column::Email),
            ("phone", Column::Phone),
            ("notes", Column::Notes),
            ("metadata", Column::Metadata),
            ("externalId", Column::ExternalId),
        ]
    }
}

/// Lays the columns that one row sets over another.
trait Overlay {
    fn apply(self, changes: Self) -> Self;
}

impl Overlay for ActiveModel {
    fn apply(mut self, changes: Self) -> Self {
        use sea_orm::{ActiveModelTrait, Iterable};
        for column in Column::iter() {
            if let ActiveValue::Set(value) = changes.get(column) {
                self.set(column, value);
            }
        }
        self
    }
}
