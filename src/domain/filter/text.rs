//! Tests of texts.

use sea_orm::{
    DbBackend,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::{
    domain::{
        condition::{Target, constant, contains, is_none_of, is_null, is_one_of},
        derived, email, folding,
    },
    resources::Field,
};

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
    Gte(String),
    Lt(String),
    IsNull(bool),
}

/// The columns behind a text field: one compared exactly, one folded.
#[derive(Clone, Debug)]
pub(super) struct TextColumns {
    pub(super) exact: Expr,
    pub(super) folded: Expr,
    /// The digits, by which parts without letters are found.
    pub(super) digits: Option<Expr>,
    /// Compare exactly after lower-casing, as e-mail addresses are.
    pub(super) lower: bool,
    /// The folded column is a [`folding::key`], by which equal texts are found.
    pub(super) has_key: bool,
    /// Folds a text as the folded column's are.
    pub(super) fold: fn(&str) -> String,
}

impl TextColumns {
    pub(super) fn of(table: &'static str, field: &Field) -> Self {
        let exact = field.lower.unwrap_or(field.column);
        Self {
            exact: Expr::col((table, exact)),
            folded: Expr::col((table, field.folded.map_or(exact, |folded| folded.column))),
            digits: field.digits.map(|digits| Expr::col((table, digits))),
            lower: field.lower.is_some(),
            has_key: field.folded.is_some_and(|folded| folded.finds_equals),
            fold: if field.folded.is_some_and(|folded| folded.is_whole) { folding::fold } else { folding::key },
        }
    }

    pub(super) fn condition(self, wanted: &TextTest, target: Target) -> Expr {
        let Self { exact, folded, digits, lower, has_key, fold } = self;
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
            // As orders compare.
            TextTest::Gte(text) => folded.gte(fold(text)),
            TextTest::Lt(text) => folded.lt(fold(text)),
            // Every text contains the empty one.
            TextTest::Contains(text) | TextTest::StartsWith(text) | TextTest::EndsWith(text) if text.is_empty() => {
                exact.is_not_null()
            }
            TextTest::Contains(text) if digits.is_some() && is_number(text) => {
                digits.map_or_else(|| constant(false), |column| contains(column, &derived::digits(text), backend))
            }
            TextTest::Contains(text) => in_any_form(text, |form| contains(folded.clone(), form, backend)),
            TextTest::StartsWith(text) => in_any_form(text, |form| starts_with(folded.clone(), form)),
            TextTest::EndsWith(text) => in_any_form(text, |form| ends_with(folded.clone(), form, backend)),
        }
    }
}

/// True of a part of a phone number: digits, and no letters.
fn is_number(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic) && !derived::digits(text).is_empty()
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
