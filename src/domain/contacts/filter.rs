//! What contacts can be filtered by.

use sea_orm::sea_query::{Expr, ExprTrait, Query};

use crate::{
    domain::{
        filter::{Filter, IdTest, StatusTest, Target, Test, TextColumns, TextTest, TimeTest},
        memberships::MembershipTest,
    },
    entity::{
        contact::{Column, Entity},
        membership,
    },
};

/// A test of one field of a contact.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub enum ContactTest {
    Id(IdTest),
    Name(TextTest),
    Email(TextTest),
    Phone(TextTest),
    ExternalId(TextTest),
    Status(StatusTest),
    UserId(IdTest),
    Membership(Filter<MembershipTest>),
    WithoutCompany(bool),
    CreatedAt(TimeTest),
    UpdatedAt(TimeTest),
    TrashedAt(TimeTest),
    LastInteractionAt(TimeTest),
}

impl Test for ContactTest {
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
            Self::Phone(test) => columns(Column::Phone, Column::PhoneKey).condition(test, target),
            Self::ExternalId(test) => {
                let (exact, folded) = (column(Column::ExternalId), column(Column::ExternalIdKey));
                TextColumns::found_exactly(exact, folded).condition(test, target)
            }
            Self::Status(test) => test.condition(column(Column::Status), backend),
            Self::UserId(test) => test.condition(column(Column::UserId), backend),
            Self::Membership(filter) => has_membership(Some(filter), target),
            Self::WithoutCompany(true) => has_membership(None, target).not(),
            Self::WithoutCompany(false) => has_membership(None, target),
            Self::CreatedAt(test) => test.condition(column(Column::CreatedAt)),
            Self::UpdatedAt(test) => test.condition(column(Column::UpdatedAt)),
            Self::TrashedAt(test) => test.condition(column(Column::TrashedAt)),
            Self::LastInteractionAt(test) => test.condition(column(Column::LastInteractionAt)),
        }
    }
}

fn has_membership(filter: Option<&Filter<MembershipTest>>, target: Target) -> Expr {
    let mut memberships = Query::select();
    memberships
        .expr(Expr::cust("1"))
        .from(membership::Entity)
        .and_where(Expr::col((membership::Entity, membership::Column::ContactId)).equals((Entity, Column::Id)));
    if let Some(filter) = filter {
        memberships.and_where(filter.condition(target));
    }
    Expr::exists(memberships)
}
