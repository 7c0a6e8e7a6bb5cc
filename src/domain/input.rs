//! Inputs of described records: checking them by the description, and completing new records.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    Patch,
    described::{self, Described},
    email,
    error::{Code, UserError},
    folding,
    text::Checker,
};
use crate::resources::{Field, Initial, Rule};

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

impl Input {
    /// The same with one field more.
    #[must_use]
    pub fn with(mut self, field: &'static Field, value: Option<Given>) -> Self {
        self.0.push((field, value));
        self
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
    let mut row = <E::ActiveModel as ActiveModelTrait>::default();
    for (field, described) in E::RESOURCE.inputs() {
        let given = input.take(field);
        match described.rule {
            Rule::RequiredText(chars_max) => {
                let given = if is_new && given == Patch::Keep { Patch::Set(None) } else { given };
                if let Some(text) = checker.required_text(field.name, given.text(), chars_max) {
                    set_text::<E>(&mut row, field, Some(text))?;
                }
            }
            Rule::Text(chars_max) => {
                if let Patch::Set(text) = checker.text(field.name, given.text(), chars_max) {
                    set_text::<E>(&mut row, field, text)?;
                }
            }
            Rule::Email => {
                if let Patch::Set(address) = checker.email(field.name, given.text()) {
                    set_text::<E>(&mut row, field, address.map(|address| address.as_str().to_owned()))?;
                }
            }
            Rule::Object => {
                if let Some(object) = checker.object(field.name, given.json()) {
                    described::set::<E>(&mut row, field.column, object.into())?;
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

/// Sets a text with the forms of it that the row holds too.
fn set_text<E: EntityTrait>(row: &mut E::ActiveModel, field: &Field, text: Option<String>) -> Result<(), DbErr> {
    if let Some(folded) = field.folded {
        let fold = if folded.is_whole { folding::fold } else { folding::key };
        described::set::<E>(row, folded.column, text.as_deref().map(fold).into())?;
    }
    if let Some(lower) = field.lower {
        described::set::<E>(row, lower, text.as_deref().map(email::lower).into())?;
    }
    described::set::<E>(row, field.column, text.into())
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
