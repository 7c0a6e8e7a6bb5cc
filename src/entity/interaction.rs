//! The `interactions` table: calls, mails, meetings and notes.

use sea_orm::entity::prelude::*;

/// Interaction, logged on its subject: a contact or a company.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub contact_id: Option<Uuid>,
    pub company_id: Option<Uuid>,
    pub kind: InteractionKind,
    pub occurred_at: DateTimeUtc,
    pub time_zone: Option<String>,
    pub subject: Option<String>,
    pub subject_key: Option<String>,
    pub body: Option<String>,
    pub body_key: Option<String>,
    pub owner_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

/// Kind of interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum InteractionKind {
    /// A phone or video call.
    #[sea_orm(string_value = "call")]
    Call,
    /// An e-mail, in or out.
    #[sea_orm(string_value = "email")]
    Email,
    /// A meeting in person or online.
    #[sea_orm(string_value = "meeting")]
    Meeting,
    /// A note for the team.
    #[sea_orm(string_value = "note")]
    Note,
    /// Anything else.
    #[sea_orm(string_value = "other")]
    Other,
}

/// The subject, whose status decides whether lists show the interaction.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The contact that it was logged on.
    #[sea_orm(belongs_to = "super::contact::Entity", from = "Column::ContactId", to = "super::contact::Column::Id")]
    Contact,
    /// The company that it was logged on.
    #[sea_orm(belongs_to = "super::company::Entity", from = "Column::CompanyId", to = "super::company::Column::Id")]
    Company,
}

impl ActiveModelBehavior for ActiveModel {}
