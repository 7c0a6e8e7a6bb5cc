//! The `import_rows` table: the rows of a file while its import runs, and afterwards those that its report is about.

use sea_orm::entity::prelude::*;

/// Row of a file. `item` is null of a row that cannot be taken; `target_id` is the record that it is matched with.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rows")]
#[expect(missing_docs, reason = "the columns are described above")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_number: i32,
    pub line: i32,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub item: Option<Json>,
    pub target_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub cells: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub errors: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub warnings: Option<Json>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
