//! Jobs that compare all contacts: beginning one, telling how far it is, and taking over one whose process has ended.

use std::sync::atomic::{AtomicI32, Ordering};

use chrono::TimeDelta;
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, RuntimeErr, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{SCORING, queue};
use crate::{
    domain::{
        Context, changes,
        error::{Error, Result},
    },
    entity::duplicate_scan::{Column, Entity, Model, ScanState, ScanStep},
    storage::{Db, Parameters},
};

/// Time after which a scan whose process says nothing is made by another.
const LEASE: TimeDelta = TimeDelta::seconds(15);

/// Progress of a scan, which is stored from time to time.
#[derive(Debug)]
pub(super) struct Progress {
    step: AtomicI32,
    pub(super) done: AtomicI32,
    total: AtomicI32,
    pub(super) contacts: AtomicI32,
    pub(super) pairs: AtomicI32,
    pub(super) skipped_blocks: AtomicI32,
}

const STEPS: [ScanStep; 4] = [ScanStep::Reading, ScanStep::Comparing, ScanStep::Indexing, ScanStep::Writing];

impl Progress {
    pub(super) fn new() -> Self {
        let zero = || AtomicI32::new(0);
        Self { step: zero(), done: zero(), total: zero(), contacts: zero(), pairs: zero(), skipped_blocks: zero() }
    }

    /// Begins a step of so many items.
    pub(super) fn begin(&self, step: ScanStep, total: usize) {
        let place = STEPS.iter().position(|other| *other == step).unwrap_or_default();
        self.done.store(0, Ordering::Relaxed);
        self.total.store(number(total), Ordering::Relaxed);
        self.step.store(number(place), Ordering::Relaxed);
    }

    /// Notes that so many items of the step are done.
    pub(super) fn advance(&self, items: usize) {
        self.done.fetch_add(number(items), Ordering::Relaxed);
    }

    fn set(&self, scan: &mut Model) {
        let read = |number: &AtomicI32| number.load(Ordering::Relaxed);
        scan.step =
            usize::try_from(read(&self.step)).ok().and_then(|place| STEPS.get(place)).copied().unwrap_or(scan.step);
        (scan.done_count, scan.total_count) = (read(&self.done), read(&self.total));
        (scan.contact_count, scan.pair_count) = (read(&self.contacts), read(&self.pairs));
        scan.skipped_blocks = read(&self.skipped_blocks);
    }
}

/// A count as it is stored.
pub(super) fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Outcome of an attempt to begin a scan.
#[derive(Debug)]
pub(super) enum Begun {
    /// It is to be made.
    New(Model),
    /// Another process makes one.
    Running(Model),
}

/// Begins a scan, unless one is being made. Contacts that are written from here on are compared again after it.
pub(super) async fn begin(ctx: &Context) -> Result<Begun> {
    let write = ctx.begin().await?;
    if let Some(running) = running_scan().one(&write.tx).await?
        && running.lease_until <= write.now
    {
        // Waits for what its process is writing. That may have renewed the lease.
        running_scan().filter(Column::Id.eq(running.id)).lock_exclusive().one(&write.tx).await?;
    }
    // Replicas take turns, and the upkeep sees that it must not write what it has read before.
    let (place_tx, number) = changes::end(&write.tx).await?.parts();
    let mut parameters = Parameters::new(write.tx.get_database_backend());
    let (place_tx, number) = (parameters.bind(place_tx), parameters.bind(number));
    let sql = format!(
        "UPDATE duplicate_upkeep SET tx = {place_tx}, position = {number}, revision = revision + 1, is_scan_wanted = TRUE"
    );
    write.tx.execute_raw(parameters.statement(sql)).await?;
    if let Some(running) = running_scan().one(&write.tx).await? {
        if running.lease_until > write.now {
            return Ok(Begun::Running(running));
        }
        let failed = Entity::update_many()
            .col_expr(Column::State, Expr::val(ScanState::Failed.to_value()))
            .col_expr(Column::FinishedAt, Expr::val(write.now));
        failed.filter(Column::Id.eq(running.id)).exec(&write.tx).await?;
    }
    let scan = Model {
        id: write.clock.new_id(),
        state: ScanState::Running,
        step: ScanStep::Reading,
        done_count: 0,
        total_count: 0,
        contact_count: 0,
        pair_count: 0,
        skipped_blocks: 0,
        started_at: write.now,
        finished_at: None,
        lease_until: write.now + LEASE,
    };
    Entity::insert(scan.clone().into_active_model()).exec_without_returning(&write.tx).await?;
    queue::clear(&write.tx).await?;
    write.commit().await?;
    Ok(Begun::New(scan))
}

/// Stores how far a scan is, and keeps it from being taken over; false when somebody has.
pub(super) async fn tell(ctx: &Context, scan: &mut Model, progress: &Progress) -> Result<bool> {
    progress.set(scan);
    scan.lease_until = ctx.clock.now() + LEASE;
    save(ctx.db.writer(), scan).await
}

/// Ends a scan; false when somebody has taken it over. The upkeep goes on from where the scan began.
pub(super) async fn end(ctx: &Context, scan: &mut Model, progress: &Progress, state: ScanState) -> Result<bool> {
    let write = ctx.begin().await?;
    progress.set(scan);
    (scan.state, scan.finished_at) = (state, Some(write.now));
    if !save(&write.tx, scan).await? {
        return Ok(false);
    }
    if state == ScanState::Done {
        let mut parameters = Parameters::new(write.tx.get_database_backend());
        let (records, scoring) = (parameters.bind(scan.contact_count), parameters.bind(SCORING));
        let sql = format!(
            "UPDATE duplicate_upkeep SET revision = revision + 1, records = {records}, scoring = {scoring}, compared = 0, \
             is_scan_wanted = FALSE"
        );
        write.tx.execute_raw(parameters.statement(sql)).await?;
    }
    let older = Entity::delete_many().filter(Column::State.ne(ScanState::Running)).filter(Column::Id.ne(scan.id));
    older.exec(&write.tx).await?;
    write.commit().await?;
    Ok(true)
}

fn running_scan() -> Select<Entity> {
    Entity::find().filter(Column::State.eq(ScanState::Running))
}

async fn save(db: &impl ConnectionTrait, scan: &Model) -> Result<bool> {
    let columns = [
        (Column::State, Expr::val(scan.state.to_value())),
        (Column::Step, Expr::val(scan.step.to_value())),
        (Column::DoneCount, Expr::val(scan.done_count)),
        (Column::TotalCount, Expr::val(scan.total_count)),
        (Column::ContactCount, Expr::val(scan.contact_count)),
        (Column::PairCount, Expr::val(scan.pair_count)),
        (Column::SkippedBlocks, Expr::val(scan.skipped_blocks)),
        (Column::FinishedAt, Expr::val(scan.finished_at)),
        (Column::LeaseUntil, Expr::val(scan.lease_until)),
    ];
    let update =
        columns.into_iter().fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    let still = Expr::col(Column::Id).eq(scan.id).and(Expr::col(Column::State).eq(ScanState::Running.to_value()));
    Ok(update.filter(still).exec(db).await?.rows_affected == 1)
}

/// The error of a process whose scan another one has taken over.
pub(super) fn taken_over() -> Error {
    lease_lost().into()
}

/// The error of the database for a lost lease. Callers may try again, because another process makes the scan.
pub(super) fn lease_lost() -> DbErr {
    DbErr::Conn(RuntimeErr::Internal("another process has taken the scan over".to_owned()))
}

/// The scan that was begun last.
pub async fn last_scan(db: &Db) -> Result<Option<Model>> {
    Ok(Entity::find().order_by_desc(Column::Id).one(db.reads()).await?)
}

/// A scan by its id.
pub(super) async fn get(db: &Db, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db.reads()).await?)
}
