//! Checks and executes a well-formed request.

use std::sync::{Arc, OnceLock};

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, OperationType},
};
use futures_util::{FutureExt, TryFutureExt};

use super::{
    Engine,
    answer::{self, Answer, Refused},
    checks::{access, limits::too_complex, tokens},
    documents::{Document, VariableShape, find_operation},
    language::{Parsed, Refusal, Source, add_defaults},
    omitted_variables::{leave_out, omitted},
    operations::{Operation, Verdict},
    reading::Route,
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
    storage::Db,
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

/// Executes a query or a mutation within its time, and counts it; the error says that it took too long.
pub(crate) fn execute(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> impl Future<Output = Executed> {
    let (metrics, transport, begun) = (Arc::clone(&checked.metrics), graphql.transport, graphql.begun);
    execute_in_time(engine, graphql, checked, actor).inspect(move |executed| {
        let verdict = match executed {
            Ok((Outcome::Data(_), _)) => Verdict::Ok,
            Ok((Outcome::Answer(answer), _)) => Verdict::of(&answer.errors),
            Err(error) => Verdict::of_code(error.code),
        };
        metrics.time(transport, verdict, begun);
    })
}

/// A mutation runs in a task of its own, so that it comes to its end also when the client hangs up.
async fn execute_in_time(engine: &Arc<Engine>, graphql: GraphqlRequest, checked: Checked, actor: Actor) -> Executed {
    if checked.operation != OperationType::Mutation {
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

/// The result of an execution, with the headers that it asks for.
type Answered = (Outcome, Option<Arc<ResponseHeaders>>);

/// The same, or a timeout.
type Executed = Result<Answered, ApiError>;

/// The result of an execution.
pub(crate) enum Outcome {
    /// Data without errors, as JSON.
    Data(Vec<u8>),
    /// The library's answer.
    Answer(Box<async_graphql::Response>),
}

impl Outcome {
    /// Writes it as JSON; a bug is given the request's id.
    pub(crate) fn answer(self, request_id: Option<&str>) -> Answer {
        match self {
            Self::Data(json) => Answer::data(&json),
            Self::Answer(answer) => answer::complete(*answer, request_id),
        }
    }
}

async fn run(engine: &Engine, graphql: GraphqlRequest, checked: Checked, actor: Actor) -> Answered {
    let db = &engine.domain.db;
    if !db.has_standbys() {
        return run_on(db.clone(), engine, &graphql, &checked, actor).await;
    }
    let Ok(operation) = find_operation(&checked.document.parsed, graphql.operation_name.as_deref()) else {
        return run_on(db.clone(), engine, &graphql, &checked, actor).await;
    };
    let route = Route::of(&checked.document.parsed, operation, &actor, graphql.read_after);
    // Boxed, because futures are moved as a whole, and this one has two executions in it.
    let running = route.run(db, |db| run_on(db, engine, &graphql, &checked, actor));
    let ((outcome, headers), position) = Box::pin(running).await;
    let Some(position) = position else { return (outcome, headers) };
    let headers = headers.unwrap_or_default();
    headers.read_after(position);
    (outcome, Some(headers))
}

/// Executes an operation on a database, which may read from a standby.
async fn run_on(db: Db, engine: &Engine, graphql: &GraphqlRequest, checked: &Checked, actor: Actor) -> Answered {
    let shape = VariableShape { operation: graphql.operation_name.as_deref(), omitted: &checked.omitted };
    let previous = checked.document.previous_with(shape);
    let queue = Inline::default();
    let domain = domain::Context { db, actor, ..engine.domain.clone() };
    let mut state = RequestState::new(domain, engine.limits, Arc::clone(&engine.throttle), &queue);
    // Answers without resolvers contain everything, so only callers who see everything get them.
    if actor.sees_all()
        && let Some(prepared) = previous.as_ref().and_then(|previous| previous.prepared.as_ref())
    {
        match prepared.answer(&state, &graphql.variables).await {
            Ok(data) => return (Outcome::Data(data), None),
            Err(Fallback::Failed(error)) => return (Outcome::Answer(Box::new(prepared.failed(error))), None),
            Err(Fallback::Refused(errors)) => state.refused = Some(errors),
            Err(Fallback::ToLibrary) => {}
        }
    }
    // Boxed, because the library's futures are large, and those answered above would otherwise carry them along.
    Box::pin(resolve(engine, graphql, checked, previous.is_some(), state, &queue)).await
}

/// Has the library execute a request, whose document may be known.
async fn resolve(
    engine: &Engine,
    graphql: &GraphqlRequest,
    Checked { document, omitted, .. }: &Checked,
    is_known: bool,
    mut state: RequestState,
    queue: &Inline,
) -> Answered {
    let sees_all = state.domain.actor.sees_all();
    let headers = Arc::clone(&state.headers);
    let operation_name = graphql.operation_name.as_deref();
    let mut slot = None;
    if let Ok(operation) = find_operation(&document.parsed, operation_name) {
        state.may_take_fast_path = sees_all && can_answer(&document.parsed, operation);
        let is_new = !is_known && state.may_take_fast_path && can_be_prepared(&document.parsed, operation);
        slot = is_new.then(Slot::default);
    }
    let mut parsed = document.parsed.clone();
    leave_out(&mut parsed, omitted);
    let mut executed = request(graphql, parsed).data(state);
    if let Some(slot) = &slot {
        executed = executed.data(Slot::clone(slot));
    }
    let fails_by_null = document.has_null_argument(&graphql.variables);
    let schema = if fails_by_null { engine.schema_for_null_arguments } else { engine.schema };
    let answer = queue.run(schema.execute(executed)).await;
    // A stranger's request prepares nothing, and must not keep others from it.
    if !is_known && answer.is_ok() && sees_all {
        let prepared = slot.and_then(Arc::into_inner).and_then(OnceLock::into_inner);
        let shape = VariableShape { operation: operation_name, omitted };
        engine.documents.remember(&graphql.query, document, shape, prepared);
    }
    (Outcome::Answer(Box::new(answer)), Some(headers))
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

/// A request that may be executed.
pub(crate) struct Checked {
    pub(super) document: Arc<Document>,
    /// The kind of its operation.
    pub(crate) operation: OperationType,
    /// Variables without a value.
    pub(super) omitted: Vec<Name>,
    pub(super) metrics: Arc<Operation>,
}

impl Checked {
    /// Returns the name of the operation.
    pub(crate) fn operation_name<'a>(&'a self, graphql: &'a GraphqlRequest) -> Option<&'a str> {
        self.document.operation_name(graphql.operation_name.as_deref())
    }

    /// Counts a request that its transport does not take.
    pub(crate) fn refuse(&self, graphql: &GraphqlRequest) {
        self.metrics.count(graphql.transport, Verdict::of_code(ErrorCode::BadUserInput));
    }
}

/// Parses the document, checks the operation's size, validates the document if it is new, and coerces the variables to their
/// types. Counts a request that is refused.
pub(crate) fn check(engine: &Engine, graphql: &mut GraphqlRequest, actor: &Actor) -> Result<Checked, Refused> {
    check_all(engine, graphql, actor).inspect_err(|refused| {
        let operation = graphql.operation_name.as_deref();
        // Only valid documents are cached.
        let metrics = engine.documents.get(&graphql.query).map_or_else(
            || engine.operations.invalid(),
            |document| document.metrics(&engine.operations, operation, actor.role.is_none()),
        );
        metrics.count(graphql.transport, Verdict::of_code(refused.code));
    })
}

fn check_all(engine: &Engine, graphql: &mut GraphqlRequest, actor: &Actor) -> Result<Checked, Refused> {
    let to_keep = engine.persisted.resolve(graphql)?;
    let (document, source) = match engine.documents.get(&graphql.query) {
        Some(document) => (document, None),
        None => parse(engine, &graphql.query).map(|(document, source)| (document, Some(source)))?,
    };
    let operation = find_operation(&document.parsed, graphql.operation_name.as_deref())?;
    access::check(&document.parsed, operation, actor.role)?;
    add_defaults(operation, &mut graphql.variables);
    // Before validation, whose cost grows with the document's.
    engine.costs.check(&document.parsed, operation, &graphql.variables, &engine.limits)?;
    if let Some(source) = source {
        validate(engine, &source, actor)?;
    }
    engine.language.coerce(operation, &mut graphql.variables).map_err(Refused::faulty)?;
    if let Some(hash) = to_keep {
        engine.persisted.keep(hash, &graphql.query);
    }
    let omitted = omitted(operation, &graphql.variables);
    let metrics = document.metrics(&engine.operations, graphql.operation_name.as_deref(), actor.role.is_none());
    Ok(Checked { operation: operation.ty, omitted, metrics, document })
}

fn parse(engine: &Engine, text: &str) -> Result<(Arc<Document>, Source), Refused> {
    tokens::check(text, &engine.limits)?;
    match engine.language.parse(text, &tokens::text_limits(&engine.limits)) {
        Ok(Parsed { document, not_null, source }) => Ok((Arc::new(Document::new(document, not_null)), source)),
        Err(Refusal::Syntax(fault)) => Err(Refused::faulty(vec![fault])),
        Err(Refusal::TooLarge { what, most }) => Err(too_complex(what, most).into()),
    }
}

/// Validates a document. Strangers are not told what is wrong with it: otherwise they could ask which names the schema has.
fn validate(engine: &Engine, source: &Source, actor: &Actor) -> Result<(), Refused> {
    engine.language.validate(source).map_err(|faults| {
        if actor.role.is_none() {
            let message = "The document does not fit the schema. Sign in to be told where.";
            return ApiError::new(ErrorCode::ValidationFailed, message).into();
        }
        Refused::faulty(faults)
    })
}
