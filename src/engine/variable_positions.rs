//! Whether each variable stands where its type may stand, and each number is one that its type has. GraphQL
//! specification, sections 5.8.5 and 5.6.1; the library has the rules, but never asks the first about a value, and takes
//! an Int of more than 32 bits where no resolver comes to read it.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    parser::{
        parse_schema,
        types::{
            BaseType, Directive, ExecutableDocument, Field, InputValueDefinition, OperationDefinition, OperationType,
            Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition, VariableDefinition,
        },
    },
};
use async_graphql_value::{ConstValue, Number, Value};

use crate::graphql::error::ErrorCode;

/// What the schema says of the places where a variable may stand.
#[derive(Debug)]
pub(super) struct Usages {
    /// The fields of each type.
    fields: HashMap<Name, HashMap<Name, FieldPlaces>>,
    /// The fields of each input object.
    inputs: HashMap<Name, HashMap<Name, Place>>,
    /// The argument of `@skip` and `@include`.
    condition: Place,
}

#[derive(Debug)]
struct FieldPlaces {
    ty: Name,
    arguments: HashMap<Name, Place>,
}

/// What an argument, or a field of an input object, takes.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) ty: Type,
    pub(super) has_default: bool,
}

impl Usages {
    /// Reads the schema's text.
    pub(super) fn new(sdl: &str) -> Self {
        let (mut fields, mut inputs) = (HashMap::new(), HashMap::new());
        for definition in parse_schema(sdl).map(|document| document.definitions).unwrap_or_default() {
            let TypeSystemDefinition::Type(Positioned { node: definition, .. }) = definition else { continue };
            match definition.kind {
                TypeKind::Object(object) => {
                    let of_type = object.fields.into_iter().map(|Positioned { node: field, .. }| {
                        let places = FieldPlaces {
                            ty: innermost(&field.ty.node.base).clone(),
                            arguments: places(field.arguments),
                        };
                        (field.name.node, places)
                    });
                    fields.insert(definition.name.node, of_type.collect());
                }
                TypeKind::InputObject(object) => {
                    inputs.insert(definition.name.node, places(object.fields));
                }
                _ => {}
            }
        }
        let boolean = Type { base: BaseType::Named(Name::new("Boolean")), nullable: false };
        Self { fields, inputs, condition: Place { ty: boolean, has_default: false } }
    }

    /// Refuses a document that has a variable or a number where it may not stand, in whichever operation. It is valid
    /// otherwise.
    pub(super) fn check(&self, document: &ExecutableDocument) -> Result<(), ServerError> {
        document.operations.iter().try_for_each(|(_, operation)| self.check_operation(document, &operation.node))
    }

    fn check_operation(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Result<(), ServerError> {
        let variables = operation.variable_definitions.iter().map(|definition| &definition.node);
        let variables = variables.map(|definition| (&definition.name.node, definition)).collect();
        let mut walk = Walk { usages: self, document, variables, seen: HashSet::new() };
        for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
            if let Some(default) = &definition.default_value {
                walk.value(&definition.var_type.node, false, &default.node.clone().into_value(), default.pos)?;
            }
        }
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        walk.directives(&operation.directives)?;
        walk.selection(&Name::new(root), &operation.selection_set.node)
    }
}

pub(super) fn places(definitions: Vec<Positioned<InputValueDefinition>>) -> HashMap<Name, Place> {
    let places = definitions.into_iter().map(|Positioned { node: definition, .. }| {
        let place = Place { ty: definition.ty.node, has_default: definition.default_value.is_some() };
        (definition.name.node, place)
    });
    places.collect()
}

fn innermost(ty: &BaseType) -> &Name {
    match ty {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(&item.base),
    }
}

struct Walk<'a> {
    usages: &'a Usages,
    document: &'a ExecutableDocument,
    variables: HashMap<&'a Name, &'a VariableDefinition>,
    seen: HashSet<&'a Name>,
}

impl<'a> Walk<'a> {
    fn selection(&mut self, ty: &Name, set: &'a SelectionSet) -> Result<(), ServerError> {
        for selection in &set.items {
            self.directives(selection.node.directives())?;
            match &selection.node {
                Selection::Field(field) => self.field(ty, field)?,
                Selection::InlineFragment(Positioned { node: fragment, .. }) => {
                    let ty = fragment.type_condition.as_ref().map_or(ty, |condition| &condition.node.on.node);
                    self.selection(ty, &fragment.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if self.seen.insert(name) {
                        self.directives(&fragment.node.directives)?;
                        self.selection(&fragment.node.type_condition.node.on.node, &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, ty: &Name, field: &'a Positioned<Field>) -> Result<(), ServerError> {
        let usages = self.usages;
        let Some(places) = usages.fields.get(ty).and_then(|fields| fields.get(&field.node.name.node)) else {
            return Ok(());
        };
        for (name, value) in &field.node.arguments {
            if let Some(place) = places.arguments.get(&name.node) {
                self.value(&place.ty, place.has_default, &value.node, value.pos)?;
            }
        }
        self.selection(&places.ty, &field.node.selection_set.node)
    }

    fn directives(&self, directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
        let place = &self.usages.condition;
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            self.value(&place.ty, place.has_default, &value.node, value.pos)?;
        }
        Ok(())
    }

    fn value(&self, ty: &Type, has_default: bool, value: &Value, pos: Pos) -> Result<(), ServerError> {
        match (value, &ty.base) {
            (Value::Variable(name), _) => self.variable(ty, has_default, name, pos),
            (Value::Number(number), base) if innermost(base) == "Int" && is_beyond_int(number) => {
                let message = format!("Invalid value for argument: {number} has more than 32 bits.");
                let mut error = ServerError::new(message, Some(pos));
                error.extensions.get_or_insert_default().set("code", ErrorCode::ValidationFailed.as_str());
                Err(error)
            }
            (Value::List(items), BaseType::List(item)) => {
                items.iter().try_for_each(|value| self.value(item, false, value, pos))
            }
            (Value::Object(fields), base) => {
                let Some(places) = self.usages.inputs.get(innermost(base)) else { return Ok(()) };
                fields.iter().try_for_each(|(name, value)| match places.get(name) {
                    Some(place) => self.value(&place.ty, place.has_default, value, pos),
                    None => Ok(()),
                })
            }
            _ => Ok(()),
        }
    }

    fn variable(&self, ty: &Type, has_default: bool, name: &Name, pos: Pos) -> Result<(), ServerError> {
        let Some(definition) = self.variables.get(name) else { return Ok(()) };
        let given = &definition.var_type.node;
        let default = definition.default_value.as_ref().map(|default| &default.node);
        let is_filled = has_default || default.is_some_and(|value| *value != ConstValue::Null);
        let may_stand = (ty.nullable || !given.nullable || is_filled) && fits(&given.base, &ty.base);
        may_stand.then_some(()).ok_or_else(|| {
            let message =
                format!("The variable \"${name}\" is of type \"{given}\", but stands where \"{ty}\" is asked for.");
            ServerError::new(message, Some(pos))
        })
    }
}

/// True of a whole number that Int does not have. GraphQL specification, section 3.5.1.
pub(super) fn is_beyond_int(number: &Number) -> bool {
    !number.is_f64() && number.as_i64().is_none_or(|number| i32::try_from(number).is_err())
}

/// True of a type whose values are all values of the other. Nullability of the whole is not looked at.
fn fits(given: &BaseType, asked: &BaseType) -> bool {
    match (given, asked) {
        (BaseType::Named(given), BaseType::Named(asked)) => given == asked,
        (BaseType::List(given), BaseType::List(asked)) => {
            (asked.nullable || !given.nullable) && fits(&given.base, &asked.base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    const SDL: &str = "
        type Query { find(text: String, ids: [ID!], limit: Int! = 8, by: Filter): Found many(ids: [ID!]!): [Found!]! }
        type Found { id: ID! part(number: Int!): Found }
        input Filter { text: String, size: Int! = 3, one: ID!, and: [Filter!] }";

    fn is_allowed(query: &str) -> bool {
        let document = parse_query(query).unwrap();
        Usages::new(SDL).check(&document).is_ok()
    }

    #[test]
    fn variables_stand_where_their_type_may() {
        for query in [
            "query($a: String) { find(text: $a) { id } }",
            "query($a: String!) { find(text: $a) { id } }",
            "query($a: Int) { find(limit: $a) { id } }",
            "query($a: Int = 1) { find { part(number: $a) { id } } }",
            "query($a: [ID!]!) { find(ids: $a) { id } many(ids: $a) { id } }",
            "query($a: ID!) { find(ids: [$a, \"b\"]) { id } }",
            "query($a: ID!, $b: Int) { find(by: { and: [{ one: $a, size: $b }] }) { id } }",
            "query($a: ID!) { find(by: { and: { one: $a } }) { id } }",
            "query($a: Boolean!) { find { id @include(if: $a) } }",
            "{ find(limit: 2147483647) { part(number: -2147483648) { id } } }",
        ] {
            assert!(is_allowed(query), "{query}");
        }
    }

    #[test]
    fn variables_and_numbers_of_another_type_are_refused() {
        for query in [
            "query($a: Int) { find(text: $a) { id } }",
            "query($a: Boolean) { find(limit: $a) { id } }",
            "query($a: Int) { find { part(number: $a) { id } } }",
            "query($a: Int = null) { find { part(number: $a) { id } } }",
            "query($a: [ID]) { find(ids: $a) { id } }",
            "query($a: ID) { find(ids: [$a]) { id } }",
            "query($a: ID!) { find(ids: $a) { id } }",
            "query($a: ID) { find(by: { and: [{ one: $a }] }) { id } }",
            "query($a: Boolean) { find { id @include(if: $a) } }",
            "query($a: Int) { ...on Query { ...F } } fragment F on Query { find(text: $a) { id } }",
            "{ find(limit: 2147483648) { id } }",
            "query($a: Int = 2147483648) { find(limit: $a) { id } }",
            "query A { find { id } } query B { find(limit: 2147483648) { id } }",
            "query A { find { id } } query B($a: Int) { find(text: $a) { id } }",
            "{ find { part(number: -2147483649) { id } } }",
            "{ find(by: { and: [{ one: \"a\", size: 2147483648 }] }) { id } }",
        ] {
            assert!(!is_allowed(query), "{query}");
        }
    }
}
