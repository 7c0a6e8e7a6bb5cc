//! Substring search over the folded search keys, through each database's trigram index.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait, Func},
};

use super::folding::fold;

/// A text to look for, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Term {
    /// Folds what the user typed; none when nothing is left to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text.replace('\0', "").trim());
        if folded.trim().is_empty() { None } else { Some(Self(folded)) }
    }

    /// True of the rows of `table` whose search key contains the term.
    pub(crate) fn condition(&self, table: Searchable, backend: DbBackend) -> Expr {
        let Self(text) = self;
        // Trigram indexes know nothing of shorter texts; those are found by walking the rows in the list's order.
        if text.chars().count() < 3 || table == Searchable::Users {
            return contains(Expr::col((table.name(), "search_key")), text, backend);
        }
        let name = table.name();
        if backend == DbBackend::Sqlite {
            let phrase = format!("\"{}\"", text.replace('"', "\"\""));
            let sql = format!("{name}.row_number IN (SELECT rowid FROM {name}_search WHERE {name}_search MATCH ?)");
            return Expr::cust_with_values(sql, [phrase]);
        }
        // MATERIALIZED: otherwise the planner prefers walking the list's order, which takes seconds for rare terms.
        let sql = format!(
            "{name}.id IN (WITH found AS MATERIALIZED (SELECT id FROM {name} WHERE search_key LIKE $1) SELECT id FROM found)"
        );
        Expr::cust_with_values(sql, [like_pattern(text)])
    }
}

/// The tables with a search key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Searchable {
    Contacts,
    Companies,
    Users,
}

impl Searchable {
    fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Users => "users",
        }
    }
}

/// True where the column contains the text, byte for byte.
pub(crate) fn contains(column: Expr, text: &str, backend: DbBackend) -> Expr {
    let position = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    Expr::expr(Func::cust(position).arg(column).arg(text)).gt(0)
}

fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
