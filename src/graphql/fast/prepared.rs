//! Operations that are answered without executing them in the library: one top-level field whose plan was made when
//! the operation was executed first, and whose arguments are all that depends on the request.
//!
//! The first execution validates the document and plans the selection; what it planned is kept beside the document
//! (see `engine::documents`). Whatever goes wrong here is left to the library, which then finds it too and
//! knows how to say it; all but a mutation that may have been made, which must not be made twice.

use std::{
    fmt::Debug,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    Context, InputType, Name, PathSegment, Pos, Response, Variables,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};
use futures_util::future::BoxFuture;

use crate::{
    domain::UserError,
    graphql::{
        connection::PageArgs,
        context::RequestState,
        error::{ApiError, ApiResult},
    },
};

/// An operation's only field.
#[derive(Debug)]
pub struct Prepared {
    /// Its name in the answer.
    key: Name,
    place: Pos,
    arguments: Vec<(Name, Value)>,
    field: Box<dyn PreparedField>,
}

/// The value of a prepared field as JSON, to come.
pub(crate) type Answering<'a> = BoxFuture<'a, Result<Vec<u8>, Fallback>>;

/// A field that is answered from its arguments alone: its selection is planned already.
pub(crate) trait PreparedField: Debug + Send + Sync {
    /// The field's value as JSON.
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a>;
}

/// Why a prepared operation has no answer.
#[derive(Debug)]
pub(crate) enum Fallback {
    /// Nothing was done, and the library can say why.
    ToLibrary,
    /// A mutation was refused. The library writes the payload, without doing it again.
    Refused(Vec<UserError>),
    /// Something may have been done.
    Failed(ApiError),
}

/// A read leaves its errors to the library, which meets them again.
impl From<ApiError> for Fallback {
    fn from(_: ApiError) -> Self {
        Self::ToLibrary
    }
}

/// The place where an execution leaves what it prepared: data of the request, if that is wanted.
pub type Slot = Arc<OnceLock<Prepared>>;

/// Leaves the field that is being resolved for the next time, if the operation can be prepared.
pub(crate) fn prepare<F: PreparedField + 'static>(ctx: &Context<'_>, prepared: impl FnOnce() -> F) {
    let Some(slot) = ctx.data_opt::<Slot>() else { return };
    let field = &ctx.item.node;
    let arguments = field.arguments.iter().map(|(name, value)| (name.node.clone(), value.node.clone())).collect();
    let (key, place) = (field.response_key().node.clone(), ctx.item.pos);
    slot.get_or_init(|| Prepared { key, place, arguments, field: Box::new(prepared()) });
}

impl Prepared {
    /// The answer's data as JSON.
    pub(crate) async fn answer(&self, state: &RequestState, variables: &Variables) -> Result<Vec<u8>, Fallback> {
        let value = self.field.answer(state, Arguments { given: &self.arguments, variables }).await?;
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
#[derive(Clone, Copy)]
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

/// True when a selection is the same whatever the variables. Its size is bounded, see `engine::checks::limits`.
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
