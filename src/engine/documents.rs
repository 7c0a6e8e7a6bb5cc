//! Documents that were seen before: parsed once, and not validated again as long as nothing that validation looks at
//! has changed.
//!
//! Clients send the same few documents over and over; parsing and validating one takes longer than answering it. What
//! depends on a request's variables (costs, whether they are there, their values) is still checked each time.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Name, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use async_graphql_value::ConstValue;
use quick_cache::{Weighter, sync::Cache};

use super::{checks::limits::shortened, variable_values::InputTypes};
use crate::graphql::{
    error::{ApiError, ErrorCode},
    fast::prepared::Prepared,
};

/// Most text of documents that is remembered, in bytes. A parsed document takes up to a hundred times its text.
const TEXT_MAX: u64 = 256 * 1024;
/// How many documents that usually is.
const DOCUMENTS_USUAL: usize = 1000;
/// Ways of giving variables that are remembered for a document.
const MANNERS_MAX: usize = 32;

/// The documents seen lately, by their text.
#[derive(Debug)]
pub(crate) struct Documents {
    seen: Cache<Box<str>, Arc<Document>, ByLength>,
    types: InputTypes,
}

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<Box<str>, Arc<Document>> for ByLength {
    fn weight(&self, text: &Box<str>, _: &Arc<Document>) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

impl Documents {
    /// None yet, of the schema that this text describes.
    pub(crate) fn new(sdl: &str) -> Self {
        Self { seen: Cache::with_weighter(DOCUMENTS_USUAL, TEXT_MAX, ByLength), types: InputTypes::new(sdl) }
    }

    /// The document with this text, if it was seen lately.
    pub(crate) fn get(&self, text: &str) -> Option<Arc<Document>> {
        self.seen.get(text)
    }

    /// Remembers a document that was executed without an error, the manner in which its variables were given, and
    /// what was prepared for the next time.
    pub(crate) fn remember(
        &self,
        text: &str,
        document: &Arc<Document>,
        manner: Option<Manner>,
        prepared: Option<Prepared>,
    ) {
        if let Some(manner) = manner {
            document.remember(manner, prepared);
        }
        if self.seen.get(text).is_none() {
            self.seen.insert(text.into(), Arc::clone(document));
        }
    }

    /// The variable whose value has a number that its type does not have, if there is one. Defaults are for validation to
    /// refuse.
    pub(crate) fn odd_number<'a>(&self, operation: &'a OperationDefinition, variables: &Variables) -> Option<&'a Name> {
        let mut definitions = operation.variable_definitions.iter().map(|definition| &definition.node);
        let beyond = definitions.find(|definition| {
            let default = definition.default_value.as_ref().map(|default| &default.node);
            let value = variables.get(&definition.name.node).filter(|value| Some(*value) != default);
            value.is_some_and(|value| self.types.has_odd_number(&definition.var_type.node.base, value))
        });
        beyond.map(|definition| &definition.name.node)
    }

    /// The manner in which a request gives its variables; none when one has a value that validation could refuse.
    pub(crate) fn manner(
        &self,
        name: Option<&str>,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Option<Manner> {
        let given = operation.variable_definitions.iter().map(|definition| {
            let definition = &definition.node;
            match variables.get(&definition.name.node) {
                None => Some(Given::Absent),
                Some(ConstValue::Null) => Some(Given::Null),
                Some(value) => self.types.fits(&definition.var_type.node, value).then_some(Given::Value),
            }
        });
        Some(Manner { operation: name.map(Into::into), given: given.collect::<Option<_>>()? })
    }
}

/// A parsed document.
#[derive(Debug)]
pub(crate) struct Document {
    /// What it says.
    pub parsed: ExecutableDocument,
    /// The manners of giving variables in which it was found valid.
    valid_in: Mutex<Vec<(Manner, Known)>>,
}

/// A document that was found valid before.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// How to answer it; none when that takes the library.
    pub prepared: Option<Arc<Prepared>>,
}

impl Document {
    /// A document that has not been validated.
    pub(crate) fn new(parsed: ExecutableDocument) -> Self {
        Self { parsed, valid_in: Mutex::default() }
    }

    /// What is known of the document when it was found valid with variables given in this manner.
    pub(crate) fn known_in(&self, manner: &Manner) -> Option<Known> {
        let manners = self.valid_in.lock().unwrap_or_else(PoisonError::into_inner);
        manners.iter().find(|(known, _)| known == manner).map(|(_, known)| known.clone())
    }

    fn remember(&self, manner: Manner, prepared: Option<Prepared>) {
        let mut manners = self.valid_in.lock().unwrap_or_else(PoisonError::into_inner);
        if manners.len() < MANNERS_MAX && !manners.iter().any(|(known, _)| *known == manner) {
            manners.push((manner, Known { prepared: prepared.map(Arc::new) }));
        }
    }
}

/// What validation can see of a request beside its document: which operation is meant, and which of its variables are
/// there, null or absent. It sees their values too, which therefore have to be such as it has nothing to say about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    operation: Option<Box<str>>,
    given: Vec<Given>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Absent,
    Null,
    Value,
}

/// The operation that a request means.
pub(super) fn find_operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ApiError> {
    let invalid = |message: String| ApiError::new(ErrorCode::ValidationFailed, message);
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) if operations.contains_key(name) => {
            operations.get(name).map(|operation| &operation.node).ok_or_else(|| invalid(String::new()))
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            let only = operations.values().next().map(|operation| &operation.node);
            only.ok_or_else(|| invalid("The document has no operation.".to_owned()))
        }
        (DocumentOperations::Multiple(_), None) => {
            Err(invalid("The document has several operations; name one in `operationName`.".to_owned()))
        }
        (_, Some(name)) => Err(invalid(format!("The document has no operation named \"{}\".", shortened(name)))),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    const SDL: &str = "scalar JSON enum Order { NAME EMAIL } input Either @oneOf { a: Int b: Int }
        input Test { contains: String in: [String!] } input Filter { name: Test and: [Filter!] order: Order = NAME data: JSON }
        input Input { name: String! }";

    fn manner(query: &str, variables: serde_json::Value) -> Option<Manner> {
        let document = parse_query(query).unwrap();
        let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
        Documents::new(SDL).manner(None, &operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn values_that_fit_do_not_matter() {
        let query = "query($id: ID!, $ids: [ID!], $first: Int) { a }";
        let one = manner(query, json!({ "id": "a", "ids": ["b"], "first": 1 }));
        assert!(one.is_some());
        assert_eq!(one, manner(query, json!({ "id": "c", "ids": [], "first": 2 })));
        assert_ne!(one, manner(query, json!({ "id": "c", "first": 2 })));
        assert_ne!(one, manner(query, json!({ "id": "c", "ids": null, "first": 2 })));
        let query = "query($filter: Filter, $input: Input, $order: [Order!]) { a }";
        let filter =
            json!({ "name": { "contains": "a" }, "and": [{}, { "order": "EMAIL", "name": null }], "data": [1] });
        let one = manner(query, json!({ "filter": {}, "input": { "name": "" }, "order": ["NAME"] }));
        assert!(one.is_some());
        assert_eq!(one, manner(query, json!({ "filter": filter, "input": { "name": "a" }, "order": [] })));
    }

    #[test]
    fn values_that_do_not_fit_make_no_manner() {
        assert_eq!(None, manner("query($id: ID!) { a }", json!({ "id": 1 })));
        assert_eq!(None, manner("query($ids: [ID!]) { a }", json!({ "ids": [null] })));
        assert_eq!(None, manner("query($ids: [ID!]) { a }", json!({ "ids": "a" })));
        assert_eq!(None, manner("query($first: Int) { a }", json!({ "first": 3_000_000_000_u32 })));
        assert_eq!(None, manner("query($order: Order) { a }", json!({ "order": "PHONE" })));
        assert_eq!(None, manner("query($input: Input) { a }", json!({ "input": {} })));
        assert_eq!(None, manner("query($input: Input) { a }", json!({ "input": { "name": null } })));
        assert_eq!(None, manner("query($input: Input) { a }", json!({ "input": "name" })));
        assert_eq!(None, manner("query($filter: Filter) { a }", json!({ "filter": { "nme": {} } })));
        assert_eq!(None, manner("query($filter: Filter) { a }", json!({ "filter": { "and": [{ "name": "a" }] } })));
        assert_eq!(None, manner("query($either: Either) { a }", json!({ "either": { "a": 1 } })));
        assert_eq!(None, manner("query($nothing: Nothing) { a }", json!({ "nothing": 1 })));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let documents = Documents::new(SDL);
        for number in 0..20_000 {
            let text = format!("{{ contact(id: \"{number}\") {{ id }} }}");
            let document = Arc::new(Document::new(parse_query(&text).unwrap()));
            documents.remember(&text, &document, None, None);
        }
        assert!(documents.seen.weight() <= TEXT_MAX);
        assert!(documents.seen.len() > 100);
    }
}
