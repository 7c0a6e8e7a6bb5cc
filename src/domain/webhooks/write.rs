//! Webhooks as admins see and write them.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, UpdateMany,
    sea_query::{CaseStatement, Expr, ExprTrait},
};
use uuid::Uuid;

use super::{WebhookSecret, seal, url};
use crate::{
    domain::{
        Code, Context, Result, UserError, Write, access,
        changes::{self, Cursor, Position},
        condition::is_one_of,
        parse_id,
    },
    entity::{
        audit_event::AuditKind,
        change::SubjectType,
        webhook::{Column, Entity, Model},
    },
};

/// Most webhooks, because each has a task and a connection of its own.
const WEBHOOKS_MAX: u64 = 250;
/// Time for which a previous secret signs too.
const ROTATION: TimeDelta = TimeDelta::hours(24);

/// Fields of a webhook; those left out stay as they are.
#[derive(Clone, Debug, Default)]
pub struct WebhookInput {
    /// URL of the endpoint.
    pub url: Option<String>,
    /// Types of records whose changes are delivered; none for all.
    pub subject_types: Option<Vec<SubjectType>>,
    /// False to deliver nothing.
    pub is_enabled: Option<bool>,
}

/// Webhook with its new secret, which is known only now.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// The webhook.
    pub webhook: Model,
    /// Its new secret.
    pub secret: WebhookSecret,
}

/// Creates a webhook, which is told of the changes from now on.
pub async fn create(ctx: &Context, input: WebhookInput) -> Result<NewWebhook> {
    let url = url::parse(input.url.as_deref().unwrap_or_default(), &ctx.outbound)?;
    let write = ctx.begin().await?;
    if Entity::find().count(&write.tx).await? >= WEBHOOKS_MAX {
        let message = format!("There are {WEBHOOKS_MAX} webhooks already; delete one first.");
        return Err(UserError::new(Code::TooMany, &[], message).into());
    }
    let (tx, position) = changes::end(&write.tx).await?.parts();
    let (id, secret) = (write.clock.new_id(), WebhookSecret::new());
    let webhook = Model {
        id,
        url: url.into(),
        subject_types: names(input.subject_types.as_deref().unwrap_or_default()),
        is_enabled: input.is_enabled.unwrap_or(true),
        disabled_reason: None,
        secret: seal::seal(&write, &ctx.outbound, id, &secret).await?,
        previous_secret: None,
        previous_secret_until: None,
        tx,
        position,
        revision: 0,
        last_delivered_at: None,
        last_failure: None,
        failure_count: 0,
        failing_since: None,
        next_attempt_at: None,
        lease_holder: None,
        lease_until: None,
        created_at: write.now,
    };
    Entity::insert(webhook.clone().into_active_model()).exec_without_returning(&write.tx).await?;
    finish(write, AuditKind::WebhookCreated, &webhook).await?;
    Ok(NewWebhook { webhook, secret })
}

/// Writes the fields of the input. A webhook that waits for another attempt is tried at once.
pub async fn update(ctx: &Context, id: &str, input: WebhookInput) -> Result<Model> {
    let id = parse_id(id).ok_or_else(missing)?;
    let url = input.url.map(|typed| url::parse(&typed, &ctx.outbound)).transpose()?;
    let write = ctx.begin().await?;
    let mut update = try_at_once(id);
    if let Some(url) = url {
        update = update.col_expr(Column::Url, Expr::val(String::from(url)));
    }
    if let Some(types) = &input.subject_types {
        update = update.col_expr(Column::SubjectTypes, Expr::val(names(types)));
    }
    if let Some(is_enabled) = input.is_enabled {
        let reason = if is_enabled {
            Expr::val(Option::<String>::None)
        } else {
            let by_admin = Expr::val("An admin switched it off.");
            let was_enabled = Expr::col(Column::IsEnabled).eq(true);
            CaseStatement::new().case(was_enabled, by_admin).finally(Expr::col(Column::DisabledReason)).into()
        };
        update = update.col_expr(Column::IsEnabled, Expr::val(is_enabled)).col_expr(Column::DisabledReason, reason);
    }
    let webhook = one(update, &write).await?;
    finish(write, AuditKind::WebhookUpdated, &webhook).await?;
    Ok(webhook)
}

/// Deletes a webhook.
pub async fn delete(ctx: &Context, id: &str) -> Result<Uuid> {
    let id = parse_id(id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    let deleted = Entity::delete_many().filter(Column::Id.eq(id)).exec_with_returning(&write.tx).await?;
    let webhook = deleted.first().ok_or_else(missing)?;
    finish(write, AuditKind::WebhookDeleted, webhook).await?;
    Ok(id)
}

/// Gives a webhook a second secret. Deliveries are signed with both for a day.
pub async fn rotate(ctx: &Context, id: &str) -> Result<NewWebhook> {
    let id = parse_id(id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    let secret = WebhookSecret::new();
    let sealed = seal::seal(&write, &ctx.outbound, id, &secret).await?;
    let update = try_at_once(id)
        .col_expr(Column::PreviousSecret, Expr::col(Column::Secret))
        .col_expr(Column::PreviousSecretUntil, Expr::val(write.now + ROTATION))
        .col_expr(Column::Secret, Expr::val(sealed));
    let webhook = one(update, &write).await?;
    finish(write, AuditKind::WebhookSecretRotated, &webhook).await?;
    Ok(NewWebhook { webhook, secret })
}

/// Delivers again from a cursor of the feed on. A webhook that is switched off does so once it is switched on.
pub async fn replay(ctx: &Context, id: &str, after: &str) -> Result<Model> {
    let id = parse_id(id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    get(&write.tx, id).await?.ok_or_else(missing)?;
    let after = Cursor::parse(after)?.resume();
    changes::check_place(&write.tx, after).await?;
    let (tx, position) = after.parts();
    let update = try_at_once(id).col_expr(Column::Tx, Expr::val(tx)).col_expr(Column::Position, Expr::val(position));
    let webhook = one(update, &write).await?;
    finish(write, AuditKind::WebhookReplayed, &webhook).await?;
    Ok(webhook)
}

/// An update after which deliveries begin anew: what was under way is not stored any more.
fn try_at_once(id: Uuid) -> UpdateMany<Entity> {
    let no_time = || Expr::val(Option::<DateTime<Utc>>::None);
    Entity::update_many()
        .col_expr(Column::Revision, Expr::col(Column::Revision).add(1))
        .col_expr(Column::FailureCount, Expr::val(0))
        .col_expr(Column::FailingSince, no_time())
        .col_expr(Column::NextAttemptAt, no_time())
        .filter(Column::Id.eq(id))
}

async fn one(update: UpdateMany<Entity>, write: &Write) -> Result<Model> {
    Ok(update.exec_with_returning(&write.tx).await?.pop().ok_or_else(missing)?)
}

async fn finish(write: Write, kind: AuditKind, webhook: &Model) -> Result<()> {
    let subject = format!("{} {}", webhook.id, url::site(&webhook.url));
    access::audit::record(&write, kind, Some(&subject)).await?;
    write.commit().await
}

fn missing() -> UserError {
    UserError::not_found("webhook", &["id"])
}

/// All webhooks, newest first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_desc(Column::Id).all(db).await?)
}

/// The webhooks that are switched on.
pub async fn enabled(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Expr::col(Column::IsEnabled).eq(true)).all(db).await?)
}

/// The webhook with the id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The webhooks with these ids. Unknown ids are left out.
pub async fn get_many(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let rows = Entity::find().filter(is_one_of(Expr::col(Column::Id), ids, db.get_database_backend())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The place in the feed up to which all is delivered.
pub fn place(webhook: &Model) -> Position {
    Position::new(webhook.tx, webhook.position)
}

/// The types of records whose changes a webhook wants; empty for all.
pub fn subject_types(webhook: &Model) -> Vec<SubjectType> {
    let names: Vec<&str> = webhook.subject_types.split(',').collect();
    SubjectType::iter().filter(|subject| names.contains(&subject.to_value().as_str())).collect()
}

/// The types as they are stored, each once and in one order.
fn names(types: &[SubjectType]) -> String {
    let wanted = SubjectType::iter().filter(|subject| types.contains(subject));
    wanted.map(|subject| subject.to_value()).collect::<Vec<_>>().join(",")
}
