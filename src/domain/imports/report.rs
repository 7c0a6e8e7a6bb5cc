//! The report of an import: rows that failed, and rows that were not taken wholly as they stood.

use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, sea_query::Expr};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::read::Fault;
use crate::{
    domain::{
        error::Result,
        page::{self, Page, PageRequest, SortKey},
    },
    entity::import_row::{Column, Entity, Model},
    resources::{ColumnKind, SortBy},
    storage::Db,
};

/// Kinds of rows that a report has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Rows that nothing was written of.
    Failures,
    /// Rows that were taken, but not wholly as they stood.
    Warnings,
}

/// A row of a report.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// Line of the file where the row begins.
    pub line: i32,
    /// Its number.
    pub row: i32,
    /// The faults.
    pub faults: Vec<Fault>,
    /// The cells of the row, as they stand in the file; empty for cards.
    pub cells: Vec<String>,
}

impl ReportRow {
    /// What a report of this kind says of a row.
    pub fn of(row: &Model, kind: Kind) -> Self {
        let list =
            |list: &Option<Json>| list.clone().and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default();
        let faults = list(if kind == Kind::Failures { &row.errors } else { &row.warnings });
        let cells = row.cells.clone().and_then(|cells| serde_json::from_value(cells).ok()).unwrap_or_default();
        Self { line: row.line, row: row.row_number, faults, cells }
    }
}

fn select(job_id: Uuid, kind: Kind) -> Select<Entity> {
    let column = if kind == Kind::Failures { Column::Errors } else { Column::Warnings };
    Entity::find().filter(Column::JobId.eq(job_id)).filter(column.is_not_null())
}

/// The order of a report: that of the file.
fn in_file_order() -> Vec<SortKey> {
    let by = SortBy::new("row", "row_number", ColumnKind::Int);
    vec![SortKey { by, expr: Expr::col((Entity, Column::RowNumber)), beyond: None, descending: false }]
}

/// A page of a report.
pub async fn rows(db: &Db, job_id: Uuid, kind: Kind, request: &PageRequest) -> Result<Page<Model>> {
    page::fetch(db.reads(), select(job_id, kind), in_file_order(), request).await
}

/// The number of rows of a report.
pub async fn count(db: &Db, job_id: Uuid, kind: Kind) -> Result<u64> {
    Ok(select(job_id, kind).count(db.reads()).await?)
}

/// Faults as they are stored; none where there are none.
pub(super) fn as_json(faults: &[Fault]) -> Option<Json> {
    (!faults.is_empty()).then(|| json!(faults))
}
