//! The `batches` table: many records written by one act.

use sea_orm::entity::prelude::*;

/// Kind of batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum BatchKind {
    /// An import of a file.
    #[sea_orm(string_value = "import")]
    Import,
    /// A merge of duplicates.
    #[sea_orm(string_value = "merge")]
    Merge,
    /// The same fields written to many records.
    #[sea_orm(string_value = "bulk_update")]
    BulkUpdate,
    /// Records created or updated by their keys.
    #[sea_orm(string_value = "upsert")]
    Upsert,
    /// Records moved to the trash.
    #[sea_orm(string_value = "trash")]
    Trash,
    /// Records restored from the trash.
    #[sea_orm(string_value = "restore")]
    Restore,
}

/// State of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum BatchState {
    /// It is being made.
    #[sea_orm(string_value = "running")]
    Running,
    /// All of it was made.
    #[sea_orm(string_value = "done")]
    Done,
    /// It is being taken back.
    #[sea_orm(string_value = "undoing")]
    Undoing,
    /// All of it was taken back but what was changed since.
    #[sea_orm(string_value = "undone")]
    Undone,
    /// It ended before all of it was made.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// Batch. Its users and keys may no longer exist.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batches")]
#[expect(missing_docs, reason = "the columns say it, or the comments beside them do")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: BatchKind,
    pub state: BatchState,
    pub user_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    /// Changes that it made.
    pub change_count: i32,
    /// Changes made so far, or taken back so far.
    pub done_count: i32,
    /// True when changes of it were removed from the feed.
    pub is_pruned: bool,
    pub undone_at: Option<DateTimeUtc>,
    /// Caller of the undo, and its place: changes from this position on are taken back.
    pub undo_user_id: Option<Uuid>,
    pub undo_api_key_id: Option<Uuid>,
    pub undo_position: Option<i64>,
    /// Position of the next kept change.
    pub kept_next: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
