//! Tags that are in use.

use sea_orm::DbErr;

use super::{error::Result, folding, text::trim};
use crate::storage::{Db, Parameters, Row, RowVisitor};

/// A tag in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// The tag; of several spellings, the first in the order of their letters.
    pub tag: String,
    /// The number of live contacts that have it.
    pub count: i64,
}

/// Tags of live contacts, those of most contacts first. With a text, only tags that contain it, ignoring case and
/// accents; blank is ignored.
pub async fn in_use(db: &Db, search: Option<&str>, limit: u64) -> Result<Vec<TagCount>> {
    let mut parameters = Parameters::new(db.backend());
    let sought = search.map(trim).filter(|text| !text.is_empty()).map(folding::fold);
    let containing = sought.map(|text| {
        let position = if db.backend() == sea_orm::DbBackend::Sqlite { "instr" } else { "strpos" };
        format!("WHERE {position}(contact_tags.key, {}) > 0", parameters.bind(text))
    });
    let sql = format!(
        "SELECT min(contact_tags.tag), count(*) FROM contact_tags JOIN contacts ON contacts.id = contact_tags.contact_id \
         AND contacts.status <> 'trashed' {} GROUP BY contact_tags.key ORDER BY count(*) DESC, contact_tags.key \
         LIMIT {limit}",
        containing.unwrap_or_default()
    );
    let Counts(counts) = db.reads().run(parameters.statement(sql), Counts::default()).await?;
    Ok(counts)
}

#[derive(Default)]
struct Counts(Vec<TagCount>);

impl RowVisitor for Counts {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let tag = row.text(0).unwrap_or_default().to_owned();
        self.0.push(TagCount { tag, count: row.int(1).unwrap_or_default() });
        Ok(())
    }
}
