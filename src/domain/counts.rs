//! How many records have each status: read from the sums that the database's triggers keep, never by counting rows.

use sea_orm::{DbErr, Statement};

use super::error::Result;
use crate::{
    entity::status::Status,
    storage::Db,
    storage::{Row, RowVisitor},
};

/// The kinds of records that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Contacts,
    Companies,
}

impl Counted {
    /// Where the triggers keep their sums.
    fn sums(self) -> &'static str {
        match self {
            Self::Contacts => "contact_counts",
            Self::Companies => "company_counts",
        }
    }
}

/// How many records have each status; statuses that none has may be left out.
pub(crate) async fn by_status(db: &Db, counted: Counted) -> Result<Vec<(Status, i64)>> {
    let sql = format!("SELECT status, CAST(sum(change) AS bigint) FROM {} GROUP BY status", counted.sums());
    Ok(db.reads().run(Statement::from_string(db.backend(), sql), Counts::default()).await?.0)
}

/// How many records there are, with or without those in the trash.
pub(crate) async fn total(db: &Db, counted: Counted, include_trashed: bool) -> Result<u64> {
    let which = if include_trashed { "" } else { " WHERE status <> 'trashed'" };
    let sql = format!("SELECT CAST(sum(change) AS bigint) FROM {}{which}", counted.sums());
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
