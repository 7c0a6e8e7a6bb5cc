//! Filters as trees of tests, and the SQL conditions they stand for.
//!
//! A null is equal to nothing: `neq` and `notIn` are true of it, the others false. `not` is an exact complement.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, DbBackend, Iterable, Value,
    sea_query::{Expr, ExprTrait, Func, IntoColumnRef, extension::postgres::PgFunc},
};
use uuid::Uuid;

use super::{email, folding, search};
use crate::{entity::status::Status, storage::Db};

/// A filter over records that `T` tests.
#[derive(Clone, Debug)]
pub enum Filter<T> {
    /// True when all are; an empty list is true.
    All(Vec<Self>),
    /// True when one is; an empty list is false.
    Any(Vec<Self>),
    /// True when the inner one is not.
    Not(Box<Self>),
    /// A single test.
    Is(T),
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

/// One test of one field.
pub trait Test {
    /// The SQL condition; null counts as false.
    fn condition(&self, target: Target) -> Expr;
}

impl<T: Test> Filter<T> {
    /// The SQL condition of the whole tree.
    pub(crate) fn condition(&self, target: Target) -> Expr {
        let join = |parts: &[Self], glue: fn(Expr, Expr) -> Expr, none: bool| {
            let parts = parts.iter().map(|part| part.condition(target)).collect();
            balanced(parts, glue).unwrap_or_else(|| constant(none))
        };
        match self {
            Self::All(parts) => join(parts, ExprTrait::and, true),
            Self::Any(parts) => join(parts, ExprTrait::or, false),
            Self::Not(part) => Expr::expr(Func::coalesce([part.condition(target), constant(false)])).not(),
            Self::Is(test) => test.condition(target),
        }
    }
}

/// Joins expressions into a tree that is no deeper than it must be: both builder and databases go one deeper on their
/// stacks for each level.
fn balanced(mut parts: Vec<Expr>, glue: fn(Expr, Expr) -> Expr) -> Option<Expr> {
    while parts.len() > 1 {
        let mut rest = parts.into_iter();
        let mut joined = Vec::new();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => glue(left, right),
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop()
}

impl<T> Filter<T> {
    /// True when a test for which `wanted` holds stands anywhere in the tree.
    pub(crate) fn mentions(&self, wanted: fn(&T) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(wanted)),
            Self::Not(part) => part.mentions(wanted),
            Self::Is(test) => wanted(test),
        }
    }
}

/// A test of a text.
#[derive(Clone, Debug)]
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
pub(crate) struct TextColumns {
    exact: Expr,
    folded: Expr,
    /// Compare exactly after lower-casing, as e-mail addresses are.
    lower: bool,
    /// The folded column is a [`folding::key`], by which equal texts are found.
    has_key: bool,
}

impl TextColumns {
    pub(crate) fn new(exact: impl IntoColumnRef, folded: impl IntoColumnRef) -> Self {
        Self { exact: Expr::col(exact), folded: Expr::col(folded), lower: false, has_key: true }
    }

    pub(crate) fn email(lower: impl IntoColumnRef, folded: impl IntoColumnRef) -> Self {
        Self { lower: true, has_key: false, ..Self::new(lower, folded) }
    }

    /// The columns of a text whose equals are found by the exact one: it is unique, or its folded form has no index.
    pub(crate) fn found_exactly(exact: impl IntoColumnRef, folded: impl IntoColumnRef) -> Self {
        Self { has_key: false, ..Self::new(exact, folded) }
    }

    pub(crate) fn condition(self, wanted: &TextTest, target: Target) -> Expr {
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
            TextTest::Contains(text) => in_any_form(text, |form| search::contains(folded.clone(), form, backend)),
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

/// A test of an id; a malformed id is `None`, the id of nothing.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the operators are documented on the GraphQL input, in one place")]
pub enum IdTest {
    Eq(Option<Uuid>),
    Neq(Option<Uuid>),
    In(Vec<Uuid>),
    NotIn(Vec<Uuid>),
    IsNull(bool),
}

impl IdTest {
    pub(crate) fn condition(&self, column: impl IntoColumnRef, backend: DbBackend) -> Expr {
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
#[derive(Clone, Copy, Debug)]
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
    pub(crate) fn condition(self, column: impl IntoColumnRef) -> Expr {
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

/// A test of a status: true of the statuses listed.
#[derive(Clone, Debug)]
pub struct StatusTest(pub Vec<Status>);

impl StatusTest {
    /// True of all statuses but this one.
    pub fn other_than(status: Status) -> Self {
        Self(Status::iter().filter(|other| *other != status).collect())
    }

    pub(crate) fn condition(&self, column: impl IntoColumnRef, backend: DbBackend) -> Expr {
        let words: Vec<String> = self.0.iter().map(Status::to_value).collect();
        is_one_of(Expr::col(column), &words, backend)
    }
}

pub(crate) fn constant(value: bool) -> Expr {
    Expr::cust(if value { "TRUE" } else { "FALSE" })
}

pub(crate) fn is_null(column: Expr, null: bool) -> Expr {
    if null { column.is_null() } else { column.is_not_null() }
}

/// True of the values listed; of nothing when the list is empty. On PostgreSQL the list is one parameter, an array: as
/// many parameters as values would make as many statements as lengths. A single value is compared by itself: an index then
/// gives its rows in order, which those of a list have to be sorted into.
pub(crate) fn is_one_of<V>(column: Expr, values: &[V], backend: DbBackend) -> Expr
where
    V: Clone + Into<Expr>,
    Vec<V>: Into<Value>,
{
    match values {
        [] => constant(false),
        [one] => column.eq(one.clone()),
        _ if backend == DbBackend::Postgres => column.eq(PgFunc::any(Expr::val(values.to_vec()))),
        _ => column.is_in(values.iter().cloned()),
    }
}

/// True of all other values, null among them.
fn is_none_of<V>(column: Expr, values: &[V], backend: DbBackend) -> Expr
where
    V: Clone + Into<Expr>,
    Vec<V>: Into<Value>,
{
    is_one_of(column.clone(), values, backend).not().or(column.is_null())
}
