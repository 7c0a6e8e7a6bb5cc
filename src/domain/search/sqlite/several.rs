//! Search for several words, for digits, and for lists in any order: a statement that counts, and the choice that it
//! leads to.

use std::collections::BTreeSet;

use sea_orm::{DbErr, Statement};

use super::base::{COMPANIES_MAX, HEAD_ROWS, Search, list};
use crate::{
    domain::search::{Extent, SORT_IN_MEMORY_MAX, check::Companies, sql::Sql, words::Word},
    storage::{Row, RowVisitor},
};

/// Records with one of several words that are tested for the others, rather than to look for those that have all in
/// their own texts.
const HAVING_MAX: usize = 5000;
/// Matches among those records that make walking fast enough.
const HEAD_MATCHES_MIN: usize = 8;
/// Records that tell whether most match, so that a count reads all of them.
const SAMPLE_ROWS: usize = 64;

impl Search<'_> {
    /// The numbers of records among which are all that match: those with all words in their own texts, and whoever is
    /// found by a company or a phone number alone. `companies` selects the companies that have one of the words.
    fn candidates(&self, companies: Sql, rows: &str) -> Sql {
        let (lookup, _) = self.lookup_of_all();
        let mut all = vec![lookup.rows("rowid AS number", '>')];
        if !companies.text.is_empty() {
            all.push(people_of(companies));
        }
        if self.has_companies() {
            all.extend(Word::numbers(self.words).iter().map(|digits| callers(digits, rows)));
        }
        Sql::joined(all, " UNION ALL ")
    }

    /// The numbers of the records that have one of the words.
    fn having(&self, word: &Word, rows: &str) -> Sql {
        let (lookup, _) = self.lookup(&[word]);
        let mut all = vec![lookup.rows("rowid AS number", '>')];
        if self.has_companies() {
            all.push(people_of(lookup.rows("-rowid", '<')));
            all.extend(word.digits.iter().map(|digits| callers(digits, rows)));
        }
        Sql::joined(all, " UNION ALL ")
    }

    /// The statement that tells which companies have each word, how many candidates there are, and how soon records that
    /// match are met. It counts no further than the choice needs.
    pub(super) fn probe(&self, extent: Extent) -> Statement {
        let words: &[Word] = if self.has_companies() { self.words } else { &[] };
        let mut sql = Sql::new("WITH ", []);
        for (place, word) in words.iter().enumerate() {
            sql.push(Sql::new(format!("near{place} (company) AS MATERIALIZED ("), []));
            sql.push(self.lookup(&[word]).0.rows("-rowid", '<'));
            sql.push(Sql::new(format!(" LIMIT {}), ", COMPANIES_MAX + 1), []));
        }
        let near = (0..words.len()).map(|place| Sql::new(format!("SELECT company FROM near{place}"), []));
        sql.push(Sql::new("few (number) AS MATERIALIZED (", []));
        sql.push(self.candidates(Sql::joined(near, " UNION ALL "), ROWS));
        sql.push(Sql::new(format!(" LIMIT {SORT_IN_MEMORY_MAX})"), []));
        for place in 0..words.len() {
            sql.push(Sql::new(format!(" SELECT {place}, company FROM near{place} UNION ALL"), []));
        }
        let (rows, most) = match extent {
            Extent::Page => (HEAD_ROWS, HEAD_MATCHES_MIN),
            Extent::Whole => (SAMPLE_ROWS, SAMPLE_ROWS),
        };
        // SQLite tests a limit before it begins, and a condition row by row.
        let are_many = format!("((SELECT count(*) FROM few) >= {SORT_IN_MEMORY_MAX})");
        sql.push(Sql::new(
            format!(" SELECT {CANDIDATES}, count(*) FROM few UNION ALL SELECT {MET}, count(*) FROM ("),
            [],
        ));
        sql.push(self.head(&format!("{rows} * {are_many}"), most, Companies::Near));
        sql.push(Sql::new(")", []));
        for (place, word) in self.words.iter().enumerate() {
            sql.push(Sql::new(format!(" UNION ALL SELECT {}, count(*) FROM (SELECT 1 FROM (", HAVING + place), []));
            sql.push(self.having(word, ROWS));
            sql.push(Sql::new(format!(") LIMIT {HAVING_MAX} * {are_many})"), []));
        }
        sql.into_statement()
    }

    /// The condition that collects what matches, or with which every record is looked at in turn.
    pub(super) fn chosen(&self, counts: &Counts, extent: Extent) -> Sql {
        let near = |place: usize| counts.companies_of(place).count();
        let is_known = (0..self.words.len()).all(|place| near(place) <= COMPANIES_MAX);
        let are_few = is_known && counts.candidates < SORT_IN_MEMORY_MAX;
        let soon = match extent {
            Extent::Page => HEAD_MATCHES_MIN,
            Extent::Whole => SAMPLE_ROWS / 2,
        };
        let check = self.check(|place| match near(place) {
            0 => Companies::None,
            1..=COMPANIES_MAX => Companies::Listed(list(counts.companies_of(place))),
            _ => Companies::Unknown,
        });
        if !are_few && counts.met >= soon {
            return check;
        }
        let rarest = counts.having.iter().zip(self.words).min_by_key(|(count, _)| **count);
        let numbers = match rarest {
            Some((count, word)) if !are_few && (*count < HAVING_MAX || !is_known) => self.having(word, NUMBERS_OF_ROWS),
            _ => self.candidates(counts.companies(), NUMBERS_OF_ROWS),
        };
        let mut condition = Sql::new(format!("{}.search_number IN (", self.table), []);
        condition.push(numbers);
        condition.push(Sql::new(") AND ", []));
        condition.push(check);
        condition
    }
}

/// The numbers of the people whose primary company is one of these.
fn people_of(companies: Sql) -> Sql {
    let text = format!("SELECT contact AS number FROM company_contacts WHERE company IN ({})", companies.text);
    Sql::new(text, companies.values)
}

/// The numbers of the contacts whose phone numbers may contain these digits: the index has groups of four of them, and
/// not yet those of the contacts that wait.
fn callers(digits: &str, rows: &str) -> Sql {
    let digits: Vec<char> = digits.chars().collect();
    let groups: BTreeSet<String> = digits.windows(4).map(|group| group.iter().collect()).collect();
    let query = groups.into_iter().collect::<Vec<_>>().join(" ");
    let found = "SELECT rowid FROM contact_digits WHERE contact_digits MATCH ? \
                 UNION ALL SELECT contact FROM contact_digits_waiting";
    Sql::new(rows.replace("{found}", found), [query.into()])
}

/// Search numbers of the rows found.
const NUMBERS_OF_ROWS: &str = "SELECT search_number AS number FROM contacts WHERE row_number IN ({found})";
/// The rows found, only to be counted.
const ROWS: &str = "SELECT * FROM ({found})";

/// Marks of the probe's counts, beside the places of the words.
const CANDIDATES: i64 = -1;
const MET: i64 = -2;
/// The counts of the records that have each word come from here on.
const HAVING: usize = 100;

/// The companies that have each word, and the counts.
#[derive(Default)]
pub(super) struct Counts {
    near: Vec<(usize, i64)>,
    candidates: usize,
    met: usize,
    having: Vec<usize>,
}

impl Counts {
    fn companies_of(&self, place: usize) -> impl Iterator<Item = &i64> {
        self.near.iter().filter(move |(word, _)| *word == place).map(|(_, company)| company)
    }

    /// Selects the companies; nothing where there are none.
    fn companies(&self) -> Sql {
        if self.near.is_empty() {
            return Sql::default();
        }
        let numbers = list(self.near.iter().map(|(_, company)| company));
        Sql::new("SELECT value FROM json_each(?)", [numbers.into()])
    }
}

impl RowVisitor for Counts {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let (Some(what), Some(number)) = (row.int(0), row.int(1)) else { return Ok(()) };
        let count = usize::try_from(number).unwrap_or_default();
        match usize::try_from(what) {
            Ok(HAVING..) => self.having.push(count),
            Ok(place) => self.near.push((place, number)),
            Err(_) if what == MET => self.met = count,
            Err(_) => self.candidates = count,
        }
        Ok(())
    }
}
