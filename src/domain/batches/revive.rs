//! Bringing back records that an undo has moved to the trash.

use sea_orm::{
    ModelTrait, QueryFilter, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::rows::{overlay, restore, update_all};
use crate::{
    domain::{
        Write,
        changes::{Diff, NewChange},
        error::Result,
        input::with_whole_lists,
        records,
        trash::{self, Trashable},
    },
    entity::change::ChangeKind,
    storage::Db,
};

/// True of a record that is in the trash because an undo has moved it there.
pub(crate) fn is_undone<E: Trashable>(record: &E::Model) -> bool {
    record.get(E::trash_columns().undone_at) != Value::ChronoDateTimeUtc(None)
}

/// The undone record that has the external id.
pub(crate) async fn undone_by_key<E: Trashable>(db: &Db, external_id: &str) -> Result<Option<Uuid>> {
    let holder = E::find().filter(Expr::col((E::RESOURCE.table, "external_id")).eq(external_id));
    let holder = holder.one(db.reads()).await?.filter(is_undone::<E>);
    Ok(holder.map(|record| E::id_and_time(&record).0))
}

/// Brings a record back with the columns that a row sets, in the caller's transaction; none where the record is not an
/// undone one. It costs five statements.
pub(crate) async fn revive<E: Trashable>(write: &Write, id: Uuid, row: &E::ActiveModel) -> Result<Option<E::Model>>
where
    E::Model: Clone,
{
    trash::lock::<E>(&write.tx, &[id]).await?;
    let Some(undone) = records::get::<E>(&write.tx, id).await?.filter(is_undone::<E>) else { return Ok(None) };
    let life = E::trash_columns();
    let at = std::cmp::max(write.now, E::id_and_time(&undone).1);
    let mut restored = undone.clone();
    restore::<E>(&mut restored)?;
    restored.try_set(life.version, undone.get(life.version).unwrap::<i32>().saturating_add(1).into())?;
    restored.try_set(life.updated_at, at.into())?;
    let mut revived = restored.clone();
    let whole = with_whole_lists::<E>(&revived, row)?;
    overlay::<E>(&mut revived, whole.as_ref().unwrap_or(row))?;
    update_all::<E>(write, vec![(&undone, &revived)]).await?;
    let change = |kind, diff| NewChange::of(kind, E::SUBJECT, id).at(at).with(diff);
    let mut changes = vec![change(ChangeKind::Restored, Diff::between::<E>(&undone, &restored))];
    let diff = Diff::between::<E>(&restored, &revived);
    if !diff.is_empty() {
        changes.push(change(ChangeKind::Updated, diff));
    }
    write.record(changes).await?;
    Ok(Some(revived))
}
