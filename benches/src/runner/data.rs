//! Sample of the data, for requests that differ.

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

/// Values that occur in the database.
pub(crate) struct Sample {
    pub(crate) ids: Vec<String>,
    /// Words of contacts' names that occur in no company's name: Liaison finds people by their company as well, which the
    /// floor does not.
    pub(crate) terms: Vec<String>,
    /// Letters that few names contain.
    pub(crate) rare_letters: Vec<String>,
    /// Companies with about sixty members, or as close to that as there are.
    pub(crate) companies: Vec<String>,
    /// Cursor of the contact at 80 % of the order by name.
    pub(crate) cursor: String,
}

const CONTACTS: &str =
    "SELECT id, name_key FROM contacts WHERE status <> 'trashed' ORDER BY phone, id LIMIT 1000 OFFSET 100";
const DEEP: &str = "SELECT id, name_key FROM contacts WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 1 OFFSET \
                    (SELECT count(*) * 8 / 10 FROM contacts WHERE status <> 'trashed')";
const COMPANY_NAMES: &str = "SELECT id, name_key FROM companies";
const COMPANIES: &str = "SELECT company_id, '' FROM company_memberships GROUP BY company_id \
                         ORDER BY abs(count(*) - 60), 1 LIMIT 20";

impl Sample {
    pub(crate) fn read(url: &str) -> Result<Self> {
        let contacts = rows(url, CONTACTS)?;
        let (deep_id, deep_key) = rows(url, DEEP)?.pop().context("the database is empty")?;
        let company_names = rows(url, COMPANY_NAMES)?;
        let is_of_company = |word: &str| company_names.iter().any(|(_, name)| name.contains(word));
        let words = contacts.iter().filter_map(|(_, key)| key.split(' ').next_back());
        let words = words.filter(|word| word.is_ascii() && word.len() > 3).step_by(3);
        let terms = words.filter(|word| !is_of_company(word)).map(str::to_owned).collect();
        let companies = rows(url, COMPANIES)?.into_iter().map(|(id, _)| id.to_string()).collect();
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(serde_json::json!(["name+id+", deep_key, deep_id]).to_string());
        Ok(Self {
            ids: contacts.iter().map(|(id, _)| id.to_string()).collect(),
            terms,
            rare_letters: ["q", "ж", "x"].map(str::to_owned).to_vec(),
            companies,
            cursor,
        })
    }
}

/// Reads an id and a text from each row.
pub(crate) fn rows(url: &str, sql: &str) -> Result<Vec<(Uuid, String)>> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        let connection = rusqlite::Connection::open(path)?;
        let mut statement = connection.prepare(sql)?;
        let rows = statement
            .query_map([], |row| Ok((Uuid::from_slice(row.get_ref(0)?.as_blob()?).unwrap_or_default(), row.get(1)?)))?;
        return Ok(rows.collect::<rusqlite::Result<_>>()?);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        let rows = client.query(sql, &[]).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    })
}
