//! From a well-formed request to its answer.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{
    Variables,
    parser::{
        parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};
use axum::{http::StatusCode, response::Response};

use super::{
    media::MediaType,
    method_not_allowed,
    request::GraphqlRequest,
    response::{self, error_response},
};
use crate::{
    graphql::{
        context::RequestState,
        direct::{
            prepared::{Slot, can_be_prepared},
            top_level_fields_differ,
        },
        documents::{Document, Manner},
        error::{ApiError, ErrorCode},
        limits::shortened,
        loaders::inline::Inline,
        tokens,
    },
    http::{Shared, middleware::RequestId},
};

/// Checks and executes a request.
pub(super) async fn run(
    shared: &Shared,
    graphql: GraphqlRequest,
    is_get: bool,
    accepted: MediaType,
    request_id: Option<&RequestId>,
) -> Response {
    // Under the older media type a well-formed request is answered by 200, whatever came of it.
    let refused = match accepted {
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    };
    let checked = match check(shared, &graphql) {
        Ok(checked) if is_get && checked.operation == OperationType::Mutation => {
            return method_not_allowed("POST", "Mutations must be sent by POST.", accepted);
        }
        Ok(checked) => checked,
        Err(error) => return error_response(refused, &error, Some(accepted)),
    };
    let time = Duration::from_millis(shared.http.request_timeout_ms);
    match tokio::time::timeout(time, execute(shared, graphql, checked)).await {
        Ok(Outcome::Data(json)) => response::write_data(&json, accepted),
        Ok(Outcome::Answer { answer, had_variables }) => {
            response::write(*answer, accepted, refused, had_variables, request_id)
        }
        Err(_) => {
            let message = "The request took too long and was stopped. Ask for less at once, or try again later.";
            error_response(StatusCode::GATEWAY_TIMEOUT, &ApiError::new(ErrorCode::Timeout, message), Some(accepted))
        }
    }
}

/// What an execution comes to.
enum Outcome {
    /// Data without errors, as JSON.
    Data(Vec<u8>),
    Answer {
        answer: Box<async_graphql::Response>,
        had_variables: bool,
    },
}

async fn execute(shared: &Shared, graphql: GraphqlRequest, checked: Checked) -> Outcome {
    let Checked { document, manner, .. } = checked;
    let name = graphql.operation_name.as_deref();
    let known = manner.as_ref().and_then(|manner| document.known_in(manner));
    let queue = Inline::default();
    let mut state = RequestState::new(shared.domain.clone(), shared.limits, &queue);
    if let Some(prepared) = known.as_ref().and_then(|known| known.prepared.as_ref())
        && let Ok(operation) = find_operation(&document.parsed, name)
        && let Ok(data) = prepared.answer(&state, operation, &graphql.variables).await
    {
        return Outcome::Data(data);
    }
    let slot = Slot::default();
    if let Ok(operation) = find_operation(&document.parsed, name) {
        state.may_write_directly = top_level_fields_differ(&document.parsed, operation);
        let is_new = known.is_none() && can_be_prepared(&document.parsed, operation);
        state.slot = is_new.then(|| Arc::clone(&slot));
    }
    let had_variables = !graphql.variables.is_empty();
    let mut request = async_graphql::Request::new("").variables(graphql.variables).data(state);
    if let Some(name) = graphql.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(document.parsed.clone());
    let schema = if known.is_some() { &shared.schema_for_valid_documents } else { &shared.schema };
    let answer = queue.run(schema.execute(request)).await;
    if known.is_none() && answer.is_ok() {
        let prepared = Arc::into_inner(slot).and_then(OnceLock::into_inner);
        shared.documents.remember(&graphql.query, &document, manner, prepared);
    }
    Outcome::Answer { answer: Box::new(answer), had_variables }
}

/// What is known of a request before it is executed.
struct Checked {
    document: Arc<Document>,
    operation: OperationType,
    manner: Option<Manner>,
}

/// Parses the document and checks its size, its operation and that its variables are there.
fn check(shared: &Shared, graphql: &GraphqlRequest) -> Result<Checked, ApiError> {
    let document = if let Some(document) = shared.documents.get(&graphql.query) {
        document
    } else {
        tokens::check(&graphql.query, &shared.limits)?;
        Arc::new(Document::new(parse_query(&graphql.query).map_err(|cause| parse_error(&cause))?))
    };
    let name = graphql.operation_name.as_deref();
    let operation = find_operation(&document.parsed, name)?;
    shared.costs.check(&document.parsed, operation, &graphql.variables, &shared.limits)?;
    check_variables(operation, &graphql.variables)?;
    Ok(Checked { operation: operation.ty, manner: Manner::of(name, operation, &graphql.variables), document })
}

/// The library's messages hold the rest of the document; the place is what helps.
fn parse_error(cause: &async_graphql::parser::Error) -> ApiError {
    let place = cause.positions().next();
    let place = place.map(|place| format!(" at line {}, column {}", place.line, place.column)).unwrap_or_default();
    ApiError::new(ErrorCode::ParseFailed, format!("The document is not valid GraphQL{place}."))
}

fn find_operation<'a>(
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

/// A missing variable is noticed before anything runs; the library would notice when it reaches the field.
fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), ApiError> {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        let name = &definition.name.node;
        let is_missing = match variables.get(name) {
            None => definition.default_value.is_none(),
            Some(value) => *value == async_graphql::Value::Null,
        };
        if is_missing && !definition.var_type.node.nullable {
            let name = shortened(name);
            return Err(ApiError::bad_input(format!("The variable \"${name}\" must have a value.")));
        }
    }
    Ok(())
}
