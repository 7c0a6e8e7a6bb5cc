//! The `webhooks` table: endpoints that are told of changes.

use sea_orm::entity::prelude::*;

/// Webhook: its settings, its place in the feed, its state and its lease.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
#[expect(missing_docs, reason = "the columns say it, or the comments beside them do")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub url: String,
    /// Separated by commas; empty for all.
    pub subject_types: String,
    pub is_enabled: bool,
    pub disabled_reason: Option<String>,
    /// Encrypted, like the one before it.
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub secret: Vec<u8>,
    #[sea_orm(column_type = "VarBinary(StringLen::None)", nullable)]
    pub previous_secret: Option<Vec<u8>>,
    /// Time until which deliveries are signed with the previous secret too.
    pub previous_secret_until: Option<DateTimeUtc>,
    /// Place in the feed up to which all is delivered.
    pub tx: i64,
    pub position: i64,
    /// Moves with what admins write.
    pub revision: i64,
    pub last_delivered_at: Option<DateTimeUtc>,
    /// Why the last attempt failed.
    pub last_failure: Option<String>,
    /// Attempts that have failed since the last one that succeeded.
    pub failure_count: i32,
    pub failing_since: Option<DateTimeUtc>,
    pub next_attempt_at: Option<DateTimeUtc>,
    /// Process that delivers, and the time until which no other does.
    pub lease_holder: Option<Uuid>,
    pub lease_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
