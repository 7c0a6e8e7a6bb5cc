//! The widest and the deepest value of every argument and of every field of every input type: what a caller nests or
//! repeats is refused or answered, and never breaks the server.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases};

/// Items of the longest lists: more than any limit allows, and enough to exhaust a stack that goes one deeper for each.
const WIDE: usize = 20_000;
/// Objects and lists in each other: as deep as `variables` may be.
const DEEP: usize = 66;
/// Letters of the longest text.
const LONG: usize = 200_000;

struct Schema(BTreeMap<String, TypeDefinition>);

impl Schema {
    fn read() -> Self {
        let definitions = parse_schema(liaison::graphql::sdl()).unwrap().definitions;
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some((definition.node.name.node.to_string(), definition.node)),
            _ => None,
        });
        Self(types.collect())
    }

    fn input_fields(&self, name: &str) -> Option<(Vec<&InputValueDefinition>, bool)> {
        let definition = self.0.get(name)?;
        let TypeKind::InputObject(object) = &definition.kind else { return None };
        let is_one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
        Some((object.fields.iter().map(|field| &field.node).collect(), is_one_of))
    }

    /// A value that is as small as the type allows.
    fn small(&self, ty: &Type) -> Value {
        match &ty.base {
            BaseType::List(_) => json!([]),
            BaseType::Named(name) => match name.as_str() {
                "Int" => json!(1),
                "Boolean" => json!(true),
                "ID" => json!(NOBODY),
                "DateTime" => json!("2026-01-31T09:30:00Z"),
                "JSON" => json!({}),
                "String" => json!("a"),
                other => match &self.0[other].kind {
                    TypeKind::Enum(values) => json!(values.values[0].node.value.node.as_str()),
                    _ => self.object(other, None),
                },
            },
        }
    }

    /// An input object with the fields that it must have, and one more.
    fn object(&self, name: &str, field: Option<(&str, Value)>) -> Value {
        let (fields, is_one_of) = self.input_fields(name).unwrap();
        let mut object = serde_json::Map::new();
        for required in fields.iter().filter(|field| !field.ty.node.nullable) {
            object.insert(required.name.node.to_string(), self.small(&required.ty.node));
        }
        match field {
            Some((field, value)) => drop(object.insert(field.to_owned(), value)),
            None if is_one_of => drop(object.insert(fields[0].name.node.to_string(), self.small(&fields[0].ty.node))),
            None => {}
        }
        Value::Object(object)
    }

    /// The extreme values of a type. Of an input type's fields each is taken to its extreme once.
    fn extremes(&self, ty: &Type, seen: &mut BTreeSet<String>) -> Vec<Value> {
        match &ty.base {
            BaseType::List(item) => {
                let mut values = vec![Value::from(vec![self.small(item); WIDE])];
                values.extend(self.extremes(item, seen).into_iter().map(|value| json!([value])));
                values
            }
            BaseType::Named(name) => match name.as_str() {
                "String" | "ID" | "DateTime" => vec![json!("x".repeat(LONG)), json!("\u{301}".repeat(LONG / 4))],
                "Int" => vec![json!(i32::MAX), json!(i32::MIN), json!(u64::MAX), json!(1e300)],
                "JSON" => vec![
                    json!({ "wide": vec![json!({}); WIDE] }),
                    json!({ "long": "x".repeat(LONG) }),
                    (0..DEEP).fold(json!({}), |inner, _| json!({ "a": inner })),
                    (0..DEEP).fold(json!([]), |inner, _| json!([inner])),
                ],
                other => self.extremes_of_object(other, seen),
            },
        }
    }

    fn extremes_of_object(&self, name: &str, seen: &mut BTreeSet<String>) -> Vec<Value> {
        let Some((fields, _)) = self.input_fields(name) else { return Vec::new() };
        if !seen.insert(name.to_owned()) {
            return Vec::new();
        }
        let mut values = Vec::new();
        for field in fields {
            let (field_name, ty) = (field.name.node.as_str(), &field.ty.node);
            if ty.to_string().trim_matches(['[', ']', '!']) == name {
                let nested = |inner| if matches!(ty.base, BaseType::List(_)) { json!([inner]) } else { inner };
                let step = |inner, _| self.object(name, Some((field_name, nested(inner))));
                values.push((0..DEEP / 2).fold(self.object(name, None), step));
                values.push((0..DEEP).fold(self.object(name, None), step));
            }
            let extremes = self.extremes(ty, seen);
            values.extend(extremes.into_iter().map(|value| self.object(name, Some((field_name, value)))));
        }
        values
    }

    /// Operations of one field each, with the variables that take one argument to its extreme.
    fn operations(&self) -> Vec<(String, Value)> {
        let mut seen = BTreeSet::new();
        let mut operations = Vec::new();
        for (root, kind) in [("Query", "query"), ("Mutation", "mutation")] {
            let TypeKind::Object(object) = &self.0[root].kind else { panic!("{root}") };
            for field in object.fields.iter().map(|field| &field.node) {
                let definitions: Vec<String> = field
                    .arguments
                    .iter()
                    .map(|argument| format!("${}: {}", argument.node.name.node, argument.node.ty.node))
                    .collect();
                let uses: Vec<String> =
                    field.arguments.iter().map(|argument| format!("{0}: ${0}", argument.node.name.node)).collect();
                let selection = self.selection(&field.ty.node);
                let (name, definitions, uses) = (&field.name.node, definitions.join(", "), uses.join(", "));
                for argument in field.arguments.iter().map(|argument| &argument.node) {
                    for value in self.extremes(&argument.ty.node, &mut seen) {
                        let required = field
                            .arguments
                            .iter()
                            .map(|argument| &argument.node)
                            .filter(|argument| !argument.ty.node.nullable);
                        let mut variables: serde_json::Map<String, Value> = required
                            .map(|argument| (argument.name.node.to_string(), self.small(&argument.ty.node)))
                            .collect();
                        variables.insert(argument.name.node.to_string(), value);
                        let operation = format!("{kind}({definitions}) {{ {name}({uses}) {selection} }}");
                        operations.push((operation, Value::Object(variables)));
                    }
                }
            }
        }
        operations
    }

    fn selection(&self, ty: &Type) -> &'static str {
        let name = ty.to_string();
        match self.0.get(name.trim_matches(['[', ']', '!'])).map(|definition| &definition.kind) {
            Some(TypeKind::Object(object)) if object.fields.iter().any(|field| field.node.name.node == "nodes") => {
                "{ nodes { __typename } }"
            }
            Some(TypeKind::Object(object))
                if object.fields.iter().any(|field| field.node.name.node == "userErrors") =>
            {
                "{ userErrors { code message field } }"
            }
            Some(TypeKind::Object(_) | TypeKind::Interface(_)) => "{ __typename }",
            _ => "",
        }
    }
}

/// Sends an operation; its answer, which must not be a failure of the server's and not long.
async fn send(app: &TestApp, operation: &str, variables: &Value) -> Value {
    let (status, answer) = app.post(&json!({ "query": operation, "variables": variables })).await;
    let (text, sent) = (answer.to_string(), variables.to_string());
    let shown = format!("{operation} {}…", sent.chars().take(200).collect::<String>());
    assert!(status == StatusCode::OK || status.is_client_error(), "{status}: {shown}");
    assert!(!text.contains("INTERNAL_SERVER_ERROR") && !text.contains("SERVICE_UNAVAILABLE"), "{shown}: {text}");
    assert!(text.len() < 150_000, "{shown}: an answer of {} bytes", text.len());
    answer
}

#[both_databases]
async fn no_input_is_too_wide_or_too_deep_for_the_server(app: TestApp) {
    for (operation, variables) in Schema::read().operations() {
        send(&app, &operation, &variables).await;
    }
}

#[both_databases]
async fn each_part_of_a_filter_counts(app: TestApp) {
    let document = "query($f: ContactFilter) { contactCount(filter: $f) }";
    for parts in [501, 1000, 20_000] {
        for part in [json!({}), json!({ "and": [] }), json!({ "not": {} }), json!({ "name": {} })] {
            let filter = json!({ "f": { "and": vec![part; parts] } });
            let answer = send(&app, document, &filter).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
        }
    }
    for part in [json!({}), json!({ "not": { "or": [] } }), json!({ "name": { "eq": "x" } })] {
        for operator in ["and", "or"] {
            let answer = send(&app, document, &json!({ "f": { operator: vec![part.clone(); 500] } })).await;
            assert!(answer["data"]["contactCount"].is_number(), "{answer}");
        }
    }
}

// PostgreSQL's planner took minutes for 500.
#[both_databases]
async fn tests_of_memberships_are_few_in_a_filter(app: TestApp) {
    let document = "query($f: ContactFilter) { contactCount(filter: $f) }";
    let tests = [json!({ "membership": { "role": { "contains": "x" } } }), json!({ "withoutCompany": false })];
    for (test, operator) in tests.iter().flat_map(|test| [(test, "and"), (test, "or")]) {
        let answer = send(&app, document, &json!({ "f": { operator: vec![test.clone(); 20] } })).await;
        assert!(answer["data"]["contactCount"].is_number(), "{answer}");
        let answer = send(&app, document, &json!({ "f": { operator: vec![test.clone(); 21] } })).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}

#[both_databases]
async fn tests_that_look_at_each_row_are_bounded_in_a_request(app: TestApp) {
    let fields = (0..4).map(|n| format!("a{n}: contactCount(filter: $f) ")).collect::<Vec<_>>().concat();
    let document = format!("query($f: ContactFilter) {{ {fields} }}");
    let filter = |test: Value, tests: usize| json!({ "f": { "or": vec![test; tests] } });
    for test in [
        json!({ "name": { "contains": "x" } }),
        json!({ "email": { "endsWith": "x" } }),
        json!({ "not": { "name": { "eq": "x" } } }),
    ] {
        let answer = send(&app, &document, &filter(test.clone(), 500)).await;
        assert_eq!(answer["errors"], Value::Null, "{test}");
        let more = document.replace("{ a0", "{ more: contactCount(search: \"x\") a0");
        let answer = send(&app, &more, &filter(test.clone(), 500)).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{test}");
    }
    let answer = send(&app, &document, &filter(json!({ "name": { "startsWith": "x" } }), 500)).await;
    assert_eq!(answer["errors"], Value::Null);
}

#[both_databases]
async fn operations_that_are_not_meant_count_too(app: TestApp) {
    let fields = (0..1500).map(|_| "contactCount ").collect::<String>();
    let others = (0..20).map(|n| format!("query Q{n} {{ ...F }} ")).collect::<Vec<_>>().concat();
    let document = format!("{others} fragment F on Query {{ {fields} }}");
    let (_, answer) = app.post(&json!({ "query": document, "operationName": "Q0" })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{answer}");
}
