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
    updated_at text NOT NULL, role text NOT NULL DEFAULT 'contact'
    CONSTRAINT users_role_check CHECK (role IN ('contact', 'viewer', 'member', 'admin')),
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
    trashed_at text, name_order integer GENERATED ALWAYS AS (((CASE WHEN 1 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 1, 1) = '' THEN 0 WHEN substr(name_key, 1, 1) < ' ' THEN 1 WHEN substr(name_key, 1, 1) = ' ' THEN 2 WHEN substr(name_key, 1, 1) < 'a' THEN 3 WHEN substr(name_key, 1, 1) <= 'z' THEN unicode(substr(name_key, 1, 1)) - 93 ELSE 30 END) << 35) + ((CASE WHEN 2 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 2, 1) = '' THEN 0 WHEN substr(name_key, 2, 1) < ' ' THEN 1 WHEN substr(name_key, 2, 1) = ' ' THEN 2 WHEN substr(name_key, 2, 1) < 'a' THEN 3 WHEN substr(name_key, 2, 1) <= 'z' THEN unicode(substr(name_key, 2, 1)) - 93 ELSE 30 END) << 30) + ((CASE WHEN 3 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 3, 1) = '' THEN 0 WHEN substr(name_key, 3, 1) < ' ' THEN 1 WHEN substr(name_key, 3, 1) = ' ' THEN 2 WHEN substr(name_key, 3, 1) < 'a' THEN 3 WHEN substr(name_key, 3, 1) <= 'z' THEN unicode(substr(name_key, 3, 1)) - 93 ELSE 30 END) << 25) + ((CASE WHEN 4 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 4, 1) = '' THEN 0 WHEN substr(name_key, 4, 1) < ' ' THEN 1 WHEN substr(name_key, 4, 1) = ' ' THEN 2 WHEN substr(name_key, 4, 1) < 'a' THEN 3 WHEN substr(name_key, 4, 1) <= 'z' THEN unicode(substr(name_key, 4, 1)) - 93 ELSE 30 END) << 20) + ((CASE WHEN 5 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 5, 1) = '' THEN 0 WHEN substr(name_key, 5, 1) < ' ' THEN 1 WHEN substr(name_key, 5, 1) = ' ' THEN 2 WHEN substr(name_key, 5, 1) < 'a' THEN 3 WHEN substr(name_key, 5, 1) <= 'z' THEN unicode(substr(name_key, 5, 1)) - 93 ELSE 30 END) << 15) + ((CASE WHEN 6 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 6, 1) = '' THEN 0 WHEN substr(name_key, 6, 1) < ' ' THEN 1 WHEN substr(name_key, 6, 1) = ' ' THEN 2 WHEN substr(name_key, 6, 1) < 'a' THEN 3 WHEN substr(name_key, 6, 1) <= 'z' THEN unicode(substr(name_key, 6, 1)) - 93 ELSE 30 END) << 10) + ((CASE WHEN 7 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 7, 1) = '' THEN 0 WHEN substr(name_key, 7, 1) < ' ' THEN 1 WHEN substr(name_key, 7, 1) = ' ' THEN 2 WHEN substr(name_key, 7, 1) < 'a' THEN 3 WHEN substr(name_key, 7, 1) <= 'z' THEN unicode(substr(name_key, 7, 1)) - 93 ELSE 30 END) << 5) + ((CASE WHEN 8 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 8, 1) = '' THEN 0 WHEN substr(name_key, 8, 1) < ' ' THEN 1 WHEN substr(name_key, 8, 1) = ' ' THEN 2 WHEN substr(name_key, 8, 1) < 'a' THEN 3 WHEN substr(name_key, 8, 1) <= 'z' THEN unicode(substr(name_key, 8, 1)) - 93 ELSE 30 END) << 0) + (CASE WHEN 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) > 1 THEN 0 WHEN COALESCE(unicode(substr(name_key, 1, 1)), 0) >= 131071 THEN 131071 << 18 ELSE (COALESCE(unicode(substr(name_key, 1, 1)), 0) << 18) + min(COALESCE(unicode(substr(name_key, 2, 1)), 0), 262143) END)) VIRTUAL, search_number integer,
    CONSTRAINT companies_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
);
CREATE INDEX companies_live_by_name ON companies (name_key, id) WHERE status <> 'trashed';
CREATE INDEX companies_by_name ON companies (name_key, id);
CREATE INDEX companies_by_created_at ON companies (created_at, id);
CREATE INDEX companies_by_updated_at ON companies (updated_at, id);
CREATE INDEX companies_by_status ON companies (status);
CREATE INDEX companies_by_email ON companies (email_lower);
CREATE INDEX companies_by_email_key ON companies (email_key);
CREATE INDEX companies_by_website_key ON companies (website_key);
CREATE INDEX companies_by_industry ON companies (industry);
CREATE INDEX companies_by_industry_key ON companies (industry_key);
CREATE INDEX companies_by_external_id_key ON companies (external_id_key);
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
    trashed_at text, name_order integer GENERATED ALWAYS AS (((CASE WHEN 1 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 1, 1) = '' THEN 0 WHEN substr(name_key, 1, 1) < ' ' THEN 1 WHEN substr(name_key, 1, 1) = ' ' THEN 2 WHEN substr(name_key, 1, 1) < 'a' THEN 3 WHEN substr(name_key, 1, 1) <= 'z' THEN unicode(substr(name_key, 1, 1)) - 93 ELSE 30 END) << 35) + ((CASE WHEN 2 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 2, 1) = '' THEN 0 WHEN substr(name_key, 2, 1) < ' ' THEN 1 WHEN substr(name_key, 2, 1) = ' ' THEN 2 WHEN substr(name_key, 2, 1) < 'a' THEN 3 WHEN substr(name_key, 2, 1) <= 'z' THEN unicode(substr(name_key, 2, 1)) - 93 ELSE 30 END) << 30) + ((CASE WHEN 3 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 3, 1) = '' THEN 0 WHEN substr(name_key, 3, 1) < ' ' THEN 1 WHEN substr(name_key, 3, 1) = ' ' THEN 2 WHEN substr(name_key, 3, 1) < 'a' THEN 3 WHEN substr(name_key, 3, 1) <= 'z' THEN unicode(substr(name_key, 3, 1)) - 93 ELSE 30 END) << 25) + ((CASE WHEN 4 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 4, 1) = '' THEN 0 WHEN substr(name_key, 4, 1) < ' ' THEN 1 WHEN substr(name_key, 4, 1) = ' ' THEN 2 WHEN substr(name_key, 4, 1) < 'a' THEN 3 WHEN substr(name_key, 4, 1) <= 'z' THEN unicode(substr(name_key, 4, 1)) - 93 ELSE 30 END) << 20) + ((CASE WHEN 5 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 5, 1) = '' THEN 0 WHEN substr(name_key, 5, 1) < ' ' THEN 1 WHEN substr(name_key, 5, 1) = ' ' THEN 2 WHEN substr(name_key, 5, 1) < 'a' THEN 3 WHEN substr(name_key, 5, 1) <= 'z' THEN unicode(substr(name_key, 5, 1)) - 93 ELSE 30 END) << 15) + ((CASE WHEN 6 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 6, 1) = '' THEN 0 WHEN substr(name_key, 6, 1) < ' ' THEN 1 WHEN substr(name_key, 6, 1) = ' ' THEN 2 WHEN substr(name_key, 6, 1) < 'a' THEN 3 WHEN substr(name_key, 6, 1) <= 'z' THEN unicode(substr(name_key, 6, 1)) - 93 ELSE 30 END) << 10) + ((CASE WHEN 7 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 7, 1) = '' THEN 0 WHEN substr(name_key, 7, 1) < ' ' THEN 1 WHEN substr(name_key, 7, 1) = ' ' THEN 2 WHEN substr(name_key, 7, 1) < 'a' THEN 3 WHEN substr(name_key, 7, 1) <= 'z' THEN unicode(substr(name_key, 7, 1)) - 93 ELSE 30 END) << 5) + ((CASE WHEN 8 > 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) OR substr(name_key, 8, 1) = '' THEN 0 WHEN substr(name_key, 8, 1) < ' ' THEN 1 WHEN substr(name_key, 8, 1) = ' ' THEN 2 WHEN substr(name_key, 8, 1) < 'a' THEN 3 WHEN substr(name_key, 8, 1) <= 'z' THEN unicode(substr(name_key, 8, 1)) - 93 ELSE 30 END) << 0) + (CASE WHEN 1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz ')) > 1 THEN 0 WHEN COALESCE(unicode(substr(name_key, 1, 1)), 0) >= 131071 THEN 131071 << 18 ELSE (COALESCE(unicode(substr(name_key, 1, 1)), 0) << 18) + min(COALESCE(unicode(substr(name_key, 2, 1)), 0), 262143) END)) VIRTUAL, search_number integer,
    CONSTRAINT contacts_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
);
CREATE INDEX contacts_live_by_name ON contacts (name_key, id) WHERE status <> 'trashed';
CREATE INDEX contacts_by_name ON contacts (name_key, id);
CREATE INDEX contacts_by_email_last ON contacts (COALESCE(email_key, '􏿿'), id);
CREATE INDEX contacts_by_email_first ON contacts (COALESCE(email_key, ''), id);
CREATE INDEX contacts_by_created_at ON contacts (created_at, id);
CREATE INDEX contacts_by_updated_at ON contacts (updated_at, id);
CREATE INDEX contacts_by_interaction_last ON contacts (COALESCE(last_interaction_at, '9999-12-31T23:59:59.999999+00:00'), id);
CREATE INDEX contacts_by_interaction_first ON contacts (COALESCE(last_interaction_at, '0001-01-01T00:00:00+00:00'), id);
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
CREATE TABLE search_places (place integer NOT NULL PRIMARY KEY);
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
CREATE INDEX users_by_admin ON users (id) WHERE role = 'admin';
CREATE TABLE sessions (
    id blob NOT NULL PRIMARY KEY,
    token_hash blob NOT NULL CONSTRAINT sessions_token_hash_key UNIQUE,
    user_id blob NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at text NOT NULL,
    last_used_at text NOT NULL,
    expires_at text NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE TABLE api_keys (
    id blob NOT NULL PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash blob NOT NULL CONSTRAINT api_keys_secret_hash_key UNIQUE,
    role text NOT NULL CONSTRAINT api_keys_role_check CHECK (role IN ('viewer', 'member', 'admin')),
    created_by blob CONSTRAINT api_keys_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    created_at text NOT NULL,
    expires_at text,
    last_used_at text,
    revoked_at text
);
CREATE INDEX api_keys_by_creator ON api_keys (created_by);
CREATE TABLE password_links (
    token_hash blob NOT NULL PRIMARY KEY,
    user_id blob CONSTRAINT password_links_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at text NOT NULL,
    expires_at text NOT NULL
);
CREATE INDEX password_links_by_user ON password_links (user_id);
CREATE INDEX password_links_by_expiry ON password_links (expires_at);
CREATE TABLE outbox (
    id blob NOT NULL PRIMARY KEY,
    kind text NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('password_link', 'invitation')),
    recipient text NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at text NOT NULL,
    created_at text NOT NULL
);
CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt_at);
CREATE TABLE audit_events (
    id blob NOT NULL PRIMARY KEY,
    at text NOT NULL,
    kind text NOT NULL,
    address text,
    user_id blob,
    api_key_id blob,
    subject text
);
CREATE TABLE changes (
    position integer PRIMARY KEY AUTOINCREMENT,
    at text NOT NULL,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id blob NOT NULL,
    contact_id blob,
    user_id blob,
    api_key_id blob,
    fields text
);
CREATE INDEX changes_by_contact ON changes (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX changes_by_company ON changes (subject_id) WHERE contact_id IS NULL;
CREATE TABLE change_feed (
    id integer PRIMARY KEY CONSTRAINT change_feed_is_one_row CHECK (id = 1),
    tx_offset bigint NOT NULL,
    pruned_tx bigint NOT NULL,
    pruned_position bigint NOT NULL
);
CREATE UNIQUE INDEX contacts_by_search_number ON contacts (search_number);
CREATE VIRTUAL TABLE contacts_search USING fts5(search_key, content='contacts', content_rowid='search_number', tokenize='trigram case_sensitive 1', detail='full', columnsize=0);
CREATE VIRTUAL TABLE contacts_short USING fts5(grams, content='', contentless_delete=1, tokenize='ascii', detail='none');
CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts BEGIN UPDATE contacts SET search_number = COALESCE(
    (SELECT max(other.search_number) + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194303
        HAVING max(other.search_number) < (contacts.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT contacts.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM contacts taken WHERE taken.search_number = free.number))) WHERE row_number = new.row_number; INSERT INTO contacts_search (rowid, search_key) SELECT search_number, search_key FROM contacts WHERE row_number = new.row_number; INSERT INTO contacts_short (rowid, grams) SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM contacts WHERE row_number = new.row_number; END;
CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts BEGIN INSERT INTO contacts_search (contacts_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key); DELETE FROM contacts_short WHERE rowid = old.search_number; END;
CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts WHEN old.search_key IS NOT new.search_key BEGIN INSERT INTO contacts_search (contacts_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key); DELETE FROM contacts_short WHERE rowid = old.search_number; UPDATE contacts SET search_number = COALESCE(
    (SELECT max(other.search_number) + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194303
        HAVING max(other.search_number) < (contacts.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT contacts.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM contacts other
        WHERE other.search_number BETWEEN contacts.name_order << 22 AND (contacts.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM contacts taken WHERE taken.search_number = free.number))) WHERE row_number = new.row_number AND search_number >> 22 <> name_order; INSERT INTO contacts_search (rowid, search_key) SELECT search_number, search_key FROM contacts WHERE row_number = new.row_number; INSERT INTO contacts_short (rowid, grams) SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM contacts WHERE row_number = new.row_number; END;
CREATE UNIQUE INDEX companies_by_search_number ON companies (search_number);
CREATE VIRTUAL TABLE companies_search USING fts5(search_key, content='companies', content_rowid='search_number', tokenize='trigram case_sensitive 1', detail='full', columnsize=0);
CREATE VIRTUAL TABLE companies_short USING fts5(grams, content='', contentless_delete=1, tokenize='ascii', detail='none');
CREATE TRIGGER companies_search_insert AFTER INSERT ON companies BEGIN UPDATE companies SET search_number = COALESCE(
    (SELECT max(other.search_number) + 1 FROM companies other
        WHERE other.search_number BETWEEN companies.name_order << 22 AND (companies.name_order << 22) + 4194303
        HAVING max(other.search_number) < (companies.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT companies.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM companies other
        WHERE other.search_number BETWEEN companies.name_order << 22 AND (companies.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM companies taken WHERE taken.search_number = free.number))) WHERE row_number = new.row_number; INSERT INTO companies_search (rowid, search_key) SELECT search_number, search_key FROM companies WHERE row_number = new.row_number; INSERT INTO companies_short (rowid, grams) SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM companies WHERE row_number = new.row_number; END;
CREATE TRIGGER companies_search_delete AFTER DELETE ON companies BEGIN INSERT INTO companies_search (companies_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key); DELETE FROM companies_short WHERE rowid = old.search_number; END;
CREATE TRIGGER companies_search_update AFTER UPDATE ON companies WHEN old.search_key IS NOT new.search_key BEGIN INSERT INTO companies_search (companies_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key); DELETE FROM companies_short WHERE rowid = old.search_number; UPDATE companies SET search_number = COALESCE(
    (SELECT max(other.search_number) + 1 FROM companies other
        WHERE other.search_number BETWEEN companies.name_order << 22 AND (companies.name_order << 22) + 4194303
        HAVING max(other.search_number) < (companies.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT companies.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM companies other
        WHERE other.search_number BETWEEN companies.name_order << 22 AND (companies.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM companies taken WHERE taken.search_number = free.number))) WHERE row_number = new.row_number AND search_number >> 22 <> name_order; INSERT INTO companies_search (rowid, search_key) SELECT search_number, search_key FROM companies WHERE row_number = new.row_number; INSERT INTO companies_short (rowid, grams) SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM companies WHERE row_number = new.row_number; END;
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000001_users',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000002_companies',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000003_contacts',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000004_company_memberships',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000005_interactions',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261101_000006_search',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261123_000007_counts',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261124_000008_access',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261125_000009_changes',1795608000);
REPLACE INTO seaql_migrations (version, applied_at) VALUES ('m20261126_000010_search_order',1795608000);
REPLACE INTO folding (only_row, version) VALUES (1,1);
REPLACE INTO contact_counts (status, change) VALUES ('active',0);
REPLACE INTO contact_counts (status, change) VALUES ('inactive',0);
REPLACE INTO contact_counts (status, change) VALUES ('trashed',0);
REPLACE INTO company_counts (status, change) VALUES ('active',0);
REPLACE INTO company_counts (status, change) VALUES ('inactive',0);
REPLACE INTO company_counts (status, change) VALUES ('trashed',0);
REPLACE INTO change_feed (id, tx_offset, pruned_tx, pruned_position) VALUES (1,0,0,0);
INSERT INTO search_places WITH RECURSIVE places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 2500) SELECT place FROM places;
