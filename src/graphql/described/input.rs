//! The fields of inputs that set columns.

use std::{borrow::Cow, marker::PhantomData};

use async_graphql::{
    InputObjectType, InputType, InputValueError, InputValueResult, Name, Value,
    indexmap::IndexMap,
    registry::{InputObjectBuilder, MetaInputValue, Registry},
};
use sea_orm::ActiveEnum;
use serde_json::json;

use crate::{
    card,
    domain::{
        described::Described,
        input::{Given, Input},
    },
    entity::{interaction, status::Status},
    graphql::{
        card::{ContactPointInput, PostalAddressInput},
        enums::{InteractionType, LiveStatus},
        scalars::{DateTime, Json, PartialDate},
    },
    resources::{ColumnKind, Field},
};

/// The described fields of an input, to be flattened into its type.
#[derive(Clone, Debug)]
pub(crate) struct InputFields<E>(pub(crate) Input, PhantomData<fn() -> E>);

impl<E: Described> InputType for InputFields<E> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        format!("{}Input", E::RESOURCE.type_name).into()
    }

    /// Adds the fields under the name of the type that they are flattened into, which puts itself in their place. Errors
    /// then name no other type.
    fn create_type_info(registry: &mut Registry) -> String {
        let fields = E::RESOURCE.inputs().map(|(field, described)| {
            let mut meta = MetaInputValue::new(field.name, input_type(field, registry));
            meta.description = Some(described.doc.to_owned());
            (field.name.to_owned(), meta)
        });
        let fields: IndexMap<String, MetaInputValue> = fields.collect();
        let name = Self::type_name().into_owned();
        registry.types.insert(name.clone(), InputObjectBuilder::new(name, fields).build());
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(mut given)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let mut input = Input::default();
        for (field, _) in E::RESOURCE.inputs() {
            input = match given.swap_remove(&Name::new(field.name)) {
                None => input,
                Some(Value::Null) => input.with(field, None),
                Some(value) => input.with(field, Some(parse_value(field, value)?)),
            };
        }
        Ok(Self(input, PhantomData))
    }

    fn to_value(&self) -> Value {
        // No input is the default of an argument, which is all that this would be written for.
        Value::Null
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<E: Described> InputObjectType for InputFields<E> {}

/// The type by which a field is given; all may be left out.
fn input_type(field: &Field, registry: &mut Registry) -> String {
    match field.kind {
        ColumnKind::Status => <Option<LiveStatus> as InputType>::create_type_info(registry),
        ColumnKind::InteractionType => <Option<InteractionType> as InputType>::create_type_info(registry),
        ColumnKind::Time => <Option<DateTime> as InputType>::create_type_info(registry),
        ColumnKind::Json => <Option<Json> as InputType>::create_type_info(registry),
        ColumnKind::PartialDate => <Option<PartialDate> as InputType>::create_type_info(registry),
        ColumnKind::Points => <Option<Vec<ContactPointInput>> as InputType>::create_type_info(registry),
        ColumnKind::Addresses => <Option<Vec<PostalAddressInput>> as InputType>::create_type_info(registry),
        ColumnKind::Texts => <Option<Vec<String>> as InputType>::create_type_info(registry),
        _ => <Option<String> as InputType>::create_type_info(registry),
    }
}

fn parse_value<T: InputType>(field: &Field, value: Value) -> Result<Given, InputValueError<T>> {
    fn read<F: InputType, T: InputType>(value: Value) -> Result<F, InputValueError<T>> {
        F::parse(Some(value)).map_err(InputValueError::propagate)
    }
    Ok(match field.kind {
        ColumnKind::Status => Given::Word(Status::from(read::<LiveStatus, T>(value)?).to_value()),
        ColumnKind::InteractionType => {
            Given::Word(interaction::InteractionKind::from(read::<InteractionType, T>(value)?).to_value())
        }
        ColumnKind::Time => Given::Time(read::<DateTime, T>(value)?.0),
        ColumnKind::Json => Given::Json(read::<Json, T>(value)?.0),
        ColumnKind::PartialDate => Given::Text(read::<PartialDate, T>(value)?.0.to_string()),
        ColumnKind::Points => {
            let points = read::<Vec<ContactPointInput>, T>(value)?.into_iter().map(card::ContactPoint::from);
            Given::Json(json!(points.collect::<Vec<_>>()))
        }
        ColumnKind::Addresses => {
            let addresses = read::<Vec<PostalAddressInput>, T>(value)?.into_iter().map(card::PostalAddress::from);
            Given::Json(json!(addresses.collect::<Vec<_>>()))
        }
        ColumnKind::Texts => Given::Json(json!(read::<Vec<String>, T>(value)?)),
        _ => Given::Text(read(value)?),
    })
}
