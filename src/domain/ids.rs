//! Ids that callers choose: an id names one record, of whatever type, for ever.
//!
//! Client caches know a record by its id alone. An id is therefore taken when another type has it, or when a deleted
//! record had it. The table `used_ids` has the ids that callers chose and those of deleted records. All other ids are
//! made by the server and are in their records' tables.

use std::collections::HashSet;

use sea_orm::{
    ActiveEnum, ConnectionTrait, DbErr, Statement,
    sea_query::{Expr, Query, UnionType},
};
use uuid::Uuid;

use super::{
    Context, Write,
    condition::is_one_of,
    error::{Code, Result, UserError},
    parse_new_id,
};
use crate::entity::change::SubjectType;

/// The use of a caller's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// A record to be made.
    New,
    /// One that an earlier call made.
    Repeated,
}

/// The tables whose records have ids that clients see, and what those of them that callers create are called.
const TABLES: [(&str, Option<SubjectType>); 6] = [
    ("contacts", Some(SubjectType::Contact)),
    ("companies", Some(SubjectType::Company)),
    ("interactions", Some(SubjectType::Interaction)),
    ("company_memberships", None),
    ("users", None),
    ("api_keys", None),
];

/// The id of a record to be made: the caller's, or a new one. What is wrong with it comes before the other errors.
pub(crate) fn chosen_or_new(ctx: &Context, chosen: Option<&str>, errors: &mut Vec<UserError>) -> Uuid {
    let id = chosen.map_or_else(|| Ok(ctx.clock.new_id()), |id| parse_new_id(id, &ctx.clock));
    id.map_err(|error| errors.insert(0, error)).unwrap_or_default()
}

/// Takes an id for a record of a type. Of concurrent callers with one id the others wait for the first one's transaction.
pub(crate) async fn claim(write: &Write, id: Uuid, subject: SubjectType) -> Result<Claim> {
    let backend = write.tx.get_database_backend();
    let insert = "INSERT INTO used_ids (id, subject_type) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    let insert = Statement::from_sql_and_values(backend, insert, [id.into(), subject.to_value().into()]);
    let is_unused = write.tx.execute_raw(insert).await?.rows_affected() > 0;
    // A new statement sees what the transaction that was waited for has written.
    match holder(&write.tx, id).await? {
        Some((_, of)) if *of == Some(subject) => Ok(Claim::Repeated),
        None if is_unused => Ok(Claim::New),
        holder => Err(refused(id, holder.is_some()).into()),
    }
}

/// Why an id cannot be taken for a record of a type, as far as a look shows.
pub(crate) async fn taken(db: &impl ConnectionTrait, id: Uuid, subject: SubjectType) -> Result<Option<UserError>> {
    if let Some((_, of)) = holder(db, id).await? {
        return Ok((*of != Some(subject)).then(|| refused(id, true)));
    }
    let (backend, used) = (db.get_database_backend(), "SELECT 1 FROM used_ids WHERE id = $1");
    let used = db.query_one_raw(Statement::from_sql_and_values(backend, used, [id.into()])).await?;
    Ok(used.map(|_| refused(id, false)))
}

fn refused(id: Uuid, has_record: bool) -> UserError {
    let message = "An id names one record for ever, and this one was used for another. Choose a new one.";
    UserError::new(Code::Taken, &["id"], message).with_conflicts(has_record.then_some(id))
}

/// The table of the record that has the id; none when there is no record.
async fn holder(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> std::result::Result<Option<&'static (&'static str, Option<SubjectType>)>, DbErr> {
    let exist: Vec<String> =
        TABLES.iter().map(|(table, _)| format!("EXISTS (SELECT 1 FROM {table} WHERE id = $1)")).collect();
    let select = format!("SELECT {}", exist.join(", "));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), select, [id.into()]);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
    for (place, table) in TABLES.iter().enumerate() {
        if row.try_get_by_index(place)? {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// Returns the given ids that a record of any type has, or had before it was deleted.
pub(crate) async fn all_taken(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let tables = TABLES.iter().map(|(table, _)| *table).chain(["used_ids"]);
    let having = |table: &'static str| {
        let these = is_one_of(Expr::col((table, "id")), ids, db.get_database_backend());
        Query::select().column((table, "id")).from(table).and_where(these).take()
    };
    let union = tables.map(having).reduce(|mut all, more| all.union(UnionType::All, more).take());
    let Some(union) = union else { return Ok(HashSet::new()) };
    let rows = db.query_all(&union).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}

impl Write {
    /// Keeps the ids of records that are deleted for good from being used again.
    pub(crate) async fn retire(&self, deleted: &[(Uuid, SubjectType)]) -> Result<()> {
        use sea_orm::sea_query::{OnConflict, Query};
        if deleted.is_empty() {
            return Ok(());
        }
        let mut insert = Query::insert();
        insert.into_table("used_ids").columns(["id", "subject_type"]);
        for (id, subject) in deleted {
            insert.values_panic([(*id).into(), subject.to_value().into()]);
        }
        insert.on_conflict(OnConflict::column("id").do_nothing().to_owned());
        self.tx.execute(&insert).await?;
        Ok(())
    }
}
