//! The schema: its snapshot, the contract that it builds towards, and what must be true of every field.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use async_graphql::parser::{
    parse_schema,
    types::{FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition},
};
use liaison::graphql;
use similar::TextDiff;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_snapshot_is_what_the_code_prints() {
    let (stored, present) = (fs::read_to_string(root().join("schema.graphql")).unwrap_or_default(), graphql::sdl());
    let changes = TextDiff::from_lines(&stored, &present);
    assert!(
        stored == present,
        "schema.graphql is out of date; refresh it with `just schema`, or: cargo run -- schema > schema.graphql\n{}",
        changes.unified_diff().header("schema.graphql", "the code")
    );
}

/// What a schema's text says, in a form that can be compared: a line for each thing, by its path.
fn facts(sdl: &str) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition: TypeDefinition = definition.node;
        let name = definition.name.node.to_string();
        let mut kind = String::new();
        match definition.kind {
            TypeKind::Scalar => kind += "scalar",
            TypeKind::Object(object) => {
                let implements: BTreeSet<String> = object.implements.iter().map(|name| name.node.to_string()).collect();
                kind = format!("type implements {implements:?}");
                object.fields.iter().for_each(|field| field_facts(&mut facts, &name, &field.node));
            }
            TypeKind::Interface(interface) => {
                kind += "interface";
                interface.fields.iter().for_each(|field| field_facts(&mut facts, &name, &field.node));
            }
            TypeKind::Union(_) => kind += "union",
            TypeKind::Enum(definition) => {
                kind += "enum";
                for value in definition.values {
                    facts.insert(format!("{name}.{}", value.node.value.node), "enum value".to_owned());
                }
            }
            TypeKind::InputObject(input) => {
                let one_of = definition.directives.iter().any(|directive| directive.node.name.node == "oneOf");
                kind = format!("input, one of: {one_of}");
                for field in input.fields {
                    facts.insert(format!("{name}.{}", field.node.name.node), value_facts(&field.node));
                }
            }
        }
        facts.insert(name, kind);
    }
    facts
}

fn field_facts(facts: &mut BTreeMap<String, String>, owner: &str, field: &FieldDefinition) {
    let path = format!("{owner}.{}", field.name.node);
    for argument in &field.arguments {
        facts.insert(format!("{path}({})", argument.node.name.node), value_facts(&argument.node));
    }
    facts.insert(path, field.ty.node.to_string());
}

fn value_facts(value: &InputValueDefinition) -> String {
    let default = value.default_value.as_ref().map(|default| format!(" = {}", default.node)).unwrap_or_default();
    format!("{}{default}", value.ty.node)
}

#[test]
fn nothing_differs_from_the_contract_and_nothing_goes_beyond_it() {
    let contract = fs::read_to_string(root().join("tests/contract/schema.graphql")).unwrap();
    let (wanted, present) = (facts(&contract), facts(&graphql::sdl()));
    let differences: Vec<String> = present
        .iter()
        .filter_map(|(path, fact)| match wanted.get(path) {
            Some(wanted) if wanted == fact => None,
            Some(wanted) => Some(format!("{path}: {fact}, where the contract has {wanted}")),
            None => Some(format!("{path}: {fact}, which the contract does not have")),
        })
        .collect();
    let lacking: Vec<&String> = wanted.keys().filter(|path| !present.contains_key(*path)).collect();
    println!("in the contract and not in the schema yet ({}):", lacking.len());
    for path in lacking {
        println!("  {path}");
    }
    assert!(differences.is_empty(), "the schema has drifted from the contract: {differences:#?}");
}

#[test]
fn everything_is_described() {
    let mut bare = Vec::new();
    for definition in parse_schema(graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        let name = definition.name.node.to_string();
        if definition.description.is_none() {
            bare.push(name.clone());
        }
        let (fields, values) = match definition.kind {
            TypeKind::Object(object) => (object.fields, Vec::new()),
            TypeKind::Interface(interface) => (interface.fields, Vec::new()),
            TypeKind::InputObject(input) => (Vec::new(), input.fields),
            TypeKind::Enum(definition) => {
                let bare_values = definition.values.iter().filter(|value| value.node.description.is_none());
                bare.extend(bare_values.map(|value| format!("{name}.{}", value.node.value.node)));
                continue;
            }
            TypeKind::Scalar | TypeKind::Union(_) => continue,
        };
        for field in fields {
            if field.node.description.is_none() {
                bare.push(format!("{name}.{}", field.node.name.node));
            }
            let arguments = field.node.arguments.iter().filter(|argument| argument.node.description.is_none());
            bare.extend(
                arguments.map(|argument| format!("{name}.{}({})", field.node.name.node, argument.node.name.node)),
            );
        }
        let bare_values = values.iter().filter(|value| value.node.description.is_none());
        bare.extend(bare_values.map(|value| format!("{name}.{}", value.node.name.node)));
    }
    assert!(bare.is_empty(), "without a description: {bare:?}");
}
