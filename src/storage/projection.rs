//! Columns and joined tables that a statement selects.

use std::sync::OnceLock;

use sea_orm::{
    DbBackend,
    sea_query::{Alias, Expr, JoinType, Query, SelectStatement},
};

use crate::resources::{Resource, ToOne};

/// Columns and joins, starting from one table.
#[derive(Clone, Debug)]
pub struct Projection {
    columns: Vec<String>,
    joins: Vec<Join>,
    table: &'static str,
    /// Statement that reads one record by its id, built on first use.
    by_id: OnceLock<String>,
}

#[derive(Clone, Debug)]
struct Join {
    table: &'static str,
    alias: String,
    on: String,
}

/// Most joins in one statement. A selection that needs more is read in several statements.
const JOINS_MAX: usize = 6;

impl Projection {
    /// Starts an empty projection of a table.
    pub fn new(resource: &Resource) -> Self {
        Self { columns: Vec::new(), joins: Vec::new(), table: resource.table, by_id: OnceLock::new() }
    }

    /// Returns the name of the table at which the projection starts.
    pub fn start(&self) -> String {
        self.table.to_owned()
    }

    /// Selects a column and returns its index in the rows.
    pub fn column(&mut self, table: &str, column: &str) -> usize {
        self.expression(format!("{table}.{column}"))
    }

    /// Selects an expression and returns its index in the rows.
    pub(crate) fn expression(&mut self, sql: String) -> usize {
        self.columns.iter().position(|known| *known == sql).unwrap_or_else(|| {
            self.columns.push(sql);
            self.columns.len() - 1
        })
    }

    /// Joins a related record and returns its alias. Returns `None` when the limit of joins is reached.
    pub fn join(&mut self, table: &str, to: &Resource, one: ToOne) -> Option<String> {
        let alias = format!("j{}", self.joins.len());
        let flag = one.flag.map(|flag| format!(" AND {alias}.{flag}")).unwrap_or_default();
        let on = format!("{alias}.{} = {table}.{}{flag}", one.that, one.this);
        if self.joins.len() == JOINS_MAX {
            return None;
        }
        self.joins.push(Join { table: to.table, alias: alias.clone(), on });
        Some(alias)
    }

    /// Returns the statement that reads the record with the id `$1`. The projection must not change afterwards.
    pub(crate) fn by_id(&self, backend: DbBackend) -> &str {
        self.by_id.get_or_init(|| {
            let mut statement = Query::select();
            statement.from(Alias::new(self.table)).and_where(Expr::cust(format!("{}.id = $1", self.table)));
            self.apply(&mut statement);
            backend.build(&statement).sql
        })
    }

    /// Returns the names of the columns, if all are the table's own.
    pub(crate) fn own_columns(&self) -> Option<Vec<&str>> {
        self.columns.iter().map(|column| column.strip_prefix(self.table)?.strip_prefix('.')).collect()
    }

    /// Returns the number of columns.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Adds columns and joins to a statement that selects nothing yet.
    pub(crate) fn apply(&self, statement: &mut SelectStatement) {
        for column in &self.columns {
            statement.expr(Expr::cust(column.clone()));
        }
        for join in &self.joins {
            let (table, alias) = (Alias::new(join.table), Alias::new(&join.alias));
            statement.join_as(JoinType::LeftJoin, table, alias, Expr::cust(join.on.clone()));
        }
    }
}
