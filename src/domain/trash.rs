//! Trashing and restoring contacts and companies.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, ConnectionTrait, FromQueryResult, ModelTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Context, Write, batches,
    changes::{Diff, NewChange},
    condition::{constant, is_one_of},
    described::Described,
    error::{Code, Error, Result, UserError},
    merging::{is_unmerged, survivor_of},
};
use crate::entity::{
    batch::{self, BatchKind},
    change::{ChangeKind, SubjectType},
    company, contact,
    status::Status,
};

/// A table whose records can be trashed.
pub trait Trashable: Described<Model: FromQueryResult> {
    /// Name of a record in messages.
    const NOUN: &'static str;
    /// Type of a record in the change feed.
    const SUBJECT: SubjectType;
    /// Columns that trashing involves: id, status, prior status, times of trashing and of undoing, time of update and
    /// version.
    fn trash_columns() -> TrashColumns<Self::Column>;
    /// A record's id, and when it was written last.
    fn id_and_time(model: &Self::Model) -> (Uuid, DateTime<Utc>);
    /// True of a record in the trash.
    fn is_trashed(model: &Self::Model) -> bool;
}

/// See [`Trashable::trash_columns`].
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named like the columns")]
pub struct TrashColumns<C> {
    pub id: C,
    pub status: C,
    pub prior_status: C,
    pub trashed_at: C,
    pub undone_at: C,
    pub updated_at: C,
    pub version: C,
}

macro_rules! trashable {
    ($entity:ident, $noun:literal, $subject:ident) => {
        impl Trashable for $entity::Entity {
            const NOUN: &'static str = $noun;
            const SUBJECT: SubjectType = SubjectType::$subject;

            fn trash_columns() -> TrashColumns<$entity::Column> {
                use $entity::Column;
                TrashColumns {
                    id: Column::Id,
                    status: Column::Status,
                    prior_status: Column::PriorStatus,
                    trashed_at: Column::TrashedAt,
                    undone_at: Column::UndoneAt,
                    updated_at: Column::UpdatedAt,
                    version: Column::Version,
                }
            }

            fn id_and_time(model: &$entity::Model) -> (Uuid, DateTime<Utc>) {
                (model.id, model.updated_at)
            }

            fn is_trashed(model: &$entity::Model) -> bool {
                model.status == Status::Trashed
            }
        }
    };
}

trashable!(contact, "contact", Contact);
trashable!(company, "company", Company);

/// True of the records that are not in the trash: the one place where this is written.
pub(crate) fn live<E: Trashable>() -> Expr {
    E::RESOURCE.trash.map_or_else(|| constant(true), |trash| Expr::cust(trash.live))
}

/// Moves a record to the trash; its status is kept for the way back.
pub async fn trash<E: Trashable>(ctx: &Context, id: &str) -> Result<E::Model> {
    move_one::<E>(ctx, id, Move::Trash).await
}

/// Takes a record out of the trash, back to the status it had.
pub async fn restore<E: Trashable>(ctx: &Context, id: &str) -> Result<E::Model> {
    move_one::<E>(ctx, id, Move::Restore).await
}

async fn move_one<E: Trashable>(ctx: &Context, id: &str, direction: Move) -> Result<E::Model> {
    let mut moved = move_in::<E>(ctx.begin().await?, &[id.to_owned()], direction).await?;
    let errors = moved.errors.into_iter();
    let errors = errors.map(|error| {
        // The record that stands in the way of a move is the one that the caller names, unless it was merged.
        let conflicts = if error.code == Code::Merged { error.conflict_ids } else { Vec::new() };
        UserError::new(error.code, &["id"], error.message).with_conflicts(conflicts)
    });
    let errors = errors.collect();
    moved.records.pop().ok_or(Error::Rejected(errors))
}

/// Result of a bulk move: the records moved, in the order asked, and an error for each id refused.
#[derive(Debug)]
pub struct Moved<M> {
    /// The records moved.
    pub records: Vec<M>,
    /// The batch that the moves are; none where nothing was moved.
    pub batch: Option<batch::Model>,
    /// One for each id that was refused.
    pub errors: Vec<UserError>,
}

/// Direction of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Into the trash.
    Trash,
    /// Back out of it.
    Restore,
}

/// Moves several records as a batch, in one transaction; each id is moved or refused by itself, once. The path of an error
/// ends with the id's place in the list.
pub async fn move_all<E: Trashable>(ctx: &Context, ids: &[String], direction: Move) -> Result<Moved<E::Model>> {
    let mut write = ctx.begin().await?;
    batches::begin(&mut write);
    move_in::<E>(write, ids, direction).await
}

/// Moves records in a transaction, which may be a batch.
async fn move_in<E: Trashable>(write: Write, ids: &[String], direction: Move) -> Result<Moved<E::Model>> {
    let mut seen = HashSet::new();
    // A malformed id is treated as not found, and reported once for each text.
    let parsed = ids.iter().map(|id| super::parse_id(id).ok_or(id.as_str()));
    let ids: Vec<(usize, Option<Uuid>)> =
        parsed.enumerate().filter(|(_, id)| seen.insert(*id)).map(|(place, id)| (place, id.ok())).collect();
    let known: Vec<Uuid> = ids.iter().filter_map(|(_, id)| *id).collect();
    let mut moved = guarded_update::<E>(&write, &known, direction).await?;
    let done: HashMap<Uuid, NewChange> =
        moved.iter().map(|record| (E::id_and_time(record).0, self::moved::<E>(record, direction))).collect();
    let refused: Vec<Uuid> = known.iter().filter(|id| !done.contains_key(id)).copied().collect();
    let existing = existing::<E>(&write.tx, &refused).await?;
    // In the order asked, which the rows are not in.
    write.record(known.iter().filter_map(|id| done.get(id).cloned()).collect()).await?;
    let kind = match direction {
        Move::Trash => BatchKind::Trash,
        Move::Restore => BatchKind::Restore,
    };
    let batch = batches::finish(&write, kind).await?;
    write.commit().await?;

    let place: HashMap<Uuid, usize> = known.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    moved.sort_by_key(|record| place.get(&E::id_and_time(record).0).copied());
    let refused = |(place, id): &(usize, Option<Uuid>)| {
        let field = ["ids", &place.to_string()];
        match *id {
            Some(id) if done.contains_key(&id) => None,
            known => Some(match known.and_then(|id| existing.get(&id)) {
                Some(record) => not_movable::<E>(record, direction, &field),
                None => UserError::not_found(E::NOUN, &field),
            }),
        }
    };
    let errors = ids.iter().filter_map(refused).collect();
    Ok(Moved { records: moved, batch, errors })
}

/// The change of a record that was moved, with its status before and after.
pub(crate) fn moved<E: Trashable>(record: &E::Model, direction: Move) -> NewChange {
    let life = E::trash_columns();
    let api_form = |value: Value| value.unwrap::<Option<String>>().map(|status| status.to_uppercase());
    let (status, trashed) = (api_form(record.get(life.status)), Status::Trashed.to_value().to_uppercase());
    let (kind, diff) = match direction {
        Move::Trash => {
            let before = api_form(record.get(life.prior_status));
            (ChangeKind::Trashed, Diff::default().field("status", before, trashed))
        }
        Move::Restore => (ChangeKind::Restored, Diff::default().field("status", trashed, status)),
    };
    let (id, at) = E::id_and_time(record);
    NewChange::of(kind, E::SUBJECT, id).at(at).with(diff)
}

/// One statement that moves what may be moved: of concurrent callers, one finds the record as it must be.
async fn guarded_update<E: Trashable>(write: &Write, ids: &[Uuid], direction: Move) -> Result<Vec<E::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let life = E::trash_columns();
    lock::<E>(&write.tx, ids).await?;
    let update = E::update_many()
        .filter(is_one_of(Expr::col(life.id), ids, write.tx.get_database_backend()))
        .filter(is_unmerged::<E>())
        .col_expr(life.updated_at, write.not_before(life.updated_at))
        .col_expr(life.version, Expr::col(life.version).add(1));
    let update = match direction {
        Move::Trash => update
            .filter(live::<E>())
            .col_expr(life.prior_status, Expr::col(life.status))
            .col_expr(life.status, Expr::val(Status::Trashed.to_value()))
            .col_expr(life.trashed_at, write.not_before(life.updated_at)),
        Move::Restore => update
            .filter(live::<E>().not())
            .col_expr(life.status, Expr::col(life.prior_status))
            .col_expr(life.prior_status, Expr::cust("NULL"))
            .col_expr(life.trashed_at, Expr::cust("NULL"))
            .col_expr(life.undone_at, Expr::cust("NULL")),
    };
    Ok(update.exec_with_returning(&write.tx).await?)
}

/// Locks the rows in the order of their ids, so that bulk calls that overlap wait for each other instead of
/// deadlocking. SQLite has one writer and needs none of it.
pub(crate) async fn lock<E: Trashable>(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    use sea_orm::{QueryOrder, QuerySelect};
    if tx.get_database_backend() == sea_orm::DbBackend::Sqlite {
        return Ok(());
    }
    let life = E::trash_columns();
    let rows =
        E::find().select_only().column(life.id).filter(is_one_of(Expr::col(life.id), ids, tx.get_database_backend()));
    rows.order_by_asc(life.id).lock_exclusive().into_tuple::<Uuid>().all(tx).await?;
    Ok(())
}

async fn existing<E: Trashable>(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, E::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let these = is_one_of(Expr::col(E::trash_columns().id), ids, db.get_database_backend());
    let records = E::find().filter(these).all(db).await?;
    Ok(records.into_iter().map(|record| (E::id_and_time(&record).0, record)).collect())
}

/// Why a record that exists was not moved.
fn not_movable<E: Trashable>(record: &E::Model, direction: Move, field: &[&str]) -> UserError {
    if let Some(survivor) = survivor_of::<E>(record) {
        return UserError::merged(E::NOUN, field, survivor);
    }
    let (code, is) = match direction {
        Move::Trash => (Code::AlreadyTrashed, "already"),
        Move::Restore => (Code::NotTrashed, "not"),
    };
    let message = format!("The {} is {is} in the trash.", E::NOUN);
    UserError::new(code, field, message).with_conflicts([E::id_and_time(record).0])
}
