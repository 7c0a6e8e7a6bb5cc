//! Tests of lists by their items: any e-mail address, any phone number, tags.

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, UnionType};

use super::text::{TextColumns, TextTest};
use crate::{
    domain::{
        condition::{Target, balanced, constant, is_null, is_one_of},
        folding,
    },
    resources::{Field, ItemKeys, Items, Resource},
};

/// A test of tags, given by their keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the operators are documented on the GraphQL input, in one place")]
pub enum TagTest {
    HasAny(Vec<String>),
    HasAll(Vec<String>),
    HasNone(Vec<String>),
}

/// The columns of the table that has a row for each item.
fn columns(items: &Items) -> TextColumns {
    let column = |name: &'static str| Expr::col((items.table, name));
    let (exact, digits) = match items.keys {
        ItemKeys::Email => ("lower", None),
        ItemKeys::Phone => ("value", Some(column("digits"))),
        ItemKeys::Tag => ("tag", None),
    };
    TextColumns {
        exact: column(exact),
        folded: column("key"),
        digits,
        lower: items.keys == ItemKeys::Email,
        has_key: items.keys == ItemKeys::Phone,
        fold: folding::key,
    }
}

/// The ids of the records that have an item of which a condition is true.
fn owners(items: &Items, condition: Expr) -> SelectStatement {
    Query::select().column((items.table, items.owner)).from(items.table).and_where(condition).take()
}

/// True of records of which one and the same item passes all tests. The first item is a field of its own, by which alone
/// most records are found.
pub(super) fn any_item(
    of: &'static Resource,
    first: &'static Field,
    items: &Items,
    tests: &[TextTest],
    target: Target,
) -> Expr {
    let id = || Expr::col((of.table, "id"));
    let (mut all, mut positive) = (Vec::new(), Vec::new());
    for test in tests {
        match test {
            TextTest::IsNull(null) => all.push(is_null(Expr::col((of.table, first.column)), *null)),
            TextTest::Neq(text) => all.push(no_item(of, first, items, &TextTest::Eq(text.clone()), target)),
            TextTest::NotIn(some) => all.push(no_item(of, first, items, &TextTest::In(some.clone()), target)),
            other => positive.push(other),
        }
    }
    let passes = |columns: &dyn Fn() -> TextColumns| {
        let tests = positive.iter().map(|test| columns().condition(test, target)).collect();
        balanced(tests, ExprTrait::and).unwrap_or_else(|| constant(true))
    };
    if !positive.is_empty() {
        let theirs = owners(items, passes(&|| columns(items)));
        let has_index =
            positive.iter().any(|test| matches!(test, TextTest::Eq(_) | TextTest::In(_) | TextTest::StartsWith(_)));
        all.push(if has_index {
            // Both parts have an index, which neither database would use for an alternative of the two.
            let mut found = Query::select();
            found
                .column(("same", "id"))
                .from_as(of.table, "same")
                .and_where(passes(&|| TextColumns::of("same", first)));
            id().in_subquery(found.union(UnionType::All, theirs).take())
        } else {
            passes(&|| TextColumns::of(of.table, first)).or(id().in_subquery(theirs))
        });
    }
    balanced(all, ExprTrait::and).unwrap_or_else(|| constant(true))
}

/// True of records without an item that equals, null among them.
fn no_item(of: &'static Resource, first: &'static Field, items: &Items, equals: &TextTest, target: Target) -> Expr {
    let differs = match equals {
        TextTest::Eq(text) => TextTest::Neq(text.clone()),
        TextTest::In(texts) => TextTest::NotIn(texts.clone()),
        _ => return constant(true),
    };
    let theirs = owners(items, columns(items).condition(equals, target));
    TextColumns::of(of.table, first)
        .condition(&differs, target)
        .and(Expr::col((of.table, "id")).not_in_subquery(theirs))
}

impl TagTest {
    pub(super) fn condition(&self, table: &'static str, items: &Items, target: Target) -> Expr {
        let having = |keys: &[String]| {
            let theirs = owners(items, is_one_of(Expr::col((items.table, "key")), keys, target.backend));
            Expr::col((table, "id")).in_subquery(theirs)
        };
        match self {
            Self::HasAny(keys) => having(keys),
            Self::HasAll(keys) => {
                let each = keys.iter().map(|key| having(std::slice::from_ref(key))).collect();
                balanced(each, ExprTrait::and).unwrap_or_else(|| constant(true))
            }
            Self::HasNone(keys) => having(keys).not(),
        }
    }
}
