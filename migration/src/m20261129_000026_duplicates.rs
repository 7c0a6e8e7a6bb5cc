//! Likely duplicates: the pairs that were found, the keys by which they are found, how frequent the words of names are,
//! pairs that somebody has said are different people, contacts that wait to be compared, and scans.
//!
//! `duplicate_keys` does not refer to contacts, because checking a million contacts' keys takes longer than finding
//! their duplicates. The keys of a deleted contact are removed as its deletion is followed.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

/// Scores are in millionths. `duplicate_people` has the keys of each contact once more, by which those that a change
/// takes away are found, and a hash of what is compared of it. `tx` and `position` are the place in the feed of changes
/// up to which pairs are found.
const UP: &str = "
CREATE TABLE duplicate_pairs (
    first_id {id} NOT NULL CONSTRAINT duplicate_pairs_first_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    second_id {id} NOT NULL CONSTRAINT duplicate_pairs_second_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    score integer NOT NULL,
    certainty text NOT NULL,
    reasons integer NOT NULL,
    CONSTRAINT duplicate_pairs_pkey PRIMARY KEY (first_id, second_id),
    CONSTRAINT duplicate_pairs_order CHECK (first_id < second_id)
)

CREATE INDEX duplicate_pairs_by_second ON duplicate_pairs (second_id)

CREATE TABLE duplicate_vetoes (
    first_id {id} NOT NULL CONSTRAINT duplicate_vetoes_first_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    second_id {id} NOT NULL CONSTRAINT duplicate_vetoes_second_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    user_id {id},
    api_key_id {id},
    created_at {time} NOT NULL,
    inherited_from {id},
    CONSTRAINT duplicate_vetoes_pkey PRIMARY KEY (first_id, second_id),
    CONSTRAINT duplicate_vetoes_order CHECK (first_id < second_id)
)

CREATE INDEX duplicate_vetoes_by_second ON duplicate_vetoes (second_id)

CREATE INDEX duplicate_vetoes_inherited ON duplicate_vetoes (inherited_from) WHERE inherited_from IS NOT NULL

CREATE TABLE duplicate_keys (
    key bigint NOT NULL,
    contact_id {id} NOT NULL,
    CONSTRAINT duplicate_keys_pkey PRIMARY KEY (key, contact_id)
) {without_row_numbers}

CREATE TABLE duplicate_people (
    contact_id {id} NOT NULL CONSTRAINT duplicate_people_pkey PRIMARY KEY,
    fingerprint bigint NOT NULL,
    keys {bytes} NOT NULL
) {without_row_numbers}

CREATE TABLE duplicate_words (
    word {text} NOT NULL CONSTRAINT duplicate_words_pkey PRIMARY KEY,
    records integer NOT NULL
) {without_row_numbers}

CREATE TABLE duplicate_queue (
    contact_id {id} NOT NULL CONSTRAINT duplicate_queue_pkey PRIMARY KEY
) {without_row_numbers}

CREATE TABLE duplicate_upkeep (
    only_row integer NOT NULL CONSTRAINT duplicate_upkeep_pkey PRIMARY KEY
        CONSTRAINT duplicate_upkeep_once CHECK (only_row = 1),
    tx bigint,
    position bigint,
    revision bigint NOT NULL,
    scoring integer NOT NULL,
    records integer NOT NULL,
    compared integer NOT NULL,
    is_scan_wanted {bool} NOT NULL
)

INSERT INTO duplicate_upkeep (only_row, revision, scoring, records, compared, is_scan_wanted)
    VALUES (1, 0, 0, 0, 0, TRUE)

CREATE TABLE duplicate_scans (
    id {id} NOT NULL CONSTRAINT duplicate_scans_pkey PRIMARY KEY,
    state text NOT NULL,
    step text NOT NULL,
    done_count integer NOT NULL,
    total_count integer NOT NULL,
    contact_count integer NOT NULL,
    pair_count integer NOT NULL,
    skipped_blocks integer NOT NULL,
    started_at {time} NOT NULL,
    finished_at {time},
    lease_until {time} NOT NULL
)

CREATE UNIQUE INDEX duplicate_scans_running ON duplicate_scans (state) WHERE state = 'running'
";

const DOWN: &str = "
DROP TABLE duplicate_scans

DROP TABLE duplicate_upkeep

DROP TABLE duplicate_queue

DROP TABLE duplicate_words

DROP TABLE duplicate_people

DROP TABLE duplicate_keys

DROP TABLE duplicate_vetoes

DROP TABLE duplicate_pairs
";
