//! Random documents: what is written directly, what is prepared and what the resolvers answer is the same, and
//! has the fields that `@include` and `@skip` leave.

use std::fmt::Write as _;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, TypeKind, TypeSystemDefinition},
};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use crate::support::TestApp;

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
    /// In a fragment of its own, which then has the condition.
    is_in_fragment: bool,
    inner: Vec<Self>,
}

impl Condition {
    fn keeps(self) -> bool {
        self.value != self.is_skip
    }

    /// The directive; what it needs is added to the variables' definitions and values.
    fn write(self, variables: &mut Variables) -> String {
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

#[derive(Default)]
struct Variables {
    count: usize,
    definitions: String,
    values: Map<String, Value>,
}

impl Selected {
    fn key(&self) -> &str {
        self.alias.unwrap_or(&self.field.name.node)
    }

    fn write(&self, variables: &mut Variables, out: &mut String) {
        let directive = self.condition.map(|condition| condition.write(variables)).unwrap_or_default();
        let alias = self.alias.map(|alias| format!("{alias}: ")).unwrap_or_default();
        let has = |name: &str| self.field.arguments.iter().any(|argument| argument.node.name.node == name);
        let arguments = if has("first") { "(first: 2)" } else { "" };
        let field = format!("{alias}{}{arguments}", self.field.name.node);
        let (before, after) = if self.is_in_fragment {
            (format!("... {directive} {{ {field}"), "}")
        } else {
            (format!("{field} {directive}"), "")
        };
        out.push_str(&before);
        write_all(&self.inner, variables, out);
        out.push_str(after);
        out.push(' ');
    }

    fn is_kept(&self) -> bool {
        self.condition.is_none_or(Condition::keeps)
    }
}

fn write_all(selected: &[Selected], variables: &mut Variables, out: &mut String) {
    if !selected.is_empty() {
        out.push_str(" { ");
        for field in selected {
            field.write(variables, out);
        }
        out.push('}');
    }
}

/// Checks that a value has the fields that were selected and kept, in their order, and no others.
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
            let (condition, is_in_fragment) = draw((proptest::option::of(condition()), prop::bool::ANY), runner);
            selection.push(Selected { alias, field: field.clone(), condition, is_in_fragment, inner });
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
            let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: { subject: \"Call\" }) { userErrors { code } } }";
            app.run(log, json!({ "id": contact })).await;
        }
        ids.push(contact);
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
        ("changes(first: 3)".to_owned(), "ChangeConnection"),
    ]
}

on_both_databases! {
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
            let (mut variables, mut field) = (Variables::default(), String::new());
            write_all(&selection, &mut variables, &mut field);
            let Variables { definitions, values, .. } = variables;
            let definitions = if definitions.is_empty() { definitions } else { format!("({definitions})") };
            let alone = format!("query {definitions} {{ key: {call} {field} }}");
            let values = Value::Object(values);
            let first = app.send(&alone, values.clone()).await;
            if first["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX" {
                continue;
            }
            written += 1;
            assert_eq!(first["errors"], Value::Null, "{alone} {values}");
            check(&first["data"]["key"], &selection, &alone);
            let again = app.send(&alone, values.clone()).await;
            assert_eq!(again, first, "{alone} {values}");
            // Two fields of one name are not written directly.
            let beside = format!("query {definitions} {{ key: {call} {field} other: {call} {{ __typename }} }}");
            let beside = app.send(&beside, values.clone()).await;
            assert_eq!(beside["data"]["key"], first["data"]["key"], "{alone} {values}");
        }
    }
}
