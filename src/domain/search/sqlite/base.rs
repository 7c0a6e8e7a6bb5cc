//! The words of a search on SQLite, and the pieces of SQL that look for them.

use sea_orm::DbBackend;

use crate::domain::search::{
    check::{Companies, has_words, looks_further},
    sql::Sql,
    words::Word,
};

/// Companies whose people are looked up company by company.
pub(super) const COMPANIES_MAX: usize = 1000;
/// Records at the beginning of the order by name that are looked at before more are collected.
pub(super) const HEAD_ROWS: usize = 1000;
/// Columns that conditions on rows need.
const CONTACT_COLUMNS: &str = "id, search_number, search_key, email_points, phone_digits, phone_points";
const COMPANY_COLUMNS: &str = "search_number, search_key";

/// An index of full texts, and what to ask it for.
pub(super) struct Lookup {
    pub(super) index: String,
    pub(super) query: String,
}

impl Lookup {
    /// Rows of the index, above zero or below.
    pub(super) fn rows(&self, what: &str, sign: char) -> Sql {
        let index = &self.index;
        let text = format!("SELECT {what} FROM {index} WHERE {index} MATCH ? AND {index}.rowid {sign} 0");
        Sql::new(text, [self.query.clone().into()])
    }
}

/// The words to look for in a table.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    pub(super) words: &'a [Word],
    pub(super) table: &'static str,
}

impl Search<'_> {
    pub(super) fn has_companies(&self) -> bool {
        looks_further(self.table)
    }

    /// The look-up of the records that have all words in their own texts, and whether it says nothing of some words:
    /// those of one or two letters beside longer ones.
    pub(super) fn lookup(&self, words: &[&Word]) -> (Lookup, bool) {
        let long: Vec<String> = words.iter().filter(|word| !word.is_short()).map(|word| phrase(&word.text)).collect();
        if long.is_empty() {
            let query = words.iter().map(|word| hex(&word.text)).collect::<Vec<_>>().join(" ");
            return (Lookup { index: format!("{}_short", self.table), query }, false);
        }
        let is_partial = long.len() < words.len();
        (Lookup { index: format!("{}_search", self.table), query: long.join(" ") }, is_partial)
    }

    pub(super) fn lookup_of_all(&self) -> (Lookup, bool) {
        self.lookup(&self.words.iter().collect::<Vec<_>>())
    }

    pub(super) fn check(&self, companies: impl Fn(usize) -> Companies) -> Sql {
        has_words(self.words, self.table, DbBackend::Sqlite, companies)
    }

    /// The first live records by name that match, among so many.
    pub(super) fn head(&self, rows: &str, most: usize, companies: impl Fn(usize) -> Companies) -> Sql {
        let (table, check) = (self.table, self.check(companies));
        let columns = if self.has_companies() { CONTACT_COLUMNS } else { COMPANY_COLUMNS };
        Sql::new(
            format!(
                "SELECT search_number AS number FROM (SELECT {columns} FROM {table} WHERE status <> 'trashed' \
                 ORDER BY name_key, id LIMIT {rows}) AS {table} WHERE {} LIMIT {most}",
                check.text
            ),
            check.values,
        )
    }
}

/// A word as FTS5 reads it.
pub(in crate::domain::search) fn phrase(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

/// One or two letters as the index of letters and pairs has them.
fn hex(word: &str) -> String {
    let digit = |four: u8| char::from_digit(four.into(), 16).unwrap_or_default();
    word.bytes().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Numbers as a JSON array.
pub(super) fn list<'a>(numbers: impl IntoIterator<Item = &'a i64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
