CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE FUNCTION public.companies_like(pattern text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM companies_search ORDER BY record_id LIMIT 200) sample
            WHERE sample.search_key LIKE pattern) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM companies WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 2000) head
            WHERE head.search_key LIKE pattern LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM companies_search WHERE search_key LIKE pattern LIMIT most;
    END $$;
CREATE FUNCTION public.companies_search_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
        INSERT INTO companies_search SELECT id, search_key FROM written;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.companies_search_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
        UPDATE companies_search SET search_key = new.search_key WHERE record_id = new.id;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.companies_with_grams(grams text[], term text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM companies_search ORDER BY record_id LIMIT 200) sample
            WHERE strpos(sample.search_key, term) > 0) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM companies WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 20000) head
            WHERE strpos(head.search_key, term) > 0 LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM companies_search
            WHERE short_grams(search_key) @> grams AND strpos(search_key, term) > 0 LIMIT most;
    END $$;
CREATE FUNCTION public.company_counts_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO company_counts SELECT status, -count(*) FROM changed GROUP BY status;
    PERFORM company_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.company_counts_fold() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (SELECT count(*) FROM company_counts) > 64 THEN
        WITH folded AS (
            DELETE FROM company_counts WHERE ctid = ANY (ARRAY(SELECT ctid FROM company_counts FOR UPDATE SKIP LOCKED))
            RETURNING status, change
        )
        INSERT INTO company_counts SELECT status, sum(change) FROM folded GROUP BY status HAVING sum(change) <> 0;
    END IF;
END $$;
CREATE FUNCTION public.company_counts_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO company_counts SELECT status, count(*) FROM changed GROUP BY status;
    PERFORM company_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.company_counts_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO company_counts VALUES (OLD.status, -1), (NEW.status, 1);
    PERFORM company_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.contact_counts_delete() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO contact_counts SELECT status, -count(*) FROM changed GROUP BY status;
    PERFORM contact_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.contact_counts_fold() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (SELECT count(*) FROM contact_counts) > 64 THEN
        WITH folded AS (
            DELETE FROM contact_counts WHERE ctid = ANY (ARRAY(SELECT ctid FROM contact_counts FOR UPDATE SKIP LOCKED))
            RETURNING status, change
        )
        INSERT INTO contact_counts SELECT status, sum(change) FROM folded GROUP BY status HAVING sum(change) <> 0;
    END IF;
END $$;
CREATE FUNCTION public.contact_counts_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO contact_counts SELECT status, count(*) FROM changed GROUP BY status;
    PERFORM contact_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.contact_counts_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO contact_counts VALUES (OLD.status, -1), (NEW.status, 1);
    PERFORM contact_counts_fold();
    RETURN NULL;
END $$;
CREATE FUNCTION public.contacts_like(pattern text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM contacts_search ORDER BY record_id LIMIT 200) sample
            WHERE sample.search_key LIKE pattern) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM contacts WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 2000) head
            WHERE head.search_key LIKE pattern LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM contacts_search WHERE search_key LIKE pattern LIMIT most;
    END $$;
CREATE FUNCTION public.contacts_search_insert() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
        INSERT INTO contacts_search SELECT id, search_key FROM written;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.contacts_search_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN
        UPDATE contacts_search SET search_key = new.search_key WHERE record_id = new.id;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.contacts_with_grams(grams text[], term text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM contacts_search ORDER BY record_id LIMIT 200) sample
            WHERE strpos(sample.search_key, term) > 0) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM contacts WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 20000) head
            WHERE strpos(head.search_key, term) > 0 LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM contacts_search
            WHERE short_grams(search_key) @> grams AND strpos(search_key, term) > 0 LIMIT most;
    END $$;
CREATE FUNCTION public.short_grams(key text) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    letters text[] := string_to_array(key, NULL);
    grams text[] := letters;
BEGIN
    FOR place IN 2 .. coalesce(array_length(letters, 1), 0) LOOP
        grams := grams || (letters[place - 1] || letters[place]);
    END LOOP;
    RETURN grams;
END $$;
CREATE TABLE public.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL,
    role text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'member'::text, 'admin'::text])))
);
CREATE TABLE public.audit_events (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    address text,
    user_id uuid,
    api_key_id uuid,
    subject text
);
CREATE TABLE public.change_feed (
    id integer NOT NULL,
    tx_offset bigint NOT NULL,
    pruned_tx bigint NOT NULL,
    pruned_position bigint NOT NULL,
    CONSTRAINT change_feed_is_one_row CHECK ((id = 1))
);
CREATE TABLE public.changes (
    tx bigint NOT NULL,
    "position" bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    contact_id uuid,
    user_id uuid,
    api_key_id uuid,
    fields jsonb
);
ALTER TABLE public.changes ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.changes_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.companies (
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL,
    prior_status text,
    website text,
    website_key text COLLATE pg_catalog."C",
    email text,
    email_lower text COLLATE pg_catalog."C",
    email_key text COLLATE pg_catalog."C",
    phone text,
    address text,
    industry text COLLATE pg_catalog."C",
    industry_key text COLLATE pg_catalog."C",
    notes text,
    metadata jsonb NOT NULL,
    external_id text COLLATE pg_catalog."C",
    external_id_key text COLLATE pg_catalog."C",
    search_key text GENERATED ALWAYS AS (name_key) STORED COLLATE pg_catalog."C",
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    trashed_at timestamp with time zone,
    CONSTRAINT companies_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT companies_prior_status_check CHECK ((prior_status = ANY (ARRAY['active'::text, 'inactive'::text]))),
    CONSTRAINT companies_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'trashed'::text]))),
    CONSTRAINT companies_trash_check CHECK ((((status = 'trashed'::text) = (trashed_at IS NOT NULL)) AND ((status = 'trashed'::text) = (prior_status IS NOT NULL))))
);
CREATE TABLE public.companies_search (
    record_id uuid NOT NULL,
    search_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.company_counts (
    status text NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE public.company_memberships (
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    company_id uuid NOT NULL,
    role text COLLATE pg_catalog."C",
    role_key text COLLATE pg_catalog."C",
    department text COLLATE pg_catalog."C",
    department_key text COLLATE pg_catalog."C",
    is_primary boolean NOT NULL,
    "position" integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.contact_counts (
    status text NOT NULL,
    change bigint NOT NULL
);
CREATE TABLE public.contacts (
    id uuid NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL,
    prior_status text,
    email text,
    email_lower text COLLATE pg_catalog."C",
    email_key text COLLATE pg_catalog."C",
    phone text COLLATE pg_catalog."C",
    phone_key text COLLATE pg_catalog."C",
    notes text,
    metadata jsonb NOT NULL,
    external_id text COLLATE pg_catalog."C",
    external_id_key text COLLATE pg_catalog."C",
    search_key text GENERATED ALWAYS AS (((name_key || chr(31)) || COALESCE(email_key, ''::text))) STORED COLLATE pg_catalog."C",
    user_id uuid,
    last_interaction_at timestamp with time zone,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    trashed_at timestamp with time zone,
    CONSTRAINT contacts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
    CONSTRAINT contacts_prior_status_check CHECK ((prior_status = ANY (ARRAY['active'::text, 'inactive'::text]))),
    CONSTRAINT contacts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'trashed'::text]))),
    CONSTRAINT contacts_trash_check CHECK ((((status = 'trashed'::text) = (trashed_at IS NOT NULL)) AND ((status = 'trashed'::text) = (prior_status IS NOT NULL))))
);
CREATE TABLE public.contacts_search (
    record_id uuid NOT NULL,
    search_key text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.folding (
    only_row integer NOT NULL,
    version integer NOT NULL,
    CONSTRAINT folding_one_row_check CHECK ((only_row = 1))
);
CREATE TABLE public.interaction_parties (
    interaction_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    contact_id uuid,
    snapshot jsonb NOT NULL,
    CONSTRAINT interaction_parties_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
CREATE TABLE public.interactions (
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    kind text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    subject text COLLATE pg_catalog."C",
    subject_key text COLLATE pg_catalog."C",
    body text,
    body_key text COLLATE pg_catalog."C",
    owner_id uuid,
    metadata jsonb NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT interactions_kind_check CHECK ((kind = ANY (ARRAY['call'::text, 'email'::text, 'meeting'::text, 'note'::text, 'other'::text])))
);
CREATE TABLE public.outbox (
    id uuid NOT NULL,
    kind text NOT NULL,
    recipient text NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_kind_check CHECK ((kind = ANY (ARRAY['password_link'::text, 'invitation'::text])))
);
CREATE TABLE public.password_links (
    token_hash bytea NOT NULL,
    user_id uuid,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.seaql_migrations (
    version character varying NOT NULL,
    applied_at bigint NOT NULL
);
CREATE TABLE public.sessions (
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    email_lower text NOT NULL COLLATE pg_catalog."C",
    name text,
    email_key text NOT NULL COLLATE pg_catalog."C",
    name_key text COLLATE pg_catalog."C",
    search_key text GENERATED ALWAYS AS (((email_key || chr(31)) || COALESCE(name_key, ''::text))) STORED COLLATE pg_catalog."C",
    is_placeholder boolean NOT NULL,
    source text,
    password_hash text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    role text DEFAULT 'contact'::text NOT NULL,
    CONSTRAINT users_placeholder_check CHECK (((password_hash IS NULL) OR (NOT is_placeholder))),
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['contact'::text, 'viewer'::text, 'member'::text, 'admin'::text])))
);
INSERT INTO public.change_feed VALUES (1, 0, 0, 0);
INSERT INTO public.folding VALUES (1, 1);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000001_users', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000002_companies', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000003_contacts', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000004_company_memberships', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000005_interactions', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261101_000006_search', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261123_000007_counts', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261124_000008_access', 1795608000);
INSERT INTO public.seaql_migrations VALUES ('m20261125_000009_changes', 1795608000);
SELECT pg_catalog.setval('public.changes_position_seq', 1, false);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_secret_hash_key UNIQUE (secret_hash);
ALTER TABLE ONLY public.audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.change_feed
    ADD CONSTRAINT change_feed_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.changes
    ADD CONSTRAINT changes_pkey PRIMARY KEY (tx, "position");
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_external_id_key UNIQUE (external_id);
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_id_key PRIMARY KEY (id);
ALTER TABLE ONLY public.companies_search
    ADD CONSTRAINT companies_search_pkey PRIMARY KEY (record_id);
ALTER TABLE ONLY public.company_memberships
    ADD CONSTRAINT company_memberships_pair_key UNIQUE (contact_id, company_id);
ALTER TABLE ONLY public.company_memberships
    ADD CONSTRAINT company_memberships_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_external_id_key UNIQUE (external_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_id_key PRIMARY KEY (id);
ALTER TABLE ONLY public.contacts_search
    ADD CONSTRAINT contacts_search_pkey PRIMARY KEY (record_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_user_id_key UNIQUE (user_id);
ALTER TABLE ONLY public.folding
    ADD CONSTRAINT folding_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.interaction_parties
    ADD CONSTRAINT interaction_parties_key PRIMARY KEY (interaction_id, "position");
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.password_links
    ADD CONSTRAINT password_links_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.seaql_migrations
    ADD CONSTRAINT seaql_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_lower_key UNIQUE (email_lower);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX api_keys_by_creator ON public.api_keys USING btree (created_by);
CREATE INDEX changes_by_company ON public.changes USING btree (subject_id, "position") WHERE (contact_id IS NULL);
CREATE INDEX changes_by_contact ON public.changes USING btree (contact_id, "position") WHERE (contact_id IS NOT NULL);
CREATE INDEX companies_by_created_at ON public.companies USING btree (created_at, id);
CREATE INDEX companies_by_email ON public.companies USING btree (email_lower);
CREATE INDEX companies_by_email_key ON public.companies USING btree (email_key);
CREATE INDEX companies_by_external_id_key ON public.companies USING btree (external_id_key);
CREATE INDEX companies_by_industry ON public.companies USING btree (industry);
CREATE INDEX companies_by_industry_key ON public.companies USING btree (industry_key);
CREATE INDEX companies_by_name ON public.companies USING btree (name_key, id);
CREATE INDEX companies_by_status ON public.companies USING btree (status);
CREATE INDEX companies_by_updated_at ON public.companies USING btree (updated_at, id);
CREATE INDEX companies_by_website_key ON public.companies USING btree (website_key);
CREATE INDEX companies_live_by_name ON public.companies USING btree (name_key, id) WHERE (status <> 'trashed'::text);
CREATE INDEX companies_search_short ON public.companies_search USING gin (public.short_grams(search_key)) WITH (fastupdate=off);
CREATE INDEX companies_search_trigrams ON public.companies_search USING gin (search_key public.gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX company_memberships_by_department_key ON public.company_memberships USING btree (department_key);
CREATE INDEX company_memberships_by_role_key ON public.company_memberships USING btree (role_key);
CREATE INDEX company_memberships_of_company ON public.company_memberships USING btree (company_id, ((NOT is_primary)), "position", id);
CREATE INDEX company_memberships_of_contact ON public.company_memberships USING btree (contact_id, ((NOT is_primary)), "position", id);
CREATE UNIQUE INDEX company_memberships_one_primary ON public.company_memberships USING btree (contact_id) WHERE is_primary;
CREATE INDEX contacts_by_created_at ON public.contacts USING btree (created_at, id);
CREATE INDEX contacts_by_email_first ON public.contacts USING btree (COALESCE(email_key, ''::text), id);
CREATE INDEX contacts_by_email_key ON public.contacts USING btree (email_key);
CREATE INDEX contacts_by_email_last ON public.contacts USING btree (COALESCE(email_key, '􏿿'::text), id);
CREATE INDEX contacts_by_email_lower ON public.contacts USING btree (email_lower);
CREATE INDEX contacts_by_external_id_key ON public.contacts USING btree (external_id_key);
CREATE INDEX contacts_by_interaction_first ON public.contacts USING btree (COALESCE(last_interaction_at, '0001-01-01 00:00:00+00'::timestamp with time zone), id);
CREATE INDEX contacts_by_interaction_last ON public.contacts USING btree (COALESCE(last_interaction_at, '9999-12-31 23:59:59.999999+00'::timestamp with time zone), id);
CREATE INDEX contacts_by_last_interaction_at ON public.contacts USING btree (last_interaction_at);
CREATE INDEX contacts_by_name ON public.contacts USING btree (name_key, id);
CREATE INDEX contacts_by_phone ON public.contacts USING btree (phone);
CREATE INDEX contacts_by_phone_key ON public.contacts USING btree (phone_key);
CREATE INDEX contacts_by_status ON public.contacts USING btree (status);
CREATE INDEX contacts_by_trashed_at ON public.contacts USING btree (trashed_at) WHERE (trashed_at IS NOT NULL);
CREATE INDEX contacts_by_updated_at ON public.contacts USING btree (updated_at, id);
CREATE INDEX contacts_live_by_name ON public.contacts USING btree (name_key, id) WHERE (status <> 'trashed'::text);
CREATE INDEX contacts_search_short ON public.contacts_search USING gin (public.short_grams(search_key)) WITH (fastupdate=off);
CREATE INDEX contacts_search_trigrams ON public.contacts_search USING gin (search_key public.gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX interaction_parties_of_contact ON public.interaction_parties USING btree (contact_id, interaction_id);
CREATE INDEX interactions_by_kind ON public.interactions USING btree (kind, occurred_at, id);
CREATE INDEX interactions_by_subject_key ON public.interactions USING btree (subject_key);
CREATE INDEX interactions_by_time ON public.interactions USING btree (occurred_at, id);
CREATE INDEX interactions_of_contact ON public.interactions USING btree (contact_id, occurred_at, id);
CREATE INDEX interactions_of_owner ON public.interactions USING btree (owner_id, occurred_at, id);
CREATE INDEX outbox_by_next_attempt ON public.outbox USING btree (next_attempt_at);
CREATE INDEX password_links_by_expiry ON public.password_links USING btree (expires_at);
CREATE INDEX password_links_by_user ON public.password_links USING btree (user_id);
CREATE INDEX sessions_by_expiry ON public.sessions USING btree (expires_at);
CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);
CREATE INDEX users_by_admin ON public.users USING btree (id) WHERE (role = 'admin'::text);
CREATE INDEX users_by_email ON public.users USING btree (email_lower, id);
CREATE TRIGGER companies_search_insert AFTER INSERT ON public.companies REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.companies_search_insert();
CREATE TRIGGER companies_search_update AFTER UPDATE ON public.companies FOR EACH ROW WHEN ((old.search_key IS DISTINCT FROM new.search_key)) EXECUTE FUNCTION public.companies_search_update();
CREATE TRIGGER company_counts_delete AFTER DELETE ON public.companies REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.company_counts_delete();
CREATE TRIGGER company_counts_insert AFTER INSERT ON public.companies REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.company_counts_insert();
CREATE TRIGGER company_counts_update AFTER UPDATE OF status ON public.companies FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION public.company_counts_update();
CREATE TRIGGER contact_counts_delete AFTER DELETE ON public.contacts REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.contact_counts_delete();
CREATE TRIGGER contact_counts_insert AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.contact_counts_insert();
CREATE TRIGGER contact_counts_update AFTER UPDATE OF status ON public.contacts FOR EACH ROW WHEN ((old.status <> new.status)) EXECUTE FUNCTION public.contact_counts_update();
CREATE TRIGGER contacts_search_insert AFTER INSERT ON public.contacts REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION public.contacts_search_insert();
CREATE TRIGGER contacts_search_update AFTER UPDATE ON public.contacts FOR EACH ROW WHEN ((old.search_key IS DISTINCT FROM new.search_key)) EXECUTE FUNCTION public.contacts_search_update();
ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.companies_search
    ADD CONSTRAINT companies_search_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.company_memberships
    ADD CONSTRAINT company_memberships_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.company_memberships
    ADD CONSTRAINT company_memberships_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.contacts_search
    ADD CONSTRAINT contacts_search_record_id_fkey FOREIGN KEY (record_id) REFERENCES public.contacts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT contacts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.interaction_parties
    ADD CONSTRAINT interaction_parties_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.interaction_parties
    ADD CONSTRAINT interaction_parties_interaction_id_fkey FOREIGN KEY (interaction_id) REFERENCES public.interactions(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES public.contacts(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.interactions
    ADD CONSTRAINT interactions_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.password_links
    ADD CONSTRAINT password_links_user_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
