//! Keeping pairs up to date beside the requests: following the feed of changes, and comparing again what has changed.
//!
//! Each step is one transaction that writes its findings together with the place up to which the feed is followed. A step
//! that is cut off is made again. On PostgreSQL a lock that ends with the transaction lets one replica work at a time; on
//! SQLite a step writes only if nobody has written since it has read.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use sea_orm::{DatabaseTransaction, DbBackend};
use uuid::Uuid;

use super::{
    find::{self, Findings},
    index, pairs, queue, scan_job,
    state::{Advance, State},
};
use crate::{
    domain::{
        Context,
        changes::{self, Position, Reach, Touched},
        error::{Error, Result},
    },
    storage::lock_duplicates,
};

/// Interval of looks at the feed. Pairs appear within a second of a write.
const LOOK_INTERVAL: Duration = Duration::from_millis(300);
/// Delay before another try while another process works, and after an error.
const BUSY_INTERVAL: Duration = Duration::from_millis(100);
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
const SCAN_RETRY_INTERVAL: Duration = Duration::from_secs(10);
/// Longest wait for transactions that other changes may still come from.
const SETTLING_MAX: Duration = Duration::from_secs(30);
/// Changes, and contacts of the queue, in one step.
const CHANGES_PER_STEP: u64 = 200;
/// Changes without contacts that are read before the place is stored.
const CHANGES_UNSTORED_MAX: u64 = 2_000;
/// Steps with as many changes as fit between two looks at how many wait.
const FULL_STEPS_PER_LOOK: u32 = 10;

/// Outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stepped {
    /// There may be more.
    Went,
    /// Nothing waits.
    Idle,
    /// Somebody else is at it.
    Busy,
    /// A scan has to come first.
    NeedsScan,
}

/// Keeps pairs up to date until it is dropped, and makes scans when they are needed.
pub async fn keep_up(ctx: &Context) {
    let mut follower = Follower::default();
    loop {
        let begun = Instant::now();
        let pause = match follower.step(ctx).await {
            // As long as the work took, so that it never has more than half of a processor.
            Ok(Stepped::Went) => begun.elapsed(),
            Ok(Stepped::Idle) => LOOK_INTERVAL,
            Ok(Stepped::Busy) => BUSY_INTERVAL,
            Ok(Stepped::NeedsScan) => match scan_job::make_wanted(ctx).await {
                Ok(_) => BUSY_INTERVAL,
                Err(error) => {
                    tracing::warn!(?error, "Not all contacts could be compared; trying again");
                    SCAN_RETRY_INTERVAL
                }
            },
            Err(error) => {
                tracing::warn!(?error, "Duplicates could not be kept up to date; trying again");
                RETRY_INTERVAL
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Works until nothing waits any more, as the command line does before it shows what there is.
pub async fn catch_up(ctx: &Context) -> Result<()> {
    let begun = Instant::now();
    let mut follower = Follower::default();
    loop {
        match follower.step(ctx).await? {
            Stepped::Went => {}
            Stepped::Idle if follower.is_at_end(ctx).await? || begun.elapsed() > SETTLING_MAX => return Ok(()),
            Stepped::NeedsScan if scan_job::make_wanted(ctx).await? => {}
            Stepped::Idle | Stepped::Busy | Stepped::NeedsScan => tokio::time::sleep(BUSY_INTERVAL).await,
        }
    }
}

/// Follows the feed of changes.
#[derive(Debug, Default)]
struct Follower {
    /// Place after changes that concern no contact. It is not stored each time.
    seen: Option<Position>,
    unstored: u64,
    full_steps: u32,
}

/// Contacts of a step.
struct Work {
    place: Position,
    touched: Touched,
    queued: Vec<Uuid>,
}

impl Work {
    fn is_empty(&self) -> bool {
        self.touched.contacts.is_empty() && self.touched.companies.is_empty() && self.queued.is_empty()
    }

    /// All contacts, each once.
    fn contacts(&self) -> Vec<Uuid> {
        let ids: HashSet<Uuid> = self.touched.contacts.iter().chain(&self.queued).copied().collect();
        ids.into_iter().collect()
    }
}

impl Follower {
    async fn step(&mut self, ctx: &Context) -> Result<Stepped> {
        let state = State::read(ctx.db.reads()).await?;
        if let Some(lease_until) = state.scan_lease {
            return Ok(if lease_until > ctx.clock.now() { Stepped::Busy } else { Stepped::NeedsScan });
        }
        let Some(place) = state.place().filter(|_| !state.needs_scan()) else { return Ok(Stepped::NeedsScan) };
        let work = self.work(ctx, place).await?;
        if work.is_empty() && self.unstored < CHANGES_UNSTORED_MAX {
            self.seen = Some(work.place);
            self.unstored += work.touched.count;
            return Ok(if work.touched.count == CHANGES_PER_STEP { Stepped::Went } else { Stepped::Idle });
        }
        let is_scan_wanted = self.is_too_far_behind(ctx, &state, &work).await?;
        if ctx.db.backend() == DbBackend::Sqlite {
            let findings = compare(ctx, &work).await?;
            return self.write(ctx.db.begin().await?, &state, work, findings, is_scan_wanted).await;
        }
        let tx = ctx.db.begin().await?;
        if !lock_duplicates(&tx).await? {
            return Ok(Stepped::Busy);
        }
        let findings = compare(ctx, &work).await?;
        self.write(tx, &state, work, findings, is_scan_wanted).await
    }

    /// True where no change is committed that could not be followed yet.
    async fn is_at_end(&self, ctx: &Context) -> Result<bool> {
        let Some(place) = self.seen else { return Ok(false) };
        Ok(changes::waiting(ctx.db.reads(), place, 1).await? == 0)
    }

    /// Reads what is to be done next.
    async fn work(&self, ctx: &Context, stored: Position) -> Result<Work> {
        let place = self.seen.map_or(stored, |seen| std::cmp::max(seen, stored));
        let touched = changes::touched(ctx.db.reads(), place, Reach::Settled, CHANGES_PER_STEP).await?;
        let place = touched.last.unwrap_or(place);
        let queued =
            if touched.count < CHANGES_PER_STEP { queue::first(&ctx.db, CHANGES_PER_STEP).await? } else { Vec::new() };
        Ok(Work { place, touched, queued })
    }

    /// True where so much waits that a scan costs less, and where changes are lost that were not followed.
    async fn is_too_far_behind(&mut self, ctx: &Context, state: &State, work: &Work) -> Result<bool> {
        let is_full = std::cmp::max(work.touched.count, work.queued.len() as u64) == CHANGES_PER_STEP;
        self.full_steps = if is_full { self.full_steps + 1 } else { 0 };
        if self.full_steps % FULL_STEPS_PER_LOOK == 1 {
            let most = state.waiting_max();
            let waiting =
                changes::waiting(ctx.db.reads(), work.place, most).await? + queue::count(&ctx.db, most).await?;
            if waiting >= most {
                return Ok(true);
            }
        }
        match state.place() {
            Some(place) if work.touched.count > 0 => match changes::check_place(ctx.db.reads(), place).await {
                Err(Error::BadRequest(_)) => Ok(true),
                checked => checked.map(|()| false),
            },
            _ => Ok(false),
        }
    }

    async fn write(
        &mut self,
        tx: DatabaseTransaction,
        state: &State,
        work: Work,
        findings: Findings,
        is_scan_wanted: bool,
    ) -> Result<Stepped> {
        let advance = Advance {
            place: work.place,
            compared: findings.people.len(),
            has_written: !findings.pairs.is_empty() || !findings.gone_pairs.is_empty(),
            is_scan_wanted,
        };
        if !state.advance(&tx, advance).await? {
            return Ok(Stepped::Busy);
        }
        write_findings(&tx, findings).await?;
        queue::remove(&tx, &work.queued).await?;
        queue::add_members(&tx, &work.touched.companies).await?;
        tx.commit().await?;
        (self.seen, self.unstored) = (Some(work.place), 0);
        Ok(Stepped::Went)
    }
}

async fn compare(ctx: &Context, work: &Work) -> Result<Findings> {
    let contacts = work.contacts();
    if contacts.is_empty() {
        return Ok(Findings::default());
    }
    find::find(&ctx.db, &contacts, &work.queued.iter().copied().collect()).await
}

/// Writes what comparing contacts again has found. Contacts that were deleted meanwhile are left out.
async fn write_findings(tx: &DatabaseTransaction, findings: Findings) -> Result<()> {
    pairs::remove(tx, &findings.gone_pairs).await?;
    pairs::write_existing(tx, findings.pairs).await?;
    index::remove(tx, &findings.gone_keys).await?;
    index::add(tx, &findings.keys).await?;
    index::note(tx, &findings.people).await?;
    index::forget(tx, &findings.gone_people).await?;
    queue::add(tx, &findings.queue).await
}
