//! The `company_memberships` table: the edge between a contact and a company.

use sea_orm::entity::prelude::*;

/// Membership: at most one per pair, and at most one primary per contact.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "company_memberships")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub contact_id: Uuid,
    pub company_id: Uuid,
    pub role: Option<String>,
    pub role_key: Option<String>,
    pub department: Option<String>,
    pub department_key: Option<String>,
    pub is_primary: bool,
    pub position: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Ends of the edge.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Company at the far end of the edge.
    #[sea_orm(belongs_to = "super::company::Entity", from = "Column::CompanyId", to = "super::company::Column::Id")]
    Company,
    /// Contact at the near end.
    #[sea_orm(belongs_to = "super::contact::Entity", from = "Column::ContactId", to = "super::contact::Column::Id")]
    Contact,
}

impl Related<super::company::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Company.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
