//! How far followers of the feed are behind.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::{
    Position,
    dialect::{self, Dialect},
};
use crate::{
    domain::error::Result,
    storage::{Db, Parameters},
};

/// Returns the time of the first change after a place, also of one that the feed cannot show yet, because an older
/// transaction is open.
pub(crate) async fn first_after(db: &Db, place: Position) -> Result<Option<DateTime<Utc>>> {
    let dialect = Dialect::of(db.backend());
    let mut parameters = Parameters::new(db.backend());
    let place = dialect::place(&mut parameters, place);
    let (key, order) = (dialect.key, dialect.key.trim_matches(['(', ')']));
    let sql = format!("SELECT at FROM changes WHERE {key} > {place} ORDER BY {order} LIMIT 1");
    let row = db.reads().query_one_raw(parameters.statement(sql)).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}
