//! How many records have each status: read from the sums that the database's triggers keep, never by counting rows.

use sea_orm::{DbErr, Statement};

use super::error::Result;
use crate::{
    entity::status::Status,
    resources::Resource,
    storage::Db,
    storage::{Row, RowVisitor},
};

/// How many records have each status; statuses that none has may be left out.
pub(crate) async fn by_status(db: &Db, resource: &Resource) -> Result<Vec<(Status, i64)>> {
    let Some(trash) = resource.trash else { return Ok(Vec::new()) };
    let sql = format!("SELECT status, CAST(sum(change) AS bigint) FROM {} GROUP BY status", trash.counts);
    Ok(db.reads().run(Statement::from_string(db.backend(), sql), Counts::default()).await?.0)
}

/// How many records there are, with or without those in the trash.
pub(crate) async fn total(db: &Db, resource: &Resource, include_trashed: bool) -> Result<u64> {
    let Some(trash) = resource.trash else { return Ok(0) };
    let which = if include_trashed { "" } else { " WHERE status <> 'trashed'" };
    let sql = format!("SELECT CAST(sum(change) AS bigint) FROM {}{which}", trash.counts);
    let Total(total) = db.reads().run(Statement::from_string(db.backend(), sql), Total::default()).await?;
    Ok(u64::try_from(total).unwrap_or_default())
}

#[derive(Default)]
struct Total(i64);

impl RowVisitor for Total {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        // Nothing was ever counted: null.
        self.0 = row.int(0).unwrap_or_default();
        Ok(())
    }
}

#[derive(Default)]
struct Counts(Vec<(Status, i64)>);

impl RowVisitor for Counts {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        use sea_orm::ActiveEnum;
        let status = Status::try_from_value(&row.text(0).unwrap_or_default().to_owned())?;
        self.0.push((status, row.int(1).unwrap_or_default()));
        Ok(())
    }
}
