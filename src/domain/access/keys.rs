//! API keys: credentials of programs.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, Iterable, QueryFilter, QueryOrder, Set, TryIntoModel,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Secret, admins, audit};
use crate::{
    domain::{Code, Context, Error, Result, UserError, Write, condition::is_one_of, parse_id, text},
    entity::{
        api_key::{ActiveModel, Column, Entity, Model},
        audit_event::AuditKind,
        role::Role,
    },
};

/// Longest name of a key, in characters.
const NAME_CHARS_MAX: usize = 255;

/// New key, together with its secret, which is known only now.
#[derive(Clone, Debug)]
pub struct MintedKey {
    /// Record of the key.
    pub key: Model,
    /// Secret that authenticates the program.
    pub secret: Secret,
}

/// Creates an API key. A key that another key creates belongs to the same admin, and is revoked when that user stops
/// being an admin.
pub async fn create_key(ctx: &Context, name: &str, role: Role, expires_at: Option<DateTime<Utc>>) -> Result<MintedKey> {
    let name = text::trim(name);
    let errors = refusals(name, role, expires_at.is_some_and(|end| end <= ctx.clock.now()));
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let write = ctx.begin().await?;
    let created_by = admins::lock_as_admin(&write).await?;
    let secret = Secret::api_key();
    let row = ActiveModel {
        id: Set(write.clock.new_id()),
        name: Set(name.to_owned()),
        prefix: Set(secret.prefix()),
        secret_hash: Set(secret.hash().to_vec()),
        role: Set(role),
        created_by: Set(created_by),
        created_at: Set(write.now),
        expires_at: Set(expires_at),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    Entity::insert(row.clone()).exec_without_returning(&write.tx).await?;
    let key = row.try_into_model()?;
    audit::record(&write, AuditKind::KeyCreated, Some(&subject(&key))).await?;
    write.commit().await?;
    Ok(MintedKey { key, secret })
}

fn refusals(name: &str, role: Role, is_past: bool) -> Vec<UserError> {
    let mut errors = Vec::new();
    if name.is_empty() {
        errors.push(UserError::new(Code::Blank, &["name"], "The key's name must not be blank."));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        errors.push(UserError::new(Code::TooLong, &["name"], "A key's name has at most 255 characters."));
    }
    if name.chars().any(char::is_control) {
        errors.push(UserError::new(Code::Invalid, &["name"], "A key's name has no control characters."));
    }
    if role == Role::Contact {
        let message = "A key belongs to no contact: give it the role VIEWER, MEMBER or ADMIN.";
        errors.push(UserError::new(Code::Invalid, &["role"], message));
    }
    if is_past {
        errors.push(UserError::new(Code::Invalid, &["expiresAt"], "The key would have expired already."));
    }
    errors
}

fn subject(key: &Model) -> String {
    format!("{} {}", key.prefix, key.role.to_value())
}

/// Lists all keys, newest first, including revoked and expired ones.
pub async fn list_keys(db: &impl ConnectionTrait) -> Result<Vec<Model>> {
    Ok(Entity::find().order_by_desc(Column::Id).all(db).await?)
}

/// Returns keys by id. Unknown ids are left out.
pub async fn get_keys(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let rows = Entity::find().filter(is_one_of(Expr::col(Column::Id), ids, db.get_database_backend())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Revokes a user's keys that have more rights than this role; without one, all of them.
pub(super) async fn revoke_above(write: &Write, user_id: Uuid, role: Option<Role>) -> Result<()> {
    let above = Role::iter().filter(|other| Some(*other) > role);
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(write.now))
        .filter(Column::CreatedBy.eq(user_id).and(Column::RevokedAt.is_null()).and(Column::Role.is_in(above)))
        .exec_with_returning(&write.tx)
        .await?;
    for key in revoked {
        audit::record(write, AuditKind::KeyRevoked, Some(&key.prefix)).await?;
    }
    Ok(())
}

/// Revokes a key for good. Revoking it again changes nothing.
pub async fn revoke_key(ctx: &Context, id: &str) -> Result<Model> {
    let missing = || UserError::not_found("API key", &["id"]);
    let id = parse_id(id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::val(write.now))
        .filter(Column::Id.eq(id).and(Column::RevokedAt.is_null()))
        .exec_with_returning(&write.tx)
        .await?;
    let Some(key) = revoked.into_iter().next() else {
        return Ok(Entity::find_by_id(id).one(&write.tx).await?.ok_or_else(missing)?);
    };
    audit::record(&write, AuditKind::KeyRevoked, Some(&key.prefix)).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(key)
}
