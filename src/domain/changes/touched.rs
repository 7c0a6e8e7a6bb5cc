//! Contacts that changes may have made alike, without the changes' values.

use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::{Position, read};
use crate::{
    domain::error::Result,
    entity::change::{ChangeKind, SubjectType},
    storage::Parameters,
};

/// Contacts that some changes were of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// Contacts that were written themselves, or a membership of theirs. Not each once.
    pub(crate) contacts: Vec<Uuid>,
    /// Companies whose names were written.
    pub(crate) companies: Vec<Uuid>,
    /// The last change that was read; none where there was none.
    pub(crate) last: Option<Position>,
    /// Number of changes that were read.
    pub(crate) count: u64,
}

/// Changes that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The first ones, so far as nothing can come between them any more, as a follower must read them.
    Settled,
    /// The last ones that are committed.
    Committed,
}

/// The contacts that the first or last changes after a place touched.
pub(crate) async fn touched(db: &impl ConnectionTrait, after: Position, reach: Reach, limit: u64) -> Result<Touched> {
    let backend = db.get_database_backend();
    let dialect = read::Dialect::of(backend);
    let mut parameters = Parameters::new(backend);
    let place = read::place(&mut parameters, after);
    let settled = if reach == Reach::Settled { dialect.settled.as_str() } else { "1 = 1" };
    let (tx, has_name) = match backend {
        DbBackend::Sqlite => ("0", "json_type(fields, '$.name') IS NOT NULL"),
        _ => ("tx", "jsonb_exists(fields, 'name')"),
    };
    let key = dialect.key;
    let mut order = key.trim_matches(['(', ')']).to_owned();
    if reach == Reach::Committed {
        order = format!("{} DESC", order.replace(',', " DESC,"));
    }
    let (company, updated) = (SubjectType::Company.to_value(), ChangeKind::Updated.to_value());
    let renames = format!("subject_type = '{company}' AND kind = '{updated}' AND {has_name}");
    let sql = format!(
        "SELECT {tx} AS tx, position, subject_type, subject_id, contact_id, CASE WHEN {renames} THEN 1 ELSE 0 END AS renames \
         FROM changes WHERE {key} > {place} AND {settled} ORDER BY {order} LIMIT {limit}"
    );
    let mut touched = Touched::default();
    for row in db.query_all_raw(parameters.statement(sql)).await? {
        touched.count += 1;
        touched.last = Some(Position { tx: row.try_get("", "tx")?, number: row.try_get("", "position")? });
        let subject: String = row.try_get("", "subject_type")?;
        if subject == SubjectType::Contact.to_value() {
            touched.contacts.push(row.try_get("", "subject_id")?);
        } else if subject == SubjectType::Membership.to_value() {
            touched.contacts.extend(row.try_get::<Option<Uuid>>("", "contact_id")?);
        } else if row.try_get::<i32>("", "renames")? == 1 {
            touched.companies.push(row.try_get("", "subject_id")?);
        }
    }
    Ok(touched)
}

/// Number of changes after a place, at most this.
pub(crate) async fn waiting(db: &impl ConnectionTrait, after: Position, most: u64) -> Result<u64> {
    let backend = db.get_database_backend();
    let dialect = read::Dialect::of(backend);
    let mut parameters = Parameters::new(backend);
    let place = read::place(&mut parameters, after);
    let key = dialect.key;
    let sql =
        format!("SELECT count(*) FROM (SELECT 1 AS one FROM changes WHERE {key} > {place} LIMIT {most}) AS waiting");
    let row = db.query_one_raw(parameters.statement(sql)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(count.unsigned_abs())
}
