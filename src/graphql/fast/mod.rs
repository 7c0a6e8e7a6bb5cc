//! Answers written straight from the database's rows.
//!
//! Resolving a field costs a future and a value; a page of fifty contacts has hundreds of fields. Where a top-level
//! field selects nothing but columns of a record and of records that hang on it one to one, its selection becomes a
//! plan: one statement with the joins and the columns that it needs, and a template that writes each row as JSON.
//! A selection that no plan knows is left to the ordinary resolvers, whose answers are the same to the byte.

mod connection;
mod fragments;
mod items;
mod lists;
mod object;
mod plan;
pub mod prepared;
mod selection;
mod write;

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
    registry::Registry,
};

pub(crate) use self::{connection::Connection, plan::Plan};

/// A field's value: written already, or to be resolved in the ordinary way.
pub(crate) enum FieldValue<T> {
    Written(Vec<u8>),
    Resolve(T),
}

impl<T: OutputType> OutputType for FieldValue<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Written(_) => T::type_name(),
            Self::Resolve(value) => value.introspection_type_name(),
        }
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            // The schema has no binary scalar: binary values are JSON that is written already.
            Self::Written(json) => Ok(Value::Binary(json.clone().into())),
            Self::Resolve(value) => value.resolve(ctx, field).await,
        }
    }
}

/// True when the fast path can answer a valid document as the library would.
pub fn can_answer(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    top_level_fields_differ(document, operation) && fragments::always_apply(document)
}

/// True when no two top-level fields of the operation have the same key in the answer, or the same name. The library
/// merges the values of those with one key, which it cannot when they are written; those with one name are loaded
/// together by the dataloaders.
fn top_level_fields_differ(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    fn collect<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, seen: &mut Vec<&'a str>) -> bool {
        set.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => {
                let (key, name) = (field.node.response_key().node.as_str(), field.node.name.node.as_str());
                let is_new = !seen.contains(&key) && !seen.contains(&name);
                seen.extend([key, name]);
                is_new
            }
            Selection::InlineFragment(fragment) => collect(document, &fragment.node.selection_set.node, seen),
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                fragment.is_none_or(|fragment| collect(document, &fragment.node.selection_set.node, seen))
            }
        })
    }
    collect(document, &operation.selection_set.node, &mut Vec::new())
}
