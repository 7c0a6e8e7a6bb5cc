//! One-time links: proof of access to an address's mail, or to the server's terminal.

use std::time::Duration;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, sea_query::ExprTrait};
use uuid::Uuid;

use super::{Secret, audit, sessions::after};
use crate::{
    domain::{Code, Context, Error, Result, UserError, Write, email},
    entity::{
        audit_event::AuditKind,
        password_link::{ActiveModel, Column, Entity, Model},
        role::Role,
        user,
    },
};

/// Validity of a link, in minutes.
pub const LINK_MINUTES: u64 = 60;

/// Creates a link for a user, or without one for the first admin.
pub(super) async fn create(write: &Write, user_id: Option<Uuid>) -> Result<Secret> {
    let token = Secret::token();
    let link = ActiveModel {
        token_hash: Set(token.hash().to_vec()),
        user_id: Set(user_id),
        created_at: Set(write.now),
        expires_at: Set(after(write.now, Duration::from_mins(LINK_MINUTES))),
    };
    Entity::insert(link).exec_without_returning(&write.tx).await?;
    Ok(token)
}

/// Creates the link of a requested mail. `None` when neither an account nor a placeholder has the address, and when the
/// account is switched off. The mail goes to the returned address, which is the account's own, because the typed one may
/// only compare as equal.
pub async fn for_recipient(ctx: &Context, recipient: &str) -> Result<Option<(Secret, String)>> {
    let write = ctx.begin().await?;
    let user = user::Entity::find().filter(user::Column::EmailLower.eq(email::lower(recipient)));
    let Some(user) = user.one(&write.tx).await? else { return Ok(None) };
    if user.deactivated_at.is_some() {
        audit::record(&write, AuditKind::LinkDeactivated, Some(&user.email)).await?;
        write.commit().await?;
        return Ok(None);
    }
    let token = create(&write, Some(user.id)).await?;
    write.commit().await?;
    Ok(Some((token, user.email)))
}

/// Revokes a link that could not be sent.
pub async fn withdraw(ctx: &Context, token: &Secret) -> Result<()> {
    Entity::delete_many().filter(Column::TokenHash.eq(token.hash().to_vec())).exec(ctx.db.writer()).await?;
    Ok(())
}

/// Finds a link without using it, so that a guessed token is refused before a password is hashed.
pub(super) async fn find(ctx: &Context, token: &Secret) -> Result<Model> {
    let found = Entity::find_by_id(token.hash().to_vec()).one(ctx.db.reads()).await?;
    let now = ctx.clock.now();
    found.filter(|link| link.expires_at > now).ok_or_else(|| invalid().into())
}

/// Uses up the link. Of concurrent callers, one succeeds. The user's other links end too.
pub(super) async fn consume(write: &Write, token: &Secret) -> Result<Option<Uuid>> {
    let is_valid = Column::TokenHash.eq(token.hash().to_vec()).and(Column::ExpiresAt.gt(write.now));
    let used = Entity::delete_many().filter(is_valid).exec_with_returning(&write.tx).await?;
    let link = used.into_iter().next().ok_or_else(invalid)?;
    let others = match link.user_id {
        Some(user_id) => Column::UserId.eq(user_id),
        None => Column::UserId.is_null(),
    };
    Entity::delete_many().filter(others).exec(&write.tx).await?;
    Ok(link.user_id)
}

/// Ends all links of a user.
pub(super) async fn end_all(write: &Write, user_id: Uuid) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user_id)).exec(&write.tx).await?;
    Ok(())
}

/// Refuses anything but the link that creates the first admin, and says what to do instead.
pub(super) async fn check_setup(ctx: &Context, token: &Secret) -> Result<()> {
    match find(ctx, token).await {
        Ok(link) if link.user_id.is_none() => return Ok(()),
        Ok(_) | Err(Error::Rejected(_)) => {}
        Err(other) => return Err(other),
    }
    if !needs_first_admin(ctx.db.reads()).await? {
        return Err(admin_exists().into());
    }
    let message = "The link is wrong, was used or has expired. `liaison serve` prints a new one when it starts.";
    Err(UserError::new(Code::InvalidToken, &["token"], message).into())
}

/// Builds the refusal of a link for the first admin when there is one already.
pub(super) fn admin_exists() -> UserError {
    let message = "There is an admin already. Sign in, or have a link sent to the address of your account.";
    UserError::new(Code::InvalidToken, &["token"], message)
}

pub(super) fn invalid() -> UserError {
    UserError::new(Code::InvalidToken, &["token"], "The link is wrong, was used or has expired. Ask for a new one.")
}

/// Returns true while no user can manage the others.
pub async fn needs_first_admin(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(user::Entity::find().filter(user::Column::Role.eq(Role::Admin)).count(db).await? == 0)
}
