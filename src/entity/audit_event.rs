//! The `audit_events` table: who was let in, who was not, and who was given what.

use sea_orm::entity::prelude::*;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum AuditKind {
    /// A password was right.
    #[sea_orm(string_value = "signed_in")]
    SignedIn,
    /// It was not, or there is no such account; the subject is the address given.
    #[sea_orm(string_value = "sign_in_failed")]
    SignInFailed,
    /// A try to sign in was refused by the rates, noted once a minute for an address and for an account; the subject is the
    /// address given.
    #[sea_orm(string_value = "sign_in_refused")]
    SignInRefused,
    /// A session was ended by its user.
    #[sea_orm(string_value = "signed_out")]
    SignedOut,
    /// All sessions of a user were ended by somebody else; the subject is the user.
    #[sea_orm(string_value = "sessions_ended")]
    SessionsEnded,
    /// A one-time link was asked for; the subject is the address given.
    #[sea_orm(string_value = "link_requested")]
    LinkRequested,
    /// A one-time link was made on the command line; the subject is the user.
    #[sea_orm(string_value = "link_made")]
    LinkMade,
    /// A password was set by a one-time link.
    #[sea_orm(string_value = "password_set")]
    PasswordSet,
    /// A password was changed by its user.
    #[sea_orm(string_value = "password_changed")]
    PasswordChanged,
    /// The present password was not given right when it was to be changed; the subject is the user.
    #[sea_orm(string_value = "password_change_failed")]
    PasswordChangeFailed,
    /// A one-time link was tried that is none, or no longer.
    #[sea_orm(string_value = "link_failed")]
    LinkFailed,
    /// A user was invited; the subject is the user and the role.
    #[sea_orm(string_value = "user_invited")]
    UserInvited,
    /// A role was given; the subject is the user and the role.
    #[sea_orm(string_value = "role_set")]
    RoleSet,
    /// An API key was made; the subject is its prefix and role.
    #[sea_orm(string_value = "key_created")]
    KeyCreated,
    /// An API key was used, noted once in ten minutes; the subject is its prefix.
    #[sea_orm(string_value = "key_used")]
    KeyUsed,
    /// An API key was brought that has expired or was revoked, noted once in ten minutes; the subject is its prefix.
    #[sea_orm(string_value = "key_refused")]
    KeyRefused,
    /// An API key was revoked; the subject is its prefix.
    #[sea_orm(string_value = "key_revoked")]
    KeyRevoked,
}

/// One event. It refers to users and keys that may be gone.
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
