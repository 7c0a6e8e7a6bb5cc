CREATE TABLE "seaql_migrations" ( "version" varchar NOT NULL PRIMARY KEY, "applied_at" integer NOT NULL );
CREATE TABLE users (
    id blob NOT NULL PRIMARY KEY,
    email text NOT NULL,
    email_lower text NOT NULL CONSTRAINT users_email_lower_key UNIQUE,
    name text,
    email_key text NOT NULL,
    name_key text,
    search_key text GENERATED ALWAYS AS (email_key || char(31) || COALESCE(name_key, '')) STORED,
    is_placeholder boolean NOT NULL,
    source text,
    password_hash text,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    CONSTRAINT users_placeholder_check CHECK (password_hash IS NULL OR NOT is_placeholder)
);
CREATE INDEX users_by_email ON users (email_lower, id);
CREATE TABLE companies (
    row_number integer PRIMARY KEY,
    id blob NOT NULL CONSTRAINT companies_id_key UNIQUE,
    name text NOT NULL CONSTRAINT companies_name_check CHECK (length(name) BETWEEN 1 AND 255),
    name_key text NOT NULL,
    status text NOT NULL CONSTRAINT companies_status_check CHECK (status IN ('active', 'inactive', 'trashed')),
    prior_status text CONSTRAINT companies_prior_status_check CHECK (prior_status IN ('active', 'inactive')),
    website text,
    website_key text,
    email text,
    email_lower text,
    email_key text,
    phone text,
    address text,
    industry text,
    industry_key text,
    notes text,
    metadata text NOT NULL,
    external_id text CONSTRAINT companies_external_id_key UNIQUE,
    external_id_key text,
    search_key text GENERATED ALWAYS AS (name_key) STORED,
    version integer NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    trashed_at text,
    CONSTRAINT companies_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
);
CREATE INDEX companies_live_by_name ON companies (name_key, id) WHERE status <> 'trashed';
CREATE INDEX companies_by_name ON companies (name_key, id);
CREATE INDEX companies_live_by_created_at ON companies (created_at, id) WHERE status <> 'trashed';
CREATE INDEX companies_by_created_at ON companies (created_at, id);
CREATE INDEX companies_live_by_updated_at ON companies (updated_at, id) WHERE status <> 'trashed';
CREATE INDEX companies_by_updated_at ON companies (updated_at, id);
CREATE INDEX companies_by_status ON companies (status);
CREATE INDEX companies_by_email ON companies (email_lower);
CREATE INDEX companies_by_email_key ON companies (email_key);
CREATE INDEX companies_by_website_key ON companies (website_key);
CREATE INDEX companies_by_industry ON companies (industry);
CREATE INDEX companies_by_industry_key ON companies (industry_key);
CREATE TABLE contacts (
    row_number integer PRIMARY KEY,
    id blob NOT NULL CONSTRAINT contacts_id_key UNIQUE,
    name text NOT NULL CONSTRAINT contacts_name_check CHECK (length(name) BETWEEN 1 AND 255),
    name_key text NOT NULL,
    status text NOT NULL CONSTRAINT contacts_status_check CHECK (status IN ('active', 'inactive', 'trashed')),
    prior_status text CONSTRAINT contacts_prior_status_check CHECK (prior_status IN ('active', 'inactive')),
    email text,
    email_lower text,
    email_key text,
    phone text,
    phone_key text,
    notes text,
    metadata text NOT NULL,
    external_id text CONSTRAINT contacts_external_id_key UNIQUE,
    external_id_key text,
    search_key text GENERATED ALWAYS AS (name_key || char(31) || COALESCE(email_key, '')) STORED,
    user_id blob CONSTRAINT contacts_user_id_key UNIQUE
        CONSTRAINT contacts_user_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    last_interaction_at text,
    version integer NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    trashed_at text,
    CONSTRAINT contacts_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
);
CREATE INDEX contacts_live_by_name ON contacts (name_key, id) WHERE status <> 'trashed';
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_live_by_email ON contacts (COALESCE(email_key, '􏿿'), id) WHERE status <> 'trashed';
CREATE INDEX contacts_live_by_email_desc ON contacts (COALESCE(email_key, ''), id) WHERE status <> 'trashed';
CREATE INDEX contacts_live_by_created_at ON contacts (created_at, id) WHERE status <> 'trashed';
CREATE INDEX contacts_by_created_at ON contacts (created_at, id);
CREATE INDEX contacts_live_by_updated_at ON contacts (updated_at, id) WHERE status <> 'trashed';
CREATE INDEX contacts_by_updated_at ON contacts (updated_at, id);
CREATE INDEX contacts_live_by_last_interaction ON contacts (COALESCE(last_interaction_at, '9999-12-31T23:59:59.999999+00:00'), id)
    WHERE status <> 'trashed';
CREATE INDEX contacts_live_by_last_interaction_desc ON contacts (COALESCE(last_interaction_at, '0001-01-01T00:00:00+00:00'), id)
    WHERE status <> 'trashed';
CREATE INDEX contacts_by_status ON contacts (status);
CREATE INDEX contacts_by_email_lower ON contacts (email_lower);
CREATE INDEX contacts_by_email_key ON contacts (email_key);
CREATE INDEX contacts_by_phone ON contacts (phone);
CREATE INDEX contacts_by_phone_key ON contacts (phone_key);
CREATE INDEX contacts_by_external_id_key ON contacts (external_id_key);
CREATE INDEX contacts_by_trashed_at ON contacts (trashed_at) WHERE trashed_at IS NOT NULL;
CREATE INDEX contacts_by_last_interaction_at ON contacts (last_interaction_at);
CREATE TABLE company_memberships (
    id blob NOT NULL PRIMARY KEY,
    contact_id blob NOT NULL
        CONSTRAINT company_memberships_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    company_id blob NOT NULL
        CONSTRAINT company_memberships_company_id_fkey REFERENCES companies (id) ON DELETE CASCADE,
    role text,
    role_key text,
    department text,
    department_key text,
    is_primary boolean NOT NULL,
    position integer NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL,
    CONSTRAINT company_memberships_pair_key UNIQUE (contact_id, company_id)
);
CREATE UNIQUE INDEX company_memberships_one_primary ON company_memberships (contact_id) WHERE is_primary;
CREATE INDEX company_memberships_of_contact ON company_memberships (contact_id, (NOT is_primary), position, id);
CREATE INDEX company_memberships_of_company ON company_memberships (company_id, (NOT is_primary), position, id);
CREATE INDEX company_memberships_by_role_key ON company_memberships (role_key);
CREATE INDEX company_memberships_by_department_key ON company_memberships (department_key);
CREATE TABLE interactions (
    id blob NOT NULL PRIMARY KEY,
    contact_id blob NOT NULL
        CONSTRAINT interactions_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    kind text NOT NULL
        CONSTRAINT interactions_kind_check CHECK (kind IN ('call', 'email', 'meeting', 'note', 'other')),
    occurred_at text NOT NULL,
    subject text,
    subject_key text,
    body text,
    body_key text,
    owner_id blob CONSTRAINT interactions_owner_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    metadata text NOT NULL,
    version integer NOT NULL,
    created_at text NOT NULL,
    updated_at text NOT NULL
);
CREATE INDEX interactions_by_time ON interactions (occurred_at, id);
CREATE INDEX interactions_of_contact ON interactions (contact_id, occurred_at, id);
CREATE INDEX interactions_of_owner ON interactions (owner_id, occurred_at, id);
CREATE INDEX interactions_by_kind ON interactions (kind, occurred_at, id);
CREATE INDEX interactions_by_subject_key ON interactions (subject_key);
CREATE TABLE interaction_parties (
    interaction_id blob NOT NULL
        CONSTRAINT interaction_parties_interaction_id_fkey REFERENCES interactions (id) ON DELETE CASCADE,
    position integer NOT NULL,
    name text NOT NULL CONSTRAINT interaction_parties_name_check CHECK (length(name) BETWEEN 1 AND 255),
    contact_id blob
        CONSTRAINT interaction_parties_contact_id_fkey REFERENCES contacts (id) ON DELETE SET NULL,
    snapshot text NOT NULL,
    CONSTRAINT interaction_parties_key PRIMARY KEY (interaction_id, position)
);
CREATE INDEX interaction_parties_of_contact ON interaction_parties (contact_id, interaction_id);
CREATE TABLE folding (
    only_row integer NOT NULL PRIMARY KEY CONSTRAINT folding_one_row_check CHECK (only_row = 1),
    version integer NOT NULL
);
CREATE VIRTUAL TABLE contacts_search USING fts5(search_key, content='contacts', content_rowid='row_number', tokenize='trigram case_sensitive 1', detail='full', columnsize=0);
CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN INSERT INTO contacts_search (rowid, search_key) VALUES (new.row_number, new.search_key); END;
CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN INSERT INTO contacts_search (contacts_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key); END;
CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts WHEN old.search_key IS NOT new.search_key BEGIN INSERT INTO contacts_search (contacts_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key); INSERT INTO contacts_search (rowid, search_key) VALUES (new.row_number, new.search_key); END;
CREATE VIRTUAL TABLE companies_search USING fts5(search_key, content='companies', content_rowid='row_number', tokenize='trigram case_sensitive 1', detail='full', columnsize=0);
CREATE TRIGGER companies_search_insert AFTER INSERT ON companies BEGIN INSERT INTO companies_search (rowid, search_key) VALUES (new.row_number, new.search_key); END;
CREATE TRIGGER companies_search_delete AFTER DELETE ON companies BEGIN INSERT INTO companies_search (companies_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key); END;
CREATE TRIGGER companies_search_update AFTER UPDATE ON companies WHEN old.search_key IS NOT new.search_key BEGIN INSERT INTO companies_search (companies_search, rowid, search_key) VALUES ('delete', old.row_number, old.search_key); INSERT INTO companies_search (rowid, search_key) VALUES (new.row_number, new.search_key); END;
CREATE TABLE contact_counts (
    status text NOT NULL PRIMARY KEY,
    change integer NOT NULL CONSTRAINT contact_counts_change_check CHECK (change >= 0)
) WITHOUT ROWID;
CREATE TRIGGER contact_counts_insert AFTER INSERT ON contacts BEGIN
    UPDATE contact_counts SET change = change + 1 WHERE status = new.status; END;
CREATE TRIGGER contact_counts_delete AFTER DELETE ON contacts BEGIN
    UPDATE contact_counts SET change = change - 1 WHERE status = old.status; END;
CREATE TRIGGER contact_counts_update AFTER UPDATE OF status ON contacts WHEN old.status <> new.status BEGIN
    UPDATE contact_counts SET change = change - 1 WHERE status = old.status;
    UPDATE contact_counts SET change = change + 1 WHERE status = new.status; END;
CREATE TABLE company_counts (
    status text NOT NULL PRIMARY KEY,
    change integer NOT NULL CONSTRAINT company_counts_change_check CHECK (change >= 0)
) WITHOUT ROWID;
CREATE TRIGGER company_counts_insert AFTER INSERT ON companies BEGIN
    UPDATE company_counts SET change = change + 1 WHERE status = new.status; END;
CREATE TRIGGER company_counts_delete AFTER DELETE ON companies BEGIN
    UPDATE company_counts SET change = change - 1 WHERE status = old.status; END;
CREATE TRIGGER company_counts_update AFTER UPDATE OF status ON companies WHEN old.status <> new.status BEGIN
    UPDATE company_counts SET change = change - 1 WHERE status = old.status;
    UPDATE company_counts SET change = change + 1 WHERE status = new.status; END;
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000001_users',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000002_companies',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000003_contacts',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000004_company_memberships',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000005_interactions',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000006_search',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261123_000007_counts',1795608000);
REPLACE INTO folding (only_row, version) VALUES (1,1);
REPLACE INTO contact_counts (status, change) VALUES ('active',0);
REPLACE INTO contact_counts (status, change) VALUES ('inactive',0);
REPLACE INTO contact_counts (status, change) VALUES ('trashed',0);
REPLACE INTO company_counts (status, change) VALUES ('active',0);
REPLACE INTO company_counts (status, change) VALUES ('inactive',0);
REPLACE INTO company_counts (status, change) VALUES ('trashed',0);
