//! The `outbox` table: mails to be sent.

use sea_orm::entity::prelude::*;

/// Kind of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum MailKind {
    /// Somebody asked for a link to set a password.
    #[sea_orm(string_value = "password_link")]
    PasswordLink,
    /// An admin invited a user.
    #[sea_orm(string_value = "invitation")]
    Invitation,
    /// A webhook was switched off.
    #[sea_orm(string_value = "webhook_off")]
    WebhookOff,
}

/// Queued mail. Its text is written when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
#[expect(missing_docs, reason = "the columns say it, or the migration does")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: MailKind,
    pub recipient: String,
    /// The webhook that the mail is about.
    pub webhook_id: Option<Uuid>,
    pub attempts: i32,
    pub next_attempt_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
