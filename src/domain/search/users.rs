//! Search for users, who are listed in the order of their addresses.
//!
//! Words of three letters and more have an index. Shorter ones are looked for along the list, because users are fewer than
//! contacts by far. Among 100,000 users that takes 60 ms, and 100 ms with the count.

use sea_orm::{DbBackend, DbErr, QueryFilter, Select, Statement, sea_query::Expr};
use uuid::Uuid;

use super::{
    SORT_IN_MEMORY_MAX, Term,
    postgres::{find_by_trigrams, from_these, has_trigram, like_pattern},
    sqlite::phrase,
    words::Word,
};
use crate::{
    domain::{condition::is_one_of, error::Result},
    entity::user::{Column, Entity},
    storage::{Db, Row, RowVisitor},
};

/// The table of users.
const USERS: &str = "users";

impl Term {
    /// Restricts a selection of users to those that match: by their ids where there are few, otherwise by looking at each
    /// in the list's order.
    pub(crate) async fn restrict_users(&self, select: Select<Entity>, db: &Db) -> Result<Select<Entity>> {
        let select = select.filter(self.contained_in(USERS, db.backend()));
        let Some(candidates) = self.candidates(db.backend()) else { return Ok(select) };
        let Found(ids) = db.reads().run(candidates, Found::default()).await?;
        if ids.len() > SORT_IN_MEMORY_MAX {
            return Ok(select);
        }
        let these = is_one_of(Expr::col((Entity, Column::Id)), &ids, db.backend());
        Ok(if db.backend() == DbBackend::Sqlite { select.filter(these) } else { from_these(select, USERS, these) })
    }

    /// The statement that yields the users who have all words that the index knows, or one more than can be sorted. `None`
    /// when it knows none of them.
    fn candidates(&self, backend: DbBackend) -> Option<Statement> {
        if !self.is_indexed() {
            return None;
        }
        let most = SORT_IN_MEMORY_MAX + 1;
        let is_sqlite = backend == DbBackend::Sqlite;
        let is_known = |word: &&Word| if is_sqlite { !word.is_short() } else { has_trigram(&word.text) };
        let mut known: Vec<&str> = self.words.iter().filter(is_known).map(|word| word.text.as_str()).collect();
        // The longest is likely the rarest.
        known.sort_by_key(|word| std::cmp::Reverse(word.len()));
        if known.is_empty() {
            return None;
        }
        let (sql, value) = if is_sqlite {
            let query = known.into_iter().map(phrase).collect::<Vec<_>>().join(" ");
            let sql = "SELECT users.id FROM users_search CROSS JOIN users ON users.search_number = users_search.rowid \
                       WHERE users_search MATCH ?";
            (format!("{sql} LIMIT {most}"), query.into())
        } else {
            let patterns: Vec<String> = known.into_iter().map(like_pattern).collect();
            let values = [patterns.into()];
            let find = find_by_trigrams(USERS, "find", &values, &[&most.to_string()]);
            let [value] = values;
            (format!("SELECT {find}"), value)
        };
        Some(Statement::from_sql_and_values(backend, sql, [value]))
    }
}

/// The ids found.
#[derive(Default)]
struct Found(Vec<Uuid>);

impl RowVisitor for Found {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.id(0));
        Ok(())
    }
}
