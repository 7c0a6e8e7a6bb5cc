//! Interactions and the parties to them.

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

const UP: &str = r"
CREATE TABLE interactions (
    id {id} NOT NULL PRIMARY KEY,
    contact_id {id} NOT NULL
        CONSTRAINT interactions_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT interactions_kind_check CHECK (kind IN ('call', 'email', 'meeting', 'note', 'other')),
    occurred_at {time} NOT NULL,
    subject {text},
    subject_key {text},
    body text,
    body_key {text},
    owner_id {id} CONSTRAINT interactions_owner_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    metadata {json} NOT NULL,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL
)

CREATE INDEX interactions_by_time ON interactions (occurred_at, id)

CREATE INDEX interactions_of_contact ON interactions (contact_id, occurred_at, id)

CREATE INDEX interactions_of_owner ON interactions (owner_id, occurred_at, id)

CREATE INDEX interactions_by_kind ON interactions (kind, occurred_at, id)

CREATE INDEX interactions_by_subject_key ON interactions (subject_key)

CREATE TABLE interaction_parties (
    interaction_id {id} NOT NULL
        CONSTRAINT interaction_parties_interaction_id_fkey REFERENCES interactions (id) ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL CONSTRAINT interaction_parties_name_check CHECK (length(name) BETWEEN 1 AND 255),
    contact_id {id}
        CONSTRAINT interaction_parties_contact_id_fkey REFERENCES contacts (id) ON DELETE SET NULL,
    snapshot {json} NOT NULL,
    CONSTRAINT interaction_parties_key PRIMARY KEY (interaction_id, position)
)

CREATE INDEX interaction_parties_of_contact ON interaction_parties (contact_id, interaction_id)
";

const DOWN: &str = r"
DROP TABLE interaction_parties

DROP TABLE interactions
";
