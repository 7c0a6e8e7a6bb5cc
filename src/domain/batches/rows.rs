//! Rows to be written: their columns, and many of them in one statement.

use sea_orm::{ActiveModelTrait, ActiveValue, EntityTrait, IntoActiveModel, Iterable, ModelTrait, Value};

use crate::{
    domain::{Write, bulk, described::Described, error::Result, trash::Trashable},
    entity::status::Status,
};

/// Writes the columns in which rows differ from what is stored. The rows are locked.
pub(crate) async fn update_all<E: Described>(write: &Write, rows: Vec<(&E::Model, &E::Model)>) -> Result<()>
where
    E::Model: Clone,
{
    let differs = |column: &E::Column| rows.iter().any(|(before, after)| before.get(*column) != after.get(*column));
    let changed: Vec<E::Column> = E::Column::iter().filter(differs).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let rows: Vec<E::ActiveModel> = rows.into_iter().map(|(_, after)| after.clone().into_active_model()).collect();
    bulk::update::<E>(&write.tx, &rows, &changed).await?;
    Ok(())
}

/// Moves a record to the trash, marked as undone.
pub(crate) fn trash<E: Trashable>(record: &mut E::Model, write: &Write) -> Result<()> {
    let life = E::trash_columns();
    let at = std::cmp::max(write.now, E::id_and_time(record).1);
    record.try_set(life.prior_status, record.get(life.status))?;
    record.try_set(life.status, Status::Trashed.into())?;
    record.try_set(life.trashed_at, at.into())?;
    record.try_set(life.undone_at, at.into())?;
    Ok(())
}

/// Takes a record out of the trash, back to the status that it had.
pub(crate) fn restore<E: Trashable>(record: &mut E::Model) -> Result<()> {
    let life = E::trash_columns();
    record.try_set(life.status, record.get(life.prior_status))?;
    record.try_set(life.prior_status, Value::String(None))?;
    record.try_set(life.trashed_at, Value::ChronoDateTimeUtc(None))?;
    record.try_set(life.undone_at, Value::ChronoDateTimeUtc(None))?;
    Ok(())
}

/// Writes the columns that a row sets into a record.
pub(crate) fn overlay<E: EntityTrait>(record: &mut E::Model, row: &E::ActiveModel) -> Result<()> {
    for column in E::Column::iter() {
        if let ActiveValue::Set(value) = row.get(column) {
            record.try_set(column, value)?;
        }
    }
    Ok(())
}
