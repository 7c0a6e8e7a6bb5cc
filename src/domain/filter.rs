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
    condition::{balanced, constant, contains, is_none_of, is_null, is_one_of},
    email, folding,
};
use crate::{
    resources::{ColumnKind, Field, Many, Relation, Resource},
    storage::Db,
};

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
}

/// The database that a condition is for, as far as conditions depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub(crate) backend: DbBackend,
    /// False while folded keys of an older program may be left, by which equal texts are not found.
    has_current_keys: bool,
}

impl Target {
    pub(crate) fn of(db: &Db) -> Self {
        Self { backend: db.backend(), has_current_keys: db.has_current_keys() }
    }
}

impl Filter {
    /// The SQL condition of the whole tree, over the records of a resource.
    pub(crate) fn condition(&self, of: &Resource, target: Target) -> Expr {
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
    fn condition(&self, of: &Resource, target: Target) -> Expr {
        match self {
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
        }
    }
}

/// A test of a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the operators are documented on the GraphQL input, in one place")]
pub enum TextTest {
    Eq(String),
    Neq(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    IsNull(bool),
}

/// The columns behind a text field: one compared exactly, one folded.
#[derive(Clone, Debug)]
struct TextColumns {
    exact: Expr,
    folded: Expr,
    /// Compare exactly after lower-casing, as e-mail addresses are.
    lower: bool,
    /// The folded column is a [`folding::key`], by which equal texts are found.
    has_key: bool,
}

impl TextColumns {
    fn of(table: &'static str, field: &Field) -> Self {
        let exact = field.lower.unwrap_or(field.column);
        Self {
            exact: Expr::col((table, exact)),
            folded: Expr::col((table, field.folded.map_or(exact, |folded| folded.column))),
            lower: field.lower.is_some(),
            has_key: field.folded.is_some_and(|folded| folded.finds_equals),
        }
    }

    fn condition(self, wanted: &TextTest, target: Target) -> Expr {
        let Self { exact, folded, lower, has_key } = self;
        let Target { backend, has_current_keys } = target;
        let has_key = has_key && has_current_keys;
        let value = |text: &str| if lower { email::lower(text) } else { text.to_owned() };
        let values = |texts: &[String]| texts.iter().map(|text| value(text)).collect::<Vec<_>>();
        match wanted {
            TextTest::Eq(text) if has_key => {
                // Implied by the first; its column has the index.
                exact.eq(text.as_str()).and(folded.eq(folding::key(text)))
            }
            TextTest::Eq(text) => exact.eq(value(text)),
            TextTest::Neq(text) => exact.clone().ne(value(text)).or(exact.is_null()),
            TextTest::In(texts) if has_key => {
                let keys: Vec<String> = texts.iter().map(|text| folding::key(text)).collect();
                is_one_of(exact, texts, backend).and(is_one_of(folded, &keys, backend))
            }
            TextTest::In(texts) => is_one_of(exact, &values(texts), backend),
            TextTest::NotIn(texts) => is_none_of(exact, &values(texts), backend),
            TextTest::IsNull(null) => is_null(exact, *null),
            // Every text contains the empty one.
            TextTest::Contains(text) | TextTest::StartsWith(text) | TextTest::EndsWith(text) if text.is_empty() => {
                exact.is_not_null()
            }
            TextTest::Contains(text) => in_any_form(text, |form| contains(folded.clone(), form, backend)),
            TextTest::StartsWith(text) => in_any_form(text, |form| starts_with(folded.clone(), form)),
            TextTest::EndsWith(text) => in_any_form(text, |form| ends_with(folded.clone(), form, backend)),
        }
    }
}

/// True when the test is of one of the forms that a text may have in a key. What folds to nothing is found nowhere.
fn in_any_form(text: &str, condition: impl FnMut(&String) -> Expr) -> Expr {
    let forms = folding::forms(text);
    let sought = forms.iter().filter(|form| !form.is_empty());
    sought.map(condition).reduce(ExprTrait::or).unwrap_or_else(|| constant(false))
}

/// A range, so that the folded column's index serves.
fn starts_with(folded: Expr, prefix: &str) -> Expr {
    let from = folded.clone().gte(prefix);
    match folding::end_of_prefix(prefix) {
        Some(end) => from.and(folded.lt(end)),
        None => from,
    }
}

fn ends_with(folded: Expr, suffix: &str, backend: DbBackend) -> Expr {
    let length = i64::try_from(suffix.chars().count()).unwrap_or(i64::MAX);
    let tail = if backend == DbBackend::Sqlite {
        Func::cust("substr").arg(folded).arg(-length)
    } else {
        Func::cust("right").arg(folded).arg(i32::try_from(length).unwrap_or(i32::MAX))
    };
    Expr::expr(tail).eq(suffix)
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
