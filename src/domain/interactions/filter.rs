//! What interactions can be filtered by.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    domain::filter::{IdTest, Test, TextColumns, TextTest, TimeTest, constant},
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
    fn condition(&self, backend: DbBackend) -> Expr {
        let columns = |exact, folded| TextColumns::new((Entity, exact), (Entity, folded));
        match self {
            Self::ContactId(test) => test.condition((Entity, Column::ContactId)),
            Self::OwnerId(test) => test.condition((Entity, Column::OwnerId)),
            Self::Kind(kinds) if kinds.is_empty() => constant(false),
            Self::Kind(kinds) => Expr::col((Entity, Column::Kind)).is_in(kinds.clone()),
            Self::OccurredAt(test) => test.condition((Entity, Column::OccurredAt)),
            Self::Subject(test) => columns(Column::Subject, Column::SubjectKey).condition(test, backend),
            Self::Body(test) => {
                TextColumns::long((Entity, Column::Body), (Entity, Column::BodyKey)).condition(test, backend)
            }
        }
    }
}
