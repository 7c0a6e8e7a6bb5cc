//! Liaison's behaviour, through HTTP and GraphQL, on both databases.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that fails should say where, at once, and read easily until then"
)]

mod support;

mod abandoned;
mod access;
mod accounts;
mod administration;
mod attacks;
mod backup;
mod batches;
mod bulk_search;
mod card;
mod changes;
mod cli;
mod companies;
mod company_interactions;
mod connections;
mod contacts;
mod contract;
mod demo;
mod docs;
mod duplicate_scans;
mod duplicate_scores;
mod duplicate_upkeep;
mod duplicates;
mod durability;
mod errors;
mod exports;
mod extremes;
mod fast;
mod filters;
mod generated;
mod hostile;
mod http;
mod ids;
mod import_claims;
mod import_files;
mod import_hints;
mod import_values;
mod imports;
mod interactions;
mod listening;
mod lists;
mod live;
mod logs;
mod mail;
mod memberships;
mod merging;
mod metadata;
mod migrations;
mod names;
mod numbers;
mod oidc;
mod opening;
mod operating;
mod operations;
mod order;
mod pages;
mod paging;
mod paths;
mod persisted;
mod pooler;
mod races;
mod resources;
mod round_trip;
mod search;
mod search_words;
mod shapes;
mod silence;
mod specification;
mod standbys;
mod statements;
mod telemetry;
mod together;
mod unavailable;
mod upserts;
mod users;
mod webhooks;
mod websocket;
mod wire;
