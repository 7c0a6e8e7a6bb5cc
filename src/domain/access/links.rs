//! One-time links: what proves that somebody reads an address's mail, or sits at the server's terminal.

use std::time::Duration;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, sea_query::ExprTrait};
use uuid::Uuid;

use super::{Secret, sessions::after};
use crate::{
    domain::{Code, Context, Error, Result, UserError, Write, email},
    entity::{
        password_link::{ActiveModel, Column, Entity, Model},
        role::Role,
        user,
    },
};

/// How long a link is valid, in minutes.
pub const LINK_MINUTES: u64 = 60;

/// Makes a link for a user; without one, for the first admin.
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

/// Makes the link that a mail holds which somebody asked to be sent to this address; none when neither account nor
/// placeholder has it. The mail goes to the address that is returned, which is the account's own: what was typed may be
/// another that only compares as equal.
pub async fn for_recipient(ctx: &Context, recipient: &str) -> Result<Option<(Secret, String)>> {
    let write = ctx.begin().await?;
    let user = user::Entity::find().filter(user::Column::EmailLower.eq(email::lower(recipient)));
    let Some(user) = user.one(&write.tx).await? else { return Ok(None) };
    let token = create(&write, Some(user.id)).await?;
    write.commit().await?;
    Ok(Some((token, user.email)))
}

/// Takes a link back that could not be sent.
pub async fn withdraw(ctx: &Context, token: &Secret) -> Result<()> {
    Entity::delete_many().filter(Column::TokenHash.eq(token.hash().to_vec())).exec(ctx.db.writer()).await?;
    Ok(())
}

/// The link as it stands, without using it: whoever guesses tokens is turned away before a password is hashed.
pub(super) async fn find(ctx: &Context, token: &Secret) -> Result<Model> {
    let found = Entity::find_by_id(token.hash().to_vec()).one(ctx.db.reads()).await?;
    let now = ctx.clock.now();
    found.filter(|link| link.expires_at > now).ok_or_else(|| invalid().into())
}

/// Uses the link: of concurrent callers, for one. The user's other links end with it.
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

/// Refuses what is not the link with which the first admin is made, and says what to do instead.
pub(super) async fn check_setup(ctx: &Context, token: &Secret) -> Result<()> {
    match find(ctx, token).await {
        Ok(link) if link.user_id.is_none() => return Ok(()),
        Ok(_) | Err(Error::Rejected(_)) => {}
        Err(other) => return Err(other),
    }
    if !needs_first_admin(ctx.db.reads()).await? {
        return Err(needless().into());
    }
    let message = "The link is wrong, was used or has expired. `liaison serve` prints a new one when it starts.";
    Err(UserError::new(Code::InvalidToken, &["token"], message).into())
}

/// The refusal of a link for the first admin where there is one.
pub(super) fn needless() -> UserError {
    let message = "There is an admin already. Sign in, or have a link sent to the address of your account.";
    UserError::new(Code::InvalidToken, &["token"], message)
}

pub(super) fn invalid() -> UserError {
    UserError::new(Code::InvalidToken, &["token"], "The link is wrong, was used or has expired. Ask for a new one.")
}

/// True as long as there is nobody who could manage the others.
pub async fn needs_first_admin(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(user::Entity::find().filter(user::Column::Role.eq(Role::Admin)).count(db).await? == 0)
}
