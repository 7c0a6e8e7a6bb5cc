//! The size of a filter, measured on its literals and variables before anything parses it.
//!
//! A filter is parsed into structs a thousand times larger than an empty object in JSON, then becomes SQL. Both are
//! bounded here: [`super::limits`] measures each `filter` argument of a document before the document is executed.

use async_graphql_value::{ConstValue, Value};

use crate::{config::Limits, graphql::error::ApiError};

/// Deepest nesting of `and`, `or` and `not`, counted in objects and lists.
const DEPTH_MAX: u32 = 40;
/// Objects, lists and values of a filter for each operator and listed value that it may have.
const NODES_PER_TERM: u64 = 8;

/// Complexity of a test that looks at each row, beside the 1 that each test has.
const SCAN_COMPLEXITY: u64 = 20;
/// Complexity of a test of other records, such as memberships.
const JOIN_COMPLEXITY: u64 = 100;
/// Tests of other records in one filter: PostgreSQL plans them as joins, and takes 30 ms for 20 of them, 1.2 s for 100.
const JOINS_MAX: u64 = 20;

/// The size of one filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FilterSize {
    /// Operators and listed values; an empty object or list counts as one.
    pub(super) terms: u64,
    /// Objects, lists and values.
    nodes: u64,
    /// Tests that may look at each row, see [`is_scan`].
    pub(super) scans: u64,
    /// Tests of other records.
    joins: u64,
}

impl FilterSize {
    /// Complexity that the tests add to a document.
    pub(super) fn complexity(self) -> u64 {
        let joins = self.joins.saturating_mul(JOIN_COMPLEXITY);
        self.terms.saturating_add(self.scans.saturating_mul(SCAN_COMPLEXITY)).saturating_add(joins)
    }
}

/// A part of a filter: in the document, or in a variable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    Literal(&'a Value),
    Given(&'a ConstValue),
}

impl Part<'_> {
    pub(super) fn is_null(self) -> bool {
        matches!(self, Self::Literal(Value::Null) | Self::Given(ConstValue::Null))
    }
}

/// Measures a filter, where `variable` looks a variable up. `BAD_USER_INPUT` when it is too large or too deep, or holds
/// the NUL character, which no record can.
pub(super) fn measure<'a>(
    filter: &'a Value,
    variable: &impl Fn(&str) -> Option<&'a ConstValue>,
    limits: &Limits,
) -> Result<FilterSize, ApiError> {
    let most = limits.filter_terms_max.into();
    let mut walk = Walk { size: FilterSize::default(), most, metadata_tests: 0, variable };
    walk.part(Part::Literal(filter), 0, false)?;
    Ok(walk.size)
}

/// A walk through a filter.
pub(super) struct Walk<'f, F> {
    size: FilterSize,
    most: u64,
    /// Tests of `metadata` so far.
    pub(super) metadata_tests: u64,
    pub(super) variable: &'f F,
}

impl<'a, F: Fn(&str) -> Option<&'a ConstValue>> Walk<'_, F> {
    fn part(&mut self, part: Part<'a>, depth: u32, scans: bool) -> Result<(), ApiError> {
        check_depth(depth)?;
        match part {
            Part::Literal(Value::Variable(name)) => match (self.variable)(name) {
                Some(value) => self.part(Part::Given(value), depth, scans),
                None => Ok(()),
            },
            part if part.is_null() => Ok(()),
            Part::Literal(Value::List(items)) => self.list(items.iter().map(Part::Literal), depth, scans),
            Part::Given(ConstValue::List(items)) => self.list(items.iter().map(Part::Given), depth, scans),
            Part::Literal(Value::Object(fields)) => {
                self.object(fields.iter().map(|(name, field)| (name.as_str(), Part::Literal(field))), depth, scans)
            }
            Part::Given(ConstValue::Object(fields)) => {
                self.object(fields.iter().map(|(name, field)| (name.as_str(), Part::Given(field))), depth, scans)
            }
            Part::Literal(Value::String(text)) | Part::Given(ConstValue::String(text)) => {
                no_nul(text)?;
                self.count(1, 1, u64::from(scans))
            }
            _ => self.count(1, 1, u64::from(scans)),
        }
    }

    fn list(
        &mut self,
        items: impl ExactSizeIterator<Item = Part<'a>>,
        depth: u32,
        scans: bool,
    ) -> Result<(), ApiError> {
        self.count(1, u64::from(items.len() == 0), 0)?;
        let mut items = items;
        items.try_for_each(|item| self.part(item, depth + 1, scans))
    }

    fn object(
        &mut self,
        fields: impl ExactSizeIterator<Item = (&'a str, Part<'a>)>,
        depth: u32,
        scans: bool,
    ) -> Result<(), ApiError> {
        self.count(1, u64::from(fields.len() == 0), 0)?;
        let mut fields = fields;
        fields.try_for_each(|(name, field)| {
            if name == "metadata" {
                return self.metadata(field, depth + 1);
            }
            if matches!(name, "membership" | "withoutCompany" | "withoutContacts") && !field.is_null() {
                self.join()?;
            }
            self.part(field, depth + 1, scans || is_scan(name))
        })
    }

    fn join(&mut self) -> Result<(), ApiError> {
        self.size.joins = self.size.joins.saturating_add(1);
        if self.size.joins > JOINS_MAX {
            return Err(ApiError::bad_input(format!("A filter has at most {JOINS_MAX} tests of memberships.")));
        }
        Ok(())
    }

    pub(super) fn count(&mut self, nodes: u64, terms: u64, scans: u64) -> Result<(), ApiError> {
        let size = &mut self.size;
        size.nodes = size.nodes.saturating_add(nodes);
        size.terms = size.terms.saturating_add(terms);
        size.scans = size.scans.saturating_add(scans);
        let most = self.most;
        if size.terms > most || size.nodes > most.saturating_mul(NODES_PER_TERM) {
            return Err(ApiError::bad_input(format!("A filter has at most {most} operators and listed values.")));
        }
        Ok(())
    }
}

/// Refuses what is nested too deeply.
pub(super) fn check_depth(depth: u32) -> Result<(), ApiError> {
    if depth > DEPTH_MAX { Err(ApiError::bad_input("The filter is nested too deeply.")) } else { Ok(()) }
}

/// Refuses a text that no record can have.
pub(super) fn no_nul(text: &str) -> Result<(), ApiError> {
    if text.contains('\0') {
        return Err(ApiError::bad_input("A filter must not contain the NUL character."));
    }
    Ok(())
}

/// True of an operator or a field whose tests no index answers in few steps: with others beside it, or with a value that most
/// records have, it looks at each row. What is left are `eq` and `in` of ids, names and their like.
fn is_scan(name: &str) -> bool {
    let compares = matches!(name, "contains" | "startsWith" | "endsWith" | "gt" | "gte" | "lt" | "lte");
    let excludes = matches!(name, "neq" | "notIn" | "not" | "isNull");
    compares || excludes || matches!(name, "status" | "type" | "body" | "notes" | "isPrimary")
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{
        parse_query,
        types::{DocumentOperations, Selection},
    };
    use serde_json::json;

    use super::*;

    fn size(filter: &str, variables: serde_json::Value) -> Option<(u64, u64)> {
        let document = parse_query(format!("{{ a(filter: {filter}) }}")).unwrap();
        let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else { panic!("a field") };
        let variables = async_graphql::Variables::from_json(variables);
        let size = measure(&field.node.arguments[0].1.node, &|name| variables.get(name), &Limits::default());
        size.ok().map(|size| (size.terms, size.scans))
    }

    #[test]
    fn operators_and_listed_values_are_counted_and_which_of_them_scan() {
        assert_eq!(size("{}", json!({})), Some((1, 0)));
        assert_eq!(size("{ name: { eq: \"a\", contains: \"b\" }, email: null }", json!({})), Some((2, 1)));
        assert_eq!(size("{ name: { in: [\"a\", \"b\"], notIn: $n } }", json!({ "n": ["c"] })), Some((3, 1)));
        assert_eq!(size("{ not: { name: { eq: \"a\" } }, or: [{}, {}] }", json!({})), Some((3, 1)));
        assert_eq!(size("$f", json!({ "f": { "and": [{ "name": { "endsWith": "a" } }] } })), Some((1, 1)));
        assert_eq!(
            size("$f", json!({ "f": { "createdAt": { "gt": "2026-01-01T00:00:00Z" }, "status": { "eq": "ACTIVE" } } })),
            Some((2, 2))
        );
        assert_eq!(
            size("{ body: { eq: \"a\" }, name: { startsWith: \"a\" }, id: { in: [\"a\", \"b\"] } }", json!({})),
            Some((4, 2))
        );
        assert_eq!(size("$f", json!({})), Some((0, 0)));
    }

    #[test]
    fn neither_breadth_nor_depth_nor_empty_objects_go_beyond_the_limits() {
        assert_eq!(size("$f", json!({ "f": { "and": vec![json!({}); 500] } })), Some((500, 0)));
        assert_eq!(size("$f", json!({ "f": { "and": vec![json!({}); 501] } })), None);
        assert_eq!(size("$f", json!({ "f": { "and": vec![json!({ "not": { "and": [[], []] } }); 251] } })), None);
        let deep = |depth| (0..depth).fold(json!({}), |inner, _| json!({ "not": inner }));
        assert_eq!(size("$f", json!({ "f": deep(40) })), Some((1, 0)));
        assert_eq!(size("$f", json!({ "f": deep(41) })), None);
    }
}
