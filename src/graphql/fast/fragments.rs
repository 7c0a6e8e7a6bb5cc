//! Type conditions of fragments, of which the fast path knows nothing.

use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

/// True when every fragment of a valid document applies wherever it stands.
///
/// On an object type a valid fragment applies. Within a fragment on an interface another one may not: `... on User`
/// is valid in `... on Node`, and selects nothing of a contact. The library's resolvers know which.
pub(super) fn always_apply(document: &ExecutableDocument) -> bool {
    let mut definitions = document.fragments.values().map(|fragment| &fragment.node);
    document.operations.iter().all(|(_, operation)| apply_below(document, &operation.node.selection_set.node))
        && definitions.all(|fragment| {
            let set = &fragment.selection_set.node;
            all_are_on(document, set, fragment.type_condition.node.on.node.as_str()) && apply_below(document, set)
        })
}

/// True when that holds of the inline fragments in a selection, at any depth.
fn apply_below(document: &ExecutableDocument, set: &SelectionSet) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => apply_below(document, &field.node.selection_set.node),
        Selection::InlineFragment(fragment) => {
            let set = &fragment.node.selection_set.node;
            let condition = fragment.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
            condition.is_none_or(|condition| all_are_on(document, set, condition)) && apply_below(document, set)
        }
        // Definitions are looked at by themselves.
        Selection::FragmentSpread(_) => true,
    })
}

/// True when the fragments directly in a selection have this type condition, or none.
fn all_are_on(document: &ExecutableDocument, set: &SelectionSet, name: &str) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(_) => true,
        Selection::InlineFragment(fragment) => match &fragment.node.type_condition {
            Some(condition) => condition.node.on.node == name,
            None => all_are_on(document, &fragment.node.selection_set.node, name),
        },
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.is_none_or(|fragment| fragment.node.type_condition.node.on.node == name)
        }
    })
}
