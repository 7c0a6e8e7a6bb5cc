//! Parts of SQL conditions.

use sea_orm::{
    DbBackend, Value,
    sea_query::{Expr, ExprTrait, Func, extension::postgres::PgFunc},
};

use crate::storage::Db;

pub(crate) fn constant(value: bool) -> Expr {
    Expr::cust(if value { "TRUE" } else { "FALSE" })
}

pub(crate) fn is_null(column: Expr, null: bool) -> Expr {
    if null { column.is_null() } else { column.is_not_null() }
}

/// The database that a condition is for, as far as conditions depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub(crate) backend: DbBackend,
    /// False while folded keys of an older program may be left, by which equal texts are not found.
    pub(crate) has_current_keys: bool,
}

impl Target {
    pub(crate) fn of(db: &Db) -> Self {
        Self { backend: db.backend(), has_current_keys: db.has_current_keys() }
    }

    /// For tests that use no folded key.
    pub(crate) fn without_keys(backend: DbBackend) -> Self {
        Self { backend, has_current_keys: false }
    }
}

/// True of the values listed; of nothing when the list is empty. On PostgreSQL the list is one parameter, an array,
/// because each number of parameters would otherwise be another statement. A single value is compared by itself: an
/// index then gives its rows in order, which a list's rows have to be sorted into.
pub(crate) fn is_one_of<V>(column: Expr, values: &[V], backend: DbBackend) -> Expr
where
    V: Clone + Into<Expr>,
    Vec<V>: Into<Value>,
{
    match values {
        [] => constant(false),
        [one] => column.eq(one.clone()),
        _ if backend == DbBackend::Postgres => column.eq(PgFunc::any(Expr::val(values.to_vec()))),
        _ => column.is_in(values.iter().cloned()),
    }
}

/// True of all other values, null among them.
pub(crate) fn is_none_of<V>(column: Expr, values: &[V], backend: DbBackend) -> Expr
where
    V: Clone + Into<Expr>,
    Vec<V>: Into<Value>,
{
    is_one_of(column.clone(), values, backend).not().or(column.is_null())
}

/// True where the column contains the text, byte for byte.
pub(crate) fn contains(column: Expr, text: &str, backend: DbBackend) -> Expr {
    let position = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    Expr::expr(Func::cust(position).arg(column).arg(text)).gt(0)
}

/// Joins expressions into a tree that is no deeper than it must be: both builder and databases go one deeper on their
/// stacks for each level.
pub(crate) fn balanced(mut parts: Vec<Expr>, glue: fn(Expr, Expr) -> Expr) -> Option<Expr> {
    while parts.len() > 1 {
        let mut rest = parts.into_iter();
        let mut joined = Vec::new();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => glue(left, right),
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop()
}
