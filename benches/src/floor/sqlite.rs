//! The floor on SQLite: rusqlite on threads of its own, statements cached, one writer.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::SystemTime,
};

use anyhow::{Context, Result, anyhow, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, Row, params, params_from_iter, types::Type};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    Variables, cursor,
    json::{self, comma, raw},
    postgres::{member, person},
};

type Job = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Sqlite {
    readers: mpsc::Sender<Job>,
    writer: mpsc::Sender<Job>,
}

const RELATED: &str = "SELECT c.id, c.name, c.email, c.phone, c.status, c.updated_at, m.role, co.id, co.name, u.id, \
     u.email, c.name_key FROM contacts c LEFT JOIN company_memberships m ON m.contact_id = c.id AND m.is_primary \
     LEFT JOIN companies co ON co.id = m.company_id LEFT JOIN users u ON u.id = c.user_id";

impl Sqlite {
    pub(crate) fn open(url: &str, pool_size: usize) -> Result<Self> {
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//").to_owned();
        Ok(Self { readers: start(&path, pool_size)?, writer: start(&path, 1)? })
    }

    pub(crate) async fn answer(&self, workload: String, variables: Variables) -> Result<Vec<u8>> {
        let (sender, receiver) = oneshot::channel();
        let queue = if workload.starts_with("W5") { &self.writer } else { &self.readers };
        let job = move |connection: &Connection| drop(sender.send(answer(connection, &workload, &variables)));
        queue.send(Box::new(job)).map_err(|_closed| anyhow!("the readers are gone"))?;
        receiver.await?
    }
}

fn start(path: &str, threads: usize) -> Result<mpsc::Sender<Job>> {
    let (sender, receiver) = mpsc::channel::<Job>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
             PRAGMA cache_size = -16384; PRAGMA foreign_keys = ON",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        let receiver = Arc::clone(&receiver);
        std::thread::spawn(move || {
            loop {
                let job = receiver.lock().map(|queue| queue.recv());
                match job {
                    Ok(Ok(job)) => job(&connection),
                    _ => return,
                }
            }
        });
    }
    Ok(sender)
}

fn answer(connection: &Connection, workload: &str, variables: &Variables) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(16 * 1024);
    match workload {
        "W1" | "W7" => {
            raw(&mut out, "{\"data\":{\"contacts\":{\"nodes\":[");
            let (condition, position) = match variables.position() {
                Some(position) => (" AND (c.name_key, c.id) > (?1, ?2)", Some(position)),
                None => ("", None),
            };
            let sql = format!("{RELATED} WHERE c.status <> 'trashed'{condition} ORDER BY c.name_key, c.id LIMIT 51");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = match position {
                Some((name_key, id)) => statement.query(params![name_key, id.as_bytes()])?,
                None => statement.query([])?,
            };
            let (mut count, mut end) = (0, None);
            while let Some(row) = rows.next()? {
                count += 1;
                if count <= 50 {
                    comma(&mut out);
                    contact(&mut out, row)?;
                    end = (count == 50)
                        .then(|| Ok::<_, rusqlite::Error>(cursor(text(row, 11)?, id(row, 0)?)))
                        .transpose()?;
                } else {
                    break;
                }
            }
            json::page_info(&mut out, count > 50, end.as_deref());
        }
        "W2" => {
            let mut statement = connection.prepare_cached(&format!("{RELATED} WHERE c.id = ?1"))?;
            let mut rows = statement.query([variables.id.as_bytes()])?;
            raw(&mut out, "{\"data\":{\"contact\":");
            contact(&mut out, rows.next()?.context("no such contact")?)?;
            raw(&mut out, "}}");
        }
        "W3" => {
            let phrase = format!("\"{}\"", variables.term);
            // The index is in the order of the names' beginnings, so the range ends with the eighth name's beginning.
            let sql = "SELECT id, name, email FROM contacts WHERE search_number IN (SELECT rowid FROM contacts_search \
                       WHERE contacts_search MATCH ?1 AND rowid <= COALESCE((SELECT search_number | 4194303 \
                       FROM contacts_search CROSS JOIN contacts ON search_number = contacts_search.rowid \
                       WHERE contacts_search MATCH ?1 AND status <> 'trashed' \
                       ORDER BY contacts_search.rowid LIMIT 1 OFFSET 7), 9223372036854775807)) \
                       AND status <> 'trashed' ORDER BY name_key, id LIMIT 8";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([&phrase])?;
            raw(&mut out, "{\"data\":{\"searchContacts\":[");
            while let Some(row) = rows.next()? {
                comma(&mut out);
                person(&mut out, id(row, 0)?, text(row, 1)?, optional(row, 2)?);
            }
            raw(&mut out, "]}}");
        }
        "W4" => {
            let places = vec!["?"; variables.ids.len()].join(",");
            let mut statement = connection.prepare_cached(&format!("{RELATED} WHERE c.id IN ({places})"))?;
            let mut rows = statement.query(params_from_iter(variables.ids.iter().map(Uuid::as_bytes)))?;
            let mut by_id = std::collections::HashMap::new();
            while let Some(row) = rows.next()? {
                let mut one = Vec::with_capacity(400);
                contact(&mut one, row)?;
                by_id.insert(id(row, 0)?, one);
            }
            raw(&mut out, "{\"data\":{\"contactsByIds\":[");
            for one in variables.ids.iter().filter_map(|id| by_id.get(id)) {
                comma(&mut out);
                out.extend_from_slice(one);
            }
            raw(&mut out, "]}}");
        }
        "W5+" => return recorded(connection, variables),
        "W5" => update(&mut out, connection, variables)?,
        "W6" => {
            let sql = "SELECT sum(change) FROM contact_counts WHERE status <> 'trashed'";
            let count: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            raw(&mut out, &format!("{{\"data\":{{\"contactCount\":{count}}}}}"));
        }
        "W8" => company(&mut out, connection, variables)?,
        other => bail!("no workload {other}"),
    }
    Ok(out)
}

fn update(out: &mut Vec<u8>, connection: &Connection, variables: &Variables) -> Result<()> {
    let sql = "UPDATE contacts SET phone = ?2, phone_key = ?2, version = version + 1, updated_at = ?3 \
               WHERE id = ?1 RETURNING id, phone";
    let mut statement = connection.prepare_cached(sql)?;
    raw(out, "{\"data\":{\"updateContact\":{\"contact\":{\"id\":");
    let mut rows = statement.query(params![variables.id.as_bytes(), variables.phone, now()])?;
    let row = rows.next()?.context("no such contact")?;
    json::id(out, id(row, 0)?);
    raw(out, ",\"phone\":");
    json::optional(out, optional(row, 1)?);
    raw(out, "},\"userErrors\":[]}}}");
    // The statement, and with it the transaction, ends when it has no more rows.
    while rows.next()?.is_some() {}
    Ok(())
}

/// Updates, and records the change as Liaison does.
fn recorded(connection: &Connection, variables: &Variables) -> Result<Vec<u8>> {
    let record = "INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, fields) \
                  SELECT ?3, 'updated', 'contact', id, id, json_object('phone', json_array(phone, ?2)) \
                  FROM contacts WHERE id = ?1";
    let values = params![variables.id.as_bytes(), variables.phone, now()];
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let record = connection.prepare_cached(record)?.execute(values);
    let updated = record.map_err(Into::into).and_then(|_| answer(connection, "W5", variables));
    let end = if updated.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.prepare_cached(end)?.execute([])?;
    updated
}

fn now() -> String {
    let now: DateTime<Utc> = SystemTime::now().into();
    now.to_rfc3339_opts(SecondsFormat::Micros, false)
}

fn company(out: &mut Vec<u8>, connection: &Connection, variables: &Variables) -> Result<()> {
    let sql = "SELECT co.id, co.name, m.role, c.id, c.name, u.id, u.email FROM companies co \
               LEFT JOIN company_memberships m ON m.company_id = co.id \
               LEFT JOIN contacts c ON c.id = m.contact_id LEFT JOIN users u ON u.id = c.user_id \
               WHERE co.id = ?1 AND (c.id IS NULL OR c.status <> 'trashed') \
               ORDER BY (NOT m.is_primary), m.position, m.id LIMIT 50";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([variables.id.as_bytes()])?;
    let mut is_first = true;
    while let Some(row) = rows.next()? {
        if is_first {
            raw(out, "{\"data\":{\"company\":{\"id\":");
            json::id(out, id(row, 0)?);
            raw(out, ",\"name\":");
            json::string(out, text(row, 1)?);
            raw(out, ",\"memberships\":{\"nodes\":[");
            is_first = false;
        }
        if row.get_ref(3)?.data_type() == Type::Null {
            continue;
        }
        let user = match row.get_ref(5)?.data_type() {
            Type::Null => None,
            _ => Some((id(row, 5)?, text(row, 6)?)),
        };
        comma(out);
        member(out, optional(row, 2)?, id(row, 3)?, text(row, 4)?, user);
    }
    raw(out, "]}}}}");
    Ok(())
}

fn contact(out: &mut Vec<u8>, row: &Row<'_>) -> rusqlite::Result<()> {
    let membership = match row.get_ref(7)?.data_type() {
        Type::Null => None,
        _ => Some(json::Membership { role: optional(row, 6)?, company: (id(row, 7)?, text(row, 8)?) }),
    };
    let user = match row.get_ref(9)?.data_type() {
        Type::Null => None,
        _ => Some((id(row, 9)?, text(row, 10)?)),
    };
    let contact = json::Contact {
        id: id(row, 0)?,
        name: text(row, 1)?,
        email: optional(row, 2)?,
        phone: optional(row, 3)?,
        status: text(row, 4)?,
        updated_at: text(row, 5)?.parse().unwrap_or_default(),
        membership,
        user,
    };
    json::contact(out, &contact);
    Ok(())
}

fn id(row: &Row<'_>, index: usize) -> rusqlite::Result<Uuid> {
    Ok(Uuid::from_slice(row.get_ref(index)?.as_blob()?).unwrap_or_default())
}

fn text<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<&'a str> {
    Ok(row.get_ref(index)?.as_str()?)
}

fn optional<'a>(row: &'a Row<'_>, index: usize) -> rusqlite::Result<Option<&'a str>> {
    Ok(row.get_ref(index)?.as_str_or_null()?)
}
