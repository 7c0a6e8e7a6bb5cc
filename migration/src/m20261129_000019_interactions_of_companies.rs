//! Interactions that are logged on a company instead of a contact, and the time zone in which their time was meant.
//!
//! SQLite cannot take NOT NULL from a column, so both tables are built anew there. The parties are copied before the
//! interactions that they belong to are dropped, because dropping a table deletes its rows, and theirs would go too.

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
        if dialect::is_sqlite(manager) {
            rebuild(manager, AFTER).await?;
            dialect::run(manager, HISTORY_SQLITE).await?;
        } else {
            dialect::run(manager, UP_POSTGRES).await?;
        }
        dialect::run(manager, INDEX).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await?;
        if dialect::is_sqlite(manager) {
            rebuild(manager, BEFORE).await?;
            dialect::run(manager, HISTORY_BEFORE_SQLITE).await
        } else {
            dialect::run(manager, DOWN_POSTGRES).await
        }
    }
}

/// The history of a company has the interactions logged on it. For them the company's id stands beside the subject's, and
/// for a company's own changes it is the subject's.
const UP_POSTGRES: &str = "
ALTER TABLE interactions
    ALTER COLUMN contact_id DROP NOT NULL,
    ADD COLUMN company_id {id}
        CONSTRAINT interactions_company_id_fkey REFERENCES companies (id) ON DELETE CASCADE,
    ADD COLUMN time_zone text,
    ADD CONSTRAINT interactions_subject_check CHECK ((contact_id IS NULL) <> (company_id IS NULL))

DROP INDEX changes_by_company

CREATE INDEX changes_by_company ON changes (COALESCE(company_id, subject_id), position) WHERE contact_id IS NULL
";

/// Interactions of contacts are not in it, and cost nothing for it.
const INDEX: &str = "
CREATE INDEX interactions_of_company ON interactions (company_id, occurred_at, id) WHERE company_id IS NOT NULL
";

const DOWN: &str = "
DELETE FROM changes WHERE subject_type = 'interaction' AND contact_id IS NULL

DELETE FROM interactions WHERE contact_id IS NULL

DROP INDEX interactions_of_company
";

const DOWN_POSTGRES: &str = "
ALTER TABLE interactions
    DROP CONSTRAINT interactions_subject_check,
    DROP COLUMN time_zone,
    DROP COLUMN company_id,
    ALTER COLUMN contact_id SET NOT NULL

DROP INDEX changes_by_company

CREATE INDEX changes_by_company ON changes (subject_id, position) WHERE contact_id IS NULL
";

const HISTORY_SQLITE: &str = "
DROP INDEX changes_by_company

CREATE INDEX changes_by_company ON changes (COALESCE(company_id, subject_id)) WHERE contact_id IS NULL
";

const HISTORY_BEFORE_SQLITE: &str = "
DROP INDEX changes_by_company

CREATE INDEX changes_by_company ON changes (subject_id) WHERE contact_id IS NULL
";

/// The columns that differ: of the subject, and of the zone.
struct Columns {
    subject: &'static str,
    zone: &'static str,
    check: &'static str,
}

const BEFORE: Columns = Columns {
    subject: "contact_id {id} NOT NULL
        CONSTRAINT interactions_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,",
    zone: "",
    check: "",
};

const AFTER: Columns = Columns {
    subject: "contact_id {id}
        CONSTRAINT interactions_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    company_id {id}
        CONSTRAINT interactions_company_id_fkey REFERENCES companies (id) ON DELETE CASCADE,",
    zone: "time_zone text,",
    check: ",
    CONSTRAINT interactions_subject_check CHECK ((contact_id IS NULL) <> (company_id IS NULL))",
};

/// Builds both tables anew on SQLite, with every row.
async fn rebuild(manager: &SchemaManager<'_>, columns: Columns) -> Result<(), DbErr> {
    let Columns { subject, zone, check } = columns;
    let statements = REBUILD.replace("{subject}", subject).replace("{zone}", zone).replace("{check}", check);
    dialect::run(manager, &statements).await
}

const REBUILD: &str = "
CREATE TABLE interactions_rebuilt (
    id {id} NOT NULL PRIMARY KEY,
    {subject}
    kind text NOT NULL
        CONSTRAINT interactions_kind_check CHECK (kind IN ('call', 'email', 'meeting', 'note', 'other')),
    occurred_at {time} NOT NULL,
    {zone}
    subject {text},
    subject_key {text},
    body text,
    body_key {text},
    owner_id {id} CONSTRAINT interactions_owner_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    metadata {json} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL{check}
)

INSERT INTO interactions_rebuilt (id, contact_id, kind, occurred_at, subject, subject_key, body, body_key, owner_id,
        metadata, version, created_at, updated_at)
    SELECT id, contact_id, kind, occurred_at, subject, subject_key, body, body_key, owner_id,
        metadata, version, created_at, updated_at FROM interactions ORDER BY rowid

CREATE TABLE interaction_parties_rebuilt (
    interaction_id {id} NOT NULL
        CONSTRAINT interaction_parties_interaction_id_fkey REFERENCES interactions_rebuilt (id) ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL CONSTRAINT interaction_parties_name_check CHECK (length(name) BETWEEN 1 AND 255),
    contact_id {id}
        CONSTRAINT interaction_parties_contact_id_fkey REFERENCES contacts (id) ON DELETE SET NULL,
    snapshot {json} NOT NULL,
    CONSTRAINT interaction_parties_key PRIMARY KEY (interaction_id, position)
)

INSERT INTO interaction_parties_rebuilt (interaction_id, position, name, contact_id, snapshot)
    SELECT interaction_id, position, name, contact_id, snapshot FROM interaction_parties ORDER BY rowid

DROP TABLE interaction_parties

DROP TABLE interactions

ALTER TABLE interactions_rebuilt RENAME TO interactions

ALTER TABLE interaction_parties_rebuilt RENAME TO interaction_parties

CREATE INDEX interactions_by_time ON interactions (occurred_at, id)

CREATE INDEX interactions_of_contact ON interactions (contact_id, occurred_at, id)

CREATE INDEX interactions_of_owner ON interactions (owner_id, occurred_at, id)

CREATE INDEX interactions_by_kind ON interactions (kind, occurred_at, id)

CREATE INDEX interactions_by_subject_key ON interactions (subject_key)

CREATE INDEX interaction_parties_of_contact ON interaction_parties (contact_id, interaction_id)
";
