//! PostgreSQL's part: the people of each company in the order of their names, and the functions that search.

/// Each contact with its primary company, in the order of the names within a company. It is written where a contact gets
/// another primary company or another name; a company's name is not in it.
pub(super) const PEOPLE: &str = r#"
CREATE TABLE company_contacts (
    contact_id uuid NOT NULL PRIMARY KEY,
    company_id uuid NOT NULL,
    name_key text COLLATE "C" NOT NULL
)

INSERT INTO company_contacts
    SELECT contacts.id, job.company_id, contacts.name_key
    FROM company_memberships job JOIN contacts ON contacts.id = job.contact_id WHERE job.is_primary

CREATE INDEX company_contacts_by_name ON company_contacts (company_id, name_key, contact_id)

CREATE FUNCTION company_contacts_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO company_contacts
        SELECT contacts.id, job.company_id, contacts.name_key
        FROM written job JOIN contacts ON contacts.id = job.contact_id WHERE job.is_primary
        ON CONFLICT (contact_id) DO UPDATE SET company_id = excluded.company_id, name_key = excluded.name_key;
    RETURN NULL;
END $$

CREATE TRIGGER company_contacts_insert AFTER INSERT ON company_memberships REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION company_contacts_insert()

CREATE FUNCTION company_contacts_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM company_contacts WHERE contact_id = old.contact_id AND company_id = old.company_id;
    RETURN NULL;
END $$

CREATE TRIGGER company_contacts_delete AFTER DELETE ON company_memberships
FOR EACH ROW WHEN (old.is_primary) EXECUTE FUNCTION company_contacts_delete()

CREATE FUNCTION company_contacts_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF old.is_primary THEN
        DELETE FROM company_contacts WHERE contact_id = old.contact_id AND company_id = old.company_id;
    END IF;
    IF new.is_primary THEN
        INSERT INTO company_contacts SELECT id, new.company_id, name_key FROM contacts WHERE id = new.contact_id
            ON CONFLICT (contact_id) DO UPDATE SET company_id = excluded.company_id, name_key = excluded.name_key;
    END IF;
    RETURN NULL;
END $$

CREATE TRIGGER company_contacts_update AFTER UPDATE ON company_memberships FOR EACH ROW
WHEN (old.is_primary IS DISTINCT FROM new.is_primary
    OR (new.is_primary AND (old.company_id <> new.company_id OR old.contact_id <> new.contact_id)))
EXECUTE FUNCTION company_contacts_update()

CREATE FUNCTION company_contacts_rename() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE company_contacts SET name_key = new.name_key WHERE contact_id = new.id;
    RETURN NULL;
END $$

CREATE TRIGGER company_contacts_rename AFTER UPDATE ON contacts FOR EACH ROW
WHEN (old.name_key IS DISTINCT FROM new.name_key) EXECUTE FUNCTION company_contacts_rename()
"#;

pub(super) const PEOPLE_DOWN: &str = "
DROP TRIGGER company_contacts_rename ON contacts

DROP TRIGGER company_contacts_update ON company_memberships

DROP TRIGGER company_contacts_delete ON company_memberships

DROP TRIGGER company_contacts_insert ON company_memberships

DROP FUNCTION company_contacts_insert(), company_contacts_delete(), company_contacts_update(), company_contacts_rename()

DROP TABLE company_contacts
";

/// Own texts of a contact with several e-mail addresses hold all of them, and digits of phone numbers have indexes of
/// their own. Those put off what is written: an update of a phone number is frequent, and a search for one is rare.
pub(super) const OWN_TEXTS: &str = "
CREATE FUNCTION search_text(search_key text, email_points jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT search_key || COALESCE((SELECT string_agg(chr(31) || (point ->> 1), '' ORDER BY place)
        FROM jsonb_array_elements(email_points) WITH ORDINALITY AS points (point, place) WHERE place > 1), '')
$$

UPDATE contacts_search SET search_key = search_text(contacts.search_key, contacts.email_points)
    FROM contacts WHERE contacts.id = record_id AND contacts.email_points IS NOT NULL

CREATE OR REPLACE FUNCTION contacts_search_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contacts_search SELECT id,
        CASE WHEN email_points IS NULL THEN search_key ELSE search_text(search_key, email_points) END FROM written;
    RETURN NULL;
END $$

CREATE OR REPLACE FUNCTION contacts_search_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE contacts_search SET search_key = search_text(new.search_key, new.email_points) WHERE record_id = new.id;
    RETURN NULL;
END $$

DROP TRIGGER contacts_search_update ON contacts

CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts FOR EACH ROW
WHEN (old.search_key IS DISTINCT FROM new.search_key OR old.email_points IS DISTINCT FROM new.email_points)
EXECUTE FUNCTION contacts_search_update()

CREATE INDEX contacts_with_points ON contacts (name_key, id) WHERE email_points IS NOT NULL AND status <> 'trashed'

CREATE INDEX contacts_by_digits ON contacts USING gin (phone_digits gin_trgm_ops)
WITH (fastupdate = on, gin_pending_list_limit = 256)

CREATE INDEX contact_phones_by_digits ON contact_phones USING gin (digits gin_trgm_ops)
WITH (fastupdate = on, gin_pending_list_limit = 256)
";

pub(super) const OWN_TEXTS_DOWN: &str = "
DROP INDEX contact_phones_by_digits

DROP INDEX contacts_by_digits

DROP INDEX contacts_with_points

DROP TRIGGER contacts_search_update ON contacts

CREATE OR REPLACE FUNCTION contacts_search_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO contacts_search SELECT id, search_key FROM written;
    RETURN NULL;
END $$

CREATE OR REPLACE FUNCTION contacts_search_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE contacts_search SET search_key = new.search_key WHERE record_id = new.id;
    RETURN NULL;
END $$

CREATE TRIGGER contacts_search_update AFTER UPDATE ON contacts FOR EACH ROW
WHEN (old.search_key IS DISTINCT FROM new.search_key) EXECUTE FUNCTION contacts_search_update()

UPDATE contacts_search SET search_key = contacts.search_key
    FROM contacts WHERE contacts.id = record_id AND contacts.email_points IS NOT NULL

DROP FUNCTION search_text(text, jsonb)
";

/// The grams of a word of one or two letters, and of others that no trigram index knows.
pub(super) const GRAMS: &str = "
CREATE FUNCTION word_grams(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN char_length(word) = 1 THEN ARRAY[word] ELSE (short_grams(word))[char_length(word) + 1:] END
$$
";

pub(super) const GRAMS_DOWN: &str = "
DROP FUNCTION word_grams(text)
";

/// The functions for each table. `words` are looked for; `patterns` are the same for LIKE, and `has_trigrams` tells which
/// of them the index of trigrams knows.
///
/// `{table}_find_first` yields the first `most` live records by name that match, or a few more, without the excluded
/// ones. `{table}_find` yields all, in no order and with the trash. With `most` it first tells how to read them: by the
/// ids, when they are fewer; by null alone, when it is best to look at each record in the list's order; by an id of
/// zeros, when all are to be collected.
///
/// The functions settle the plan, whatever the planner knows of a word.
pub(super) const FUNCTIONS: &[&str] = &[FIND_FIRST, FIND];

pub(super) const FUNCTIONS_DOWN: &str = "
DROP FUNCTION {table}_find_first(text[], text[], boolean[], text[], text[], uuid[], integer), \
{table}_find(text[], text[], boolean[], text[], text[], integer, boolean)
";

/// How to find: by the records whose own texts have all words (`first_pattern`, `second_pattern` and `other_patterns`, or
/// `grams`), and by the people of the companies `near`. Words of one or two letters that many companies have would make
/// those many. Then what one word finds is tested for the others.
const DECLARE: &str = "
    is_single CONSTANT boolean := cardinality(words) = 1;
    lead integer := 1;
    first_pattern text;
    second_pattern text;
    other_patterns text[] := '{}';
    grams text[];
    near uuid[] := '{}';
    found uuid[];
    counts integer[] := '{}';
    pattern text;
    is_common boolean := FALSE;
    needs_check boolean := FALSE;
";

/// Whether one of the words that the index of trigrams does not know is in the names of many companies, a tenth of the
/// oldest, or digits are in many numbers, such as those of a country.
const COMMON: &str = "
    IF {is_contacts} AND FALSE = ANY (has_trigrams) THEN
        is_common := (SELECT count(*) FROM (SELECT search_key FROM companies_search ORDER BY record_id LIMIT 50) sample
            WHERE EXISTS (SELECT FROM unnest(patterns, has_trigrams) word (pattern, is_known)
                WHERE NOT word.is_known AND sample.search_key LIKE word.pattern)) >= 5;
    END IF;
    IF {is_contacts} AND cardinality(dialed) > 0 AND NOT is_common THEN
        is_common := (SELECT count(*) FROM (SELECT {digits} AS phone_digits FROM {table} ORDER BY id LIMIT 200) sample
            WHERE EXISTS (SELECT FROM unnest(dialed) number WHERE strpos(sample.phone_digits, number) > 0)) >= 4;
    END IF;
";

/// A word by which to find what is then tested for all words: where one of the words is common, or their companies are
/// many, one that is rarer.
const CHOOSE: &str = "
    IF is_common AND NOT is_single THEN
        needs_check := TRUE;
        lead := (SELECT place FROM generate_subscripts(words, 1) place ORDER BY has_trigrams[place] DESC,
            (SELECT count(*) FROM (SELECT {digits} AS phone_digits FROM {table} ORDER BY id LIMIT 200) sample
                WHERE digits[place] <> '' AND strpos(sample.phone_digits, digits[place]) > 0),
            char_length(words[place]) DESC LIMIT 1);
    END IF;
    {near}
    IF needs_check THEN
        dialed := ARRAY(SELECT digits[lead] WHERE digits[lead] <> '');
    END IF;
    IF needs_check OR is_single THEN
        first_pattern := CASE WHEN has_trigrams[lead] THEN patterns[lead] END;
        IF first_pattern IS NULL THEN
            grams := word_grams(words[lead]);
            other_patterns := patterns[lead:lead];
        END IF;
    ELSE
        other_patterns := ARRAY(SELECT patterns[place] FROM generate_subscripts(words, 1) place
            WHERE has_trigrams[place] ORDER BY char_length(words[place]) DESC);
        first_pattern := other_patterns[1];
        second_pattern := other_patterns[2];
        other_patterns := other_patterns[3:] || ARRAY(SELECT patterns[place]
            FROM generate_subscripts(words, 1) place WHERE NOT has_trigrams[place]);
        grams := ARRAY(SELECT gram FROM unnest(words) word, unnest(word_grams(word)) gram WHERE first_pattern IS NULL);
    END IF;
";

const NEAR: &str = "
    FOR place IN 1 .. cardinality(words) LOOP
        CONTINUE WHEN needs_check AND place <> lead;
        pattern := patterns[place];
        IF has_trigrams[place] THEN
            found := ARRAY(SELECT record_id FROM companies_search WHERE search_key LIKE pattern);
        ELSE
            pattern := words[place];
            grams := word_grams(pattern);
            found := ARRAY(SELECT record_id FROM companies_search
                WHERE short_grams(search_key) @> grams AND strpos(search_key, pattern) > 0);
        END IF;
        near := near || found;
        counts := counts || cardinality(found);
    END LOOP;
    IF NOT is_single AND NOT needs_check AND cardinality(near) > 200 THEN
        needs_check := TRUE;
        lead := (SELECT place FROM generate_subscripts(words, 1) place ORDER BY counts[place] + 50 * (SELECT count(*)
            FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
            WHERE strpos(sample.search_key, words[place]) > 0) LIMIT 1);
        near := near[1 + (SELECT COALESCE(sum(counts[place]), 0) FROM generate_series(1, lead - 1) place)
            :(SELECT sum(counts[place]) FROM generate_series(1, lead) place)];
    END IF;
";

/// The first live records by name that match.
const WALK: &str = "
        met := ARRAY(SELECT head.id
            FROM (SELECT {columns} FROM {table} WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 1000) head
            WHERE {check:head} AND head.id <> ALL (excluded) LIMIT most);
        IF cardinality(met) = most THEN
            RETURN QUERY SELECT unnest(met);
            RETURN;
        END IF;
";

/// A statement for each way to find by own texts, which is planned for that way.
const FOR_EACH_WAY: &str = "
    IF second_pattern IS NOT NULL THEN
        {begin} search_key LIKE first_pattern AND search_key LIKE second_pattern
            AND search_key LIKE ALL (other_patterns) {end};
    ELSIF is_single AND first_pattern IS NOT NULL THEN
        {begin} search_key LIKE first_pattern {end};
    ELSIF first_pattern IS NOT NULL THEN
        {begin} search_key LIKE first_pattern AND search_key LIKE ALL (other_patterns) {end};
    ELSE
        {begin} short_grams(search_key) @> grams AND search_key LIKE ALL (other_patterns) {end};
    END IF;
";

/// Contacts that may match by their company or a phone number, up to a name.
const BEYOND: &str = "SELECT contact_id AS id, name_key, FALSE AS is_own
            FROM company_contacts WHERE company_id = ANY (near) AND name_key <= last_name
            UNION ALL {callers}";

const CALLERS: &str = "SELECT caller.id, caller.name_key, FALSE AS is_own
            FROM unnest(dialed) number CROSS JOIN LATERAL
                (SELECT id, name_key FROM contacts WHERE phone_digits LIKE '%' || number || '%'
                UNION ALL SELECT contacts.id, contacts.name_key FROM contact_phones phone
                    JOIN contacts ON contacts.id = phone.contact_id
                    WHERE phone.digits LIKE '%' || number || '%' OFFSET 0) caller
            WHERE caller.name_key <= last_name";

/// True of a row that has all words.
const CHECK_CONTACT: &str = "NOT EXISTS (SELECT FROM unnest(words, digits) wanted (word, number)
                WHERE strpos({row}.search_key, wanted.word) = 0
                AND ({row}.email_points IS NULL OR NOT EXISTS (SELECT FROM contact_emails email
                    WHERE email.contact_id = {row}.id AND strpos(email.key, wanted.word) > 0))
                AND (wanted.number = '' OR COALESCE(strpos({row}.phone_digits, wanted.number), 0) = 0)
                AND (wanted.number = '' OR {row}.phone_points IS NULL OR NOT EXISTS (SELECT FROM contact_phones phone
                    WHERE phone.contact_id = {row}.id AND strpos(phone.digits, wanted.number) > 0))
                AND NOT EXISTS (SELECT FROM company_contacts job
                    JOIN companies_search employer ON employer.record_id = job.company_id
                    WHERE job.contact_id = {row}.id AND strpos(employer.search_key, wanted.word) > 0))";
/// Columns that the condition needs.
const CONTACT_COLUMNS: &str = "id, search_key, email_points, phone_digits, phone_points";
const CHECK_OTHER: &str = "{row}.search_key LIKE ALL (patterns)";

/// Words that some of the oldest records have in their own texts are looked for along the names first, where frequent
/// ones are met soon. What the index finds is sorted by the name, which a search key begins with. Contacts that match by
/// a company or a number come before or between those, so only they are looked for that have no later name.
const FIND_FIRST: &str = "
CREATE FUNCTION {table}_find_first(words text[], patterns text[], has_trigrams boolean[], digits text[], dialed text[], \
excluded uuid[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 20 SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    {declare}
    at_once integer := 4 * most + cardinality(excluded);
    ids uuid[];
    met uuid[] := '{}';
    last_name text COLLATE \"C\";
    returned integer;
BEGIN
    {common}
    IF is_common THEN
        {walk}
        met := '{}';
    END IF;
    {choose}
    IF NOT is_common AND (SELECT count(*)
        FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 120) sample
        WHERE CASE WHEN is_single THEN strpos(sample.search_key, words[1]) > 0
            WHEN needs_check THEN strpos(sample.search_key, words[lead]) > 0
            ELSE sample.search_key LIKE ALL (patterns) END) >= 2 THEN
        IF needs_check THEN
            {walk}
            met := '{}';
        ELSE
            SELECT array_agg(hit.id), max(hit.name_key) INTO met, last_name FROM (SELECT head.id, head.name_key
                FROM (SELECT id, name_key, search_key FROM {table} WHERE status <> 'trashed'
                    ORDER BY name_key, id LIMIT 3000) head
                WHERE strpos(head.search_key, words[1]) > 0 AND (is_single OR head.search_key LIKE ALL (patterns))
                    AND head.id <> ALL (excluded) LIMIT most) hit;
            {further}
        END IF;
    END IF;
    WHILE cardinality(met) IS DISTINCT FROM most LOOP
        {ids}
        SELECT array_agg(hits.id), max(hits.name_key) INTO met, last_name FROM (SELECT this.id, this.name_key
            FROM unnest(ids) hit CROSS JOIN LATERAL
                (SELECT name_key, {columns} FROM {table} WHERE id = hit AND status <> 'trashed' OFFSET 0) this
            WHERE hit <> ALL (excluded) AND (NOT needs_check OR {check:this}) LIMIT most) hits;
        EXIT WHEN at_once IS NULL OR cardinality(ids) < at_once;
        at_once := NULL;
    END LOOP;
    {last}
END $$
";

/// The search key that the walk looks at has the first of several e-mail addresses only.
const FURTHER: &str = "
            RETURN QUERY SELECT this.id FROM contacts this
                WHERE cardinality(met) = most AND this.email_points IS NOT NULL AND this.status <> 'trashed'
                AND this.name_key <= last_name AND this.id <> ALL (excluded) AND {check:this};
";

const FIND_FIRST_LAST: &str = "
    IF cardinality(met) IS DISTINCT FROM most THEN
        last_name := chr(1114111);
        IF cardinality(near) > 1000 AND NOT is_common THEN
            ids := met;
            {walk}
            met := ids;
        END IF;
    END IF;
    RETURN QUERY SELECT unnest(met);
    IF cardinality(near) > 0 THEN
        at_once := CASE WHEN is_single THEN 4 * most + cardinality(excluded) END;
        LOOP
            ids := ARRAY(SELECT contact_id FROM company_contacts
                WHERE company_id = ANY (near) AND name_key <= last_name
                ORDER BY name_key, contact_id LIMIT at_once);
            RETURN QUERY SELECT this.id FROM unnest(ids) hit CROSS JOIN LATERAL
                    (SELECT {columns} FROM contacts WHERE id = hit AND status <> 'trashed' OFFSET 0) this
                WHERE hit <> ALL (excluded) AND (is_single OR {check:this}) LIMIT most;
            GET DIAGNOSTICS returned = ROW_COUNT;
            EXIT WHEN returned = most OR at_once IS NULL OR cardinality(ids) < at_once;
            at_once := NULL;
        END LOOP;
    END IF;
    IF cardinality(dialed) > 0 THEN
        RETURN QUERY SELECT this.id
            FROM (SELECT DISTINCT calls.name_key, calls.id FROM ({callers}) calls ORDER BY 1, 2 OFFSET 0) caller
            CROSS JOIN LATERAL
                (SELECT {columns} FROM contacts WHERE id = caller.id AND status <> 'trashed' OFFSET 0) this
            WHERE caller.id <> ALL (excluded) AND (is_single OR {check:this}) LIMIT most;
    END IF;
";

const FIND: &str = "
CREATE FUNCTION {table}_find(words text[], patterns text[], has_trigrams boolean[], digits text[], dialed text[], \
most integer, is_whole boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    {declare}
    last_name CONSTANT text COLLATE \"C\" := chr(1114111);
    ids uuid[];
    met integer;
BEGIN
    {common}
    IF most IS NULL THEN
        {choose}
        {return}
        RETURN;
    END IF;
    IF NOT is_common THEN
        {choose}
    END IF;
    IF NOT is_common AND (SELECT count(*)
        FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
        WHERE CASE WHEN needs_check THEN strpos(sample.search_key, words[lead]) > 0
            ELSE sample.search_key LIKE ALL (patterns) END) < 8 THEN
        {collect}
        IF cardinality(ids) < most THEN
            RETURN QUERY SELECT unnest(ids);
            RETURN;
        END IF;
    END IF;
    met := (SELECT count(*) FROM (SELECT 1
        FROM (SELECT {columns} FROM {table} WHERE status <> 'trashed' ORDER BY name_key, id
            LIMIT CASE WHEN is_whole THEN 64 ELSE 2000 END) head
        WHERE {check:head} LIMIT CASE WHEN is_whole THEN 32 ELSE 8 END) hit);
    RETURN NEXT CASE WHEN met < CASE WHEN is_whole THEN 32 ELSE 8 END THEN
        CAST('00000000-0000-0000-0000-000000000000' AS uuid) END;
END $$
";

/// Fills in a function's text for a table.
pub(super) fn function(template: &str, table: &str) -> String {
    let is_contacts = table == "contacts";
    let each_way = |begin: &str, end: &str| FOR_EACH_WAY.replace("{begin}", begin).replace("{end}", end);
    let ids = each_way(
        "ids := ARRAY(SELECT record_id FROM {table}_search WHERE",
        "ORDER BY split_part(search_key, chr(31), 1) COLLATE \"C\", record_id LIMIT at_once)",
    );
    let beyond = if is_contacts { " UNION ALL {beyond}" } else { "" };
    let those = format!(
        "{beyond}) hit WHERE is_single OR (hit.is_own AND NOT needs_check)
            OR EXISTS (SELECT FROM {{table}} this WHERE this.id = hit.id AND {{check:this}})"
    );
    let own = "SELECT record_id AS id, NULL AS name_key, TRUE AS is_own FROM {table}_search WHERE";
    let collect = each_way(&format!("ids := ARRAY(SELECT hit.id FROM ({own}"), &format!("{those} LIMIT most)"));
    let all = each_way(&format!("RETURN QUERY SELECT hit.id FROM ({own}"), &those);
    let check = if is_contacts { CHECK_CONTACT } else { CHECK_OTHER };
    template
        .replace("{declare}", DECLARE.trim())
        .replace("{common}", COMMON.trim())
        .replace("{last}", if is_contacts { FIND_FIRST_LAST.trim() } else { "RETURN QUERY SELECT unnest(met);" })
        .replace("{walk}", WALK.trim())
        .replace("{further}", if is_contacts { FURTHER.trim() } else { "" })
        .replace("{choose}", CHOOSE.trim())
        .replace("{near}", if is_contacts { NEAR.trim() } else { "" })
        .replace("{ids}", ids.trim())
        .replace("{collect}", collect.trim())
        .replace("{return}", all.trim())
        .replace("{beyond}", BEYOND)
        .replace("{callers}", CALLERS)
        .replace("{check:head}", &check.replace("{row}", "head"))
        .replace("{check:this}", &check.replace("{row}", "this"))
        .replace("{digits}", if is_contacts { "phone_digits" } else { "''" })
        .replace("{columns}", if is_contacts { CONTACT_COLUMNS } else { "id, search_key" })
        .replace("{is_contacts}", if is_contacts { "TRUE" } else { "FALSE" })
        .replace("{table}", table)
}
