//! Columns that are made of others: folded keys, lower case, digits.

use sea_orm::DbErr;

use super::{Finding, Mode, Report};
use crate::{
    domain::rekey::{self, Wrong},
    resources::RESOURCES,
    storage::Db,
};

/// Compares each row's keys with what this program makes of its values.
pub(super) async fn examine(db: &Db, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
    if !rekey::is_up_to_date(db).await? {
        let what = "The keys are of an older folding, or the rebuild has not ended.".to_owned();
        report.add("keys", [Finding::problem(1, what).mend("`liaison migrate` rebuilds them.")]);
        return Ok(());
    }
    let wrong = if mode == Mode::Mend { Wrong::IsWritten } else { Wrong::IsCounted };
    for resource in RESOURCES {
        let count = rekey::examine(db, resource, wrong).await?;
        let what = || format!("Keys in {} are not those of their values ({count})", resource.table);
        report.add("keys", (count > 0).then(|| Finding::problem(count, what()).mended(mode == Mode::Mend)));
    }
    Ok(())
}
