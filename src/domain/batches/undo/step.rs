//! One transaction of an undo.

use std::{collections::HashSet, time::Duration};

use sea_orm::{
    ActiveEnum, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, LockBehavior, LockType},
};
use uuid::Uuid;

use super::{
    interactions::Interactions, kept::Kept, memberships::Memberships, merges, passed::passed, records::Records,
};
use crate::{
    domain::{
        Actor, Context, Write,
        changes::{self, Change},
        constraint::Constraint,
        error::{Error, Result},
        interactions, trash,
    },
    entity::{
        batch::{BatchKind, BatchState, Column, Entity, Model},
        change::{ChangeKind, SubjectType},
        company, contact,
    },
};

/// Delay before another try while another replica has the batch.
pub(super) const LOCKED_RETRY_INTERVAL: Duration = Duration::from_millis(50);
/// Longest time that a transaction should take. SQLite's other writers wait for as long.
const STEP_TIME_MAX: Duration = Duration::from_millis(80);
/// Attempts at a transaction that breaks a constraint.
const ATTEMPTS_MAX: u32 = 5;

/// Size of the transactions, which follows the time that they take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Changes taken back in one.
    pub(super) changes: u64,
}

impl Default for Step {
    fn default() -> Self {
        Self { changes: 100 }
    }
}

impl Step {
    const CHANGES_MIN: u64 = 20;
    const CHANGES_MAX: u64 = 1000;

    /// Changes the size by the time that the last transaction took.
    pub(super) fn adapt(&mut self, took: Duration) {
        if took > STEP_TIME_MAX {
            self.changes = std::cmp::max(self.changes / 2, Self::CHANGES_MIN);
        } else if took < STEP_TIME_MAX / 2 {
            self.changes = std::cmp::min(self.changes * 2, Self::CHANGES_MAX);
        }
    }
}

/// Outcome of a step.
#[derive(Debug)]
pub(super) enum Stepped {
    /// It took changes back; the batch as it is then.
    Went(Model),
    /// Another transaction has the batch.
    Locked,
    /// The batch is not being undone any more.
    Ended(Model),
    /// There is no such batch.
    Gone,
}

/// True where a transaction is to be repeated: it broke a constraint, because somebody else took a key after it was found
/// free.
pub(super) fn is_conflict<T>(outcome: &Result<T>, attempt: u32) -> bool {
    match outcome {
        Err(Error::Internal(cause)) => attempt < ATTEMPTS_MAX && Constraint::broken_by(cause).is_some(),
        _ => false,
    }
}

/// Takes back the next changes of a batch that is being undone, in a transaction.
pub(super) async fn step(ctx: &Context, id: Uuid, changes: u64) -> Result<Stepped> {
    let mut attempt = 1;
    loop {
        let outcome = try_step(ctx, id, changes).await;
        if !is_conflict(&outcome, attempt) {
            return outcome;
        }
        attempt += 1;
    }
}

async fn try_step(ctx: &Context, id: Uuid, changes: u64) -> Result<Stepped> {
    let mut write = ctx.begin().await?;
    let locked = Entity::find_by_id(id).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let Some(batch) = locked.one(&write.tx).await? else {
        drop(write);
        let is_there = super::super::get(ctx.db.reads(), id).await?.is_some();
        return Ok(if is_there { Stepped::Locked } else { Stepped::Gone });
    };
    if batch.state != BatchState::Undoing {
        return Ok(Stepped::Ended(batch));
    }
    merges::take_turn(&write, &batch).await?;
    // Contacts may have been merged between two steps.
    if let Err(refused) = merges::check(&write, &batch).await {
        if matches!(refused, Error::Rejected(_)) {
            stop(&write, batch.id).await?;
            write.commit().await?;
        }
        return Err(refused);
    }
    write.actor = Actor { user_id: batch.undo_user_id, key_id: batch.undo_api_key_id, ..Actor::default() };
    let batch = take_some(&write, batch, changes).await?;
    write.commit().await?;
    Ok(Stepped::Went(batch))
}

/// Stops an undo, which somebody may begin again: it goes on from where it has come to.
async fn stop(write: &Write, id: Uuid) -> Result<()> {
    let stopped = Entity::update_many().col_expr(Column::State, Expr::val(BatchState::Done.to_value()));
    stopped.filter(Expr::col(Column::Id).eq(id)).exec(&write.tx).await?;
    Ok(())
}

/// Takes back the next changes of a batch, whose row is locked.
pub(super) async fn take_some(write: &Write, batch: Model, limit: u64) -> Result<Model> {
    let (rows, is_last) = next(write, &batch, limit).await?;
    let count = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    let position = rows.last().map(changes::Read::number).or(batch.undo_position);
    let changes: Vec<Change> = rows.into_iter().filter_map(changes::Read::into_change).collect();
    let mut kept = Kept::default();
    take_back(write, &batch, changes, &mut kept).await?;
    let kept_next = kept.store(&write.tx, &batch).await?;
    let (state, done_count, undone_at) = if is_last {
        (BatchState::Undone, batch.change_count, Some(write.now))
    } else {
        (BatchState::Undoing, batch.done_count.saturating_add(count), None)
    };
    let batch = Model { state, done_count, undone_at, undo_position: position, kept_next, ..batch };
    Entity::update_many()
        .col_expr(Column::State, Expr::val(state.to_value()))
        .col_expr(Column::DoneCount, Expr::val(done_count))
        .col_expr(Column::UndoneAt, Expr::val(undone_at))
        .col_expr(Column::UndoPosition, Expr::val(position))
        .col_expr(Column::KeptNext, Expr::val(kept_next))
        .filter(Expr::col(Column::Id).eq(batch.id))
        .exec(&write.tx)
        .await?;
    Ok(batch)
}

/// The next changes of a batch, newest first, and whether they are the last. A merge is taken back whole, so that they end
/// where one ends: with the change of its survivor.
async fn next(write: &Write, batch: &Model, mut limit: u64) -> Result<(Vec<changes::Read>, bool)> {
    loop {
        let mut rows = changes::newest(&write.tx, batch.id, batch.undo_position, limit).await?;
        if (rows.len() as u64) < limit {
            return Ok((rows, true));
        }
        if batch.kind != BatchKind::Merge {
            return Ok((rows, false));
        }
        if let Some(end) = rows.iter().rposition(|row| row.kind() == Some(ChangeKind::Absorbed)) {
            rows.truncate(end + 1);
            return Ok((rows, false));
        }
        limit = limit.saturating_mul(2);
    }
}

/// Takes back changes, which come from the last to the first.
async fn take_back(write: &Write, batch: &Model, mut changes: Vec<Change>, kept: &mut Kept) -> Result<()> {
    let ids = |subject: SubjectType| {
        let of_subject = changes.iter().filter(move |change| change.subject_type == subject);
        let ids: HashSet<Uuid> = of_subject.map(|change| change.subject_id).collect();
        ids.into_iter().collect::<Vec<_>>()
    };
    let (company_ids, contact_ids) = (ids(SubjectType::Company), ids(SubjectType::Contact));
    let interaction_ids = ids(SubjectType::Interaction);
    let of_memberships = changes.iter().filter(|change| change.subject_type == SubjectType::Membership);
    let owners = |change: &Change| change.contact_id.into_iter().chain(passed(change).map(|(from, _)| from));
    let members: HashSet<Uuid> = of_memberships.flat_map(owners).collect();
    let mut locked: Vec<Uuid> = contact_ids.iter().copied().chain(members.iter().copied()).collect();
    locked.extend(changes.iter().filter(|change| change.subject_type == SubjectType::Interaction).flat_map(owners));
    locked.extend(merges::different_from(write, batch, &contact_ids).await?);
    lock(write, company_ids.clone(), locked, &interaction_ids).await?;
    let mut companies = Records::<company::Entity>::read(write, &company_ids).await?;
    let mut contacts = Records::<contact::Entity>::read(write, &contact_ids).await?;
    merges::leave_incomplete(&mut changes, |id| contacts.is_there(id), kept);
    let mut memberships = Memberships::read(write, batch.id, &changes, &members).await?;
    let mut interactions = Interactions::read(write, &interaction_ids).await?;
    for change in &changes {
        match change.subject_type {
            SubjectType::Company => companies.take_back(change, kept)?,
            SubjectType::Contact => contacts.take_back(change, kept)?,
            SubjectType::Membership => memberships.take_back(change, kept)?,
            SubjectType::Interaction => interactions.take_back(change, kept),
        }
    }
    companies.store(kept).await?;
    contacts.store(kept).await?;
    memberships.store(&changes, kept).await?;
    interactions.store().await?;
    merges::end(write, batch, &contact_ids).await
}

/// Locks the records, and those that interactions are logged on: companies before contacts, as everywhere.
async fn lock(
    write: &Write,
    mut company_ids: Vec<Uuid>,
    mut contact_ids: Vec<Uuid>,
    interaction_ids: &[Uuid],
) -> Result<()> {
    // SQLite has one writer.
    if write.tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    if !interaction_ids.is_empty() {
        let subjects = interactions::subjects_of(&write.tx, interaction_ids).await?;
        company_ids.extend(subjects.company_ids);
        contact_ids.extend(subjects.contact_ids);
    }
    trash::lock::<company::Entity>(&write.tx, &company_ids).await?;
    trash::lock::<contact::Entity>(&write.tx, &contact_ids).await
}
