//! All that is wrong with what a user wants to write, said together.
//!
//! An input is checked by itself first, then by the database, and either stops at one kind of fault. After a fault all
//! others are looked up here, by reads alone. A write that succeeds costs nothing more.

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable,
    ModelTrait, QueryFilter, TryIntoModel, Value,
    sea_query::{Expr, ExprTrait},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::constraint::Constraint;
use super::{
    Context,
    changes::{self, Written},
    described,
    error::{Code, Error, Result, UserError, explain_constraint},
    ids, input,
    merging::survivor_of,
    parse_id,
    trash::Trashable,
};
use crate::storage::RowVisitor;

/// A table whose records have a key of the caller's choice.
pub(crate) trait Keyed: Trashable {
    /// The constraint by which no two records share one.
    const EXTERNAL_ID_KEY: Constraint;
}

/// The column of the caller's own key.
const EXTERNAL_ID: &str = "external_id";

/// The parts of a row that the database may refuse.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// The external id that the row sets.
    pub(crate) external_id: Option<String>,
    sets_status: bool,
}

impl Wanted {
    /// By a row that is to be written.
    pub(crate) fn by<E: Keyed>(row: &E::ActiveModel) -> Self {
        let key = described::column::<E>(EXTERNAL_ID);
        let external_id = match key.and_then(|column| row.get(column).into_value()) {
            Some(Value::String(key)) => key,
            _ => None,
        };
        Self { external_id, sets_status: row.get(E::trash_columns().status).is_set() }
    }

    /// The caller's own key.
    pub(crate) fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }
}

/// Adds what `look_up` finds to what has been found, where an error is a refusal. Anything else stays as it is.
pub(crate) async fn complete<T>(
    outcome: Result<T>,
    look_up: impl AsyncFnOnce() -> Result<Vec<UserError>>,
) -> Result<T> {
    let Err(Error::Rejected(found)) = outcome else { return outcome };
    let mut all = look_up().await?;
    // An obstacle that is gone by now is still the reason that nothing was done.
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

/// Names the record, other than the one to be written, that holds the external id: the survivor, where the holder was merged.
async fn taken<E: Keyed>(db: &impl ConnectionTrait, wanted: &Wanted, own: Option<Uuid>) -> Result<Option<UserError>> {
    let Some(key) = &wanted.external_id else { return Ok(None) };
    let holder = E::find().filter(Expr::col((E::RESOURCE.table, EXTERNAL_ID)).eq(key.as_str())).one(db).await?;
    let others = holder.as_ref().filter(|holder| Some(E::id_and_time(holder).0) != own);
    let named = |holder: &E::Model| {
        let survivor = survivor_of::<E>(holder).filter(|survivor| Some(*survivor) != own);
        survivor.unwrap_or_else(|| E::id_and_time(holder).0)
    };
    Ok(others.map(|holder| taken_by::<E>().with_current(named(holder))))
}

/// Another record has the external id.
fn taken_by<E: Keyed>() -> UserError {
    UserError::new(Code::Taken, &["input", "externalId"], format!("Another {} has this external id.", E::NOUN))
}

/// The error of a write, as a refusal where it broke the key. Who has it is looked up.
pub(crate) fn explain<E: Keyed>(error: Error) -> Error {
    match error {
        Error::Internal(cause) => {
            explain_constraint(cause, |broken| (broken == E::EXTERNAL_ID_KEY).then(taken_by::<E>))
        }
        other => other,
    }
}

/// The refusal of an id that no record of the table has, or one that was merged into another.
pub(crate) async fn missing<E: Keyed>(
    db: &impl ConnectionTrait,
    id: Option<Uuid>,
    field: &[&str],
) -> Result<Option<UserError>> {
    Ok(match find::<E>(db, id).await? {
        None => Some(UserError::not_found(E::NOUN, field)),
        Some(record) => merged::<E>(&record, field),
    })
}

/// The refusal of a write to a record that was merged into another.
fn merged<E: Keyed>(record: &E::Model, field: &[&str]) -> Option<UserError> {
    survivor_of::<E>(record).map(|survivor| UserError::merged(E::NOUN, field, survivor))
}

/// Looks up the errors of a new record: an id, if one was chosen, or an external id that another has.
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

/// Updates a record, or says all that is wrong with what was checked of the input.
pub(crate) async fn update<E: Keyed, V: RowVisitor>(
    ctx: &Context,
    id: &str,
    (row, errors): (E::ActiveModel, Vec<UserError>),
    expected_version: Option<i32>,
    (columns, visitor): (&[&str], V),
) -> Result<V> {
    let wanted = Wanted::by::<E>(&row);
    let id = parse_id(id);
    let updated = match id {
        Some(id) if errors.is_empty() => {
            let written = changes::update::<E, _>(ctx, id, &row, expected_version, (columns, visitor)).await;
            match written.map_err(explain::<E>) {
                Ok(Written::Done(shown)) => Ok(shown),
                // Boxed for the reason below.
                Ok(Written::Unmet(unused)) => {
                    Box::pin(update_lists::<E, _>(ctx, id, &row, expected_version, (columns, unused))).await
                }
                Err(error) => Err(error),
            }
        }
        _ => Err(Error::Rejected(Vec::new())),
    };
    let look_up = async || {
        let db = ctx.db.reads();
        let stored = find::<E>(db, id).await?;
        let found = of_update::<E>(db, id, stored.as_ref(), &wanted, expected_version).await?;
        Ok(errors.into_iter().chain(found).collect())
    };
    // Boxed, because otherwise each call that succeeds would carry the room for these queries.
    Box::pin(complete(updated, look_up)).await
}

/// Most attempts to write a list that others write at the same time.
const ATTEMPTS_MAX: usize = 100;

/// Updates a record that did not meet the conditions, where the reason is that a single value stands for the first of a
/// list. The list is read first, and written if the record is still as it was read. Any other reason is a refusal without
/// errors: they are looked up.
async fn update_lists<E: Keyed, V: RowVisitor>(
    ctx: &Context,
    id: Uuid,
    row: &E::ActiveModel,
    expected_version: Option<i32>,
    (columns, mut visitor): (&[&str], V),
) -> Result<V> {
    let mut last_version = None;
    for _ in 0..ATTEMPTS_MAX {
        let stored = find::<E>(ctx.db.reads(), Some(id)).await?;
        let whole = stored.as_ref().map(|stored| input::with_whole_lists::<E>(stored, row)).transpose()?.flatten();
        let version = stored.map(|stored| stored.get(E::trash_columns().version).unwrap::<i32>());
        let Some((version, whole)) = version.zip(whole) else { break };
        if expected_version.is_some_and(|expected| expected != version) || last_version == Some(version) {
            break;
        }
        last_version = Some(version);
        let written = changes::update::<E, _>(ctx, id, &whole, Some(version), (columns, visitor)).await;
        match written.map_err(explain::<E>)? {
            Written::Done(shown) => return Ok(shown),
            Written::Unmet(unused) => visitor = unused,
        }
    }
    Err(Error::Rejected(Vec::new()))
}

/// The record with the id, of any status.
async fn find<E: Keyed>(db: &impl ConnectionTrait, id: Option<Uuid>) -> Result<Option<E::Model>> {
    Ok(match id {
        Some(id) => E::find().filter(E::trash_columns().id.eq(id)).one(db).await?,
        None => None,
    })
}

/// Looks up the errors of an update: there is no such record, somebody else wrote first, it is in the trash and cannot be
/// given a status, or another has the external id.
async fn of_update<E: Keyed>(
    db: &impl ConnectionTrait,
    id: Option<Uuid>,
    stored: Option<&E::Model>,
    wanted: &Wanted,
    expected_version: Option<i32>,
) -> Result<Vec<UserError>> {
    let mut errors = Vec::new();
    match id.zip(stored) {
        None => errors.push(UserError::not_found(E::NOUN, &["id"])),
        Some((id, stored)) => {
            let version = stored.get(E::trash_columns().version).unwrap::<i32>();
            if expected_version.is_some_and(|expected| expected != version) {
                errors.push(UserError::stale(id, version));
            }
            if let Some(merged) = merged::<E>(stored, &["id"]) {
                errors.push(merged);
            } else if wanted.sets_status && E::is_trashed(stored) {
                let message = format!("The {} is in the trash; restore it first.", E::NOUN);
                errors.push(UserError::new(Code::Trashed, &["input", "status"], message));
            }
        }
    }
    errors.extend(taken::<E>(db, wanted, id).await?);
    Ok(errors)
}

/// Checks an input without writing, as a new record or as an update of `id`: the record as it would be stored, in the
/// form in which the API shows it.
pub(crate) async fn validate<E: Keyed>(
    ctx: &Context,
    id: Option<&str>,
    checked: (E::ActiveModel, Vec<UserError>),
) -> Result<Json> {
    let record = validated::<E>(ctx, id, checked).await?;
    let shown = E::RESOURCE.recorded().filter(|field| !field.doc.is_empty());
    let fields = shown.map(|field| (field.name.to_owned(), described::field_json::<E>(&record, field)));
    Ok(Json::Object(fields.collect()))
}

/// Checks an input without writing, as a new record or as an update of `id`: the record as it would be stored.
pub(crate) async fn validated<E: Keyed>(
    ctx: &Context,
    id: Option<&str>,
    (row, mut errors): (E::ActiveModel, Vec<UserError>),
) -> Result<E::Model> {
    let db = ctx.db.reads();
    let wanted = Wanted::by::<E>(&row);
    let known_id = id.and_then(parse_id);
    let stored = find::<E>(db, known_id).await?;
    errors.extend(match id {
        None => of_new::<E>(db, None, &wanted).await?,
        Some(_) => of_update::<E>(db, known_id, stored.as_ref(), &wanted, None).await?,
    });
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let row = match stored {
        Some(stored) => {
            let row = input::with_whole_lists::<E>(&stored, &row)?.unwrap_or(row);
            overlaid::<E>(stored.into_active_model(), &row)
        }
        None => input::complete::<E>(row, Uuid::nil(), ctx.clock.now())?,
    };
    Ok(row.try_into_model()?)
}

/// A record as the API shows its recorded fields.
pub(crate) fn shown<E: Keyed>(record: &E::Model) -> Json {
    let shown = E::RESOURCE.recorded().filter(|field| !field.doc.is_empty());
    Json::Object(shown.map(|field| (field.name.to_owned(), described::field_json::<E>(record, field))).collect())
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
