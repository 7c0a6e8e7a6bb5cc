//! Operation of a subscription, as subscribers share it.

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};
use async_graphql_value::Value;
use sha2::{Digest, Sha256};

use crate::{
    engine::{GraphqlRequest, omitted_variables::uses},
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

pub(super) fn no_field() -> ApiError {
    ApiError::new(ErrorCode::ValidationFailed, "A subscription has exactly one top-level field.")
}

/// The one field of a subscription. The document is valid, so that there is one, and fragments do not go in a circle.
pub(super) fn root_field<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet) -> Option<&'a Field> {
    set.items.iter().find_map(|selection| match &selection.node {
        Selection::Field(field) => Some(&field.node),
        Selection::InlineFragment(fragment) => root_field(document, &fragment.node.selection_set.node),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node)?;
            root_field(document, &fragment.node.selection_set.node)
        }
    })
}

/// Returns the variable for the position to begin at, if it has no other use.
pub(super) fn begins_at<'a>(document: &ExecutableDocument, field: &'a Field) -> Option<&'a Name> {
    let (_, after) = field.arguments.iter().find(|(name, _)| name.node == "after")?;
    let Value::Variable(name) = &after.node else { return None };
    (uses(document, name) == 1).then_some(name)
}
