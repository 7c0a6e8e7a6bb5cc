//! Writing JSON.

use sea_orm::DbErr;

/// A field's key in the answer with what stands around it: `"name":`.
pub(super) type Key = Box<str>;

/// `"name":`
pub(super) fn quoted(key: &str) -> Key {
    // A GraphQL name has nothing that JSON would escape.
    format!("\"{key}\":").into()
}

/// Writes a JSON object of which each part writes its key and its value.
pub(super) fn write_object<T>(
    parts: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    // There may be no part: all that was selected may have been skipped.
    out.push(b'{');
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(part, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// Writes a JSON list of things that are written already.
pub(super) fn write_list(parts: impl IntoIterator<Item = impl AsRef<[u8]>>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(part.as_ref());
    }
    out.push(b']');
}

/// Writes a JSON string.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing a string to memory does not fail.
    if serde_json::to_writer(&mut *out, text).is_err() {
        out.extend_from_slice(b"null");
    }
}
