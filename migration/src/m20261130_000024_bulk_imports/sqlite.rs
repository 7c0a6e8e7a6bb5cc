//! SQLite's search entries of many rows at once.
//!
//! FTS5 writes a part of its index for each row that comes out of order, so a row at a time costs many times what sorted
//! rows do. A row that is inserted with its search number gets no entries from the triggers. Whoever inserts such rows
//! then inserts the number of the last row before them into `contacts_to_index` or `companies_to_index`, and the entries
//! of all rows behind it are written in their order.

use sea_orm_migration::prelude::*;

use crate::dialect;

pub(super) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for part in [NUMBERED, AT_ONCE] {
        let part = part.replace("{contact_rows}", CONTACT_ROWS).replace("{company_rows}", COMPANY_ROWS);
        let part = part.replace("{own_rows}", OWN_ROWS).replace("{others}", OTHERS).replace("{digits}", DIGITS);
        let part = part.replace("{grams}", CONTACT_GRAMS).replace("{company_grams}", COMPANY_GRAMS);
        let next = |table| NEXT_NUMBER.replace("{table}", table);
        let part = part.replace("{next_contact}", &next("contacts")).replace("{next_company}", &next("companies"));
        dialect::run(manager, &part).await?;
    }
    Ok(())
}

/// The triggers stay: to a program that gives no search numbers they are what they were.
pub(super) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::run(manager, DOWN).await
}

/// Behind the last row whose name has the same beginning; where there is no room, the first number that is free. The
/// last one is looked up, because an aggregate would read all rows with that beginning. The limit has SQLite compute the
/// beginning once.
const NEXT_NUMBER: &str = "(SELECT COALESCE(
    (SELECT last.number + 1 FROM (SELECT other.search_number AS number FROM {table} other
        WHERE other.search_number BETWEEN beginning.first AND beginning.first + 4194303
        ORDER BY other.search_number DESC LIMIT 1) last WHERE last.number < beginning.first + 4194303),
    (SELECT min(free.number) FROM (SELECT beginning.first AS number
        UNION ALL SELECT other.search_number + 1 FROM {table} other
        WHERE other.search_number BETWEEN beginning.first AND beginning.first + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM {table} taken WHERE taken.search_number = free.number)))
    FROM (SELECT {table}.name_order << 22 AS first LIMIT 1) beginning)";

/// A contact's e-mail addresses but the first, which is in its search key.
const OTHERS: &str = "COALESCE((SELECT group_concat(char(31) || json_extract(value, '$[1]'), '') \
     FROM json_each(email_points) WHERE key > 0), '')";

/// Letters and pairs of all of them, in hexadecimal. The cross join has SQLite go through the addresses first; it would
/// read all places for a contact without a list.
const CONTACT_GRAMS: &str = "(SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) \
     || CASE WHEN email_points IS NULL THEN '' ELSE \
     COALESCE((SELECT ' ' || group_concat(hex(substr(json_extract(value, '$[1]'), place, 1)) || ' ' || \
     hex(substr(json_extract(value, '$[1]'), place, 2)), ' ') FROM json_each(email_points) \
     CROSS JOIN search_places ON place <= length(json_extract(value, '$[1]')) WHERE key > 0), '') END";

/// Letters and pairs of a company's key.
const COMPANY_GRAMS: &str = "(SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key))";

/// Groups of four digits of the phone numbers of a contact.
const DIGITS: &str = "(SELECT group_concat(substr(number, place, 4), ' ') \
     FROM (SELECT phone_digits AS number UNION ALL SELECT json_extract(value, '$[2]') FROM json_each(phone_points)) \
     CROSS JOIN search_places ON place <= length(number) - 3)";

/// Entries of a contact.
const CONTACT_ROWS: &str = "
    INSERT INTO contacts_search (rowid, search_key)
        SELECT search_number, search_key || {others} FROM contacts WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT search_number, {grams} FROM contacts WHERE row_number = new.row_number;
";

/// Entries of a company in the indexes of companies.
const OWN_ROWS: &str = "
    INSERT INTO companies_search (rowid, search_key)
        SELECT search_number, search_key FROM companies WHERE row_number = new.row_number;
    INSERT INTO companies_short (rowid, grams)
        SELECT search_number, {company_grams} FROM companies WHERE row_number = new.row_number;
";

/// Entries of a company in the indexes of contacts.
const COMPANY_ROWS: &str = "
    INSERT INTO contacts_search (rowid, search_key)
        SELECT -row_number, search_key FROM companies WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT -row_number, {company_grams} FROM companies WHERE row_number = new.row_number;
";

/// The triggers of single rows, which stand aside for rows that have their numbers.
const NUMBERED: &str = "
DROP TRIGGER contacts_search_insert

CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts WHEN new.search_number IS NULL BEGIN
    UPDATE contacts SET search_number = {next_contact} WHERE row_number = new.row_number;{contact_rows}END

DROP TRIGGER contacts_search_update

CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts
WHEN old.search_key IS NOT new.search_key OR old.email_points IS NOT new.email_points BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        SELECT 'delete', old.search_number, old.search_key || {others} FROM (SELECT old.email_points AS email_points);
    DELETE FROM contacts_short WHERE rowid = old.search_number;
    UPDATE contacts SET search_number = {next_contact}
        WHERE row_number = new.row_number AND search_number >> 22 <> name_order;{contact_rows}END

DROP TRIGGER contact_digits_insert

CREATE TRIGGER contact_digits_insert AFTER INSERT ON contacts
WHEN new.search_number IS NULL AND (new.phone_digits IS NOT NULL OR new.phone_points IS NOT NULL) BEGIN
    INSERT INTO contact_digits_waiting (contact) VALUES (new.row_number);
END

DROP TRIGGER companies_search_insert

CREATE TRIGGER companies_search_insert AFTER INSERT ON companies WHEN new.search_number IS NULL BEGIN
    UPDATE companies SET search_number = {next_company} WHERE row_number = new.row_number;{own_rows}END

DROP TRIGGER companies_search_update

CREATE TRIGGER companies_search_update AFTER UPDATE ON companies WHEN old.search_key IS NOT new.search_key BEGIN
    INSERT INTO companies_search (companies_search, rowid, search_key)
        VALUES ('delete', old.search_number, old.search_key);
    DELETE FROM companies_short WHERE rowid = old.search_number;
    UPDATE companies SET search_number = {next_company}
        WHERE row_number = new.row_number AND search_number >> 22 <> name_order;{own_rows}END

DROP TRIGGER contacts_search_insert_company

CREATE TRIGGER contacts_search_insert_company AFTER INSERT ON companies WHEN new.search_number IS NULL BEGIN{company_rows}END
";

/// The unary plus keeps SQLite from walking the whole index of search numbers for their order.
const AT_ONCE: &str = "
CREATE VIEW contacts_to_index AS SELECT row_number AS after FROM contacts WHERE FALSE

CREATE TRIGGER contacts_to_index_insert INSTEAD OF INSERT ON contacts_to_index BEGIN
    INSERT INTO contacts_search (rowid, search_key)
        SELECT search_number, search_key || {others} FROM contacts WHERE row_number > new.after ORDER BY +search_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT search_number, {grams} FROM contacts WHERE row_number > new.after ORDER BY +search_number;
    INSERT INTO contact_digits (rowid, grams)
        SELECT row_number, grams FROM (SELECT row_number, {digits} AS grams FROM contacts WHERE row_number > new.after)
        WHERE grams IS NOT NULL ORDER BY row_number;
END

CREATE VIEW companies_to_index AS SELECT row_number AS after FROM companies WHERE FALSE

CREATE TRIGGER companies_to_index_insert INSTEAD OF INSERT ON companies_to_index BEGIN
    INSERT INTO companies_search (rowid, search_key)
        SELECT search_number, search_key FROM companies WHERE row_number > new.after ORDER BY +search_number;
    INSERT INTO companies_short (rowid, grams)
        SELECT search_number, {company_grams} FROM companies WHERE row_number > new.after ORDER BY +search_number;
    INSERT INTO contacts_search (rowid, search_key)
        SELECT -row_number, search_key FROM companies WHERE row_number > new.after ORDER BY row_number DESC;
    INSERT INTO contacts_short (rowid, grams)
        SELECT -row_number, {company_grams} FROM companies WHERE row_number > new.after ORDER BY row_number DESC;
END
";

const DOWN: &str = "
DROP VIEW companies_to_index

DROP VIEW contacts_to_index
";
