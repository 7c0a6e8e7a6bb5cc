//! Columns that are made of a field's value: folded keys, lower case, digits, and the keys of a list's items.

use sea_orm::{ActiveModelTrait, EntityTrait, Value};
use serde_json::{Value as Json, json};
use unicode_normalization::UnicodeNormalization;

use super::{
    described::{self, Described},
    email, folding,
};
use crate::{
    card::ContactPoint,
    resources::{Field, ItemKeys, Resource},
};

/// A column that is made of a field's value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Derived {
    /// The field.
    pub(crate) field: &'static Field,
    /// The column.
    pub(crate) column: &'static str,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Lower,
    Key,
    Whole,
    Digits,
    Items(ItemKeys),
}

/// The columns that are made of a field's value.
fn of(field: &'static Field) -> impl Iterator<Item = Derived> {
    let form = |is_whole| if is_whole { Form::Whole } else { Form::Key };
    let columns = [
        field.lower.map(|column| (column, Form::Lower)),
        field.folded.map(|folded| (folded.column, form(folded.is_whole))),
        field.digits.map(|column| (column, Form::Digits)),
        field.items.map(|items| (items.column, Form::Items(items.keys))),
    ];
    columns.into_iter().flatten().map(move |(column, form)| Derived { field, column, form })
}

/// The columns of a resource that are made of others.
pub(crate) fn all(resource: &Resource) -> impl Iterator<Item = Derived> {
    resource.fields.iter().flat_map(of)
}

/// The columns of a resource that change with the folding.
pub(crate) fn folded(resource: &Resource) -> impl Iterator<Item = Derived> {
    all(resource).filter(|derived| !matches!(derived.form, Form::Lower))
}

/// Sets a field of a row that is to be written, with the columns that are made of it.
pub(crate) fn set<E: EntityTrait>(
    row: &mut E::ActiveModel,
    field: &'static Field,
    value: Value,
) -> Result<(), sea_orm::DbErr> {
    for derived in of(field) {
        described::set::<E>(row, derived.column, derived.value(&value))?;
    }
    described::set::<E>(row, field.column, value)
}

/// Sets the columns that are made of the fields which a row has.
pub(crate) fn set_all<E: Described>(row: &mut E::ActiveModel) -> Result<(), sea_orm::DbErr> {
    for derived in all(E::RESOURCE) {
        let field = described::column::<E>(derived.field.column);
        if let Some(value) = field.and_then(|column| row.get(column).into_value()) {
            described::set::<E>(row, derived.column, derived.value(&value))?;
        }
    }
    Ok(())
}

impl Derived {
    /// True of a column that holds JSON; others hold texts.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self.form, Form::Items(_))
    }

    /// The column's value for a value of the field.
    pub(crate) fn value(&self, of: &Value) -> Value {
        match (self.form, of) {
            (Form::Items(keys), Value::Json(Some(list))) => Value::Json(keys_of_items(keys, list).map(Box::new)),
            (Form::Items(_), _) => Value::Json(None),
            (form, Value::String(Some(text))) => form.of_text(text).into(),
            _ => Value::String(None),
        }
    }
}

impl Form {
    fn of_text(self, text: &str) -> String {
        match self {
            Self::Lower => email::lower(text),
            Self::Whole => folding::fold(text),
            Self::Digits => digits(text),
            Self::Key | Self::Items(_) => folding::key(text),
        }
    }
}

/// The digits of a text, full-width ones too, as ASCII.
pub(crate) fn digits(text: &str) -> String {
    text.nfkc().filter(char::is_ascii_digit).collect()
}

/// The keys of each item of a list, in the order of their table's columns; none of an empty list.
fn keys_of_items(keys: ItemKeys, list: &Json) -> Option<Json> {
    let point = |item: &Json| serde_json::from_value::<ContactPoint>(item.clone()).unwrap_or_default().value;
    let of_item = |item: &Json| match keys {
        ItemKeys::Email => {
            let value = point(item);
            json!([email::lower(&value), folding::key(&value)])
        }
        ItemKeys::Phone => {
            let value = point(item);
            json!([value, folding::key(&value), digits(&value)])
        }
        ItemKeys::Tag => {
            let tag = item.as_str().unwrap_or_default();
            json!([tag, folding::key(tag)])
        }
    };
    let items = list.as_array().filter(|items| !items.is_empty())?;
    Some(items.iter().map(of_item).collect())
}
