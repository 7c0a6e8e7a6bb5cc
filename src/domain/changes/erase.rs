//! Erasing recorded values, as permanent deletion does.
//!
//! A change stays with the contact whose page shows it, also when a merge or its undoing passes what it is of to another
//! contact. So memberships and interactions are followed to all contacts that they have been with.

use sea_orm::{
    ActiveEnum, ConnectionTrait, DbBackend,
    sea_query::{Expr, ExprTrait, Query},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::read::COMPANY;
use crate::{
    domain::{Write, condition::is_one_of, error::Result, interactions::Subject},
    entity::change::ChangeKind,
    storage::Parameters,
};

impl Write {
    /// Erases the values recorded of what the pages of contacts show, and of their memberships and interactions while
    /// other contacts had them: they go with the contacts.
    pub(crate) async fn erase_recorded_of_contacts(&self, contact_ids: &[Uuid]) -> Result<()> {
        let of_contacts = is_one_of(Expr::col("contact_id"), contact_ids, self.tx.get_database_backend());
        self.erase_passed(contact_ids, None).await?;
        self.erase(of_contacts).await
    }

    /// Erases the values recorded of an interaction.
    pub(crate) async fn erase_recorded_of_interaction(&self, logged_on: Subject, id: Uuid) -> Result<()> {
        let history = match logged_on {
            Subject::Contact(contact_id) => {
                self.erase_passed(&[contact_id], Some(id)).await?;
                Expr::col("contact_id").eq(contact_id)
            }
            Subject::Company(company_id) => in_history_of_company(company_id),
        };
        self.erase(history.and(Expr::col("subject_id").eq(id))).await
    }

    /// Erases the values recorded of a company and of its interactions, and what is recorded of those who no longer work
    /// there.
    pub(crate) async fn erase_recorded_of_company(&self, id: Uuid) -> Result<()> {
        self.erase(in_history_of_company(id)).await?;
        self.erase(Expr::col("company_id").eq(id).and(Expr::col("kind").eq(ChangeKind::Deleted.to_value()))).await
    }

    /// Erases what other contacts' pages show of memberships and interactions that these contacts have, or had: all of
    /// them, or one.
    async fn erase_passed(&self, contact_ids: &[Uuid], subject_id: Option<Uuid>) -> Result<()> {
        let backend = self.tx.get_database_backend();
        let mut parameters = Parameters::new(backend);
        let sql = passed(&mut parameters, contact_ids, subject_id);
        let rows = self.tx.query_all_raw(parameters.statement(sql)).await?;
        let passed = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        let passed: Vec<(Uuid, Uuid)> = passed.collect::<Result<_>>()?;
        let (others, subjects): (Vec<Uuid>, Vec<Uuid>) = passed.into_iter().unzip();
        if others.is_empty() {
            return Ok(());
        }
        let of_others = is_one_of(Expr::col("contact_id"), &others, backend);
        self.erase(of_others.and(is_one_of(Expr::col("subject_id"), &subjects, backend))).await
    }

    async fn erase(&self, of: Expr) -> Result<()> {
        let update = Query::update()
            .table("changes")
            .value("fields", Option::<Json>::None)
            .and_where(Expr::col("fields").is_not_null())
            .and_where(of)
            .take();
        self.tx.execute(&update).await?;
        Ok(())
    }
}

/// A query of the contacts that memberships and interactions have been passed from and to, with the ids of these, as
/// the pages of some contacts tell, and then the pages of those.
fn passed(parameters: &mut Parameters, contact_ids: &[Uuid], subject_id: Option<Uuid>) -> String {
    let is_postgres = parameters.backend() == DbBackend::Postgres;
    let these = parameters.bind_ids(contact_ids);
    let subject = subject_id.map_or(String::new(), |id| format!(" AND subject_id = {}", parameters.bind(id)));
    // The contact before it and the one after it.
    let contact = if is_postgres {
        "CAST(fields -> 'contact' ->> side AS uuid)"
    } else {
        "unhex(replace(json_extract(fields, '$.contact[' || side || ']'), '-', ''))"
    };
    format!(
        "WITH RECURSIVE sides (side) AS (SELECT 0 UNION ALL SELECT 1), passed (other_id, passed_id) AS (\
             SELECT {contact}, subject_id FROM changes CROSS JOIN sides \
             WHERE contact_id IN {these}{subject} AND {contact} IS NOT NULL \
             UNION \
             SELECT {contact}, subject_id FROM passed \
             JOIN changes ON contact_id = other_id AND subject_id = passed_id CROSS JOIN sides \
             WHERE {contact} IS NOT NULL\
         ) SELECT other_id, passed_id FROM passed"
    )
}

/// True of the changes that a company's history shows.
fn in_history_of_company(id: Uuid) -> Expr {
    Expr::col("contact_id").is_null().and(Expr::cust(COMPANY).eq(id))
}
