//! All that is wrong with what a user wants to write, said together.
//!
//! An input is checked by itself first, and the database refuses what it cannot take; either finds one kind of fault and
//! stops. Once something is found to be wrong, what else is wrong is looked up here, by reads alone: what succeeds pays
//! nothing for it.

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, ModelTrait, QueryFilter,
    QuerySelect, Value,
};
use uuid::Uuid;

use super::{
    error::{Code, Error, Result, UserError},
    ids,
    trash::Trashable,
};

/// A table whose records have a key of the caller's choice.
pub(crate) trait Keyed: Trashable {
    /// The column of that key, which no two records share.
    fn external_id() -> Self::Column;
}

/// What of a row the database may refuse.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    external_id: Option<String>,
    sets_status: bool,
}

impl Wanted {
    /// By a row that is to be written.
    pub(crate) fn by<E: Keyed>(row: &E::ActiveModel) -> Self {
        let external_id = match row.get(E::external_id()).into_value() {
            Some(Value::String(key)) => key,
            _ => None,
        };
        Self { external_id, sets_status: row.get(E::life().status).is_set() }
    }
}

/// Adds what `look_up` finds to what has been found, where an error is a refusal. Anything else stays as it is.
pub(crate) async fn complete<T>(
    outcome: Result<T>,
    look_up: impl AsyncFnOnce() -> Result<Vec<UserError>>,
) -> Result<T> {
    let Err(Error::Rejected(found)) = outcome else { return outcome };
    let mut all = look_up().await?;
    // What was found may be gone by now, and is still why nothing was done.
    let is_new = |error: &UserError| !all.iter().any(|other| other.code == error.code && other.field == error.field);
    let gone: Vec<UserError> = found.into_iter().filter(is_new).collect();
    all.splice(0..0, gone);
    if all.is_empty() {
        // Out of the trash again, for instance, between the refusal and the look.
        let cause = DbErr::Custom("a record was changed while a write of it was refused".to_owned());
        return Err(Error::Unavailable(cause));
    }
    Err(Error::Rejected(all))
}

/// Who else than the record itself holds the external id that is wanted.
async fn taken<E: Keyed>(db: &impl ConnectionTrait, wanted: &Wanted, own: Option<Uuid>) -> Result<Option<UserError>> {
    let Some(key) = &wanted.external_id else { return Ok(None) };
    let holder = E::find().select_only().column(E::life().id).filter(E::external_id().eq(key.as_str()));
    let holder: Option<Uuid> = holder.into_tuple().one(db).await?;
    Ok(holder.filter(|holder| Some(*holder) != own).map(|holder| taken_by::<E>().with_current(holder)))
}

/// Another record has the external id.
pub(crate) fn taken_by<E: Keyed>() -> UserError {
    UserError::new(Code::Taken, &["input", "externalId"], format!("Another {} has this external id.", E::NOUN))
}

/// What only a look shows to be wrong with a new record: an id, if one was chosen, or an external id that another has.
pub(crate) async fn of_new<E: Keyed>(
    db: &impl ConnectionTrait,
    chosen: Option<Uuid>,
    wanted: &Wanted,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    if let Some(id) = chosen {
        errors.extend(ids::taken(db, id, E::SUBJECT).await?);
    }
    errors.extend(taken::<E>(db, wanted, chosen).await?);
    Ok(errors)
}

/// What only a look shows to be wrong with an update: there is no such record, somebody else wrote first, it is in the trash
/// and cannot be given a status, or another has the external id.
pub(crate) async fn of_update<E: Keyed>(
    db: &impl ConnectionTrait,
    id: Option<Uuid>,
    wanted: &Wanted,
    expected_version: Option<i32>,
) -> Result<Vec<UserError>> {
    let life = E::life();
    let stored = match id {
        Some(id) => E::find().filter(life.id.eq(id)).one(db).await?,
        None => None,
    };
    let mut errors = Vec::new();
    match &stored {
        None => errors.push(UserError::not_found(E::NOUN, &["id"])),
        Some(stored) => {
            let version = stored.get(life.version).unwrap::<i32>();
            if expected_version.is_some_and(|expected| expected != version) {
                errors.extend(id.map(|id| UserError::stale(version).with_current(id)));
            }
            if wanted.sets_status && E::is_trashed(stored) {
                let message = format!("The {} is in the trash; restore it first.", E::NOUN);
                errors.push(UserError::new(Code::Trashed, &["input", "status"], message));
            }
        }
    }
    errors.extend(taken::<E>(db, wanted, id).await?);
    Ok(errors)
}

/// A row with the columns that another sets.
pub(crate) fn overlaid<E: EntityTrait>(mut row: E::ActiveModel, changes: &E::ActiveModel) -> E::ActiveModel {
    for column in E::Column::iter() {
        if let ActiveValue::Set(value) = changes.get(column) {
            row.set(column, value);
        }
    }
    row
}
