//! Random documents: what is written directly, what is prepared and what the resolvers answer is the same, and
//! has the fields that `@include` and `@skip` leave.

use std::fmt::Write as _;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition},
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::support::{TestApp, both_databases};

/// Documents for each database.
const DOCUMENTS: usize = 400;
/// Fields in each other below the top level.
const DEEP: usize = 4;

/// Whether a field is there, and how the document says so.
#[derive(Clone, Copy, Debug)]
struct Condition {
    is_skip: bool,
    value: bool,
    said: Said,
}

#[derive(Clone, Copy, Debug)]
enum Said {
    Literally,
    ByVariable,
    /// By a variable that is not given.
    ByDefault,
    /// By a variable that is given, and whose default says the opposite.
    AgainstDefault,
}

#[derive(Clone, Debug)]
struct Selected {
    alias: Option<&'static str>,
    field: FieldDefinition,
    condition: Option<Condition>,
    fragment: Option<Fragment>,
    inner: Vec<Self>,
}

/// A fragment that a field stands in alone, with a condition of its own.
#[derive(Clone, Debug)]
struct Fragment {
    condition: Option<Condition>,
    /// The type that it is named for; inline without one.
    on: Option<String>,
}

impl Condition {
    fn keeps(self) -> bool {
        self.value != self.is_skip
    }

    /// The directive; what it needs is added to the variables' definitions and values.
    fn write(self, variables: &mut Written) -> String {
        let name = if self.is_skip { "skip" } else { "include" };
        let variable = format!("c{}", variables.count);
        let value = match self.said {
            Said::Literally => return format!("@{name}(if: {})", self.value),
            Said::ByVariable => {
                write!(variables.definitions, "${variable}: Boolean! ").unwrap();
                Some(self.value)
            }
            Said::ByDefault => {
                write!(variables.definitions, "${variable}: Boolean = {} ", self.value).unwrap();
                None
            }
            Said::AgainstDefault => {
                write!(variables.definitions, "${variable}: Boolean! = {} ", !self.value).unwrap();
                Some(self.value)
            }
        };
        variables.count += 1;
        variables.values.extend(value.map(|value| (variable.clone(), json!(value))));
        format!("@{name}(if: ${variable})")
    }
}

/// What a selection needs beside it.
#[derive(Default)]
struct Written {
    count: usize,
    definitions: String,
    values: Map<String, Value>,
    fragments: Vec<String>,
}

impl Selected {
    fn key(&self) -> &str {
        self.alias.unwrap_or(&self.field.name.node)
    }

    fn write(&self, written: &mut Written, out: &mut String) {
        let directive = |condition: Option<Condition>, written: &mut Written| {
            condition.map(|condition| condition.write(written)).unwrap_or_default()
        };
        let outer = directive(self.fragment.as_ref().and_then(|fragment| fragment.condition), written);
        let own = directive(self.condition, written);
        let alias = self.alias.map(|alias| format!("{alias}: ")).unwrap_or_default();
        let has = |name: &str| self.field.arguments.iter().any(|argument| argument.node.name.node == name);
        let arguments = if has("first") { "(first: 2)" } else { "" };
        let mut field = format!("{alias}{}{arguments} {own}", self.field.name.node);
        write_all(&self.inner, written, &mut field);
        match &self.fragment {
            None => out.push_str(&field),
            Some(Fragment { on: None, .. }) => write!(out, "... {outer} {{ {field} }}").unwrap(),
            Some(Fragment { on: Some(ty), .. }) => {
                let name = format!("F{}", written.fragments.len());
                write!(out, "...{name} {outer}").unwrap();
                written.fragments.push(format!("fragment {name} on {ty} {{ {field} }}"));
            }
        }
        out.push(' ');
    }

    fn is_kept(&self) -> bool {
        let outer = self.fragment.as_ref().and_then(|fragment| fragment.condition);
        [self.condition, outer].into_iter().flatten().all(Condition::keeps)
    }
}

fn write_all(selected: &[Selected], written: &mut Written, out: &mut String) {
    if !selected.is_empty() {
        out.push_str(" { ");
        for field in selected {
            field.write(written, out);
        }
        out.push('}');
    }
}

/// Checks that a value has the fields that were selected and kept, and no others.
fn check(value: &Value, selected: &[Selected], document: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check(item, selected, document)),
        Value::Object(fields) if !selected.is_empty() => {
            let kept: Vec<&Selected> = selected.iter().filter(|field| field.is_kept()).collect();
            let mut keys: Vec<&str> = kept.iter().map(|field| field.key()).collect();
            keys.sort_unstable();
            let mut found: Vec<&String> = fields.keys().collect();
            found.sort_unstable();
            assert_eq!(found, keys, "{document}");
            for field in kept {
                check(&fields[field.key()], &field.inner, document);
            }
        }
        _ => {}
    }
}

/// The fields of the schema's types that need no arguments.
struct Schema(std::collections::HashMap<String, Vec<FieldDefinition>>);

impl Schema {
    fn read() -> Self {
        let definitions = parse_schema(liaison::graphql::sdl()).unwrap().definitions;
        let objects = definitions.into_iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else { return None };
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => return None,
            };
            let fields = fields.into_iter().map(|field| field.node).filter(|field| {
                let mut arguments = field.arguments.iter().map(|argument| &argument.node);
                arguments.all(|argument| argument.ty.node.nullable || argument.default_value.is_some())
            });
            Some((definition.node.name.node.to_string(), fields.collect()))
        });
        Self(objects.collect())
    }

    /// A selection of a type; none for one that has no fields.
    fn selection(&self, ty: &BaseType, deep: usize, runner: &mut TestRunner) -> Vec<Selected> {
        let ty = match ty {
            BaseType::Named(name) => name.as_str(),
            BaseType::List(item) => return self.selection(&item.base, deep, runner),
        };
        let Some(fields) = self.0.get(ty) else { return Vec::new() };
        let inner =
            |field: &FieldDefinition, runner: &mut TestRunner| self.selection(&field.ty.node.base, deep - 1, runner);
        let is_leaf = |field: &&FieldDefinition| !self.0.contains_key(innermost(&field.ty.node.base));
        let leaves: Vec<_> = fields.iter().filter(is_leaf).cloned().collect();
        let fields = if deep <= 1 && !leaves.is_empty() { leaves } else { fields.clone() };
        let how_many = draw(1..=4_usize, runner);
        let mut selection: Vec<Selected> = Vec::new();
        for _ in 0..how_many {
            let field = draw(select(fields.clone()), runner);
            let alias = draw(prop_oneof![3 => Just(None), 1 => select(vec![Some("a"), Some("b")])], runner);
            let key = alias.unwrap_or(&field.name.node);
            if (deep == 0 && self.0.contains_key(innermost(&field.ty.node.base)))
                || selection.iter().any(|other| other.key() == key)
            {
                continue;
            }
            let inner = if deep == 0 { Vec::new() } else { inner(&field, runner) };
            if inner.is_empty() && self.0.contains_key(innermost(&field.ty.node.base)) {
                continue;
            }
            let fragment = (proptest::option::of(condition()), prop::bool::ANY);
            let (condition, fragment) =
                draw((proptest::option::of(condition()), proptest::option::of(fragment)), runner);
            let fragment =
                fragment.map(|(condition, is_named)| Fragment { condition, on: is_named.then(|| ty.to_owned()) });
            selection.push(Selected { alias, field: field.clone(), condition, fragment, inner });
        }
        selection
    }
}

fn innermost(ty: &BaseType) -> &str {
    match ty {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(&item.base),
    }
}

fn condition() -> impl Strategy<Value = Condition> {
    let said = select(vec![Said::Literally, Said::ByVariable, Said::ByDefault, Said::AgainstDefault]);
    (prop::bool::ANY, prop::bool::ANY, said).prop_map(|(is_skip, value, said)| Condition { is_skip, value, said })
}

fn draw<S: Strategy>(strategy: S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

/// Two companies, and contacts with and without all that hangs on them.
async fn fill(app: &TestApp) -> Vec<(String, &'static str)> {
    let (acme, _) = (app.company("Acme").await, app.company("Nobody's").await);
    let mut ids = Vec::new();
    for number in 0..4 {
        let email = format!("a{number}@example.com");
        let contact = app.contact_with(json!({ "name": format!("Ann {number}"), "metadata": { "n": number } })).await;
        if number > 0 {
            app.membership(&contact, &acme).await;
            app.connect(&contact, &email).await;
            let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: { subject: \"Call\" }) {
                userErrors { code } } }";
            app.run(log, json!({ "id": contact })).await;
        }
        ids.push(contact);
    }
    for number in 0..3 {
        let log = "mutation($id: ID!, $n: String) { createInteraction(companyId: $id, input: { subject: $n, timeZone: \"UTC\" }) {
            userErrors { code } } }";
        app.run(log, json!({ "id": acme, "n": number.to_string() })).await;
    }
    let all = json!(ids).to_string();
    vec![
        (format!("contact(id: \"{}\")", ids[1]), "Contact"),
        (format!("contact(id: \"{}\")", ids[0]), "Contact"),
        (format!("contactsByIds(ids: {all})"), "Contact"),
        ("searchContacts(query: \"ann\")".to_owned(), "Contact"),
        ("contacts(first: 2)".to_owned(), "ContactConnection"),
        ("contacts(last: 3, orderBy: [{ field: CREATED_AT }])".to_owned(), "ContactConnection"),
        (format!("company(id: \"{acme}\")"), "Company"),
        (format!("companiesByIds(ids: [\"{acme}\"])"), "Company"),
        ("searchCompanies(query: \"acme\")".to_owned(), "Company"),
        ("companies".to_owned(), "CompanyConnection"),
        ("interactions(first: 3)".to_owned(), "InteractionConnection"),
    ]
}

/// An answer as it is sent.
async fn text(app: &TestApp, query: &str, variables: &Value) -> String {
    let body = Body::from(json!({ "query": query, "variables": variables }).to_string());
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").body(body).unwrap();
    let answer = to_bytes(app.request(request).await.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(answer.to_vec()).unwrap()
}

#[both_databases]
async fn random_documents_have_one_answer(app: TestApp) {
    let schema = Schema::read();
    let roots = fill(&app).await;
    let mut runner = TestRunner::deterministic();
    let mut written = 0;
    while written < DOCUMENTS {
        let (call, ty) = draw(select(roots.clone()), &mut runner);
        let selection = schema.selection(&BaseType::Named(async_graphql::Name::new(ty)), DEEP, &mut runner);
        if selection.is_empty() {
            continue;
        }
        let (mut parts, mut field) = (Written::default(), String::new());
        write_all(&selection, &mut parts, &mut field);
        // The same once more, fragments and all: what it selects is merged.
        let twice =
            if draw(prop::bool::ANY, &mut runner) { field.trim_start_matches(" {").trim_end_matches('}') } else { "" };
        let field = field.trim_end_matches('}').to_owned() + twice + "}";
        let definitions = format!("({})", parts.definitions).replace("()", "");
        let (fragments, values) = (parts.fragments.join(" "), Value::Object(parts.values));
        let alone = format!("query {definitions} {{ key: {call} {field} }} {fragments}");
        let first = text(&app, &alone, &values).await;
        if first.contains("QUERY_TOO_COMPLEX") {
            continue;
        }
        written += 1;
        let answer: Value = serde_json::from_str(&first).unwrap();
        assert_eq!(answer["errors"], Value::Null, "{alone} {values}");
        check(&answer["data"]["key"], &selection, &alone);
        assert_eq!(text(&app, &alone, &values).await, first, "{alone} {values}");
        // Two fields of one name are not written directly.
        let beside =
            format!("query {definitions} {{ key: {call} {field} other: {call} {{ __typename }} }} {fragments}");
        let beside = text(&app, &beside, &values).await;
        assert_eq!(beside.split(",\"other\":").next(), first.strip_suffix("}}"), "{alone} {values}");
    }
}
