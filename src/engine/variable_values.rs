//! Whether a variable's value is what its type asks for. GraphQL specification, section 5.6.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name,
    parser::{
        parse_schema,
        types::{BaseType, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
    },
};
use async_graphql_value::ConstValue;

use super::variable_positions::{Place, is_beyond_int, places};
use crate::domain::json;

/// The types of variables that are not built in.
#[derive(Debug)]
pub(super) struct InputTypes(HashMap<Name, InputType>);

#[derive(Debug)]
enum InputType {
    /// The schema's own scalars leave their values to the resolvers: validation takes any.
    Scalar,
    Enum(HashSet<Name>),
    Object(HashMap<Name, Place>),
}

impl InputTypes {
    /// Reads the schema's text.
    pub(super) fn new(sdl: &str) -> Self {
        let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => {
                let name = definition.node.name.node.clone();
                Some((name, InputType::read(definition.node)?))
            }
            _ => None,
        });
        Self(types.collect())
    }

    /// True of a value that validation has nothing to say about. False of some that are valid too, such as a number for
    /// an ID.
    pub(super) fn fits(&self, ty: &Type, value: &ConstValue) -> bool {
        match (&ty.base, value) {
            (_, ConstValue::Null) => ty.nullable,
            (BaseType::List(item), ConstValue::List(values)) => values.iter().all(|value| self.fits(item, value)),
            (BaseType::Named(name), value) => self.fits_named(name, value),
            (BaseType::List(_), _) => false,
        }
    }

    /// True of a value with a number that its type does not have: of more than 32 bits for an Int (GraphQL specification,
    /// section 3.5.1), or beyond every double for anything but JSON, which says so itself.
    pub(super) fn has_odd_number(&self, ty: &BaseType, value: &ConstValue) -> bool {
        match (ty, value) {
            (BaseType::List(item), ConstValue::List(values)) => {
                values.iter().any(|value| self.has_odd_number(&item.base, value))
            }
            (BaseType::List(item), value) => self.has_odd_number(&item.base, value),
            (BaseType::Named(name), ConstValue::Number(number)) => name == "Int" && is_beyond_int(number),
            (BaseType::Named(name), ConstValue::String(text)) => name != "JSON" && json::is_too_large(text),
            (BaseType::Named(name), ConstValue::Object(values)) => {
                let Some(InputType::Object(fields)) = self.0.get(name) else { return false };
                let beyond = |(name, value)| {
                    fields.get(name).is_some_and(|field: &Place| self.has_odd_number(&field.ty.base, value))
                };
                values.iter().any(beyond)
            }
            _ => false,
        }
    }

    fn fits_named(&self, name: &Name, value: &ConstValue) -> bool {
        match (name.as_str(), value) {
            ("ID" | "String", ConstValue::String(text)) => !json::is_too_large(text),
            ("Boolean", ConstValue::Boolean(_)) => true,
            ("Int", ConstValue::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
            _ => match (self.0.get(name), value) {
                (Some(InputType::Scalar), _) => true,
                (Some(InputType::Enum(names)), ConstValue::String(name)) => names.contains(name.as_str()),
                // As a default has it.
                (Some(InputType::Enum(names)), ConstValue::Enum(name)) => names.contains(name),
                (Some(InputType::Object(fields)), ConstValue::Object(values)) => {
                    values.keys().all(|name| fields.contains_key(name))
                        && fields.iter().all(|(name, field)| match values.get(name) {
                            Some(value) => self.fits(&field.ty, value),
                            None => field.ty.nullable || field.has_default,
                        })
                }
                _ => false,
            },
        }
    }
}

impl InputType {
    /// None of what is no type of a variable, and of `@oneOf`, which has rules of its own.
    fn read(definition: TypeDefinition) -> Option<Self> {
        let has_own_rules = !definition.directives.is_empty();
        match definition.kind {
            TypeKind::Scalar => Some(Self::Scalar),
            TypeKind::Enum(of) => Some(Self::Enum(of.values.into_iter().map(|value| value.node.value.node).collect())),
            TypeKind::InputObject(object) if !has_own_rules => Some(Self::Object(places(object.fields))),
            _ => None,
        }
    }
}
