//! Checks and executes a well-formed request.

use std::sync::{Arc, OnceLock};

use async_graphql::{
    Variables,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationDefinition},
    },
};
use futures_util::TryFutureExt;

use super::{
    Engine,
    answer::{self, Answer},
    checks::{access, limits::shortened, tokens},
    documents::{Document, Manner, find_operation},
    omitted_variables::{absent, fill_in_defaults, leave_out},
    request::GraphqlRequest,
};
use crate::{
    domain::{self, Actor},
    graphql::{
        context::{RequestState, ResponseHeaders},
        error::{ApiError, ErrorCode},
        fast::{
            can_answer,
            prepared::{Fallback, Slot, can_be_prepared},
        },
        loaders::inline::Inline,
    },
};

/// Ends an execution that takes too long.
///
/// Returns a future: an `async fn` would store the execution twice in its state, before and while it runs.
pub(super) fn in_time<T>(
    engine: &Engine,
    execution: impl Future<Output = T>,
) -> impl Future<Output = Result<T, ApiError>> {
    tokio::time::timeout(engine.timeout, execution).map_err(|_elapsed| {
        let message = "The request took too long and was stopped. Ask for less at once, or try again later.";
        ApiError::new(ErrorCode::Timeout, message)
    })
}

/// Executes a query or a mutation within its time; the error says that it took too long.
///
/// A mutation runs in a task of its own, so that it comes to its end also when the client hangs up.
pub(crate) async fn execute(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> Result<(Outcome, Option<Arc<ResponseHeaders>>), ApiError> {
    if checked.operation != Operation::Mutation {
        return in_time(engine, run(engine, graphql, checked, actor)).await;
    }
    let owned = Arc::clone(engine);
    let running = async move { in_time(&owned, run(&owned, graphql, checked, actor)).await };
    engine.finish(running).await.map_err(|error| match error.code {
        ErrorCode::Timeout => {
            let message = "The request took too long and was stopped; what it was writing may be stored all the same. Look \
                           before trying again.";
            ApiError::new(ErrorCode::Timeout, message)
        }
        _ => error,
    })
}

/// The result of an execution.
pub(crate) enum Outcome {
    /// Data without errors, as JSON.
    Data(Vec<u8>),
    /// The library's answer.
    Answer {
        /// Data and errors.
        answer: Box<async_graphql::Response>,
        /// Whether the request had variables.
        had_variables: bool,
    },
}

impl Outcome {
    /// Writes it as JSON; a bug is given the request's id.
    pub(crate) fn answer(self, request_id: Option<&str>) -> Answer {
        match self {
            Self::Data(json) => Answer::data(&json),
            Self::Answer { answer, had_variables } => answer::complete(*answer, had_variables, request_id),
        }
    }
}

async fn run(
    engine: &Engine,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> (Outcome, Option<Arc<ResponseHeaders>>) {
    let Checked { document, manner, .. } = checked;
    let known = manner.as_ref().and_then(|manner| document.known_in(manner));
    let queue = Inline::default();
    let domain = domain::Context { actor, ..engine.domain.clone() };
    let mut state = RequestState::new(domain, engine.limits, Arc::clone(&engine.throttle), &queue);
    // What is answered without resolvers is answered to those who see everything.
    if actor.sees_all()
        && let Some(prepared) = known.as_ref().and_then(|known| known.prepared.as_ref())
    {
        match prepared.answer(&state, &graphql.variables).await {
            Ok(data) => return (Outcome::Data(data), None),
            Err(Fallback::Failed(error)) => {
                let (answer, had_variables) = (Box::new(prepared.failed(error)), graphql.had_variables);
                return (Outcome::Answer { answer, had_variables }, None);
            }
            Err(Fallback::Refused(errors)) => state.refused = Some(errors),
            Err(Fallback::ToLibrary) => {}
        }
    }
    // In a box, because the library's futures are large, and those answered above would carry them along.
    let is_known = known.is_some();
    Box::pin(resolve(engine, &graphql, (&document, manner, is_known), state, &queue)).await
}

/// Has the library execute a request, whose document may be known to be valid in its manner.
async fn resolve(
    engine: &Engine,
    graphql: &GraphqlRequest,
    (document, manner, is_known): (&Arc<Document>, Option<Manner>, bool),
    mut state: RequestState,
    queue: &Inline,
) -> (Outcome, Option<Arc<ResponseHeaders>>) {
    let actor = state.domain.actor;
    let headers = Arc::clone(&state.headers);
    let had_variables = graphql.had_variables;
    let outcome = |answer| (Outcome::Answer { answer: Box::new(answer), had_variables }, Some(headers));
    if !is_known && let Err(refused) = validate(engine, graphql, document, &actor).await {
        return outcome(refused);
    }
    let mut parsed = document.parsed.clone();
    let mut slot = None;
    if let Ok(operation) = find_operation(&document.parsed, graphql.operation_name.as_deref()) {
        state.may_take_fast_path = actor.sees_all() && can_answer(&document.parsed, operation);
        let is_new = !is_known && state.may_take_fast_path && can_be_prepared(&document.parsed, operation);
        slot = is_new.then(Slot::default);
        let absent = absent(operation, &graphql.variables);
        if !absent.is_empty() {
            leave_out(&mut parsed, &absent);
        }
    }
    let mut executed = request(graphql, parsed).data(state);
    if let Some(slot) = &slot {
        executed = executed.data(Slot::clone(slot));
    }
    let executing = engine.schemas.executing().execute(executed);
    let answer = queue.run(executing).await;
    // A stranger's request prepares nothing, and must not keep others from it.
    if !is_known && answer.is_ok() && actor.sees_all() {
        let prepared = slot.and_then(Arc::into_inner).and_then(OnceLock::into_inner);
        engine.documents.remember(&graphql.query, document, manner, prepared);
    }
    outcome(answer)
}

/// Validates the document.
pub(super) async fn validate(
    engine: &Engine,
    graphql: &GraphqlRequest,
    document: &Document,
    actor: &Actor,
) -> Result<(), async_graphql::Response> {
    let parsed = &document.parsed;
    engine.schemas.validate(request(graphql, parsed.clone()), parsed, actor.role.is_none()).await
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

/// The kinds of operations.
pub(crate) use async_graphql::parser::types::OperationType as Operation;

/// A request that may be executed.
pub(crate) struct Checked {
    pub(super) document: Arc<Document>,
    /// The kind of its operation.
    pub(crate) operation: Operation,
    manner: Option<Manner>,
}

/// Parses the document, fills in the defaults of its variables, and checks its size, its operation and that the variables
/// are there.
pub(crate) fn check(engine: &Engine, graphql: &mut GraphqlRequest, actor: &Actor) -> Result<Checked, ApiError> {
    let to_keep = engine.persisted.resolve(graphql)?;
    let document = if let Some(document) = engine.documents.get(&graphql.query) {
        document
    } else {
        tokens::check(&graphql.query, &engine.limits)?;
        Arc::new(Document::new(parse_query(&graphql.query).map_err(|cause| parse_error(&cause))?))
    };
    let name = graphql.operation_name.as_deref();
    let operation = find_operation(&document.parsed, name)?;
    access::check(&document.parsed, operation, actor.role)?;
    fill_in_defaults(operation, &mut graphql.variables);
    engine.costs.check(&document.parsed, operation, &graphql.variables, &engine.limits)?;
    check_variables(operation, &graphql.variables)?;
    let manner = engine.documents.manner(name, operation, &graphql.variables);
    if manner.is_none()
        && let Some(name) = engine.documents.odd_number(operation, &graphql.variables)
    {
        let name = shortened(name);
        return Err(ApiError::bad_input(format!("The variable \"${name}\" has a number that its type does not have.")));
    }
    if let Some(hash) = to_keep {
        engine.persisted.keep(hash, &graphql.query);
    }
    Ok(Checked { operation: operation.ty, manner, document })
}

/// The library's messages hold the rest of the document; the place is what helps.
fn parse_error(cause: &async_graphql::parser::Error) -> ApiError {
    let place = cause.positions().next();
    let place = place.map(|place| format!(" at line {}, column {}", place.line, place.column)).unwrap_or_default();
    ApiError::new(ErrorCode::ParseFailed, format!("The document is not valid GraphQL{place}."))
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
