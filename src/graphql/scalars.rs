//! The contract's own scalars.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as ChronoDateTime, SecondsFormat, Utc};

use crate::{card, domain::instant};

/// A check of a scalar's value: the error says what is expected.
pub type ScalarCheck = fn(&Value) -> Result<(), &'static str>;

/// Checks of scalars' values, for requests to be refused before they are executed.
pub(crate) const CHECKS: &[(&str, ScalarCheck)] = &[
    ("DateTime", |value| match value {
        Value::String(text) => instant::parse(text).map(drop),
        _ => Err("An RFC 3339 instant is expected, as a text."),
    }),
    ("PartialDate", |value| parse_partial_date(value).map(drop)),
];

fn parse_partial_date(value: &Value) -> Result<card::PartialDate, &'static str> {
    let parsed = if let Value::String(text) = value { text.parse().ok() } else { None };
    parsed.ok_or("A date is expected, as a text: 1985-04-12, 1985-04, 1985 or --04-12.")
}

/// RFC 3339 instant in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DateTime(pub(crate) ChronoDateTime<Utc>);

/// RFC 3339 instant in UTC, to the microsecond, of the years 1 to 9999.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        instant::parse(text).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

/// Date of which parts may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PartialDate(pub(crate) card::PartialDate);

/// A date of which parts may be unknown: `1985-04-12`, `1985-04`, `1985` or `--04-12`.
#[Scalar(name = "PartialDate")]
impl ScalarType for PartialDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        parse_partial_date(&value).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Any JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Json(pub(crate) serde_json::Value);

/// Any JSON value; `metadata` accepts objects only.
#[Scalar(name = "JSON", specified_by_url = "https://www.rfc-editor.org/rfc/rfc8259")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        let json = value.into_json();
        json.map(Self).map_err(|_cause| InputValueError::custom("A JSON value is expected."))
    }

    fn to_value(&self) -> Value {
        Value::from_json(self.0.clone()).unwrap_or_default()
    }
}
