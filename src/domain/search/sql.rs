//! Pieces of SQL with their values.

use sea_orm::{DbBackend, Statement, Value, sea_query::Expr};

/// A piece of SQL with `?` for each of its values.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.into(), values: values.into_iter().collect() }
    }

    /// Appends a piece.
    pub(super) fn push(&mut self, piece: Self) {
        self.text.push_str(&piece.text);
        self.values.extend(piece.values);
    }

    /// Joins pieces, with a separator between them.
    pub(super) fn joined(pieces: impl IntoIterator<Item = Self>, separator: &str) -> Self {
        let mut all = Self::default();
        for piece in pieces {
            if !all.text.is_empty() {
                all.text.push_str(separator);
            }
            all.push(piece);
        }
        all
    }

    /// A whole statement of SQLite.
    pub(super) fn into_statement(self) -> Statement {
        Statement::from_sql_and_values(DbBackend::Sqlite, self.text, self.values)
    }

    /// The condition as a part of a statement that is built.
    pub(super) fn into_expr(self, backend: DbBackend) -> Expr {
        Expr::cust_with_values(numbered(self.text, backend), self.values)
    }
}

/// PostgreSQL's placeholders have numbers.
fn numbered(text: String, backend: DbBackend) -> String {
    if backend == DbBackend::Sqlite {
        return text;
    }
    let mut parts = text.split('?');
    let first = parts.next().unwrap_or_default().to_owned();
    (1..).zip(parts).fold(first, |text, (number, part)| format!("{text}${number}{part}"))
}
