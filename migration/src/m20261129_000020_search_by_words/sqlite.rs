//! SQLite's part: companies in the indexes that find contacts, and the people of each company in the order of their
//! search numbers.

use sea_orm_migration::prelude::*;

use crate::dialect;

pub(super) async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::run(manager, &UP.replace("{grams}", GRAMS).replace("{employer}", EMPLOYER)).await
}

pub(super) async fn down(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::run(manager, DOWN).await
}

/// Letters and pairs of a company's key in hexadecimal, see the migration that made the index of them.
const GRAMS: &str = "(SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key))";

/// The number of a contact's primary company.
const EMPLOYER: &str = "SELECT companies.row_number FROM company_memberships job \
     JOIN companies ON companies.id = job.company_id WHERE job.is_primary AND job.contact_id";

/// In the indexes of contacts a company has its row number, below zero.
///
/// The last two statements merge what the indexes were written in. A look-up reads each part.
const UP: &str = "
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

INSERT INTO contacts_search (rowid, search_key) SELECT -row_number, search_key FROM companies ORDER BY row_number DESC

INSERT INTO contacts_short (rowid, grams) SELECT -row_number, {grams} FROM companies ORDER BY row_number DESC

CREATE TRIGGER contacts_search_insert_company AFTER INSERT ON companies BEGIN
    INSERT INTO contacts_search (rowid, search_key)
        SELECT -row_number, search_key FROM companies WHERE row_number = new.row_number;
    INSERT INTO contacts_short (rowid, grams)
        SELECT -row_number, {grams} FROM companies WHERE row_number = new.row_number;
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
        SELECT -row_number, {grams} FROM companies WHERE row_number = new.row_number;
END

INSERT INTO contacts_search (contacts_search) VALUES ('optimize')

INSERT INTO contacts_short (contacts_short) VALUES ('optimize')
";

const DOWN: &str = "
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
";
