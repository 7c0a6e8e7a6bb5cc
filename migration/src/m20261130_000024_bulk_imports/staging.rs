//! Staged rows in chunks, which cost a small part of what a row for each did. `import_rows` has the report alone.

use sea_orm_migration::prelude::*;

use crate::dialect;

pub(super) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::run(manager, UP).await?;
    let rows = if dialect::is_sqlite(manager) {
        "json_array(json_array(row_number, line, lower(nullif(hex(target_id), '')), json(item)))"
    } else {
        "CAST(jsonb_build_array(jsonb_build_array(row_number, line, target_id, item)) AS text)"
    };
    dialect::run(manager, &STAGED.replace("{rows}", rows)).await
}

pub(super) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::run(manager, DOWN).await
}

/// Of a row that has a key, `outcome` is what it would do: a later row of the same key takes its place in the counts.
const UP: &str = "
CREATE TABLE import_chunks (
    job_id {id} NOT NULL CONSTRAINT import_chunks_job_fkey REFERENCES import_jobs (id) ON DELETE CASCADE,
    last_row integer NOT NULL,
    rows text NOT NULL,
    CONSTRAINT import_chunks_pkey PRIMARY KEY (job_id, last_row)
)

ALTER TABLE import_keys ADD COLUMN line integer

ALTER TABLE import_keys ADD COLUMN outcome text
";

/// Rows that wait to be written while the program is replaced.
const STAGED: &str = "
INSERT INTO import_chunks (job_id, last_row, rows)
    SELECT job_id, row_number, {rows} FROM import_rows WHERE item IS NOT NULL

DELETE FROM import_rows WHERE errors IS NULL AND warnings IS NULL

ALTER TABLE import_rows DROP COLUMN item

ALTER TABLE import_rows DROP COLUMN target_id
";

/// Rows that wait are not written by the program before.
const DOWN: &str = "
ALTER TABLE import_rows ADD COLUMN item {json}

ALTER TABLE import_rows ADD COLUMN target_id {id}

ALTER TABLE import_keys DROP COLUMN outcome

ALTER TABLE import_keys DROP COLUMN line

DROP TABLE import_chunks
";
