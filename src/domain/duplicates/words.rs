//! How frequent the words of names are in the directory, as the last scan has counted them.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde_json::{Value as Json, json};

use super::{
    Frequencies, Person,
    rows::{self, Given},
};
use crate::{
    domain::error::Result,
    storage::{Db, Parameters, Row, RowVisitor},
};

/// Words that are written in one statement.
const WORDS_PER_STATEMENT: usize = 2_000;

/// The frequencies of the words of some people's names.
pub(super) async fn frequencies<'a>(db: &Db, people: impl IntoIterator<Item = &'a Person>) -> Result<Frequencies> {
    let words: HashSet<String> = people.into_iter().flat_map(Person::counted_words).collect();
    let list: Vec<String> = words.into_iter().collect();
    let mut parameters = Parameters::new(db.backend());
    let list = parameters.bind(Json::from(list).to_string());
    let words = match db.backend() {
        DbBackend::Postgres => format!("SELECT jsonb_array_elements_text(CAST({list} AS jsonb)) COLLATE \"C\""),
        _ => format!("SELECT value FROM json_each({list})"),
    };
    // The row without a word is the number of all contacts.
    let sql = format!(
        "SELECT NULL, records FROM duplicate_upkeep UNION ALL SELECT word, records FROM duplicate_words WHERE word IN ({words})"
    );
    let Words { records, words } = db.reads().run(parameters.statement(sql), Words::default()).await?;
    Ok(Frequencies::new(records, words))
}

#[derive(Default)]
struct Words {
    records: u32,
    words: Vec<(String, u32)>,
}

impl RowVisitor for Words {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let records = row.int(1).and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        match row.text(0) {
            Some(word) => self.words.push((word.to_owned(), records)),
            None => self.records = records,
        }
        Ok(())
    }
}

/// Writes the frequencies that a scan has counted in the place of those that are stored.
pub(super) async fn replace(db: &Db, frequencies: &Frequencies) -> Result<()> {
    db.writer().execute_raw(Statement::from_string(db.backend(), "DELETE FROM duplicate_words")).await?;
    // A word that one contact has says no more than one that none has.
    let mut words: Vec<(&str, u32)> = frequencies.words().filter(|(_, records)| *records > 1).collect();
    words.sort_unstable();
    let columns = [("word", Given::Text), ("records", Given::Number)];
    for some in words.chunks(WORDS_PER_STATEMENT) {
        let rows = some.iter().map(|(word, records)| json!([word, records])).collect();
        let insert = |given: &str| {
            format!(
                "INSERT INTO duplicate_words (word, records) SELECT word, records FROM {given} WHERE TRUE ON CONFLICT (word) \
                 DO UPDATE SET records = excluded.records"
            )
        };
        db.writer().execute_raw(rows::over(db.backend(), &columns, rows, insert)).await?;
    }
    Ok(())
}
