//! Operation of a subscription, as subscribers share it.

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;
use sha2::{Digest, Sha256};

use crate::{
    engine::{GraphqlRequest, omitted_variables::used},
    entity::role::Role,
    graphql::error::{ApiError, ErrorCode},
};

/// Operation that is executed for each change. It contains nothing of the caller but the role, so that subscribers can
/// share it.
pub(super) struct Operation {
    /// Request without its text, which nothing needs once it is parsed.
    pub(super) graphql: GraphqlRequest,
    pub(super) document: ExecutableDocument,
    pub(super) role: Option<Role>,
    pub(super) text_hash: [u8; 32],
    /// Length of the text with the variables.
    pub(super) bytes: usize,
}

/// Key that differs between operations whose answers may differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint {
    text_hash: [u8; 32],
    name: Option<String>,
    variables_hash: [u8; 32],
    role: Option<Role>,
}

impl Operation {
    /// Returns the key by which groups are found.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            text_hash: self.text_hash,
            name: self.graphql.operation_name.clone(),
            variables_hash: Sha256::digest(variables(&self.graphql)).into(),
            role: self.role,
        }
    }
}

/// Writes the variables as JSON.
pub(super) fn variables(graphql: &GraphqlRequest) -> Vec<u8> {
    serde_json::to_vec(&graphql.variables).unwrap_or_default()
}

pub(super) fn not_one_field() -> ApiError {
    let message = "A subscription has exactly one top-level field, without `@skip` or `@include`.";
    ApiError::new(ErrorCode::ValidationFailed, message)
}

/// Returns the one field of a subscription (GraphQL specification, section 5.2.4.1).
pub(super) fn single_field<'a>(
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

/// Collects the fields of a selection. `None` stands for a conditional one.
fn collect<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, fields: &mut Vec<Option<&'a Field>>) {
    for selection in &set.items {
        if !selection.node.directives().is_empty() {
            fields.push(None);
        }
        match &selection.node {
            Selection::Field(field) => fields.push(Some(&field.node)),
            Selection::InlineFragment(fragment) => collect(document, &fragment.node.selection_set.node, fields),
            Selection::FragmentSpread(spread) => {
                // Fragments of a valid document have no cycle.
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, fields);
                }
            }
        }
    }
}

/// Returns the variable for the position to begin at, if it has no other use.
pub(super) fn begins_at<'a>(document: &ExecutableDocument, field: &'a Field) -> Option<&'a Name> {
    let (_, after) = field.arguments.iter().find(|(name, _)| name.node == "after")?;
    let Value::Variable(name) = &after.node else { return None };
    let uses = used(document).into_iter().filter(|used| used == name).count();
    (uses == 1).then_some(name)
}
