//! The size of a filter's tests of `metadata`, whose keys and values mean nothing to the filter.

use async_graphql_value::{ConstValue, Value};

use super::filter_size::{Part, Walk, check_depth, no_nul};
use crate::{
    domain::{
        json,
        metadata::{ONE_TEST, PATH_KEYS_MAX},
    },
    graphql::error::ApiError,
};

/// Tests of `metadata` in one filter: each reads the JSON of every row, where no index of the database serves it.
const METADATA_TESTS_MAX: u64 = 20;

impl<'a, F: Fn(&str) -> Option<&'a ConstValue>> Walk<'_, F> {
    /// Measures the tests in a list, or the one that stands for the list of it.
    pub(super) fn metadata(&mut self, part: Part<'a>, depth: u32) -> Result<(), ApiError> {
        check_depth(depth)?;
        let Some(part) = self.resolved(part).filter(|part| !part.is_null()) else { return Ok(()) };
        let tests = items(part).unwrap_or_else(|| vec![part]);
        self.count(1, u64::from(tests.is_empty()), 0)?;
        tests.into_iter().try_for_each(|test| self.metadata_test(test, depth + 1))
    }

    fn metadata_test(&mut self, part: Part<'a>, depth: u32) -> Result<(), ApiError> {
        // Anything but an object is for the library to refuse.
        let Some(fields) = self.resolved(part).and_then(fields) else { return Ok(()) };
        self.metadata_tests += 1;
        if self.metadata_tests > METADATA_TESTS_MAX {
            return Err(ApiError::bad_input(format!("A filter has at most {METADATA_TESTS_MAX} tests of `metadata`.")));
        }
        self.count(1, 1, 1)?;
        let (mut tests, mut tests_null) = (0, false);
        for (name, field) in fields {
            let Some(field) = self.resolved(field) else { continue };
            match name {
                "path" => self.metadata_path(field)?,
                "eq" if field.is_null() => tests_null = true,
                _ if field.is_null() => {}
                _ => {
                    tests += 1;
                    self.json(field, depth + 1)?;
                }
            }
        }
        if tests == 1 || tests == 0 && tests_null { Ok(()) } else { Err(ApiError::bad_input(ONE_TEST)) }
    }

    fn metadata_path(&mut self, path: Part<'a>) -> Result<(), ApiError> {
        // One key stands for the list of it.
        let keys = items(path).unwrap_or_else(|| vec![path]);
        if keys.is_empty() || keys.len() > PATH_KEYS_MAX {
            let message = format!("The `path` of a test of `metadata` has 1 to {PATH_KEYS_MAX} keys.");
            return Err(ApiError::bad_input(message));
        }
        keys.into_iter().try_for_each(|key| {
            self.count(1, 0, 0)?;
            self.resolved(key).and_then(text).map_or(Ok(()), no_nul)
        })
    }

    /// Measures a JSON value.
    fn json(&mut self, part: Part<'a>, depth: u32) -> Result<(), ApiError> {
        check_depth(depth)?;
        let Some(part) = self.resolved(part) else { return Ok(()) };
        if let Some(items) = items(part) {
            self.count(1, u64::from(items.is_empty()), 0)?;
            return items.into_iter().try_for_each(|item| self.json(item, depth + 1));
        }
        if let Some(fields) = fields(part) {
            self.count(1, u64::from(fields.is_empty()), 0)?;
            return fields.into_iter().try_for_each(|(key, field)| {
                no_nul(key)?;
                self.json(field, depth + 1)
            });
        }
        match text(part) {
            Some(text) if json::is_too_large(text) => {
                return Err(ApiError::bad_input("The filter has a number that is beyond every double."));
            }
            Some(text) => no_nul(text)?,
            None => {}
        }
        self.count(1, 1, 0)
    }

    /// The part itself, or the value of the variable that stands for it; none when it has none.
    fn resolved(&self, part: Part<'a>) -> Option<Part<'a>> {
        match part {
            Part::Literal(Value::Variable(name)) => (self.variable)(name).map(Part::Given),
            part => Some(part),
        }
    }
}

fn items(part: Part<'_>) -> Option<Vec<Part<'_>>> {
    match part {
        Part::Literal(Value::List(items)) => Some(items.iter().map(Part::Literal).collect()),
        Part::Given(ConstValue::List(items)) => Some(items.iter().map(Part::Given).collect()),
        _ => None,
    }
}

fn fields(part: Part<'_>) -> Option<Vec<(&str, Part<'_>)>> {
    match part {
        Part::Literal(Value::Object(fields)) => {
            Some(fields.iter().map(|(name, field)| (name.as_str(), Part::Literal(field))).collect())
        }
        Part::Given(ConstValue::Object(fields)) => {
            Some(fields.iter().map(|(name, field)| (name.as_str(), Part::Given(field))).collect())
        }
        _ => None,
    }
}

fn text(part: Part<'_>) -> Option<&str> {
    match part {
        Part::Literal(Value::String(text)) | Part::Given(ConstValue::String(text)) => Some(text),
        _ => None,
    }
}
