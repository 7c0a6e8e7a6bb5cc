//! The `import_jobs` table: files that are brought in.

use sea_orm::entity::prelude::*;

/// State of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ImportState {
    /// Rows are read, mapped and matched; nothing is written yet.
    #[sea_orm(string_value = "reading")]
    Reading,
    /// Rows are written.
    #[sea_orm(string_value = "writing")]
    Writing,
    /// All rows are dealt with.
    #[sea_orm(string_value = "done")]
    Done,
    /// It was cancelled; what had been written stays.
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// It stopped; `error` says why.
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// Format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ImportFormat {
    /// A table.
    #[sea_orm(string_value = "csv")]
    Csv,
    /// vCard 2.1, 3.0 and 4.0.
    #[sea_orm(string_value = "vcard")]
    Vcard,
    /// RFC 9553: one card, or an array.
    #[sea_orm(string_value = "jscontact")]
    Jscontact,
}

/// Kind of records that a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ImportSubject {
    /// Contacts, with the companies that they work for.
    #[sea_orm(string_value = "contacts")]
    Contacts,
    /// Companies.
    #[sea_orm(string_value = "companies")]
    Companies,
}

/// Import job. `next_row` is the first row that is not dealt with in the present state; whoever runs the job renews
/// `lease_until`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_jobs")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub batch_id: Option<Uuid>,
    pub state: ImportState,
    pub subject: ImportSubject,
    pub format: ImportFormat,
    pub file_name: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub options: Json,
    pub is_dry_run: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub mapping: Json,
    pub rows_read: i32,
    pub rows_total: Option<i32>,
    pub created: i32,
    pub updated: i32,
    pub unchanged: i32,
    pub restored: i32,
    pub failed: i32,
    pub companies_created: i32,
    pub next_row: i32,
    pub error: Option<String>,
    pub user_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
    pub lease_until: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
