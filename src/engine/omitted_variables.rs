//! Arguments and input fields whose variable was not given count as left out: an argument has its default, a field of an
//! update is not cleared. GraphQL specification, sections 6.4.1 and 3.10.
//!
//! The library does so for input fields, and takes arguments for null. The fields are left out here all the same, because
//! an operation is prepared from the document as it is executed (see [`crate::graphql::fast::prepared`]).

use async_graphql::{
    Name, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// The variables of an operation that have neither a value nor a default.
pub(super) fn omitted(operation: &OperationDefinition, variables: &Variables) -> Vec<Name> {
    let names = operation.variable_definitions.iter().map(|definition| &definition.node.name.node);
    names.filter(|name| !variables.contains_key(*name)).cloned().collect()
}

/// Leaves out the arguments and input fields that are one of these variables.
pub(super) fn leave_out(document: &mut ExecutableDocument, omitted: &[Name]) {
    if omitted.is_empty() {
        return;
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => strip(&mut operation.node.selection_set.node, omitted),
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                strip(&mut operation.node.selection_set.node, omitted);
            }
        }
    }
    document.fragments.values_mut().for_each(|fragment| strip(&mut fragment.node.selection_set.node, omitted));
}

fn strip(set: &mut SelectionSet, omitted: &[Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field.arguments.retain(|(_, value)| !is_one_of(&value.node, omitted));
                field.arguments.iter_mut().for_each(|(_, value)| strip_fields(&mut value.node, omitted));
                strip(&mut field.selection_set.node, omitted);
            }
            Selection::InlineFragment(fragment) => strip(&mut fragment.node.selection_set.node, omitted),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// In a list, such a variable is null.
fn strip_fields(value: &mut Value, omitted: &[Name]) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|item| strip_fields(item, omitted)),
        Value::Object(fields) => {
            fields.retain(|_, value| !is_one_of(value, omitted));
            fields.values_mut().for_each(|value| strip_fields(value, omitted));
        }
        _ => {}
    }
}

fn is_one_of(value: &Value, omitted: &[Name]) -> bool {
    matches!(value, Value::Variable(variable) if omitted.contains(variable))
}

/// The number of places where a document uses a variable.
pub(super) fn uses(document: &ExecutableDocument, name: &Name) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).map(|set| uses_in(set, name)).sum()
}

fn uses_in(set: &SelectionSet, name: &Name) -> usize {
    let uses = set.items.iter().map(|selection| {
        let directives = selection.node.directives().iter().flat_map(|directive| &directive.node.arguments);
        let (arguments, inner) = match &selection.node {
            Selection::Field(field) => (field.node.arguments.as_slice(), Some(&field.node.selection_set.node)),
            Selection::InlineFragment(fragment) => (&[][..], Some(&fragment.node.selection_set.node)),
            Selection::FragmentSpread(_) => (&[][..], None),
        };
        let values = directives.chain(arguments).map(|(_, value)| uses_in_value(&value.node, name));
        values.sum::<usize>() + inner.map_or(0, |set| uses_in(set, name))
    });
    uses.sum()
}

fn uses_in_value(value: &Value, name: &Name) -> usize {
    match value {
        Value::Variable(variable) => usize::from(variable == name),
        Value::List(items) => items.iter().map(|item| uses_in_value(item, name)).sum(),
        Value::Object(fields) => fields.values().map(|field| uses_in_value(field, name)).sum(),
        _ => 0,
    }
}
