//! Documents as the executing library takes them.
//!
//! The conversion knows the types of what it converts, because literals depend on them. Where a name is unknown it goes on
//! without: validation, which comes later, refuses such a document.

mod uses;

use std::collections::HashMap;

use apollo_compiler::{
    Node, Schema,
    ast::{self, Definition, InputValueDefinition, Type},
};
use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type as ConvertedType,
        TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::Value;

use self::uses::{Definitions, Uses};
use super::{fault::Fault, lines::Lines, scalars::Scalars, values::Values};

/// A converted document.
pub(super) struct Converted {
    pub(super) document: ExecutableDocument,
    pub(super) faults: Vec<Fault>,
    /// Variables whose type has null, that stand where no null may: a default allows that.
    pub(super) not_null: Vec<Name>,
}

/// Converts a document. Syntax errors that the parser lets pass are an error; other faults are noted.
pub(super) fn convert(
    ast: &ast::Document,
    schema: &Schema,
    scalars: Scalars,
    lines: &Lines,
) -> Result<Converted, Fault> {
    let values = Values { schema, scalars, lines, faults: Vec::new(), in_scalars: Vec::new(), not_null: Vec::new() };
    let mut converter = Converter { values, uses: Uses::default(), empty: None };
    let (mut anonymous, mut named, mut fragments) = (None, HashMap::new(), HashMap::new());
    let mut definitions = Definitions::default();
    for definition in &ast.definitions {
        match definition {
            Definition::OperationDefinition(operation) => {
                let positioned = converter.operation(operation);
                let name = operation.name.as_ref().map(Name::new);
                definitions.operations.push((name.clone(), converter.take_uses()));
                match name {
                    Some(name) => drop(named.insert(name, positioned)),
                    None => anonymous = Some(positioned),
                }
            }
            Definition::FragmentDefinition(fragment) => {
                let name = Name::new(&fragment.name);
                fragments.insert(name.clone(), converter.fragment(fragment));
                definitions.fragments.insert(name, converter.take_uses());
            }
            // Validation refuses definitions of types.
            _ => {}
        }
    }
    if let Some(place) = converter.empty {
        return Err(Fault::syntax("A selection must name at least one field.", Some(place)));
    }
    let operations = match anonymous {
        Some(operation) if named.is_empty() => DocumentOperations::Single(operation),
        _ => DocumentOperations::Multiple(named),
    };
    let mut document = ExecutableDocument { operations, fragments };
    let mut faults = converter.values.faults;
    let not_null = definitions.finish(&mut document, &mut faults);
    Ok(Converted { document, faults, not_null })
}

/// The converted form of a type.
pub(super) fn converted_type(ty: &Type) -> ConvertedType {
    let base = match ty {
        Type::Named(name) | Type::NonNullNamed(name) => BaseType::Named(Name::new(name)),
        Type::List(item) | Type::NonNullList(item) => BaseType::List(Box::new(converted_type(item))),
    };
    ConvertedType { base, nullable: !ty.is_non_null() }
}

struct Converter<'a> {
    values: Values<'a>,
    /// Uses of the definition at hand.
    uses: Uses,
    /// The place of the first selection without fields. The grammar of 2025 knows none, that of 2026 does.
    empty: Option<Pos>,
}

impl Converter<'_> {
    fn take_uses(&mut self) -> Uses {
        let uses = std::mem::take(&mut self.uses);
        let in_scalars = std::mem::take(&mut self.values.in_scalars);
        Uses { in_scalars, not_null: std::mem::take(&mut self.values.not_null), ..uses }
    }

    fn operation(&mut self, operation: &Node<ast::OperationDefinition>) -> Positioned<OperationDefinition> {
        let pos = self.values.place(operation);
        let (ty, root) = match operation.operation_type {
            ast::OperationType::Query => (OperationType::Query, "Query"),
            ast::OperationType::Mutation => (OperationType::Mutation, "Mutation"),
            ast::OperationType::Subscription => (OperationType::Subscription, "Subscription"),
        };
        let variable_definitions = operation.variables.iter().map(|variable| self.variable(variable)).collect();
        let directives = self.directives(&operation.directives);
        let selection_set = self.selection_set(&operation.selection_set, Some(root), pos);
        Positioned::new(OperationDefinition { ty, variable_definitions, directives, selection_set }, pos)
    }

    fn fragment(&mut self, fragment: &Node<ast::FragmentDefinition>) -> Positioned<FragmentDefinition> {
        let pos = self.values.place(fragment);
        let directives = self.directives(&fragment.directives);
        let selection_set = self.selection_set(&fragment.selection_set, Some(&fragment.type_condition), pos);
        let type_condition = type_condition(&fragment.type_condition, pos);
        Positioned::new(FragmentDefinition { type_condition, directives, selection_set }, pos)
    }

    fn variable(&mut self, variable: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let pos = self.values.place(variable);
        let default_value = variable.default_value.as_ref().map(|default| {
            let value = self.values.constant(default, &variable.ty);
            Positioned::new(value, self.values.place(default))
        });
        let definition = VariableDefinition {
            name: Positioned::new(Name::new(&variable.name), pos),
            var_type: Positioned::new(converted_type(&variable.ty), self.values.place(&variable.ty)),
            directives: self.directives(&variable.directives),
            default_value,
        };
        Positioned::new(definition, pos)
    }

    fn selection_set(
        &mut self,
        selections: &[ast::Selection],
        parent: Option<&str>,
        pos: Pos,
    ) -> Positioned<SelectionSet> {
        if selections.is_empty() {
            self.empty.get_or_insert(pos);
        }
        let items = selections.iter().map(|selection| match selection {
            ast::Selection::Field(field) => {
                let field = self.field(field, parent);
                Positioned { pos: field.pos, node: Selection::Field(field) }
            }
            ast::Selection::FragmentSpread(spread) => {
                let pos = self.values.place(spread);
                let fragment_name = Positioned::new(Name::new(&spread.fragment_name), pos);
                self.uses.spreads.push(fragment_name.node.clone());
                let spread = FragmentSpread { fragment_name, directives: self.directives(&spread.directives) };
                Positioned::new(Selection::FragmentSpread(Positioned::new(spread, pos)), pos)
            }
            ast::Selection::InlineFragment(fragment) => {
                let pos = self.values.place(fragment);
                let condition = fragment.type_condition.as_ref();
                let parent = condition.map(apollo_compiler::Name::as_str).or(parent);
                let fragment = InlineFragment {
                    type_condition: condition.map(|condition| type_condition(condition, pos)),
                    directives: self.directives(&fragment.directives),
                    selection_set: self.selection_set(&fragment.selection_set, parent, pos),
                };
                Positioned::new(Selection::InlineFragment(Positioned::new(fragment, pos)), pos)
            }
        });
        Positioned::new(SelectionSet { items: items.collect() }, pos)
    }

    fn field(&mut self, field: &Node<ast::Field>, parent: Option<&str>) -> Positioned<Field> {
        let pos = self.values.place(field);
        let schema = self.values.schema;
        let definition = parent.and_then(|parent| schema.type_field(parent, &field.name).ok());
        let arguments = self.arguments(&field.arguments, definition.map_or(&[], |definition| &definition.arguments));
        let selection_set = match &field.selection_set {
            None => Positioned::new(SelectionSet::default(), pos),
            Some(selections) => {
                let ty = definition.map(|definition| definition.ty.inner_named_type().as_str());
                self.selection_set(selections, ty, pos)
            }
        };
        let converted = Field {
            alias: field.alias.as_ref().map(|alias| Positioned::new(Name::new(alias), pos)),
            name: Positioned::new(Name::new(&field.name), pos),
            arguments,
            directives: self.directives(&field.directives),
            selection_set,
        };
        Positioned::new(converted, pos)
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let schema = self.values.schema;
        let converted = directives.iter().map(|directive| {
            let pos = self.values.place(directive);
            let definition = schema.directive_definitions.get(&directive.name);
            let definitions = definition.map_or(&[][..], |definition| &definition.arguments);
            let arguments = self.arguments(&directive.arguments, definitions);
            if matches!(directive.name.as_str(), "skip" | "include") {
                let variables = arguments.iter().filter_map(|(_, value)| match &value.node {
                    Value::Variable(name) => Some(name.clone()),
                    _ => None,
                });
                self.uses.conditions.extend(variables);
            }
            let name = Positioned::new(Name::new(&directive.name), pos);
            Positioned::new(Directive { name, arguments }, pos)
        });
        converted.collect()
    }

    fn arguments(
        &mut self,
        arguments: &[Node<ast::Argument>],
        definitions: &[Node<InputValueDefinition>],
    ) -> Vec<(Positioned<Name>, Positioned<Value>)> {
        let converted = arguments.iter().map(|argument| {
            let definition = definitions.iter().find(|definition| definition.name == argument.name);
            let value = self.values.convert(&argument.value, definition.map(|definition| &*definition.ty));
            let name = Positioned::new(Name::new(&argument.name), self.values.place(argument));
            (name, Positioned::new(value, self.values.place(&argument.value)))
        });
        converted.collect()
    }
}

fn type_condition(name: &apollo_compiler::Name, pos: Pos) -> Positioned<TypeCondition> {
    Positioned::new(TypeCondition { on: Positioned::new(Name::new(name), pos) }, pos)
}
