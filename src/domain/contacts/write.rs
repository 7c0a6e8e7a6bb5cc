//! Creating, updating and validating contacts.

use sea_orm::{EntityTrait, TryIntoModel};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    lookalikes::refuse_duplicate,
    new::{NewContact, OnDuplicate, prepare},
    revive,
};
use crate::{
    domain::{
        Context,
        changes::{self, NewChange},
        companies,
        constraint::Constraint,
        error::{Error, Result, UserError},
        ids::{self, Claim},
        input::{self, Input, check},
        memberships, parse_id, records,
        refusal::{self, Keyed, Wanted},
    },
    entity::{
        change::{ChangeKind, SubjectType},
        contact::{ActiveModel, Entity, Model},
    },
    storage::{Record, RowVisitor, columns},
};

/// Creates a contact. Repeating the call with the same `id` returns the contact that the first call made.
pub async fn create(ctx: &Context, new: NewContact) -> Result<Model> {
    let (id, row, errors) = prepare(ctx, &new)?;
    let wanted = Wanted::by::<Entity>(&row);
    let keyed = wanted.external_id().map(|key| (key.to_owned(), row.clone()));
    let created = if !errors.is_empty() {
        Err(Error::Rejected(errors.clone()))
    } else if new.id.is_none() && new.primary_company.is_none() && new.on_duplicate == OnDuplicate::Allow {
        create_alone(ctx, id, row).await
    } else {
        create_with(ctx, id, row, &new).await
    };
    let created = match (created.map_err(refusal::explain::<Entity>), keyed) {
        // An undo has moved the holder of the key to the trash, perhaps.
        (Err(error), Some((key, row))) if error.is_taken() => {
            Box::pin(revive::by_key(ctx, &key, &row, &new)).await?.ok_or(error)
        }
        (created, _) => created,
    };
    let look_up = async || {
        let db = ctx.db.reads();
        let chosen = new.id.as_deref().and_then(parse_id);
        let mut all = errors;
        all.extend(refusal::of_new::<Entity>(db, chosen, &wanted).await?);
        if let Some(primary) = &new.primary_company {
            all.extend(companies::missing(db, &primary.company).await?);
        }
        Ok(all)
    };
    // Boxed, because otherwise each call that succeeds would carry the room for these queries.
    Box::pin(refusal::complete(created, look_up)).await
}

/// Inserts a contact for which nothing else is written.
async fn create_alone(ctx: &Context, id: Uuid, row: ActiveModel) -> Result<Model> {
    let row = input::complete::<Entity>(row, id, ctx.clock.now())?;
    changes::create::<Entity>(ctx, id, row.clone()).await?;
    Ok(row.try_into_model()?)
}

/// Inserts a contact under the id that was chosen and with its membership, if any, in one transaction.
async fn create_with(ctx: &Context, id: Uuid, row: ActiveModel, new: &NewContact) -> Result<Model> {
    let write = ctx.begin().await?;
    if new.id.is_some() && ids::claim(&write, id, SubjectType::Contact).await? == Claim::Repeated {
        if let Some(revived) = Box::pin(revive::by_id(&write, id, &row, new)).await? {
            write.commit().await?;
            return Ok(revived);
        }
        return records::get::<Entity>(&write.tx, id)
            .await?
            .ok_or_else(|| UserError::not_found("contact", &["id"]).into());
    }
    let row = input::complete::<Entity>(row, id, write.now)?;
    // Boxed, because otherwise each call would carry the room for these queries.
    Box::pin(refuse_duplicate(&write, &row.clone().try_into_model()?, new)).await?;
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    // Recorded before the membership's, so that the feed begins with the contact's creation.
    write.record(vec![NewChange::contact(ChangeKind::Created, id)]).await?;
    if let Some(primary) = &new.primary_company {
        let (role, department) = (primary.role.as_ref(), primary.department.as_ref());
        let (details, _) = memberships::Details::check(&["primaryCompany"], role, department)?;
        let company_id = Box::pin(companies::resolve(&write, &primary.company)).await?;
        memberships::insert_first(&write, id, company_id, details).await?;
    }
    write.commit().await?;
    Ok(row.try_into_model()?)
}

/// Updates the fields that the input sets. `expected_version` refuses the write when
/// somebody else wrote first.
pub async fn update(ctx: &Context, id: &str, input: Input, expected_version: Option<i32>) -> Result<Model> {
    let record = (&*columns::<Entity>(), Record::<Entity>(None));
    let Record(contact) = update_and_show(ctx, id, input, expected_version, record).await?;
    contact.ok_or_else(|| UserError::not_found("contact", &["id"]).into())
}

/// The same for a visitor that sees some of the contact's columns instead.
pub(crate) async fn update_and_show<V: RowVisitor>(
    ctx: &Context,
    id: &str,
    input: Input,
    expected_version: Option<i32>,
    returning: (&[&str], V),
) -> Result<V> {
    refusal::update::<Entity, _>(ctx, id, check::<Entity>(&["input"], input, false)?, expected_version, returning).await
}

/// Checks an input without writing, as a new contact or as an update of `id`: the contact as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: Input) -> Result<Json> {
    refusal::validate::<Entity>(ctx, id, check::<Entity>(&["input"], input, id.is_none())?).await
}

impl Keyed for Entity {
    const EXTERNAL_ID_KEY: Constraint = Constraint::ContactExternalId;
}
