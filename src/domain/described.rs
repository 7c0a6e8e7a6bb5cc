//! The tables that are described as data, and their columns by name.

use std::str::FromStr;

use chrono::SecondsFormat;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel, ModelTrait, TryIntoModel, Value};
use serde_json::{Value as Json, json};

use crate::{
    entity::{company, contact, interaction, membership, user},
    resources::{self, ColumnKind, Field, Resource},
};

/// A table whose records are described as data.
pub trait Described:
    EntityTrait<
        Model: IntoActiveModel<Self::ActiveModel> + PartialEq + Send + Sync,
        ActiveModel: TryIntoModel<Self::Model> + Send + Sync,
    >
{
    /// The description.
    const RESOURCE: &'static Resource;
}

impl Described for contact::Entity {
    const RESOURCE: &'static Resource = &resources::CONTACT;
}

impl Described for company::Entity {
    const RESOURCE: &'static Resource = &resources::COMPANY;
}

impl Described for membership::Entity {
    const RESOURCE: &'static Resource = &resources::MEMBERSHIP;
}

impl Described for interaction::Entity {
    const RESOURCE: &'static Resource = &resources::INTERACTION;
}

impl Described for user::Entity {
    const RESOURCE: &'static Resource = &resources::USER;
}

/// The column of that name; every described name is one.
pub(crate) fn column<E: EntityTrait>(name: &str) -> Option<E::Column> {
    E::Column::from_str(name).ok()
}

/// Sets a column of a row that is to be written.
pub(crate) fn set<E: EntityTrait>(row: &mut E::ActiveModel, name: &str, value: Value) -> Result<(), DbErr> {
    let unknown = || DbErr::Custom(format!("no column is called {name}"));
    row.try_set(column::<E>(name).ok_or_else(unknown)?, value)
}

/// A field's value as the API shows it. A list that its first value says all of is made of that.
pub(crate) fn field_json<E: Described>(record: &E::Model, field: &Field) -> Json {
    let json = column::<E>(field.column).map_or(Json::Null, |column| as_json(record.get(column), field));
    match E::RESOURCE.first_of(field) {
        Some(first) if json.is_null() => list_of_first(&field_json::<E>(record, first)),
        _ => json,
    }
}

/// The list of contact points that one value says all of.
pub(crate) fn list_of_first(value: &Json) -> Json {
    if value.is_null() { json!([]) } else { json!([{ "value": value }]) }
}

/// A field's value, as a row holds it, as the API shows it.
pub(crate) fn as_json(value: Value, field: &Field) -> Json {
    match value {
        Value::String(Some(text)) => match field.kind {
            ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => text.to_uppercase().into(),
            _ => text.into(),
        },
        Value::Uuid(Some(id)) => id.to_string().into(),
        Value::ChronoDateTimeUtc(Some(time)) => time.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        Value::Int(Some(number)) => number.into(),
        Value::Bool(Some(flag)) => flag.into(),
        Value::Json(Some(json)) => *json,
        _ => Json::Null,
    }
}
