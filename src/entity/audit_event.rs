//! The `audit_events` table: sign-ins, refusals, changes of access, and exports.

use sea_orm::entity::prelude::*;

/// Kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AuditKind {
    /// A sign-in succeeded. The subject is the provider, if it was at one.
    #[sea_orm(string_value = "signed_in")]
    SignedIn,
    /// A sign-in failed: the password was wrong, or there is no such account. The subject is the address given.
    #[sea_orm(string_value = "sign_in_failed")]
    SignInFailed,
    /// A sign-in to an account that is switched off. The subject is the address given.
    #[sea_orm(string_value = "sign_in_deactivated")]
    SignInDeactivated,
    /// A sign-in at a provider failed, before the account was known. The subject is the provider and the reason.
    #[sea_orm(string_value = "provider_failed")]
    ProviderFailed,
    /// An account at a provider was refused. The subject is the provider, the reason, and the address or the account.
    #[sea_orm(string_value = "provider_refused")]
    ProviderRefused,
    /// An account at a provider was linked with a user. The subject is the user and the provider.
    #[sea_orm(string_value = "provider_linked")]
    ProviderLinked,
    /// A user was registered by an account at a provider. The subject is the user and the provider.
    #[sea_orm(string_value = "provider_registered")]
    ProviderRegistered,
    /// A placeholder was claimed by an account at a provider. The subject is the user and the provider.
    #[sea_orm(string_value = "provider_claimed")]
    ProviderClaimed,
    /// A provider's claim would have taken the role of the last admin. The subject is the user and the roles.
    #[sea_orm(string_value = "role_kept")]
    RoleKept,
    /// The rate limit refused a sign-in, noted once a minute for an address and for an account. The subject is the
    /// address given.
    #[sea_orm(string_value = "sign_in_refused")]
    SignInRefused,
    /// A user ended a session.
    #[sea_orm(string_value = "signed_out")]
    SignedOut,
    /// All sessions of a user, or all others of the caller, were ended. The subject is the user.
    #[sea_orm(string_value = "sessions_ended")]
    SessionsEnded,
    /// Somebody requested a one-time link. The subject is the address given.
    #[sea_orm(string_value = "link_requested")]
    LinkRequested,
    /// A one-time link was requested for an account that is switched off, and not sent. The subject is the user.
    #[sea_orm(string_value = "link_deactivated")]
    LinkDeactivated,
    /// A one-time link was made on the command line. The subject is the user.
    #[sea_orm(string_value = "link_made")]
    LinkMade,
    /// A password was set by a one-time link.
    #[sea_orm(string_value = "password_set")]
    PasswordSet,
    /// A password was changed by its user.
    #[sea_orm(string_value = "password_changed")]
    PasswordChanged,
    /// A change of password failed, because the present password was wrong. The subject is the user.
    #[sea_orm(string_value = "password_change_failed")]
    PasswordChangeFailed,
    /// An unknown, expired or used one-time link was tried.
    #[sea_orm(string_value = "link_failed")]
    LinkFailed,
    /// A user was invited. The subject is the user and the role.
    #[sea_orm(string_value = "user_invited")]
    UserInvited,
    /// A role was given. The subject is the user and the role.
    #[sea_orm(string_value = "role_set")]
    RoleSet,
    /// A user was renamed. The subject is the user.
    #[sea_orm(string_value = "user_renamed")]
    UserRenamed,
    /// An account was switched off. The subject is the user.
    #[sea_orm(string_value = "user_deactivated")]
    UserDeactivated,
    /// An account was switched on again. The subject is the user.
    #[sea_orm(string_value = "user_reactivated")]
    UserReactivated,
    /// A user was deleted for good. The subject is the user's id: its address is gone with it.
    #[sea_orm(string_value = "user_deleted")]
    UserDeleted,
    /// An API key was created. The subject is its prefix and role.
    #[sea_orm(string_value = "key_created")]
    KeyCreated,
    /// An API key was used, noted once in ten minutes. The subject is its prefix.
    #[sea_orm(string_value = "key_used")]
    KeyUsed,
    /// An expired or revoked API key was used, noted once in ten minutes. The subject is its prefix.
    #[sea_orm(string_value = "key_refused")]
    KeyRefused,
    /// An API key was revoked. The subject is its prefix.
    #[sea_orm(string_value = "key_revoked")]
    KeyRevoked,
    /// A webhook was created. The subject of this event and of the following is the webhook's id and the origin of its
    /// URL.
    #[sea_orm(string_value = "webhook_created")]
    WebhookCreated,
    /// A webhook's settings were written.
    #[sea_orm(string_value = "webhook_updated")]
    WebhookUpdated,
    /// A webhook was deleted.
    #[sea_orm(string_value = "webhook_deleted")]
    WebhookDeleted,
    /// A webhook got another secret.
    #[sea_orm(string_value = "webhook_secret_rotated")]
    WebhookSecretRotated,
    /// A webhook's cursor was set.
    #[sea_orm(string_value = "webhook_replayed")]
    WebhookReplayed,
    /// Liaison switched a webhook off.
    #[sea_orm(string_value = "webhook_switched_off")]
    WebhookSwitchedOff,
    /// Records were exported. The subject is which, the format, and whether there was a filter.
    #[sea_orm(string_value = "exported")]
    Exported,
}

/// Event. It refers to users and keys that may no longer exist.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
#[expect(missing_docs, reason = "the columns say it, or the migration does")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub kind: AuditKind,
    pub address: Option<String>,
    pub user_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
    pub subject: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
