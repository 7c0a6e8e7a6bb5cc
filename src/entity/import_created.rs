//! The `import_created` table: the rows by which a job created contacts that are not compared yet.

use sea_orm::entity::prelude::*;

/// Chunk of a file: the rows up to a last one that created contacts, as a JSON text.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_created")]
#[expect(missing_docs, reason = "the columns are described above")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub last_row: i32,
    #[sea_orm(column_type = "Text")]
    pub rows: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
