//! Documents: parsed, validated, limited, and executed when they are valid.
#![no_main]

use liaison_fuzz::server::server;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|document: &str| {
    server().ask(document, json!({}));
});
