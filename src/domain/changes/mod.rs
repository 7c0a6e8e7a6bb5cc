//! The change feed: every change recorded once, in the transaction that makes it. It is the history of a record, the
//! feed that clients synchronise from, and the source of live subscriptions.

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryResult};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::entity::change::{ChangeKind, SubjectType};

mod create;
mod cursor;
mod dialect;
mod end;
mod epoch;
mod erase;
mod feed;
mod follow;
mod lag;
mod of_batch;
mod read;
mod record;
mod retention;
mod statement;
mod touched;
mod transaction;
mod update;
mod watch;

pub(crate) use create::create;
pub use cursor::Cursor;
pub(crate) use end::{end, reach};
pub(crate) use epoch::begin_epoch;
pub use feed::Feed;
pub use follow::Tail;
pub(crate) use follow::{Follower, Items, Page, Source};
pub(crate) use lag::first_after;
pub(crate) use of_batch::{contacts_created, demotions, last_of, newest};
pub(crate) use read::Read;
pub use read::{ChangePage, HistoryOf, after, check_place, histories, page};
pub(crate) use record::{Diff, NewChange};
pub(crate) use retention::keep_the_order;
pub use retention::prune;
pub(crate) use touched::{Most, Reach, Touched, is_any_after, touched};
pub(crate) use update::{Written, update};
pub use watch::Watch;

/// One change.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Change {
    /// The transaction that it happened in; zero on SQLite.
    tx: i64,
    /// Its number.
    position: i64,
    /// First transaction that could still be running when the change was read.
    horizon: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Kind of change.
    pub kind: ChangeKind,
    /// Type of the changed record.
    pub subject_type: SubjectType,
    /// Id of the changed record.
    pub subject_id: Uuid,
    /// The contact whose page shows it.
    pub contact_id: Option<Uuid>,
    /// The company of a membership, or the one that an interaction was logged on.
    pub company_id: Option<Uuid>,
    /// The login user who did it, if it was one.
    pub user_id: Option<Uuid>,
    /// The API key that did it, if it was one.
    pub api_key_id: Option<Uuid>,
    /// The batch that it belongs to, if any.
    pub batch_id: Option<Uuid>,
    #[sea_orm(skip)]
    fields: Option<Json>,
}

impl Change {
    /// Reads the change in a row; none when it cannot be read. Unreadable values are left out, because otherwise one
    /// row would hide those after it.
    fn read(row: &QueryResult) -> Option<Self> {
        let read = Self::from_query_result(row, "");
        let mut change =
            read.inspect_err(|cause| tracing::error!(%cause, "A change cannot be read and is left out")).ok()?;
        change.fields = row.try_get("", "fields").unwrap_or_else(|cause| {
            tracing::error!(%cause, position = change.position, "The values of a change cannot be read");
            None
        });
        Some(change)
    }

    /// Position in the feed.
    pub fn position(&self) -> Position {
        Position { tx: self.tx, number: self.position }
    }

    /// Its number, which orders the changes of one record and of one batch.
    pub(crate) fn number(&self) -> i64 {
        self.position
    }

    /// The same change without some of its fields.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        let mut change = self.clone();
        if let Some(Json::Object(fields)) = &mut change.fields {
            fields.retain(|name, _| !names.contains(&name.as_str()));
        }
        change
    }

    /// The cursor that points at it.
    pub fn cursor(&self) -> String {
        Cursor::new(self.position(), self.horizon).to_string()
    }

    /// The fields that it changed, each with its value before and after. Both are null where only the fact is recorded.
    pub fn fields(&self) -> Vec<(&str, Option<&Json>, Option<&Json>)> {
        let fields = self.fields.as_ref().and_then(Json::as_object).into_iter().flatten();
        let values = fields.filter_map(|(name, values)| match values {
            Json::Array(pair) => match pair.as_slice() {
                [before, after] if before != after => Some((name.as_str(), Some(before), Some(after))),
                _ => None,
            },
            _ => Some((name.as_str(), None, None)),
        });
        values.collect()
    }
}

/// A place in the feed. Places are ordered as the feed is: on PostgreSQL by transaction, then by number; see
/// docs/decisions/0011-order-of-changes.md.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    tx: i64,
    number: i64,
}

impl Position {
    /// Before the first change.
    pub const START: Self = Self { tx: 0, number: 0 };

    /// The place of the change with this number, in this transaction.
    pub(crate) fn new(tx: i64, number: i64) -> Self {
        Self { tx, number }
    }

    /// Its transaction and number, as they are stored.
    pub(crate) fn parts(self) -> (i64, i64) {
        (self.tx, self.number)
    }
}

/// Filter of changes. By default all are included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Only of these kinds of records.
    pub subject_types: Option<Vec<SubjectType>>,
    /// Only those that this contact's page shows.
    pub contact_id: Option<Uuid>,
}

impl Wanted {
    /// True of a change that is wanted.
    pub fn includes(&self, change: &Change) -> bool {
        self.subject_types.as_ref().is_none_or(|types| types.contains(&change.subject_type))
            && self.contact_id.is_none_or(|id| change.contact_id == Some(id))
    }
}
