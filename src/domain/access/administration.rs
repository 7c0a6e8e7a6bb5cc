//! Renaming users, switching accounts off and on, ending their sessions, and deleting them for good.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{admins, audit, keys, links, sessions};
use crate::{
    domain::{Context, Error, Result, UserError, Write, folding, parse_id, text::Checker, users::disconnect_all},
    entity::{
        audit_event::AuditKind,
        role::Role,
        user::{Column, Entity, Model},
    },
    resources::LINE_CHARS_MAX,
};

fn missing() -> Error {
    UserError::not_found("user", &["userId"]).into()
}

/// The user that a caller acts on: admins on anybody, everybody on themselves.
fn target(ctx: &Context, user_id: &str) -> Result<Uuid> {
    let is_operator = ctx.actor.user_id.is_none() && ctx.actor.key_id.is_none() && ctx.actor.role.is_none();
    let is_admin = is_operator || ctx.actor.role == Some(Role::Admin);
    let user_id = parse_id(user_id).filter(|user_id| is_admin || ctx.actor.user_id == Some(*user_id));
    match user_id {
        Some(user_id) => Ok(user_id),
        None if is_admin => Err(missing()),
        None => Err(Error::Forbidden),
    }
}

async fn get(write: &Write, user_id: Uuid) -> Result<Model> {
    Entity::find_by_id(user_id).one(&write.tx).await?.ok_or_else(missing)
}

/// Names a user; a blank name takes the name away. Admins name anybody, everybody themselves.
pub async fn rename(ctx: &Context, user_id: &str, name: Option<&str>) -> Result<Model> {
    let user_id = target(ctx, user_id)?;
    let mut checker = Checker::new(&[]);
    let name = checker.optional("name", name.map(str::to_owned), LINE_CHARS_MAX);
    let (name, errors) = checker.parted(name);
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let write = ctx.begin().await?;
    let user = get(&write, user_id).await?;
    if user.name == name {
        return Ok(user);
    }
    let updated = Entity::update_many()
        .col_expr(Column::Name, Expr::val(name.clone()))
        .col_expr(Column::NameKey, Expr::val(name.as_deref().map(folding::key)))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::Id.eq(user_id))
        .exec_with_returning(&write.tx)
        .await?;
    let user = updated.into_iter().next().ok_or_else(missing)?;
    audit::record(&write, AuditKind::UserRenamed, Some(&user.email)).await?;
    write.commit().await?;
    Ok(user)
}

/// Switches an account off: its sessions, links and keys end. Doing it again changes nothing.
pub async fn deactivate(ctx: &Context, user_id: &str) -> Result<Model> {
    let user_id = parse_id(user_id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    admins::lock_as_admin(&write).await?;
    let user = get(&write, user_id).await?;
    if user.deactivated_at.is_some() {
        return Ok(user);
    }
    admins::refuse_last(&write, &user, "userId").await?;
    let user = switch(&write, &user, Some(write.now)).await?;
    end_access(&write, user_id, None).await?;
    audit::record(&write, AuditKind::UserDeactivated, Some(&user.email)).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(user)
}

/// Switches an account on again. Its password is as it was; its keys stay revoked.
pub async fn reactivate(ctx: &Context, user_id: &str) -> Result<Model> {
    let user_id = parse_id(user_id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    admins::lock_as_admin(&write).await?;
    let user = get(&write, user_id).await?;
    if user.deactivated_at.is_none() {
        return Ok(user);
    }
    let user = switch(&write, &user, None).await?;
    // A session that began while the account was being switched off does not come back.
    end_access(&write, user_id, None).await?;
    audit::record(&write, AuditKind::UserReactivated, Some(&user.email)).await?;
    write.commit().await?;
    Ok(user)
}

async fn switch(write: &Write, user: &Model, at: Option<DateTime<Utc>>) -> Result<Model> {
    let updated = Entity::update_many()
        .col_expr(Column::DeactivatedAt, Expr::val(at))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::Id.eq(user.id))
        .exec_with_returning(&write.tx)
        .await?;
    updated.into_iter().next().ok_or_else(missing)
}

/// Ends all that lets a user in but its password, or with a role, all that lets it in with more rights than these.
pub(super) async fn end_access(write: &Write, user_id: Uuid, role: Option<Role>) -> Result<()> {
    sessions::end_all(write, user_id).await?;
    links::end_all(write, user_id).await?;
    keys::revoke_above(write, user_id, role).await
}

/// Deletes a user for good. Its contact stays and is disconnected; history says that the actor was a user, who is gone.
pub async fn delete(ctx: &Context, user_id: &str) -> Result<Uuid> {
    let user_id = parse_id(user_id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    admins::lock_as_admin(&write).await?;
    let user = get(&write, user_id).await?;
    admins::refuse_last(&write, &user, "userId").await?;
    disconnect_all(&write, user_id).await?;
    end_access(&write, user_id, None).await?;
    Entity::delete_by_id(user_id).exec(&write.tx).await?;
    audit::record(&write, AuditKind::UserDeleted, Some(&user_id.to_string())).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(user_id)
}

/// Ends all sessions of a user but the caller's own, and its one-time links. Admins do it to anybody, everybody to
/// themselves. Returns the user, and the number of sessions.
pub async fn end_sessions(ctx: &Context, user_id: &str) -> Result<(Model, u64)> {
    let user_id = target(ctx, user_id)?;
    let write = ctx.begin().await?;
    let user = get(&write, user_id).await?;
    let ended = sessions::end_others(&write, user_id, ctx.actor.session_id).await?;
    links::end_all(&write, user_id).await?;
    audit::record(&write, AuditKind::SessionsEnded, Some(&user.email)).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok((user, ended))
}
