//! Operations that are answered without executing them in the library: one top-level field whose plan was made when
//! the operation was executed first, and whose arguments are all that depends on the request.
//!
//! The first execution validates the document and plans the selection; what it planned is kept beside the document
//! (see [`crate::graphql::documents`]). Whatever goes wrong here is left to the library, which then finds it too and
//! knows how to say it; all but a mutation that may have been made, which must not be made twice.

use std::sync::{Arc, OnceLock};

use async_graphql::{
    Context, InputType, Name, PathSegment, Pos, Response, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};

use super::{Plan, connection::Connection};
use crate::graphql::{
    connection::PageArgs,
    context::{ContextExt, RequestState},
    error::{ApiError, ApiResult},
    mutation::prepared as mutations,
    query::prepared as queries,
};

/// An operation's only field.
#[derive(Debug)]
pub struct Prepared {
    /// Its name in the answer.
    key: Name,
    place: Pos,
    arguments: Vec<(Name, Value)>,
    call: Call,
}

/// What the field does with its arguments.
#[derive(Debug)]
pub(crate) enum Call {
    Record(Arc<Plan>),
    ContactsByIds(Arc<Plan>),
    SearchContacts(Arc<Plan>),
    Contacts(Arc<Connection>),
    Companies(Arc<Connection>),
    ContactCount,
    UpdateContact(Arc<Plan>),
}

/// Why a prepared operation has no answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// Nothing was done, and the library can say why.
    LeftToLibrary,
    /// Something may have been done.
    Failed(ApiError),
}

impl Unanswered {
    /// Of what has not begun to write.
    pub(crate) fn refused(_: ApiError) -> Self {
        Self::LeftToLibrary
    }
}

/// Where an execution leaves what it prepared.
pub type Slot = Arc<OnceLock<Prepared>>;

/// Leaves the field that is being resolved for the next time, if the operation can be prepared.
pub(crate) fn prepare(ctx: &Context<'_>, call: impl FnOnce() -> Call) {
    let Some(slot) = &ctx.state().slot else { return };
    let field = &ctx.item.node;
    let arguments = field.arguments.iter().map(|(name, value)| (name.node.clone(), value.node.clone())).collect();
    let (key, place) = (field.response_key().node.clone(), ctx.item.pos);
    slot.get_or_init(|| Prepared { key, place, arguments, call: call() });
}

impl Prepared {
    /// The answer's data as JSON.
    pub(crate) async fn answer(&self, state: &RequestState, variables: &Variables) -> Result<Vec<u8>, Unanswered> {
        let arguments = Arguments { given: &self.arguments, variables };
        let refused = Unanswered::refused;
        let value = match &self.call {
            Call::Record(plan) => queries::record(state, &arguments, plan).await.map_err(refused)?,
            Call::ContactsByIds(plan) => queries::contacts_by_ids(state, &arguments, plan).await.map_err(refused)?,
            Call::SearchContacts(plan) => queries::search_contacts(state, &arguments, plan).await.map_err(refused)?,
            Call::Contacts(connection) => queries::contacts(state, &arguments, connection).await.map_err(refused)?,
            Call::Companies(connection) => queries::companies(state, &arguments, connection).await.map_err(refused)?,
            Call::ContactCount => queries::contact_count(state, &arguments).await.map_err(refused)?,
            Call::UpdateContact(plan) => Box::pin(mutations::update_contact(state, &arguments, plan)).await?,
        };
        let mut data = Vec::with_capacity(value.len() + self.key.len() + 5);
        // A GraphQL name has nothing that JSON would escape.
        for part in [b"{\"", self.key.as_bytes(), b"\":", &value, b"}"] {
            data.extend_from_slice(part);
        }
        Ok(data)
    }

    /// The answer to an operation whose field failed, as the library would give it.
    pub(crate) fn failed(&self, error: ApiError) -> Response {
        let mut error = async_graphql::Error::from(error).into_server_error(self.place);
        error.path = vec![PathSegment::Field(self.key.to_string())];
        let mut response = Response::from_errors(vec![error]);
        response.data = ConstValue::Object([(self.key.clone(), ConstValue::Null)].into_iter().collect());
        response
    }
}

/// The arguments of a field, with the request's variables.
pub(crate) struct Arguments<'a> {
    given: &'a [(Name, Value)],
    variables: &'a Variables,
}

impl Arguments<'_> {
    /// An argument that has no default.
    pub(crate) fn get<T: InputType>(&self, name: &str) -> ApiResult<T> {
        T::parse(self.value(name)?).map_err(|_refused| invalid(name))
    }

    /// An argument, or its default.
    pub(crate) fn get_or<T: InputType>(&self, name: &str, default: T) -> ApiResult<T> {
        match self.value(name)? {
            None => Ok(default),
            value => T::parse(value).map_err(|_refused| invalid(name)),
        }
    }

    /// The paging arguments.
    pub(crate) fn page(&self) -> ApiResult<PageArgs> {
        let (first, last) = (self.get("first")?, self.get("last")?);
        Ok(PageArgs { first, last, after: self.get("after")?, before: self.get("before")? })
    }

    /// None for an argument that is not there, or is a variable that is not.
    fn value(&self, name: &str) -> ApiResult<Option<ConstValue>> {
        match self.given.iter().find(|(given, _)| given == name) {
            None => Ok(None),
            Some((_, Value::Variable(variable))) => Ok(self.variables.get(variable).cloned()),
            Some((_, value)) => {
                let variable = |variable| self.variables.get(&variable).cloned().ok_or(());
                let value = value.clone().into_const_with(variable);
                value.map(Some).map_err(|()| invalid(name))
            }
        }
    }
}

fn invalid(name: &str) -> ApiError {
    ApiError::bad_input(format!("`{name}` is not valid."))
}

/// True when nothing but the arguments of the operation's one top-level field depends on variables.
pub fn can_be_prepared(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    let items = &operation.selection_set.node.items;
    let [Selection::Field(field)] = items.iter().map(|item| &item.node).collect::<Vec<_>>()[..] else { return false };
    let has_directives = !operation.directives.is_empty() || !field.node.directives.is_empty();
    operation.ty != OperationType::Subscription && !has_directives && is_fixed(document, &field.node.selection_set.node)
}

/// True when a selection is the same whatever the variables. Its size is bounded, see [`crate::graphql::limits`].
fn is_fixed(document: &ExecutableDocument, set: &SelectionSet) -> bool {
    set.items.iter().all(|selection| {
        selection.node.directives().is_empty()
            && match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let is_constant = |value: &Value| value.clone().into_const().is_some();
                    field.arguments.iter().all(|(_, value)| is_constant(&value.node))
                        && is_fixed(document, &field.selection_set.node)
                }
                Selection::InlineFragment(fragment) => is_fixed(document, &fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    fragment.is_some_and(|fragment| {
                        fragment.node.directives.is_empty() && is_fixed(document, &fragment.node.selection_set.node)
                    })
                }
            }
    })
}
