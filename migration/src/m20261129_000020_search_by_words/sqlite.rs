//! SQLite's part: companies and all e-mail addresses in the indexes that find contacts, the people of each company in the
//! order of their search numbers, and an index of the digits of phone numbers.

use sea_orm_migration::prelude::*;

use crate::dialect;

pub(super) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for part in [OWN_TEXTS, PEOPLE, COMPANIES, DIGITS, MERGE] {
        let part = part.replace("{rows}", ROWS).replace("{next}", NEXT_NUMBER).replace("{others}", OTHERS);
        let part = part.replace("{grams}", CONTACT_GRAMS);
        let part = part.replace("{company_grams}", COMPANY_GRAMS).replace("{digits}", DIGITS_OF_CONTACT);
        dialect::run(manager, &part.replace("{employer}", EMPLOYER)).await?;
    }
    Ok(())
}

pub(super) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let part = DOWN.replace("{others}", OTHERS).replace("{grams}", GRAMS_BEFORE).replace("{next}", NEXT_NUMBER);
    dialect::run(manager, &part).await
}

/// Behind the last contact whose name has the same beginning, see the migration that made search numbers.
const NEXT_NUMBER: &str = "COALESCE(
    (SELECT max(other.search_number) + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194303
        HAVING max(other.search_number) < (contacts.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT contacts.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM contacts taken WHERE taken.search_number = free.number)))";

/// What the index of letters and pairs had of contacts before.
const GRAMS_BEFORE: &str = "SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM contacts";

/// A contact's e-mail addresses but the first, which is in its search key.
const OTHERS: &str = "COALESCE((SELECT group_concat(char(31) || json_extract(value, '$[1]'), '') \
     FROM json_each(email_points) WHERE key > 0), '')";

/// Letters and pairs of all of them, in hexadecimal.
const CONTACT_GRAMS: &str = "(SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) \
     || COALESCE((SELECT ' ' || group_concat(hex(substr(json_extract(value, '$[1]'), place, 1)) || ' ' || \
     hex(substr(json_extract(value, '$[1]'), place, 2)), ' ') FROM json_each(email_points) \
     JOIN search_places ON place <= length(json_extract(value, '$[1]')) WHERE key > 0), '')";

/// What the indexes have of a contact.
const ROWS: &str = "
    INSERT INTO contacts_search (rowid, search_key)
        SELECT search_number, search_key || {others} FROM contacts WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT search_number, {grams} FROM contacts WHERE row_number = new.row_number;
";

/// The last statement indexes the contacts that have several addresses already.
const OWN_TEXTS: &str = "
DROP TRIGGER contacts_search_insert

DROP TRIGGER contacts_search_delete

DROP TRIGGER contacts_search_update

CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN
    UPDATE contacts SET search_number = {next} WHERE row_number = new.row_number;{rows}END

CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        SELECT 'delete', old.search_number, old.search_key || {others} FROM (SELECT old.email_points AS email_points);
    DELETE FROM contacts_short WHERE rowid = old.search_number;
END

CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts
WHEN old.search_key IS NOT new.search_key OR old.email_points IS NOT new.email_points BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        SELECT 'delete', old.search_number, old.search_key || {others} FROM (SELECT old.email_points AS email_points);
    DELETE FROM contacts_short WHERE rowid = old.search_number;
    UPDATE contacts SET search_number = {next}
        WHERE row_number = new.row_number AND search_number >> 22 <> name_order;{rows}END

INSERT INTO contacts_search (contacts_search, rowid, search_key)
    SELECT 'delete', search_number, search_key FROM contacts WHERE email_points IS NOT NULL

INSERT INTO contacts_search (rowid, search_key)
    SELECT search_number, search_key || {others} FROM contacts WHERE email_points IS NOT NULL

DELETE FROM contacts_short WHERE rowid IN (SELECT search_number FROM contacts WHERE email_points IS NOT NULL)

INSERT INTO contacts_short (rowid, grams)
    SELECT search_number, {grams} FROM contacts WHERE email_points IS NOT NULL
";

/// Letters and pairs of a company's key in hexadecimal, see the migration that made the index of them.
const COMPANY_GRAMS: &str = "(SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key))";

/// The number of a contact's primary company.
const EMPLOYER: &str = "SELECT companies.row_number FROM company_memberships job \
     JOIN companies ON companies.id = job.company_id WHERE job.is_primary AND job.contact_id";

/// Triggers keep it when a contact gets another primary company or another search number.
const PEOPLE: &str = "
CREATE TABLE company_contacts (
    company integer NOT NULL,
    contact integer NOT NULL,
    PRIMARY KEY (company, contact)
) WITHOUT ROWID

INSERT INTO company_contacts
    SELECT companies.row_number, contacts.search_number FROM company_memberships job
    JOIN companies ON companies.id = job.company_id JOIN contacts ON contacts.id = job.contact_id
    WHERE job.is_primary ORDER BY 1, 2

CREATE TRIGGER company_contacts_insert AFTER INSERT ON company_memberships WHEN new.is_primary BEGIN
    INSERT OR IGNORE INTO company_contacts
        SELECT companies.row_number, contacts.search_number FROM companies CROSS JOIN contacts
        WHERE companies.id = new.company_id AND contacts.id = new.contact_id;
END

CREATE TRIGGER company_contacts_delete AFTER DELETE ON company_memberships WHEN old.is_primary BEGIN
    DELETE FROM company_contacts
        WHERE company = (SELECT row_number FROM companies WHERE id = old.company_id)
        AND contact = (SELECT search_number FROM contacts WHERE id = old.contact_id);
END

CREATE TRIGGER company_contacts_update AFTER UPDATE OF is_primary, company_id, contact_id ON company_memberships
WHEN old.is_primary OR new.is_primary BEGIN
    DELETE FROM company_contacts
        WHERE old.is_primary AND company = (SELECT row_number FROM companies WHERE id = old.company_id)
        AND contact = (SELECT search_number FROM contacts WHERE id = old.contact_id);
    INSERT OR IGNORE INTO company_contacts
        SELECT companies.row_number, contacts.search_number FROM companies CROSS JOIN contacts
        WHERE new.is_primary AND companies.id = new.company_id AND contacts.id = new.contact_id;
END

CREATE TRIGGER company_contacts_move AFTER UPDATE OF search_number ON contacts
WHEN old.search_number IS NOT new.search_number BEGIN
    DELETE FROM company_contacts WHERE company = ({employer} = new.id) AND contact = old.search_number;
    INSERT OR IGNORE INTO company_contacts SELECT employer.row_number, new.search_number
        FROM ({employer} = new.id) employer;
END

CREATE TRIGGER company_contacts_of_deleted_contact BEFORE DELETE ON contacts BEGIN
    DELETE FROM company_contacts WHERE company = ({employer} = old.id) AND contact = old.search_number;
END

CREATE TRIGGER company_contacts_of_deleted_company AFTER DELETE ON companies BEGIN
    DELETE FROM company_contacts WHERE company = old.row_number;
END

";

/// In the indexes of contacts a company has its row number, below zero.
const COMPANIES: &str = "
INSERT INTO contacts_search (rowid, search_key) SELECT -row_number, search_key FROM companies ORDER BY row_number DESC

INSERT INTO contacts_short (rowid, grams) SELECT -row_number, {company_grams} FROM companies ORDER BY row_number DESC

CREATE TRIGGER contacts_search_insert_company AFTER INSERT ON companies BEGIN
    INSERT INTO contacts_search (rowid, search_key)
        SELECT -row_number, search_key FROM companies WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT -row_number, {company_grams} FROM companies WHERE row_number = new.row_number;
END

CREATE TRIGGER contacts_search_delete_company AFTER DELETE ON companies BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        VALUES ('delete', -old.row_number, old.search_key);
    DELETE FROM contacts_short WHERE rowid = -old.row_number;
END

CREATE TRIGGER contacts_search_update_company AFTER UPDATE ON companies
WHEN old.search_key IS NOT new.search_key BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        VALUES ('delete', -old.row_number, old.search_key);
    DELETE FROM contacts_short WHERE rowid = -old.row_number;
    INSERT INTO contacts_search (rowid, search_key)
        SELECT -row_number, search_key FROM companies WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT -row_number, {company_grams} FROM companies WHERE row_number = new.row_number;
END

";

/// Groups of four digits of the phone numbers of a contact.
const DIGITS_OF_CONTACT: &str = "(SELECT group_concat(substr(number, place, 4), ' ') \
     FROM (SELECT phone_digits AS number UNION ALL SELECT json_extract(value, '$[2]') FROM json_each(phone_points)) \
     JOIN search_places ON place <= length(number) - 3)";

/// The index of digits has a contact by its row number. What changes waits, so that a number costs little to write; a
/// search looks at whatever waits. For the same reason nothing is taken out: the index proposes contacts, and a search
/// looks at their numbers of now. Rows go in by ascending numbers, otherwise FTS5 writes a part for each.
const DIGITS: &str = "
CREATE VIRTUAL TABLE contact_digits USING fts5(grams, content='', columnsize=0, tokenize='ascii', detail='none')

INSERT INTO contact_digits (rowid, grams)
    SELECT row_number, grams FROM (SELECT row_number, {digits} AS grams FROM contacts) WHERE grams IS NOT NULL
    ORDER BY row_number

CREATE TABLE contact_digits_waiting (number integer PRIMARY KEY, contact integer NOT NULL)

CREATE TRIGGER contact_digits_insert AFTER INSERT ON contacts
WHEN new.phone_digits IS NOT NULL OR new.phone_points IS NOT NULL BEGIN
    INSERT INTO contact_digits_waiting (contact) VALUES (new.row_number);
END

CREATE TRIGGER contact_digits_update AFTER UPDATE OF phone_digits, phone_points ON contacts
WHEN old.phone_digits IS NOT new.phone_digits OR old.phone_points IS NOT new.phone_points BEGIN
    INSERT INTO contact_digits_waiting (contact) VALUES (new.row_number);
END

CREATE TRIGGER contact_digits_merge AFTER INSERT ON contact_digits_waiting WHEN new.number % 256 = 0 BEGIN
    INSERT INTO contact_digits (rowid, grams)
        SELECT row_number, grams FROM (SELECT row_number, {digits} AS grams FROM contacts
            WHERE row_number IN (SELECT contact FROM contact_digits_waiting)) WHERE grams IS NOT NULL
        ORDER BY row_number;
    DELETE FROM contact_digits_waiting;
END
";

/// An index is read part by part, and has a part for each time it was written.
const MERGE: &str = "
INSERT INTO contacts_search (contacts_search) VALUES ('optimize')

INSERT INTO contacts_short (contacts_short) VALUES ('optimize')
";

const DOWN: &str = "
DROP TRIGGER contact_digits_merge

DROP TRIGGER contact_digits_update

DROP TRIGGER contact_digits_insert

DROP TABLE contact_digits_waiting

DROP TABLE contact_digits

DROP TRIGGER contacts_search_insert_company

DROP TRIGGER contacts_search_delete_company

DROP TRIGGER contacts_search_update_company

INSERT INTO contacts_search (contacts_search, rowid, search_key)
    SELECT 'delete', -row_number, search_key FROM companies

DELETE FROM contacts_short WHERE rowid < 0

DROP TRIGGER company_contacts_of_deleted_company

DROP TRIGGER company_contacts_of_deleted_contact

DROP TRIGGER company_contacts_move

DROP TRIGGER company_contacts_update

DROP TRIGGER company_contacts_delete

DROP TRIGGER company_contacts_insert

DROP TABLE company_contacts

DROP TRIGGER contacts_search_insert

DROP TRIGGER contacts_search_delete

DROP TRIGGER contacts_search_update

INSERT INTO contacts_search (contacts_search, rowid, search_key)
    SELECT 'delete', search_number, search_key || {others} FROM contacts WHERE email_points IS NOT NULL

INSERT INTO contacts_search (rowid, search_key)
    SELECT search_number, search_key FROM contacts WHERE email_points IS NOT NULL

DELETE FROM contacts_short WHERE rowid IN (SELECT search_number FROM contacts WHERE email_points IS NOT NULL)

INSERT INTO contacts_short (rowid, grams) {grams} WHERE email_points IS NOT NULL

CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN
    UPDATE contacts SET search_number = {next} WHERE row_number = new.row_number;
    INSERT INTO contacts_search (rowid, search_key)
        SELECT search_number, search_key FROM contacts WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams) {grams} WHERE row_number = new.row_number;
END

CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        VALUES ('delete', old.search_number, old.search_key);
    DELETE FROM contacts_short WHERE rowid = old.search_number;
END

CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts WHEN old.search_key IS NOT new.search_key BEGIN
    INSERT INTO contacts_search (contacts_search, rowid, search_key)
        VALUES ('delete', old.search_number, old.search_key);
    DELETE FROM contacts_short WHERE rowid = old.search_number;
    UPDATE contacts SET search_number = {next}
        WHERE row_number = new.row_number AND search_number >> 22 <> name_order;
    INSERT INTO contacts_search (rowid, search_key)
        SELECT search_number, search_key FROM contacts WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams) {grams} WHERE row_number = new.row_number;
END
";
