//! Filters as trees of tests, and the SQL conditions they stand for.
//!
//! A null is equal to nothing: `neq` and `notIn` are true of it, the others false. `not` is an exact complement.

use chrono::{DateTime, Utc};
use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait, Func, IntoColumnRef, JoinType, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    condition::{balanced, constant, is_none_of, is_null, is_one_of},
    metadata::MetadataTest,
};
use crate::resources::{ColumnKind, Field, Many, Relation, Resource};

mod items;
mod text;

pub use super::condition::Target;
pub use items::TagTest;
use text::TextColumns;
pub use text::TextTest;

/// A filter over the records of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// True when all are; an empty list is true.
    All(Vec<Self>),
    /// True when one is; an empty list is false.
    Any(Vec<Self>),
    /// True when the inner one is not.
    Not(Box<Self>),
    /// A single test.
    Is(Test),
}

/// One test of a record. Its fields and relations are those of the record's resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// A field is tested.
    Field(&'static Field, Operator),
    /// One and the same item of the list that a field is the first of passes all tests.
    Item(&'static Field, Vec<TextTest>),
    /// One record of a list meets a filter.
    Any(&'static Relation, Box<Filter>),
    /// A list is empty (true), or is not (false).
    Empty(&'static Relation, bool),
    /// A field of a to-one relation's record is tested.
    FieldOf(&'static Relation, &'static Field, Operator),
}

/// An operator with the values that it compares with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Of a text.
    Text(TextTest),
    /// Of an id.
    Id(IdTest),
    /// Of an instant.
    Time(TimeTest),
    /// Of a word, as the column holds it: true of those listed.
    OneOf(Vec<String>),
    /// Of a truth value.
    Flag(bool),
    /// Of tags.
    Tags(TagTest),
    /// Of a value in a JSON object.
    Metadata(MetadataTest),
}

impl Filter {
    /// The SQL condition of the whole tree, over the records of a resource.
    pub(crate) fn condition(&self, of: &'static Resource, target: Target) -> Expr {
        let join = |parts: &[Self], glue: fn(Expr, Expr) -> Expr, none: bool| {
            let parts = parts.iter().map(|part| part.condition(of, target)).collect();
            balanced(parts, glue).unwrap_or_else(|| constant(none))
        };
        match self {
            Self::All(parts) => join(parts, ExprTrait::and, true),
            Self::Any(parts) => join(parts, ExprTrait::or, false),
            Self::Not(part) => Expr::expr(Func::coalesce([part.condition(of, target), constant(false)])).not(),
            Self::Is(test) => test.condition(of, target),
        }
    }

    /// True when a status is tested anywhere in the tree.
    pub(crate) fn names_status(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_status),
            Self::Not(part) => part.names_status(),
            Self::Is(Test::Field(field, _)) => field.kind == ColumnKind::Status,
            Self::Is(_) => false,
        }
    }
}

impl Test {
    /// The SQL condition; null counts as false.
    fn condition(&self, of: &'static Resource, target: Target) -> Expr {
        match self {
            Self::Item(field, tests) => match of.list_of(field).and_then(|list| list.items) {
                Some(items) => items::any_item(of, field, &items, tests, target),
                None => constant(false),
            },
            Self::Field(field, operator) => operator.condition(of.table, field, target),
            Self::Any(relation, filter) => exists(of, relation, Some(filter), target),
            Self::Empty(relation, true) => exists(of, relation, None, target).not(),
            Self::Empty(relation, false) => exists(of, relation, None, target),
            Self::FieldOf(relation, field, operator) => {
                let Some(one) = relation.one_record() else { return constant(false) };
                let other = relation.to().table;
                let records = Query::select()
                    .column((other, one.that))
                    .from(other)
                    .and_where(operator.condition(other, field, target))
                    .take();
                Expr::col((of.table, one.this)).in_subquery(records)
            }
        }
    }
}

/// True of records whose list has a record, or one that meets a filter.
fn exists(of: &Resource, relation: &Relation, filter: Option<&Filter>, target: Target) -> Expr {
    let Some(many) = relation.many() else { return constant(false) };
    let theirs = relation.to().table;
    let mut records = Query::select();
    records.expr(Expr::cust("1")).from(theirs);
    join_live(&mut records, relation.to(), many);
    records.and_where(Expr::col((theirs, many.by)).equals((of.table, "id")));
    if let Some(filter) = filter {
        records.and_where(filter.condition(relation.to(), target));
    }
    Expr::exists(records)
}

/// Leaves the records that hang on one outside the trash, where the list wants that.
pub(crate) fn join_live(query: &mut SelectStatement, resource: &'static Resource, many: &Many) {
    let Some(relation) = many.live.and_then(|live| resource.relation(live)) else { return };
    if let Some((one, trash)) = relation.one_record().zip(relation.to().trash) {
        let other = relation.to().table;
        let on = Expr::col((other, one.that)).equals((resource.table, one.this));
        query.join(JoinType::InnerJoin, other, on).and_where(Expr::cust(trash.live));
    }
}

impl Operator {
    fn condition(&self, table: &'static str, field: &Field, target: Target) -> Expr {
        let column = (table, field.column);
        match self {
            Self::Text(test) => TextColumns::of(table, field).condition(test, target),
            Self::Id(test) => test.condition(column, target.backend),
            Self::Time(test) => test.condition(column),
            Self::OneOf(words) => is_one_of(Expr::col(column), words, target.backend),
            Self::Flag(true) => Expr::col(column),
            Self::Flag(false) => Expr::col(column).not(),
            Self::Tags(test) => match &field.items {
                Some(items) => test.condition(table, items, target),
                None => constant(false),
            },
            Self::Metadata(test) => test.condition(&Expr::col(column), target.backend),
        }
    }
}

/// A test of an id; a malformed id is `None`, which no record has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the operators are documented on the GraphQL input, in one place")]
pub enum IdTest {
    Eq(Option<Uuid>),
    Neq(Option<Uuid>),
    In(Vec<Uuid>),
    NotIn(Vec<Uuid>),
    IsNull(bool),
}

impl IdTest {
    fn condition(&self, column: impl IntoColumnRef, backend: DbBackend) -> Expr {
        let column = Expr::col(column);
        match self {
            Self::Eq(Some(id)) => column.eq(*id),
            Self::Eq(None) => constant(false),
            Self::Neq(Some(id)) => column.clone().ne(*id).or(column.is_null()),
            Self::Neq(None) => constant(true),
            Self::In(ids) => is_one_of(column, ids, backend),
            Self::NotIn(ids) => is_none_of(column, ids, backend),
            Self::IsNull(null) => is_null(column, *null),
        }
    }
}

/// A test of an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the operators are documented on the GraphQL input, in one place")]
pub enum TimeTest {
    Eq(DateTime<Utc>),
    Gt(DateTime<Utc>),
    Gte(DateTime<Utc>),
    Lt(DateTime<Utc>),
    Lte(DateTime<Utc>),
    IsNull(bool),
}

impl TimeTest {
    fn condition(self, column: impl IntoColumnRef) -> Expr {
        let column = Expr::col(column);
        match self {
            Self::Eq(time) => column.eq(time),
            Self::Gt(time) => column.gt(time),
            Self::Gte(time) => column.gte(time),
            Self::Lt(time) => column.lt(time),
            Self::Lte(time) => column.lte(time),
            Self::IsNull(null) => is_null(column, null),
        }
    }
}
