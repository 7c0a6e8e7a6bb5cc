//! The rules of the business: free functions, context first, that know neither GraphQL nor HTTP.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend,
    sea_query::{Expr, Func, IntoColumnRef},
};
use uuid::Uuid;

use crate::{clock::Clock, storage::Db};

pub mod access;
mod actor;
pub mod backlog;
pub mod batches;
pub(crate) mod bulk;
pub mod changes;
pub mod companies;
pub(crate) mod condition;
pub(crate) mod constraint;
pub mod contacts;
pub(crate) mod counts;
pub(crate) mod derived;
pub mod described;
pub mod duplicates;
pub mod email;
pub mod error;
pub mod exports;
pub mod filter;
pub mod folding;
pub(crate) mod ids;
pub mod imports;
pub mod input;
pub mod instant;
pub mod interactions;
pub mod json;
pub mod lists;
pub mod memberships;
pub mod merging;
pub mod metadata;
pub mod order;
pub mod page;
pub mod projected;
pub mod records;
pub(crate) mod refusal;
pub mod rekey;
pub mod restored;
pub mod search;
pub mod tags;
pub mod text;
pub mod trash;
mod trim;
pub(crate) mod unite;
pub mod upsert;
pub mod users;
pub mod webhooks;

pub use actor::{Actor, ActorType};
pub use described::Described;
pub use error::{Code, Error, Result, UserError};

/// Context of every operation: database, clock, caller, token cache and live feed.
#[derive(Clone, Debug)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The source of time and ids.
    pub clock: Clock,
    /// Caller of the operation.
    pub actor: Actor,
    /// Tokens that were authenticated lately.
    pub token_cache: Arc<access::TokenCache>,
    /// The live end of the change feed.
    pub feed: Arc<changes::Feed>,
    /// Groups of likely duplicates that were made lately.
    pub groups: Arc<duplicates::GroupCache>,
    /// Settings of deliveries to webhooks.
    pub outbound: Arc<webhooks::Outbound>,
    /// Passwords let users in.
    pub passwords: bool,
}

impl Context {
    /// Begins the one transaction of a mutation.
    pub(crate) async fn begin(&self) -> Result<Write> {
        let tx = self.db.begin().await?;
        Ok(Write {
            tx,
            now: self.clock.now(),
            clock: self.clock.clone(),
            actor: self.actor,
            feed: Arc::clone(&self.feed),
            batch_id: None,
            recorded: AtomicU32::new(0),
        })
    }
}

/// A mutation's transaction: all of it happens at `now`, by `actor`, or none of it. Dropping it rolls it back.
pub(crate) struct Write {
    pub(crate) tx: DatabaseTransaction,
    pub(crate) now: DateTime<Utc>,
    pub(crate) clock: Clock,
    pub(crate) actor: Actor,
    feed: Arc<changes::Feed>,
    /// The batch that its changes belong to; see [`batches`].
    batch_id: Option<Uuid>,
    /// Changes recorded so far.
    recorded: AtomicU32,
}

impl Write {
    /// Notes that the transaction has added so many changes to the feed.
    pub(crate) fn note_recorded(&self, changes: u32) {
        self.recorded.fetch_add(changes, Ordering::Relaxed);
    }

    /// The number of changes that the transaction has recorded so far.
    pub(crate) fn recorded(&self) -> u32 {
        self.recorded.load(Ordering::Relaxed)
    }

    /// The transaction's time, or the column's where that is later: times of a record never go backwards, though one
    /// machine's clock is behind another's.
    pub(crate) fn not_before(&self, column: impl IntoColumnRef) -> Expr {
        let greatest = if self.tx.get_database_backend() == DbBackend::Sqlite { "max" } else { "greatest" };
        Expr::expr(Func::cust(greatest).arg(Expr::col(column)).arg(self.now))
    }

    /// Commits, and wakes those who follow the change feed.
    pub(crate) async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        if self.recorded.into_inner() > 0 {
            self.feed.wrote();
        }
        Ok(())
    }
}

/// A field of an update: unchanged, cleared or set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was left out: it stays as it is.
    #[default]
    Keep,
    /// The field was given, perhaps as null.
    Set(Option<T>),
}

impl<T> Patch<T> {
    /// Applies a fallible change to a value that is set.
    pub(crate) fn try_map<U, E>(
        self,
        change: impl FnOnce(T) -> std::result::Result<Option<U>, E>,
    ) -> std::result::Result<Patch<U>, E> {
        Ok(match self {
            Self::Keep => Patch::Keep,
            Self::Set(None) => Patch::Set(None),
            Self::Set(Some(value)) => Patch::Set(change(value)?),
        })
    }
}

/// Parses an id as callers send it. Anything but a UUID is treated as not found.
pub fn parse_id(id: &str) -> Option<Uuid> {
    // Only the hyphenated form is an id here: `urn:uuid:…` and braces would be second names of one record.
    if id.len() == 36 { Uuid::try_parse(id).ok() } else { None }
}

/// Parses the id that a caller chose for a record to be created: UUIDv7, because ids must sort by age.
pub(crate) fn parse_new_id(id: &str, clock: &Clock) -> std::result::Result<Uuid, UserError> {
    match parse_id(id) {
        Some(id) if id.get_version_num() == 7 => Ok(id),
        _ => {
            let example = clock.new_id();
            Err(UserError::new(Code::Invalid, &["id"], format!("The id must be a UUIDv7, such as {example}.")))
        }
    }
}
