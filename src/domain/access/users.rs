//! Admins' actions on users: inviting them, giving them roles, and making links with which they sign in. The operator
//! does the same on the command line.

use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::{Secret, administration, admins, audit, links, outbox::enqueue};
use crate::{
    domain::{
        Code, Context, Result, UserError, Write, email, folding, parse_id, text,
        users::{find_or_register, parse_email},
    },
    entity::{
        audit_event::AuditKind,
        outbox,
        role::Role,
        user::{Column, Entity, Model},
    },
};

/// User, as the operator sees it.
pub type Account = Model;

/// Invites a user: registers the account or takes the placeholder with the address, gives it the role, and requests a
/// one-time link.
pub async fn invite(ctx: &Context, email: &str, role: Role) -> Result<Model> {
    let email = parse_email(email)?;
    let write = ctx.begin().await?;
    let user = register(&write, &email, role).await?;
    enqueue(&write, outbox::MailKind::Invitation, user.email.as_str()).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(user)
}

/// Creates a user, with the one-time link that sets its password.
pub async fn create_user(ctx: &Context, email: &str, role: Role) -> Result<(Model, Secret)> {
    let email = parse_email(email)?;
    let write = ctx.begin().await?;
    let user = register(&write, &email, role).await?;
    let token = links::create(&write, Some(user.id)).await?;
    write.commit().await?;
    Ok((user, token))
}

async fn register(write: &Write, email: &email::EmailAddress, role: Role) -> Result<Model> {
    let (user, _) = find_or_register(write, email, None).await?;
    if !user.is_placeholder {
        let taken = UserError::new(Code::Taken, &["email"], "A user with this address has an account already.");
        return Err(taken.with_conflicts([user.id]).into());
    }
    if user.deactivated_at.is_some() {
        let message = "The account with this address is switched off. Reactivate it first.";
        return Err(UserError::new(Code::Invalid, &["email"], message).with_conflicts([user.id]).into());
    }
    // The inviter's spelling of the address wins, because a placeholder's may come from anywhere.
    let user = if user.email == email.as_str() { user } else { respell(write, user, email).await? };
    admins::lock_as_admin(write).await?;
    if role != Role::Admin {
        admins::refuse_last(write, &user, "role").await?;
    }
    admins::give_role(write, &user, role).await?;
    audit::record(write, AuditKind::UserInvited, Some(&format!("{} {}", user.email, role.to_value()))).await?;
    Ok(Model { role, ..user })
}

async fn respell(write: &Write, user: Model, email: &email::EmailAddress) -> Result<Model> {
    Entity::update_many()
        .col_expr(Column::Email, Expr::val(email.as_str()))
        .col_expr(Column::EmailKey, Expr::val(folding::key(email.as_str())))
        .filter(Column::Id.eq(user.id))
        .exec(&write.tx)
        .await?;
    Ok(Model { email: email.as_str().to_owned(), ..user })
}

/// Gives a user a role. A user that loses rights is signed out, and its keys with more rights are revoked. The last
/// admin stays one.
pub async fn set_role(ctx: &Context, user_id: &str, role: Role) -> Result<Model> {
    let missing = || UserError::not_found("user", &["userId"]);
    let user_id = parse_id(user_id).ok_or_else(missing)?;
    let write = ctx.begin().await?;
    admins::lock_as_admin(&write).await?;
    let user = Entity::find_by_id(user_id).one(&write.tx).await?.ok_or_else(missing)?;
    if user.role == role {
        return Ok(user);
    }
    admins::refuse_last(&write, &user, "role").await?;
    admins::give_role(&write, &user, role).await?;
    if role < user.role {
        administration::end_access(&write, user_id, Some(role)).await?;
    }
    let subject = format!("{} {} before {}", user.email, role.to_value(), user.role.to_value());
    audit::record(&write, AuditKind::RoleSet, Some(&subject)).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(Model { role, ..user })
}

/// Lists users by address, in pages of the given size, for the operator.
pub async fn list_users(db: &impl ConnectionTrait, after: Option<&str>, limit: u64) -> Result<Vec<Account>> {
    let later = after.map(|email| Column::EmailLower.gt(email));
    let users = later.into_iter().fold(Entity::find(), QueryFilter::filter);
    Ok(users.order_by_asc(Column::EmailLower).limit(limit).all(db).await?)
}

/// Returns the user with an address.
pub async fn find_user(db: &impl ConnectionTrait, email: &str) -> Result<Model> {
    let found = Entity::find().filter(Column::EmailLower.eq(email::lower(text::trim(email)))).one(db).await?;
    found.ok_or_else(|| UserError::not_found("user", &["email"]).into())
}

/// Creates a one-time link for a user, or without one for the first admin, whose earlier links end. An account that is
/// switched off gets none.
pub async fn make_link(ctx: &Context, user: Option<&Model>) -> Result<Secret> {
    if user.is_some_and(|user| user.deactivated_at.is_some()) {
        return Err(
            UserError::new(Code::Invalid, &["email"], "The account is switched off. Reactivate it first.").into()
        );
    }
    let write = ctx.begin().await?;
    if user.is_none() {
        use crate::entity::password_link::{Column, Entity};
        Entity::delete_many().filter(Column::UserId.is_null()).exec(&write.tx).await?;
    }
    let token = links::create(&write, user.map(|user| user.id)).await?;
    let subject = user.map_or("the first admin", |user| user.email.as_str());
    audit::record(&write, AuditKind::LinkMade, Some(subject)).await?;
    write.commit().await?;
    Ok(token)
}
