//! What memberships can be filtered by, inside a filter of contacts.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::{
    domain::filter::{IdTest, Target, Test, TextColumns, TextTest},
    entity::{
        company,
        membership::{Column, Entity},
    },
};

/// A test of one field of a membership.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub enum MembershipTest {
    CompanyId(IdTest),
    CompanyName(TextTest),
    Role(TextTest),
    Department(TextTest),
    IsPrimary(bool),
}

impl Test for MembershipTest {
    fn condition(&self, target: Target) -> Expr {
        let backend = target.backend;
        let columns = |exact, folded| TextColumns::new((Entity, exact), (Entity, folded));
        match self {
            Self::CompanyId(test) => test.condition((Entity, Column::CompanyId), backend),
            Self::CompanyName(test) => {
                let name = |column| (company::Entity, column);
                let name_columns = TextColumns::new(name(company::Column::Name), name(company::Column::NameKey));
                let mut companies = Query::select();
                companies
                    .column((company::Entity, company::Column::Id))
                    .from(company::Entity)
                    .and_where(name_columns.condition(test, target));
                Expr::col((Entity, Column::CompanyId)).in_subquery(companies)
            }
            Self::Role(test) => columns(Column::Role, Column::RoleKey).condition(test, target),
            Self::Department(test) => columns(Column::Department, Column::DepartmentKey).condition(test, target),
            Self::IsPrimary(true) => Expr::col((Entity, Column::IsPrimary)),
            Self::IsPrimary(false) => Expr::col((Entity, Column::IsPrimary)).not(),
        }
    }
}
