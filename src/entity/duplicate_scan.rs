//! The `duplicate_scans` table: searches of all contacts for likely duplicates.

use sea_orm::entity::prelude::*;

/// State of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ScanState {
    /// It is being made. There is at most one such scan.
    #[sea_orm(string_value = "running")]
    Running,
    /// All of it was made.
    #[sea_orm(string_value = "done")]
    Done,
    /// Its process has ended, or it could not go on. Another one has begun since, or will.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// Step of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ScanStep {
    /// Contacts are read.
    #[sea_orm(string_value = "reading")]
    Reading,
    /// Contacts are compared.
    #[sea_orm(string_value = "comparing")]
    Comparing,
    /// Keys are written, by which later writes find candidates.
    #[sea_orm(string_value = "indexing")]
    Indexing,
    /// Pairs are written.
    #[sea_orm(string_value = "writing")]
    Writing,
}

/// Scan.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duplicate_scans")]
#[expect(missing_docs, reason = "the columns say it, or the comments beside them do")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub state: ScanState,
    pub step: ScanStep,
    /// Progress of the step: items that are done, and all its items.
    pub done_count: i32,
    pub total_count: i32,
    pub contact_count: i32,
    pub pair_count: i32,
    /// Keys that too many contacts have to be compared with each other.
    pub skipped_blocks: i32,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    /// Time at which another process takes the scan over, because its own says nothing.
    pub lease_until: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
