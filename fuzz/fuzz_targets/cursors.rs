//! Cursors: those that the server made, with some bytes replaced. A first byte of 128 and more stands for any text.
#![no_main]

use std::sync::OnceLock;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use liaison_fuzz::server::server;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const LISTS: [&str; 10] = [
    "contacts(first: 2, after: $cursor)",
    "contacts(last: 2, before: $cursor)",
    "contacts(first: 2, after: $cursor, orderBy: [{ field: EMAIL, direction: DESC }, { field: CREATED_AT }])",
    "contacts(first: 2, after: $cursor, orderBy: [{ field: LAST_INTERACTION_AT }])",
    "contacts(first: 2, after: $cursor, search: \"a\")",
    "companies(first: 2, after: $cursor)",
    "interactions(first: 2, after: $cursor)",
    "users(first: 2, after: $cursor)",
    "changes(first: 2, after: $cursor)",
    "batches(first: 2, after: $cursor)",
];

fn documents() -> &'static [(String, Option<String>)] {
    static DOCUMENTS: OnceLock<Vec<(String, Option<String>)>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let one = |list: &str| {
            let document =
                format!("query($cursor: String) {{ list: {list} {{ edges {{ cursor }} pageInfo {{ endCursor }} }} }}");
            let answer = server().ask(&document, json!({}));
            assert!(answer["errors"].is_null(), "{document}: {answer}");
            let cursor = answer["data"]["list"]["edges"][0]["cursor"].as_str().map(str::to_owned);
            (document, cursor)
        };
        LISTS.iter().map(|list| one(list)).collect()
    })
}

fuzz_target!(|data: &[u8]| {
    let [list, at, cut, inserted @ ..] = data else { return };
    let documents = documents();
    let (document, cursor) = &documents[usize::from(*list & 127) % documents.len()];
    let edited = match cursor {
        Some(cursor) if *list < 128 => {
            let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).unwrap_or_else(|_| cursor.clone().into_bytes());
            let at = usize::from(*at) % (bytes.len() + 1);
            let end = bytes.len().min(at + usize::from(*cut % 16));
            bytes.splice(at..end, inserted.iter().copied());
            BASE64_URL_SAFE_NO_PAD.encode(bytes)
        }
        _ => String::from_utf8_lossy(inserted).into_owned(),
    };
    server().ask(document, json!({ "cursor": edited }));
});
