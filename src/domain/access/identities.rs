//! Signing in with an account at another provider.
//!
//! The issuer and the subject identify the account. Its e-mail address counts only the first time, to find the user whose
//! account it is, and only when the provider says that it has verified the address.

use chrono::TimeDelta;
use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set, TryInsertResult,
    sea_query::{Expr, LockType},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{SignedIn, administration, admins, audit, links, sessions};
use crate::{
    domain::{
        Context, Error, Result, Write, folding,
        text::Checker,
        users::{find_or_register, parse_email},
    },
    entity::{
        audit_event::AuditKind,
        identity::{ActiveModel, Column, Entity},
        role::Role,
        session, sign_out_hint, used_sign_in, user,
    },
    resources::LINE_CHARS_MAX,
};

/// Time for which a sign-in at a provider may take, in seconds.
pub const PROVIDER_SIGN_IN_SECONDS: i64 = 600;

/// Account at a provider, as the provider's signed answer describes it.
#[derive(Clone, Debug)]
pub struct ExternalAccount {
    /// Name of the provider in the settings.
    pub provider: String,
    /// The provider's own identifier.
    pub issuer: String,
    /// Identifier of the account at the provider.
    pub subject: String,
    /// E-mail address, if the provider told one.
    pub email: Option<String>,
    /// True when the provider says that it has verified the address.
    pub is_email_verified: bool,
    /// Name of the person.
    pub name: Option<String>,
    /// ID token, encrypted, which the provider wants to see again when the session ends.
    pub sign_out_hint: Option<String>,
}

/// Rules for the users of a provider.
#[derive(Clone, Copy, Debug)]
pub struct ProviderRules {
    /// Role by the provider's claim, which is set at each sign-in.
    pub role: Option<Role>,
    /// Role of a new user.
    pub default_role: Role,
    /// Registers users that are unknown here.
    pub allow_new: bool,
}

/// Reason why an account at a provider does not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderRefusal {
    /// The provider told no e-mail address that mail can be sent to.
    NoEmail,
    /// The provider does not say that it has verified the address.
    Unverified,
    /// There is no user with the address, and the provider registers none.
    Unknown,
    /// The account here is switched off.
    Deactivated,
}

impl ProviderRefusal {
    fn reason(self) -> &'static str {
        match self {
            Self::NoEmail => "no e-mail address",
            Self::Unverified => "e-mail address not verified",
            Self::Unknown => "no such user",
            Self::Deactivated => "account switched off",
        }
    }
}

/// Notes that a sign-in has come back from a provider. Returns false when it had come back before.
pub async fn use_provider_sign_in(ctx: &Context, state: &str) -> Result<bool> {
    let write = ctx.begin().await?;
    let used = used_sign_in::ActiveModel {
        state_hash: Set(Sha256::digest(state.as_bytes()).to_vec()),
        expires_at: Set(write.now + TimeDelta::seconds(PROVIDER_SIGN_IN_SECONDS)),
    };
    let insert = used_sign_in::Entity::insert(used).on_conflict_do_nothing_on([used_sign_in::Column::StateHash]);
    let inserted = insert.exec_without_returning(&write.tx).await?;
    write.commit().await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Records a sign-in at a provider that failed before the account was known.
pub async fn note_failed_provider(ctx: &Context, provider: &str, reason: &str) -> Result<()> {
    let write = ctx.begin().await?;
    audit::record(&write, AuditKind::ProviderFailed, Some(&format!("{provider}: {reason}"))).await?;
    write.commit().await
}

/// Begins a session of the user whose account it is. The first time, the account is linked with the user who has its
/// verified address, or claims the placeholder that has it, or registers a user.
pub async fn sign_in_by_provider(
    ctx: &Context,
    account: &ExternalAccount,
    rules: ProviderRules,
) -> Result<std::result::Result<SignedIn, ProviderRefusal>> {
    let mut write = ctx.begin().await?;
    let (found, is_new) = match find(&write, account, rules).await? {
        Ok(found) => found,
        Err(refusal) => return refuse(ctx, write, account, refusal).await,
    };
    if rules.role.is_some() {
        admins::lock(&write).await?;
    }
    let locked = user::Entity::find_by_id(found.id).lock(LockType::NoKeyUpdate).one(&write.tx).await?;
    let Some(user) = locked.filter(|user| user.deactivated_at.is_none()) else {
        return refuse(ctx, write, account, ProviderRefusal::Deactivated).await;
    };
    write.actor.user_id = Some(user.id);
    link(&write, account, &user).await?;
    let user = claim(&write, account, user, is_new).await?;
    let user = set_role(&write, account, rules.role.unwrap_or(user.role), user).await?;
    audit::record(&write, AuditKind::SignedIn, Some(&account.provider)).await?;
    let begun = sessions::begin(&write, user.id, ctx.token_cache.lifetimes, Some(&account.provider)).await?;
    keep_hint(&write, account, begun.id).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(Ok(SignedIn { user, token: begun.token, expires_at: begun.expires_at }))
}

/// Rolls the sign-in back, and records why.
async fn refuse<T>(
    ctx: &Context,
    write: Write,
    account: &ExternalAccount,
    refusal: ProviderRefusal,
) -> Result<std::result::Result<T, ProviderRefusal>> {
    drop(write);
    let write = ctx.begin().await?;
    // The provider's address is parsed, because it may be any text.
    let email = account.email.as_deref().and_then(|email| parse_email(email).ok());
    let who = email.as_ref().map_or(account.subject.as_str(), |email| email.as_str());
    let subject = format!("{}: {}: {who}", account.provider, refusal.reason());
    audit::record(&write, AuditKind::ProviderRefused, Some(&subject)).await?;
    write.commit().await?;
    Ok(Err(refusal))
}

/// Returns the user whose account it is, or is to be, and whether the user was registered just now.
async fn find(
    write: &Write,
    account: &ExternalAccount,
    rules: ProviderRules,
) -> Result<std::result::Result<(user::Model, bool), ProviderRefusal>> {
    let known = Entity::find_by_id((account.issuer.clone(), account.subject.clone())).one(&write.tx).await?;
    if let Some(known) = known {
        let user = user::Entity::find_by_id(known.user_id).one(&write.tx).await?;
        return Ok(user.map(|user| (user, false)).ok_or(ProviderRefusal::Deactivated));
    }
    let Some(Ok(email)) = account.email.as_deref().map(parse_email) else { return Ok(Err(ProviderRefusal::NoEmail)) };
    if !account.is_email_verified {
        return Ok(Err(ProviderRefusal::Unverified));
    }
    let known = user::Entity::find().filter(user::Column::EmailLower.eq(email.lower())).one(&write.tx).await?;
    if let Some(user) = known {
        return Ok(Ok((user, false)));
    }
    if !rules.allow_new {
        return Ok(Err(ProviderRefusal::Unknown));
    }
    let (user, was_created) = find_or_register(write, &email, None).await?;
    if was_created {
        admins::give_role(write, &user, rules.default_role).await?;
    }
    Ok(Ok((user, was_created)))
}

/// Links the account with the user, or notes its use.
async fn link(write: &Write, account: &ExternalAccount, user: &user::Model) -> Result<()> {
    let identity = ActiveModel {
        issuer: Set(account.issuer.clone()),
        subject: Set(account.subject.clone()),
        user_id: Set(user.id),
        created_at: Set(write.now),
        last_used_at: Set(write.now),
    };
    let insert = Entity::insert(identity).on_conflict_do_nothing_on([Column::Issuer, Column::Subject]);
    let inserted = insert.exec_without_returning(&write.tx).await?;
    if matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0) {
        let subject = format!("{} {}", user.email, account.provider);
        return audit::record(write, AuditKind::ProviderLinked, Some(&subject)).await;
    }
    let noted = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::val(write.now))
        .filter(Column::Issuer.eq(&account.issuer))
        .filter(Column::Subject.eq(&account.subject))
        .filter(Column::UserId.eq(user.id))
        .exec(&write.tx)
        .await?;
    // Another sign-in may have linked it with another user meanwhile.
    if noted.rows_affected == 0 { Err(Error::Busy) } else { Ok(()) }
}

/// Claims a placeholder, and names a user without a name.
async fn claim(write: &Write, account: &ExternalAccount, user: user::Model, is_new: bool) -> Result<user::Model> {
    if !user.is_placeholder {
        return Ok(user);
    }
    let mut checker = Checker::new(&[]);
    let told = checker.optional("name", account.name.clone().filter(|_| user.name.is_none()), LINE_CHARS_MAX);
    let name = told.or_else(|| user.name.clone());
    user::Entity::update_many()
        .col_expr(user::Column::IsPlaceholder, Expr::val(false))
        .col_expr(user::Column::Name, Expr::val(name.clone()))
        .col_expr(user::Column::NameKey, Expr::val(name.as_deref().map(folding::key)))
        .col_expr(user::Column::UpdatedAt, write.not_before(user::Column::UpdatedAt))
        .filter(user::Column::Id.eq(user.id))
        .exec(&write.tx)
        .await?;
    // A link that was mailed would otherwise still set a password.
    links::end_all(write, user.id).await?;
    let kind = if is_new { AuditKind::ProviderRegistered } else { AuditKind::ProviderClaimed };
    audit::record(write, kind, Some(&format!("{} {}", user.email, account.provider))).await?;
    Ok(user::Model { is_placeholder: false, name, ..user })
}

/// Gives the role that the provider's claim says. The last admin keeps theirs.
async fn set_role(write: &Write, account: &ExternalAccount, role: Role, user: user::Model) -> Result<user::Model> {
    if role == user.role {
        return Ok(user);
    }
    let subject = format!("{} {} before {}", user.email, role.to_value(), user.role.to_value());
    match admins::refuse_last(write, &user, "role").await {
        Ok(()) => {}
        Err(Error::Rejected(_)) => {
            audit::record(write, AuditKind::RoleKept, Some(&subject)).await?;
            return Ok(user);
        }
        Err(error) => return Err(error),
    }
    admins::give_role(write, &user, role).await?;
    if role < user.role {
        administration::end_access(write, user.id, Some(role)).await?;
    }
    audit::record(write, AuditKind::RoleSet, Some(&format!("{subject} by {}", account.provider))).await?;
    Ok(user::Model { role, ..user })
}

/// Keeps what the provider wants to see again when the session ends.
async fn keep_hint(write: &Write, account: &ExternalAccount, session_id: Uuid) -> Result<()> {
    let Some(sealed) = account.sign_out_hint.clone() else { return Ok(()) };
    let hint = sign_out_hint::ActiveModel { session_id: Set(session_id), sealed: Set(sealed) };
    sign_out_hint::Entity::insert(hint).exec_without_returning(&write.tx).await?;
    Ok(())
}

/// Provider at which a session began.
#[derive(Clone, Debug)]
pub struct ProviderOfSession {
    /// Name of the provider in the settings.
    pub name: String,
    /// Encrypted ID token, as in [`ExternalAccount::sign_out_hint`].
    pub sign_out_hint: Option<String>,
}

/// Returns the provider at which the caller's session began.
pub async fn provider_of_session(ctx: &Context) -> Result<Option<ProviderOfSession>> {
    let (Some(session_id), db) = (ctx.actor.session_id, ctx.db.reads()) else { return Ok(None) };
    let session = session::Entity::find_by_id(session_id).one(db).await?;
    let Some(name) = session.and_then(|session| session.provider) else { return Ok(None) };
    let hint = sign_out_hint::Entity::find_by_id(session_id).one(db).await?;
    Ok(Some(ProviderOfSession { name, sign_out_hint: hint.map(|hint| hint.sealed) }))
}
