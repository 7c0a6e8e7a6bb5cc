//! Actions on one's own account: signing in and out, and setting passwords.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::{Password, Secret, admins, audit, links, outbox::enqueue, password::Matched, sessions};
use crate::{
    domain::{
        Code, Context, Error, Result, UserError, Write,
        email::{self, EmailAddress},
        error::together,
        text,
        users::{find_or_register, parse_email},
    },
    entity::{audit_event::AuditKind, credential, outbox, role::Role, user},
};

/// Outcome of a sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// User who has signed in.
    pub user: user::Model,
    /// Token of the session, known only now.
    pub token: Secret,
    /// Time at which the session ends if it is not used.
    pub expires_at: DateTime<Utc>,
}

/// Begins a session. The error does not tell the cause: an unknown address, a placeholder, an account that is switched off
/// and a wrong password get the same answer, after the same work.
pub async fn sign_in(ctx: &Context, email: &str, password: &str) -> Result<SignedIn> {
    let address = email::from_input(email);
    let password = Password::from_input(password);
    let found = credential::Entity::find().filter(credential::Column::EmailLower.eq(email::lower(&address)));
    let found = found.one(ctx.db.reads()).await?;
    let stored = found.as_ref().and_then(|credential| credential.password_hash.clone());
    let matched = password.matches(stored.clone()).await?;
    let is_off = found.as_ref().is_some_and(|credential| credential.deactivated_at.is_some());
    let user_id = found.map(|credential| credential.id);
    let (Some(user_id), true, false) = (user_id, matched != Matched::No, is_off) else {
        let write = ctx.begin().await?;
        let kind = if is_off { AuditKind::SignInDeactivated } else { AuditKind::SignInFailed };
        audit::record(&write, kind, Some(&address)).await?;
        write.commit().await?;
        return Err(UserError::new(Code::InvalidCredentials, &[], "E-mail and password do not match.").into());
    };
    let rehashed = if matched == Matched::Outdated { Some(password.hash().await?) } else { None };
    let mut write = ctx.begin().await?;
    write.actor.user_id = Some(user_id);
    // A password change or a deactivation meanwhile has ended the sessions.
    if !lock_unchanged(&write, user_id, stored.as_ref()).await? {
        return Err(UserError::new(Code::InvalidCredentials, &[], "E-mail and password do not match.").into());
    }
    if let Some(hash) = rehashed {
        store(&write, user_id, hash).await?;
    }
    audit::record(&write, AuditKind::SignedIn, None).await?;
    begin_session(ctx, write, user_id).await
}

/// Records a sign-in that the rate limit refused. An error is only logged.
pub async fn note_refused_sign_in(ctx: &Context, email: &str) {
    let noting = async {
        let write = ctx.begin().await?;
        audit::record(&write, AuditKind::SignInRefused, Some(&email::from_input(email))).await?;
        write.commit().await
    };
    if let Err(error) = noting.await {
        tracing::warn!(?error, "A refused sign-in could not be noted");
    }
}

async fn begin_session(ctx: &Context, write: Write, user_id: Uuid) -> Result<SignedIn> {
    let user = user::Entity::find_by_id(user_id).one(&write.tx).await?;
    // The account may have been switched off since the link was found; its row is locked by now.
    let user = user.filter(|user| user.deactivated_at.is_none()).ok_or_else(links::invalid)?;
    let begun = sessions::begin(&write, user_id, ctx.token_cache.lifetimes).await?;
    write.commit().await?;
    Ok(SignedIn { user, token: begun.token, expires_at: begun.expires_at })
}

/// Ends the caller's session. Returns false when there is none.
pub async fn sign_out(ctx: &Context) -> Result<bool> {
    use crate::entity::session::{Column, Entity};

    let Some(session_id) = ctx.actor.session_id else { return Ok(false) };
    let write = ctx.begin().await?;
    let deleted = Entity::delete_many().filter(Column::Id.eq(session_id)).exec(&write.tx).await?;
    audit::record(&write, AuditKind::SignedOut, None).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(deleted.rows_affected > 0)
}

/// Requests a one-time link for the address, which is sent if an account or a placeholder has it.
///
/// The look-up happens when the mail is sent, so that neither the answer nor its time reveals an account.
pub async fn request_password_link(ctx: &Context, email: &str) -> Result<()> {
    let Ok(address) = EmailAddress::parse(text::trim(email)) else { return Ok(()) };
    let write = ctx.begin().await?;
    enqueue(&write, outbox::MailKind::PasswordLink, address.as_str()).await?;
    audit::record(&write, AuditKind::LinkRequested, Some(address.as_str())).await?;
    write.commit().await
}

/// Sets the password with a one-time link. The link claims a placeholder, ends the user's sessions and begins a new
/// one.
pub async fn set_password(ctx: &Context, token: &str, password: &str) -> Result<SignedIn> {
    let token = Secret::from_input(token);
    let user = found_or_recorded(ctx, user_of_link(ctx, &token).await).await;
    let email = user.as_ref().map_or("", |user| user.email.as_str());
    let password = Password::parse(password, email).map_err(Error::from);
    let (user, password) = together(user, password)?;
    let hash = password.hash().await?;
    let mut write = ctx.begin().await?;
    write.actor.user_id = links::consume(&write, &token).await?;
    renew(ctx, write, user.id, hash, AuditKind::PasswordSet).await
}

async fn user_of_link(ctx: &Context, token: &Secret) -> Result<user::Model> {
    let user_id = links::find(ctx, token).await?.user_id.ok_or_else(links::invalid)?;
    let user = user::Entity::find_by_id(user_id).one(ctx.db.reads()).await?;
    Ok(user.filter(|user| user.deactivated_at.is_none()).ok_or_else(links::invalid)?)
}

/// Returns a link, or records the refusal and returns it.
async fn found_or_recorded<T>(ctx: &Context, found: Result<T>) -> Result<T> {
    if matches!(found, Err(Error::Rejected(_))) {
        let write = ctx.begin().await?;
        audit::record(&write, AuditKind::LinkFailed, None).await?;
        write.commit().await?;
    }
    found
}

/// Changes the caller's password, ends the caller's sessions and begins a new one.
pub async fn change_password(ctx: &Context, current: &str, password: &str) -> Result<SignedIn> {
    let wrong = || UserError::new(Code::InvalidCredentials, &["current"], "This is not the present password.");
    let user_id = ctx.actor.user_id.ok_or_else(wrong)?;
    let user = user::Entity::find_by_id(user_id).one(ctx.db.reads()).await?.ok_or_else(wrong)?;
    let stored = credential::Entity::find_by_id(user_id).one(ctx.db.reads()).await?;
    let stored = stored.and_then(|credential| credential.password_hash);
    let password = Password::parse(password, &user.email).map_err(Error::from);
    let mut is_right = Ok(());
    if Password::from_input(current).matches(stored.clone()).await? == Matched::No {
        let write = ctx.begin().await?;
        audit::record(&write, AuditKind::PasswordChangeFailed, Some(&user.email)).await?;
        write.commit().await?;
        is_right = Err(wrong().into());
    }
    let ((), password) = together(is_right, password)?;
    let hash = password.hash().await?;
    let write = ctx.begin().await?;
    // Neither the password nor the session may have ended meanwhile.
    if !lock_unchanged(&write, user_id, stored.as_ref()).await?
        || !sessions::is_open(&write, ctx.actor.session_id).await?
    {
        return Err(wrong().into());
    }
    renew(ctx, write, user_id, hash, AuditKind::PasswordChanged).await
}

/// Stores a new password, and ends the sessions of the old one.
async fn renew(ctx: &Context, write: Write, user_id: Uuid, hash: String, kind: AuditKind) -> Result<SignedIn> {
    credential::Entity::update_many()
        .col_expr(credential::Column::PasswordHash, Expr::val(Some(hash)))
        .col_expr(credential::Column::IsPlaceholder, Expr::val(false))
        .col_expr(credential::Column::UpdatedAt, write.not_before(credential::Column::UpdatedAt))
        .filter(credential::Column::Id.eq(user_id))
        .exec(&write.tx)
        .await?;
    sessions::end_all(&write, user_id).await?;
    links::end_all(&write, user_id).await?;
    audit::record(&write, kind, None).await?;
    let signed_in = begin_session(ctx, write, user_id).await?;
    ctx.token_cache.clear();
    Ok(signed_in)
}

/// Locks a user's password until the transaction ends. Returns false when it is no longer the one that was compared, or
/// the account has been switched off.
async fn lock_unchanged(write: &Write, user_id: Uuid, compared: Option<&String>) -> Result<bool> {
    let locked = credential::Entity::find_by_id(user_id).lock(LockType::NoKeyUpdate).one(&write.tx).await?;
    let is_unchanged = |credential: credential::Model| {
        credential.password_hash.as_ref() == compared && credential.deactivated_at.is_none()
    };
    Ok(locked.is_some_and(is_unchanged))
}

async fn store(write: &Write, user_id: Uuid, hash: String) -> Result<()> {
    credential::Entity::update_many()
        .col_expr(credential::Column::PasswordHash, Expr::val(hash))
        .filter(credential::Column::Id.eq(user_id))
        .exec(&write.tx)
        .await?;
    Ok(())
}

/// Creates the first admin with the link that `serve` printed. Refuses when there is one already. All errors of the
/// input come back together.
pub async fn create_first_admin(ctx: &Context, token: &str, email: &str, password: &str) -> Result<SignedIn> {
    let token = Secret::from_input(token);
    let link = found_or_recorded(ctx, links::check_setup(ctx, &token).await).await;
    let address = parse_email(email);
    let password = Password::parse(password, address.as_ref().map_or(email, EmailAddress::as_str));
    let ((), (email, password)) = together(link, together(address, password.map_err(Error::from)))?;
    let hash = password.hash().await?;
    let mut write = ctx.begin().await?;
    admins::lock(&write).await?;
    links::consume(&write, &token).await?;
    if !links::needs_first_admin(&write.tx).await? {
        return Err(links::admin_exists().into());
    }
    let (user, _) = find_or_register(&write, &email, None).await?;
    admins::give_role(&write, &user, Role::Admin).await?;
    write.actor.user_id = Some(user.id);
    audit::record(&write, AuditKind::RoleSet, Some(&format!("{} {}", user.email, Role::Admin.to_value()))).await?;
    renew(ctx, write, user.id, hash, AuditKind::PasswordSet).await
}
