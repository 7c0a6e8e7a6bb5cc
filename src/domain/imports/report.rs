//! The report of an import: rows that failed, and rows that were not taken wholly as they stood.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, OnConflict},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{json, read::Fault, wanted::Wanted};
use crate::{
    domain::{
        Write, bulk,
        condition::is_one_of,
        error::{Code, Result},
        page::{self, Page, PageRequest, SortKey},
    },
    entity::{
        import_chunk,
        import_row::{ActiveModel, Column, Entity, Model},
    },
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
    /// Builds the row of a report of this kind from a stored row.
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

/// Adds warnings to the report of rows, whose lines are given as well. Returns the rows that the report says already are
/// left out.
pub(super) async fn warn(
    write: &Write,
    job_id: Uuid,
    mut warnings: HashMap<i32, (i32, Vec<Fault>)>,
) -> Result<HashSet<i32>> {
    let mut left_out = HashSet::new();
    if warnings.is_empty() {
        return Ok(left_out);
    }
    let numbers: Vec<i32> = warnings.keys().copied().collect();
    let these = is_one_of(Expr::col(Column::RowNumber), &numbers, write.tx.get_database_backend());
    let reported = Entity::find().filter(Column::JobId.eq(job_id)).filter(these).all(&write.tx).await?;
    for row in reported {
        let Some((_, new)) = warnings.remove(&row.row_number) else { continue };
        let mut all = ReportRow::of(&row, Kind::Warnings).faults;
        if all.iter().any(|warning| warning.code == Code::Taken.name()) {
            left_out.insert(row.row_number);
        }
        // A new warning of a kind says what the last one says.
        all.retain(|known| new.iter().all(|new| new.code != known.code));
        all.extend(new);
        let mut row = row.into_active_model();
        row.warnings = Set(as_json(&all));
        Entity::update(row).exec(&write.tx).await?;
    }
    let unreported = warnings.into_iter().map(|(row_number, (line, warnings))| ActiveModel {
        job_id: Set(job_id),
        row_number: Set(row_number),
        line: Set(line),
        cells: Set(None),
        errors: Set(None),
        warnings: Set(as_json(&warnings)),
    });
    bulk::insert::<Entity>(&write.tx, &unreported.collect::<Vec<_>>()).await?;
    Ok(left_out)
}

/// Adds rows that could not be written to the report, which may have warnings of them, with the cells that they have in
/// their chunk.
pub(super) async fn fail(write: &Write, job_id: Uuid, failed: Vec<(&Wanted, Vec<Fault>)>) -> Result<()> {
    let Some((first, _)) = failed.first() else { return Ok(()) };
    let mut cells = staged_cells(write, job_id, first.number).await?;
    let rows = failed.into_iter().map(|(row, errors)| ActiveModel {
        job_id: Set(job_id),
        row_number: Set(row.number),
        line: Set(row.line),
        cells: Set(Some(json!(cells.remove(&row.number).unwrap_or_default()))),
        errors: Set(as_json(&errors)),
        warnings: Set(None),
    });
    let again = OnConflict::columns([Column::JobId, Column::RowNumber])
        .update_columns([Column::Cells, Column::Errors])
        .to_owned();
    let rows: Vec<ActiveModel> = rows.collect();
    Entity::insert_many(rows).on_conflict(again).exec_without_returning(&write.tx).await?;
    Ok(())
}

/// The cells of the rows of a chunk, by their numbers: of the chunk that has this row.
async fn staged_cells(write: &Write, job_id: Uuid, row: i32) -> Result<HashMap<i32, Vec<String>>> {
    let chunk = import_chunk::Entity::find()
        .select_only()
        .column(import_chunk::Column::Cells)
        .filter(import_chunk::Column::JobId.eq(job_id))
        .filter(import_chunk::Column::LastRow.gte(row))
        .order_by_asc(import_chunk::Column::LastRow);
    let cells: Option<Option<String>> = chunk.into_tuple().one(&write.tx).await?;
    let cells: Vec<(i32, Vec<String>)> = cells.flatten().as_deref().map(json::read).transpose()?.unwrap_or_default();
    Ok(cells.into_iter().collect())
}

/// Faults as they are stored; none where there are none.
pub(super) fn as_json(faults: &[Fault]) -> Option<Json> {
    (!faults.is_empty()).then(|| json!(faults))
}
