//! Statements that are written as text: their parameters, and recording a change in the statement that makes it.

use sea_orm::{ActiveEnum, DbBackend, Statement, Value};

use super::record::TX;
use crate::{
    domain::{Context, trash::Trashable},
    entity::change::{ChangeKind, SubjectType},
};

/// The parameters of a statement that is written as text.
pub(super) struct Parameters {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Parameters {
    pub(super) fn new(backend: DbBackend) -> Self {
        Self { backend, values: Vec::new() }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Takes a value; how the text refers to it.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        let sign = if self.backend == DbBackend::Postgres { '$' } else { '?' };
        format!("{sign}{}", self.values.len())
    }

    /// The same where PostgreSQL could not tell the type from the place.
    pub(super) fn bind_as(&mut self, value: impl Into<Value>, ty: &str) -> String {
        let parameter = self.bind(value);
        if self.backend == DbBackend::Postgres { format!("CAST({parameter} AS {ty})") } else { parameter }
    }

    pub(super) fn statement(self, sql: String) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, self.values)
    }
}

/// Goes on where a statement ends.
impl From<Statement> for Parameters {
    fn from(statement: Statement) -> Self {
        let values = statement.values.map(|values| values.0).unwrap_or_default();
        Self { backend: statement.db_backend, values }
    }
}

/// The statement that records a change by the caller at a time, up to FROM.
pub(super) fn insert<E: Trashable>(
    ctx: &Context,
    parameters: &mut Parameters,
    (kind, at): (ChangeKind, &str),
    id: &str,
    fields: &str,
) -> String {
    let user_id = parameters.bind_as(ctx.actor.user_id, "uuid");
    let api_key_id = parameters.bind_as(ctx.actor.key_id, "uuid");
    let (kind, subject) = (kind.to_value(), E::SUBJECT.to_value());
    let contact_id = if E::SUBJECT == SubjectType::Contact { id } else { "NULL" };
    let (tx_column, tx) =
        if parameters.backend == DbBackend::Postgres { (", tx", format!(", {TX}")) } else { ("", String::new()) };
    format!(
        "INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, user_id, api_key_id, fields{tx_column}) \
         SELECT {at}, '{kind}', '{subject}', {id}, {contact_id}, {user_id}, {api_key_id}, {fields}{tx}"
    )
}
