//! Numbers of PostgreSQL's transactions, by which the feed is ordered: docs/decisions/0011-order-of-changes.md.
//!
//! [`number_of`] alone names PostgreSQL's functions, because engines that are like PostgreSQL have none of them.

/// Transaction whose number is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transaction {
    /// The one at hand.
    Own,
    /// First one that may still be running. Those before it have committed or never will, so nothing can be inserted
    /// before it any more.
    OldestRunning,
    /// The one that will begin next.
    Next,
}

/// Returns the expression for a number as the server counts, without the feed's offset.
pub(super) fn number_of(transaction: Transaction) -> &'static str {
    match transaction {
        Transaction::Own => "CAST(CAST(pg_current_xact_id() AS text) AS bigint)",
        Transaction::OldestRunning => "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)",
        Transaction::Next => "CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)",
    }
}

/// Returns the expression for a number as the feed counts.
pub(super) fn place_of(transaction: Transaction) -> String {
    format!("(SELECT {} + tx_offset FROM change_feed)", number_of(transaction))
}
