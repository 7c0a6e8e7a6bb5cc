//! Creating, updating and validating companies.

use sea_orm::{EntityTrait, TryIntoModel};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    domain::{
        Context, Write, batches,
        changes::NewChange,
        constraint::Constraint,
        error::{Error, Result, UserError},
        ids::{self, Claim},
        input::{self, Input, check},
        parse_id, records,
        refusal::{self, Keyed, Wanted},
    },
    entity::{
        change::{ChangeKind, SubjectType},
        company::{ActiveModel, Entity, Model},
    },
    storage::{Record, columns},
};

/// Creates a company. Repeating the call with the same `id` returns the company that the first call made.
pub async fn create(ctx: &Context, id: Option<&str>, input: Input) -> Result<Model> {
    let (row, mut errors) = check::<Entity>(&["input"], input, true)?;
    let new_id = ids::chosen_or_new(ctx, id, &mut errors);
    let wanted = Wanted::by::<Entity>(&row);
    let keyed = wanted.external_id().filter(|_| id.is_none()).map(|key| (key.to_owned(), row.clone()));
    let created = if errors.is_empty() {
        insert_new(ctx, (new_id, id.is_some()), row).await
    } else {
        Err(Error::Rejected(errors.clone()))
    };
    let created = match (created.map_err(refusal::explain::<Entity>), keyed) {
        // An undo has moved the holder of the key to the trash, perhaps.
        (Err(error), Some((key, row))) if error.is_taken() => {
            Box::pin(revive_by_key(ctx, &key, &row)).await?.ok_or(error)
        }
        (created, _) => created,
    };
    let look_up = async || {
        let found = refusal::of_new::<Entity>(ctx.db.reads(), id.and_then(parse_id), &wanted).await?;
        Ok(errors.into_iter().chain(found).collect())
    };
    // Boxed, because otherwise each call that succeeds would carry the room for these queries.
    Box::pin(refusal::complete(created, look_up)).await
}

/// Brings back the undone company that has the external id; none where there is none.
async fn revive_by_key(ctx: &Context, key: &str, row: &ActiveModel) -> Result<Option<Model>> {
    let Some(id) = batches::undone_by_key::<Entity>(&ctx.db, key).await? else { return Ok(None) };
    let write = ctx.begin().await?;
    let revived = batches::revive::<Entity>(&write, id, row).await?;
    if revived.is_some() {
        write.commit().await?;
    }
    Ok(revived)
}

/// Inserts a company under the id that was made, or chosen, in one transaction.
async fn insert_new(ctx: &Context, (id, is_chosen): (Uuid, bool), row: ActiveModel) -> Result<Model> {
    let write = ctx.begin().await?;
    if is_chosen && ids::claim(&write, id, SubjectType::Company).await? == Claim::Repeated {
        if let Some(revived) = Box::pin(batches::revive::<Entity>(&write, id, &row)).await? {
            write.commit().await?;
            return Ok(revived);
        }
        return records::get::<Entity>(&write.tx, id)
            .await?
            .ok_or_else(|| UserError::not_found("company", &["id"]).into());
    }
    let company = insert(&write, id, row).await?;
    write.commit().await?;
    Ok(company)
}

/// Inserts a company.
pub(super) async fn insert(write: &Write, id: Uuid, row: ActiveModel) -> Result<Model> {
    let row = input::complete::<Entity>(row, id, write.now)?;
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    write.record(vec![NewChange::company(ChangeKind::Created, id)]).await?;
    Ok(row.try_into_model()?)
}

/// Updates the fields that the input sets. `expected_version` refuses the write when
/// somebody else wrote first.
pub async fn update(ctx: &Context, id: &str, input: Input, expected_version: Option<i32>) -> Result<Model> {
    let record = (&*columns::<Entity>(), Record::<Entity>(None));
    let checked = check::<Entity>(&["input"], input, false)?;
    let Record(company) = refusal::update::<Entity, _>(ctx, id, checked, expected_version, record).await?;
    company.ok_or_else(|| UserError::not_found("company", &["id"]).into())
}

/// Checks an input without writing, as a new company or as an update of `id`: the company as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: Input) -> Result<Json> {
    refusal::validate::<Entity>(ctx, id, check::<Entity>(&["input"], input, id.is_none())?).await
}

impl Keyed for Entity {
    const EXTERNAL_ID_KEY: Constraint = Constraint::CompanyExternalId;
}
