//! Companies that a new contact's input names: finding them, or creating one by name.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::write::insert;
use crate::{
    domain::{
        Write, batches,
        error::{Error, Result, UserError},
        folding,
        input::{Checked, Given, Input, check},
        parse_id, refusal, text, trash,
    },
    entity::company::{ActiveModel, Column, Entity},
    resources::COMPANY,
    storage::lock_texts,
};

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

/// Finds the company that a reference names, or creates it where the reference says so, inside the caller's
/// transaction.
pub(crate) async fn resolve(write: &Write, reference: &CompanyReference) -> Result<Uuid> {
    let path = ["primaryCompany", "company"];
    let not_found = |field| UserError::not_found("company", &[path[0], path[1], field]);
    match reference {
        CompanyReference::Id(id) => {
            let id = parse_id(id).ok_or_else(|| not_found("id"))?;
            if lock(&write.tx, id).await? { Ok(id) } else { Err(not_found("id").into()) }
        }
        CompanyReference::ExternalId(key) if key.contains('\0') => Err(not_found("externalId").into()),
        CompanyReference::ExternalId(key) => {
            let company = Entity::find().filter(Column::ExternalId.eq(text::trim(key))).one(&write.tx).await?;
            match company {
                Some(company) if lock(&write.tx, company.id).await? => Ok(company.id),
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

/// The name of the company that a reference names, if there is or will be one.
pub(crate) async fn name_of(db: &impl ConnectionTrait, reference: &CompanyReference) -> Result<Option<String>> {
    let company = match reference {
        CompanyReference::FindOrCreateByName(name) => return Ok(Some(text::trim(name).to_owned())),
        CompanyReference::Id(id) => match parse_id(id) {
            Some(id) => Column::Id.eq(id),
            None => return Ok(None),
        },
        CompanyReference::ExternalId(key) if key.contains('\0') => return Ok(None),
        CompanyReference::ExternalId(key) => Column::ExternalId.eq(text::trim(key)),
    };
    Ok(Entity::find().select_only().column(Column::Name).filter(company).into_tuple().one(db).await?)
}

/// Says what is wrong with a reference, as far as that can be seen without looking it up.
pub(crate) fn check_reference(reference: &CompanyReference) -> Result<Vec<UserError>> {
    match reference {
        CompanyReference::FindOrCreateByName(name) => Ok(check_name(name)?.1),
        CompanyReference::Id(_) | CompanyReference::ExternalId(_) => Ok(Vec::new()),
    }
}

/// A new company of which only the name is known.
fn check_name(name: &str) -> Result<Checked<Entity>> {
    let name = COMPANY.field("name").map(|field| Input::default().with(field, Some(Given::Text(name.to_owned()))));
    let path = ["primaryCompany", "company", "findOrCreateByName"];
    let rename = |error: UserError| UserError::new(error.code, &path, error.message);
    let (row, errors) = check::<Entity>(&[], name.unwrap_or_default(), true)?;
    Ok((row, errors.into_iter().map(rename).collect()))
}

/// The oldest live company of that name, case and accents ignored, else a new one.
async fn find_or_create(write: &Write, name: &str) -> Result<Uuid> {
    let (row, errors) = check_name(name)?;
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let name = text::trim(name);
    let key = folding::key(name);
    // Names are not unique, so no constraint keeps two transactions from creating a company of one name.
    lock_texts(&write.tx, vec![key.clone()]).await?;
    // A name that folds to nothing is like no other.
    let same_name = if key.is_empty() { Column::Name.eq(name) } else { Column::NameKey.eq(key) };
    let found = Entity::find()
        .filter(same_name.clone())
        .filter(trash::live::<Entity>())
        .order_by_asc(Column::Id)
        .one(&write.tx)
        .await?;
    if let Some(company) = found
        && lock(&write.tx, company.id).await?
    {
        return Ok(company.id);
    }
    // One that an undo has moved to the trash comes back. Its key is indexed.
    let undone = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UndoneAt.is_not_null())
        .filter(same_name)
        .order_by_asc(Column::Id);
    if let Some(id) = undone.into_tuple().one(&write.tx).await?
        && batches::revive::<Entity>(write, id, &ActiveModel::default()).await?.is_some()
    {
        return Ok(id);
    }
    let id = write.clock.new_id();
    insert(write, id, row).await?;
    Ok(id)
}

/// Keeps a company from being deleted until the transaction ends; false when there is none. Companies are always
/// locked before contacts, so that no two transactions wait for each other.
pub(crate) async fn lock(tx: &impl ConnectionTrait, id: Uuid) -> Result<bool> {
    let company = Entity::find_by_id(id).select_only().column(Column::Id).lock(LockType::KeyShare);
    Ok(company.into_tuple::<Uuid>().one(tx).await?.is_some())
}
