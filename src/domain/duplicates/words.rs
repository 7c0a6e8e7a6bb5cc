//! How frequent the words of names are in the directory, as the last scan has counted them. They are stored by their
//! hashes.

use sea_orm::{DbBackend, DbErr};
use serde_json::{Value as Json, json};

use super::{
    Frequencies, Person,
    frequencies::Counted,
    lease::Lease,
    rows::{self, Given},
};
use crate::{
    domain::error::Result,
    storage::{Parameters, Row, RowSource, RowVisitor},
};

/// Words that are written in one statement.
const WORDS_PER_STATEMENT: usize = 5_000;

/// A word as it is stored.
fn stored(word: Counted) -> String {
    format!("{word:016x}")
}

/// The frequencies of the words of some people's names.
pub(super) async fn frequencies<'a>(
    db: &impl RowSource,
    people: impl IntoIterator<Item = &'a Person>,
) -> Result<Frequencies> {
    let mut words: Vec<Counted> = people.into_iter().flat_map(Person::counted).collect();
    words.sort_unstable();
    words.dedup();
    let list: Vec<String> = words.into_iter().map(stored).collect();
    let mut parameters = Parameters::new(db.get_database_backend());
    let list = parameters.bind(Json::from(list).to_string());
    let words = match db.get_database_backend() {
        DbBackend::Postgres => format!("SELECT jsonb_array_elements_text(CAST({list} AS jsonb)) COLLATE \"C\""),
        _ => format!("SELECT value FROM json_each({list})"),
    };
    read(db, &format!("WHERE word IN ({words})"), parameters).await
}

/// The frequencies of all words that several contacts have.
pub(super) async fn all(db: &impl RowSource) -> Result<Frequencies> {
    read(db, "", Parameters::new(db.get_database_backend())).await
}

async fn read(db: &impl RowSource, condition: &str, parameters: Parameters) -> Result<Frequencies> {
    // The row without a word is the number of all contacts.
    let sql = format!(
        "SELECT NULL, records FROM duplicate_upkeep UNION ALL SELECT word, records FROM duplicate_words {condition}"
    );
    let Words { records, words } = db.visit(parameters.statement(sql), Words::default()).await?;
    Ok(Frequencies::new(records, words))
}

#[derive(Default)]
struct Words {
    records: u32,
    words: Vec<(Counted, u32)>,
}

impl RowVisitor for Words {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let records = row.int(1).and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        match row.text(0) {
            Some(word) => self.words.extend(Counted::from_str_radix(word, 16).ok().map(|word| (word, records))),
            None => self.records = records,
        }
        Ok(())
    }
}

/// Writes the frequencies that a scan has counted in the place of those that are stored.
pub(super) async fn replace(lease: Lease<'_>, frequencies: &Frequencies) -> Result<()> {
    // A word that one contact has says no more than one that none has.
    let mut new: Vec<(Counted, u32)> = frequencies.counts().filter(|(_, records)| *records > 1).collect();
    new.sort_unstable();
    let before = all(lease.db.reads()).await?;
    let is_gone = |word: &Counted| new.binary_search_by_key(word, |(word, _)| *word).is_err();
    let mut gone: Vec<Counted> = before.counts().map(|(word, _)| word).filter(is_gone).collect();
    gone.sort_unstable();
    new.retain(|(word, records)| before.count_of(*word) != *records);
    for some in gone.chunks(WORDS_PER_STATEMENT) {
        let rows = some.iter().map(|word| json!([stored(*word)])).collect();
        let delete = |given: &str| format!("DELETE FROM duplicate_words WHERE word IN (SELECT word FROM {given})");
        lease.execute(rows::over(lease.db.backend(), &[("word", Given::Text)], rows, delete)).await?;
    }
    let columns = [("word", Given::Text), ("records", Given::Number)];
    for some in new.chunks(WORDS_PER_STATEMENT) {
        let rows = some.iter().map(|(word, records)| json!([stored(*word), records])).collect();
        let insert = |given: &str| {
            format!(
                "INSERT INTO duplicate_words (word, records) SELECT word, records FROM {given} WHERE TRUE ON CONFLICT (word) \
                 DO UPDATE SET records = excluded.records"
            )
        };
        lease.execute(rows::over(lease.db.backend(), &columns, rows, insert)).await?;
    }
    Ok(())
}
