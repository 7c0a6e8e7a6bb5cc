//! The first records by name that match: for pickers.

use sea_orm::{DbErr, Statement, Value};

use super::base::{COMPANIES_MAX, HEAD_ROWS, Lookup, Search, list};
use crate::{
    domain::search::{SORT_IN_MEMORY_MAX, check::Companies, sql::Sql, words::Word},
    storage::{Row, RowVisitor},
};

/// Bits of a search number that say nothing of the name, see the migration that made them.
const SAME_BEGINNING: i64 = (1 << 22) - 1;
/// The same for one or two letters, which most companies have, and so have the first contacts by name.
const COMPANIES_MAX_FOR_SHORT_WORD: usize = 64;
/// Companies up to which their people are read and sorted, without a look at which come first.
const COMPANIES_AT_ONCE: usize = 100;

impl Search<'_> {
    /// The statement that yields the numbers below zero of the companies found, then those of the records, in order.
    pub(super) fn stream(&self) -> Statement {
        let (Lookup { index, query }, is_partial) = self.lookup_of_all();
        let table = self.table;
        let mut sql = Sql::new(
            format!(
                "SELECT {index}.rowid FROM {index} WHERE {index} MATCH ? AND ({index}.rowid < 0 OR \
                 (SELECT status FROM {table} WHERE {table}.search_number = {index}.rowid) <> 'trashed')"
            ),
            [query.into()],
        );
        if is_partial {
            let check = self.check(|_| Companies::Unknown);
            let these =
                format!(" AND EXISTS (SELECT 1 FROM {table} WHERE search_number = {index}.rowid AND {})", check.text);
            sql.push(Sql::new(these, check.values));
        }
        sql.push(Sql::new(format!(" ORDER BY {index}.rowid"), []));
        sql.into_statement()
    }

    pub(super) fn first(&self, most: usize) -> FirstFound {
        let is_short = self.words.iter().all(Word::is_short);
        let companies_max = if is_short { COMPANIES_MAX_FOR_SHORT_WORD } else { COMPANIES_MAX };
        FirstFound { most, companies_max, numbers: Vec::new(), companies: Vec::new() }
    }

    /// True of the first records by name that match, for words that many records have: looked for along the names, where
    /// they are met soon. If they are not, all up to the beginning of the last one that is needed.
    pub(super) fn head_or_all(&self, most: usize) -> Sql {
        let (lookup, is_partial) = self.lookup_of_all();
        let (table, index) = (self.table, &lookup.index);
        let mut sql = Sql::new("WITH head (number) AS MATERIALIZED (", []);
        sql.push(self.head(&HEAD_ROWS.to_string(), most, |_| Companies::Unknown));
        sql.push(Sql::new("), bound (number) AS MATERIALIZED (", []));
        sql.push(lookup.rows(&format!("{index}.rowid | {SAME_BEGINNING}"), '>'));
        // A lookup of only some words sets no bound, because the rows that it finds may lack the other words.
        let is_last = if is_partial {
            " AND FALSE".to_owned()
        } else {
            format!(
                " AND (SELECT status FROM {table} WHERE {table}.search_number = {index}.rowid) <> 'trashed' \
                 ORDER BY {index}.rowid LIMIT 1 OFFSET {}",
                most.saturating_sub(1)
            )
        };
        let bound = format!("COALESCE((SELECT number FROM bound), {})", i64::MAX);
        sql.push(Sql::new(format!("{is_last}), found (number) AS MATERIALIZED (SELECT * FROM ("), []));
        sql.push(lookup.rows(&format!("{index}.rowid"), '>'));
        sql.push(Sql::new(format!(" AND {index}.rowid <= {bound}"), []));
        if self.has_companies() {
            let people = format!(
                " UNION ALL SELECT person.contact FROM {index} CROSS JOIN company_contacts person \
                 ON person.company = -{index}.rowid AND person.contact <= {bound} \
                 WHERE {index} MATCH ? AND {index}.rowid < 0"
            );
            sql.push(Sql::new(people, [lookup.query.clone().into()]));
        }
        // SQLite tests a limit before it begins, and a condition row by row: no limit, or no rows.
        let or_none = format!(") LIMIT -((SELECT count(*) FROM head) < {most})) SELECT number FROM head UNION ALL ");
        sql.push(Sql::new(format!("{or_none}{}", first_found(table, most)), []));
        let mut condition = Sql::new(format!("{table}.search_number IN ({})", sql.text), sql.values);
        if is_partial {
            condition.push(Sql::new(" AND ", []));
            condition.push(self.check(|_| Companies::Unknown));
        }
        condition
    }
}

/// Selects of `found` the first `most` live records, and the others with the same beginning as the last of these. The
/// limit keeps SQLite from looking at the status of each before it sorts them.
fn first_found(table: &str, most: usize) -> String {
    format!(
        "SELECT number FROM found WHERE number <= COALESCE((SELECT number | {SAME_BEGINNING} \
         FROM (SELECT number FROM found ORDER BY number LIMIT -1) \
         WHERE (SELECT status FROM {table} WHERE search_number = number) <> 'trashed' LIMIT 1 OFFSET {}), {})",
        most.saturating_sub(1),
        i64::MAX
    )
}

/// The first records found, and the companies.
pub(super) struct FirstFound {
    most: usize,
    companies_max: usize,
    numbers: Vec<i64>,
    companies: Vec<i64>,
}

impl FirstFound {
    /// The last number of the beginning of the last record needed, which may have more of its own.
    fn end(&self) -> i64 {
        let last = self.numbers.get(self.most.saturating_sub(1));
        last.map_or(i64::MAX, |number| number | SAME_BEGINNING)
    }

    fn is_beyond_end(&self) -> bool {
        self.numbers.last().is_some_and(|last| *last > self.end())
    }

    pub(super) fn is_too_much(&self) -> bool {
        self.companies.len() > self.companies_max || (self.numbers.len() >= SORT_IN_MEMORY_MAX && !self.is_beyond_end())
    }

    /// True of the records found, and of the people of the companies found.
    pub(super) fn into_condition(self, table: &str) -> Sql {
        let end = self.end();
        let numbers = list(self.numbers.iter().filter(|number| **number <= end));
        let mut all = "SELECT value AS number FROM json_each(?)".to_owned();
        let mut values: Vec<Value> = vec![numbers.into()];
        if !self.companies.is_empty() {
            all.push_str(
                " UNION ALL SELECT person.contact FROM json_each(?) near CROSS JOIN company_contacts person \
                 ON person.company = near.value AND person.contact <= ?",
            );
            values.extend([list(&self.companies).into(), end.into()]);
        }
        if self.companies.len() > COMPANIES_AT_ONCE {
            all = format!("WITH found (number) AS MATERIALIZED ({all}) {}", first_found(table, self.most));
        }
        Sql::new(format!("{table}.search_number IN ({all})"), values)
    }
}

impl RowVisitor for FirstFound {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        match row.int(0) {
            Some(number) if number < 0 => self.companies.push(-number),
            number => self.numbers.extend(number),
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.is_too_much() || self.is_beyond_end()
    }
}
