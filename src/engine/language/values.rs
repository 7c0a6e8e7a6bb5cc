//! Values in documents, as the executing library takes them.

use apollo_compiler::{
    Node, Schema,
    ast::{self, Type},
};
use async_graphql::{Name, Pos, Value as ConstValue};
use async_graphql_value::{Number, Value, indexmap::IndexMap};

use super::{fault::Fault, lines::Lines, scalars::Scalars};
use crate::domain::json;

/// A converter of values, and what it notices on the way.
pub(super) struct Values<'a> {
    pub(super) schema: &'a Schema,
    pub(super) scalars: Scalars,
    pub(super) lines: &'a Lines,
    pub(super) faults: Vec<Fault>,
    /// Variables in objects of scalars such as JSON, whose insides the validating library does not look at.
    pub(super) in_scalars: Vec<(Name, Pos)>,
    /// Variables that stand where no null may.
    pub(super) not_null: Vec<Name>,
}

impl Values<'_> {
    /// The place of a node; the document's beginning for one that no text has.
    pub(super) fn place<T: ?Sized>(&self, node: &Node<T>) -> Pos {
        self.lines.place(node.location().map_or(0, |span| span.offset()))
    }

    /// A value where its type stands; of no type inside of a scalar.
    pub(super) fn convert(&mut self, value: &Node<ast::Value>, ty: Option<&Type>) -> Value {
        let converted = self.convert_unchecked(value, ty);
        let is_list = matches!(converted, Value::List(_)) && ty.is_some_and(Type::is_list);
        if !is_list
            && !matches!(converted, Value::Null | Value::Variable(_))
            && let Some(check) = ty.and_then(|ty| self.scalars.check(ty.inner_named_type()))
            && let Err(reason) = check(&converted.clone().into_const().unwrap_or_default())
        {
            self.faults.push(Fault::value(reason, self.place(value)));
        }
        converted
    }

    fn convert_unchecked(&mut self, value: &Node<ast::Value>, ty: Option<&Type>) -> Value {
        match &**value {
            ast::Value::Null => Value::Null,
            ast::Value::Boolean(boolean) => Value::Boolean(*boolean),
            ast::Value::Enum(name) => Value::Enum(Name::new(name)),
            ast::Value::String(text) => Value::String(text.clone()),
            ast::Value::Variable(name) => {
                let name = Name::new(name);
                match ty {
                    None => self.in_scalars.push((name.clone(), self.place(value))),
                    Some(ty) if ty.is_non_null() => self.not_null.push(name.clone()),
                    Some(_) => {}
                }
                Value::Variable(name)
            }
            // The executing library's ID takes numbers up to 64 bits only.
            ast::Value::Int(number) if ty.is_some_and(|ty| ty.inner_named_type() == "ID") => {
                Value::String(number.as_str().to_owned())
            }
            ast::Value::Int(value) => number(value.as_str()),
            ast::Value::Float(value) => number(value.as_str()),
            ast::Value::List(items) => {
                let item_type = ty.map(|ty| if ty.is_list() { ty.item_type() } else { ty });
                Value::List(items.iter().map(|item| self.convert(item, item_type)).collect())
            }
            ast::Value::Object(fields) => self.object(fields, ty),
        }
    }

    /// The same without variables, which the validating library refuses where there must be none.
    pub(super) fn constant(&mut self, value: &Node<ast::Value>, ty: &Type) -> ConstValue {
        self.convert(value, Some(ty)).into_const().unwrap_or_default()
    }

    fn object(&mut self, fields: &[(apollo_compiler::Name, Node<ast::Value>)], ty: Option<&Type>) -> Value {
        let schema = self.schema;
        let definition = ty.and_then(|ty| schema.get_input_object(ty.inner_named_type()));
        let mut object = IndexMap::with_capacity(fields.len());
        for (name, value) in fields {
            let ty = definition.and_then(|definition| definition.fields.get(name)).map(|field| &*field.ty);
            let converted = self.convert(value, ty);
            if object.insert(Name::new(name), converted).is_some() {
                let message = format!("There can be only one input field named `{name}`.");
                let place = self.place(value);
                self.faults.push(Fault::document(message, Some(place)));
            }
        }
        Value::Object(object)
    }
}

/// A number as JSON has it, as variables come too.
fn number(text: &str) -> Value {
    // JSON's reader makes a double of it, which Int does not take.
    if text == "-0" {
        return Value::Number(Number::from(0));
    }
    text.parse().map_or_else(|_beyond| Value::String(json::TOO_LARGE.to_owned()), Value::Number)
}
