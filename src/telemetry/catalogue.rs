//! All metrics: their kinds, their help texts, and the values that their labels always have.

/// Metric of the server. The documentation of Prometheus tells the kinds.
pub(super) struct Metric {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) help: &'static str,
    /// Label with all its values, which are there from the start. Without it a rate would miss the first event.
    pub(super) label: Option<(&'static str, &'static [&'static str])>,
}

/// Kind of a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Counter,
    /// Counter of seconds, which are not whole.
    Seconds,
    Gauge,
    Histogram,
}

impl Metric {
    const fn new(kind: Kind, name: &'static str, help: &'static str) -> Self {
        Self { name, kind, help, label: None }
    }

    const fn with(mut self, label: &'static str, values: &'static [&'static str]) -> Self {
        self.label = Some((label, values));
        self
    }
}

const fn counter(name: &'static str, help: &'static str) -> Metric {
    Metric::new(Kind::Counter, name, help)
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric::new(Kind::Gauge, name, help)
}

const fn histogram(name: &'static str, help: &'static str) -> Metric {
    Metric::new(Kind::Histogram, name, help)
}

const fn seconds(name: &'static str, help: &'static str) -> Metric {
    Metric::new(Kind::Seconds, name, help)
}

/// Codes of errors, as `graphql::error` has them.
const CODES: &[&str] = &[
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "AMBIGUOUS",
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "QUERY_TOO_COMPLEX",
    "RATE_LIMITED",
    "PERSISTED_QUERY_NOT_FOUND",
    "TIMEOUT",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
];

pub(super) const METRICS: &[Metric] = &[
    counter("liaison_requests_total", "GraphQL requests by operation, transport and outcome."),
    histogram("liaison_request_duration_seconds", "Time from a read request to its answer, by operation."),
    counter("liaison_errors_total", "Errors in GraphQL answers by code.").with("code", CODES),
    counter("liaison_http_responses_total", "HTTP responses by class of status.")
        .with("class", &["1xx", "2xx", "3xx", "4xx", "5xx"]),
    gauge("liaison_http_connections", "Open HTTP connections.").with("listener", &["main", "metrics"]),
    counter("liaison_rate_limited_total", "Refusals by rate limits.")
        .with("limit", &["requests", "attempts", "account", "links"]),
    gauge("liaison_streams", "Open WebSockets and event streams.").with("transport", &["websocket", "events"]),
    gauge("liaison_subscribers", "Subscriptions that are told of each change."),
    gauge("liaison_feed_lag_seconds", "Age of the oldest change that subscribers have not been told of."),
    counter("liaison_sql_statements_total", "SQL statements by role of the connection."),
    seconds("liaison_sql_seconds_total", "Time of SQL statements by role of the connection, waiting included."),
    counter("liaison_reads_total", "Queries by the server that they were read from, where there are standbys.")
        .with("target", &["standby", "primary", "fallback"]),
    histogram("liaison_standby_wait_seconds", "Wait of a query for a standby to get to a write."),
    gauge("liaison_standbys", "Standbys by state.").with("state", &["ready", "late", "away"]),
    gauge("liaison_pool_connections", "Open connections of a pool."),
    gauge("liaison_pool_connections_max", "Most connections of a pool."),
    gauge("liaison_pool_idle_connections", "Connections of a pool that nobody uses."),
    gauge("liaison_pool_waiting", "Requests that wait for a connection of a pool."),
    histogram("liaison_transaction_wait_seconds", "Wait for the connection of a transaction."),
    gauge("liaison_write_queue_jobs", "Writes that wait in the write queue of SQLite."),
    histogram("liaison_write_queue_wait_seconds", "Wait of a write in the write queue of SQLite."),
    histogram("liaison_write_queue_held_seconds", "Time for which the write queue of SQLite holds the file to write."),
    gauge("liaison_database_up", "1 when the database has answered the last look at it, else 0."),
    gauge("liaison_mails_pending", "Mails in the outbox."),
    gauge("liaison_mails_retrying", "Mails in the outbox that have failed at least once."),
    counter("liaison_mails_total", "Attempts to send a mail by outcome.")
        .with("outcome", &["sent", "failed", "given_up"]),
    gauge("liaison_webhooks", "Webhooks by state.").with("state", &["delivering", "failing", "off"]),
    gauge("liaison_webhook_lag_seconds", "Age of the oldest change that an enabled webhook has not been sent."),
    counter("liaison_webhook_deliveries_total", "Deliveries to webhooks by outcome.")
        .with("outcome", &["delivered", "failed", "gone"]),
    gauge("liaison_imports_running", "Imports that read or write."),
    counter("liaison_import_rows_total", "Rows of imports that are dealt with, dry runs included.")
        .with("phase", &["read", "written"]),
    gauge(
        "liaison_duplicates_caught_up_timestamp_seconds",
        "Time at which this process has last seen all contacts compared, in seconds since 1970.",
    ),
    gauge("liaison_build_info", "1, with the version, the commit and the kind of database as labels."),
    seconds("process_cpu_seconds_total", "Processor time of the process, user and system."),
    gauge("process_resident_memory_bytes", "Memory of the process that is in use."),
    gauge("process_open_fds", "Open file descriptors."),
    gauge("process_max_fds", "Most open file descriptors."),
    gauge("process_start_time_seconds", "Time at which the process was started, in seconds since 1970."),
];
