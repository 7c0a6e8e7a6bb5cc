//! The fields of an object type that are columns of its row.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Name, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::Field as Selection,
    registry::{MetaField, MetaTypeId, ObjectBuilder, Registry},
    resolver_utils::resolve_container,
};
use chrono::SecondsFormat;
use sea_orm::{EntityTrait, ModelTrait};

use crate::{
    domain::described::{self, Described},
    graphql::{
        card::{CardItems, ContactPoint, PostalAddress},
        enums::{InteractionType, RecordStatus, Role},
        scalars::{DateTime, Json, PartialDate},
    },
    resources::{ColumnKind, Field},
};

/// The described fields of a row, to be flattened into its object type. The id is left to the type, because the `Node`
/// interface asks the type for it.
pub(crate) struct Columns<'a, E: EntityTrait>(pub(crate) &'a E::Model);

impl<E: Described> OutputType for Columns<'_, E> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Columns", E::RESOURCE.type_name).into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let fields = E::RESOURCE.fields.iter().filter(|field| !field.doc.is_empty() && field.name != "id");
            let fields = fields.map(|field| {
                let mut meta = MetaField::new(field.name, output_type(field, registry));
                meta.description = Some(field.doc.to_owned());
                (field.name.to_owned(), meta)
            });
            let fields: IndexMap<String, MetaField> = fields.collect();
            ObjectBuilder::new(Self::type_name(), fields).rust_typename(std::any::type_name::<Self>()).build()
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Selection>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<E: Described> ContainerType for Columns<'_, E> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let Some(field) = E::RESOURCE.visible_field(&ctx.item.node.name.node) else { return Ok(None) };
        if let Some(items) = self.items(field) {
            let selection = ctx.with_selection_set(&ctx.item.node.selection_set);
            return items.resolve(&selection, ctx.item).await.map(Some);
        }
        Ok(described::column::<E>(field.column).map(|column| value(self.0.get(column), field)))
    }
}

impl<E: Described> Columns<'_, E> {
    /// The items of a list of objects; none of another field.
    fn items(&self, field: &Field) -> Option<CardItems> {
        let list = || described::field_json::<E>(self.0, field);
        match field.kind {
            ColumnKind::Points => Some(CardItems::Points(serde_json::from_value(list()).unwrap_or_default())),
            ColumnKind::Addresses => Some(CardItems::Addresses(serde_json::from_value(list()).unwrap_or_default())),
            _ => None,
        }
    }
}

/// The type by which the API shows a field.
fn output_type(field: &Field, registry: &mut Registry) -> String {
    macro_rules! of {
        ($type:ty) => {
            if field.is_nullable {
                <Option<$type> as OutputType>::create_type_info(registry)
            } else {
                <$type as OutputType>::create_type_info(registry)
            }
        };
    }
    match field.kind {
        ColumnKind::Id => of!(async_graphql::ID),
        ColumnKind::Text => of!(String),
        ColumnKind::Status => of!(RecordStatus),
        ColumnKind::Role => of!(Role),
        ColumnKind::InteractionType => of!(InteractionType),
        ColumnKind::Time => of!(DateTime),
        ColumnKind::Int => of!(i32),
        ColumnKind::Flag => of!(bool),
        ColumnKind::Json => of!(Json),
        ColumnKind::PartialDate => of!(PartialDate),
        // A list is never null, even where its column is.
        ColumnKind::Points => <Vec<ContactPoint> as OutputType>::create_type_info(registry),
        ColumnKind::Addresses => <Vec<PostalAddress> as OutputType>::create_type_info(registry),
        ColumnKind::Texts => <Vec<String> as OutputType>::create_type_info(registry),
    }
}

/// A column's value as the API shows it.
fn value(value: sea_orm::Value, field: &Field) -> Value {
    match value {
        sea_orm::Value::String(Some(text)) => match field.kind {
            ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => {
                Value::Enum(Name::new(text.to_uppercase()))
            }
            _ => Value::String(text),
        },
        sea_orm::Value::Uuid(Some(id)) => Value::String(id.to_string()),
        sea_orm::Value::ChronoDateTimeUtc(Some(time)) => {
            Value::String(time.to_rfc3339_opts(SecondsFormat::Micros, true))
        }
        sea_orm::Value::Int(Some(number)) => Value::Number(number.into()),
        sea_orm::Value::Bool(Some(flag)) => Value::Boolean(flag),
        sea_orm::Value::Json(Some(json)) => Value::from_json(*json).unwrap_or_default(),
        _ => Value::Null,
    }
}
