//! The whole card of a contact: lists of addresses, numbers and links, postal addresses, a birthday, tags, and what an
//! imported card has beside them; tags of companies.
//!
//! `emails` is null where the list is `email` alone, without a label, or empty; `phones` likewise. Such contacts have no
//! rows in `contact_emails` and `contact_phones`. Of all others these tables have every value, so that look-ups find
//! more than the first. Triggers keep them: the program writes the keys as JSON beside the lists.

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
        dialect::run(manager, UP).await?;
        for list in LISTS {
            let statements = if dialect::is_sqlite(manager) { SQLITE } else { POSTGRES };
            dialect::run(manager, &list.fill(statements)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for list in LISTS {
            let statements = if dialect::is_sqlite(manager) { SQLITE_DOWN } else { POSTGRES_DOWN };
            dialect::run(manager, &list.fill(statements)).await?;
        }
        dialect::run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE contacts ADD COLUMN emails {json}

ALTER TABLE contacts ADD COLUMN email_points {json}

ALTER TABLE contacts ADD COLUMN phones {json}

ALTER TABLE contacts ADD COLUMN phone_points {json}

ALTER TABLE contacts ADD COLUMN phone_digits {text}

ALTER TABLE contacts ADD COLUMN links {json} NOT NULL DEFAULT '[]'

ALTER TABLE contacts ADD COLUMN addresses {json} NOT NULL DEFAULT '[]'

ALTER TABLE contacts ADD COLUMN birthday {text}

ALTER TABLE contacts ADD COLUMN tags {json} NOT NULL DEFAULT '[]'

ALTER TABLE contacts ADD COLUMN tag_keys {json}

ALTER TABLE contacts ADD COLUMN notes_key text

ALTER TABLE contacts ADD COLUMN card {json}

ALTER TABLE contacts ADD COLUMN uid {text}

CREATE INDEX contacts_by_uid ON contacts (uid) WHERE uid IS NOT NULL

ALTER TABLE companies ADD COLUMN phone_key {text}

ALTER TABLE companies ADD COLUMN phone_digits {text}

ALTER TABLE companies ADD COLUMN notes_key text

ALTER TABLE companies ADD COLUMN tags {json} NOT NULL DEFAULT '[]'

ALTER TABLE companies ADD COLUMN tag_keys {json}

CREATE INDEX companies_by_phone ON companies (phone)

CREATE INDEX companies_by_phone_key ON companies (phone_key)

CREATE TABLE contact_emails (
    contact_id {id} NOT NULL CONSTRAINT contact_emails_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    position integer NOT NULL,
    lower {text} NOT NULL,
    key {text} NOT NULL,
    CONSTRAINT contact_emails_key PRIMARY KEY (contact_id, position)
)

CREATE INDEX contact_emails_by_lower ON contact_emails (lower, contact_id)

CREATE INDEX contact_emails_by_key ON contact_emails (key, contact_id)

CREATE TABLE contact_phones (
    contact_id {id} NOT NULL CONSTRAINT contact_phones_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    position integer NOT NULL,
    value {text} NOT NULL,
    key {text} NOT NULL,
    digits {text} NOT NULL,
    CONSTRAINT contact_phones_key PRIMARY KEY (contact_id, position)
)

CREATE INDEX contact_phones_by_value ON contact_phones (value, contact_id)

CREATE INDEX contact_phones_by_key ON contact_phones (key, contact_id)

CREATE TABLE contact_tags (
    contact_id {id} NOT NULL CONSTRAINT contact_tags_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    position integer NOT NULL,
    tag {text} NOT NULL,
    key {text} NOT NULL,
    CONSTRAINT contact_tags_key PRIMARY KEY (contact_id, position)
)

CREATE INDEX contact_tags_by_key ON contact_tags (key, contact_id)

CREATE TABLE company_tags (
    company_id {id} NOT NULL CONSTRAINT company_tags_company_id_fkey REFERENCES companies (id) ON DELETE CASCADE,
    position integer NOT NULL,
    tag {text} NOT NULL,
    key {text} NOT NULL,
    CONSTRAINT company_tags_key PRIMARY KEY (company_id, position)
)

CREATE INDEX company_tags_by_key ON company_tags (key, company_id)
";

/// A table that has the items of a list, each with its keys.
struct List {
    table: &'static str,
    column: &'static str,
    of: &'static str,
    owner: &'static str,
    /// The keys of an item, in the order of the table's columns after the position.
    keys: usize,
}

const LISTS: [List; 4] = [
    List { table: "contact_emails", column: "email_points", of: "contacts", owner: "contact_id", keys: 2 },
    List { table: "contact_phones", column: "phone_points", of: "contacts", owner: "contact_id", keys: 3 },
    List { table: "contact_tags", column: "tag_keys", of: "contacts", owner: "contact_id", keys: 2 },
    List { table: "company_tags", column: "tag_keys", of: "companies", owner: "company_id", keys: 2 },
];

impl List {
    fn fill(&self, statements: &str) -> String {
        let each = |format: &dyn Fn(usize) -> String| (0..self.keys).map(format).collect::<Vec<_>>().join(", ");
        statements
            .replace("{sqlite_keys}", &each(&|key| format!("json_extract(value, '$[{key}]')")))
            .replace("{postgres_keys}", &each(&|key| format!("value ->> {key}")))
            .replace("{table}", self.table)
            .replace("{column}", self.column)
            .replace("{of}", self.of)
            .replace("{owner}", self.owner)
    }
}

const SQLITE: &str = "
CREATE TRIGGER {table}_insert AFTER INSERT ON {of} WHEN new.{column} IS NOT NULL BEGIN
    INSERT INTO {table} SELECT new.id, key, {sqlite_keys} FROM json_each(new.{column}); END

CREATE TRIGGER {table}_update AFTER UPDATE OF {column} ON {of} WHEN old.{column} IS NOT new.{column} BEGIN
    DELETE FROM {table} WHERE {owner} = new.id;
    INSERT INTO {table} SELECT new.id, key, {sqlite_keys} FROM json_each(new.{column}); END
";

const SQLITE_DOWN: &str = "
DROP TRIGGER {table}_insert

DROP TRIGGER {table}_update
";

const POSTGRES: &str = "
CREATE FUNCTION {table}_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM {table} WHERE {owner} = NEW.id;
    END IF;
    IF NEW.{column} IS NOT NULL THEN
        INSERT INTO {table} SELECT NEW.id, place - 1, {postgres_keys}
            FROM jsonb_array_elements(NEW.{column}) WITH ORDINALITY AS items (value, place);
    END IF;
    RETURN NULL;
END $$

CREATE TRIGGER {table}_insert AFTER INSERT ON {of} FOR EACH ROW WHEN (NEW.{column} IS NOT NULL)
    EXECUTE FUNCTION {table}_write()

CREATE TRIGGER {table}_update AFTER UPDATE OF {column} ON {of} FOR EACH ROW
    WHEN (OLD.{column} IS DISTINCT FROM NEW.{column}) EXECUTE FUNCTION {table}_write()
";

const POSTGRES_DOWN: &str = "
DROP TRIGGER {table}_insert ON {of}

DROP TRIGGER {table}_update ON {of}

DROP FUNCTION {table}_write()
";

const DOWN: &str = "
DROP TABLE company_tags

DROP TABLE contact_tags

DROP TABLE contact_phones

DROP TABLE contact_emails

DROP INDEX companies_by_phone_key

DROP INDEX companies_by_phone

ALTER TABLE companies DROP COLUMN tag_keys

ALTER TABLE companies DROP COLUMN tags

ALTER TABLE companies DROP COLUMN notes_key

ALTER TABLE companies DROP COLUMN phone_digits

ALTER TABLE companies DROP COLUMN phone_key

DROP INDEX contacts_by_uid

ALTER TABLE contacts DROP COLUMN uid

ALTER TABLE contacts DROP COLUMN card

ALTER TABLE contacts DROP COLUMN notes_key

ALTER TABLE contacts DROP COLUMN tag_keys

ALTER TABLE contacts DROP COLUMN tags

ALTER TABLE contacts DROP COLUMN birthday

ALTER TABLE contacts DROP COLUMN addresses

ALTER TABLE contacts DROP COLUMN links

ALTER TABLE contacts DROP COLUMN phone_digits

ALTER TABLE contacts DROP COLUMN phone_points

ALTER TABLE contacts DROP COLUMN phones

ALTER TABLE contacts DROP COLUMN email_points

ALTER TABLE contacts DROP COLUMN emails
";
