//! How far pairs are up to date: the place in the feed of changes, and what is to be done next.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use super::SCORING;
use crate::{
    domain::{
        changes::Position,
        error::{Error, Result},
    },
    storage::Parameters,
};

/// Fewest contacts that are compared between two scans.
const COMPARED_MIN: i32 = 500;
/// Fewest changes that wait when a scan is made instead.
const WAITING_MIN: i32 = 2_000;

/// State of the upkeep. There is one row of it.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct State {
    tx: Option<i64>,
    position: Option<i64>,
    /// Grows with each write of pairs and vetoes.
    pub(super) revision: i64,
    /// Version of the scoring that found the pairs.
    pub(super) scoring: i32,
    /// Number of contacts whose names the frequencies are of.
    pub(super) records: i32,
    /// Number of contacts that were compared since the last scan.
    pub(super) compared: i32,
    pub(super) is_scan_wanted: bool,
    /// While a scan is made: the time at which another process takes it over. Pairs are kept up to date again after it.
    pub(super) scan_lease: Option<DateTime<Utc>>,
}

impl State {
    /// Reads it.
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        let sql = "SELECT tx, position, revision, scoring, records, compared, is_scan_wanted, \
                   (SELECT lease_until FROM duplicate_scans WHERE state = 'running') AS scan_lease FROM duplicate_upkeep";
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let state = Self::find_by_statement(statement).one(db).await?;
        state.ok_or_else(|| Error::Internal(sea_orm::DbErr::RecordNotFound("duplicate_upkeep".to_owned())))
    }

    /// The place in the feed up to which contacts were compared; none before the first.
    pub(super) fn place(&self) -> Option<Position> {
        self.tx.zip(self.position).map(|(tx, number)| Position::new(tx, number))
    }

    /// True where pairs are to be found anew: they were asked for, they were found by another scoring, or so many contacts
    /// were compared since the last scan that the frequencies of names are old.
    pub(super) fn needs_scan(&self) -> bool {
        let compared_max = std::cmp::max(COMPARED_MIN, self.records / 4);
        self.is_scan_wanted || self.scoring != SCORING || self.compared >= compared_max
    }

    /// Number of changes and contacts from which on a scan costs less than comparing them one by one.
    pub(super) fn waiting_max(&self) -> u64 {
        u64::from(std::cmp::max(WAITING_MIN, self.records / 10).unsigned_abs())
    }

    /// Moves on, if nobody else has written meanwhile.
    pub(super) async fn advance(&self, tx: &impl ConnectionTrait, step: Advance) -> Result<bool> {
        let mut parameters = Parameters::new(tx.get_database_backend());
        let (tx_number, number) = step.place.parts();
        let revision = self.revision + i64::from(step.has_written);
        let compared = self.compared.saturating_add(i32::try_from(step.compared).unwrap_or(i32::MAX));
        let mut set = |name: &str, value: sea_orm::Value| format!("{name} = {}", parameters.bind(value));
        let set = [
            set("tx", tx_number.into()),
            set("position", number.into()),
            set("revision", revision.into()),
            set("compared", compared.into()),
            set("is_scan_wanted", step.is_scan_wanted.into()),
        ];
        let before = parameters.bind(self.revision);
        let mut conditions = vec![format!("revision = {before}")];
        conditions.push(match self.place() {
            Some(place) => {
                let (tx_number, number) = place.parts();
                format!("tx = {} AND position = {}", parameters.bind(tx_number), parameters.bind(number))
            }
            None => "position IS NULL".to_owned(),
        });
        let sql = format!("UPDATE duplicate_upkeep SET {} WHERE {}", set.join(", "), conditions.join(" AND "));
        Ok(tx.execute_raw(parameters.statement(sql)).await?.rows_affected() == 1)
    }
}

/// A step of the upkeep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advance {
    /// The last change that is accounted for.
    pub(super) place: Position,
    /// Contacts that were compared.
    pub(super) compared: usize,
    /// True where pairs were written.
    pub(super) has_written: bool,
    pub(super) is_scan_wanted: bool,
}

/// Notes that pairs or vetoes were written, so that groups are made anew.
pub(super) async fn note_written(tx: &impl ConnectionTrait) -> Result<()> {
    let sql = "UPDATE duplicate_upkeep SET revision = revision + 1";
    tx.execute_raw(Statement::from_string(tx.get_database_backend(), sql)).await?;
    Ok(())
}
