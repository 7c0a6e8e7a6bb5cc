//! Liaison's database schema, one change per file, for SQLite and PostgreSQL.
//!
//! Nothing here names the server's own types, because a migration must mean the same next year.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::MigratorTrait;

mod dialect;
mod m20261101_000001_users;
mod m20261101_000002_companies;
mod m20261101_000003_contacts;
mod m20261101_000004_company_memberships;
mod m20261101_000005_interactions;
mod m20261101_000006_search;
mod m20261123_000007_counts;
mod m20261124_000008_access;
mod m20261125_000009_changes;
mod m20261126_000010_search_order;
mod m20261127_000011_mend_first_search;
mod m20261127_000012_mend_landed_shapes;
mod m20261127_000013_search_first;
mod m20261128_000014_longer_search_keys;
mod m20261128_000015_leap_seconds;
mod m20261128_000016_used_ids;
mod m20261128_000017_changes_of_memberships;
mod m20261129_000018_card;
mod m20261129_000019_interactions_of_companies;
mod m20261129_000020_search_by_words;
mod m20261129_000021_batches;
mod m20261129_000022_imports;
mod m20261129_000023_metadata_indexes;
mod m20261129_000025_merges;
mod m20261129_000026_duplicates;
mod m20261130_000024_bulk_imports;
mod m20261130_000027_user_administration;
mod m20261130_000028_identities;
mod m20261130_000029_running_batches;
mod m20261202_000030_webhooks;
mod m20261203_000032_search_entries_put_off;
mod m20261203_000033_website_hosts;
mod m20261204_000034_feed_epoch;
mod m20261204_000035_import_hints;
mod m20261204_000036_sign_out_hints;
mod m20261204_000037_staged_rows;
mod mend;

/// Runs the migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261101_000001_users::Migration),
            Box::new(m20261101_000002_companies::Migration),
            Box::new(m20261101_000003_contacts::Migration),
            Box::new(m20261101_000004_company_memberships::Migration),
            Box::new(m20261101_000005_interactions::Migration),
            Box::new(m20261101_000006_search::Migration),
            Box::new(m20261123_000007_counts::Migration),
            Box::new(m20261124_000008_access::Migration),
            Box::new(m20261125_000009_changes::Migration),
            // It comes before the migration that would fail without it.
            Box::new(m20261127_000011_mend_first_search::Migration),
            Box::new(m20261126_000010_search_order::Migration),
            Box::new(m20261127_000012_mend_landed_shapes::Migration),
            Box::new(m20261127_000013_search_first::Migration),
            Box::new(m20261128_000014_longer_search_keys::Migration),
            Box::new(m20261128_000015_leap_seconds::Migration),
            Box::new(m20261128_000016_used_ids::Migration),
            Box::new(m20261128_000017_changes_of_memberships::Migration),
            Box::new(m20261129_000018_card::Migration),
            Box::new(m20261129_000019_interactions_of_companies::Migration),
            Box::new(m20261129_000020_search_by_words::Migration),
            Box::new(m20261129_000021_batches::Migration),
            Box::new(m20261129_000022_imports::Migration),
            Box::new(m20261129_000023_metadata_indexes::Migration),
            Box::new(m20261129_000025_merges::Migration),
            Box::new(m20261129_000026_duplicates::Migration),
            Box::new(m20261130_000024_bulk_imports::Migration),
            Box::new(m20261130_000029_running_batches::Migration),
            Box::new(m20261130_000027_user_administration::Migration),
            Box::new(m20261202_000030_webhooks::Migration),
            Box::new(m20261203_000032_search_entries_put_off::Migration),
            Box::new(m20261203_000033_website_hosts::Migration),
            Box::new(m20261130_000028_identities::Migration),
            Box::new(m20261204_000034_feed_epoch::Migration),
            Box::new(m20261204_000035_import_hints::Migration),
            Box::new(m20261204_000036_sign_out_hints::Migration),
            Box::new(m20261204_000037_staged_rows::Migration),
        ]
    }
}
