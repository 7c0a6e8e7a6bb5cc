//! The floor on PostgreSQL: tokio-postgres, prepared statements, a pool of connections.

use anyhow::{Context, Result, bail};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use tokio_postgres::{NoTls, Row, types::ToSql};
use uuid::Uuid;

use super::{
    Variables, cursor,
    json::{self, comma, raw},
};

pub(crate) struct Postgres(Pool);

/// Columns of [`json::Contact`], over a page of contacts `c`.
const RELATED: &str = "SELECT c.id, c.name, c.email, c.phone, c.status, c.updated_at, m.role, co.id, co.name, u.id, \
     u.email, c.name_key FROM page c LEFT JOIN company_memberships m ON m.contact_id = c.id AND m.is_primary \
     LEFT JOIN companies co ON co.id = m.company_id LEFT JOIN users u ON u.id = c.user_id";

const SELECT_CONTACTS: &str = "SELECT id, name, email, phone, status, updated_at, user_id, name_key FROM contacts";

const UPDATE: &str = "UPDATE contacts SET phone = $2, phone_key = $2, version = version + 1, updated_at = now() \
     WHERE id = $1 RETURNING id, phone";

/// Updates, and records the change as Liaison does. The row is locked first and joined to the update. Side by side
/// PostgreSQL would update first, and then find no row to lock.
const RECORDED: &str = "WITH new AS (UPDATE contacts SET phone = $2, phone_key = $2, version = version + 1, \
     updated_at = now() FROM (SELECT id AS old_id, phone AS old_phone FROM contacts WHERE id = $1 FOR NO KEY UPDATE) old \
     WHERE id = old_id AND id = $1 RETURNING id, phone, old_phone), \
     recorded AS (INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, fields, tx) \
     SELECT now(), 'updated', 'contact', id, id, jsonb_build_object('phone', jsonb_build_array(old_phone, phone)), \
     pg_current_xact_id()::text::bigint + (SELECT tx_offset FROM change_feed) FROM new) SELECT id, phone FROM new";

impl Postgres {
    pub(crate) fn open(url: &str, pool_size: usize) -> Result<Self> {
        let manager =
            Manager::from_config(url.parse()?, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        Ok(Self(Pool::builder(manager).max_size(pool_size).build()?))
    }

    async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
        let client = self.0.get().await?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query(&statement, parameters).await?)
    }

    /// Reads a page of contacts by name, and one more.
    async fn page(&self, after: Option<(String, Uuid)>) -> Result<Vec<Row>> {
        let condition = if after.is_some() { " AND (name_key, id) > ($1, $2)" } else { "" };
        let sql = format!(
            "WITH page AS MATERIALIZED ({SELECT_CONTACTS} WHERE status <> 'trashed'{condition} ORDER BY name_key, id LIMIT 51) \
             {RELATED} ORDER BY c.name_key, c.id"
        );
        match &after {
            Some((name_key, id)) => self.rows(&sql, &[name_key, id]).await,
            None => self.rows(&sql, &[]).await,
        }
    }

    async fn search(&self, term: &str) -> Result<Vec<Row>> {
        // Candidates from the trigram index while they are few. Otherwise the order by name, which then soon meets
        // eight.
        let sql = "WITH found AS MATERIALIZED (SELECT record_id FROM contacts_search WHERE search_key LIKE $1 \
                   LIMIT 1000) SELECT id, name, email, (SELECT count(*) FROM found) FROM contacts \
                   WHERE id IN (SELECT record_id FROM found) AND status <> 'trashed' ORDER BY name_key, id LIMIT 8";
        let rows = self.rows(sql, &[&format!("%{term}%")]).await?;
        if rows.first().is_none_or(|row| row.get::<_, i64>(3) < 900) {
            return Ok(rows);
        }
        let sql = "SELECT id, name, email FROM contacts WHERE status <> 'trashed' \
                   AND strpos(search_key, $1) > 0 ORDER BY name_key, id LIMIT 8";
        self.rows(sql, &[&term]).await
    }

    pub(crate) async fn answer(&self, workload: &str, variables: &Variables) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(16 * 1024);
        match workload {
            "W1" | "W7" => {
                let rows = self.page(variables.position()).await?;
                raw(&mut out, "{\"data\":{\"contacts\":{\"nodes\":[");
                for row in rows.iter().take(50) {
                    comma(&mut out);
                    contact(&mut out, row);
                }
                let end = rows.iter().take(50).last().map(|row| cursor(row.get(11), row.get(0)));
                json::page_info(&mut out, rows.len() > 50, end.as_deref());
            }
            "W2" => {
                let sql = format!("WITH page AS NOT MATERIALIZED ({SELECT_CONTACTS} WHERE id = $1) {RELATED}");
                let rows = self.rows(&sql, &[&variables.id]).await?;
                raw(&mut out, "{\"data\":{\"contact\":");
                contact(&mut out, rows.first().context("no such contact")?);
                raw(&mut out, "}}");
            }
            "W3" => {
                raw(&mut out, "{\"data\":{\"searchContacts\":[");
                let rows = self.search(&variables.term).await?;
                for row in &rows {
                    comma(&mut out);
                    person(&mut out, row.get(0), row.get(1), row.get(2));
                }
                raw(&mut out, "]}}");
            }
            "W4" => {
                let sql = format!("WITH page AS NOT MATERIALIZED ({SELECT_CONTACTS} WHERE id = ANY($1)) {RELATED}");
                let rows = self.rows(&sql, &[&variables.ids]).await?;
                let by_id: std::collections::HashMap<Uuid, &Row> = rows.iter().map(|row| (row.get(0), row)).collect();
                raw(&mut out, "{\"data\":{\"contactsByIds\":[");
                for row in variables.ids.iter().filter_map(|id| by_id.get(id)) {
                    comma(&mut out);
                    contact(&mut out, row);
                }
                raw(&mut out, "]}}");
            }
            "W5" | "W5+" => {
                let sql = if workload == "W5" { UPDATE } else { RECORDED };
                let rows = self.rows(sql, &[&variables.id, &variables.phone]).await?;
                let row = rows.first().context("no such contact")?;
                raw(&mut out, "{\"data\":{\"updateContact\":{\"contact\":{\"id\":");
                json::id(&mut out, row.get(0));
                raw(&mut out, ",\"phone\":");
                json::optional(&mut out, row.get(1));
                raw(&mut out, "},\"userErrors\":[]}}}");
            }
            "W6" => {
                let sql = "SELECT sum(change)::bigint FROM contact_counts WHERE status <> 'trashed'";
                let rows = self.rows(sql, &[]).await?;
                let count: i64 = rows.first().context("no count")?.get(0);
                raw(&mut out, &format!("{{\"data\":{{\"contactCount\":{count}}}}}"));
            }
            "W8" => {
                let sql = "SELECT co.id, co.name, m.role, m.contact, m.name, m.user_id, m.email \
                           FROM companies co LEFT JOIN LATERAL (SELECT m.role, c.id AS contact, c.name, u.id AS user_id, \
                           u.email, m.is_primary, m.position, m.id FROM company_memberships m \
                           JOIN contacts c ON c.id = m.contact_id LEFT JOIN users u ON u.id = c.user_id \
                           WHERE m.company_id = co.id AND c.status <> 'trashed' \
                           ORDER BY (NOT m.is_primary), m.position, m.id LIMIT 50) m ON true WHERE co.id = $1 \
                           ORDER BY (NOT m.is_primary), m.position, m.id";
                let rows = self.rows(sql, &[&variables.id]).await?;
                let first = rows.first().context("no such company")?;
                raw(&mut out, "{\"data\":{\"company\":{\"id\":");
                json::id(&mut out, first.get(0));
                raw(&mut out, ",\"name\":");
                json::string(&mut out, first.get(1));
                raw(&mut out, ",\"memberships\":{\"nodes\":[");
                for row in &rows {
                    let Some(contact_id) = row.get::<_, Option<Uuid>>(3) else { continue };
                    let user = row.get::<_, Option<Uuid>>(5).map(|id| (id, row.get(6)));
                    comma(&mut out);
                    member(&mut out, row.get(2), contact_id, row.get(4), user);
                }
                raw(&mut out, "]}}}}");
            }
            other => bail!("no workload {other}"),
        }
        Ok(out)
    }
}

fn contact(out: &mut Vec<u8>, row: &Row) {
    let company: Option<Uuid> = row.get(7);
    let contact = json::Contact {
        id: row.get(0),
        name: row.get(1),
        email: row.get(2),
        phone: row.get(3),
        status: row.get(4),
        updated_at: row.get(5),
        membership: company.map(|id| json::Membership { role: row.get(6), company: (id, row.get(8)) }),
        user: row.get::<_, Option<Uuid>>(9).map(|id| (id, row.get(10))),
    };
    json::contact(out, &contact);
}

/// Writes a contact as pickers show it.
pub(crate) fn person(out: &mut Vec<u8>, id: Uuid, name: &str, email: Option<&str>) {
    raw(out, "{\"id\":");
    json::id(out, id);
    raw(out, ",\"name\":");
    json::string(out, name);
    raw(out, ",\"email\":");
    json::optional(out, email);
    raw(out, "}");
}

/// Writes a membership as the list of a company's members shows it.
pub(crate) fn member(out: &mut Vec<u8>, role: Option<&str>, id: Uuid, name: &str, user: Option<(Uuid, &str)>) {
    raw(out, "{\"role\":");
    json::optional(out, role);
    raw(out, ",\"contact\":{\"id\":");
    json::id(out, id);
    raw(out, ",\"name\":");
    json::string(out, name);
    raw(out, ",\"user\":");
    json::user(out, user);
    raw(out, "}}");
}
