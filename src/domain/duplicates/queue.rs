//! Contacts that are to be compared again although nothing of their own has changed.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use uuid::Uuid;

use super::{
    index::delete_by_contact,
    rows::{self, Given},
};
use crate::{domain::error::Result, storage::Parameters};

/// The first contacts that wait.
pub(super) async fn first(db: &impl ConnectionTrait, limit: usize) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT contact_id FROM duplicate_queue ORDER BY contact_id LIMIT {limit}");
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Adds contacts.
pub(super) async fn add(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = ids.iter().map(|id| json!([rows::id(*id)])).collect();
    let insert = |given: &str| {
        format!(
            "INSERT INTO duplicate_queue (contact_id) SELECT contact_id FROM {given} WHERE TRUE ON CONFLICT (contact_id) DO NOTHING"
        )
    };
    tx.execute_raw(rows::over(tx.get_database_backend(), &[("contact_id", Given::Id)], rows, insert)).await?;
    Ok(())
}

/// Adds the members of companies.
pub(super) async fn add_members(tx: &impl ConnectionTrait, companies: &[Uuid]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let mut parameters = Parameters::new(tx.get_database_backend());
    let companies = parameters.bind_ids(companies);
    let sql = format!(
        "INSERT INTO duplicate_queue (contact_id) SELECT contact_id FROM company_memberships \
         WHERE company_id IN {companies} ON CONFLICT (contact_id) DO NOTHING"
    );
    tx.execute_raw(parameters.statement(sql)).await?;
    Ok(())
}

/// Removes contacts that were compared.
pub(super) async fn remove(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    delete_by_contact(tx, "duplicate_queue", ids).await
}

/// Removes all.
pub(super) async fn clear(tx: &impl ConnectionTrait) -> Result<()> {
    tx.execute_raw(Statement::from_string(tx.get_database_backend(), "DELETE FROM duplicate_queue")).await?;
    Ok(())
}
