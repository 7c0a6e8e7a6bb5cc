//! How many contacts and companies have each status, kept exactly by triggers, so that counting scans nothing.
//!
//! A count is the sum of `change`. SQLite has one writer and adds to its one row a status. On PostgreSQL that row
//! would make all writers wait for each other, so each statement appends what it changed, and whoever finds many
//! changes folds those that nobody else is folding into one.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables that are counted and those that hold their counts.
const TABLES: [(&str, &str); 2] = [("contacts", "contact_counts"), ("companies", "company_counts")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let up = if dialect::is_sqlite(manager) { SQLITE } else { POSTGRES };
        for (table, counts) in TABLES {
            dialect::run(manager, &up.replace("{table}", table).replace("{counts}", counts)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let down = if dialect::is_sqlite(manager) { SQLITE_DOWN } else { POSTGRES_DOWN };
        for (table, counts) in TABLES {
            dialect::run(manager, &down.replace("{table}", table).replace("{counts}", counts)).await?;
        }
        Ok(())
    }
}

const SQLITE: &str = "
CREATE TABLE {counts} (
    status text NOT NULL PRIMARY KEY,
    change integer NOT NULL CONSTRAINT {counts}_change_check CHECK (change >= 0)
) WITHOUT ROWID

INSERT INTO {counts} (status, change)
    SELECT statuses.status, (SELECT count(*) FROM {table} WHERE {table}.status = statuses.status)
    FROM (SELECT 'active' AS status UNION SELECT 'inactive' UNION SELECT 'trashed') AS statuses

CREATE TRIGGER {counts}_insert AFTER INSERT ON {table} BEGIN
    UPDATE {counts} SET change = change + 1 WHERE status = new.status; END

CREATE TRIGGER {counts}_delete AFTER DELETE ON {table} BEGIN
    UPDATE {counts} SET change = change - 1 WHERE status = old.status; END

CREATE TRIGGER {counts}_update AFTER UPDATE OF status ON {table} WHEN old.status <> new.status BEGIN
    UPDATE {counts} SET change = change - 1 WHERE status = old.status;
    UPDATE {counts} SET change = change + 1 WHERE status = new.status; END
";

const SQLITE_DOWN: &str = "
DROP TRIGGER {counts}_insert

DROP TRIGGER {counts}_delete

DROP TRIGGER {counts}_update

DROP TABLE {counts}
";

const POSTGRES: &str = "
CREATE TABLE {counts} (
    status text NOT NULL,
    change bigint NOT NULL
)

INSERT INTO {counts} (status, change) SELECT status, count(*) FROM {table} GROUP BY status

CREATE FUNCTION {counts}_fold() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM {counts}) > 64 THEN
        WITH folded AS (
            DELETE FROM {counts} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {counts} FOR UPDATE SKIP LOCKED))
            RETURNING status, change
        )
        INSERT INTO {counts} SELECT status, sum(change) FROM folded GROUP BY status HAVING sum(change) <> 0;
    END IF;
END $$

CREATE FUNCTION {counts}_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {counts} SELECT status, count(*) FROM changed GROUP BY status;
    PERFORM {counts}_fold();
    RETURN NULL;
END $$

CREATE FUNCTION {counts}_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {counts} SELECT status, -count(*) FROM changed GROUP BY status;
    PERFORM {counts}_fold();
    RETURN NULL;
END $$

CREATE FUNCTION {counts}_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {counts} VALUES (OLD.status, -1), (NEW.status, 1);
    PERFORM {counts}_fold();
    RETURN NULL;
END $$

CREATE TRIGGER {counts}_insert AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {counts}_insert()

CREATE TRIGGER {counts}_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {counts}_delete()

CREATE TRIGGER {counts}_update AFTER UPDATE OF status ON {table}
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION {counts}_update()
";

const POSTGRES_DOWN: &str = "
DROP TRIGGER {counts}_insert ON {table}

DROP TRIGGER {counts}_delete ON {table}

DROP TRIGGER {counts}_update ON {table}

DROP FUNCTION {counts}_insert

DROP FUNCTION {counts}_delete

DROP FUNCTION {counts}_update

DROP FUNCTION {counts}_fold

DROP TABLE {counts}
";
