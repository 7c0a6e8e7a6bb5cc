//! Reading changes: the feed, oldest first, and the history of records, newest first.

use std::{collections::HashMap, sync::LazyLock};

use sea_orm::{ActiveEnum, ConnectionTrait, Iterable, Statement};
use uuid::Uuid;

use super::{
    Change, Cursor, Position, Wanted,
    dialect::{Dialect, place},
    end::end,
};
use crate::{
    domain::error::{Error, Result},
    entity::change::{ChangeKind, SubjectType},
    storage::Parameters,
};

/// The company in whose history a change of no contact stands: the index of histories is by this expression.
pub(super) const COMPANY: &str = "COALESCE(company_id, subject_id)";

/// A part of the feed or of a history.
#[derive(Clone, Debug, Default)]
pub struct ChangePage {
    /// The changes.
    pub changes: Vec<Change>,
    /// There are more after these.
    pub has_next: bool,
    /// It does not begin at the beginning.
    pub has_previous: bool,
    /// The end of the page, when that is not at its last change.
    end: Option<Cursor>,
}

/// Row of the feed. An unreadable row keeps its place, so that it does not hide the others.
#[derive(Debug)]
pub struct Read {
    /// The row's place in the feed.
    pub position: Position,
    /// Change in the row; none when it cannot be read.
    pub change: Option<Change>,
}

impl Read {
    /// The row's number.
    pub(crate) fn number(&self) -> i64 {
        self.position.number
    }

    /// The kind of the change, if it can be read.
    pub(crate) fn kind(&self) -> Option<ChangeKind> {
        self.change.as_ref().map(|change| change.kind)
    }

    /// The change, if it can be read.
    pub(crate) fn into_change(self) -> Option<Change> {
        self.change
    }
}

/// The changes of the rows that can be read.
pub(super) fn readable(rows: Vec<Read>) -> Vec<Change> {
    rows.into_iter().filter_map(|row| row.change).collect()
}

impl ChangePage {
    fn cut(mut rows: Vec<Read>, limit: u64, has_previous: bool) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_next = rows.len() > limit;
        rows.truncate(limit);
        // A page whose last row cannot be read ends after that row all the same.
        let end = rows.last().filter(|last| last.change.is_none()).map(|last| Cursor::at(last.position));
        Self { changes: readable(rows), has_next, has_previous, end }
    }

    /// The cursor after this page.
    pub fn end_cursor(&self) -> Option<String> {
        self.end.map(|end| end.to_string()).or_else(|| self.changes.last().map(Change::cursor))
    }
}

/// The kinds of changes and of records that this program knows; a later one may have recorded others.
pub(super) static KNOWN: LazyLock<String> = LazyLock::new(|| {
    let quoted = |names: Vec<String>| format!("('{}')", names.join("', '"));
    let kinds = quoted(ChangeKind::iter().map(|kind| kind.to_value()).collect());
    let types = quoted(SubjectType::iter().map(|subject| subject.to_value()).collect());
    format!("kind IN {kinds} AND subject_type IN {types}")
});

/// The changes after a place that are wanted, oldest first, so far as nothing can come between them any more.
pub async fn after(db: &impl ConnectionTrait, wanted: &Wanted, position: Position, limit: u64) -> Result<Vec<Read>> {
    let dialect = Dialect::of(db.get_database_backend());
    let Dialect { columns, key, settled, .. } = &dialect;
    let mut parameters = Parameters::new(dialect.backend);
    let place = place(&mut parameters, position);
    let mut conditions = vec![format!("{key} > {place} AND {settled} AND {}", *KNOWN)];
    if let Some(types) = &wanted.subject_types {
        // Constants of this program, which may therefore stand in the text.
        let types: Vec<String> = types.iter().map(|kind| format!("'{}'", kind.to_value())).collect();
        let list = if types.is_empty() { "NULL".to_owned() } else { types.join(", ") };
        conditions.push(format!("subject_type IN ({list})"));
    }
    if let Some(contact_id) = wanted.contact_id {
        conditions.push(format!("contact_id = {}", parameters.bind(contact_id)));
    }
    let (conditions, order, horizon) = (conditions.join(" AND "), key.trim_matches(['(', ')']), i64::MAX);
    let sql = format!(
        "SELECT {columns}, {horizon} AS horizon FROM changes WHERE {conditions} ORDER BY {order} LIMIT {limit}"
    );
    fetch(db, parameters.statement(sql)).await
}

/// A page of the feed, after a cursor's place; see [`check_place`] for those that are refused. A page of nothing stands at
/// the feed's end.
pub async fn page(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    position: Option<Position>,
    limit: u64,
) -> Result<ChangePage> {
    if limit == 0 {
        let end = Some(Cursor::at(end(db).await?));
        return Ok(ChangePage { end, has_previous: true, ..ChangePage::default() });
    }
    let rows = after(db, wanted, position.unwrap_or(Position::START), limit + 1).await?;
    // Checked after the page is read: earlier pruning is then known, and later pruning does not matter.
    if let Some(position) = position {
        check_place(db, position).await?;
    }
    Ok(ChangePage::cut(rows, limit, position.is_some()))
}

/// Refuses a place that the feed cannot go on from: some of what comes after it was pruned, or the feed has never come to
/// it, as after the restore of a backup that is older than the place.
///
/// To be asked *after* reading what follows the place, because pruning may come between.
pub async fn check_place(db: &impl ConnectionTrait, position: Position) -> Result<()> {
    let dialect = Dialect::of(db.get_database_backend());
    let mut parameters = Parameters::new(dialect.backend);
    let (tx, number) = (parameters.bind(position.tx), parameters.bind(position.number));
    let sql = format!(
        "SELECT pruned_tx, pruned_position, {}, EXISTS (SELECT 1 FROM feed_epochs \
         WHERE (last_tx, last_position) < ({tx}, {number}) AND (first_tx, first_position) > ({tx}, {number})) \
         FROM change_feed",
        dialect.last
    );
    let Some(row) = db.query_one_raw(parameters.statement(sql)).await? else { return Ok(()) };
    let pruned = Position { tx: row.try_get_by_index(0)?, number: row.try_get_by_index(1)? };
    let last = Position { tx: row.try_get_by_index(2)?, number: row.try_get_by_index(3)? };
    let is_between_epochs: bool = row.try_get_by_index(4)?;
    let message = if position < pruned {
        "The changes after this cursor are no longer all kept. Load the records again, and go on from a new cursor."
    } else if position > last || is_between_epochs {
        "The changes do not reach as far as this cursor: the database was restored from a backup, or is another one. \
         Load the records again, and go on from a new cursor."
    } else {
        return Ok(());
    };
    Err(Error::BadRequest(message.to_owned()))
}

/// Type of record that a history belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryOf {
    /// A contact's: all that its page shows, memberships and interactions included.
    Contact,
    /// A company's: its own, and those of the interactions logged on it.
    Company,
    /// A batch's, oldest first.
    Batch,
}

/// Histories that are read in one statement.
const HISTORIES_PER_STATEMENT: usize = 100;

/// A page of the history of each record, newest first, or of each batch, oldest first; those without changes are left
/// out. The page comes after the change at `from`, in its order.
///
/// By numbers alone: they are drawn while the record is locked, so that for one record they are in the order of its
/// writes. The numbers of transactions need not be.
pub async fn histories(
    db: &impl ConnectionTrait,
    of: HistoryOf,
    ids: &[Uuid],
    from: Option<Position>,
    limit: u64,
) -> Result<HashMap<Uuid, ChangePage>> {
    let mut pages: HashMap<Uuid, Vec<Read>> = HashMap::new();
    for some in ids.chunks(HISTORIES_PER_STATEMENT) {
        for row in parts(db, of, some, from, limit + 1).await? {
            let Some(change) = &row.change else { continue };
            let owner = match of {
                HistoryOf::Contact => change.contact_id.unwrap_or_default(),
                HistoryOf::Company => change.company_id.unwrap_or(change.subject_id),
                HistoryOf::Batch => change.batch_id.unwrap_or_default(),
            };
            pages.entry(owner).or_default().push(row);
        }
    }
    let cut = |(id, mut rows): (Uuid, Vec<Read>)| {
        rows.sort_unstable_by_key(|row| row.position.number);
        if of != HistoryOf::Batch {
            rows.reverse();
        }
        (id, ChangePage::cut(rows, limit, from.is_some()))
    };
    Ok(pages.into_iter().map(cut).collect())
}

async fn parts(
    db: &impl ConnectionTrait,
    of: HistoryOf,
    ids: &[Uuid],
    from: Option<Position>,
    limit: u64,
) -> Result<Vec<Read>> {
    let dialect = Dialect::of(db.get_database_backend());
    let Dialect { columns, horizon, .. } = &dialect;
    let mut parameters = Parameters::new(dialect.backend);
    let (owner, order, start) = match of {
        HistoryOf::Contact => ("contact_id".to_owned(), "DESC", i64::MAX),
        HistoryOf::Company => (format!("contact_id IS NULL AND {COMPANY}"), "DESC", i64::MAX),
        HistoryOf::Batch => ("batch_id".to_owned(), "ASC", -1),
    };
    let from = parameters.bind(from.map_or(start, |from| from.number));
    let beyond = if order == "ASC" { ">" } else { "<" };
    let known = &*KNOWN;
    let parts = ids.iter().map(|id| {
        let id = parameters.bind(*id);
        format!(
            "SELECT * FROM (SELECT {columns}, {horizon} AS horizon FROM changes WHERE {owner} = {id} AND {known} \
             AND position {beyond} {from} ORDER BY position {order} LIMIT {limit}) AS history"
        )
    });
    let sql = parts.collect::<Vec<_>>().join(" UNION ALL ");
    fetch(db, parameters.statement(sql)).await
}

pub(super) async fn fetch(db: &impl ConnectionTrait, statement: Statement) -> Result<Vec<Read>> {
    let mut rows = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let position = Position { tx: row.try_get("", "tx")?, number: row.try_get("", "position")? };
        rows.push(Read { position, change: Change::read(&row) });
    }
    Ok(rows)
}
