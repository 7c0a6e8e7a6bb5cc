//! Keeping pairs up to date beside the requests: following the feed of changes, and comparing again what has changed.
//!
//! A round takes all changes that have come, so that a contact that was written many times is compared once. It goes in
//! steps, each of which is one transaction; the last one also writes the place up to which the feed is followed. A round
//! that is cut off is made again, and what it has compared already does not differ then. On PostgreSQL a lock that ends
//! with the transaction lets one replica work at a time; on SQLite a step writes only if nobody has written since it has
//! read.

use std::{
    cmp,
    time::{Duration, Instant},
};

use metrics::gauge;
use sea_orm::{DatabaseTransaction, DbBackend};

use super::{
    budget::Budget,
    find::{self, Findings},
    imported::{self, Left},
    index, pairs, queue,
    round::{Follower, Round, Stepped},
    scan_job,
    state::Advance,
};
use crate::{
    domain::{Context, error::Result},
    storage::{Lock, try_lock},
};

/// Interval of looks at the feed. Pairs appear within a second of a write.
const LOOK_INTERVAL: Duration = Duration::from_millis(600);
/// Delay before another try while another process works, and after an error.
const BUSY_INTERVAL: Duration = Duration::from_millis(100);
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
const SCAN_RETRY_INTERVAL: Duration = Duration::from_secs(10);
/// Longest wait for transactions that other changes may still come from.
const SETTLING_MAX: Duration = Duration::from_secs(30);
/// Contacts in one step.
const CONTACTS_PER_STEP: usize = 200;

/// Keeps pairs up to date until it is dropped, and makes scans when they are needed.
pub async fn keep_up(ctx: &Context) {
    let (mut follower, mut budget) = (Follower::default(), Budget::default());
    // A process that has ended may have left some.
    let mut left = Left::Ended;
    let caught_up = gauge!("liaison_duplicates_caught_up_timestamp_seconds");
    loop {
        let begun = Instant::now();
        let stepped = match step(&mut follower, ctx).await {
            Ok(Stepped::Idle) if left != Left::None => tell_imports(&follower, ctx, &mut left).await,
            other => other,
        };
        if stepped.as_ref().is_ok_and(|stepped| !matches!(stepped, Stepped::Idle | Stepped::Busy)) {
            left = Left::Ended;
        }
        let pause = match stepped {
            Ok(Stepped::Went) => budget.pause(begun.elapsed()),
            Ok(Stepped::Done | Stepped::Idle) => {
                caught_up.set(seconds(ctx));
                cmp::max(LOOK_INTERVAL, budget.pause(begun.elapsed()))
            }
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

/// The present time in seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "milliseconds fit until the year 200000")]
fn seconds(ctx: &Context) -> f64 {
    ctx.clock.now().timestamp_millis() as f64 / 1e3
}

/// Works until nothing waits any more, as the command line does before it shows what there is.
pub async fn catch_up(ctx: &Context) -> Result<()> {
    let begun = Instant::now();
    let mut follower = Follower::default();
    loop {
        match step(&mut follower, ctx).await? {
            Stepped::Went | Stepped::Done => {}
            Stepped::Idle if follower.is_at_end(ctx).await? || begun.elapsed() > SETTLING_MAX => break,
            Stepped::NeedsScan if scan_job::make_wanted(ctx).await? => {}
            Stepped::Idle | Stepped::Busy | Stepped::NeedsScan => tokio::time::sleep(BUSY_INTERVAL).await,
        }
    }
    while imported::tell_some(ctx).await? == Left::Ended {}
    Ok(())
}

/// Nothing waits: tells of some rows of imports, if all that they have written is compared.
async fn tell_imports(follower: &Follower, ctx: &Context, left: &mut Left) -> Result<Stepped> {
    if !follower.is_at_end(ctx).await? {
        return Ok(Stepped::Idle);
    }
    *left = imported::tell_some(ctx).await?;
    Ok(if *left == Left::Ended { Stepped::Went } else { Stepped::Idle })
}

/// Makes the next step of the round, or of a new one.
async fn step(follower: &mut Follower, ctx: &Context) -> Result<Stepped> {
    if follower.round.is_none()
        && let Some(stepped) = follower.begin(ctx).await?
    {
        return Ok(stepped);
    }
    // A round that fails, or that somebody else has overtaken, is not put back.
    let Some(mut round) = follower.round.take() else { return Ok(Stepped::Idle) };
    let contacts = round.next(CONTACTS_PER_STEP);
    let mut locked = None;
    // On SQLite, somebody else who does the same has moved the place that is then compared.
    if ctx.db.backend() == DbBackend::Postgres {
        let tx = ctx.db.begin().await?;
        if !try_lock(&tx, Lock::Duplicates).await? {
            return Ok(Stepped::Busy);
        }
        locked = Some(tx);
    }
    let frequencies = follower.frequencies(ctx, &round.state).await?;
    let findings = find::find(&ctx.db, &contacts, &round.queued, frequencies).await?;
    let tx = match locked {
        Some(tx) => tx,
        None => ctx.db.begin().await?,
    };
    if !write(tx, &mut round, findings).await? {
        return Ok(Stepped::Busy);
    }
    if !round.is_done() {
        follower.round = Some(round);
        return Ok(Stepped::Went);
    }
    follower.reached(round.place);
    Ok(if round.is_cut { Stepped::Went } else { Stepped::Done })
}

/// Writes what comparing contacts again has found. Contacts that were deleted meanwhile are left out. False where somebody
/// else has written meanwhile.
async fn write(tx: DatabaseTransaction, round: &mut Round, mut findings: Findings) -> Result<bool> {
    // Contacts are locked before the state, as by merges, which also note vetoes.
    pairs::keep_existing(&tx, &mut findings.pairs).await?;
    let place = if round.is_done() { Some(round.place) } else { None };
    let has_written = !findings.pairs.is_empty() || !findings.gone_pairs.is_empty();
    let advance = Advance { place, compared: findings.people.len(), has_written, is_scan_wanted: false };
    if !round.state.advance(&tx, advance).await? {
        return Ok(false);
    }
    pairs::remove(&tx, &findings.gone_pairs).await?;
    pairs::write(&tx, &findings.pairs).await?;
    index::remove(&tx, &findings.gone_keys).await?;
    index::add(&tx, &findings.keys).await?;
    index::note(&tx, &findings.people).await?;
    index::forget(&tx, &findings.gone_people).await?;
    queue::add(&tx, &findings.queue).await?;
    queue::remove(&tx, &findings.queued).await?;
    if round.is_done() {
        queue::add_members(&tx, &round.companies).await?;
    }
    tx.commit().await?;
    Ok(true)
}
