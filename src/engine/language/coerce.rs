//! Variables become values of their types. GraphQL specification, sections 3.5 to 3.12 and 6.1.2.

use std::{
    collections::{HashMap, HashSet},
    fmt::{self, Display, Formatter, Write},
};

use apollo_compiler::{
    Schema,
    schema::{ExtendedType, InputObjectType},
};
use async_graphql::{
    Name, Pos, Value, Variables,
    parser::types::{BaseType, OperationDefinition, Type},
};
use async_graphql_value::{Number, indexmap::IndexMap};

use super::{
    convert::converted_type,
    fault::{FAULTS_MAX, Fault},
    scalars::Scalars,
};
use crate::{domain::json, graphql::ScalarCheck};

/// Objects and lists in each other. What reads values goes one deeper on the stack for each.
const DEPTH_MAX: u32 = 100;
/// Longest part of a name in a message, in characters: clients make names up.
const NAME_MAX: usize = 60;
/// Whole numbers up to here are exact as doubles.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// The types of variables and of their parts.
pub(super) struct InputTypes(HashMap<Name, InputType>);

enum InputType {
    Int,
    Float,
    String,
    Boolean,
    Id,
    /// One of the schema's own.
    Scalar(Option<ScalarCheck>),
    Enum(HashSet<Name>),
    Object(InputObject),
}

struct InputObject {
    /// In the schema's order, so that messages are.
    fields: IndexMap<Name, InputField>,
    is_one_of: bool,
}

struct InputField {
    ty: Type,
    is_required: bool,
}

/// Gives the variables that are not there their defaults.
pub fn add_defaults(operation: &OperationDefinition, variables: &mut Variables) {
    for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
        if let Some(default) = &definition.default_value
            && !variables.contains_key(&definition.name.node)
        {
            variables.insert(definition.name.node.clone(), default.node.clone());
        }
    }
}

impl InputTypes {
    pub(super) fn new(schema: &Schema, scalars: Scalars) -> Self {
        let types = schema.types.iter().filter_map(|(name, definition)| {
            let input_type = match definition {
                ExtendedType::Scalar(scalar) => match scalar.name.as_str() {
                    "Int" => InputType::Int,
                    "Float" => InputType::Float,
                    "String" => InputType::String,
                    "Boolean" => InputType::Boolean,
                    "ID" => InputType::Id,
                    name => InputType::Scalar(scalars.check(name)),
                },
                ExtendedType::Enum(definition) => InputType::Enum(definition.values.keys().map(Name::new).collect()),
                ExtendedType::InputObject(definition) => InputType::Object(InputObject::new(definition)),
                ExtendedType::Object(_) | ExtendedType::Interface(_) | ExtendedType::Union(_) => return None,
            };
            Some((Name::new(name), input_type))
        });
        Self(types.collect())
    }

    pub(super) fn coerce(&self, operation: &OperationDefinition, variables: &mut Variables) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        for definition in operation.variable_definitions.iter().map(|definition| &definition.node) {
            let (name, ty) = (&definition.name.node, &definition.var_type.node);
            let mut coercion = Coercion { types: &self.0, place: definition.name.pos, faults: &mut faults };
            let path = Path { before: None, step: Step::Variable(name), depth: 0 };
            match variables.get_mut(name) {
                Some(value) => coercion.value(value, ty, &path),
                None if ty.nullable => {}
                None => coercion.fault(&path, &"must have a value"),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

impl InputObject {
    fn new(definition: &InputObjectType) -> Self {
        let fields = definition.fields.iter().map(|(name, field)| {
            let ty = converted_type(&field.ty);
            (Name::new(name), InputField { is_required: field.is_required(), ty })
        });
        Self { fields: fields.collect(), is_one_of: definition.is_one_of() }
    }
}

/// The coercion of one variable.
struct Coercion<'a> {
    types: &'a HashMap<Name, InputType>,
    place: Pos,
    faults: &'a mut Vec<Fault>,
}

impl Coercion<'_> {
    fn value(&mut self, value: &mut Value, ty: &Type, path: &Path<'_>) {
        if path.depth > DEPTH_MAX {
            return self.fault(path, &"is nested too deeply");
        }
        match (&ty.base, &mut *value) {
            (_, Value::Null) if ty.nullable => {}
            (_, Value::Null) => self.fault(path, &"must not be null"),
            (BaseType::List(item), Value::List(items)) => {
                for (index, value) in items.iter_mut().enumerate() {
                    self.value(value, item, &path.then(Step::Index(index)));
                }
            }
            // One value stands for the list of it.
            (BaseType::List(item), single) => {
                self.value(single, item, path);
                *value = Value::List(vec![std::mem::take(value)]);
            }
            (BaseType::Named(name), value) => self.named(value, name, path),
        }
    }

    fn named(&mut self, value: &mut Value, name: &Name, path: &Path<'_>) {
        let types = self.types;
        let Some(ty) = types.get(name) else { return };
        if let Value::String(text) = value
            && json::is_too_large(text)
            && name != "JSON"
        {
            return self.fault(path, &"has a number that is beyond every double");
        }
        match (ty, &mut *value) {
            (InputType::Scalar(None), _)
            | (InputType::String | InputType::Id, Value::String(_))
            | (InputType::Boolean, Value::Boolean(_))
            | (InputType::Float, Value::Number(_)) => {}
            (InputType::Scalar(Some(check)), value) => {
                if let Err(reason) = check(value) {
                    self.fault(path, &format_args!("is not of type {name}. {reason}"));
                }
            }
            (InputType::Int, Value::Number(number)) => match int(number) {
                Some(int) => *number = int.into(),
                None => self.fault(path, &"must be of type Int: a whole number of at most 32 bits"),
            },
            (InputType::Id, Value::Number(number)) => match id(number) {
                Some(id) => *value = Value::String(id),
                None => self.fault(path, &"must be of type ID, and its number has a fraction or too many digits"),
            },
            (InputType::Enum(names), Value::String(text)) if names.contains(text.as_str()) => {}
            (InputType::Enum(names), Value::Enum(text)) if names.contains(text) => {}
            (InputType::Enum(_), Value::String(_) | Value::Enum(_)) => {
                self.fault(path, &format_args!("must be one of the names of {name}"));
            }
            (InputType::Object(object), Value::Object(fields)) => self.object(fields, (name, object), path),
            (_, value) => self.fault(path, &format_args!("must be of type {name}, but is {}", kind(value))),
        }
    }

    fn object(&mut self, values: &mut IndexMap<Name, Value>, (name, object): (&Name, &InputObject), path: &Path<'_>) {
        if object.is_one_of && values.len() != 1 {
            return self.fault(path, &"must have exactly one field");
        }
        for (field_name, value) in values.iter_mut() {
            let path = path.then(Step::Field(field_name));
            match object.fields.get(field_name) {
                Some(_) if object.is_one_of && *value == Value::Null => self.fault(&path, &"must not be null"),
                Some(field) => self.value(value, &field.ty, &path),
                None => self.fault(&path, &format_args!("is not a field of {name}")),
            }
        }
        for (field_name, field) in &object.fields {
            if field.is_required && !values.contains_key(field_name) {
                self.fault(&path.then(Step::Field(field_name)), &"must have a value");
            }
        }
    }

    fn fault(&mut self, path: &Path<'_>, what: &dyn Display) {
        if self.faults.len() < FAULTS_MAX {
            let message = format!("The variable \"${path}\" {what}");
            let end = if message.ends_with('.') { "" } else { "." };
            self.faults.push(Fault::value(message + end, self.place));
        }
    }
}

/// A number as Int has it. JSON has no whole numbers of its own: 1.0 is one.
fn int(number: &Number) -> Option<i32> {
    let whole = number.as_i64().or_else(|| number.as_f64().and_then(whole));
    i32::try_from(whole?).ok()
}

/// A number as the text that it is for an ID.
fn id(number: &Number) -> Option<String> {
    match number.as_f64() {
        Some(double) if number.is_f64() => whole(double).map(|whole| whole.to_string()),
        _ => Some(number.to_string()),
    }
}

/// The whole number that a double is, if it is one and exact.
#[expect(clippy::cast_possible_truncation, reason = "whole, and within the range")]
fn whole(double: f64) -> Option<i64> {
    (double.fract() == 0.0 && double.abs() < EXACT_MAX).then_some(double as i64)
}

/// The kind of a value, for messages. The value itself may be a secret.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Number(_) => "a number",
        Value::String(_) | Value::Binary(_) => "a text",
        Value::Boolean(_) => "true or false",
        Value::Enum(_) => "a name",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The way from a variable to a part of its value.
struct Path<'a> {
    before: Option<&'a Self>,
    step: Step<'a>,
    depth: u32,
}

enum Step<'a> {
    Variable(&'a str),
    Field(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    fn then(&'a self, step: Step<'a>) -> Self {
        Self { before: Some(self), step, depth: self.depth + 1 }
    }
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(f)?;
        }
        let mut name = |name: &str| name.chars().take(NAME_MAX).try_for_each(|letter| f.write_char(letter));
        match self.step {
            Step::Variable(variable) => name(variable),
            Step::Field(field) => {
                name(".")?;
                name(field)
            }
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}
