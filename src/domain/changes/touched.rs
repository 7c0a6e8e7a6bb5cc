//! The contacts that changes touch, for what follows the feed to keep something about contacts up to date.

use std::collections::HashSet;

use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend, DbErr};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    Position,
    dialect::{self, Dialect},
};
use crate::{
    domain::error::Result,
    entity::change::{ChangeKind, SubjectType},
    storage::{Db, Parameters, Row, RowSource, RowVisitor},
};

/// Contacts that some changes were of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// Contacts that were written themselves, or a membership of theirs.
    pub(crate) contacts: HashSet<Uuid>,
    /// Companies whose names were written.
    pub(crate) companies: HashSet<Uuid>,
    /// The last change that was read; none where there was none.
    pub(crate) last: Option<Position>,
    /// Number of changes that were read.
    pub(crate) count: u64,
}

/// Changes that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The first ones, so far as nothing can come between them any more, as a follower must read them.
    Settled,
    /// The last ones that are committed.
    Committed,
}

/// Limits of what is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) changes: u64,
    pub(crate) contacts: usize,
}

/// The contacts that the first or last changes after a place touched. Updates of contacts that leave all of these fields
/// as they were are left out.
pub(crate) async fn touched(
    db: &impl RowSource,
    after: Position,
    reach: Reach,
    most: Most,
    fields: &'static [&'static str],
) -> Result<Touched> {
    let backend = db.get_database_backend();
    let dialect = Dialect::of(backend);
    let mut parameters = Parameters::new(backend);
    let place = dialect::place(&mut parameters, after);
    let settled = if reach == Reach::Settled { dialect.settled.as_str() } else { "1 = 1" };
    let tx = if backend == DbBackend::Sqlite { "0" } else { "tx" };
    let key = dialect.key;
    let mut order = key.trim_matches(['(', ')']).to_owned();
    if reach == Reach::Committed {
        order = format!("{} DESC", order.replace(',', " DESC,"));
    }
    let (contact, company) = (SubjectType::Contact.to_value(), SubjectType::Company.to_value());
    let updated = ChangeKind::Updated.to_value();
    let sql = format!(
        "SELECT {tx}, position, subject_type, subject_id, contact_id, kind = '{updated}', \
         CASE WHEN kind = '{updated}' AND subject_type IN ('{contact}', '{company}') THEN fields END \
         FROM changes WHERE {key} > {place} AND {settled} ORDER BY {order} LIMIT {}",
        most.changes
    );
    let reading = Reading { fields, contacts_max: most.contacts, touched: Touched::default() };
    Ok(db.visit(parameters.statement(sql), reading).await?.touched)
}

struct Reading {
    fields: &'static [&'static str],
    contacts_max: usize,
    touched: Touched,
}

impl RowVisitor for Reading {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        // PostgreSQL sends the rest all the same.
        if self.is_done() {
            return Ok(());
        }
        let touched = &mut self.touched;
        touched.count += 1;
        touched.last = row.int(0).zip(row.int(1)).map(|(tx, number)| Position { tx, number }).or(touched.last);
        let is_of = |subject: SubjectType| row.text(2) == Some(subject.to_value().as_str());
        let is_update = row.flag(5) == Some(true);
        if is_of(SubjectType::Contact) {
            if !is_update || writes(row, self.fields) {
                touched.contacts.extend(row.id(3));
            }
        } else if is_of(SubjectType::Membership) {
            touched.contacts.extend(row.id(4));
        } else if is_of(SubjectType::Company) && is_update && writes(row, &["name"]) {
            touched.companies.extend(row.id(3));
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.touched.contacts.len() >= self.contacts_max
    }
}

/// True where an update has changed one of the fields, and where nothing readable is recorded of it any more.
fn writes(row: &impl Row, fields: &[&str]) -> bool {
    let Ok(Some(Json::Object(recorded))) = row.json(6) else { return true };
    let is_changed = |field: &&str| match recorded.get(*field) {
        Some(Json::Array(pair)) => pair.first() != pair.get(1),
        Some(_) => true,
        None => false,
    };
    fields.iter().any(is_changed)
}

/// True where there is a change after a place.
pub(crate) async fn is_any_after(db: &Db, place: Position) -> Result<bool> {
    let dialect = Dialect::of(db.backend());
    let mut parameters = Parameters::new(db.backend());
    let place = dialect::place(&mut parameters, place);
    let sql = format!("SELECT 1 FROM changes WHERE {} > {place} LIMIT 1", dialect.key);
    Ok(db.reads().query_one_raw(parameters.statement(sql)).await?.is_some())
}
