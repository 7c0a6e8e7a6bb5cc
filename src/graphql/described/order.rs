//! Order inputs.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    InputType, InputValueError, InputValueResult, Value,
    indexmap::IndexMap,
    registry::{EnumBuilder, InputObjectBuilder, MetaEnumValue, MetaInputValue, MetaTypeId, Registry},
};

use crate::{
    domain::{described::Described, order::OrderBy},
    graphql::filter::OrderDirection,
    resources::Resource,
};

/// One key of an order of a resource's lists.
pub(crate) struct Order<E>(pub(crate) OrderBy, PhantomData<fn() -> E>);

impl<E: Described> InputType for Order<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}Order", E::RESOURCE.type_name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::InputObject, |registry| {
            let mut field = MetaInputValue::new("field", register_fields(E::RESOURCE, registry));
            field.description = Some("Field to compare.".to_owned());
            let mut direction = MetaInputValue::new("direction", OrderDirection::create_type_info(registry));
            direction.description = Some("Direction of the order.".to_owned());
            direction.default_value = Some(OrderDirection::Asc.to_value().to_string());
            let fields = IndexMap::from([("field".to_owned(), field), ("direction".to_owned(), direction)]);
            let builder = InputObjectBuilder::new(Self::type_name(), fields);
            let doc = Some(E::RESOURCE.docs.order.to_owned());
            builder.description(doc).rust_typename(std::any::type_name::<Self>()).build()
        })
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(given)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let name = match given.get("field") {
            Some(Value::Enum(name)) => name.as_str(),
            Some(Value::String(name)) => name.as_str(),
            _ => "",
        };
        let by = E::RESOURCE.orders().find(|(field, _)| constant(field.name) == name).map(|(_, by)| by);
        let by = by.ok_or_else(|| InputValueError::custom(format!("There is no order by `{name}`.")))?;
        let direction = given.get("direction").cloned().map(|direction| OrderDirection::parse(Some(direction)));
        let direction = direction.transpose().map_err(InputValueError::propagate)?;
        Ok(Self(OrderBy { by, descending: direction == Some(OrderDirection::Desc) }, PhantomData))
    }

    fn to_value(&self) -> Value {
        // No order is the default of an argument, which is all that this would be written for.
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// Adds the enum of the fields to the schema and says its type.
fn register_fields(resource: &Resource, registry: &mut Registry) -> String {
    let name = format!("{}OrderField", resource.type_name);
    let value = |name: &str, doc: &str| {
        let mut value = MetaEnumValue::new(constant(name));
        value.description = Some(doc.to_owned());
        (constant(name), value)
    };
    let values = resource.orders().map(|(field, _)| value(field.name, field.order_doc)).collect();
    let built = EnumBuilder::new(name.clone(), values).description(Some(resource.docs.order_field.to_owned())).build();
    registry.types.insert(name.clone(), built);
    format!("{name}!")
}

/// A field's name as a value of an enum: `createdAt` is `CREATED_AT`.
fn constant(name: &str) -> String {
    let mut constant = String::with_capacity(name.len() + 2);
    for letter in name.chars() {
        constant.extend(letter.is_ascii_uppercase().then_some('_'));
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}
