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
use axum::{body::Bytes, http::StatusCode, response::Response};
use futures_util::{TryFutureExt, stream::BoxStream};

use super::{
    media::MediaType,
    method_not_allowed,
    request::GraphqlRequest,
    response::{self, Reply, error_response},
    subscribe,
};
use crate::{
    domain::{self, Actor},
    graphql::{
        absent::{absent, fill_in_defaults, leave_out},
        access,
        context::{Aside, RequestState},
        direct::{
            prepared::{Slot, Unanswered, can_be_prepared},
            top_level_fields_differ,
        },
        documents::{Document, Manner},
        error::{ApiError, ErrorCode},
        limits::shortened,
        loaders::inline::Inline,
        tokens,
    },
    http::{
        Shared,
        credentials::{self, Credentials},
        middleware::RequestId,
    },
};

/// Checks and executes a request.
pub(super) async fn run(shared: &Arc<Shared>, mut graphql: GraphqlRequest, caller: Caller<'_>) -> Response {
    let Caller { credentials, actor, is_get, accepted, request_id } = caller;
    // Under the older media type a well-formed request is answered by 200, whatever came of it.
    let refused = match accepted {
        MediaType::GraphqlResponse => StatusCode::BAD_REQUEST,
        MediaType::Json => StatusCode::OK,
    };
    let checked = match check(shared, &mut graphql, &actor) {
        Ok(checked) if is_get && checked.operation == OperationType::Mutation => {
            return method_not_allowed("POST", "Mutations must be sent by POST.", accepted);
        }
        Ok(checked) if checked.operation == OperationType::Subscription => {
            let message = "Subscribe over a WebSocket (graphql-transport-ws), or with Accept: text/event-stream.";
            return error_response(StatusCode::NOT_ACCEPTABLE, &ApiError::bad_input(message), Some(accepted));
        }
        Ok(checked) => checked,
        Err(error) => {
            let status = if accepted == MediaType::Json { refused } else { status(error.code) };
            return error_response(status, &error, Some(accepted));
        }
    };
    match answer(shared, graphql, checked, actor).await {
        Ok((outcome, aside)) => {
            let reply = outcome.reply(request_id);
            let mut response = response::write(reply, accepted, refused);
            if let Some(aside) = aside {
                credentials::write(response.headers_mut(), &aside, shared, credentials);
            }
            response
        }
        Err(error) => error_response(StatusCode::GATEWAY_TIMEOUT, &error, Some(accepted)),
    }
}

/// What comes of a request that may be a subscription.
pub(in crate::http) enum Opened {
    /// It was not executed; the status that says so over HTTP, and why.
    Refused(StatusCode, ApiError),
    /// The answer to a query or a mutation.
    Answer(Reply),
    /// The answers to a subscription, without end; after a refusal nothing more comes.
    Answers(BoxStream<'static, Result<Bytes, Reply>>),
}

/// Checks and executes a request of any kind, for a transport that can carry more than one answer.
pub(in crate::http) async fn open(
    shared: &Arc<Shared>,
    mut graphql: GraphqlRequest,
    actor: Actor,
    is_get: bool,
    request_id: Option<&RequestId>,
) -> Opened {
    let checked = match check(shared, &mut graphql, &actor) {
        Ok(checked) => checked,
        Err(error) => return Opened::Refused(status(error.code), error),
    };
    match checked.operation {
        OperationType::Mutation if is_get => {
            let error = ApiError::bad_input("Mutations must be sent by POST.");
            Opened::Refused(StatusCode::METHOD_NOT_ALLOWED, error)
        }
        OperationType::Subscription => {
            let opening = async {
                validate(shared, &graphql, &checked.document, &actor)
                    .await
                    .map_err(|refused| response::reply(refused, graphql.had_variables, request_id))?;
                subscribe::open(shared, graphql, checked.document.parsed.clone(), &actor).await
            };
            match in_time(shared, opening).await {
                Ok(Ok(answers)) => Opened::Answers(answers),
                Ok(Err(refused)) => Opened::Answer(refused),
                Err(error) => Opened::Refused(StatusCode::GATEWAY_TIMEOUT, error),
            }
        }
        _ => match answer(shared, graphql, checked, actor).await {
            Ok((outcome, _)) => Opened::Answer(outcome.reply(request_id)),
            Err(error) => Opened::Refused(StatusCode::GATEWAY_TIMEOUT, error),
        },
    }
}

/// The status of a request that is refused as a whole.
fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Not an `async fn`: that would hold the execution twice, before and while it runs.
fn in_time<T>(shared: &Shared, execution: impl Future<Output = T>) -> impl Future<Output = Result<T, ApiError>> {
    let time = Duration::from_millis(shared.http.request_timeout_ms);
    tokio::time::timeout(time, execution).map_err(|_elapsed| {
        let message = "The request took too long and was stopped. Ask for less at once, or try again later.";
        ApiError::new(ErrorCode::Timeout, message)
    })
}

/// Executes a request within its time. A mutation runs in a task of its own, so that it comes to its end whoever hangs up.
async fn answer(
    shared: &Arc<Shared>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> Result<(Outcome, Option<Arc<Aside>>), ApiError> {
    if checked.operation != OperationType::Mutation {
        return in_time(shared, execute(shared, graphql, checked, actor)).await;
    }
    let owned = Arc::clone(shared);
    let running = async move { in_time(&owned, execute(&owned, graphql, checked, actor)).await };
    shared.finish(running).await.map_err(|error| match error.code {
        ErrorCode::Timeout => {
            let message = "The request took too long and was stopped; what it was writing may be stored all the same. Look \
                           before trying again.";
            ApiError::new(ErrorCode::Timeout, message)
        }
        _ => error,
    })
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

impl Outcome {
    fn reply(self, request_id: Option<&RequestId>) -> Reply {
        match self {
            Self::Data(json) => Reply::data(&json),
            Self::Answer { answer, had_variables } => response::reply(*answer, had_variables, request_id),
        }
    }
}

/// Who asks, and how.
pub(super) struct Caller<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) actor: Actor,
    pub(super) is_get: bool,
    pub(super) accepted: MediaType,
    pub(super) request_id: Option<&'a RequestId>,
}

async fn execute(
    shared: &Shared,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> (Outcome, Option<Arc<Aside>>) {
    let Checked { document, manner, .. } = checked;
    let known = manner.as_ref().and_then(|manner| document.known_in(manner));
    let queue = Inline::default();
    let domain = domain::Context { actor, ..shared.domain.clone() };
    let state = RequestState::new(domain, shared.limits, Arc::clone(&shared.throttle), &queue);
    // What is answered without resolvers is answered to those who see everything.
    if actor.sees_all()
        && let Some(prepared) = known.as_ref().and_then(|known| known.prepared.as_ref())
    {
        match prepared.answer(&state, &graphql.variables).await {
            Ok(data) => return (Outcome::Data(data), None),
            Err(Unanswered::Failed(error)) => {
                let (answer, had_variables) = (Box::new(prepared.failed(error)), graphql.had_variables);
                return (Outcome::Answer { answer, had_variables }, None);
            }
            Err(Unanswered::LeftToLibrary) => {}
        }
    }
    // In a box, because the library's futures are large, and those answered above would carry them along.
    let is_known = known.is_some();
    Box::pin(resolve(shared, &graphql, (&document, manner, is_known), state, &queue)).await
}

/// Has the library execute a request, whose document may be known to be valid in its manner.
async fn resolve(
    shared: &Shared,
    graphql: &GraphqlRequest,
    (document, manner, is_known): (&Arc<Document>, Option<Manner>, bool),
    mut state: RequestState,
    queue: &Inline,
) -> (Outcome, Option<Arc<Aside>>) {
    let actor = state.domain.actor;
    let aside = Arc::clone(&state.aside);
    let had_variables = graphql.had_variables;
    let outcome = |answer| (Outcome::Answer { answer: Box::new(answer), had_variables }, Some(aside));
    if !is_known && let Err(refused) = validate(shared, graphql, document, &actor).await {
        return outcome(refused);
    }
    let mut parsed = document.parsed.clone();
    let slot = Slot::default();
    if let Ok(operation) = find_operation(&document.parsed, graphql.operation_name.as_deref()) {
        state.may_write_directly = actor.sees_all() && top_level_fields_differ(&document.parsed, operation);
        let is_new = !is_known && actor.sees_all() && can_be_prepared(&document.parsed, operation);
        state.slot = is_new.then(|| Arc::clone(&slot));
        let absent = absent(operation, &graphql.variables);
        if !absent.is_empty() {
            leave_out(&mut parsed, &absent);
        }
    }
    let executing = shared.schemas.executing().execute(request(graphql, parsed).data(state));
    let answer = queue.run(executing).await;
    // A stranger's request prepares nothing, and must not keep others from it.
    if !is_known && answer.is_ok() && actor.sees_all() {
        let prepared = Arc::into_inner(slot).and_then(OnceLock::into_inner);
        shared.documents.remember(&graphql.query, document, manner, prepared);
    }
    outcome(answer)
}

/// Validates the document.
async fn validate(
    shared: &Shared,
    graphql: &GraphqlRequest,
    document: &Document,
    actor: &Actor,
) -> Result<(), async_graphql::Response> {
    let parsed = &document.parsed;
    shared.schemas.validate(request(graphql, parsed.clone()), parsed, actor.role.is_none()).await
}

/// The request as the library takes it.
pub(super) fn request(graphql: &GraphqlRequest, document: ExecutableDocument) -> async_graphql::Request {
    let mut request = async_graphql::Request::new("").variables(graphql.variables.clone());
    if let Some(name) = &graphql.operation_name {
        request = request.operation_name(name);
    }
    request.set_parsed_query(document);
    request
}

/// What is known of a request before it is executed.
struct Checked {
    document: Arc<Document>,
    operation: OperationType,
    manner: Option<Manner>,
}

/// Parses the document, fills in the defaults of its variables, and checks its size, its operation and that the variables
/// are there.
fn check(shared: &Shared, graphql: &mut GraphqlRequest, actor: &Actor) -> Result<Checked, ApiError> {
    let document = if let Some(document) = shared.documents.get(&graphql.query) {
        document
    } else {
        tokens::check(&graphql.query, &shared.limits)?;
        Arc::new(Document::new(parse_query(&graphql.query).map_err(|cause| parse_error(&cause))?))
    };
    let name = graphql.operation_name.as_deref();
    let operation = find_operation(&document.parsed, name)?;
    access::check(&document.parsed, operation, actor.role)?;
    fill_in_defaults(operation, &mut graphql.variables);
    shared.costs.check(&document.parsed, operation, &graphql.variables, &shared.limits)?;
    check_variables(operation, &graphql.variables)?;
    let manner = shared.documents.manner(name, operation, &graphql.variables);
    if manner.is_none()
        && let Some(name) = shared.documents.odd_number(operation, &graphql.variables)
    {
        let name = shortened(name);
        return Err(ApiError::bad_input(format!("The variable \"${name}\" has a number that its type does not have.")));
    }
    Ok(Checked { operation: operation.ty, manner, document })
}

/// The library's messages hold the rest of the document; the place is what helps.
fn parse_error(cause: &async_graphql::parser::Error) -> ApiError {
    let place = cause.positions().next();
    let place = place.map(|place| format!(" at line {}, column {}", place.line, place.column)).unwrap_or_default();
    ApiError::new(ErrorCode::ParseFailed, format!("The document is not valid GraphQL{place}."))
}

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

/// A missing variable is noticed before anything runs; the library would notice when it reaches the field.
fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), ApiError> {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        let name = &definition.name.node;
        let is_missing = match variables.get(name) {
            None => true,
            Some(value) => *value == async_graphql::Value::Null,
        };
        if is_missing && !definition.var_type.node.nullable {
            let name = shortened(name);
            return Err(ApiError::bad_input(format!("The variable \"${name}\" must have a value.")));
        }
    }
    Ok(())
}
