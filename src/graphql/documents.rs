//! Documents that were seen before: parsed once, and not validated again as long as nothing that validation looks at
//! has changed.
//!
//! Clients send the same few documents over and over; parsing and validating one takes longer than answering it. What
//! depends on a request's variables (costs, whether they are there, their values) is still checked each time.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{
    Variables,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type},
};
use async_graphql_value::ConstValue;
use quick_cache::{Weighter, sync::Cache};

use super::direct::prepared::Prepared;

/// Most text of documents that is remembered, in bytes. A parsed document takes up to a hundred times its text.
const TEXT_MAX: u64 = 256 * 1024;
/// How many documents that usually is.
const DOCUMENTS_USUAL: usize = 1000;
/// Ways of giving variables that are remembered for a document.
const MANNERS_MAX: usize = 32;

/// The documents seen lately, by their text.
#[derive(Debug)]
pub struct Documents(Cache<Box<str>, Arc<Document>, ByLength>);

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<Box<str>, Arc<Document>> for ByLength {
    fn weight(&self, text: &Box<str>, _: &Arc<Document>) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::with_weighter(DOCUMENTS_USUAL, TEXT_MAX, ByLength))
    }
}

impl Documents {
    /// The document with this text, if it was seen lately.
    pub fn get(&self, text: &str) -> Option<Arc<Document>> {
        self.0.get(text)
    }

    /// Remembers a document that was executed without an error, the manner in which its variables were given, and
    /// what was prepared for the next time.
    pub fn remember(&self, text: &str, document: &Arc<Document>, manner: Option<Manner>, prepared: Option<Prepared>) {
        if let Some(manner) = manner {
            document.remember(manner, prepared);
        }
        if self.0.get(text).is_none() {
            self.0.insert(text.into(), Arc::clone(document));
        }
    }
}

/// A parsed document.
#[derive(Debug)]
pub struct Document {
    /// What it says.
    pub parsed: ExecutableDocument,
    /// The manners of giving variables in which it was found valid.
    valid_in: Mutex<Vec<(Manner, Known)>>,
}

/// A document that was found valid before.
#[derive(Clone, Debug)]
pub struct Known {
    /// How to answer it; none when that takes the library.
    pub prepared: Option<Arc<Prepared>>,
}

impl Document {
    /// A document that has not been validated.
    pub fn new(parsed: ExecutableDocument) -> Self {
        Self { parsed, valid_in: Mutex::default() }
    }

    /// What is known of the document when it was found valid with variables given in this manner.
    pub fn known_in(&self, manner: &Manner) -> Option<Known> {
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

/// All that validation can see of a request beside its document: which operation is meant, and which of its variables
/// are there, null or absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manner {
    operation: Option<Box<str>>,
    given: Vec<Given>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Absent,
    Null,
    Value,
}

impl Manner {
    /// None when validation looks at the values too: at enums, at input objects and scalars of our own, and at values
    /// that are not of their variable's type.
    pub fn of(name: Option<&str>, operation: &OperationDefinition, variables: &Variables) -> Option<Self> {
        let given = operation.variable_definitions.iter().map(|definition| {
            let definition = &definition.node;
            match variables.get(&definition.name.node) {
                None => Some(Given::Absent),
                Some(ConstValue::Null) => Some(Given::Null),
                Some(value) => is_plainly(&definition.var_type.node, value).then_some(Given::Value),
            }
        });
        Some(Self { operation: name.map(Into::into), given: given.collect::<Option<_>>()? })
    }
}

/// True of a value that is all that a built-in type asks for.
fn is_plainly(ty: &Type, value: &ConstValue) -> bool {
    match (&ty.base, value) {
        (_, ConstValue::Null) => ty.nullable,
        (BaseType::List(item), ConstValue::List(values)) => values.iter().all(|value| is_plainly(item, value)),
        (BaseType::Named(name), ConstValue::String(_)) => matches!(name.as_str(), "ID" | "String"),
        (BaseType::Named(name), ConstValue::Boolean(_)) => name == "Boolean",
        (BaseType::Named(name), ConstValue::Number(number)) => {
            name == "Int" && number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::{parse_query, types::DocumentOperations};
    use serde_json::json;

    use super::*;

    fn manner(query: &str, variables: serde_json::Value) -> Option<Manner> {
        let document = parse_query(query).unwrap();
        let DocumentOperations::Single(operation) = &document.operations else { panic!("one operation") };
        Manner::of(None, &operation.node, &Variables::from_json(variables))
    }

    #[test]
    fn values_of_built_in_types_do_not_matter() {
        let query = "query($id: ID!, $ids: [ID!], $first: Int) { a }";
        let one = manner(query, json!({ "id": "a", "ids": ["b"], "first": 1 }));
        assert!(one.is_some());
        assert_eq!(one, manner(query, json!({ "id": "c", "ids": [], "first": 2 })));
        assert_ne!(one, manner(query, json!({ "id": "c", "first": 2 })));
        assert_ne!(one, manner(query, json!({ "id": "c", "ids": null, "first": 2 })));
    }

    #[test]
    fn values_that_validation_looks_at_make_no_manner() {
        assert_eq!(None, manner("query($filter: ContactFilter) { a }", json!({ "filter": {} })));
        assert_eq!(None, manner("query($id: ID!) { a }", json!({ "id": 1 })));
        assert_eq!(None, manner("query($ids: [ID!]) { a }", json!({ "ids": [null] })));
        assert_eq!(None, manner("query($ids: [ID!]) { a }", json!({ "ids": "a" })));
        assert_eq!(None, manner("query($first: Int) { a }", json!({ "first": 3_000_000_000_u32 })));
        assert_eq!(None, manner("query($field: ContactOrderField) { a }", json!({ "field": "NAME" })));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let documents = Documents::default();
        for number in 0..20_000 {
            let text = format!("{{ contact(id: \"{number}\") {{ id }} }}");
            let document = Arc::new(Document::new(parse_query(&text).unwrap()));
            documents.remember(&text, &document, None, None);
        }
        assert!(documents.0.weight() <= TEXT_MAX);
        assert!(documents.0.len() > 100);
    }
}
