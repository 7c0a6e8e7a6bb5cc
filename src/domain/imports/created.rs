//! The contacts that an import created, until they are compared with everybody else: the rows of those that are likely
//! somebody who was there are then in the report.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder,
    sea_query::{OnConflict, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    json,
    read::Fault,
    report::{Kind, ReportRow, as_json},
};
use crate::{
    domain::{
        Write,
        error::{Result, UserError},
    },
    entity::{
        import_created::{ActiveModel, Column, Entity, Model},
        import_job::{self, ImportState},
        import_row,
    },
    storage::Db,
};

/// A row that created a contact.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct CreatedRow {
    number: i32,
    line: i32,
    /// The contact.
    pub(crate) contact_id: Uuid,
}

impl CreatedRow {
    pub(super) fn new((number, line): (i32, i32), contact_id: Uuid) -> Self {
        Self { number, line, contact_id }
    }

    fn without_report(self, job_id: Uuid) -> import_row::Model {
        let Self { number: row_number, line, .. } = self;
        import_row::Model { job_id, row_number, line, cells: None, errors: None, warnings: None }
    }
}

/// Some rows of a job.
#[derive(Debug)]
pub(crate) struct CreatedRows {
    stored: Model,
    /// The rows, in file order.
    pub(crate) rows: Vec<CreatedRow>,
}

/// Notes rows in the transaction that creates their contacts.
pub(super) async fn note(write: &Write, job_id: Uuid, rows: &[CreatedRow]) -> Result<()> {
    let Some(last) = rows.last() else { return Ok(()) };
    let last_row = last.number;
    let rows = json::text(&rows)?;
    let noted = ActiveModel { job_id: Set(job_id), last_row: Set(last_row), rows: Set(rows) };
    Entity::insert(noted).exec_without_returning(&write.tx).await?;
    Ok(())
}

/// The next rows of jobs that have ended; none where all is told. While a job runs, its rows wait.
pub(crate) async fn next(db: &Db) -> Result<NextCreated> {
    let ended = Query::select()
        .column(import_job::Column::Id)
        .from(import_job::Entity)
        .and_where(import_job::Column::State.is_not_in([ImportState::Reading, ImportState::Writing]))
        .take();
    let first = || Entity::find().order_by_asc(Column::JobId).order_by_asc(Column::LastRow);
    if let Some(stored) = first().filter(Column::JobId.in_subquery(ended)).one(db.reads()).await? {
        let rows = json::read(&stored.rows)?;
        return Ok(NextCreated::Rows(CreatedRows { stored, rows }));
    }
    Ok(if first().one(db.reads()).await?.is_some() { NextCreated::Later } else { NextCreated::Nothing })
}

/// Next rows that may get hints of duplicates.
#[derive(Debug)]
pub(crate) enum NextCreated {
    /// Rows of a job that has ended.
    Rows(CreatedRows),
    /// Rows of a job that still runs.
    Later,
    /// No rows.
    Nothing,
}

/// Adds to the report of rows what was found of their contacts. Whoever comes second adds nothing.
pub(crate) async fn tell(write: &Write, created: CreatedRows, mut found: HashMap<Uuid, UserError>) -> Result<()> {
    let job_id = created.stored.job_id;
    if created.stored.delete(&write.tx).await?.rows_affected == 0 || found.is_empty() {
        return Ok(());
    }
    let told = created.rows.iter().filter_map(|row| Some((row, Fault::from(found.remove(&row.contact_id)?))));
    let told: Vec<(&CreatedRow, Fault)> = told.collect();
    let before = import_row::Entity::find()
        .filter(import_row::Column::JobId.eq(job_id))
        .filter(import_row::Column::RowNumber.is_in(told.iter().map(|(row, _)| row.number)))
        .all(&write.tx)
        .await?;
    let mut before: HashMap<i32, import_row::Model> = before.into_iter().map(|row| (row.row_number, row)).collect();
    let rows = told.into_iter().map(|(row, fault)| {
        let known = before.remove(&row.number).unwrap_or_else(|| row.without_report(job_id));
        with_warning(known, fault)
    });
    let again = OnConflict::columns([import_row::Column::JobId, import_row::Column::RowNumber])
        .update_column(import_row::Column::Warnings)
        .to_owned();
    let rows: Vec<import_row::ActiveModel> = rows.collect();
    import_row::Entity::insert_many(rows).on_conflict(again).exec_without_returning(&write.tx).await?;
    Ok(())
}

fn with_warning(row: import_row::Model, fault: Fault) -> import_row::ActiveModel {
    let mut warnings = ReportRow::of(&row, Kind::Warnings).faults;
    warnings.push(fault);
    import_row::ActiveModel { warnings: Set(as_json(&warnings)), ..row.into_active_model().reset_all() }
}
