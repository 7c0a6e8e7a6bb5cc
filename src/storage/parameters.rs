//! Parameters of statements that are written as text.

use sea_orm::{DbBackend, Statement, Value};
use serde_json::Value as Json;
use uuid::Uuid;

/// Parameters of a statement that is written as text. Values never stand in the text itself.
pub(crate) struct Parameters {
    backend: DbBackend,
    values: Vec<Value>,
}

impl Parameters {
    /// No parameters yet.
    pub(crate) fn new(backend: DbBackend) -> Self {
        Self { backend, values: Vec::new() }
    }

    /// The database that the statement is for.
    pub(crate) fn backend(&self) -> DbBackend {
        self.backend
    }

    /// Binds a value, and returns the placeholder for it.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        let sign = if self.backend == DbBackend::Postgres { '$' } else { '?' };
        format!("{sign}{}", self.values.len())
    }

    /// Binds a value whose type PostgreSQL could not tell from its place.
    pub(crate) fn bind_as(&mut self, value: impl Into<Value>, ty: &str) -> String {
        let parameter = self.bind(value);
        if self.backend == DbBackend::Postgres { format!("CAST({parameter} AS {ty})") } else { parameter }
    }

    /// Binds ids as one parameter, and returns a list for `IN`.
    pub(crate) fn bind_ids(&mut self, ids: &[Uuid]) -> String {
        if self.backend == DbBackend::Postgres {
            return format!("(SELECT unnest({}))", self.bind(ids.to_vec()));
        }
        let texts: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
        format!("(SELECT unhex(value) FROM json_each({}))", self.bind(Json::from(texts).to_string()))
    }

    /// The statement with this text.
    pub(crate) fn statement(self, sql: String) -> Statement {
        Statement::from_sql_and_values(self.backend, sql, self.values)
    }
}

/// Continues the parameters of a statement.
impl From<Statement> for Parameters {
    fn from(statement: Statement) -> Self {
        let values = statement.values.map(|values| values.0).unwrap_or_default();
        Self { backend: statement.db_backend, values }
    }
}
