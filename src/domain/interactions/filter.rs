//! What interactions can be filtered by.

use sea_orm::{ActiveEnum, sea_query::Expr};

use crate::{
    domain::filter::{IdTest, Target, Test, TextColumns, TextTest, TimeTest, is_one_of},
    entity::interaction::{Column, Entity, Kind},
};

/// A test of one field of an interaction.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub enum InteractionTest {
    ContactId(IdTest),
    OwnerId(IdTest),
    Kind(Vec<Kind>),
    OccurredAt(TimeTest),
    Subject(TextTest),
    Body(TextTest),
}

impl Test for InteractionTest {
    fn condition(&self, target: Target) -> Expr {
        let backend = target.backend;
        let columns = |exact, folded| TextColumns::new((Entity, exact), (Entity, folded));
        match self {
            Self::ContactId(test) => test.condition((Entity, Column::ContactId), backend),
            Self::OwnerId(test) => test.condition((Entity, Column::OwnerId), backend),
            Self::Kind(kinds) => {
                let words: Vec<String> = kinds.iter().map(Kind::to_value).collect();
                is_one_of(Expr::col((Entity, Column::Kind)), &words, backend)
            }
            Self::OccurredAt(test) => test.condition((Entity, Column::OccurredAt)),
            Self::Subject(test) => columns(Column::Subject, Column::SubjectKey).condition(test, target),
            Self::Body(test) => {
                TextColumns::found_exactly((Entity, Column::Body), (Entity, Column::BodyKey)).condition(test, target)
            }
        }
    }
}
