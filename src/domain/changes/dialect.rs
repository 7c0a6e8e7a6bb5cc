//! The parts of SQL in which the databases differ when the feed is read.

use sea_orm::DbBackend;

use super::Position;
use crate::storage::Parameters;

/// First transaction of PostgreSQL that may still be running. Lower numbers have committed or never will, so nothing
/// can be inserted before it any more.
const HORIZON: &str = "(SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) + tx_offset \
                       FROM change_feed)";

/// SQL fragments of one database.
pub(super) struct Dialect {
    pub(super) backend: DbBackend,
    pub(super) columns: &'static str,
    /// Sort key of the feed.
    pub(super) key: &'static str,
    /// Condition for the changes that the feed may show.
    pub(super) settled: String,
    pub(super) horizon: &'static str,
    /// The last place that there can be by now.
    pub(super) last: &'static str,
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
                horizon: "9223372036854775807",
                last: "0, COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'changes'), 0)",
            };
        }
        Self {
            backend,
            columns: "tx, position, at, kind, subject_type, subject_id, contact_id, company_id, user_id, \
                      api_key_id, batch_id, fields",
            key: "(tx, position)",
            settled: format!("tx < {HORIZON}"),
            horizon: HORIZON,
            // Histories show changes that the feed does not show yet.
            last: "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint) + tx_offset - 1, \
                   9223372036854775807",
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
