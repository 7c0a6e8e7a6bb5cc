//! How many records have each status: read from the sums that the database's triggers keep, never by counting rows.

use sea_orm::{ConnectionTrait, Statement};

use super::error::Result;
use crate::entity::status::Status;

/// The kinds of records that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Contacts,
    Companies,
}

/// How many records have each status; statuses that none has may be left out.
pub(crate) async fn by_status(db: &impl ConnectionTrait, counted: Counted) -> Result<Vec<(Status, i64)>> {
    let sql = match counted {
        Counted::Contacts => "SELECT status, CAST(sum(change) AS bigint) FROM contact_counts GROUP BY status",
        Counted::Companies => "SELECT status, CAST(sum(change) AS bigint) FROM company_counts GROUP BY status",
    };
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// How many records there are, with or without those in the trash.
pub(crate) async fn total(db: &impl ConnectionTrait, counted: Counted, include_trashed: bool) -> Result<u64> {
    let counts = by_status(db, counted).await?;
    let wanted = counts.iter().filter(|(status, _)| include_trashed || *status != Status::Trashed);
    Ok(u64::try_from(wanted.map(|(_, count)| count).sum::<i64>()).unwrap_or_default())
}
