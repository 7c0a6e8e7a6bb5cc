//! Pairs of contacts that are likely one person, as they are stored.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    Certainty, Pair,
    likeness::{Likeness, Reasons},
    rows::{self, Given},
    vetoed,
};
use crate::{
    domain::error::Result,
    resources::CONTACT,
    storage::{Db, Parameters, Row, RowVisitor},
};

/// Most candidates of one contact.
pub(super) const CANDIDATES_MAX: usize = 20;

/// A certainty as it is stored. Sorted by these words, the certain ones come first.
pub(super) fn stored(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
    }
}

/// Another contact that is likely the same person as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// The other contact.
    pub(super) contact_id: Uuid,
    /// How likely, and why.
    pub(super) likeness: Likeness,
}

/// The best candidates of each contact, the most certain ones first; contacts without any are left out. Trashed contacts
/// are nobody's candidates and have none, even before the upkeep has noticed.
pub(super) async fn of_contacts(db: &Db, ids: &[Uuid], at_least: Certainty) -> Result<HashMap<Uuid, Vec<Candidate>>> {
    let live = CONTACT.trash.map_or("TRUE", |trash| trash.live);
    let mut parameters = Parameters::new(db.backend());
    let (first, second) = (parameters.bind_ids(ids), parameters.bind_ids(ids));
    let wanted = wanted(at_least);
    let allowed = vetoed::is_allowed("pair");
    let sides = [("first_id", "second_id", first), ("second_id", "first_id", second)].map(|(own, other, ids)| {
        format!(
            "SELECT pair.{own} AS contact_id, pair.{other} AS other_id, score, certainty, reasons \
             FROM duplicate_pairs AS pair WHERE pair.{own} IN {ids} AND {wanted} AND {allowed}"
        )
    });
    let sides = sides.join(" UNION ALL ");
    let best = "PARTITION BY contact_id ORDER BY certainty, score DESC, other_id";
    let sql = format!(
        "SELECT contact_id, other_id, score, certainty, reasons FROM (\
             SELECT side.*, row_number() OVER ({best}) AS place FROM ({sides}) AS side \
             JOIN contacts ON contacts.id = side.other_id AND {live} \
             WHERE EXISTS (SELECT 1 FROM contacts WHERE contacts.id = side.contact_id AND {live})\
         ) AS ranked WHERE place <= {CANDIDATES_MAX} ORDER BY contact_id, place"
    );
    let mut found: HashMap<Uuid, Vec<Candidate>> = HashMap::new();
    for row in read(db, parameters.statement(sql)).await? {
        found.entry(row.first).or_default().push(Candidate { contact_id: row.second, likeness: row.likeness });
    }
    Ok(found)
}

/// All pairs but those that are vetoed, in no order.
pub(super) async fn all(db: &Db) -> Result<Vec<Pair>> {
    let allowed = vetoed::is_allowed("pair");
    let sql =
        format!("SELECT first_id, second_id, score, certainty, reasons FROM duplicate_pairs AS pair WHERE {allowed}");
    read(db, Statement::from_string(db.backend(), sql)).await
}

/// The stored pairs of these contacts, vetoed or not.
pub(super) async fn touching(db: &Db, ids: &[Uuid]) -> Result<Vec<Pair>> {
    let mut parameters = Parameters::new(db.backend());
    let (first, second) = (parameters.bind_ids(ids), parameters.bind_ids(ids));
    let columns = "SELECT first_id, second_id, score, certainty, reasons FROM duplicate_pairs";
    // UNION, because a pair of two of them has both sides here.
    let sql = format!("{columns} WHERE first_id IN {first} UNION {columns} WHERE second_id IN {second}");
    read(db, parameters.statement(sql)).await
}

/// All stored pairs after one in the order of their ids, vetoed or not.
pub(super) async fn after(db: &Db, last: (Uuid, Uuid), limit: usize) -> Result<Vec<Pair>> {
    let mut parameters = Parameters::new(db.backend());
    let (first, second) = (parameters.bind(last.0), parameters.bind(last.1));
    let sql = format!(
        "SELECT first_id, second_id, score, certainty, reasons FROM duplicate_pairs \
         WHERE (first_id, second_id) > ({first}, {second}) ORDER BY first_id, second_id LIMIT {limit}"
    );
    read(db, parameters.statement(sql)).await
}

/// A condition on a pair: it is at least as certain.
fn wanted(at_least: Certainty) -> &'static str {
    match at_least {
        Certainty::Certain => "certainty = 'certain'",
        Certainty::Likely => "TRUE",
    }
}

async fn read(db: &Db, statement: Statement) -> Result<Vec<Pair>> {
    Ok(db.reads().run(statement, Pairs(Vec::new())).await?.0)
}

struct Pairs(Vec<Pair>);

impl RowVisitor for Pairs {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let ids = row.id(0).zip(row.id(1));
        let number = |column| row.int(column).and_then(|number| i32::try_from(number).ok());
        let certainty =
            if row.text(3) == Some(stored(Certainty::Certain)) { Certainty::Certain } else { Certainty::Likely };
        if let Some(((first, second), millionths)) = ids.zip(number(2)) {
            let reasons = Reasons(number(4).unwrap_or_default());
            self.0.push(Pair { first, second, likeness: Likeness { millionths, certainty, reasons } });
        }
        Ok(())
    }
}

/// Writes pairs, those that are stored already too.
pub(super) async fn write(tx: &impl ConnectionTrait, pairs: &[Pair]) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let row = |pair: &Pair| {
        let Likeness { millionths, certainty, reasons } = pair.likeness;
        json!([rows::id(pair.first), rows::id(pair.second), millionths, stored(certainty), reasons.0])
    };
    let columns = [
        ("first_id", Given::Id),
        ("second_id", Given::Id),
        ("score", Given::Number),
        ("certainty", Given::Text),
        ("reasons", Given::Number),
    ];
    let names = "first_id, second_id, score, certainty, reasons";
    let insert = |given: &str| {
        format!(
            "INSERT INTO duplicate_pairs ({names}) SELECT {names} FROM {given} WHERE TRUE ON CONFLICT (first_id, second_id) \
             DO UPDATE SET score = excluded.score, certainty = excluded.certainty, reasons = excluded.reasons"
        )
    };
    tx.execute_raw(rows::over(tx.get_database_backend(), &columns, pairs.iter().map(row).collect(), insert)).await?;
    Ok(())
}

/// Leaves out the pairs of contacts that do not exist. The others are not deleted before the transaction ends.
pub(super) async fn keep_existing(tx: &impl ConnectionTrait, some: &mut Vec<Pair>) -> Result<()> {
    let mut ids: Vec<Uuid> = some.iter().flat_map(|pair| [pair.first, pair.second]).collect();
    if ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    ids.dedup();
    let existing = vetoed::lock_existing(tx, &ids).await?;
    some.retain(|pair| existing.contains_key(&pair.first) && existing.contains_key(&pair.second));
    Ok(())
}

/// Writes the pairs of contacts that exist, in turn with those who delete them.
pub(super) async fn write_existing(tx: &impl ConnectionTrait, mut some: Vec<Pair>) -> Result<()> {
    keep_existing(tx, &mut some).await?;
    write(tx, &some).await
}

/// Removes pairs.
pub(super) async fn remove(tx: &impl ConnectionTrait, pairs: &[(Uuid, Uuid)]) -> Result<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let rows: Vec<Json> = pairs.iter().map(|(first, second)| json!([rows::id(*first), rows::id(*second)])).collect();
    let columns = [("first_id", Given::Id), ("second_id", Given::Id)];
    let delete = |given: &str| match tx.get_database_backend() {
        DbBackend::Postgres => format!(
            "DELETE FROM duplicate_pairs AS pair USING {given} \
             WHERE pair.first_id = given.first_id AND pair.second_id = given.second_id"
        ),
        _ => format!(
            "DELETE FROM duplicate_pairs WHERE (first_id, second_id) IN (SELECT first_id, second_id FROM {given})"
        ),
    };
    tx.execute_raw(rows::over(tx.get_database_backend(), &columns, rows, delete)).await?;
    Ok(())
}
