//! The parts of SQL in which the databases differ when the feed is read.

use sea_orm::DbBackend;

use super::{
    Position,
    transaction::{Transaction, place_of},
};
use crate::storage::Parameters;

/// SQL fragments of one database.
pub(super) struct Dialect {
    pub(super) backend: DbBackend,
    pub(super) columns: &'static str,
    /// Sort key of the feed.
    pub(super) key: &'static str,
    /// Condition for the changes that the feed may show.
    pub(super) settled: String,
    /// First transaction that may still be running.
    pub(super) horizon: String,
    /// The last place that there can be by now.
    pub(super) last: String,
}

impl Dialect {
    pub(super) fn of(backend: DbBackend) -> Self {
        if backend == DbBackend::Sqlite {
            return Self {
                backend,
                columns: "0 AS tx, position, at, kind, subject_type, subject_id, contact_id, company_id, user_id, \
                          api_key_id, batch_id, fields",
                key: "position",
                settled: "1 = 1".to_owned(),
                horizon: i64::MAX.to_string(),
                last: "0, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0)".to_owned(),
            };
        }
        let horizon = place_of(Transaction::OldestRunning);
        Self {
            backend,
            columns: "tx, position, at, kind, subject_type, subject_id, contact_id, company_id, user_id, \
                      api_key_id, batch_id, fields",
            key: "(tx, position)",
            settled: format!("tx < {horizon}"),
            horizon,
            // Histories show changes that the feed does not show yet.
            last: format!("{} - 1, {}", place_of(Transaction::Next), i64::MAX),
        }
    }
}

/// Binds a position, as it is compared with the feed's key. SQLite's feed has no transactions.
pub(super) fn place(parameters: &mut Parameters, position: Position) -> String {
    if parameters.backend() == DbBackend::Sqlite {
        return parameters.bind(position.number);
    }
    format!("({}, {})", parameters.bind(position.tx), parameters.bind(position.number))
}
