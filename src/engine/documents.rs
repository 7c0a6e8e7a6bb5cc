//! Cache of parsed and validated documents.
//!
//! Clients send the same few documents over and over, and parsing and validating one takes longer than answering it.
//! Checks that depend on a request's variables (costs, presence, values) still run each time.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{
    Name, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition},
};
use quick_cache::{Weighter, sync::Cache};

use super::{
    checks::limits::shortened,
    operations::{Operation, Operations},
};
use crate::graphql::{
    error::{ApiError, ErrorCode},
    fast::prepared::Prepared,
};

/// Most text of cached documents, in bytes. A parsed document takes up to a hundred times its text.
const TEXT_BYTES_MAX: u64 = 256 * 1024;
/// Usual number of cached documents.
const DOCUMENTS_USUAL: usize = 1000;
/// Most shapes of variables that are cached for a document.
const SHAPES_MAX: usize = 32;

/// Cached documents, by their text. All of them are valid.
#[derive(Debug)]
pub(super) struct Documents {
    seen: Cache<Box<str>, Arc<Document>, ByLength>,
}

impl Default for Documents {
    fn default() -> Self {
        Self { seen: Cache::with_weighter(DOCUMENTS_USUAL, TEXT_BYTES_MAX, ByLength) }
    }
}

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<Box<str>, Arc<Document>> for ByLength {
    fn weight(&self, text: &Box<str>, _: &Arc<Document>) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

impl Documents {
    /// Returns the cached document with this text.
    pub(super) fn get(&self, text: &str) -> Option<Arc<Document>> {
        self.seen.get(text)
    }

    /// Remembers a document that was executed without an error, with what was prepared for the next request whose
    /// variables have this shape.
    pub(super) fn remember(
        &self,
        text: &str,
        document: &Arc<Document>,
        shape: VariableShape<'_>,
        prepared: Option<Prepared>,
    ) {
        document.remember(shape, prepared);
        if self.seen.get(text).is_none() {
            self.seen.insert(text.into(), Arc::clone(document));
        }
    }
}

/// The parts of a request, beside its document, that decide what is executed: the operation that is meant, and which of its
/// variables are left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct VariableShape<'a> {
    pub(super) operation: Option<&'a str>,
    pub(super) omitted: &'a [Name],
}

/// A parsed document.
#[derive(Debug)]
pub(super) struct Document {
    /// The document as the library executes it.
    pub(super) parsed: ExecutableDocument,
    /// Variables of which null fails their field.
    not_null: Vec<Name>,
    /// The shapes of variables with which it was executed.
    executed: Mutex<Vec<Executed>>,
    /// Metrics of its operation, where it has one and somebody with a role has sent it.
    metrics: OnceLock<Arc<Operation>>,
}

/// A shape of variables with which a document was executed without an error.
#[derive(Debug)]
struct Executed {
    operation: Option<Box<str>>,
    omitted: Box<[Name]>,
    previous: PreviousExecution,
}

/// Outcome of an earlier execution of a document.
#[derive(Clone, Debug)]
pub(super) struct PreviousExecution {
    /// How to answer it; none when that takes the library.
    pub(super) prepared: Option<Arc<Prepared>>,
}

impl Document {
    pub(super) fn new(parsed: ExecutableDocument, not_null: Vec<Name>) -> Self {
        Self { parsed, not_null, executed: Mutex::default(), metrics: OnceLock::new() }
    }

    /// Returns true if a variable is null where no null may stand. Its field fails, and no other.
    pub(super) fn has_null_argument(&self, variables: &Variables) -> bool {
        self.not_null.iter().any(|name| variables.get(name) == Some(&Value::Null))
    }

    /// Returns the metrics of the operation that a request means. The document is valid.
    pub(super) fn metrics(&self, operations: &Operations, name: Option<&str>, is_stranger: bool) -> Arc<Operation> {
        if let Some(metrics) = self.metrics.get() {
            return Arc::clone(metrics);
        }
        let metrics = operations.named(self.operation_name(name), is_stranger);
        let has_one = match &self.parsed.operations {
            DocumentOperations::Single(_) => true,
            DocumentOperations::Multiple(named) => named.len() == 1,
        };
        if has_one && !is_stranger {
            return Arc::clone(self.metrics.get_or_init(|| metrics));
        }
        metrics
    }

    /// Returns the name of the operation that a request means, which names it or not.
    pub(super) fn operation_name<'a>(&'a self, requested: Option<&'a str>) -> Option<&'a str> {
        match &self.parsed.operations {
            DocumentOperations::Single(_) => None,
            DocumentOperations::Multiple(named) => requested.or_else(|| named.keys().next().map(Name::as_str)),
        }
    }

    /// Returns the earlier execution with variables of this shape.
    pub(super) fn previous_with(&self, shape: VariableShape<'_>) -> Option<PreviousExecution> {
        let executed = self.executed.lock().unwrap_or_else(PoisonError::into_inner);
        executed.iter().find(|executed| executed.is_of(shape)).map(|executed| executed.previous.clone())
    }

    fn remember(&self, shape: VariableShape<'_>, prepared: Option<Prepared>) {
        let mut executed = self.executed.lock().unwrap_or_else(PoisonError::into_inner);
        if executed.len() < SHAPES_MAX && !executed.iter().any(|executed| executed.is_of(shape)) {
            executed.push(Executed {
                operation: shape.operation.map(Into::into),
                omitted: shape.omitted.into(),
                previous: PreviousExecution { prepared: prepared.map(Arc::new) },
            });
        }
    }
}

impl Executed {
    fn is_of(&self, shape: VariableShape<'_>) -> bool {
        self.operation.as_deref() == shape.operation && *self.omitted == *shape.omitted
    }
}

/// The operation that a request means.
pub(super) fn find_operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ApiError> {
    let invalid = |message: &str| ApiError::new(ErrorCode::ValidationFailed, message);
    let unknown = |name| invalid(&format!("The document has no operation named \"{}\".", shortened(name)));
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get(name).map(|operation| &operation.node).ok_or_else(|| unknown(name))
        }
        (DocumentOperations::Multiple(operations), None) => {
            let mut operations = operations.values();
            match (operations.next(), operations.next()) {
                (Some(only), None) => Ok(&only.node),
                (None, _) => Err(invalid("The document has no operation.")),
                _ => Err(invalid("The document has several operations; name one in `operationName`.")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn what_is_remembered_is_bounded() {
        let documents = Documents::default();
        let shape = VariableShape { operation: None, omitted: &[] };
        for number in 0..20_000 {
            let text = format!("{{ contact(id: \"{number}\") {{ id }} }}");
            let document = Arc::new(Document::new(parse_query(&text).unwrap(), Vec::new()));
            documents.remember(&text, &document, shape, None);
        }
        assert!(documents.seen.weight() <= TEXT_BYTES_MAX);
        assert!(documents.seen.len() > 100);
    }

    #[test]
    fn operations_and_left_out_variables_are_told_apart() {
        let document = Document::new(parse_query("{ a }").unwrap(), Vec::new());
        let names = [Name::new("a"), Name::new("b")];
        let shape = VariableShape { operation: Some("A"), omitted: &names[..1] };
        document.remember(shape, None);
        assert!(document.previous_with(shape).is_some());
        for other in [
            VariableShape { operation: None, ..shape },
            VariableShape { omitted: &names, ..shape },
            VariableShape { omitted: &[], ..shape },
        ] {
            assert!(document.previous_with(other).is_none());
        }
    }
}
