//! Tests of a value inside `metadata`, and the SQL conditions they stand for.
//!
//! Both databases answer the same. PostgreSQL compares its own JSON values. SQLite has the text of the object, so a value
//! is taken apart there into a condition for each of its parts.

use sea_orm::{
    DbBackend, Value as SqlValue,
    sea_query::{Expr, ExprTrait, Func, extension::postgres::PgExpr},
};
use serde_json::{Map, Number, Value};

use super::{
    condition::{balanced, constant, is_null},
    json,
};

/// Most keys of a path.
pub const PATH_KEYS_MAX: usize = 16;

/// The refusal of a test of `metadata` that is none, or several.
pub const ONE_TEST: &str = "A test of `metadata` has exactly one of `eq`, `exists` and `contains`.";

/// A test of the value at a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MetadataTest {
    /// The keys that lead to it, from the outside in. They are keys of objects, never places in lists.
    path: Vec<String>,
    test: ValueTest,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum ValueTest {
    Eq(Value),
    Exists(bool),
    Contains(String),
}

impl MetadataTest {
    /// True of a value that is equal: numbers by their value, objects whatever the order of their keys. Null is a value,
    /// and one that is not there is equal to nothing. An error says what the value has that none stored can have.
    pub fn eq(path: Vec<String>, mut value: Value) -> Result<Self, &'static str> {
        json::normalize(&mut value)?;
        Ok(Self { path, test: ValueTest::Eq(value) })
    }

    /// True where there is a value, null included, or where there is none.
    pub fn exists(path: Vec<String>, exists: bool) -> Self {
        Self { path, test: ValueTest::Exists(exists) }
    }

    /// True of a text that contains this one, and of a list with such a text in it. Upper and lower case differ, because
    /// metadata has no folded form.
    pub fn contains(path: Vec<String>, text: String) -> Self {
        Self { path, test: ValueTest::Contains(text) }
    }

    /// The SQL condition; null counts as false.
    pub(crate) fn condition(&self, column: &Expr, backend: DbBackend) -> Expr {
        if backend == DbBackend::Sqlite {
            let place = Place { column, path: sqlite_path(&self.path) };
            return match &self.test {
                ValueTest::Eq(value) => place.equals(value),
                ValueTest::Exists(exists) => is_null(place.kind(), !exists),
                ValueTest::Contains(text) => place.contains(text),
            };
        }
        let found = self.path.iter().fold(column.clone(), |found, key| found.get_json_field(key.as_str()));
        match &self.test {
            ValueTest::Eq(value) => {
                let is_equal = found.eq(jsonb(value.clone()));
                if has_scalar(value) { self.may_equal(column, value).and(is_equal) } else { is_equal }
            }
            ValueTest::Exists(exists) => is_null(found, !exists),
            ValueTest::Contains(text) => Expr::cust_with_exprs(CONTAINS_POSTGRES, [found, Expr::val(text.as_str())]),
        }
    }

    /// A condition that follows from the equality, and for which PostgreSQL has an index. The index leaves out empty
    /// objects, and has nothing by which a value without scalars could be found.
    fn may_equal(&self, column: &Expr, value: &Value) -> Expr {
        let around = |inner, key: &String| Value::Object(Map::from_iter([(key.clone(), inner)]));
        let whole = self.path.iter().rev().fold(value.clone(), around);
        let is_indexed = Expr::cust_with_exprs("$1 <> '{}'", [column.clone()]);
        is_indexed.and(column.clone().contains(jsonb(whole)))
    }
}

/// Texts of a list, or the text itself.
const CONTAINS_POSTGRES: &str = "EXISTS (SELECT 1 FROM (SELECT $1 AS value) AS found, LATERAL jsonb_array_elements(\
     CASE jsonb_typeof(value) WHEN 'array' THEN value WHEN 'string' THEN jsonb_build_array(value) ELSE '[]' END) AS item \
     WHERE jsonb_typeof(item) = 'string' AND strpos(item #>> '{}', $2) > 0)";

const CONTAINS_SQLITE: &str =
    "EXISTS (SELECT 1 FROM json_each(?, ?) AS item WHERE item.type = 'text' AND instr(item.atom, ?) > 0)";

fn jsonb(value: Value) -> Expr {
    Expr::val(SqlValue::from(value))
}

/// True of a value with a text, a number, a truth value or a null somewhere in it.
fn has_scalar(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_scalar),
        Value::Object(fields) => fields.values().any(has_scalar),
        _ => true,
    }
}

/// A path as SQLite writes it: each key as a JSON text, which leaves no character a meaning of its own.
fn sqlite_path(keys: &[String]) -> String {
    keys.iter().fold("$".to_owned(), |path, key| sqlite_member(&path, key))
}

fn sqlite_member(path: &str, key: &str) -> String {
    format!("{path}.{}", Value::from(key))
}

/// A place in a column's JSON on SQLite.
struct Place<'a> {
    column: &'a Expr,
    path: String,
}

impl Place<'_> {
    /// The type of the value; null when there is none.
    fn kind(&self) -> Expr {
        self.call("json_type")
    }

    fn call(&self, function: &'static str) -> Expr {
        Expr::expr(Func::cust(function).arg(self.column.clone()).arg(self.path.as_str()))
    }

    fn at(&self, path: String) -> Self {
        Self { column: self.column, path }
    }

    /// Each part once; a list or an object also has no other parts.
    fn equals(&self, value: &Value) -> Expr {
        match value {
            Value::Null => self.kind().eq("null"),
            Value::Bool(flag) => self.kind().eq(if *flag { "true" } else { "false" }),
            Value::String(text) => self.kind().eq("text").and(self.call("json_extract").eq(text.as_str())),
            Value::Number(number) => {
                let written = Expr::cust_with_exprs("? -> ?", [self.column.clone(), Expr::val(self.path.as_str())]);
                written.is_in(forms(number))
            }
            Value::Array(items) => {
                let length = self.call("json_array_length").eq(count(items.len()));
                let each = items.iter().enumerate();
                let each = each.map(|(place, item)| self.at(format!("{}[{place}]", self.path)).equals(item));
                all([self.kind().eq("array"), length].into_iter().chain(each))
            }
            Value::Object(fields) => {
                let source = [self.column.clone(), Expr::val(self.path.as_str())];
                let length = Expr::cust_with_exprs("(SELECT count(*) FROM json_each(?, ?))", source);
                let each = fields.iter().map(|(key, field)| self.at(sqlite_member(&self.path, key)).equals(field));
                all([self.kind().eq("object"), length.eq(count(fields.len()))].into_iter().chain(each))
            }
        }
    }

    fn contains(&self, text: &str) -> Expr {
        let arguments = [self.column.clone(), Expr::val(self.path.as_str()), Expr::val(text)];
        self.kind().is_in(["text", "array"]).and(Expr::cust_with_exprs(CONTAINS_SQLITE, arguments))
    }
}

fn all(conditions: impl Iterator<Item = Expr>) -> Expr {
    balanced(conditions.collect(), ExprTrait::and).unwrap_or_else(|| constant(true))
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The texts by which a stored number of this value may be written: 1 and 1.0 are one number. From 1e16 on whole numbers
/// are stored without a fraction, see [`json::normalize`].
fn forms(number: &Number) -> Vec<String> {
    const WITHOUT_FRACTION: f64 = 1e16;
    let written = number.to_string();
    let other = match written.strip_suffix(".0") {
        Some(whole) => Some(whole.to_owned()),
        None if number.is_f64() => None,
        None => number.as_f64().filter(|double| double.abs() < WITHOUT_FRACTION).map(|_| format!("{written}.0")),
    };
    std::iter::once(written).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{forms, has_scalar, sqlite_path};

    #[test]
    fn a_whole_number_has_two_forms_until_fractions_are_left_out() {
        let forms = |value: Value| match value {
            Value::Number(number) => forms(&number).join(" "),
            other => panic!("{other}"),
        };
        assert_eq!(forms(json!(1)), "1 1.0");
        assert_eq!(forms(json!(1.0)), "1.0 1");
        assert_eq!(forms(json!(-7)), "-7 -7.0");
        assert_eq!(forms(json!(0)), "0 0.0");
        assert_eq!(forms(json!(1.5)), "1.5");
        assert_eq!(forms(json!(1e15)), "1000000000000000.0 1000000000000000");
        assert_eq!(forms(json!(10_000_000_000_000_000_u64)), "10000000000000000");
        assert_eq!(forms(json!(u64::MAX)), "18446744073709551615");
        assert_eq!(forms(json!(1e21)), "1e+21");
    }

    #[test]
    fn keys_of_a_path_mean_nothing_else() {
        assert_eq!(
            sqlite_path(&["a.b".to_owned(), "$[0]".to_owned(), "q\"\\".to_owned()]),
            r#"$."a.b"."$[0]"."q\"\\""#
        );
        assert_eq!(sqlite_path(&[String::new()]), r#"$."""#);
    }

    #[test]
    fn empty_containers_have_no_scalar() {
        assert!(!has_scalar(&json!({ "a": [], "b": { "c": [{}] } })));
        assert!(has_scalar(&json!([{ "a": null }])));
    }
}
