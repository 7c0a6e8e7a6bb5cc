//! Inputs of described records: checking them by the description, and completing new records.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    Patch, derived,
    described::{self, Described},
    error::{Code, UserError},
    text::Checker,
};
use crate::{
    card::ContactPoint,
    resources::{ColumnKind, Field, Initial, Rule},
};

mod firsts;
mod lists;

pub(crate) use firsts::with_whole_lists;

/// The fields that a caller gives. Those left out are unchanged, null is cleared.
#[derive(Clone, Debug, Default)]
pub struct Input(Vec<(&'static Field, Option<Given>)>);

/// A value that a caller gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A text as it was typed.
    Text(String),
    /// A word of an enumeration, as its column holds it.
    Word(String),
    /// An instant.
    Time(DateTime<Utc>),
    /// A JSON value.
    Json(Json),
}

impl Given {
    /// The value that a field has where the API shows it as this; left out where the field has no such value.
    pub(crate) fn of_json(value: &Json, field: &Field) -> Patch<Self> {
        let text = value.as_str();
        let given = match field.kind {
            _ if value.is_null() => return Patch::Set(None),
            ColumnKind::Text | ColumnKind::PartialDate => text.map(|text| Self::Text(text.to_owned())),
            ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => {
                text.map(|word| Self::Word(word.to_lowercase()))
            }
            ColumnKind::Time => text.and_then(|time| time.parse().ok()).map(Self::Time),
            ColumnKind::Json | ColumnKind::Points | ColumnKind::Addresses | ColumnKind::Texts => {
                Some(Self::Json(value.clone()))
            }
            ColumnKind::Id | ColumnKind::Int | ColumnKind::Flag => None,
        };
        given.map_or(Patch::Keep, |given| Patch::Set(Some(given)))
    }
}

impl Input {
    /// The same with one field more.
    #[must_use]
    pub fn with(mut self, field: &'static Field, value: Option<Given>) -> Self {
        self.0.push((field, value));
        self
    }

    /// True when something was given for a field.
    pub(crate) fn gives(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field.name == name)
    }

    /// Takes out what was given for a field.
    fn take(&mut self, field: &Field) -> Patch<Given> {
        let given = self.0.iter_mut().find(|(given, _)| given.name == field.name);
        given.map_or(Patch::Keep, |(_, value)| Patch::Set(value.take()))
    }
}

/// A row of the columns that an input sets, and everything that is wrong with it.
pub(crate) type Checked<E> = (<E as EntityTrait>::ActiveModel, Vec<UserError>);

/// Checks an input. A new record must have its required fields; for an update an omitted one means unchanged. `path` is
/// where the fields stand in the arguments.
pub(crate) fn check<E: Described>(path: &[&str], mut input: Input, is_new: bool) -> Result<Checked<E>, DbErr> {
    let mut checker = Checker::new(path);
    let gives_first: Vec<&str> = input.0.iter().map(|(field, _)| field.name).collect();
    let mut row = <E::ActiveModel as ActiveModelTrait>::default();
    for (field, described) in E::RESOURCE.inputs() {
        let given = input.take(field);
        match described.rule {
            Rule::RequiredText(chars_max) => {
                let given = if is_new && given == Patch::Keep { Patch::Set(None) } else { given };
                if let Some(text) = checker.required_text(field.name, given.text(), chars_max) {
                    derived::set::<E>(&mut row, field, text.into())?;
                }
            }
            Rule::Text(chars_max) => {
                if let Patch::Set(text) = checker.text(field.name, given.text(), chars_max) {
                    derived::set::<E>(&mut row, field, text.into())?;
                }
            }
            Rule::Email => {
                if let Patch::Set(address) = checker.email(field.name, given.text()) {
                    derived::set::<E>(&mut row, field, address.map(|address| address.as_str().to_owned()).into())?;
                }
            }
            Rule::TimeZone => {
                if let Patch::Set(zone) = checker.time_zone(field.name, given.text()) {
                    derived::set::<E>(&mut row, field, zone.map(str::to_owned).into())?;
                }
            }
            Rule::Object => {
                if let Some(object) = checker.object(field.name, given.json()) {
                    described::set::<E>(&mut row, field.column, object.into())?;
                }
            }
            Rule::Points(most, rule) => {
                let is_given = given != Patch::Keep;
                if let Some(points) = lists::points(&mut checker, field.name, given.json(), (most, rule)) {
                    set_points::<E>(&mut row, field, points)?;
                }
                if let Some(first) =
                    E::RESOURCE.first_of(field).filter(|first| is_given && gives_first.contains(&first.name))
                {
                    let message = format!("Give either `{}` or `{}`.", first.name, field.name);
                    checker.refuse(first.name, Code::Invalid, message);
                }
            }
            Rule::Addresses(most) => {
                if let Some(addresses) = lists::addresses(&mut checker, field.name, given.json(), most) {
                    derived::set::<E>(&mut row, field, json!(addresses).into())?;
                }
            }
            Rule::Tags(most) => {
                if let Some(tags) = lists::tags(&mut checker, field.name, given.json(), most) {
                    derived::set::<E>(&mut row, field, json!(tags).into())?;
                }
            }
            Rule::PartialDate => {
                if let Patch::Set(date) = checker.date(field.name, given.text()) {
                    derived::set::<E>(&mut row, field, date.map(|date| date.to_string()).into())?;
                }
            }
            Rule::NotNull(refusal) => match given {
                Patch::Set(Some(value)) => described::set::<E>(&mut row, field.column, value.into())?,
                Patch::Set(None) if !is_new => checker.refuse(field.name, Code::Invalid, refusal),
                Patch::Set(None) | Patch::Keep => {}
            },
        }
    }
    Ok(checker.parted(row))
}

/// Sets a list of contact points. Where its first value is a field of its own and says all, the list itself is null.
fn set_points<E: Described>(
    row: &mut E::ActiveModel,
    field: &'static Field,
    points: Vec<ContactPoint>,
) -> Result<(), DbErr> {
    let Some(first) = E::RESOURCE.first_of(field) else {
        return derived::set::<E>(row, field, json!(points).into());
    };
    let is_said_by_first = points.len() < 2 && points.iter().all(|point| point.label.is_none());
    let list = if is_said_by_first { Value::Json(None) } else { json!(points).into() };
    derived::set::<E>(row, field, list)?;
    derived::set::<E>(row, first, points.into_iter().next().map(|point| point.value).into())
}

/// A new record: the columns that are set, and all others as they are at first.
pub(crate) fn complete<E: Described>(
    mut row: E::ActiveModel,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<E::ActiveModel, DbErr> {
    described::set::<E>(&mut row, "id", id.into())?;
    for column in E::Column::iter().filter(|column| !row.get(*column).is_set()).collect::<Vec<_>>() {
        let field = E::RESOURCE.fields.iter().find(|field| field.column == column.as_str());
        let value = match field.map_or(Initial::Null, |field| field.initial) {
            Initial::Word(word) => word.into(),
            Initial::EmptyObject => json!({}).into(),
            Initial::EmptyList => json!([]).into(),
            Initial::One => 1.into(),
            Initial::Now => now.into(),
            Initial::Null => null(column.def().get_column_type()),
        };
        row.try_set(column, value)?;
    }
    Ok(row)
}

/// The null of a column.
fn null(ty: &ColumnType) -> Value {
    match ty {
        ColumnType::Uuid => Value::Uuid(None),
        ColumnType::TimestampWithTimeZone => Value::ChronoDateTimeUtc(None),
        ColumnType::Json | ColumnType::JsonBinary => Value::Json(None),
        _ => Value::String(None),
    }
}

impl From<Given> for Value {
    fn from(given: Given) -> Self {
        match given {
            Given::Text(text) | Given::Word(text) => text.into(),
            Given::Time(time) => time.into(),
            Given::Json(json) => json.into(),
        }
    }
}

impl Patch<Given> {
    /// The text of it; another kind of value counts as left out, but fields are given by their kinds.
    fn text(self) -> Patch<String> {
        match self {
            Self::Set(Some(Given::Text(text))) => Patch::Set(Some(text)),
            Self::Set(None) => Patch::Set(None),
            Self::Set(Some(_)) | Self::Keep => Patch::Keep,
        }
    }

    /// The JSON value of it, likewise.
    fn json(self) -> Patch<Json> {
        match self {
            Self::Set(Some(Given::Json(json))) => Patch::Set(Some(json)),
            Self::Set(None) => Patch::Set(None),
            Self::Set(Some(_)) | Self::Keep => Patch::Keep,
        }
    }
}
