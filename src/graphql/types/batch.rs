//! `Batch`, its connection, and the changes that undoing it has left.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use super::{
    change::{ActorType, ChangeConnection, history},
    records::{Batch, ImportJob, User},
};
use crate::{
    domain::{
        self, batches,
        changes::HistoryOf,
        page::{Page, PageRequest},
    },
    entity::{batch, kept_change},
    graphql::{
        connection::{PageArgs, PageInfo, connection},
        context::ContextExt,
        enums::SubjectType,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::{ImportOfBatch, KeptCountOf, KeptOf, UserById},
        scalars::DateTime,
    },
};

/// Kinds of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "batch::BatchKind")]
pub(crate) enum BatchKind {
    /// An import of a file.
    Import,
    /// A merge of duplicates.
    Merge,
    /// The same fields written to many records.
    BulkUpdate,
    /// Records created or updated by their keys.
    Upsert,
    /// Records moved to the trash.
    Trash,
    /// Records restored from the trash.
    Restore,
}

/// States of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "batch::BatchState")]
pub(crate) enum BatchState {
    /// It is being made.
    Running,
    /// All of it was made.
    Done,
    /// It is being taken back.
    Undoing,
    /// All of it was taken back, except what somebody has changed since.
    Undone,
    /// It ended before all of it was made. What it has made can be undone.
    Failed,
}

/// Many records written by one act. What has not been changed since can be taken back.
#[Object]
impl Batch {
    /// The batch's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Kind of batch.
    async fn kind(&self) -> BatchKind {
        self.0.kind.into()
    }

    /// State of the batch.
    async fn state(&self) -> BatchState {
        self.0.state.into()
    }

    /// Login user who made the batch; null for an API key and for the operator.
    async fn actor(&self, ctx: &Context<'_>) -> Nullable<User> {
        let user_id = self.0.user_id?;
        ctx.load_one(UserById(user_id)).await.map(|user| user.map(User)).transpose()
    }

    /// Type of the caller who made the batch.
    async fn actor_type(&self) -> ActorType {
        domain::ActorType::of(self.0.user_id, self.0.api_key_id).into()
    }

    /// Time when the batch was begun.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Number of changes made so far, or of those that undoing has gone through so far.
    async fn done_count(&self) -> i32 {
        self.0.done_count
    }

    /// Number of changes that the batch made.
    async fn change_count(&self) -> i32 {
        self.0.change_count
    }

    /// Changes that the batch made, oldest first.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        history(ctx, HistoryOf::Batch, self.0.id, first, after).await
    }

    /// The import that the batch was made by, if it was one.
    async fn import_job(&self, ctx: &Context<'_>) -> Nullable<ImportJob> {
        ctx.load_one(ImportOfBatch(self.0.id)).await.map(|job| job.map(ImportJob)).transpose()
    }

    /// Time when the batch was undone.
    async fn undone_at(&self) -> Option<DateTime> {
        self.0.undone_at.map(DateTime)
    }

    /// Changes that undoing has left, because somebody changed or deleted the record since.
    async fn kept(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<KeptChangeConnection> {
        let request = PageArgs { first, after, ..PageArgs::default() }.request(&ctx.state().limits)?;
        let page = if crate::graphql::connection::needs_page(ctx, &request) {
            let loaded = ctx.load_one(KeptOf { batch_id: self.0.id, request: request.clone() }).await?;
            Some(loaded.unwrap_or_else(|| Arc::new(batches::no_kept(&request))))
        } else {
            None
        };
        Ok(KeptChangeConnection { page, total: KeptTotal(self.0.id) })
    }
}

/// A page of the list of batches.
pub(crate) struct BatchConnection(pub(crate) Page<batch::Model>);

impl BatchConnection {
    /// Reads a page, newest first.
    pub(crate) async fn read(ctx: &Context<'_>, request: &PageRequest) -> ApiResult<Self> {
        Ok(Self(Box::pin(batches::list(ctx.db().reads(), request)).await?))
    }
}

/// A page of the list of batches.
#[Object]
impl BatchConnection {
    /// The batches with their cursors.
    async fn edges(&self) -> Items<BatchEdge> {
        let edge = |row: &batch::Model| BatchEdge { cursor: self.0.cursor(row), node: Batch(row.clone()) };
        self.0.rows.iter().map(edge).collect()
    }

    /// The batches.
    async fn nodes(&self) -> Items<Batch> {
        self.0.rows.iter().cloned().map(Batch).collect()
    }

    /// Position of this page in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.0.has_next,
            has_previous_page: self.0.has_previous,
            start_cursor: self.0.rows.first().map(|row| self.0.cursor(row)),
            end_cursor: self.0.rows.last().map(|row| self.0.cursor(row)),
        }
    }
}

/// A batch in a list, with its cursor.
pub(crate) struct BatchEdge {
    cursor: String,
    node: Batch,
}

/// A batch in a list, with its cursor.
#[Object]
impl BatchEdge {
    /// Position of the batch in the list: pass it as `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The batch.
    async fn node(&self) -> &Batch {
        &self.node
    }
}

/// A change that undoing has left.
#[derive(Clone)]
pub(crate) struct KeptChange(pub(crate) kept_change::Model);

/// A change that undoing a batch has left, because somebody changed or deleted the record since.
#[Object]
impl KeptChange {
    /// Id of the record.
    async fn subject_id(&self) -> ID {
        self.0.subject_id.into()
    }

    /// Type of the record.
    async fn subject_type(&self) -> SubjectType {
        self.0.subject_type.into()
    }

    /// Name of the field; null for the whole record.
    async fn field(&self) -> Option<&str> {
        Some(self.0.field.as_str()).filter(|field| !field.is_empty())
    }
}

/// Number of changes that undoing a batch has left.
pub(crate) struct KeptTotal(uuid::Uuid);

impl KeptTotal {
    async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(ctx.load_one(KeptCountOf(self.0)).await?.unwrap_or_default())
    }
}

connection!(KeptChangeConnection, KeptChangeEdge, KeptChange(kept_change::Model), KeptTotal, "kept changes");
