//! How much a job does at once: little while others use the database, and much while nobody does.
//!
//! A transaction costs less for each row the more rows it has, because rows go to every page of the indexes: among 100,000
//! contacts, 300 rows in a transaction wrote three times the pages that 3,000 wrote. But on SQLite others wait while it
//! lasts, so it ends when somebody does.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{
    domain::{Write, error::Result},
    storage::Db,
};

/// Rows of the first turn. The number is then fitted to the time that they take.
const ROWS_AT_FIRST: usize = 200;
/// Fewest and most rows of a turn.
const ROWS_PER_TURN: std::ops::RangeInclusive<usize> = 10..=10_000;
/// Most rows of a step. Between two steps of a turn the job looks whether somebody waits.
const ROWS_PER_STEP: usize = 500;
/// Statements of others in a second from which on they are in the way. The server's own upkeep makes fewer.
const STATEMENTS_OF_OTHERS: u64 = 30;
/// Time after which somebody who has written is thought to have gone.
const QUIET_AFTER: Duration = Duration::from_secs(3);

/// Use that others make of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    /// Nobody has used the database lately.
    Away,
    /// Another process may be there.
    Unseen,
    /// Requests are answered.
    Busy,
}

impl Others {
    /// Time that a turn should take.
    const fn turn(self) -> Duration {
        Duration::from_millis(match self {
            Self::Away => 1000,
            Self::Unseen => 120,
            Self::Busy => 5,
        })
    }
}

/// Pace of a job.
#[derive(Debug)]
pub(super) struct Pace {
    begun: Instant,
    /// Rows of a turn, and those that this turn has written.
    most: usize,
    written: usize,
    /// When statements were counted, and how many there were.
    counted: (Instant, u64),
    is_busy: bool,
    /// Number by which SQLite tells that another connection has written, and when it has last changed.
    version: Option<i64>,
    changed_at: Instant,
    is_shared: bool,
}

impl Pace {
    pub(super) fn new(db: &Db) -> Self {
        let now = Instant::now();
        Self {
            begun: now,
            most: ROWS_AT_FIRST,
            written: 0,
            counted: (now, db.traffic().statements()),
            is_busy: false,
            version: None,
            changed_at: now,
            is_shared: db.backend() == DbBackend::Sqlite,
        }
    }

    /// Begins a turn.
    pub(super) async fn begin(&mut self, write: &Write) -> Result<()> {
        self.begun = Instant::now();
        if !self.is_shared {
            return Ok(());
        }
        let sql = Statement::from_string(DbBackend::Sqlite, "PRAGMA data_version");
        let row = write.tx.query_one_raw(sql).await?;
        let version: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        if version != self.version {
            (self.version, self.changed_at) = (version, self.begun);
        }
        Ok(())
    }

    /// The number of rows of the next step.
    pub(super) fn step(&self) -> usize {
        let left = self.most.saturating_sub(self.written);
        // A little more than fits is better than a step for the rest.
        if left <= ROWS_PER_STEP + ROWS_PER_STEP / 4 { left.max(1) } else { ROWS_PER_STEP }
    }

    /// Notes the rows of a step; true where the turn is to end.
    pub(super) fn has_written(&mut self, db: &Db, rows: usize) -> bool {
        self.written += rows;
        self.written >= self.most || db.traffic().is_writer_wanted()
    }

    /// Ends a turn, and rests where others are busy.
    pub(super) async fn end(&mut self, db: &Db) {
        let took = self.begun.elapsed();
        let before = self.others();
        self.look(db);
        let others = self.others();
        // A few rows do not tell how long many take.
        if self.written * 2 > self.most || before != others {
            self.most = fitted(self.written, took, others.turn());
        }
        self.written = 0;
        rest(others, took).await;
    }

    /// Rests after reading for a time, where others are busy.
    pub(super) async fn pause(&mut self, db: &Db, took: Duration) {
        self.look(db);
        rest(self.others(), took).await;
    }

    /// Looks what others do.
    fn look(&mut self, db: &Db) {
        let (since, before) = self.counted;
        let (passed, statements) = (since.elapsed(), db.traffic().statements());
        let made = statements.saturating_sub(before);
        let is_busy = u128::from(made) * 1000 > u128::from(STATEMENTS_OF_OTHERS) * passed.as_millis();
        if passed >= Duration::from_millis(200) || (is_busy && made >= STATEMENTS_OF_OTHERS) {
            (self.counted, self.is_busy) = ((Instant::now(), statements), is_busy);
        }
    }

    fn others(&self) -> Others {
        match () {
            () if self.is_busy => Others::Busy,
            () if self.is_shared && self.changed_at.elapsed() < QUIET_AFTER => Others::Unseen,
            () => Others::Away,
        }
    }
}

/// The others get twice the time that the job took.
async fn rest(others: Others, took: Duration) {
    if others == Others::Busy {
        tokio::time::sleep(took * 2).await;
    }
}

/// The number of rows that take a time, after so many took another.
fn fitted(rows: usize, took: Duration, time: Duration) -> usize {
    let fitting = time.as_micros() * rows as u128 / took.as_micros().max(1);
    let fitting = usize::try_from(fitting).unwrap_or(usize::MAX).min(rows.saturating_mul(2));
    fitting.clamp(*ROWS_PER_TURN.start(), *ROWS_PER_TURN.end())
}
