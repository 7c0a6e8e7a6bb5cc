//! Rows that must agree with others.

use chrono::TimeDelta;
use sea_orm::DbErr;

use super::{
    Mode, Report,
    checks::{Check, Mend},
};
use crate::{clock::Clock, domain::interactions::LAST, resources::RESOURCES, storage::Db};

/// Time after the end of a lease in which a running server would have taken the work over.
const TAKEN_OVER_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// Tables of the items of a list: table, owner, the owner's column, and names of the items' parts.
const LISTS: [(&str, &str, &str, &[&str]); 4] = [
    ("contact_emails", "contact", "email_points", &["lower", "key"]),
    ("contact_phones", "contact", "phone_points", &["value", "key", "digits"]),
    ("contact_tags", "contact", "tag_keys", &["tag", "key"]),
    ("company_tags", "company", "tag_keys", &["tag", "key"]),
];

/// Makes all checks of rows.
pub(super) async fn examine(db: &Db, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
    let is_sqlite = db.config().is_sqlite();
    let mut checks: Vec<Check> = counts(is_sqlite);
    checks.extend(LISTS.iter().map(|(table, owner, column, parts)| list(is_sqlite, table, owner, column, parts)));
    checks.push(people_of_companies(is_sqlite));
    checks.push(last_interactions(is_sqlite));
    if !is_sqlite {
        checks.push(search_texts("contacts", "search_text(search_key, email_points)"));
        checks.push(search_texts("companies", "search_key"));
    }
    checks.push(primaries(is_sqlite));
    checks.extend(jobs(is_sqlite));
    for check in checks {
        check.make(db, mode, report).await?;
    }
    Ok(())
}

/// A column with an id as a literal of SQL.
fn literal(is_sqlite: bool, id: &str) -> String {
    if is_sqlite { format!("'x''' || hex({id}) || ''''") } else { format!("quote_literal(CAST({id} AS text))") }
}

/// The sums that triggers keep (decision 0006).
fn counts(is_sqlite: bool) -> Vec<Check> {
    let of = |table: &str, sums: &str| {
        let counted = format!("SELECT status, count(*) AS number FROM {table} GROUP BY status");
        let kept = format!("SELECT status, sum(change) AS number FROM {sums} GROUP BY status");
        let differing = format!(
            "FROM ({counted}) AS counted FULL JOIN ({kept}) AS kept ON kept.status = counted.status \
             WHERE COALESCE(counted.number, 0) <> COALESCE(kept.number, 0)"
        );
        let status = "COALESCE(counted.status, kept.status)";
        let mend = if is_sqlite {
            format!("UPDATE {sums} SET change = (SELECT count(*) FROM {table} WHERE {table}.status = {sums}.status)")
        } else {
            // Rows and sums are of one snapshot, so it is right whatever is written meanwhile.
            format!(
                "INSERT INTO {sums} SELECT {status}, COALESCE(counted.number, 0) - COALESCE(kept.number, 0) {differing}"
            )
        };
        Check {
            name: "counts",
            what: format!("The number of {table} of a status is not that of the rows"),
            wrong: format!("SELECT {status} AS wrong {differing}"),
            mend: Mend::AtOnce(mend),
        }
    };
    RESOURCES.iter().filter_map(|resource| Some(of(resource.table, resource.trash?.counts))).collect()
}

/// The table of a list's items against the list's keys.
fn list(is_sqlite: bool, table: &str, owner: &str, column: &str, parts: &[&str]) -> Check {
    let owners = if owner == "contact" { "contacts" } else { "companies" };
    let places = 0..parts.len();
    let expected = if is_sqlite {
        let values: Vec<String> = places.map(|place| format!("json_extract(item.value, '$[{place}]')")).collect();
        format!(
            "SELECT {owners}.id AS owner, item.key, {} FROM {owners}, json_each({column}) AS item WHERE {column} IS NOT NULL",
            values.join(", ")
        )
    } else {
        let values: Vec<String> = places.map(|place| format!("value ->> {place}")).collect();
        format!(
            "SELECT {owners}.id AS owner, CAST(place - 1 AS integer), {} FROM {owners}, \
             jsonb_array_elements({column}) WITH ORDINALITY AS item (value, place) WHERE {column} IS NOT NULL",
            values.join(", ")
        )
    };
    let id = format!("{owner}_id");
    let kept = format!("SELECT {id} AS owner, position, {} FROM {table}", parts.join(", "));
    Check {
        name: "lists",
        what: format!("{table} is not what {owners}.{column} says"),
        wrong: owners_of(&literal(is_sqlite, "owner"), &expected, &kept),
        mend: Mend::ById(vec![
            format!("DELETE FROM {table} WHERE {id} IN ({{ids}})"),
            format!("INSERT INTO {table} {expected} AND {owners}.id IN ({{ids}})"),
        ]),
    }
}

/// The owners of rows that only one of two statements has.
fn owners_of(literal: &str, one: &str, other: &str) -> String {
    format!(
        "SELECT DISTINCT {literal} AS wrong FROM (\
             SELECT * FROM (SELECT * FROM ({one}) AS a EXCEPT SELECT * FROM ({other}) AS b) AS c \
             UNION ALL SELECT * FROM (SELECT * FROM ({other}) AS d EXCEPT SELECT * FROM ({one}) AS e) AS f\
         ) AS differing"
    )
}

/// Each contact with its primary company, in the order of names.
fn people_of_companies(is_sqlite: bool) -> Check {
    const JOBS: &str = "FROM company_memberships AS job JOIN contacts ON contacts.id = job.contact_id \
                        JOIN companies ON companies.id = job.company_id WHERE job.is_primary";
    let (key, owner, rest, kept) = if is_sqlite {
        ("contact", "contacts.search_number", "companies.row_number", "company")
    } else {
        ("contact_id", "contacts.id", "job.company_id, contacts.name_key", "company_id, name_key")
    };
    let literal = if is_sqlite { "CAST(owner AS text)".to_owned() } else { literal(false, "owner") };
    let expected = format!("SELECT {owner} AS owner, {rest} {JOBS}");
    Check {
        name: "people",
        what: "company_contacts is not what the primary memberships say".to_owned(),
        wrong: owners_of(&literal, &expected, &format!("SELECT {key} AS owner, {kept} FROM company_contacts")),
        mend: Mend::ById(vec![
            format!("DELETE FROM company_contacts WHERE {key} IN ({{ids}})"),
            format!("INSERT INTO company_contacts ({key}, {kept}) {expected} AND {owner} IN ({{ids}})"),
        ]),
    }
}

/// The time of each contact's newest interaction.
fn last_interactions(is_sqlite: bool) -> Check {
    let literal = literal(is_sqlite, "contacts.id");
    Check {
        name: "interactions",
        what: "contacts.last_interaction_at is not the time of the newest interaction".to_owned(),
        wrong: format!(
            "SELECT {literal} AS wrong FROM contacts LEFT JOIN (\
                 SELECT contact_id, max(occurred_at) AS at FROM (\
                     SELECT contact_id, occurred_at FROM interactions \
                     UNION ALL SELECT party.contact_id, occurred_at FROM interactions \
                     JOIN interaction_parties AS party ON party.interaction_id = interactions.id\
                 ) AS parties GROUP BY contact_id\
             ) AS newest ON newest.contact_id = contacts.id WHERE newest.at IS DISTINCT FROM last_interaction_at"
        ),
        mend: Mend::ById(vec![format!("UPDATE contacts SET last_interaction_at = {LAST} WHERE id IN ({{ids}})")]),
    }
}

/// The texts by which PostgreSQL searches.
fn search_texts(table: &str, text: &str) -> Check {
    let expected = format!("SELECT id AS record_id, {text} AS text FROM {table}");
    Check {
        name: "search",
        what: format!("{table}_search is not what {table} says"),
        wrong: format!(
            "SELECT quote_literal(CAST(COALESCE(expected.record_id, kept.record_id) AS text)) AS wrong \
             FROM ({expected}) AS expected FULL JOIN {table}_search AS kept ON kept.record_id = expected.record_id \
             WHERE kept.search_key IS DISTINCT FROM expected.text"
        ),
        mend: Mend::ById(vec![
            format!("DELETE FROM {table}_search WHERE record_id IN ({{ids}})"),
            format!(
                "INSERT INTO {table}_search SELECT record_id, text FROM ({expected}) AS one WHERE record_id IN ({{ids}})"
            ),
        ]),
    }
}

/// A contact with memberships has exactly one primary; an index ensures that there are not two.
fn primaries(is_sqlite: bool) -> Check {
    let literal = literal(is_sqlite, "contact_id");
    Check {
        name: "primaries",
        what: "A contact has memberships, and none is primary".to_owned(),
        wrong: format!(
            "SELECT {literal} AS wrong FROM company_memberships GROUP BY contact_id \
             HAVING sum(CASE WHEN is_primary THEN 1 ELSE 0 END) <> 1"
        ),
        mend: Mend::Advice("The API's updateMembership with isPrimary makes one of them primary."),
    }
}

/// Work that a server would have taken over by now.
fn jobs(is_sqlite: bool) -> [Check; 2] {
    let since = Clock::default().now() - TAKEN_OVER_WITHIN;
    let since = since.to_rfc3339_opts(chrono::SecondsFormat::Micros, false);
    let of = |what: &str, table: &str, states: &str| Check {
        name: "jobs",
        what: format!("{what} waits for a server that goes on with it"),
        wrong: format!(
            "SELECT {} AS wrong FROM {table} WHERE state IN ({states}) AND lease_until < '{since}'",
            literal(is_sqlite, "id")
        ),
        mend: Mend::Advice("Start a server, which takes it over. If one runs, its log says why it cannot."),
    };
    [
        of("An import", "import_jobs", "'reading', 'writing'"),
        of("A search for duplicates", "duplicate_scans", "'running'"),
    ]
}
