//! How far pairs are up to date: the place in the feed of changes, and what is to be done next.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

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
/// Fewest contacts that wait when a scan is made instead.
const WAITING_MIN: i32 = 2_000;
/// Time between two scans that nobody has asked for, as a multiple of the time that the last one took: a directory of
/// which much is written is not scanned all the time.
const REST_PER_SCAN: i32 = 50;

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
    /// The last scan that was made to its end, and when that was.
    pub(super) scan_id: Option<Uuid>,
    scan_started_at: Option<DateTime<Utc>>,
    scan_finished_at: Option<DateTime<Utc>>,
}

impl State {
    /// Reads it.
    pub(super) async fn read(db: &impl ConnectionTrait) -> Result<Self> {
        let sql = "SELECT tx, position, revision, scoring, records, compared, is_scan_wanted, \
                   (SELECT lease_until FROM duplicate_scans WHERE state = 'running') AS scan_lease, \
                   last.id AS scan_id, last.started_at AS scan_started_at, last.finished_at AS scan_finished_at \
                   FROM duplicate_upkeep LEFT JOIN \
                   (SELECT id, started_at, finished_at FROM duplicate_scans WHERE state = 'done' ORDER BY id DESC LIMIT 1) \
                   AS last ON TRUE";
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
    pub(super) fn needs_scan(&self, now: DateTime<Utc>) -> bool {
        let compared_max = std::cmp::max(COMPARED_MIN, self.records / 4);
        let rested = self.scan_started_at.zip(self.scan_finished_at);
        let is_rested = rested.is_none_or(|(started, finished)| now >= finished + (finished - started) * REST_PER_SCAN);
        self.is_scan_wanted || self.scoring != SCORING || self.compared >= compared_max && is_rested
    }

    /// Number of contacts that wait from which on a scan costs less than comparing them one by one.
    pub(super) fn waiting_max(&self) -> usize {
        usize::try_from(std::cmp::max(WAITING_MIN, self.records / 10)).unwrap_or_default()
    }

    /// Moves on, if nobody else has written meanwhile; false, if somebody has. The state is right once the transaction is
    /// committed.
    pub(super) async fn advance(&mut self, tx: &impl ConnectionTrait, step: Advance) -> Result<bool> {
        let mut parameters = Parameters::new(tx.get_database_backend());
        let place = step.place.or(self.place()).unwrap_or(Position::START);
        let (tx_number, number) = place.parts();
        let revision = self.revision + i64::from(step.has_written);
        // It grows with each step, by which others see that somebody has written.
        let compared = self.compared.saturating_add(i32::try_from(step.compared.max(1)).unwrap_or(i32::MAX));
        let mut set = |name: &str, value: sea_orm::Value| format!("{name} = {}", parameters.bind(value));
        let set = [
            set("tx", tx_number.into()),
            set("position", number.into()),
            set("revision", revision.into()),
            set("compared", compared.into()),
            set("is_scan_wanted", step.is_scan_wanted.into()),
        ];
        let (revision_before, compared_before) = (parameters.bind(self.revision), parameters.bind(self.compared));
        let mut conditions = vec![format!("revision = {revision_before} AND compared = {compared_before}")];
        conditions.push(match self.place() {
            Some(place) => {
                let (tx_number, number) = place.parts();
                format!("tx = {} AND position = {}", parameters.bind(tx_number), parameters.bind(number))
            }
            None => "position IS NULL".to_owned(),
        });
        let sql = format!("UPDATE duplicate_upkeep SET {} WHERE {}", set.join(", "), conditions.join(" AND "));
        let has_moved = tx.execute_raw(parameters.statement(sql)).await?.rows_affected() == 1;
        (self.tx, self.position) = (Some(tx_number), Some(number));
        (self.revision, self.compared) = (revision, compared);
        Ok(has_moved)
    }
}

/// A step of the upkeep.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Advance {
    /// The last change that is accounted for; none where it stays as it is.
    pub(super) place: Option<Position>,
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
