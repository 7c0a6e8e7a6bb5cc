//! What companies can be filtered by.

use sea_orm::sea_query::{Expr, ExprTrait, JoinType, Query};

use crate::{
    domain::{
        filter::{IdTest, StatusTest, Target, Test, TextColumns, TextTest, TimeTest},
        trash,
    },
    entity::{
        company::{Column, Entity},
        contact, membership,
    },
};

/// A test of one field of a company.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub enum CompanyTest {
    Id(IdTest),
    Name(TextTest),
    Email(TextTest),
    Website(TextTest),
    Industry(TextTest),
    ExternalId(TextTest),
    Status(StatusTest),
    WithoutContacts(bool),
    CreatedAt(TimeTest),
    UpdatedAt(TimeTest),
}

impl Test for CompanyTest {
    fn condition(&self, target: Target) -> Expr {
        let backend = target.backend;
        let column = |column: Column| (Entity, column);
        let columns = |exact, folded| TextColumns::new(column(exact), column(folded));
        match self {
            Self::Id(test) => test.condition(column(Column::Id), backend),
            Self::Name(test) => columns(Column::Name, Column::NameKey).condition(test, target),
            Self::Email(test) => {
                TextColumns::email(column(Column::EmailLower), column(Column::EmailKey)).condition(test, target)
            }
            Self::Website(test) => columns(Column::Website, Column::WebsiteKey).condition(test, target),
            Self::Industry(test) => columns(Column::Industry, Column::IndustryKey).condition(test, target),
            Self::ExternalId(test) => {
                let (exact, folded) = (column(Column::ExternalId), column(Column::ExternalIdKey));
                TextColumns::found_exactly(exact, folded).condition(test, target)
            }
            Self::Status(test) => test.condition(column(Column::Status), backend),
            Self::WithoutContacts(true) => has_contacts().not(),
            Self::WithoutContacts(false) => has_contacts(),
            Self::CreatedAt(test) => test.condition(column(Column::CreatedAt)),
            Self::UpdatedAt(test) => test.condition(column(Column::UpdatedAt)),
        }
    }
}

/// True of companies with a membership of a contact that is not trashed.
fn has_contacts() -> Expr {
    let contact_of_membership =
        Expr::col((contact::Entity, contact::Column::Id)).equals((membership::Entity, membership::Column::ContactId));
    Expr::exists(
        Query::select()
            .expr(Expr::cust("1"))
            .from(membership::Entity)
            .join(JoinType::InnerJoin, contact::Entity, contact_of_membership)
            .and_where(Expr::col((membership::Entity, membership::Column::CompanyId)).equals((Entity, Column::Id)))
            .and_where(trash::live::<contact::Entity>())
            .take(),
    )
}
