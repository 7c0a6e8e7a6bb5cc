//! Creating, updating and finding companies to write to.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, TryIntoModel,
    sea_query::LockType,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{CompanyInput, get, input::check};
use crate::{
    domain::constraint::Constraint,
    domain::{
        Context, Patch, Write,
        changes::NewChange,
        contacts::CompanyReference,
        error::{Error, Result, UserError},
        folding,
        ids::{self, Claim},
        parse_id,
        refusal::{self, Keyed, Wanted},
        text, trash,
    },
    entity::{
        change::{Kind, SubjectType},
        company::{ActiveModel, Column, Entity, Model},
        status::Status,
    },
    storage::{Record, columns},
};

/// Creates a company. Repeating the call with the same `id` returns the company that the first call made.
pub async fn create(ctx: &Context, id: Option<&str>, input: CompanyInput) -> Result<Model> {
    let (row, mut errors) = check(input, true);
    let new_id = ids::chosen_or_new(ctx, id, &mut errors);
    let wanted = Wanted::by::<Entity>(&row);
    let created = if errors.is_empty() {
        insert_new(ctx, (new_id, id.is_some()), row).await
    } else {
        Err(Error::Rejected(errors.clone()))
    };
    let look_up = async || {
        let found = refusal::of_new::<Entity>(ctx.db.reads(), id.and_then(parse_id), &wanted).await?;
        Ok(errors.into_iter().chain(found).collect())
    };
    // In a box, so that what succeeds does not carry the room for these queries along.
    Box::pin(refusal::complete(created.map_err(refusal::explain::<Entity>), look_up)).await
}

/// Inserts a company under the id that was made, or chosen, in one transaction.
async fn insert_new(ctx: &Context, (id, is_chosen): (Uuid, bool), row: ActiveModel) -> Result<Model> {
    let write = ctx.begin().await?;
    if is_chosen && ids::claim(&write, id, SubjectType::Company).await? == Claim::Repeated {
        return get(&write.tx, id).await?.ok_or_else(|| UserError::not_found("company", &["id"]).into());
    }
    let company = insert(&write, id, row).await?;
    write.commit().await?;
    Ok(company)
}

/// Inserts a company.
async fn insert(write: &Write, id: Uuid, row: ActiveModel) -> Result<Model> {
    let row = Entity::complete(row, id, write.now);
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    write.record(vec![NewChange::company(Kind::Created, id)]).await?;
    Ok(row.try_into_model()?)
}

/// Updates the fields that the input sets. `expected_version` refuses the write when
/// somebody else wrote first.
pub async fn update(ctx: &Context, id: &str, input: CompanyInput, expected_version: Option<i32>) -> Result<Model> {
    let record = (&*columns::<Entity>(), Record::<Entity>(None));
    let Record(company) = refusal::update::<Entity, _>(ctx, id, check(input, false), expected_version, record).await?;
    company.ok_or_else(|| UserError::not_found("company", &["id"]).into())
}

/// Checks an input without writing, as a new company or as an update of `id`: the company as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: CompanyInput) -> Result<Json> {
    refusal::validate::<Entity>(ctx, id, check(input, id.is_none())).await
}

impl Keyed for Entity {
    const EXTERNAL_ID_KEY: Constraint = Constraint::CompanyExternalId;

    fn external_id() -> Column {
        Column::ExternalId
    }

    fn complete(row: ActiveModel, id: Uuid, now: DateTime<Utc>) -> ActiveModel {
        use text::or;
        ActiveModel {
            id: Set(id),
            status: or(row.status, Status::Active),
            website: or(row.website, None),
            website_key: or(row.website_key, None),
            email: or(row.email, None),
            email_lower: or(row.email_lower, None),
            email_key: or(row.email_key, None),
            phone: or(row.phone, None),
            address: or(row.address, None),
            industry: or(row.industry, None),
            industry_key: or(row.industry_key, None),
            notes: or(row.notes, None),
            metadata: or(row.metadata, json!({})),
            external_id: or(row.external_id, None),
            external_id_key: or(row.external_id_key, None),
            prior_status: Set(None),
            trashed_at: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            ..row
        }
    }
}

/// Finds the company that a reference names, or creates it where the reference says so, inside the caller's
/// transaction.
pub(crate) async fn resolve(write: &Write, reference: &CompanyReference) -> Result<Uuid> {
    let path = ["primaryCompany", "company"];
    let not_found = |field| UserError::not_found("company", &[path[0], path[1], field]);
    match reference {
        CompanyReference::Id(id) => {
            let id = parse_id(id).ok_or_else(|| not_found("id"))?;
            if hold(&write.tx, id).await? { Ok(id) } else { Err(not_found("id").into()) }
        }
        CompanyReference::ExternalId(key) if key.contains('\0') => Err(not_found("externalId").into()),
        CompanyReference::ExternalId(key) => {
            let company = Entity::find().filter(Column::ExternalId.eq(text::trim(key))).one(&write.tx).await?;
            match company {
                Some(company) if hold(&write.tx, company.id).await? => Ok(company.id),
                _ => Err(not_found("externalId").into()),
            }
        }
        CompanyReference::FindOrCreateByName(name) => find_or_create(write, name).await,
    }
}

/// Says that the company that a reference names is not there.
pub(crate) async fn missing(db: &impl ConnectionTrait, reference: &CompanyReference) -> Result<Option<UserError>> {
    let path = |field| ["primaryCompany", "company", field];
    match reference {
        CompanyReference::Id(id) => refusal::missing::<Entity>(db, parse_id(id), &path("id")).await,
        CompanyReference::ExternalId(key) => {
            let company = Entity::find().filter(Column::ExternalId.eq(text::trim(key)));
            let is_there = !key.contains('\0') && company.one(db).await?.is_some();
            Ok((!is_there).then(|| UserError::not_found("company", &path("externalId"))))
        }
        CompanyReference::FindOrCreateByName(_) => Ok(None),
    }
}

/// Says what is wrong with a reference, as far as that can be seen without looking it up.
pub(crate) fn check_reference(reference: &CompanyReference) -> Vec<UserError> {
    match reference {
        CompanyReference::FindOrCreateByName(name) => check_name(name).err().unwrap_or_default(),
        CompanyReference::Id(_) | CompanyReference::ExternalId(_) => Vec::new(),
    }
}

/// A new company of which only the name is known.
fn check_name(name: &str) -> std::result::Result<ActiveModel, Vec<UserError>> {
    let input = CompanyInput { name: Patch::Set(Some(name.to_owned())), ..CompanyInput::default() };
    let path = ["primaryCompany", "company", "findOrCreateByName"];
    let rename = |error: UserError| UserError::new(error.code, &path, error.message);
    let (row, errors) = check(input, true);
    if errors.is_empty() { Ok(row) } else { Err(errors.into_iter().map(rename).collect()) }
}

/// The oldest live company of that name, case and accents ignored, else a new one.
async fn find_or_create(write: &Write, name: &str) -> Result<Uuid> {
    let row = check_name(name).map_err(Error::Rejected)?;
    let name = text::trim(name);
    let key = folding::key(name);
    lock_name(&write.tx, &key).await?;
    // A name that folds to nothing is like no other.
    let is_same = if key.is_empty() { Column::Name.eq(name) } else { Column::NameKey.eq(key) };
    let found =
        Entity::find().filter(is_same).filter(trash::live::<Entity>()).order_by_asc(Column::Id).one(&write.tx).await?;
    if let Some(company) = found
        && hold(&write.tx, company.id).await?
    {
        return Ok(company.id);
    }
    let id = write.clock.new_id();
    insert(write, id, row).await?;
    Ok(id)
}

/// Makes concurrent transactions that would create a company of one name take turns; names are not unique, so no
/// constraint does it. SQLite's writers take turns anyway.
async fn lock_name(tx: &impl ConnectionTrait, key: &str) -> Result<()> {
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
        let lock = sea_orm::Statement::from_sql_and_values(sea_orm::DbBackend::Postgres, sql, [key.into()]);
        tx.query_one_raw(lock).await?;
    }
    Ok(())
}

/// Keeps a company from being deleted until the transaction ends; false when there is none. Companies are always
/// locked before contacts, so that no two transactions wait for each other.
pub(crate) async fn hold(tx: &impl ConnectionTrait, id: Uuid) -> Result<bool> {
    let company = Entity::find_by_id(id).select_only().column(Column::Id).lock(LockType::KeyShare);
    Ok(company.into_tuple::<Uuid>().one(tx).await?.is_some())
}
