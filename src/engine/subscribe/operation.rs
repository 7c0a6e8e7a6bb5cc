//! A subscription's operation: reading its arguments, and answering it with one change after another.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_graphql::{
    Name, ServerError,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio_util::bytes::Bytes;

use crate::engine::{
    Answer, Engine, GraphqlRequest, answer,
    checks::limits::too_complex,
    execute::{find_operation, request},
    omitted_variables::{absent, leave_out, used},
};
use crate::{
    domain::{self, Actor, changes::Change},
    entity::role::Role,
    graphql::{
        context::RequestState,
        error::{ApiError, ErrorCode},
        loaders::inline::Inline,
        subscription::{Arguments, Purpose},
    },
};

/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_millis(500);

/// What is executed for each change. It knows nothing of who asked but the role, so that subscribers can share it.
pub(super) struct Operation {
    /// Without its text, which nothing needs once it is parsed.
    graphql: GraphqlRequest,
    document: ExecutableDocument,
    role: Option<Role>,
    text_hash: [u8; 32],
    /// The length of the text with the variables.
    pub(super) bytes: usize,
}

/// What tells operations apart whose answers differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint {
    text_hash: [u8; 32],
    name: Option<String>,
    variables_hash: [u8; 32],
    role: Option<Role>,
}

impl Operation {
    /// Takes a valid document. Where it begins (`after`) is taken out where it stands in a variable of its own, because
    /// those who come back after an interruption differ in nothing else.
    pub(super) async fn open(
        engine: &Engine,
        mut graphql: GraphqlRequest,
        document: ExecutableDocument,
        actor: &Actor,
    ) -> Result<(Self, Arguments), Answer> {
        let invalid = |error: ApiError| Answer::refused(&error);
        let (text, most) = (std::mem::take(&mut graphql.query), engine.limits.subscription_bytes_max);
        let bytes = text.len().saturating_add(variables(&graphql).len());
        if bytes > most as usize {
            return Err(invalid(too_complex("bytes of a subscription with its variables", most.into())));
        }
        let name = graphql.operation_name.clone();
        let operation = find_operation(&document, name.as_deref()).map_err(invalid)?;
        let field = single_field(&document, operation).map_err(invalid)?;
        let mut left_out = absent(operation, &graphql.variables);
        let begins_at = begins_at(&document, field).cloned();
        let text_hash = Sha256::digest(text.as_bytes()).into();
        let mut this = Self { graphql, document: document.clone(), role: actor.role, text_hash, bytes };
        leave_out(&mut this.document, &left_out);
        let arguments = this.arguments(engine).await?;
        if let Some(begins_at) = begins_at {
            this.graphql.variables.remove(&begins_at);
            left_out.push(begins_at);
            this.document = document;
            leave_out(&mut this.document, &left_out);
        }
        Ok((this, arguments))
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            text_hash: self.text_hash,
            name: self.graphql.operation_name.clone(),
            variables_hash: Sha256::digest(variables(&self.graphql)).into(),
            role: self.role,
        }
    }

    async fn arguments(&self, engine: &Engine) -> Result<Arguments, Answer> {
        let slot = Arc::new(OnceLock::new());
        if let Some(mut refused) = self.execute(engine, Purpose::Arguments(Arc::clone(&slot))).await {
            // What does not come to be has no field to fail: the request as a whole is refused.
            refused.errors.iter_mut().for_each(|error| error.path.clear());
            return Err(self.reply(refused));
        }
        let arguments = Arc::into_inner(slot).and_then(OnceLock::into_inner);
        arguments.ok_or_else(|| Answer::refused(&not_one_field()))
    }

    /// The answer to one change, as JSON.
    pub(super) async fn answer(&self, engine: &Engine, change: Arc<Change>) -> Bytes {
        loop {
            let answer = self.execute(engine, Purpose::Change(Arc::clone(&change))).await.unwrap_or_default();
            // A change is delivered only once, so an incomplete answer would never be repaired.
            if !answer.errors.iter().any(is_temporary) {
                return self.reply(answer).body.into();
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    fn reply(&self, answer: async_graphql::Response) -> Answer {
        answer::complete(answer, self.graphql.had_variables, None)
    }

    async fn execute(&self, engine: &Engine, purpose: Purpose) -> Option<async_graphql::Response> {
        let queue = Inline::default();
        let actor = Actor { role: self.role, ..Actor::default() };
        let domain = domain::Context { actor, ..engine.domain.clone() };
        let state = RequestState::new(domain, engine.limits, Arc::clone(&engine.throttle), &queue);
        let request = request(&self.graphql, self.document.clone()).data(state).data(purpose);
        let mut answers = engine.schemas.executing().execute_stream(request);
        queue.run(answers.next()).await
    }
}

/// The variables as JSON.
fn variables(graphql: &GraphqlRequest) -> Vec<u8> {
    serde_json::to_vec(&graphql.variables).unwrap_or_default()
}

/// True of an error that is about the database being away.
fn is_temporary(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    code == Some(&ErrorCode::ServiceUnavailable.as_str().into())
}

fn not_one_field() -> ApiError {
    let message = "A subscription has exactly one top-level field, without `@skip` or `@include`.";
    ApiError::new(ErrorCode::ValidationFailed, message)
}

/// The one field of a subscription. GraphQL specification, section 5.2.4.1.
fn single_field<'a>(
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
) -> Result<&'a Field, ApiError> {
    let mut fields = Vec::new();
    collect(document, &operation.selection_set.node, &mut fields);
    match fields.as_slice() {
        [Some(field)] => Ok(field),
        _ => Err(not_one_field()),
    }
}

/// The fields of a selection; none in the place of what is there only sometimes.
fn collect<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, fields: &mut Vec<Option<&'a Field>>) {
    for selection in &set.items {
        if !selection.node.directives().is_empty() {
            fields.push(None);
        }
        match &selection.node {
            Selection::Field(field) => fields.push(Some(&field.node)),
            Selection::InlineFragment(fragment) => collect(document, &fragment.node.selection_set.node, fields),
            Selection::FragmentSpread(spread) => {
                // A valid document's fragments do not go in a circle.
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, fields);
                }
            }
        }
    }
}

/// The variable that says where to begin, if it says nothing else.
fn begins_at<'a>(document: &ExecutableDocument, field: &'a Field) -> Option<&'a Name> {
    let (_, after) = field.arguments.iter().find(|(name, _)| name.node == "after")?;
    let Value::Variable(name) = &after.node else { return None };
    let uses = used(document).into_iter().filter(|used| used == name).count();
    (uses == 1).then_some(name)
}
