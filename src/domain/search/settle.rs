//! Work that is done once after very many writes.
//!
//! Each write leaves a part of a search index that every search reads until the parts are merged, which the databases do
//! little by little as more is written. PostgreSQL plans statements by what it knows of the tables, and looks at them by
//! itself only after a minute: an export of new contacts took forty times as long until then.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::{
    domain::error::Result,
    storage::{Db, Row, RowVisitor},
};

/// SQLite's indexes of names.
const SQLITE_INDEXES: [&str; 4] = ["contacts_search", "contacts_short", "companies_search", "companies_short"];
/// Pages that SQLite merges in a transaction; others write in between.
const PAGES_PER_STEP: u32 = 250;
/// Rows that SQLite changes at least in a step that has merged something.
const MERGED_MIN: i64 = 2;

/// Tables that have grown.
const POSTGRES_TABLES: &str =
    "contacts, contacts_search, companies, companies_search, company_contacts, company_memberships, changes";

/// Merges the indexes of names of contacts and companies, and has PostgreSQL look at the tables.
pub(crate) async fn settle(db: &Db) -> Result<()> {
    if db.backend() == DbBackend::Postgres {
        return settle_postgres(db).await;
    }
    for index in SQLITE_INDEXES {
        // A negative number begins with all parts, whatever their sizes.
        let mut pages = -i64::from(PAGES_PER_STEP);
        while merge(db, index, pages).await? >= MERGED_MIN {
            pages = PAGES_PER_STEP.into();
        }
    }
    Ok(())
}

/// Merges some pages; the number of rows that SQLite has changed for it.
async fn merge(db: &Db, index: &str, pages: i64) -> Result<i64> {
    let statement = |sql: String| Statement::from_string(DbBackend::Sqlite, sql);
    let changes = || statement("SELECT total_changes()".to_owned());
    let merge = statement(format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', {pages})"));
    let Counts(counts) = db.run_together(vec![changes(), merge, changes()], Counts::default()).await?;
    Ok(counts.last().zip(counts.first()).map_or(0, |(after, before)| after - before))
}

#[derive(Default)]
struct Counts(Vec<i64>);

impl RowVisitor for Counts {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.int(0));
        Ok(())
    }
}

/// Writes the entries that were put off, and looks at the tables. Only the owner of an index or a table may; to others,
/// vacuum does it.
async fn settle_postgres(db: &Db) -> Result<()> {
    let clean = "SELECT gin_clean_pending_list(oid) FROM pg_class \
                 WHERE relnamespace = current_schema()::regnamespace AND pg_has_role(relowner, 'USAGE') \
                   AND relname IN ('contacts_search_trigrams', 'contacts_search_short', 'contacts_by_digits', \
                       'contact_phones_by_digits', 'companies_search_trigrams', 'companies_search_short')";
    for sql in [clean, &format!("ANALYZE {POSTGRES_TABLES}")] {
        db.writer().execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    }
    Ok(())
}
