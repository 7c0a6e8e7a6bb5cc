//! The `import_rows` table: the rows of a file that its report is about.

use sea_orm::entity::prelude::*;

/// Row of a file that failed, or that was not taken wholly as it stood.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_rows")]
#[expect(missing_docs, reason = "the columns are named as in the API")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_number: i32,
    pub line: i32,
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
