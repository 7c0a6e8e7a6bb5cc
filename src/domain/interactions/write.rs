//! Logging, changing and deleting interactions.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, Set, TryIntoModel,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    InteractionInput, Subject, SubjectReference,
    input::{Checked, check},
    last, parties,
    reference::sorted,
};
use crate::{
    domain::{
        Context, Write,
        changes::{Diff, NewChange},
        error::{Error, Result, UserError},
        ids::{self, Claim},
        input, parse_id, records, refusal,
    },
    entity::{
        change::{self, SubjectType},
        interaction::{ActiveModel, Column, Entity, Model},
        interaction_party,
    },
};

/// Attempts to lock an interaction that passes from one contact to another.
const ATTEMPTS_MAX: usize = 5;

/// Logs an interaction on a contact or a company. Repeating the call with the same `id` returns what the first call made.
pub async fn create(
    ctx: &Context,
    logged_on: SubjectReference<'_>,
    id: Option<&str>,
    input: InteractionInput,
) -> Result<Model> {
    let (checked, mut errors) = check(input, true)?;
    let new_id = ids::chosen_or_new(ctx, id, &mut errors);
    let (subject, parties) = (logged_on.read(), checked.parties.clone());
    let created = match &subject {
        Ok(subject) if errors.is_empty() => insert_new(ctx, (new_id, id.is_some()), *subject, checked).await,
        _ => Err(Error::Rejected(Vec::new())),
    };
    let look_up = async || {
        let db = ctx.db.reads();
        let mut all = errors;
        match subject {
            Ok(subject) => all.extend(subject.missing(db).await?),
            Err(error) => all.push(error),
        }
        if let Some(id) = id.and_then(parse_id) {
            all.extend(ids::taken(db, id, SubjectType::Interaction).await?);
        }
        all.extend(parties::missing(db, parties.as_deref().unwrap_or_default()).await?);
        Ok(all)
    };
    refusal::complete(created, look_up).await
}

/// Inserts an interaction under the id that was made, or chosen, in one transaction.
async fn insert_new(ctx: &Context, (id, is_chosen): (Uuid, bool), subject: Subject, checked: Checked) -> Result<Model> {
    let write = ctx.begin().await?;
    let locked = subject.lock(&write.tx, named(&checked)).await?.ok_or_else(|| subject.not_found())?;
    if let Some(survivor) = locked.survivor {
        return Err(UserError::merged("contact", &["contactId"], survivor).into());
    }
    if is_chosen && ids::claim(&write, id, SubjectType::Interaction).await? == Claim::Repeated {
        return records::get::<Entity>(&write.tx, id)
            .await?
            .ok_or_else(|| UserError::not_found("interaction", &["id"]).into());
    }
    let interaction = insert(&write, id, subject, checked).await?;
    write.commit().await?;
    Ok(interaction)
}

/// Inserts an interaction with its parties.
async fn insert(write: &Write, id: Uuid, subject: Subject, checked: Checked) -> Result<Model> {
    let row = ActiveModel {
        contact_id: Set(subject.contact_id()),
        company_id: Set(subject.company_id()),
        owner_id: Set(write.actor.user_id),
        ..checked.row
    };
    let row = input::complete::<Entity>(row, id, write.now)?;
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    if let Some(list) = checked.parties.filter(|list| !list.is_empty()) {
        parties::replace(&write.tx, id, &list).await?;
    }
    last::refresh(&write.tx, &involved(&write.tx, id, subject).await?).await?;
    write.record(vec![NewChange::interaction(change::ChangeKind::Created, id, subject)]).await?;
    Ok(row.try_into_model()?)
}

/// Updates what the input sets. `expected_version` refuses the write when somebody else wrote first.
pub async fn update(ctx: &Context, id: &str, input: InteractionInput, expected_version: Option<i32>) -> Result<Model> {
    let (checked, errors) = check(input, false)?;
    let (id, parties) = (parse_id(id), checked.parties.clone());
    let updated = match id {
        Some(id) if errors.is_empty() => write_update(ctx, id, checked, expected_version).await,
        _ => Err(Error::Rejected(Vec::new())),
    };
    let look_up = async || {
        let db = ctx.db.reads();
        let stored = match id {
            Some(id) => records::get::<Entity>(db, id).await?,
            None => None,
        };
        let mut all = errors;
        match &stored {
            None => all.push(not_found()),
            Some(stored) if expected_version.is_some_and(|expected| expected != stored.version) => {
                all.push(UserError::stale(stored.id, stored.version));
            }
            Some(_) => {}
        }
        all.extend(parties::missing(db, parties.as_deref().unwrap_or_default()).await?);
        Ok(all)
    };
    refusal::complete(updated, look_up).await
}

async fn write_update(ctx: &Context, id: Uuid, checked: Checked, expected_version: Option<i32>) -> Result<Model> {
    let (write, before) = hold(ctx, id, named(&checked).collect()).await?;
    let subject = Subject::of(&before);
    let mut update = Entity::update_many()
        .set(checked.row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::Id.eq(id));
    if let Some(version) = expected_version {
        update = update.filter(Column::Version.eq(version));
    }
    let Some(interaction) = update.exec_with_returning(&write.tx).await?.into_iter().next() else {
        return Err(UserError::stale(id, before.version).into());
    };
    let mut touched = involved(&write.tx, id, subject).await?;
    let mut parties_changed = false;
    if let Some(list) = &checked.parties {
        parties_changed = parties::replace(&write.tx, id, list).await?;
        touched.extend(involved(&write.tx, id, subject).await?);
    }
    sorted(&mut touched);
    last::refresh(&write.tx, &touched).await?;
    write.record(vec![updated_from(&before, &interaction, parties_changed)]).await?;
    write.commit().await?;
    Ok(interaction)
}

/// Deletes an interaction with its parties, for good.
pub async fn delete(ctx: &Context, id: &str) -> Result<Uuid> {
    let id = parse_id(id).ok_or_else(not_found)?;
    let (write, interaction) = hold(ctx, id, Vec::new()).await?;
    let subject = Subject::of(&interaction);
    let touched = involved(&write.tx, id, subject).await?;
    if Entity::delete_by_id(id).exec(&write.tx).await?.rows_affected == 0 {
        return Err(not_found().into());
    }
    last::refresh(&write.tx, &touched).await?;
    write.erase_recorded_of_interaction(subject, id).await?;
    let change = NewChange::interaction(change::ChangeKind::Deleted, id, subject);
    write.record(vec![change.at(interaction.updated_at)]).await?;
    write.commit().await?;
    Ok(id)
}

/// Begins a transaction and locks an interaction's subject, the contacts that are involved in it, and others. Gives the
/// interaction as it is then.
async fn hold(ctx: &Context, id: Uuid, others: Vec<Uuid>) -> Result<(Write, Model)> {
    for _ in 0..ATTEMPTS_MAX {
        let write = ctx.begin().await?;
        let stored = records::get::<Entity>(&write.tx, id).await?.ok_or_else(not_found)?;
        let subject = Subject::of(&stored);
        let involved = involved(&write.tx, id, subject).await?;
        subject.lock(&write.tx, others.iter().copied().chain(involved)).await?;
        let interaction = records::get::<Entity>(&write.tx, id).await?.ok_or_else(not_found)?;
        // A merge may have moved it meanwhile.
        if Subject::of(&interaction) == subject {
            return Ok((write, interaction));
        }
    }
    Err(Error::Unavailable(DbErr::Custom("the interaction passed from contact to contact".to_owned())))
}

fn not_found() -> UserError {
    UserError::not_found("interaction", &["id"])
}

/// The change that an update made to an interaction. What was said is not recorded, nor who took part: only that it
/// changed.
fn updated_from(before: &Model, after: &Model, parties_changed: bool) -> NewChange {
    let diff = Diff::between::<Entity>(before, after)
        .without_values("body", before.body != after.body)
        .without_values("parties", parties_changed);
    NewChange::interaction(change::ChangeKind::Updated, after.id, Subject::of(after)).at(after.updated_at).with(diff)
}

/// The contacts among the subject and the parties.
async fn involved(tx: &impl ConnectionTrait, id: Uuid, subject: Subject) -> Result<Vec<Uuid>> {
    let mut contact_ids: Vec<Uuid> = interaction_party::Entity::find()
        .select_only()
        .column(interaction_party::Column::ContactId)
        .filter(interaction_party::Column::InteractionId.eq(id))
        .filter(interaction_party::Column::ContactId.is_not_null())
        .into_tuple()
        .all(tx)
        .await?;
    contact_ids.extend(subject.contact_id());
    sorted(&mut contact_ids);
    Ok(contact_ids)
}

/// The contacts that an input names as parties.
fn named(checked: &Checked) -> impl Iterator<Item = Uuid> {
    checked.parties.iter().flatten().filter_map(|party| parse_id(party.contact_id.as_deref()?))
}
