//! `ImportJob`, its connection, and its report.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{
    records::{Batch, ImportJob},
    user_error::UserError,
};
use crate::{
    domain::{
        imports::{self, Kind, ReportRow},
        page::{Page, PageRequest},
    },
    entity::{import_job, import_row},
    graphql::{
        connection::{PageArgs, PageInfo, count, needs_page},
        context::ContextExt,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::BatchById,
        scalars::DateTime,
    },
};

/// Formats of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "import_job::ImportFormat")]
pub(crate) enum ImportFormat {
    /// A table of any layout.
    Csv,
    /// vCard 2.1, 3.0 and 4.0.
    Vcard,
    /// RFC 9553: one card, or an array.
    Jscontact,
}

/// States of imports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "import_job::ImportState")]
pub(crate) enum ImportState {
    /// Rows are read, mapped and matched; nothing is written yet.
    Reading,
    /// Rows are written.
    Writing,
    /// All rows are dealt with.
    Done,
    /// It was cancelled. What it had written stays, and can be undone.
    Cancelled,
    /// It stopped; `error` says why. `resumeImport` goes on.
    Failed,
}

/// Import of a file.
#[Object]
impl ImportJob {
    /// The import's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// State of the import.
    async fn state(&self) -> ImportState {
        self.0.state.into()
    }

    /// Format of the file.
    async fn format(&self) -> ImportFormat {
        self.0.format.into()
    }

    /// Name of the file, if it has one.
    async fn file_name(&self) -> Option<&str> {
        self.0.file_name.as_deref()
    }

    /// True where nothing is written.
    async fn dry_run(&self) -> bool {
        self.0.is_dry_run
    }

    /// Columns of the file, and how each was understood; empty for cards.
    async fn mapping(&self) -> Vec<ImportColumn> {
        let columns: Vec<imports::ImportColumn> = serde_json::from_value(self.0.mapping.clone()).unwrap_or_default();
        let column = |imports::ImportColumn { column, field, samples }| ImportColumn { column, field, samples };
        columns.into_iter().map(column).collect()
    }

    /// Number of rows read so far.
    async fn rows_read(&self) -> i32 {
        self.0.rows_read
    }

    /// Number of rows of the file; null until it is read to its end.
    async fn rows_total(&self) -> Option<i32> {
        self.0.rows_total
    }

    /// Number of contacts or companies created; in the first phase, of those that would be.
    async fn created(&self) -> i32 {
        self.0.created
    }

    /// Number of records updated.
    async fn updated(&self) -> i32 {
        self.0.updated
    }

    /// Number of rows that said nothing new.
    async fn unchanged(&self) -> i32 {
        self.0.unchanged
    }

    /// Number of records restored from the trash.
    async fn restored(&self) -> i32 {
        self.0.restored
    }

    /// Number of rows that nothing was written of.
    async fn failed(&self) -> i32 {
        self.0.failed
    }

    /// Number of companies created for the contacts.
    async fn companies_created(&self) -> i32 {
        self.0.companies_created
    }

    /// Rows that nothing was written of, in the order of the file. `GET /import/ID/failures.csv` has all, with their
    /// original columns.
    async fn failures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<ImportFailureConnection> {
        report(ctx, self, Kind::Failures, (first, after)).await
    }

    /// Rows that were taken, but not wholly as they stood; the same shape.
    async fn warnings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<ImportFailureConnection> {
        report(ctx, self, Kind::Warnings, (first, after)).await
    }

    /// Reason why the import as a whole failed.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// The batch of what it wrote; null with dryRun, and before anything is written.
    async fn batch(&self, ctx: &Context<'_>) -> Nullable<Batch> {
        let batch_id = self.0.batch_id?;
        ctx.load_one(BatchById(batch_id)).await.map(|batch| batch.map(Batch)).transpose()
    }

    /// Time when the import began.
    async fn started_at(&self) -> DateTime {
        DateTime(self.0.started_at)
    }

    /// Time when the import ended.
    async fn finished_at(&self) -> Option<DateTime> {
        self.0.finished_at.map(DateTime)
    }
}

/// A column of a file.
#[derive(SimpleObject)]
pub(crate) struct ImportColumn {
    /// Its name in the file.
    column: String,
    /// The field that it feeds; null where it is left out.
    field: Option<String>,
    /// The first values, at most 3.
    samples: Vec<String>,
}

/// A row of a report, with the kind of report that it is in.
#[derive(Clone)]
pub(crate) struct ImportFailure(pub(crate) import_row::Model, Kind);

/// A row that nothing was written of, or that was not taken wholly as it stood.
#[Object]
impl ImportFailure {
    /// Line of the file where the row begins, from 1.
    async fn line(&self) -> i32 {
        self.0.line
    }

    /// Number of the row or card, from 1.
    async fn row(&self) -> i32 {
        self.0.row_number
    }

    /// Everything that is wrong with the row.
    async fn user_errors(&self) -> Vec<UserError> {
        ReportRow::of(&self.0, self.1).faults.into_iter().map(UserError::from).collect()
    }
}

/// The report that `ImportFailureConnection.totalCount` counts.
pub(crate) struct ReportTotal {
    job_id: uuid::Uuid,
    kind: Kind,
}

impl ReportTotal {
    pub(crate) async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(imports::count(ctx.db(), self.job_id, self.kind)).await?))
    }
}

async fn report(
    ctx: &Context<'_>,
    job: &ImportJob,
    kind: Kind,
    (first, after): (Option<i32>, Option<String>),
) -> ApiResult<ImportFailureConnection> {
    let request = PageArgs { first, after, ..PageArgs::default() }.request(&ctx.state().limits)?;
    let page = if needs_page(ctx, &request) {
        Some(std::sync::Arc::new(Box::pin(imports::rows(ctx.db(), job.0.id, kind, &request)).await?))
    } else {
        None
    };
    Ok(ImportFailureConnection { page, total: ReportTotal { job_id: job.0.id, kind } })
}

/// A page of the report of an import.
pub(crate) struct ImportFailureConnection {
    page: Option<std::sync::Arc<Page<import_row::Model>>>,
    total: ReportTotal,
}

impl ImportFailureConnection {
    fn rows(&self) -> &[import_row::Model] {
        self.page.as_ref().map_or(&[], |page| page.rows.as_slice())
    }

    fn cursor(&self, row: &import_row::Model) -> String {
        self.page.as_ref().map(|page| page.cursor(row)).unwrap_or_default()
    }

    fn node(&self, row: &import_row::Model) -> ImportFailure {
        ImportFailure(row.clone(), self.total.kind)
    }
}

/// A page of the report of an import.
#[Object]
impl ImportFailureConnection {
    /// The rows with their cursors.
    async fn edges(&self) -> Items<ImportFailureEdge> {
        self.rows().iter().map(|row| ImportFailureEdge { cursor: self.cursor(row), node: self.node(row) }).collect()
    }

    /// The rows.
    async fn nodes(&self) -> Items<ImportFailure> {
        self.rows().iter().map(|row| self.node(row)).collect()
    }

    /// Position of this page in the report.
    async fn page_info(&self) -> PageInfo {
        let page = self.page.as_ref();
        PageInfo {
            has_next_page: page.is_some_and(|page| page.has_next),
            has_previous_page: page.is_some_and(|page| page.has_previous),
            start_cursor: self.rows().first().map(|row| self.cursor(row)),
            end_cursor: self.rows().last().map(|row| self.cursor(row)),
        }
    }

    /// Number of rows of the whole report; counted only when selected.
    async fn total_count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        self.total.count(ctx).await
    }
}

/// A row of a report, with its cursor.
pub(crate) struct ImportFailureEdge {
    cursor: String,
    node: ImportFailure,
}

/// A row of a report, with its cursor.
#[Object]
impl ImportFailureEdge {
    /// Position of the row in the report: pass it as `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The row.
    async fn node(&self) -> &ImportFailure {
        &self.node
    }
}

/// A page of the list of imports.
pub(crate) struct ImportJobConnection(Page<import_job::Model>);

impl ImportJobConnection {
    /// Reads a page, newest first.
    pub(crate) async fn read(ctx: &Context<'_>, request: &PageRequest) -> ApiResult<Self> {
        Ok(Self(Box::pin(imports::list(ctx.db(), request)).await?))
    }
}

/// A page of the list of imports.
#[Object]
impl ImportJobConnection {
    /// The imports with their cursors.
    async fn edges(&self) -> Items<ImportJobEdge> {
        let edge = |row: &import_job::Model| ImportJobEdge { cursor: self.0.cursor(row), node: ImportJob(row.clone()) };
        self.0.rows.iter().map(edge).collect()
    }

    /// The imports.
    async fn nodes(&self) -> Items<ImportJob> {
        self.0.rows.iter().cloned().map(ImportJob).collect()
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

/// An import in a list, with its cursor.
pub(crate) struct ImportJobEdge {
    cursor: String,
    node: ImportJob,
}

/// An import in a list, with its cursor.
#[Object]
impl ImportJobEdge {
    /// Position of the import in the list: pass it as `after`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The import.
    async fn node(&self) -> &ImportJob {
        &self.node
    }
}
