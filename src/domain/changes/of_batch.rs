//! The changes of a batch and of a merge, as undoing needs them.

use std::collections::HashSet;

use sea_orm::{
    ActiveEnum, ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    Change,
    dialect::Dialect,
    read::{KNOWN, Read, fetch},
};
use crate::{
    domain::{condition::is_one_of, error::Result},
    entity::change::{ChangeKind, SubjectType},
    storage::Parameters,
};

/// The last changes of a batch before a position, newest first.
pub(crate) async fn newest(
    tx: &impl ConnectionTrait,
    batch_id: Uuid,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Read>> {
    let dialect = Dialect::of(tx.get_database_backend());
    let mut parameters = Parameters::new(tx.get_database_backend());
    let (batch_id, before) = (parameters.bind(batch_id), parameters.bind(before.unwrap_or(i64::MAX)));
    let (columns, horizon, known) = (dialect.columns, dialect.horizon, &*KNOWN);
    let sql = format!(
        "SELECT {columns}, {horizon} AS horizon FROM changes WHERE batch_id = {batch_id} AND {known} \
         AND position < {before} ORDER BY position DESC LIMIT {limit}"
    );
    fetch(tx, parameters.statement(sql)).await
}

/// The last change of a kind of a contact.
pub(crate) async fn last_of(tx: &impl ConnectionTrait, contact_id: Uuid, kind: ChangeKind) -> Result<Option<Change>> {
    let dialect = Dialect::of(tx.get_database_backend());
    let mut parameters = Parameters::new(tx.get_database_backend());
    let [of_contact, subject] = [(); 2].map(|()| parameters.bind(contact_id));
    let (kind, columns, horizon) = (parameters.bind(kind.to_value()), dialect.columns, dialect.horizon);
    let sql = format!(
        "SELECT {columns}, {horizon} AS horizon FROM changes WHERE contact_id = {of_contact} AND subject_id = {subject} \
         AND kind = {kind} ORDER BY position DESC LIMIT 1"
    );
    Ok(fetch(tx, parameters.statement(sql)).await?.into_iter().find_map(Read::into_change))
}

/// Returns the given contacts that a batch has created.
pub(crate) async fn contacts_created(
    tx: &impl ConnectionTrait,
    batch_id: Uuid,
    contact_ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    if contact_ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut created = Query::select();
    created
        .column("contact_id")
        .from("changes")
        .and_where(Expr::col("batch_id").eq(batch_id))
        .and_where(is_one_of(Expr::col("contact_id"), contact_ids, tx.get_database_backend()))
        .and_where(Expr::col("subject_type").eq(SubjectType::Contact.to_value()))
        .and_where(Expr::col("kind").eq(ChangeKind::Created.to_value()));
    let rows = tx.query_all(&created).await?;
    rows.iter().map(|row| row.try_get_by_index(0).map_err(Into::into)).collect()
}

/// The updates of memberships of these contacts that a batch has made before a position, newest first.
pub(crate) async fn demotions(
    tx: &impl ConnectionTrait,
    batch_id: Uuid,
    contact_ids: &[Uuid],
    before: i64,
) -> Result<Vec<Change>> {
    let dialect = Dialect::of(tx.get_database_backend());
    let (columns, horizon) = (dialect.columns, dialect.horizon);
    let mut updates = Query::select();
    updates
        .expr(Expr::cust(format!("{columns}, {horizon} AS horizon")))
        .from("changes")
        .and_where(Expr::col("batch_id").eq(batch_id))
        .and_where(is_one_of(Expr::col("contact_id"), contact_ids, tx.get_database_backend()))
        .and_where(Expr::col("subject_type").eq(SubjectType::Membership.to_value()))
        .and_where(Expr::col("kind").eq(ChangeKind::Updated.to_value()))
        .and_where(Expr::col("position").lt(before))
        .order_by("position", sea_orm::sea_query::Order::Desc);
    let rows = fetch(tx, tx.get_database_backend().build(&updates)).await?;
    Ok(rows.into_iter().filter_map(Read::into_change).collect())
}
