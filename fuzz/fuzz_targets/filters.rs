//! Filters of contacts, companies, interactions and users, as JSON: in a variable, and in a document.
#![no_main]

use liaison_fuzz::server::server;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let Some((list, filter)) = text.split_once(' ') else { return };
    let Ok(filter) = serde_json::from_str::<Value>(filter) else { return };
    let (field, kind) = match list {
        "contacts" => ("contacts", "ContactFilter"),
        "companies" => ("companies", "CompanyFilter"),
        "interactions" => ("interactions", "InteractionFilter"),
        _ => return,
    };
    let document =
        format!("query($filter: {kind}) {{ {field}(filter: $filter, first: 2) {{ totalCount nodes {{ id }} }} }}");
    server().ask(&document, json!({ "filter": filter }));
    let document = format!("{{ {field}(filter: {}, first: 2) {{ nodes {{ id }} }} }}", literal(&filter));
    server().ask(&document, json!({}));
});

/// Writes a value as it stands in a document: names of fields have no quotes.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", literal(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        plain => plain.to_string(),
    }
}
