//! Validation, and what the validating library sees differently.

use apollo_compiler::{
    Schema,
    ast::{Definition, Document, OperationType, Selection, VariableDefinition},
    diagnostic::ToCliReport,
    validation::{DiagnosticList, Valid},
};

use super::{
    fault::{FAULTS_MAX, Fault},
    lines::Lines,
};

/// A document as it is validated. It is of no use afterwards.
pub struct Source {
    document: Document,
    lines: Lines,
    /// Faults that were noticed when the document was converted.
    noticed: Vec<Fault>,
}

impl Source {
    pub(super) fn new(mut document: Document, lines: Lines, noticed: Vec<Fault>) -> Self {
        forget_null_defaults(&mut document);
        Self { document, lines, noticed }
    }

    /// Checks the document by every rule.
    pub(super) fn validate(&self, schema: &Valid<Schema>) -> Result<(), Vec<Fault>> {
        let errors = self.document.to_executable_validate(schema).err().map(|failed| failed.errors);
        let found = errors.iter().flat_map(DiagnosticList::iter).map(|error| {
            let place = error.error.location().map(|span| self.lines.place(span.offset()));
            Fault::document(sentence(&error.error.to_string()), place)
        });
        let faults: Vec<Fault> = found.chain(self.noticed.iter().cloned()).take(FAULTS_MAX).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// Forgets defaults that are null: they let no variable stand where no null may, as the specification's section 5.8.5 has
/// it. The validating library asks only whether there is a default.
fn forget_null_defaults(document: &mut Document) {
    let is_null = |variable: &VariableDefinition| {
        let default = variable.default_value.as_ref();
        !variable.ty.is_non_null() && default.is_some_and(|default| default.is_null())
    };
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition
            && operation.variables.iter().any(|variable| is_null(variable))
        {
            for variable in operation.make_mut().variables.iter_mut().filter(|variable| is_null(variable)) {
                variable.make_mut().default_value = None;
            }
        }
    }
}

/// The first syntax error: the parser goes on after it, and is then wrong more often than not.
pub(super) fn syntax_fault(errors: &DiagnosticList, lines: &Lines) -> Fault {
    let Some(first) = errors.iter().next() else { return Fault::syntax("The document is not GraphQL.", None) };
    let message = first.error.to_string();
    // Texts in a document may be secrets, and stay out of messages.
    let message = message.split_once(['"', '\'']).map_or(message.as_str(), |(before, _)| before);
    let message = message.trim_end_matches([' ', ',']).trim_end_matches(", got");
    let place = first.error.location().map(|span| lines.place(span.offset()));
    Fault::syntax(sentence(message), place)
}

/// A message of the library's in the form of all others.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

/// Merges subscriptions' root fields that are the first one again. They are one field, as the specification's section
/// 5.2.4.1 has it; the validating library counts them as several.
pub(super) fn merge_root_fields(document: &mut Document) {
    for definition in &mut document.definitions {
        if let Definition::OperationDefinition(operation) = definition
            && operation.operation_type == OperationType::Subscription
            && operation.selection_set.len() > 1
        {
            merge_repeated(&mut operation.make_mut().selection_set);
        }
    }
}

fn merge_repeated(selections: &mut Vec<Selection>) {
    let Some((Selection::Field(first), rest)) = selections.split_first_mut() else { return };
    if !first.directives.is_empty() {
        return;
    }
    let mut inner = first.selection_set.clone();
    for other in rest.iter() {
        match other {
            Selection::Field(other)
                if other.response_name() == first.response_name()
                    && (&other.name, &other.arguments) == (&first.name, &first.arguments)
                    && other.directives.is_empty()
                    && other.selection_set.is_some() == inner.is_some() =>
            {
                if let Some(inner) = &mut inner {
                    inner.extend(other.selection_set.iter().flatten().cloned());
                }
            }
            _ => return,
        }
    }
    first.make_mut().selection_set = inner;
    selections.truncate(1);
}
