//! Contacts.

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
CREATE TABLE contacts (
    {row_number}
    id {id} NOT NULL CONSTRAINT contacts_id_key {id_key},
    name text NOT NULL CONSTRAINT contacts_name_check CHECK (length(name) BETWEEN 1 AND 255),
    name_key {text} NOT NULL,
    status text NOT NULL CONSTRAINT contacts_status_check CHECK (status IN ('active', 'inactive', 'trashed')),
    prior_status text CONSTRAINT contacts_prior_status_check CHECK (prior_status IN ('active', 'inactive')),
    email text,
    email_lower {text},
    email_key {text},
    phone {text},
    phone_key {text},
    notes text,
    metadata {json} NOT NULL,
    external_id {text} CONSTRAINT contacts_external_id_key UNIQUE,
    external_id_key {text},
    search_key {text} GENERATED ALWAYS AS (name_key || {separator} || COALESCE(email_key, '')) STORED,
    user_id {id} CONSTRAINT contacts_user_id_key UNIQUE
        CONSTRAINT contacts_user_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    last_interaction_at {time},
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    trashed_at {time},
    CONSTRAINT contacts_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
)

CREATE INDEX contacts_live_by_name ON contacts (name_key, id) WHERE status <> 'trashed'

CREATE INDEX contacts_by_name ON contacts (name_key, id)

CREATE INDEX contacts_by_email_last ON contacts (COALESCE(email_key, {last_text}), id)

CREATE INDEX contacts_by_email_first ON contacts (COALESCE(email_key, ''), id)

CREATE INDEX contacts_by_created_at ON contacts (created_at, id)

CREATE INDEX contacts_by_updated_at ON contacts (updated_at, id)

CREATE INDEX contacts_by_interaction_last ON contacts (COALESCE(last_interaction_at, {last_time}), id)

CREATE INDEX contacts_by_interaction_first ON contacts (COALESCE(last_interaction_at, {first_time}), id)

CREATE INDEX contacts_by_status ON contacts (status)

CREATE INDEX contacts_by_email_lower ON contacts (email_lower)

CREATE INDEX contacts_by_email_key ON contacts (email_key)

CREATE INDEX contacts_by_phone ON contacts (phone)

CREATE INDEX contacts_by_phone_key ON contacts (phone_key)

CREATE INDEX contacts_by_external_id_key ON contacts (external_id_key)

CREATE INDEX contacts_by_trashed_at ON contacts (trashed_at) WHERE trashed_at IS NOT NULL

CREATE INDEX contacts_by_last_interaction_at ON contacts (last_interaction_at)
";

const DOWN: &str = r"
DROP TABLE contacts
";
