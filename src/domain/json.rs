//! JSON as it is received and stored: its depth, and its numbers.
//!
//! A whole number from −2^63 to 2^64 − 1 is kept digit for digit, any other as the nearest double. PostgreSQL keeps
//! numbers as decimals and knows no negative zero, so what it would give back otherwise is brought into its form first.

use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};

/// Stands for a number that no double holds, where a number would stand. It has a NUL, so that no text that may be stored
/// is taken for it.
pub(crate) const TOO_LARGE: &str = "\0a number beyond every double";

/// True of a text that stands for a number which no double holds.
pub fn is_too_large(text: &str) -> bool {
    text == TOO_LARGE
}

/// Reads JSON. A number that no double holds makes no text wrong (RFC 8259, section 6): it is left to whoever takes the
/// value to refuse it, see `normalize`.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(text).or_else(|cause| match replace_too_large(text) {
        Some(replaced) if cause.classify() == Category::Syntax => serde_json::from_slice(&replaced),
        _ => Err(cause),
    })
}

/// The text with [`TOO_LARGE`] for each number that is; none when there is none.
fn replace_too_large(text: &[u8]) -> Option<Vec<u8>> {
    let (mut replaced, mut rest) = (Vec::with_capacity(text.len()), text);
    let mut is_changed = false;
    while let Some(&first) = rest.first() {
        let length = match first {
            b'"' => string_length(rest),
            b'-' | b'0'..=b'9' => {
                rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count()
            }
            _ => 1,
        };
        let (token, after) = rest.split_at(length);
        let is_too_large = || std::str::from_utf8(token).is_ok_and(|token| token.parse().is_ok_and(f64::is_infinite));
        if first != b'"' && is_too_large() {
            replaced.extend_from_slice(Value::from(TOO_LARGE).to_string().as_bytes());
            is_changed = true;
        } else {
            replaced.extend_from_slice(token);
        }
        rest = after;
    }
    is_changed.then_some(replaced)
}

/// The length of the text in quotation marks that these bytes begin with.
fn string_length(bytes: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = bytes.iter().skip(1).position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(bytes.len(), |end| end + 2)
}

/// True when no more than `depth` objects and lists stand in each other. Readers of JSON have limits: what is deeper
/// than theirs could be stored and never read again.
pub fn is_at_most(value: &Value, depth: u32) -> bool {
    match (value, depth.checked_sub(1)) {
        (Value::Array(items), Some(rest)) => items.iter().all(|item| is_at_most(item, rest)),
        (Value::Object(fields), Some(rest)) => fields.values().all(|field| is_at_most(field, rest)),
        (Value::Array(_) | Value::Object(_), None) => false,
        _ => true,
    }
}

/// Brings a value into the form that both databases give back; or says what it has that none can keep.
pub(crate) fn normalize(value: &mut Value) -> Result<(), &'static str> {
    match value {
        Value::String(text) if text == TOO_LARGE => Err("This has a number that is beyond every double."),
        Value::String(text) => no_nul(text),
        Value::Number(number) => {
            if let Some(whole) = number.as_f64().filter(|_| number.is_f64()).and_then(as_whole) {
                *value = whole;
            }
            Ok(())
        }
        Value::Array(items) => items.iter_mut().try_for_each(normalize),
        Value::Object(fields) => fields.iter_mut().try_for_each(|(key, value)| {
            no_nul(key)?;
            normalize(value)
        }),
        Value::Null | Value::Bool(_) => Ok(()),
    }
}

fn no_nul(text: &str) -> Result<(), &'static str> {
    if text.contains('\0') { Err("Texts must not contain the NUL character.") } else { Ok(()) }
}

/// Doubles from here on are written without a fraction, so that PostgreSQL's decimal of it reads as a whole number.
const WITHOUT_FRACTION: f64 = 1e16;

/// Zero, and a double that reads as a whole number from PostgreSQL, as that number.
fn as_whole(double: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and within the range")]
    match double {
        0.0 => Some(Value::from(0)),
        WITHOUT_FRACTION..18_446_744_073_709_551_616.0 => Some(Value::from(double as u64)),
        -9_223_372_036_854_775_808.0..=-1e16 => Some(Value::from(double as i64)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_no_double_holds_are_replaced() {
        for text in [r#"{"a": 1e308, "1e999": "1e999", "b": "\"1e999", "c\\": -0}"#, "[", "\"1e999", "nul", ""] {
            assert_eq!(replace_too_large(text.as_bytes()), None, "{text}");
        }
        let read: Value = read(br#"{"a\\": [1e999, "1e999", -12345e400], "b": 1}"#).unwrap();
        assert_eq!(read, serde_json::json!({ "a\\": [TOO_LARGE, "1e999", TOO_LARGE], "b": 1 }));
        assert!(super::read::<Value>(b"[1e999,]").is_err());
    }

    #[test]
    fn doubles_that_a_decimal_would_make_whole_are() {
        for (double, whole) in [(1e16, Some("10000000000000000")), (-1e16, Some("-10000000000000000")), (9.9e15, None)]
        {
            assert_eq!(as_whole(double).map(|whole| whole.to_string()).as_deref(), whole);
        }
        assert_eq!(as_whole(18_446_744_073_709_551_616.0), None);
        assert_eq!(as_whole(-9_223_372_036_854_775_808.0), Some(Value::from(i64::MIN)));
    }
}
