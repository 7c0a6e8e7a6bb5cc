//! Rounds of the upkeep: what is to be compared next.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    Frequencies, people, queue,
    state::{Advance, State},
    words,
};
use crate::domain::{
    Context,
    changes::{self, Most, Position, Reach, Touched},
    error::{Error, Result},
};

/// Changes that are read in one round.
const CHANGES_PER_ROUND: u64 = 50_000;
/// Changes without contacts that are read before the place is stored.
const CHANGES_UNSTORED_MAX: u64 = 50_000;

/// Outcome of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stepped {
    /// There is more.
    Went,
    /// The round is done: all that had come is compared.
    Done,
    /// Nothing waits.
    Idle,
    /// Somebody else is at it.
    Busy,
    /// A scan has to come first.
    NeedsScan,
}

/// Follows the feed of changes.
#[derive(Debug, Default)]
pub(super) struct Follower {
    /// Place after changes that concern no contact. It is not stored each time.
    seen: Option<Position>,
    unstored: u64,
    /// The round that is being made.
    pub(super) round: Option<Round>,
    /// Word frequencies of the last scan, with the scan's id.
    frequencies: Option<(Option<Uuid>, Frequencies)>,
}

/// Contacts that are compared again.
#[derive(Debug)]
pub(super) struct Round {
    /// The state as the last step has left it.
    pub(super) state: State,
    /// The place in the feed up to which everything is compared after it.
    pub(super) place: Position,
    contacts: Vec<Uuid>,
    /// Contacts from the queue, which are compared even where nothing of their own has changed.
    pub(super) queued: HashSet<Uuid>,
    /// Companies whose members are compared in the next round.
    pub(super) companies: Vec<Uuid>,
    /// There may be more changes than are read.
    pub(super) is_cut: bool,
}

impl Round {
    /// Takes the next contacts.
    pub(super) fn next(&mut self, most: usize) -> Vec<Uuid> {
        self.contacts.split_off(self.contacts.len().saturating_sub(most))
    }

    /// True where no contacts are left.
    pub(super) fn is_done(&self) -> bool {
        self.contacts.is_empty()
    }
}

impl Follower {
    /// Begins a round. Returns what came between, if nothing waits or something else comes first.
    pub(super) async fn begin(&mut self, ctx: &Context) -> Result<Option<Stepped>> {
        let state = State::read(ctx.db.reads()).await?;
        let now = ctx.clock.now();
        if let Some(lease_until) = state.scan_lease {
            return Ok(Some(if lease_until > now { Stepped::Busy } else { Stepped::NeedsScan }));
        }
        let Some(stored) = state.place().filter(|_| !state.needs_scan(now)) else {
            return Ok(Some(Stepped::NeedsScan));
        };
        let place = self.seen.map_or(stored, |seen| std::cmp::max(seen, stored));
        let waiting_max = state.waiting_max();
        let most = Most { changes: CHANGES_PER_ROUND, contacts: waiting_max };
        let touched = changes::touched(ctx.db.reads(), place, Reach::Settled, most, &people::FIELDS).await?;
        let queued: HashSet<Uuid> = queue::first(ctx.db.reads(), waiting_max).await?.into_iter().collect();
        if touched.contacts.len() + queued.len() >= waiting_max || is_feed_lost(ctx, stored, &touched).await? {
            return want_scan(ctx, state).await.map(Some);
        }
        let Touched { contacts, companies, last, count } = touched;
        let place = last.unwrap_or(place);
        let is_cut = count == CHANGES_PER_ROUND;
        if contacts.is_empty() && companies.is_empty() && queued.is_empty() && self.unstored < CHANGES_UNSTORED_MAX {
            self.seen = Some(place);
            self.unstored += count;
            return Ok(Some(if is_cut { Stepped::Went } else { Stepped::Idle }));
        }
        let contacts = contacts.union(&queued).copied().collect();
        let companies = companies.into_iter().collect();
        self.round = Some(Round { state, place, contacts, queued, companies, is_cut });
        Ok(None)
    }

    /// Notes that a round has come to its end.
    pub(super) fn reached(&mut self, place: Position) {
        (self.seen, self.unstored) = (Some(place), 0);
    }

    /// True where no change is committed that could not be followed yet.
    pub(super) async fn is_at_end(&self, ctx: &Context) -> Result<bool> {
        let Some(place) = self.seen else { return Ok(false) };
        Ok(!changes::is_any_after(&ctx.db, place).await?)
    }

    /// Returns the word frequencies of the last scan, which are read once.
    pub(super) async fn frequencies(&mut self, ctx: &Context, state: &State) -> Result<&Frequencies> {
        let counted = match self.frequencies.take() {
            Some((scan_id, counted)) if scan_id == state.scan_id => counted,
            _ => words::all(ctx.db.reads()).await?,
        };
        Ok(&self.frequencies.insert((state.scan_id, counted)).1)
    }
}

/// True where changes are lost that were not followed.
async fn is_feed_lost(ctx: &Context, place: Position, touched: &Touched) -> Result<bool> {
    if touched.count == 0 {
        return Ok(false);
    }
    match changes::check_place(ctx.db.reads(), place).await {
        Err(Error::BadRequest(_)) => Ok(true),
        checked => checked.map(|()| false),
    }
}

/// Asks for a scan, because so much waits that it costs less, or because changes are lost.
async fn want_scan(ctx: &Context, mut state: State) -> Result<Stepped> {
    let tx = ctx.db.begin().await?;
    if !state.advance(&tx, Advance { is_scan_wanted: true, ..Advance::default() }).await? {
        return Ok(Stepped::Busy);
    }
    tx.commit().await?;
    Ok(Stepped::NeedsScan)
}
