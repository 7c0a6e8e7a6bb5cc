//! Arguments and input fields whose variable was not given count as left out: an argument has its default, a field of an
//! update is not cleared. GraphQL specification, sections 6.4.1 and 3.10. The library takes them for null.

use async_graphql::{
    Name, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::Value;

/// Gives the variables that were not given their defaults. Specification, section 6.1.2; the library does so for arguments,
/// but not for `@include` and `@skip`.
pub(crate) fn fill_in_defaults(operation: &OperationDefinition, variables: &mut Variables) {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        if let Some(default) = &definition.default_value {
            variables.entry(definition.name.node.clone()).or_insert_with(|| default.node.clone());
        }
    }
}

/// The variables of an operation that have neither a value nor a default. The document is valid.
pub(crate) fn absent(operation: &OperationDefinition, variables: &Variables) -> Vec<Name> {
    let names = operation.variable_definitions.iter().map(|definition| &definition.node.name.node);
    names.filter(|name| !variables.contains_key(*name)).cloned().collect()
}

/// Leaves out the arguments and input fields that are one of these variables, and the variables that nothing else uses.
pub(crate) fn leave_out(document: &mut ExecutableDocument, absent: &[Name]) {
    let mut left = Vec::new();
    for set in selection_sets(document) {
        strip(set, absent, &mut left);
    }
    let operations: Vec<&mut OperationDefinition> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node],
        DocumentOperations::Multiple(operations) => operations.values_mut().map(|one| &mut one.node).collect(),
    };
    for operation in operations {
        operation.variable_definitions.retain(|definition| {
            let name = &definition.node.name.node;
            !absent.contains(name) || left.contains(name)
        });
    }
}

/// The variables that a document uses, each as often as it does.
pub(crate) fn used(document: &ExecutableDocument) -> Vec<Name> {
    let mut found = Vec::new();
    let mut document = document.clone();
    for set in selection_sets(&mut document) {
        strip(set, &[], &mut found);
    }
    found
}

fn selection_sets(document: &mut ExecutableDocument) -> Vec<&mut SelectionSet> {
    let mut sets: Vec<&mut SelectionSet> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![&mut operation.node.selection_set.node],
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().map(|one| &mut one.node.selection_set.node).collect()
        }
    };
    sets.extend(document.fragments.values_mut().map(|fragment| &mut fragment.node.selection_set.node));
    sets
}

/// Strips a selection, and collects the variables that it still uses.
fn strip(set: &mut SelectionSet, absent: &[Name], left: &mut Vec<Name>) {
    for selection in &mut set.items {
        for directive in selection.node.directives() {
            directive.node.arguments.iter().for_each(|(_, value)| collect(&value.node, left));
        }
        match &mut selection.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                field.arguments.retain(|(_, value)| !is_one_of(&value.node, absent));
                field.arguments.iter_mut().for_each(|(_, value)| strip_fields(&mut value.node, absent));
                field.arguments.iter().for_each(|(_, value)| collect(&value.node, left));
                strip(&mut field.selection_set.node, absent, left);
            }
            Selection::InlineFragment(fragment) => strip(&mut fragment.node.selection_set.node, absent, left),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// In a list, such a variable is null.
fn strip_fields(value: &mut Value, absent: &[Name]) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|item| strip_fields(item, absent)),
        Value::Object(fields) => {
            fields.retain(|_, value| !is_one_of(value, absent));
            fields.values_mut().for_each(|value| strip_fields(value, absent));
        }
        _ => {}
    }
}

fn is_one_of(value: &Value, absent: &[Name]) -> bool {
    matches!(value, Value::Variable(variable) if absent.contains(variable))
}

fn collect(value: &Value, variables: &mut Vec<Name>) {
    match value {
        Value::Variable(variable) => variables.push(variable.clone()),
        Value::List(items) => items.iter().for_each(|item| collect(item, variables)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, variables)),
        _ => {}
    }
}
